//! What a state folder lets in: nobody else, no link, no file of somebody else.
#![cfg(all(feature = "file", unix))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use livepermit::issue::TrustListBuilder;
use livepermit::{Timestamp, TrustedKey, Use};
use livepermit_gate::FileReplay;
use livepermit_gate::lists::{
    FileKind, Folder, FolderError, GateLists, ListError, OpenError, Sources, TrustListSource,
};
use livepermit_gate::replay::Retention;
use livepermit_testkit::{NOW, public, secret, trust_list};
use tempfile::TempDir;

const SKEW: u64 = 5;
/// Somebody who runs no test.
const NOBODY: u32 = 65_534;

/// Every name that a gate gives in its folder, but for the folder `lists`.
const OURS: [&str; 15] = [
    "state.json",
    ".state.json.new",
    "clock.json",
    ".clock.json.new",
    "lock",
    "used.redb",
    "used.redb.new",
    "used.redb.witness",
    "once.witness",
    ".once.witness.new",
    "once.limits",
    ".once.limits.new",
    "lists/trust-2.cwt",
    "lists/.trust-2.cwt.new",
    "lists/status-0123456789abcdef.cwt",
];

/// Names that a gate does not give, some of them nearly.
const STRANGERS: [&str; 18] = [
    "notes.txt",
    ".bashrc",
    "state.json.bak",
    ".state.json.tmp",
    "State.json",
    ".state.json",
    "lock.new",
    "USED.REDB",
    "used.redb.old",
    "log.jsonl",
    "trust-2.cwt",
    "lists.txt",
    ".lists.new",
    "lists/notes.txt",
    "lists/trust-02.cwt",
    "lists/trust-backup.cwt",
    "lists/status-old.cwt",
    "lists/lock",
];

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds).unwrap()
}

fn list(version: u64) -> Vec<u8> {
    let entry =
        TrustedKey::new("bj.example", public(11), [Use::Pass], ["bj.example:visit"]).unwrap();
    let made = at(version);
    let list = TrustListBuilder::new("bj.gates", version, [entry]).unwrap();
    trust_list(&list, &secret(1), made, made.plus(86_400))
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::write(place.path("trust.cwt"), list(1)).unwrap();
        place
    }

    /// With a state folder that a gate has used.
    fn used() -> Self {
        let place = Self::new();
        place.start().unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Makes a file in the state folder, and the folders above it as a gate makes them.
    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.state().join(name);
        for folder in [self.state(), path.parent().unwrap().to_owned()] {
            fs::create_dir_all(&folder).unwrap();
            set_mode(&folder, 0o700);
        }
        fs::write(&path, text).unwrap();
        path
    }

    /// Opens the lists as a gate does when it starts; with them the codes of what it reports.
    fn start(&self) -> Result<(GateLists, Vec<&'static str>), OpenError> {
        let folder = Folder::open(&self.state())?;
        let sources = Sources::trust_list(TrustListSource {
            from: self.path("trust.cwt").into(),
            roots: vec![public(1)],
            name: None,
            minimum: 0,
        });
        let (lists, reports) = GateLists::open(&sources, Some(folder), at(10), SKEW)?;
        Ok((lists, reports.iter().map(|report| report.code()).collect()))
    }

    /// Why the folder is refused.
    fn refused(&self) -> FolderError {
        match self.start() {
            Err(OpenError::Folder(error)) => error,
            other => panic!("{other:?}"),
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

/// All paths below a folder, without the folder itself.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_symlink() && path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn a_folder_with_files_of_somebody_else_is_refused_and_left_as_it_is() {
    for name in STRANGERS {
        let place = Place::new();
        let path = place.put(name, "mine");
        place.put("used.redb", "");
        let before = below(&place.state());
        let error = place.refused();
        let FolderError::Strangers { names, .. } = &error else { panic!("{name}: {error}") };
        assert_eq!(names, &[PathBuf::from(name)]);
        assert!(error.to_string().contains(&format!("{name:?}")), "{error}");
        assert_eq!(below(&place.state()), before, "{name}");
        assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    }
    // The state of another program is a file of somebody else.
    for text in ["{}", "{\"format\": \"other\"}", ""] {
        let place = Place::new();
        place.put("state.json", text);
        place.put("main.rs", "mine");
        assert_eq!(place.refused().code(), "folder-strangers", "{text}");
    }
    // Many are counted, and a name cannot write a line of its own.
    let place = Place::new();
    for name in ["a", "b\n\u{1b}[2J", "c", "d", "e"] {
        place.put(name, "");
    }
    let text = place.refused().to_string();
    assert!(text.ends_with(r#"it holds "a", "b\n\u{1b}[2J", "c" and 2 more"#), "{text}");
}

#[test]
fn beside_the_memory_of_a_gate_they_are_reported_and_never_removed() {
    for name in STRANGERS {
        let place = Place::used();
        let path = place.put(name, "mine");
        let (mut lists, reports) = place.start().unwrap();
        assert_eq!(reports, ["folder-strangers"], "{name}");
        // A new list makes the gate clear away the old one.
        assert!(lists.take_trust(&list(2), at(10)).unwrap().is_some());
        assert!(!place.state().join("lists/trust-1.cwt").exists());
        assert_eq!(fs::read_to_string(path).unwrap(), "mine", "{name}");
    }
}

#[test]
fn the_gates_own_files_are_no_reason_to_refuse() {
    for name in OURS {
        let place = Place::new();
        place.put(name, "");
        // An empty memory is damaged, and never taken for a new one.
        match place.start() {
            Ok((_, reports)) => assert!(reports.is_empty(), "{name}: {reports:?}"),
            Err(OpenError::Folder(FolderError::Damaged { .. })) if name == "state.json" => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    let place = Place::new();
    fs::create_dir_all(place.state().join("lost+found")).unwrap();
    set_mode(&place.state(), 0o700);
    assert!(place.start().unwrap().1.is_empty());
}

#[test]
fn a_gate_without_lists_marks_its_folder_too() {
    let place = Place::new();
    drop(Folder::open(&place.state()).unwrap());
    let trust = livepermit::Trust::new([]).unwrap();
    let open = || {
        let folder = Folder::open(&place.state()).unwrap();
        GateLists::open(&Sources::keys(trust.clone()), Some(folder), at(10), SKEW).unwrap().1.len()
    };
    assert_eq!(open(), 0);
    place.put("notes.txt", "");
    assert_eq!(open(), 1);
}

#[test]
fn no_link_is_followed() {
    for name in OURS.into_iter().chain(["lists"]) {
        let place = Place::used();
        let path = place.state().join(name);
        if name != "lists" {
            place.put(name, "keep this");
        }
        let target = place.path("target");
        fs::rename(&path, &target).unwrap();
        // A link to what it was, and a link to nothing.
        for to in [&target, &place.path("nothing")] {
            symlink(to, &path).unwrap();
            let error = place.refused();
            let FolderError::WrongKind { path: named, found: FileKind::Link } = &error else {
                panic!("{name}: {error}");
            };
            assert_eq!(*named, path);
            assert!(path.is_symlink() && !place.path("nothing").exists(), "{name}");
            fs::remove_file(&path).unwrap();
        }
        // A folder in place of a file is as wrong, and a file in place of a folder.
        let found = if target.is_file() {
            assert_eq!(fs::read_to_string(&target).unwrap(), "keep this", "{name}");
            fs::create_dir(&path).unwrap();
            FileKind::Folder
        } else {
            fs::write(&path, "").unwrap();
            FileKind::File
        };
        let error = place.refused();
        let FolderError::WrongKind { path: named, found: this } = &error else {
            panic!("{name}: {error}");
        };
        assert_eq!((named, *this), (&path, found));
    }
    // The folder itself may be reached through a link.
    let place = Place::used();
    fs::rename(place.state(), place.path("elsewhere")).unwrap();
    symlink(place.path("elsewhere"), place.state()).unwrap();
    assert!(place.start().unwrap().1.is_empty());
}

#[test]
fn a_link_that_comes_while_the_gate_runs_is_not_followed_either() {
    for name in ["state.json", ".state.json.new", "lists/trust-2.cwt", "lists/.trust-2.cwt.new"] {
        let place = Place::new();
        let (mut lists, _) = place.start().unwrap();
        let target = place.path("target");
        fs::write(&target, "keep this").unwrap();
        let path = place.state().join(name);
        let _ = fs::remove_file(&path);
        symlink(&target, &path).unwrap();
        let error = lists.take_trust(&list(2), at(10)).unwrap_err();
        let ListError::Folder(FolderError::WrongKind { path: named, .. }) = &error else {
            panic!("{name}: {error}");
        };
        assert_eq!(*named, path);
        assert_eq!(fs::read_to_string(&target).unwrap(), "keep this", "{name}");
        assert!(path.is_symlink(), "{name}");
        // Without the link the gate goes on.
        fs::remove_file(&path).unwrap();
        assert!(lists.take_trust(&list(2), at(10)).unwrap().is_some(), "{name}");
    }
    // A link with the name of an old copy is left alone.
    let place = Place::new();
    let (mut lists, _) = place.start().unwrap();
    let link = place.state().join("lists/trust-9.cwt");
    symlink(place.path("trust.cwt"), &link).unwrap();
    lists.take_trust(&list(2), at(10)).unwrap();
    assert!(link.is_symlink() && place.path("trust.cwt").exists());
    let clock = place.state().join("clock.json");
    symlink(place.path("trust.cwt"), &clock).unwrap();
    let state = livepermit_gate::ClockState::new(at(0), Some(at(10)));
    let error = lists.store_clock(state).unwrap_err();
    assert!(matches!(&error, FolderError::WrongKind { path, .. } if *path == clock), "{error}");
}

#[test]
fn the_lock_is_opened_and_not_emptied() {
    let place = Place::new();
    let lock = place.put("lock", "7\n");
    let lists = place.start().unwrap();
    assert_eq!(fs::read_to_string(&lock).unwrap(), "7\n");
    assert_eq!(place.refused().code(), "folder-in-use");
    drop(lists);
    place.start().unwrap();
}

#[test]
fn a_memory_names_only_copies_of_lists() {
    let place = Place::used();
    let path = place.state().join("state.json");
    let text = fs::read_to_string(&path).unwrap();
    for other in ["trust.cwt", "lists/../../trust.cwt", "/etc/passwd", "lists/notes.txt"] {
        fs::write(&path, text.replace("lists/trust-1.cwt", other)).unwrap();
        let error = place.refused();
        assert!(error.to_string().contains(&format!("names the file {other:?}")), "{error}");
    }
}

#[test]
fn only_the_user_of_the_gate_can_use_what_the_gate_makes() {
    let place = Place::new();
    let deep = place.path("above/between/state");
    let folder = Folder::open(&deep).unwrap();
    for made in [place.path("above"), place.path("above/between"), deep] {
        assert_eq!(mode(&made), 0o700, "{}", made.display());
    }
    drop(folder);

    let (mut lists, _) = place.start().unwrap();
    let state = livepermit_gate::ClockState::new(at(0), Some(at(10)));
    lists.store_clock(state).unwrap();
    drop(FileReplay::open(place.state().join("used.redb"), Retention::default()).unwrap());
    let made = below(&place.state());
    let names: Vec<_> = made.iter().map(|path| path.strip_prefix(place.state()).unwrap()).collect();
    let expected = ["clock.json", "lists", "lists/trust-1.cwt", "lock", "state.json"];
    let used = ["used.redb", "used.redb.witness"];
    assert_eq!(names, [&expected[..], &used].concat().iter().map(Path::new).collect::<Vec<_>>());
    for path in &made {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(path), expected, "{}", path.display());
    }
    drop(lists);

    // Files of an older version, or put there by hand, are closed.
    for wide in [0o644, 0o666, 0o640, 0o604] {
        for path in made.iter().filter(|path| path.is_file()) {
            set_mode(path, wide);
        }
        set_mode(&place.state().join("lists"), 0o755);
        place.start().unwrap();
        for path in &made {
            assert_eq!(mode(path) & 0o077, 0, "{wide:o} {}", path.display());
        }
    }
}

#[test]
fn a_folder_that_others_can_read_is_reported_and_one_that_they_can_write_is_refused() {
    for bits in 0..=0o77 {
        let place = Place::used();
        set_mode(&place.state(), 0o700 | bits);
        let outcome = place.start();
        let expected = mode(&place.state());
        assert_eq!(expected, 0o700 | bits, "the gate changes no folder of the operator");
        match outcome {
            Ok((_, reports)) if bits == 0 => assert!(reports.is_empty()),
            Ok((_, reports)) => {
                assert_eq!((bits & 0o22, reports), (0, vec!["folder-readable"]), "{bits:o}");
            }
            Err(OpenError::Folder(error @ FolderError::Writable { .. })) => {
                assert_ne!(bits & 0o22, 0, "{bits:o}");
                assert!(error.to_string().contains(&format!("(mode 7{bits:02o})")), "{error}");
            }
            Err(error) => panic!("{bits:o}: {error}"),
        }
    }
}

#[test]
fn a_folder_or_file_of_another_user_is_refused() {
    let place = Place::used();
    for path in [place.state(), place.state().join("state.json"), place.state().join("lists")] {
        if let Err(error) = chown(&path, Some(NOBODY), None) {
            println!("skipped: only root can give files away ({error})");
            return;
        }
        let error = place.refused();
        assert!(
            matches!(&error, FolderError::OtherOwner { path: this, owner: NOBODY, .. }
                if *this == path),
            "{error}"
        );
        chown(&path, Some(0), None).unwrap();
        place.start().unwrap();
    }
}

#[test]
fn the_longest_cool_down_is_kept_and_never_guessed_at() {
    let place = Place::new();
    let path = place.state().join("once.limits");
    let folder = Folder::open(&place.state()).unwrap();
    assert_eq!(folder.keep_longest_cool_down(35, 35).unwrap(), 35);
    assert!(!path.exists(), "the usual one needs no file");
    assert_eq!(folder.keep_longest_cool_down(600, 35).unwrap(), 600);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(folder.keep_longest_cool_down(35, 35).unwrap(), 600);
    drop(folder);
    let folder = Folder::open(&place.state()).unwrap();
    assert_eq!(folder.keep_longest_cool_down(36, 35).unwrap(), 600);
    assert_eq!(folder.keep_longest_cool_down(3600, 35).unwrap(), 3600);
    for damaged in ["", "-1", "x", "36000000000000000000000"] {
        fs::write(&path, damaged).unwrap();
        let error = folder.keep_longest_cool_down(35, 35).unwrap_err();
        assert!(matches!(error, FolderError::Damaged { .. }), "{damaged}: {error}");
    }
}
