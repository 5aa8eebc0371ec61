//! A backup is put back, and marked.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use super::office::Office;

#[test]
fn a_backup_is_put_back_and_marked() {
    let office = Office::new();
    let seeded = office.runs(&["seed", "--demo", "--people", "10"]);
    assert!(seeded.contains("10 people"), "{seeded}");
    let again = office.fails(&["seed", "--demo"]);
    assert!(again.1.contains("in use"), "{again:?}");
    assert_eq!(office.runs(&["permits", "list"]).lines().count(), 2);
    let backup = office.path("backup.sqlite");
    let backup = backup.to_str().unwrap();
    office.runs(&["backup", backup]);
    let number = office.runs(&["permits", "list"]);
    let number = number.split('\t').next().unwrap();
    office.runs(&["revoke", "--subject", number, "--ground", "died", "--by", "officer-7"]);
    assert_eq!(office.runs(&["permits", "list"]).lines().count(), 1);

    // Not while the service runs.
    let restore = ["restore", backup, "--unknown", "valid"];
    let mut served =
        office.command(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(served.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    let (_, error) = office.fails(&restore);
    assert!(error.contains("stop the service first"), "{error}");
    served.kill().unwrap();
    served.wait().unwrap();
    assert_eq!(office.runs(&["permits", "list"]).lines().count(), 1, "the register is as it was");

    let restored = office.runs(&restore);
    assert!(restored.contains("is kept as"), "{restored}");
    assert_eq!(office.runs(&["permits", "list"]).lines().count(), 2);
    let log = office.runs(&["audit", "show", "register"]);
    assert!(log.contains("register-restored"), "{log}");
    assert!(office.runs(&["audit", "verify"]).contains("the log is whole"));
    office.runs(&["serve", "--check"]);
    let left: Vec<_> = fs::read_dir(office.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restoring"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_is_no_backup_leaves_the_register_alone() {
    let office = Office::new();
    let before = fs::read(office.path("register.sqlite")).unwrap();
    office.write("text", "this is no register");
    let text = office.path("text");
    let missing = office.path("missing");
    for (from, said) in [(text, "register"), (missing, "missing")] {
        let from = from.to_str().unwrap();
        let (code, error) = office.fails(&["restore", from, "--unknown", "valid"]);
        assert!(code == 1 && error.contains(said), "{error}");
        assert_eq!(fs::read(office.path("register.sqlite")).unwrap(), before);
        assert!(!office.path("register.sqlite-restoring").exists());
    }
}

#[test]
fn messages_wait_for_a_program_that_is_away() {
    let office = Office::new();
    office.set(
        "[pages]",
        "[webhook]\nurl = \"http://127.0.0.1:9/hooks\"\nsecret = \"hook.key\"\n\n[pages]",
    );
    office.write("hook.key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    office.mode("hook.key", 0o644);
    assert!(office.fails(&["serve", "--check"]).1.contains("chmod 600"));
    office.mode("hook.key", 0o600);
    office.runs(&["serve", "--check"]);
    assert_eq!(office.runs(&["webhook", "list"]), "");
    office.runs(&["seed", "--demo", "--people", "5"]);
    let listed = office.runs(&["webhook", "list"]);
    assert_eq!(listed.lines().count(), 8, "{listed}");
    assert!(listed.contains("\twaiting\tpermit.issued\t"), "{listed}");
    assert!(office.fails(&["webhook", "again"]).1.contains("no such message is dead"));
    office.write("hook.key", "a word\n");
    assert!(office.fails(&["serve", "--check"]).1.contains("webhook.secret"));
}
