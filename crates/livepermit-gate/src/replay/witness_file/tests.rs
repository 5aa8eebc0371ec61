use std::fs;

use proptest::prelude::*;

use super::*;

fn known(store: u8, generation: u64, text: &str) -> Known {
    let incarnation = Incarnation::new(text).unwrap();
    Known { store: StoreId::from_bytes([store; 16]), generation, incarnation }
}

fn unreadable(witnesses: &Witnesses) -> bool {
    witnesses.get(0).known().is_some_and(|known| known.store == UNREADABLE)
}

#[test]
fn what_was_taken_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.witness");
    let long = "x".repeat(Incarnation::MAX_BYTES);
    for restart in 0..3_u64 {
        let witnesses = Witnesses::open(&path).unwrap();
        for (shard, text) in [(0, "a"), (31, "b"), (32, &*long), (70, "d")] {
            let before = Witness::from_parts(Some(known(7, restart, text)), restart * 10);
            assert_eq!(witnesses.get(shard), if restart > 0 { before } else { Witness::new() });
            witnesses.take(shard, known(7, restart + 1, text), restart * 10 + 5).unwrap();
            witnesses.take(shard, known(7, restart + 1, text), restart * 10 + 10).unwrap();
        }
        assert_eq!(witnesses.get(1), Witness::new());
    }
    assert_eq!(fs::metadata(&path).unwrap().len(), 3 * 8192);
}

#[test]
fn one_process_uses_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.witness");
    let first = Witnesses::open(&path).unwrap();
    assert_eq!(Witnesses::open(&path).unwrap_err().kind(), StoreErrorKind::InUse);
    drop(first);
    assert!(Witnesses::open(&path).is_ok());
}

#[test]
fn a_file_that_is_held_for_a_moment_more_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.witness");
    let first = Witnesses::open(&path).unwrap();
    let held = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(first);
    });
    assert!(Witnesses::open(&path).is_ok());
    held.join().unwrap();
}

#[test]
fn an_old_answer_is_an_error_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.witness");
    let witnesses = Witnesses::open(&path).unwrap();
    witnesses.take(0, known(1, 3, "a"), 5).unwrap();
    let error = witnesses.take(0, known(1, 2, "a"), 9).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable);
    drop(witnesses);
    let expected = Witness::from_parts(Some(known(1, 3, "a")), 5);
    assert_eq!(Witnesses::open(&path).unwrap().get(0), expected);
}

#[test]
fn a_file_of_something_else_is_a_store_that_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.witness");
    for bytes in [b"hello".to_vec(), vec![0; 4096], vec![0xFF; 8192], vec![0; 30_000]] {
        fs::write(&path, &bytes).unwrap();
        assert!(unreadable(&Witnesses::open(&path).unwrap()));
        // The gate can go on with the file.
        let witnesses = Witnesses::open(&path).unwrap();
        witnesses.take(0, known(1, 1, "a"), 5).unwrap();
        drop(witnesses);
        let expected = Witness::from_parts(Some(known(1, 1, "a")), 5);
        assert_eq!(Witnesses::open(&path).unwrap().get(0), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A write that was cut short leaves the state before it, and never an older one.
    #[test]
    fn a_torn_write_leaves_the_state_before(kept in 0..SLOT_BYTES - CHECK_BYTES, count in 1..6_u64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("once.witness");
        let witnesses = Witnesses::open(&path).unwrap();
        for admissions in 1..=count {
            witnesses.take(0, known(1, 1, "a"), admissions).unwrap();
        }
        let before = fs::read(&path).unwrap();
        witnesses.take(0, known(1, 1, "a"), count + 1).unwrap();
        drop(witnesses);
        let mut torn = fs::read(&path).unwrap();
        let at = place(0, count + 1);
        torn[at + kept..at + SLOT_BYTES].copy_from_slice(&before[at + kept..at + SLOT_BYTES]);
        fs::write(&path, &torn).unwrap();
        let found = Witnesses::open(&path).unwrap().get(0).admissions();
        // The last bytes of a slot are its check: with them, the write is complete.
        prop_assert_eq!(found, count);
    }

    #[test]
    fn any_damaged_bytes_are_an_older_state_or_a_loss(
        at in 0..2 * PAGE_BYTES, length in 1..PAGE_BYTES, value: u8, count in 1..6_u64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("once.witness");
        let witnesses = Witnesses::open(&path).unwrap();
        for admissions in 1..=count {
            witnesses.take(0, known(1, 1, "a"), admissions).unwrap();
        }
        drop(witnesses);
        let mut bytes = fs::read(&path).unwrap();
        let end = bytes.len().min(at + length);
        bytes[at..end].fill(value);
        fs::write(&path, &bytes).unwrap();
        let witnesses = Witnesses::open(&path).unwrap();
        let admissions = witnesses.get(0).admissions();
        prop_assert!(unreadable(&witnesses) || admissions + 1 >= count, "{admissions} {count}");
    }
}
