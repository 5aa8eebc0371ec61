//! The store in a file, through the public API: threads, other files, damage, and `kill -9`.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{RETENTION, at, enter, hall};
use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{Answer, ReplayStore, Retention, StoreErrorKind};
use livepermit_gate::{FileReplay, GatePlace};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const NOON: u64 = 1_790_000_000;

fn key_of(permit: u64, moment: u64) -> ReplayKey {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&permit.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    ReplayKey::new(PermitId::from_bytes(id), Some(at(moment)), at(moment + 30), at(moment + 40))
}

/// 8 threads and 500 rounds: each is a write to the disk.
#[test]
fn of_eight_threads_with_the_same_code_exactly_one_admits() {
    const THREADS: usize = 8;
    const ROUNDS: u64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let store = FileReplay::open(folder.path().join("used"), RETENTION).unwrap();
    let (barrier, admitted) = (Barrier::new(THREADS), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, barrier, admitted) = (&store, &barrier, &admitted);
            scope.spawn(move || {
                let place = GatePlace::new("north", &thread.to_string(), "hall").unwrap();
                for round in 0..ROUNDS {
                    let moment = NOON + round * 40;
                    barrier.wait();
                    let answer =
                        store.admit(&enter(key_of(round % 7, moment), &place, moment)).unwrap();
                    if answer == Answer::Admitted {
                        admitted.fetch_add(1, Ordering::SeqCst);
                    } else {
                        assert_eq!(answer, Answer::AlreadyUsed { then: at(moment) });
                    }
                    barrier.wait();
                    assert_eq!(
                        admitted.load(Ordering::SeqCst),
                        usize::try_from(round).unwrap() + 1
                    );
                    barrier.wait();
                }
            });
        }
    });
}

#[test]
fn what_was_used_where_is_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let attempt_at = hall();
    let attempt = enter(key_of(1, NOON), &attempt_at, NOON + 1);
    let store = FileReplay::open(&path, RETENTION).unwrap();
    assert_eq!(store.is_empty(), Ok(true));
    assert_eq!(store.admit(&attempt).unwrap(), Answer::Admitted);
    assert_eq!(store.is_empty(), Ok(false));
    let before = store.earlier(attempt.key.permit).unwrap().unwrap();
    drop(store);
    let store = FileReplay::open(&path, RETENTION).unwrap();
    assert_eq!(store.earlier(attempt.key.permit).unwrap(), Some(before));
    assert_eq!(
        store.admit(&enter(key_of(1, NOON), &attempt_at, NOON + 4)).unwrap(),
        Answer::AlreadyUsed { then: at(NOON + 1) }
    );
    assert_eq!(store.horizon().unwrap(), Timestamp::MIN);
    drop(store);
    let longer = Retention { largest_window: 90, clock_difference: 61 };
    assert_eq!(FileReplay::open(&path, longer).unwrap().retention(), longer);
    assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing else is left in the folder");
}

#[test]
fn what_is_over_is_removed_little_by_little_and_stays_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let place = hall();
    let store = FileReplay::open(&path, RETENTION).unwrap();
    for permit in 0..100 {
        assert_eq!(
            store.admit(&enter(key_of(permit, NOON), &place, NOON)).unwrap(),
            Answer::Admitted
        );
    }
    // Cool-down and clock difference later, one second before and at the edge.
    let over = NOON + 95;
    store.admit(&enter(key_of(1000, over - 1), &place, over - 1)).unwrap();
    assert_eq!(store.len().unwrap(), 101);
    for permit in 0..30 {
        store.admit(&enter(key_of(2000 + permit, over), &place, over)).unwrap();
    }
    assert_eq!(store.len().unwrap(), 31);
    assert_eq!(store.horizon().unwrap(), at(NOON + 31));
    drop(store);
    let store = FileReplay::open(&path, RETENTION).unwrap();
    for permit in 0..100 {
        let answer = store.admit(&enter(key_of(permit, NOON), &place, NOON)).unwrap();
        assert_eq!(answer, Answer::BehindHorizon { horizon: at(NOON + 31) });
    }
}

#[test]
fn a_full_file_refuses_until_something_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = hall();
    let store = FileReplay::open(folder.path().join("used"), RETENTION).unwrap().with_capacity(2);
    for permit in [1, 2] {
        assert_eq!(
            store.admit(&enter(key_of(permit, NOON), &place, NOON)).unwrap(),
            Answer::Admitted
        );
    }
    assert_eq!(store.admit(&enter(key_of(3, NOON + 94), &place, NOON + 94)).unwrap(), Answer::Full);
    assert_eq!(store.len().unwrap(), 2);
    // A permit it knows needs no room.
    assert_eq!(
        store.admit(&enter(key_of(1, NOON + 94), &place, NOON + 94)).unwrap(),
        Answer::Admitted
    );
    assert_eq!(
        store.admit(&enter(key_of(3, NOON + 95), &place, NOON + 95)).unwrap(),
        Answer::Admitted
    );
}

/// Adds tables to a database, which is made where there is none.
fn with_tables(path: &Path, names: &[&str]) {
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_write().unwrap();
    for name in names {
        transaction.open_table(redb::TableDefinition::<u64, u64>::new(name)).unwrap();
    }
    transaction.commit().unwrap();
}

#[test]
fn a_file_that_is_held_foreign_or_missing_its_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |path: &Path| FileReplay::open(path, RETENTION).unwrap_err().kind();
    let held = folder.path().join("held");
    let store = FileReplay::open(&held, RETENTION).unwrap();
    assert_eq!(kind(&held), StoreErrorKind::InUse);
    drop(store);
    let text = folder.path().join("text");
    std::fs::write(&text, "minutes of the meeting\n".repeat(999)).unwrap();
    assert_eq!(kind(&text), StoreErrorKind::Foreign);
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("minutes"), "left as it was");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    assert_eq!(kind(&empty), StoreErrorKind::Foreign);
    let other = folder.path().join("other");
    with_tables(&other, &["invoices"]);
    assert_eq!(kind(&other), StoreErrorKind::Foreign);
    // As many tables as ours, or ours and another.
    let two = folder.path().join("two");
    with_tables(&two, &["invoices", "customers"]);
    assert_eq!(kind(&two), StoreErrorKind::Foreign);
    let more = folder.path().join("more");
    drop(FileReplay::open(&more, RETENTION).unwrap());
    with_tables(&more, &["invoices"]);
    assert_eq!(kind(&more), StoreErrorKind::Foreign);
    assert_eq!(kind(&folder.path().join("no/such/folder")), StoreErrorKind::Storage);
    // Left by a crash while the very first file was made.
    std::fs::write(folder.path().join("first.new"), vec![0; 70_000]).unwrap();
    assert!(FileReplay::open(folder.path().join("first"), RETENTION).is_ok());
}

/// Either it is noticed, or it was in a place that holds nothing; a used code is never admitted.
#[test]
fn a_damaged_file_admits_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let place = hall();
    let store = FileReplay::open(&path, RETENTION).unwrap();
    for permit in 0..50 {
        assert_eq!(
            store.admit(&enter(key_of(permit, NOON), &place, NOON)).unwrap(),
            Answer::Admitted
        );
    }
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let holding: Vec<usize> = (0..whole.len()).filter(|index| whole[*index] != 0).collect();
    let mut rng = StdRng::seed_from_u64(3);
    let mut noticed = 0;
    for round in 0..200 {
        let mut bytes = whole.clone();
        if round % 10 == 0 {
            bytes.truncate(rng.random_range(1..bytes.len()));
        } else {
            bytes[holding[rng.random_range(0..holding.len())]] ^= rng.random_range(1..=255_u8);
        }
        std::fs::write(&path, bytes).unwrap();
        match FileReplay::open(&path, RETENTION) {
            Err(_) => noticed += 1,
            Ok(store) => {
                for permit in 0..50 {
                    let answer = store.admit(&enter(key_of(permit, NOON), &place, NOON + 9));
                    assert!(
                        answer.is_err() || answer == Ok(Answer::AlreadyUsed { then: at(NOON) }),
                        "{answer:?}"
                    );
                }
            }
        }
    }
    // Every cut at least. Most bytes are of pages the file no longer uses.
    assert!(noticed >= 20, "{noticed} of 200");
}

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
            .args(["--exact", "file::gate_to_be_killed", "--nocapture"])
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
    assert!(used.len() > 1000 && opened > 100, "{} codes, {opened} gates", used.len());
}
