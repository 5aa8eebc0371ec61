use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{MemoryReplay, ReplayStore as _};
use super::*;
use crate::place::GatePlace;
use livepermit::verify::{PermitId, ReplayKey};

const NOON: u64 = 1_790_000_000;
const WINDOW: u64 = 30;
const SKEW: u64 = 5;
const RETENTION: Retention = Retention {
    largest_window: WINDOW,
    largest_skew: SKEW,
    clock_difference: 60,
    longest_cool_down: 0,
    old_master: 0,
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn place(gate: &str, lane: &str, zone: &str) -> GatePlace {
    GatePlace::new(gate, lane, zone).unwrap()
}

fn claim(permit: u8, moment: Option<u64>) -> ReplayKey {
    let until = at(moment.unwrap_or(NOON)).plus(WINDOW);
    ReplayKey::new(PermitId::from_bytes([permit; 32]), moment.map(at), until, until.plus(2 * SKEW))
}

fn cooling(zone: &str, until: u64, gate: &str) -> CoolDown {
    CoolDown::new(zone.into(), at(until), gate.into(), 0)
}

/// Into the hall at noon, with a debounce of 3 s and a cool-down of 35 s.
fn attempt(place: &GatePlace, moment: Option<u64>, now: u64) -> Attempt {
    Attempt::new(claim(1, moment), place.clone(), Passage::Enter, at(now), 3, 35)
}

fn refused(record: Option<&Record>, attempt: &Attempt) -> Option<Answer> {
    refused_by(record, attempt, &Standing::whole(attempt.now))
}

fn refused_by(record: Option<&Record>, attempt: &Attempt, standing: &Standing) -> Option<Answer> {
    match decide(record, attempt, standing, RETENTION) {
        Decision::Admit(_) => None,
        Decision::Refuse(answer) => Some(answer),
    }
}

fn admitted(record: Option<&Record>, attempt: &Attempt) -> Record {
    match decide(record, attempt, &Standing::whole(attempt.now), RETENTION) {
        Decision::Admit(record) => record,
        Decision::Refuse(answer) => panic!("{answer:?}"),
    }
}

#[test]
fn the_first_code_is_admitted_and_recorded() {
    let hall = place("north", "1", "hall");
    let record = admitted(None, &attempt(&hall, Some(NOON), NOON + 2));
    let showing = Sighting { at: at(NOON + 2), gate: "north".into(), lane: "1".into() };
    let cool_downs = vec![cooling("hall", NOON + 37, "north")];
    assert_eq!(record, Record { newest: Some((at(NOON), showing)), slip: None, cool_downs });
}

#[test]
fn a_moment_before_what_is_remembered_is_refused_and_the_first_after_is_not() {
    let hall = place("north", "1", "hall");
    let standing = Standing { from: at(NOON), ..Standing::whole(at(NOON + 2)) };
    let ask = |moment| refused_by(None, &attempt(&hall, moment, NOON + 2), &standing);
    assert_eq!(ask(Some(NOON - 1)), Some(Answer::Forgotten { until: at(NOON) }));
    assert_eq!(ask(Some(NOON)), None);
    // A slip has no moment that could have been forgotten.
    assert_eq!(ask(None), None);
}

#[test]
fn while_cool_downs_may_be_lost_nobody_enters_and_everybody_leaves() {
    let hall = place("north", "1", "hall");
    // The store's clock is 20 s behind the gate's.
    let standing = |time| Standing {
        clock: StoreClock::Own,
        from: at(NOON + 50),
        closed_until: at(NOON + 100),
        ..Standing::whole(at(time))
    };
    let ask = |passage, moment, cool_down, time: u64| {
        let attempt = Attempt { passage, cool_down, ..attempt(&hall, moment, time + 20) };
        refused_by(None, &attempt, &standing(time))
    };
    let late = Some(NOON + 119);
    let closed = Some(Answer::Forgotten { until: at(NOON + 120) });
    for cool_down in [0, 35] {
        assert_eq!(ask(Passage::Enter, late, cool_down, NOON + 99), closed);
        assert_eq!(ask(Passage::Enter, None, cool_down, NOON + 99), closed);
        assert_eq!(ask(Passage::Enter, late, cool_down, NOON + 100), None);
        assert_eq!(ask(Passage::Enter, None, cool_down, NOON + 100), None);
        assert_eq!(ask(Passage::Leave, late, cool_down, NOON + 99), None);
        assert_eq!(ask(Passage::Leave, None, cool_down, NOON + 99), None);
    }
    // The later of both times is told, and only the moment counts where the door is open.
    assert_eq!(ask(Passage::Enter, Some(NOON), 35, NOON + 9), closed);
    let from = Some(Answer::Forgotten { until: at(NOON + 50) });
    assert_eq!(ask(Passage::Leave, Some(NOON + 49), 35, NOON + 9), from);
}

#[test]
fn a_cool_down_lasts_longer_by_the_clock_difference_when_another_clock_set_the_entry() {
    let (north, south) = (place("north", "1", "hall"), place("south", "1", "hall"));
    let lane = place("north", "2", "hall");
    let record = admitted(None, &attempt(&north, Some(NOON), NOON));
    let ends = |place: &GatePlace, clock, generation| {
        let ask = |now| {
            let standing = Standing { clock, generation, ..Standing::whole(at(now)) };
            refused_by(Some(&record), &attempt(place, Some(NOON + 1), now), &standing)
        };
        let until = (NOON + 30..NOON + 200).find(|now| ask(*now).is_none()).unwrap();
        let told = Answer::CoolingDown { until: at(until) };
        assert!((NOON + 1..until).all(|now| ask(now) == Some(told)), "{place:?}");
        until - NOON
    };
    assert_eq!(ends(&north, StoreClock::Askers, 0), 35);
    assert_eq!(ends(&lane, StoreClock::Askers, 0), 35);
    assert_eq!(ends(&south, StoreClock::Askers, 0), 95);
    assert_eq!(ends(&north, StoreClock::Askers, 1), 95);
    assert_eq!(ends(&north, StoreClock::Own, 0), 35);
    assert_eq!(ends(&south, StoreClock::Own, 0), 35);
    assert_eq!(ends(&south, StoreClock::Own, 1), 95);
}

#[test]
fn the_stores_clock_counts_whatever_the_gates_show() {
    let hall = place("north", "1", "hall");
    let standing = |time| Standing { clock: StoreClock::Own, ..Standing::whole(at(time)) };
    let Decision::Admit(record) =
        decide(None, &attempt(&hall, Some(NOON), NOON + 25), &standing(NOON), RETENTION)
    else {
        panic!("refused");
    };
    assert_eq!(record.cool_downs, vec![cooling("hall", NOON + 35, "north")]);
    // The gate is told the end by its own clock.
    for (now, time, told) in [(NOON + 60, NOON + 30, NOON + 65), (NOON, NOON + 30, NOON + 5)] {
        let again = attempt(&hall, Some(NOON + 1), now);
        let until = Some(Answer::CoolingDown { until: at(told) });
        assert_eq!(refused_by(Some(&record), &again, &standing(time)), until);
    }
    let again = attempt(&hall, Some(NOON + 1), NOON + 5);
    assert_eq!(refused_by(Some(&record), &again, &standing(NOON + 35)), None);
}

#[test]
fn the_same_code_is_a_re_read_only_in_its_lane_within_the_debounce() {
    let hall = place("north", "1", "hall");
    let record = admitted(None, &attempt(&hall, Some(NOON), NOON));
    let ask = |place: &GatePlace, now| refused(Some(&record), &attempt(place, Some(NOON), now));
    let here = Some(Answer::AlreadyAcceptedHere { then: at(NOON) });
    let used = Some(Answer::AlreadyUsed { then: at(NOON) });
    assert_eq!(ask(&hall, NOON), here);
    assert_eq!(ask(&hall, NOON + 2), here);
    assert_eq!(ask(&hall, NOON + 3), used);
    // A clock that stepped back.
    assert_eq!(ask(&hall, NOON - 1), used);
    assert_eq!(ask(&place("north", "2", "hall"), NOON), used);
    assert_eq!(ask(&place("south", "1", "hall"), NOON), used);
}

#[test]
fn an_older_code_is_superseded_and_a_newer_one_has_to_wait_for_the_cool_down() {
    let hall = place("north", "1", "hall");
    let record = admitted(None, &attempt(&hall, Some(NOON), NOON));
    let ask = |moment, now| refused(Some(&record), &attempt(&hall, Some(moment), now));
    assert_eq!(ask(NOON - 1, NOON), Some(Answer::Superseded { newest: at(NOON) }));
    assert_eq!(ask(NOON - 1, NOON + 99), Some(Answer::Superseded { newest: at(NOON) }));
    assert_eq!(ask(NOON + 1, NOON + 34), Some(Answer::CoolingDown { until: at(NOON + 35) }));
    assert_eq!(ask(NOON + 1, NOON + 35), None);
}

#[test]
fn a_zone_cools_down_by_itself() {
    let (hall, roof) = (place("north", "1", "hall"), place("north", "2", "roof"));
    let first = admitted(None, &attempt(&hall, Some(NOON), NOON));
    let second = admitted(Some(&first), &attempt(&roof, Some(NOON + 1), NOON + 1));
    assert_eq!(
        second.cool_downs,
        vec![cooling("hall", NOON + 35, "north"), cooling("roof", NOON + 36, "north")]
    );
    let again = refused(Some(&second), &attempt(&hall, Some(NOON + 2), NOON + 34));
    assert_eq!(again, Some(Answer::CoolingDown { until: at(NOON + 35) }));
    // Another zone's is dropped when every gate's clock is past it.
    let kept = admitted(Some(&second), &attempt(&roof, Some(NOON + 94), NOON + 94));
    assert_eq!(kept.cool_downs.len(), 2);
    let dropped = admitted(Some(&second), &attempt(&roof, Some(NOON + 95), NOON + 95));
    assert_eq!(dropped.cool_downs, vec![cooling("roof", NOON + 130, "north")]);
}

#[test]
fn leaving_needs_a_fresh_code_and_ends_the_cool_down_of_its_zone_only() {
    let (hall, roof) = (place("north", "1", "hall"), place("north", "2", "roof"));
    let leave =
        |moment, now| Attempt { passage: Passage::Leave, ..attempt(&hall, Some(moment), now) };
    let entered = admitted(None, &attempt(&hall, Some(NOON), NOON));
    let entered = admitted(Some(&entered), &attempt(&roof, Some(NOON + 1), NOON + 1));
    assert_eq!(
        refused(Some(&entered), &leave(NOON + 1, NOON + 9)),
        Some(Answer::AlreadyUsed { then: at(NOON + 1) })
    );
    let left = admitted(Some(&entered), &leave(NOON + 2, NOON + 9));
    assert_eq!(left.cool_downs, vec![cooling("roof", NOON + 36, "north")]);
    // The code that left does not enter; the next one does.
    assert_eq!(
        refused(Some(&left), &attempt(&hall, Some(NOON + 2), NOON + 12)),
        Some(Answer::AlreadyUsed { then: at(NOON + 9) })
    );
    assert_eq!(refused(Some(&left), &attempt(&hall, Some(NOON + 3), NOON + 12)), None);
}

#[test]
fn without_a_cool_down_every_newer_code_enters() {
    let hall = place("north", "1", "hall");
    let free = |moment| Attempt { cool_down: 0, ..attempt(&hall, Some(moment), NOON) };
    let record = admitted(None, &free(NOON));
    assert_eq!(record.cool_downs, vec![]);
    assert_eq!(refused(Some(&record), &free(NOON + 1)), None);
}

#[test]
fn a_slip_has_no_moment_only_debounce_and_cool_down() {
    let (hall, other) = (place("north", "1", "hall"), place("north", "2", "hall"));
    let record = admitted(None, &attempt(&hall, None, NOON));
    assert_eq!((&record.newest, record.slip.as_ref().unwrap().at), (&None, at(NOON)));
    let ask = |place: &GatePlace, now| refused(Some(&record), &attempt(place, None, now));
    assert_eq!(ask(&hall, NOON + 2), Some(Answer::AlreadyAcceptedHere { then: at(NOON) }));
    assert_eq!(ask(&hall, NOON + 3), Some(Answer::CoolingDown { until: at(NOON + 35) }));
    assert_eq!(ask(&other, NOON), Some(Answer::CoolingDown { until: at(NOON + 35) }));
    assert_eq!(ask(&hall, NOON + 35), None);
    // The phone of the same permit waits as well, and is remembered beside the slip.
    let code = attempt(&hall, Some(NOON + 35), NOON + 35);
    assert_eq!(
        refused(Some(&record), &Attempt { now: at(NOON + 34), ..code.clone() }),
        Some(Answer::CoolingDown { until: at(NOON + 35) })
    );
    let both = admitted(Some(&record), &code);
    assert_eq!((both.slip.unwrap().at, both.newest.unwrap().0), (at(NOON), at(NOON + 35)));
}

#[test]
fn a_record_is_over_when_code_slip_and_zones_are() {
    let hall = place("north", "1", "hall");
    let code = admitted(None, &Attempt { cool_down: 0, ..attempt(&hall, Some(NOON), NOON) });
    assert!(!code.is_over(at(NOON + 29), RETENTION));
    assert!(code.is_over(at(NOON + 30), RETENTION));
    let cooling = admitted(None, &attempt(&hall, Some(NOON), NOON));
    assert!(!cooling.is_over(at(NOON + 34), RETENTION));
    assert!(cooling.is_over(at(NOON + 35), RETENTION));
    let slip = admitted(Some(&code), &Attempt { cool_down: 0, ..attempt(&hall, None, NOON + 9) });
    assert!(!slip.is_over(at(NOON + 38), RETENTION));
    assert!(slip.is_over(at(NOON + 39), RETENTION));
    // Nothing comes after the last second there is, so it is never forgotten.
    let last = Timestamp::MAX.as_unix();
    let last = admitted(None, &Attempt { cool_down: 0, ..attempt(&hall, Some(last), NOON) });
    assert!(!last.is_over(
        Timestamp::MAX,
        Retention { largest_window: 0, clock_difference: 0, ..RETENTION }
    ));
}

#[derive(Debug, Clone)]
struct Step {
    permit: u8,
    moment: Option<u64>,
    now: u64,
    gate: usize,
    leave: bool,
}

/// Times in bunches, some of them years apart, so that codes meet again and clocks jump both ways.
fn times() -> impl Strategy<Value = u64> {
    let edge = Timestamp::MAX.as_unix();
    prop_oneof![
        8 => NOON..NOON + 40, 4 => NOON..NOON + 400, 1 => 0..3_u64,
        1 => Just(NOON + 1_000_000), 1 => edge - 2..=edge
    ]
}

fn steps(moments: impl Strategy<Value = Option<u64>>) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..4_u8, moments, times(), 0..3_usize, prop::bool::weighted(0.2))
        .prop_map(|(permit, moment, now, gate, leave)| Step { permit, moment, now, gate, leave });
    prop::collection::vec(step, 1..120)
}

fn retentions() -> impl Strategy<Value = Retention> {
    (prop::sample::select(vec![0, 5, 30, 300]), prop::sample::select(vec![0, 60])).prop_map(
        |(largest_window, clock_difference)| Retention {
            largest_window,
            clock_difference,
            ..RETENTION
        },
    )
}

fn places() -> [GatePlace; 3] {
    [place("north", "1", "hall"), place("south", "1", "hall"), place("south", "2", "roof")]
}

proptest! {
    /// Whatever the clocks show, whatever the retention says, however full the store is.
    #[test]
    fn no_moment_of_a_permit_is_admitted_twice(
        steps in steps(prop::option::weighted(0.9, times())), retention in retentions(), capacity in 1..5_usize,
    ) {
        let (store, places) = (MemoryReplay::new(capacity, retention), places());
        let mut used = BTreeSet::new();
        for step in steps {
            let passage = if step.leave { Passage::Leave } else { Passage::Enter };
            let key = claim(step.permit, step.moment);
            let attempt = Attempt::new(key, places[step.gate].clone(), passage, at(step.now), 3, 35);
            if store.admit(&attempt).unwrap() == Answer::Admitted && let Some(moment) = step.moment {
                prop_assert!(used.insert((step.permit, moment)), "{step:?}");
            }
        }
    }

    /// Of the codes that are live when one enters a zone, none enters it after: at no gate, by no
    /// clock within the retention.
    #[test]
    fn of_the_codes_live_together_exactly_one_enters_a_zone(
        drifts in prop::array::uniform3(0..=60_u64),
        steps in prop::collection::vec((0..3_u8, 0..=WINDOW + SKEW, 0..20_u64, 0..3_usize), 1..200),
        capacity in 1..4_usize,
    ) {
        let (store, places) = (MemoryReplay::new(capacity, RETENTION), places());
        let mut entered: BTreeMap<(u8, &str), Vec<u64>> = BTreeMap::new();
        let mut time = NOON;
        for (permit, age, pause, gate) in steps {
            // The clocks drift apart by up to the retention's difference, and each steps both ways.
            time += pause;
            let now = time + (drifts[gate] + time * 7) % 61;
            let moment = now + SKEW - age;
            if now >= moment + WINDOW {
                continue;
            }
            let cool_down = WINDOW + SKEW;
            let place = &places[gate];
            let attempt =
                Attempt::new(claim(permit, Some(moment)), place.clone(), Passage::Enter, at(now), 3, cool_down);
            if store.admit(&attempt).unwrap() == Answer::Admitted {
                let before = entered.entry((permit, place.zone())).or_default();
                for then in before.iter() {
                    prop_assert!(moment > then + SKEW, "live at {then}: {moment}, admitted at {now}");
                }
                before.push(now);
            }
        }
    }
}
