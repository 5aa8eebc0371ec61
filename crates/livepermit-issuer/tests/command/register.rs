//! What an operator does with the register as a whole.

use std::fs;

use super::office::Office;

#[test]
fn an_empty_register_is_whole() {
    let office = Office::new();
    assert_eq!(office.runs(&["audit", "verify"]), "the log is whole, and empty\n");
    assert_eq!(office.runs(&["permits", "list"]), "");
    let (code, error) = office.fails(&["permits", "show", "BJ-1"]);
    assert_eq!((code, error.contains("no permit has the number BJ-1")), (1, true));
    let unknown = ["revoke", "--subject", "BJ-1", "--ground", "died", "--by", "officer-7"];
    assert!(office.fails(&unknown).1.contains("no permit has the number BJ-1"));
}

#[test]
fn a_backup_is_a_register_and_is_never_written_over() {
    let office = Office::new();
    let backup = office.path("backup.sqlite");
    let path = backup.to_str().unwrap();
    assert!(office.runs(&["backup", path]).contains("the log is whole"));
    let before = fs::read(&backup).unwrap();
    assert!(office.fails(&["backup", path]).1.contains("the register"));
    assert_eq!(fs::read(&backup).unwrap(), before);
    office.set("register.sqlite", "backup.sqlite");
    office.runs(&["serve", "--check"]);
    let restored = office.runs(&["restored", "--unknown", "valid"]);
    assert!(restored.contains("no list has given an entry"), "{restored}");
}
