//! The state folder of a gate: what the command says about one that is not the gate's alone.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::desk::{Desk, NOW};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A gate that lets one visitor in, so that every file of its folder is there.
fn use_folder(desk: &Desk) {
    let mut gate = desk.gate(&["--log", "log.jsonl"]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    assert_eq!(gate.finish(), 0);
}

#[test]
fn a_new_folder_and_its_files_are_the_gates_alone() {
    let desk = Desk::new();
    use_folder(&desk);
    assert_eq!(mode(&desk.path("state")), 0o700);
    assert_eq!(mode(&desk.path("state/lists")), 0o700);
    let files = desk.files("state").into_iter().filter(|name| name != "lists");
    let files = files.map(|name| format!("state/{name}"));
    let copies = desk.files("state/lists").into_iter().map(|name| format!("state/lists/{name}"));
    let all: Vec<_> = files.chain(copies).chain(["log.jsonl".to_owned()]).collect();
    assert_eq!(all.len(), 8, "{all:?}");
    for name in all {
        assert_eq!(mode(&desk.path(&name)), 0o600, "{name}");
    }
}

#[test]
fn permissions_of_an_existing_folder() {
    for (bits, said) in [
        (0o700, None),
        (0o750, Some("other users can enter or read the state folder state (mode 750)")),
        (0o755, Some("(mode 755); chmod 700 state")),
        (0o701, Some("chmod 700 state")),
    ] {
        let desk = Desk::new();
        fs::create_dir(desk.path("state")).unwrap();
        set_mode(&desk.path("state"), bits);
        let ran = desk.ok(&desk.gate_words(&[]));
        match said {
            None => assert_eq!(ran.err, ""),
            Some(said) => assert!(ran.err.contains(said), "{bits:o}: {}", ran.err),
        }
    }
    for bits in [0o770, 0o775, 0o777, 0o720, 0o702] {
        let desk = Desk::new();
        fs::create_dir(desk.path("state")).unwrap();
        set_mode(&desk.path("state"), bits);
        let ran = desk.run(&desk.gate_words(&[]));
        ran.failed(&format!("other users can write in the state folder state (mode {bits:o})"));
        assert!(ran.err.contains("chmod 700 state"), "{}", ran.err);
        assert_eq!(ran.json()["id"], "shared.folder_writable");
        assert!(desk.files("state").is_empty(), "{bits:o}");
    }
}

#[test]
fn no_folder_of_somebody_else_is_taken_for_a_state_folder() {
    let desk = Desk::new();
    let before = desk.files(".");
    let mut words = desk.gate_words(&[]);
    let state = words.iter().position(|word| word == "--state").unwrap();
    words[state + 1] = ".".into();
    let ran = desk.run(&words);
    ran.failed("is not the state folder of a gate: it holds \"issuer.pem\"");
    assert_eq!(ran.json()["id"], "shared.folder_of_others");
    assert!(ran.err.contains("--state ./gate-state"), "{}", ran.err);
    assert_eq!(desk.files("."), before);
    // `verify` remembers in such a folder too.
    let verify = [
        &["verify", "x", "--state", ".", "--trust", "trust.cwt", "--root", "root.pub"][..],
        &["--gate", "gate-3", "--class", crate::desk::CLASS, "--revocation", "not-checked"],
    ];
    desk.run(&verify.concat()).failed("is not the state folder of a gate");
    assert_eq!(desk.files("."), before);
}

#[test]
fn a_path_or_a_name_that_cannot_be_used_is_told() {
    let desk = Desk::new();
    let fails = |options: &[&str], id: &str| {
        let ran = desk.run(&desk.gate_words(options));
        assert_eq!((ran.code, ran.json()["id"].as_str()), (2, Some(id)), "{ran:?}");
    };
    fails(&["--state", "issuer.pem/state"], "shared.state_is_a_file");
    fails(&["--trust", "missing"], "shared.no_such_file");
    fails(&["--trust-name", "two words"], "shared.wrong_name");
    fs::create_dir(desk.path("folder")).unwrap();
    fails(&["--trust", "folder"], "shared.is_directory");
}

#[test]
fn a_file_beside_the_gates_own_is_reported() {
    let desk = Desk::new();
    use_folder(&desk);
    desk.write("state/notes.txt", "mine");
    let ran = desk.ok(&desk.gate_words(&["--log", "log.jsonl"]));
    assert!(ran.err.contains("the state folder state also holds \"notes.txt\""), "{}", ran.err);
    assert!(desk.text("log.jsonl").contains("\"code\":\"folder-strangers\""));
    assert_eq!(desk.text("state/notes.txt"), "mine");
}

#[test]
fn a_link_in_the_folder_is_refused_by_its_name() {
    for name in [
        "state.json",
        "clock.json",
        "lock",
        "lists",
        "lists/trust-1.cwt",
        "used.redb",
        "once.witness",
    ] {
        let desk = Desk::new();
        use_folder(&desk);
        let path = desk.path("state").join(name);
        fs::rename(&path, desk.path("target")).unwrap();
        symlink(desk.path("target"), &path).unwrap();
        let content = |desk: &Desk| fs::read(desk.path("target")).ok();
        let before = content(&desk);
        let ran = desk.run(&desk.gate_words(&[]));
        ran.failed(&format!("state/{name} is a symbolic link"));
        assert_eq!(ran.json()["id"], "shared.folder_wrong_kind");
        assert_eq!(content(&desk), before, "{name}");
    }
}
