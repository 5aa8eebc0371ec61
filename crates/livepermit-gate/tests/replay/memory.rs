//! The store in memory, through the public API.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{RETENTION, at, enter};
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore};
use livepermit_gate::{GatePlace, MemoryReplay};

const NOON: u64 = 1_790_000_000;

fn key_of(permit: u8, moment: Option<u64>) -> ReplayKey {
    let until = at(moment.unwrap_or(NOON) + 30);
    ReplayKey::new(PermitId::from_bytes([permit; 32]), moment.map(at), until, until.plus(10))
}

#[test]
fn of_eight_threads_with_the_same_code_exactly_one_admits() {
    const THREADS: usize = 8;
    const ROUNDS: u64 = 10_000;
    let store = MemoryReplay::new(100_000, RETENTION);
    assert!(store.is_empty());
    let barrier = Barrier::new(THREADS);
    let admitted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, barrier, admitted) = (&store, &barrier, &admitted);
            scope.spawn(move || {
                let place = GatePlace::new("north", &thread.to_string(), "hall").unwrap();
                for round in 0..ROUNDS {
                    // Every third round the same permit again, out of its cool-down.
                    let permit =
                        if round % 3 == 0 { 0 } else { u8::try_from(round % 251).unwrap() };
                    let moment = NOON + round * 40;
                    barrier.wait();
                    let answer =
                        store.admit(&enter(key_of(permit, Some(moment)), &place, moment)).unwrap();
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
fn a_clock_that_jumps_ahead_and_back_closes_no_gate() {
    let place = GatePlace::new("north", "1", "hall").unwrap();
    let store = MemoryReplay::new(1, RETENTION);
    assert_eq!(store.admit(&enter(key_of(1, Some(NOON)), &place, NOON)).unwrap(), Answer::Admitted);
    // The year 2099 for one visitor: the store is full, so it forgets the first.
    let far = 4_090_000_000;
    assert_eq!(store.admit(&enter(key_of(2, Some(far)), &place, far)).unwrap(), Answer::Admitted);
    // The clock is right again: what was forgotten stays refused, what is newer is not.
    let refused = store.admit(&enter(key_of(1, Some(NOON)), &place, NOON + 9)).unwrap();
    assert!(matches!(refused, Answer::Forgotten { .. }), "{refused:?}");
    let later = store.admit(&enter(key_of(3, Some(NOON + 10)), &place, NOON + 10)).unwrap();
    assert_eq!(later, Answer::Full, "the record of 2099 is not over");
    assert_eq!(store.remembers_from(), at(NOON + 1));
}

#[test]
fn a_restart_admits_nothing_that_was_live_before() {
    let place = GatePlace::new("north", "1", "hall").unwrap();
    // Dated ahead by a phone whose clock is, which half a window of skew lets in.
    for ahead in 0..=15 {
        let before = MemoryReplay::new(9, RETENTION);
        let attempt = enter(key_of(1, Some(NOON + ahead)), &place, NOON);
        assert_eq!(before.admit(&attempt).unwrap(), Answer::Admitted);
        let after = MemoryReplay::after_restart(9, RETENTION, at(NOON));
        let answer = after.admit(&attempt).unwrap();
        assert!(matches!(answer, Answer::Forgotten { .. }), "{ahead}: {answer:?}");
    }
    let after = MemoryReplay::after_restart(9, RETENTION, at(NOON));
    // Nobody enters before every cool-down of that time has ended.
    let closed = Answer::Forgotten { until: at(NOON + 35) };
    for moment in [Some(NOON + 34), Some(NOON), None] {
        let early = enter(key_of(1, moment), &place, NOON + 34);
        assert_eq!(after.admit(&early).unwrap(), closed);
    }
    let leave = Attempt::new(
        key_of(2, Some(NOON + 16)),
        place.clone(),
        Passage::Leave,
        at(NOON + 16),
        3,
        35,
    );
    assert_eq!(after.admit(&leave).unwrap(), Answer::Admitted);
    assert_eq!(after.health().out_of_order_until, Some(at(NOON + 35)));
    let next = enter(key_of(1, Some(NOON + 16)), &place, NOON + 35);
    assert_eq!(after.admit(&next).unwrap(), Answer::Admitted);
}

#[test]
fn two_gates_whose_clocks_are_apart_let_one_person_in_with_one_phone() {
    // Each gate's clock may be up to a minute away from the other's, and the phone's codes follow
    // the gate that reads them.
    for apart in 0..=60 {
        for (first, second) in [(NOON, NOON + apart), (NOON + apart, NOON)] {
            let store = MemoryReplay::new(9, RETENTION);
            let ask = |gate: &str, now: u64| {
                let place = GatePlace::new(gate, "1", "hall").unwrap();
                store.admit(&enter(key_of(1, Some(now)), &place, now)).unwrap()
            };
            assert_eq!(ask("north", first), Answer::Admitted);
            for later in 0..35 {
                assert_ne!(ask("south", second + later), Answer::Admitted, "{apart} {later}");
            }
        }
    }
}

#[test]
fn a_gate_whose_clock_is_ahead_ends_no_cool_down_elsewhere() {
    let hall = GatePlace::new("north", "1", "hall").unwrap();
    let roof = GatePlace::new("south", "1", "roof").unwrap();
    let store = MemoryReplay::new(9, RETENTION);
    let hour = |key, place: &GatePlace, now| {
        Attempt::new(key, place.clone(), Passage::Enter, at(now), 3, 3600)
    };
    assert_eq!(store.admit(&hour(key_of(1, Some(NOON)), &hall, NOON)).unwrap(), Answer::Admitted);
    // An hour later by a clock 50 s ahead; 20 s before the hour is over by the hall's.
    let ahead = NOON + 3600 + 30;
    assert_eq!(
        store.admit(&hour(key_of(1, Some(ahead - 60)), &roof, ahead)).unwrap(),
        Answer::Admitted
    );
    let hall_again = hour(key_of(1, Some(NOON + 3580)), &hall, NOON + 3580);
    assert_eq!(store.admit(&hall_again).unwrap(), Answer::CoolingDown { until: at(NOON + 3600) });
}

#[test]
fn a_slip_and_a_code_of_one_permit_are_told_apart() {
    let place = GatePlace::new("north", "1", "hall").unwrap();
    let free = |key, now| Attempt::new(key, place.clone(), Passage::Enter, at(now), 3, 0);
    let store = MemoryReplay::new(9, RETENTION);
    let (code, slip) = (key_of(1, Some(NOON)), key_of(1, None));
    assert_eq!(store.admit(&free(code, NOON)).unwrap(), Answer::Admitted);
    assert_eq!(store.admit(&free(slip, NOON + 2)).unwrap(), Answer::Admitted);
    // The slip read again, although a code was admitted before it.
    assert_eq!(
        store.admit(&free(slip, NOON + 4)).unwrap(),
        Answer::AlreadyAcceptedHere { then: at(NOON + 2) }
    );
    // The code's own time, not the slip's.
    assert_eq!(store.admit(&free(code, NOON + 4)).unwrap(), Answer::AlreadyUsed { then: at(NOON) });
}

#[test]
fn a_window_longer_than_the_retention_admits_nothing_twice() {
    let place = GatePlace::new("north", "1", "hall").unwrap();
    let store = MemoryReplay::new(1, RETENTION);
    let now = NOON + 200;
    assert_eq!(store.admit(&enter(key_of(1, Some(NOON)), &place, NOON)).unwrap(), Answer::Admitted);
    // Live for 300 s: admitted as new, and the first one forgotten for it.
    assert_eq!(store.admit(&enter(key_of(2, Some(now)), &place, now)).unwrap(), Answer::Admitted);
    let again = store.admit(&enter(key_of(1, Some(NOON)), &place, now)).unwrap();
    assert!(matches!(again, Answer::Forgotten { .. }), "{again:?}");
}

#[test]
fn a_full_store_refuses_and_evicts_nothing_live() {
    let place = GatePlace::new("north", "1", "hall").unwrap();
    let store = MemoryReplay::new(2, RETENTION);
    for permit in [1, 2] {
        assert_eq!(
            store.admit(&enter(key_of(permit, Some(NOON)), &place, NOON)).unwrap(),
            Answer::Admitted
        );
    }
    // The last second at which both are kept: cool-down and clock difference after the admission.
    let last = NOON + 94;
    assert_eq!(store.admit(&enter(key_of(3, Some(last)), &place, last)).unwrap(), Answer::Full);
    assert_eq!((store.len(), store.is_empty()), (2, false));
    assert_eq!(
        store.admit(&enter(key_of(3, Some(last + 1)), &place, last + 1)).unwrap(),
        Answer::Admitted
    );
    assert_eq!(store.len(), 1);
    // A known permit needs no room.
    assert_eq!(
        store.admit(&enter(key_of(3, Some(last + 1)), &place, last + 20)).unwrap(),
        Answer::AlreadyUsed { then: at(last + 1) }
    );
}
