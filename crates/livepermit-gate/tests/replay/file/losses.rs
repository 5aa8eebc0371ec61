//! A store that lost admissions: what its witness notices, and what is refused then.

use std::fs;
use std::path::Path;

use super::super::{RETENTION, at, enter, hall};
use super::{NOON, key_of};
use livepermit::Timestamp;
use livepermit::verify::ReplayKey;
use livepermit_gate::replay::{
    Answer, Attempt, GoOn, Incarnation, Known, Loss, Passage, ReplayStore as _, Retention, StoreId,
    Witnesses,
};
use livepermit_gate::{FileReplay, GatePlace};

const DAY_LONG: Retention = Retention { longest_cool_down: 86_400, ..RETENTION };

fn slip(permit: u64, passage: Passage, now: u64) -> Attempt {
    let code = key_of(permit, NOON);
    let key = ReplayKey::new(code.permit, None, code.live_until, code.keep_until);
    Attempt::new(key, hall(), passage, at(now), 3, 35)
}

fn open(path: &Path) -> FileReplay {
    FileReplay::open(path, DAY_LONG).unwrap()
}

/// A store in which these permits were used at noon.
fn used(path: &Path, permits: std::ops::Range<u64>) {
    let store = open(path);
    for permit in permits {
        let answer = store.admit(&enter(key_of(permit, NOON), &hall(), NOON));
        assert_eq!(answer, Ok(Answer::Admitted));
    }
}

fn put_there(path: &Path, name: &str) {
    fs::copy(path.with_file_name(name), path).unwrap();
}

#[test]
fn every_loss_of_the_file_is_noticed_and_waited_for() {
    type Change = fn(&Path);
    let cases: [(&str, Change, Loss); 4] = [
        ("removed", |path| fs::remove_file(path).unwrap(), Loss::OtherStore),
        ("exchanged for another store", |path| put_there(path, "other"), Loss::OtherStore),
        ("put back", |path| put_there(path, "old"), Loss::MissingAdmissions),
        (
            "a witness that cannot be read",
            |path| fs::write(path.with_file_name("used.witness"), "hello").unwrap(),
            Loss::OtherStore,
        ),
    ];
    for (name, change, loss) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("used");
        used(&folder.path().join("other"), 0..9);
        used(&path, 0..5);
        fs::copy(&path, folder.path().join("old")).unwrap();
        used(&path, 5..6);
        change(&path);
        let store = open(&path);
        assert_eq!(store.health().loss, None, "{name}");
        // Noticed without a visitor. Written, so that it counts from then on and not anew.
        let (lost, closed) = (NOON + 9 + 60 + 15 + 1, NOON + 9 + 86_400);
        store.keep_alive(at(NOON + 9)).unwrap();
        assert_eq!(store.health().loss, Some(loss), "{name}");
        drop(store);
        let store = open(&path);
        for now in [NOON + 10, lost, closed - 1] {
            let until = Answer::Forgotten { until: at(closed) };
            for attempt in [
                enter(key_of(5, NOON), &hall(), now),
                enter(key_of(77, now), &hall(), now),
                slip(77, Passage::Enter, now),
            ] {
                assert_eq!(store.admit(&attempt), Ok(until), "{name}");
            }
            assert_eq!(store.health().out_of_order_until, Some(at(closed)), "{name}");
        }
        // Leaving is open to slips, and to codes that were not lost.
        assert_eq!(store.admit(&slip(78, Passage::Leave, NOON + 10)), Ok(Answer::Admitted));
        let leaves =
            |moment| Attempt::new(key_of(79, moment), hall(), Passage::Leave, at(lost), 3, 35);
        let refused = Answer::Forgotten { until: at(lost) };
        assert_eq!(store.admit(&leaves(lost - 1)), Ok(refused), "{name}");
        assert_eq!(store.admit(&leaves(lost)), Ok(Answer::Admitted), "{name}");
        drop(store);
        let store = open(&path);
        assert_eq!(store.remembers_from(), Ok(at(lost)), "{name}");
        let code = enter(key_of(77, closed), &hall(), closed);
        assert_eq!(store.admit(&code), Ok(Answer::Admitted), "{name}");
        let used = store.admit(&enter(key_of(5, NOON), &hall(), closed));
        assert!(matches!(used, Ok(Answer::Forgotten { .. })), "{name}: {used:?}");
        assert_eq!((store.health().out_of_order_until, store.health().loss), (None, None));
    }
}

#[test]
fn a_loss_is_written_by_the_first_attempt_and_the_attempt_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    used(&path, 0..2);
    fs::remove_file(&path).unwrap();
    let store = open(&path);
    let until = Answer::Forgotten { until: at(NOON + 1 + 86_400) };
    assert_eq!(store.admit(&enter(key_of(9, NOON + 99), &hall(), NOON + 1)), Ok(until));
    assert_eq!(store.health().loss, Some(Loss::OtherStore));
    // The wait does not begin again.
    assert_eq!(store.admit(&enter(key_of(9, NOON + 99), &hall(), NOON + 9)), Ok(until));
    assert_eq!(open_after(store, &path).remembers_from(), Ok(at(NOON + 1 + 76)));
}

fn open_after(store: FileReplay, path: &Path) -> FileReplay {
    drop(store);
    open(path)
}

#[test]
fn an_operator_ends_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    used(&path, 0..2);
    fs::remove_file(&path).unwrap();
    // Before the store was asked for the first time after the loss.
    let store = open(&path);
    store.go_on(GoOn::CoolDownsLost, at(NOON + 5)).unwrap();
    assert_eq!(store.health().loss, Some(Loss::OtherStore));
    let store = open_after(store, &path);
    assert_eq!(store.admit(&slip(1, Passage::Enter, NOON + 6)), Ok(Answer::Admitted));
    let refused = Answer::Forgotten { until: at(NOON + 5 + 76) };
    assert_eq!(store.admit(&enter(key_of(1, NOON), &hall(), NOON + 6)), Ok(refused));
    let fresh = NOON + 5 + 76;
    assert_eq!(store.admit(&enter(key_of(2, fresh), &hall(), fresh)), Ok(Answer::Admitted));
    fs::remove_file(&path).unwrap();
    let store = open_after(store, &path);
    let loss = store.admit(&enter(key_of(3, NOON), &hall(), NOON));
    assert_eq!(loss, Ok(Answer::Forgotten { until: at(NOON + 86_400) }));
    store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
    assert_eq!(store.health().out_of_order_until, None);
    assert_eq!(store.remembers_from(), Ok(Timestamp::MIN));
    let store = open_after(store, &path);
    assert_eq!(store.admit(&enter(key_of(3, NOON), &hall(), NOON)), Ok(Answer::Admitted));
}

#[test]
fn a_store_that_disappears_before_the_first_admission_of_a_new_witness_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    used(&path, 0..1);
    fs::remove_file(folder.path().join("used.witness")).unwrap();
    drop(open(&path));
    fs::remove_file(&path).unwrap();
    let store = open(&path);
    store.keep_alive(at(NOON)).unwrap();
    assert_eq!(store.health().loss, Some(Loss::OtherStore));
}

#[test]
fn a_store_of_another_kind_leaves_its_mark_in_the_witness() {
    let folder = tempfile::tempdir().unwrap();
    let witness = folder.path().join("once.witness");
    let elsewhere = Known {
        store: StoreId::from_bytes([7; 16]),
        generation: 40,
        incarnation: Incarnation::new("a-server").unwrap(),
    };
    let witnesses = Witnesses::open(&witness).unwrap();
    witnesses.take(0, elsewhere, 1000).unwrap();
    let store = FileReplay::open_with(folder.path().join("used"), witnesses, RETENTION).unwrap();
    let refused = store.admit(&enter(key_of(1, NOON), &hall(), NOON));
    assert_eq!(refused, Ok(Answer::Forgotten { until: at(NOON + 76) }));
    assert_eq!(store.health().loss, Some(Loss::OtherStore));
    let fresh = enter(key_of(1, NOON + 76), &hall(), NOON + 76);
    assert_eq!(store.admit(&fresh), Ok(Answer::Admitted));
    drop(store);
    let known = Witnesses::open(&witness).unwrap().get(0);
    assert_eq!((known.known().unwrap().generation, known.admissions()), (41, 1001));
    assert!(!folder.path().join("used.witness").exists(), "one witness is enough");
}

#[test]
fn gates_that_share_a_process_share_the_witness() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    for round in 0..4 {
        let store = open(&path);
        for (gate, permits) in [("north", 0..3), ("south", 3..4), ("west", 4..6)] {
            let place = GatePlace::new(gate, "1", "hall").unwrap();
            for permit in permits {
                let now = NOON + round * 200;
                let answer = store.admit(&enter(key_of(permit, now), &place, now));
                assert_eq!(answer, Ok(Answer::Admitted), "{gate} {round}");
            }
        }
        assert_eq!(store.health().loss, None);
    }
}
