//! The log of a gate: for its owner alone, opened again, kept below a size, and never in the way.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;

use crate::desk::{Desk, Gate, NOW};
use crate::terminal::{send, wait_until};

const LOG: [&str; 2] = ["--log", "log.jsonl"];

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn hang_up(gate: &Gate) {
    send(gate.id(), Signal::HUP);
}

/// The numbers of the lines in these files, each of which is whole.
fn numbers(desk: &Desk, files: &[String]) -> Vec<u64> {
    let lines = files.iter().flat_map(|name| {
        let text = desk.text(name);
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let number = |line: String| serde_json::from_str::<Value>(&line).unwrap()["number"].as_u64();
    lines.map(|line| number(line).unwrap()).collect()
}

#[test]
fn after_a_hangup_the_log_is_opened_again() {
    let desk = Desk::new();
    let mut gate = desk.gate(&LOG);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    fs::rename(desk.path("log.jsonl"), desk.path("old")).unwrap();
    // Without the signal, the renamed file grows on.
    assert_eq!(gate.code(NOW, &desk.pass("B", NOW)), "accepted");
    hang_up(&gate);
    // Nobody comes, and the new file is there all the same.
    wait_until("no new log", || desk.path("log.jsonl").exists());
    assert_eq!(gate.code(NOW, &desk.pass("C", NOW)), "accepted");
    assert_eq!(numbers(&desk, &["old".into(), "log.jsonl".into()]), [1, 2, 3]);
    assert_eq!(numbers(&desk, &["log.jsonl".into()]), [3]);
    let data = fs::metadata(desk.path("log.jsonl")).unwrap();
    assert_eq!(data.permissions().mode() & 0o777, 0o600);

    // If the name stands for nothing that can be written, the open file goes on.
    fs::rename(desk.path("log.jsonl"), desk.path("older")).unwrap();
    fs::create_dir(desk.path("log.jsonl")).unwrap();
    hang_up(&gate);
    wait_until("no warning", || desk.errors().contains("cannot be opened again"));
    assert_eq!(gate.code(NOW, &desk.pass("D", NOW)), "accepted");
    assert_eq!(numbers(&desk, &["older".into()]), [3, 4]);
    assert_eq!(gate.finish(), 0);
}

/// Whether who started the tests ignores SIGHUP, as `nohup` does: then the programs do too.
fn hangups_are_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0) & 1 == 1
}

#[test]
fn without_a_log_a_hangup_ends_the_gate() {
    let desk = Desk::new();
    let mut gate = desk.gate(&[]);
    assert_eq!(gate.code(NOW, &desk.pass("A", NOW)), "accepted");
    hang_up(&gate);
    if hangups_are_ignored() {
        assert_eq!(gate.code(NOW, &desk.pass("B", NOW)), "accepted");
        assert_eq!(gate.finish(), 0);
    } else {
        wait_until("it goes on", || gate.has_ended());
    }
}

#[test]
fn a_log_is_kept_below_its_size() {
    let desk = Desk::new();
    fs::write(desk.path("log.jsonl"), "").unwrap();
    set_mode(&desk.path("log.jsonl"), 0o640);
    let words = desk.gate_words(&["--log", "log.jsonl", "--log-max", "4K"]);
    let mut input: String = (0..200).map(|n| format!("@{} x{n}\n", NOW + n)).collect();
    let ran = desk.run_with(&words, input.as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let names = |desk: &Desk| -> Vec<String> {
        let mut names = desk.files(".");
        names.retain(|name| name.starts_with("log.jsonl"));
        names.reverse();
        names
    };
    let expected = ["5", "4", "3", "2", "1"].map(|number| format!("log.jsonl.{number}"));
    assert_eq!(names(&desk), [&expected[..], &["log.jsonl".to_owned()]].concat());
    for name in names(&desk) {
        let data = fs::metadata(desk.path(&name)).unwrap();
        assert!(data.len() <= 4096, "{name}: {}", data.len());
        assert_eq!(data.permissions().mode() & 0o777, 0o640, "{name}");
        assert!(data.len() > 3500 || name == "log.jsonl", "{name}: {}", data.len());
    }
    // Each line is whole, in order, and only the oldest are gone.
    let kept = numbers(&desk, &names(&desk));
    assert_eq!(kept.last(), Some(&200));
    assert!(kept.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{kept:?}");

    // A link stays, and the files beside its target are renamed.
    fs::create_dir(desk.path("logs")).unwrap();
    symlink("logs/far.jsonl", desk.path("near.jsonl")).unwrap();
    let words = desk.gate_words(&["--log", "near.jsonl", "--log-max", "4K"]);
    input.push_str("end\n");
    desk.run_with(&words, input.as_bytes());
    assert!(desk.path("near.jsonl").is_symlink());
    assert!(desk.files("logs").contains(&"far.jsonl.1".to_owned()));
}

#[test]
fn a_file_that_somebody_else_renamed_is_not_renamed_again() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "log.jsonl", "--log-max", "4K"]);
    assert_eq!(gate.code(NOW, "x"), "not-ours");
    fs::rename(desk.path("log.jsonl"), desk.path("moved")).unwrap();
    desk.write("log.jsonl", "");
    for n in 0..20 {
        assert_eq!(gate.code(NOW, &format!("x{n}")), "not-ours");
    }
    assert_eq!(gate.finish(), 0);
    assert!(!desk.path("log.jsonl.1").exists());
    let all = numbers(&desk, &["moved".into(), "log.jsonl".into()]);
    assert_eq!(all, (1..=21).collect::<Vec<u64>>());
}

#[test]
fn a_file_that_somebody_took_away_is_begun_anew() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--log", "log.jsonl", "--log-max", "4K"]);
    assert_eq!(gate.code(NOW, "x"), "not-ours");
    fs::rename(desk.path("log.jsonl"), desk.path("moved")).unwrap();
    for n in 0..20 {
        assert_eq!(gate.code(NOW, &format!("x{n}")), "not-ours");
    }
    assert_eq!(gate.finish(), 0);
    assert_eq!(desk.errors(), "");
    assert!(!desk.path("log.jsonl.1").exists());
    let all = numbers(&desk, &["moved".into(), "log.jsonl".into()]);
    assert_eq!(all, (1..=21).collect::<Vec<u64>>());
}

#[test]
fn a_log_that_cannot_be_renamed_grows_on_and_says_so_once() {
    let desk = Desk::new();
    for number in 1..=5 {
        // A folder that is not empty is not replaced by a file.
        fs::create_dir_all(desk.path(&format!("log.jsonl.{number}/full"))).unwrap();
    }
    let words = desk.gate_words(&["--log", "log.jsonl", "--log-max", "4K"]);
    let input: String = (0..50).map(|n| format!("@{} x{n}\n", NOW + n)).collect();
    let ran = desk.run_with(&words, input.as_bytes());
    assert_eq!(ran.err.matches("cannot be renamed").count(), 1, "{}", ran.err);
    assert_eq!((ran.code, numbers(&desk, &["log.jsonl".into()]).len()), (0, 50));
}

#[test]
fn a_full_disk_stops_nobody_and_is_said_once() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    let desk = Desk::new();
    symlink("/dev/full", desk.path("log.jsonl")).unwrap();
    let mut gate = desk.gate(&LOG);
    for subject in ["A", "B", "C"] {
        assert_eq!(gate.code(NOW, &desk.pass(subject, NOW)), "accepted");
    }
    assert_eq!(desk.errors().matches("log.jsonl cannot be written").count(), 1);
    // Space again. What a failed write left of a line does not spoil the next one.
    fs::remove_file(desk.path("log.jsonl")).unwrap();
    desk.write("log.jsonl", "{\"cut");
    assert_eq!(gate.code(NOW, &desk.pass("D", NOW)), "accepted");
    assert!(desk.errors().contains("log.jsonl is written again; 3 line(s) are missing"));
    assert_eq!(gate.code(NOW, &desk.pass("E", NOW)), "accepted");
    let text = desk.text("log.jsonl");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "{\"cut"));
    let number = |line| serde_json::from_str::<Value>(line).unwrap()["number"].as_u64();
    assert_eq!((number(lines[1]), number(lines[2])), (Some(4), Some(5)));
    assert_eq!(gate.finish(), 0);
}

#[test]
fn a_log_that_every_user_can_read_is_reported() {
    for (mode, is_open) in
        [(0o600, false), (0o640, false), (0o660, false), (0o644, true), (0o666, true)]
    {
        let desk = Desk::new();
        desk.write("log.jsonl", "");
        set_mode(&desk.path("log.jsonl"), mode);
        let ran = desk.ok(&desk.gate_words(&LOG));
        assert_eq!(ran.err.contains("chmod 600 log.jsonl"), is_open, "{mode:o}: {}", ran.err);
        let data = fs::metadata(desk.path("log.jsonl")).unwrap();
        assert_eq!(data.permissions().mode() & 0o777, mode);
    }
}

#[test]
fn misuses() {
    let desk = Desk::new();
    for size in ["", "0", "4095", "3K", "10 M", "1T", "4kb"] {
        let ran = desk.run(&desk.gate_words(&["--log", "log.jsonl", "--log-max", size]));
        assert_eq!(ran.code, 2, "{size}");
        assert!(ran.err.contains("--log-max"), "{}", ran.err);
    }
    let ran = desk.run(&desk.gate_words(&["--log-max", "4K"]));
    assert!(ran.code == 2 && ran.err.contains("--log <FILE>"), "{}", ran.err);
    let ran = desk.run(&desk.gate_words(&["--log", "/dev/null", "--log-max", "4K"]));
    ran.failed("/dev/null is a device or a pipe");
    assert!(!desk.path("state").exists());
}
