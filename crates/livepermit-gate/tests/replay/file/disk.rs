//! A disk that fills up, and has room again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::super::{RETENTION, enter, hall};
use super::{NOON, key_of};
use livepermit_gate::FileReplay;
use livepermit_gate::replay::{Answer, ReplayStore as _, StoreErrorKind};

const FULL: &str = "LIVEPERMIT_TEST_FULL";

/// Not a test: the gate whose disk [`a_full_disk_closes_the_store_until_there_is_room`] fills up.
#[test]
fn gate_on_a_full_disk() {
    let Ok(path) = std::env::var(FULL) else { return };
    let store = FileReplay::open(path, RETENTION).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nopen").unwrap();
    for line in std::io::stdin().lines() {
        let number: u64 = line.unwrap().parse().unwrap();
        match store.admit(&enter(key_of(number, NOON), &hall(), NOON + 9)) {
            Ok(Answer::Admitted) => writeln!(out, "admitted").unwrap(),
            Ok(answer) => writeln!(out, "{answer:?}").unwrap(),
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Storage);
                writeln!(out, "{error}").unwrap();
            }
        }
    }
}

/// A limit of the system on the size of files stands in for a full disk.
#[test]
fn a_full_disk_closes_the_store_until_there_is_room() {
    let limit = |process: u32, bytes: &str| {
        Command::new("prlimit")
            .arg(format!("--pid={process}"))
            .arg(format!("--fsize={bytes}:"))
            .status()
    };
    if let Err(error) = limit(std::process::id(), "unlimited") {
        assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "prlimit: {error}");
        println!("skipped: prlimit: {error}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    // Without the trap, the system ends a process that writes too much.
    let mut gate = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; exec \"$0\" --exact file::disk::gate_on_a_full_disk --nocapture",
        ])
        .arg(std::env::current_exe().unwrap())
        .env(FULL, &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(gate.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "open"));
    let mut input = gate.stdin.take().unwrap();
    let mut say = |number: u64| {
        writeln!(input, "{number}").unwrap();
        lines.next().unwrap()
    };
    let process = gate.id();
    let mut next = 1;
    for bytes in ["0", "4096", "6000"] {
        assert_eq!(say(next), "admitted");
        assert!(limit(process, bytes).unwrap().success());
        for _ in 0..3 {
            let text = say(next + 1);
            assert!(text.contains("File too large"), "the cause is said: {text}");
            std::thread::sleep(Duration::from_millis(600));
        }
        assert!(limit(process, "unlimited").unwrap().success());
        std::thread::sleep(Duration::from_millis(1100));
        let then = say(next);
        assert!(then.starts_with("Already"), "{then}");
        // What failed may have been recorded, and opens no door twice.
        let then = say(next + 1);
        assert!(then == "admitted" || then.starts_with("Already"), "{then}");
        next += 2;
    }
    assert_eq!(say(next), "admitted");
    drop(input);
    assert!(gate.wait().unwrap().success());
    let store = FileReplay::open(&path, RETENTION).unwrap();
    for number in 1..=next {
        let answer = store.admit(&enter(key_of(number, NOON), &hall(), NOON + 20)).unwrap();
        assert!(matches!(answer, Answer::AlreadyUsed { .. }), "{number}: {answer:?}");
    }
    assert_eq!(store.health().loss, None);
}
