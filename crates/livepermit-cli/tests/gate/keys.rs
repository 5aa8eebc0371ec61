//! Private keys that other users can read.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::desk::{CLASS, Desk, NOW};

const KEYS: [&str; 4] = ["root.pem", "issuer.pem", "other.pem", "phone.pem"];

fn set_mode(desk: &Desk, name: &str, mode: u32) {
    fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// Every command that reads a private key, with the file of the key. Each is run one second after
/// the command before it: two lists of one second would contradict each other.
fn commands(desk: &Desk, entry: &str) -> Vec<(&'static str, Vec<String>)> {
    let root = ["--root-key", "root.pem", "--out", "trust.cwt"];
    let other = ["--issuer-key", "other.pub"];
    let entry_of = ["--issuer", "bj.example", "--class", CLASS, "--use", "pass"];
    let register = ["--dir", "register", "--key", "issuer.pem", "--out", "status.cwt"];
    let permit =
        ["--key", "issuer.pem", "--issuer", "bj.example", "--subject", "A", "--class", CLASS];
    let credential = ["--device-key", "phone.pub", "--out", "credential"];
    let status = ["--status-uri", "s:1", "--status-index", entry];
    let phone = ["present", "--credential", "credential", "--device-key", "phone.pem"];
    let trust = ["--trust", "trust.cwt", "--root", "root.pub"];
    let mut all = vec![("root.pem", desk.trust_command("new", &["--name", "bj.gates"], NOW))];
    let timed: [(&str, &[&[&str]]); 12] = [
        ("root.pem", &[&["trust", "add"], &root, &other, &entry_of]),
        ("root.pem", &[&["trust", "sign"], &root]),
        ("root.pem", &[&["trust", "retire"], &root, &other]),
        ("root.pem", &[&["trust", "remove"], &root, &other]),
        ("issuer.pem", &[&["status", "sign"], &register]),
        ("issuer.pem", &[&["status", "suspend"], &register, &[entry]]),
        ("issuer.pem", &[&["status", "restore"], &register, &[entry]]),
        ("issuer.pem", &[&["status", "revoke"], &register, &[entry]]),
        ("issuer.pem", &[&["issue", "pass"], &permit]),
        ("issuer.pem", &[&["issue", "credential"], &permit, &credential]),
        ("issuer.pem", &[&["issue", "slip", "--name", "A"], &permit, &status]),
        ("phone.pem", &[&phone, &trust]),
    ];
    for ((key, parts), now) in timed.into_iter().zip(NOW + 1..) {
        let now = now.to_string();
        let words = [&parts.concat()[..], &["--at", &now]].concat();
        all.push((key, words.into_iter().map(str::to_owned).collect()));
    }
    all.push(("phone.pem", ["key", "show", "phone.pem"].map(str::to_owned).to_vec()));
    all
}

#[test]
fn each_command_warns_and_works() {
    let desk = Desk::new();
    for file in ["trust.cwt", "trust.cwt.json"] {
        fs::remove_file(desk.path(file)).unwrap();
    }
    let register = ["--dir", "register", "--issuer", "bj.example", "--uri", "s:1"];
    desk.ok(&[&["status", "new"], &register[..], &["--entries", "80"]].concat());
    let line = desk.ok(&["status", "allocate", "--dir", "register"]).out;
    let entry = line.trim().strip_prefix("s:1 ").unwrap();
    for (key, words) in commands(&desk, entry) {
        for name in KEYS {
            set_mode(&desk, name, if name == key { 0o644 } else { 0o600 });
        }
        let ran = desk.ok(&words);
        let warning = format!(
            "warning: other users can read the private key {key} (mode 644); chmod 600 {key}"
        );
        assert_eq!(ran.err.matches(&warning).count(), 1, "{words:?}: {}", ran.err);
    }
}

#[test]
fn every_mode() {
    let desk = Desk::new();
    for mode in [0o600, 0o400, 0o700] {
        set_mode(&desk, "phone.pem", mode);
        assert_eq!(desk.ok(&["key", "show", "phone.pem"]).err, "", "{mode:o}");
    }
    for mode in [0o640, 0o604, 0o644, 0o660, 0o602, 0o666, 0o444] {
        set_mode(&desk, "phone.pem", mode);
        let ran = desk.ok(&["key", "show", "phone.pem"]);
        assert!(ran.err.contains(&format!("(mode {mode:o})")), "{}", ran.err);
        // A public key is for everybody.
        set_mode(&desk, "phone.pub", mode);
        assert_eq!(desk.ok(&["key", "show", "phone.pub"]).err, "", "{mode:o}");
    }
    // The command makes keys that it does not warn about.
    desk.ok(&["key", "new", "--algorithm", "ed25519", "--out", "new.pem"]);
    assert_eq!(desk.ok(&["key", "show", "new.pem"]).err, "");
}
