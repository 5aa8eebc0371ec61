//! The lists of a gate: remembered over a restart, loaded while it runs.
#![cfg(feature = "file")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};

use livepermit::issue::TrustListBuilder;
use livepermit::trust::UnverifiedList;
use livepermit::{Timestamp, TrustedKey, Use};
use livepermit_gate::lists::{
    Folder, FolderError, GateLists, ListError, OpenError, Sources, TrustListSource, Watch,
};
use livepermit_testkit::{NOW, public, secret, trust_list};
use tempfile::TempDir;

const NAME: &str = "bj.gates";
const SKEW: u64 = 5;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds).unwrap()
}

/// A trust list of this version, made in that second, with one issuer key.
fn list(version: u64, issuer_key: u8) -> Vec<u8> {
    let public = public(issuer_key);
    let entry = TrustedKey::new("bj.example", public, [Use::Pass], ["bj.example:visit"]).unwrap();
    let made = at(version);
    let list = TrustListBuilder::new(NAME, version, [entry]).unwrap();
    trust_list(&list, &secret(1), made, made.plus(86_400))
}

struct Place {
    folder: TempDir,
    file: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("trust.cwt");
        Self { folder, file }
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn sources(&self, name: Option<&str>) -> Sources {
        Sources::trust_list(TrustListSource {
            from: self.file.clone().into(),
            roots: vec![public(1)],
            name: name.map(str::to_owned),
            minimum: 0,
        })
    }

    /// Opens the lists as a gate does when it starts; with them the codes of what it reports.
    fn start(&self, now: Timestamp) -> Result<(GateLists, Vec<&'static str>), OpenError> {
        let folder = Folder::open(&self.state())?;
        let (lists, reports) = GateLists::open(&self.sources(None), Some(folder), now, SKEW)?;
        Ok((lists, reports.iter().map(|report| report.code()).collect()))
    }
}

fn trusts(lists: &GateLists, seed: u8) -> bool {
    lists.trust().keys().iter().any(|entry| *entry.public_key() == public(seed))
}

fn copies(state: &Path) -> Vec<String> {
    let entries = fs::read_dir(state.join("lists")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn after_a_restart_no_older_list_is_accepted() {
    let place = Place::new();
    fs::write(&place.file, list(2, 22)).unwrap();
    let (lists, reports) = place.start(at(10)).unwrap();
    assert!(trusts(&lists, 22) && reports.is_empty());
    assert_eq!(lists.clock().floor, at(2));
    drop(lists);

    fs::write(&place.file, list(1, 11)).unwrap();
    let (lists, reports) = place.start(at(20)).unwrap();
    assert!(trusts(&lists, 22) && !trusts(&lists, 11));
    assert_eq!(reports, ["list-older"]);
    drop(lists);

    // The copy is enough: the file may be gone.
    fs::remove_file(&place.file).unwrap();
    let (lists, reports) = place.start(at(30)).unwrap();
    assert!(trusts(&lists, 22));
    assert_eq!(reports, ["list-unreadable"]);
    assert_eq!(copies(&place.state()), ["trust-2.cwt"]);
}

#[test]
fn a_changed_file_is_loaded_and_a_refusal_is_reported_once() {
    let place = Place::new();
    fs::write(&place.file, list(1, 11)).unwrap();
    let (mut lists, _) = place.start(at(10)).unwrap();
    let mut watch = Watch::new(&place.sources(None));
    assert!(watch.look(&mut lists, at(11)).accepted.is_empty());

    fs::write(&place.file, list(2, 22)).unwrap();
    let news = watch.look(&mut lists, at(12));
    assert_eq!(news.accepted, [place.file.display().to_string()]);
    assert!(trusts(&lists, 22) && !trusts(&lists, 11));
    assert_eq!(copies(&place.state()), ["trust-2.cwt"]);

    fs::write(&place.file, "no list").unwrap();
    let codes: Vec<_> =
        watch.look(&mut lists, at(13)).reports.iter().map(|report| report.code()).collect();
    assert_eq!(codes, ["list-malformed"]);
    assert!(watch.look(&mut lists, at(14)).reports.is_empty());
    assert!(trusts(&lists, 22));
}

#[test]
fn a_folder_is_used_by_one_and_never_guessed_at() {
    let place = Place::new();
    fs::write(&place.file, list(1, 11)).unwrap();
    let (lists, _) = place.start(at(10)).unwrap();
    let second = place.start(at(10)).unwrap_err();
    assert!(matches!(second, OpenError::Folder(FolderError::InUse { .. })), "{second}");
    // A moment more: a program that another thread starts has the file open until it runs.
    let later = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(lists);
    });
    place.start(at(10)).unwrap();
    later.join().unwrap();

    // Without its clock a gate starts, without its memory it does not.
    fs::write(place.state().join("clock.json"), "cut sh").unwrap();
    place.start(at(10)).unwrap();
    fs::write(place.state().join("state.json"), "cut sh").unwrap();
    let damaged = place.start(at(10)).unwrap_err();
    assert!(matches!(damaged, OpenError::Folder(FolderError::Damaged { .. })), "{damaged}");
}

#[test]
fn a_list_has_the_name_that_was_asked_for() {
    let place = Place::new();
    fs::write(&place.file, list(1, 11)).unwrap();
    assert_eq!(UnverifiedList::read(&list(1, 11)).unwrap().unverified_name(), NAME);
    assert!(UnverifiedList::read(b"no list").is_err());
    let refused = GateLists::open(&place.sources(Some("other")), None, at(10), SKEW).unwrap_err();
    let wrong_name =
        matches!(&refused, OpenError::List { error, .. } if error.code() == "list-wrong-name");
    assert!(wrong_name, "{refused}");

    place.start(at(10)).unwrap();
    let folder = Folder::open(&place.state()).unwrap();
    let refused =
        GateLists::open(&place.sources(Some("other")), Some(folder), at(10), SKEW).unwrap_err();
    let other_name = matches!(refused, OpenError::List { error: ListError::OtherName { .. }, .. });
    assert!(other_name, "{refused}");
}
