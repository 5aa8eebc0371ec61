//! The store in a file, through the public API.

mod before;
mod damage;
mod disk;
mod killed;
mod losses;
mod speed;

use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{RETENTION, at, enter, hall};
use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{Answer, ReplayStore, Retention, StoreErrorKind, StoreHealth};
use livepermit_gate::{FileReplay, GatePlace};

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
    // No thread took another's admission for one that is missing.
    assert_eq!(store.health(), StoreHealth::default());
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
    assert_eq!(store.remembers_from().unwrap(), Timestamp::MIN);
    drop(store);
    let longer = Retention { largest_window: 90, clock_difference: 61, ..RETENTION };
    assert_eq!(FileReplay::open(&path, longer).unwrap().retention(), longer);
    let mut names: Vec<_> =
        folder.path().read_dir().unwrap().map(|at| at.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["used", "used.witness"], "nothing else is left in the folder");
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
    assert_eq!(store.remembers_from().unwrap(), at(NOON + 1));
    drop(store);
    let store = FileReplay::open(&path, RETENTION).unwrap();
    for permit in 0..100 {
        let answer = store.admit(&enter(key_of(permit, NOON), &place, NOON)).unwrap();
        assert_eq!(answer, Answer::Forgotten { until: at(NOON + 1) });
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

/// Changes the numbers beside the records.
fn with_meta(path: &Path, change: impl FnOnce(&mut redb::Table<'_, &'static str, u64>)) {
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta = redb::TableDefinition::new("livepermit-replay-meta");
    change(&mut transaction.open_table(meta).unwrap());
    transaction.commit().unwrap();
}

#[test]
fn a_file_that_is_held_foreign_or_missing_its_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |path: &Path| FileReplay::open(path, RETENTION).unwrap_err().kind();
    let held = folder.path().join("held");
    let store = FileReplay::open(&held, RETENTION).unwrap();
    assert_eq!(kind(&held), StoreErrorKind::InUse);
    // A moment more: a program that another thread starts has the file open until it runs.
    let later = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(store);
    });
    assert!(FileReplay::open(&held, RETENTION).is_ok());
    later.join().unwrap();
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
    for (format, expected) in [(3, StoreErrorKind::Foreign), (0, StoreErrorKind::Foreign)] {
        let newer = folder.path().join(format!("format-{format}"));
        drop(FileReplay::open(&newer, RETENTION).unwrap());
        with_meta(&newer, |meta| drop(meta.insert("format", format).unwrap()));
        assert_eq!(kind(&newer), expected);
    }
    for row in ["format", "id-1", "generation", "lost", "records"] {
        let part = folder.path().join(row);
        drop(FileReplay::open(&part, RETENTION).unwrap());
        with_meta(&part, |meta| drop(meta.remove(row).unwrap()));
        assert_eq!(kind(&part), StoreErrorKind::Damaged, "{row}");
    }
    assert_eq!(kind(&folder.path().join("no/such/folder")), StoreErrorKind::Storage);
    // Left by a crash while the very first file was made.
    std::fs::write(folder.path().join("first.new"), vec![0; 70_000]).unwrap();
    assert!(FileReplay::open(folder.path().join("first"), RETENTION).is_ok());
    // Nobody else's file is taken for one.
    std::fs::write(folder.path().join("next.new"), "minutes of the meeting").unwrap();
    assert_eq!(kind(&folder.path().join("next")), StoreErrorKind::Foreign);
    let text = std::fs::read_to_string(folder.path().join("next.new")).unwrap();
    assert_eq!(text, "minutes of the meeting");
}
