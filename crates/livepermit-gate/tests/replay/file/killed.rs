//! A gate that is killed at any moment.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::{RETENTION, at, enter, hall};
use super::{NOON, key_of};
use livepermit_gate::FileReplay;
use livepermit_gate::replay::{Answer, ReplayStore as _, StoreHealth};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const KILLED: &str = "LIVEPERMIT_TEST_KILLED";

/// Not a test: the gate that [`a_gate_killed_200_times_admits_nothing_twice`] kills.
#[test]
fn gate_to_be_killed() {
    let Ok(arguments) = std::env::var(KILLED) else { return };
    let (from, path) = arguments.split_once(' ').unwrap();
    let store = FileReplay::open(path, RETENTION).unwrap();
    let place = hall();
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nopen").unwrap();
    // A code a tenth of a second, so that records are forgotten meanwhile.
    for number in from.parse::<u64>().unwrap().. {
        let moment = NOON + number / 10;
        if store.admit(&enter(key_of(number % 2000, moment), &place, moment)).unwrap()
            == Answer::Admitted
        {
            writeln!(out, "used {number}").unwrap();
        }
    }
}

#[test]
fn a_gate_killed_200_times_admits_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let place = hall();
    let mut rng = StdRng::seed_from_u64(1);
    let mut used = BTreeSet::new();
    let mut opened = 0;
    let start = |from: u64, path: &Path| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "file::killed::gate_to_be_killed", "--nocapture"])
            .env(KILLED, format!("{from} {}", path.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // Four times what one takes to open, so that three of four are at work when they are killed, on
    // a busy machine too.
    let begun = Instant::now();
    let mut first = start(0, &folder.path().join("another"));
    let mut lines = BufReader::new(first.stdout.take().unwrap()).split(b'\n').map(Result::unwrap);
    assert!(lines.any(|line| line == b"open"));
    let patience = begun.elapsed().max(Duration::from_millis(20)) * 4;
    first.kill().unwrap();
    first.wait().unwrap();
    for _ in 0..200 {
        let from = used.last().map_or(0, |last| last + 1);
        let mut gate = start(from, &path);
        let out = BufReader::new(gate.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            // A line without its end was being written.
            let mut lines: Vec<Vec<u8>> = out.split(b'\n').map(Result::unwrap).collect();
            lines.pop();
            lines.into_iter().map(|line| String::from_utf8(line).unwrap()).collect::<Vec<_>>()
        });
        std::thread::sleep(patience.mul_f64(rng.random_range(0.0..1.0)));
        gate.kill().unwrap();
        gate.wait().unwrap();
        let lines = reader.join().unwrap();
        opened += usize::from(lines.iter().any(|line| line == "open"));
        for line in lines {
            if let Some(number) = line.strip_prefix("used ") {
                assert!(used.insert(number.parse::<u64>().unwrap()), "admitted twice: {number}");
            }
        }
        let store = FileReplay::open(&path, RETENTION).unwrap();
        store.keep_alive(at(NOON)).unwrap();
        assert_eq!(store.health(), StoreHealth::default(), "a kill is no loss");
        let now = NOON + used.last().unwrap_or(&0) / 10;
        for number in &used {
            // By the clock it was admitted by, and by the clock of now.
            let key = key_of(number % 2000, NOON + number / 10);
            for now in [NOON + number / 10, now] {
                let answer = store.admit(&enter(key, &place, now)).unwrap();
                assert_ne!(answer, Answer::Admitted, "{number}");
            }
        }
    }
    println!("{} codes admitted, {opened} of 200 gates were open when killed", used.len());
    assert!(used.len() > 500 && opened > 100, "{} codes, {opened} gates", used.len());
}
