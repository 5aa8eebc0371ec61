use proptest::prelude::*;

use super::*;

const NOON: u64 = 1_790_000_000;
const LIMITS: Retention = Retention {
    largest_window: 30,
    largest_skew: 5,
    clock_difference: 60,
    longest_cool_down: 600,
    old_master: 7,
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn life(text: &str) -> Incarnation {
    Incarnation::new(text).unwrap()
}

const fn id(byte: u8) -> StoreId {
    StoreId::from_bytes([byte; 16])
}

fn here(text: &str, records: u64) -> Here {
    Here::new(life(text), at(NOON), records)
}

fn witness(store: u8, generation: u64, text: &str, admissions: u64) -> Witness {
    let known = Known { store: id(store), generation, incarnation: life(text) };
    Witness::from_parts(Some(known), admissions)
}

/// A store of generation 3 in its life `b`, with two admissions of the north gate.
fn held() -> StoreState {
    let mut state = StoreState { generation: 3, ..StoreState::new(id(1), life("b")) };
    state.admitted("north", true);
    state.admitted("north", true);
    state
}

fn meet(held: Option<StoreState>, witness: &Witness, here: &Here) -> (StoreState, Option<Loss>) {
    StoreState::meet(held, id(9), &Ask::new("north", witness, at(NOON + 2), LIMITS), here)
}

#[test]
fn each_sign_of_a_loss_closes_the_store_and_begins_a_generation() {
    let cases = [
        (None, Witness::new(), here("b", 0), Loss::NoState, 1),
        (None, witness(1, 5, "b", 2), here("b", 0), Loss::NoState, 6),
        (Some(held()), witness(2, 3, "b", 2), here("b", 2), Loss::OtherStore, 4),
        (Some(held()), witness(2, 8, "b", 2), here("b", 2), Loss::OtherStore, 9),
        (Some(held()), witness(1, 3, "b", 2), here("c", 2), Loss::OtherIncarnation, 4),
        (Some(held()), Witness::new(), here("c", 2), Loss::OtherIncarnation, 4),
        (Some(held()), witness(1, 4, "b", 2), here("b", 2), Loss::OldGeneration, 5),
        (Some(held()), witness(1, 3, "c", 2), here("b", 2), Loss::OldGeneration, 4),
        (Some(held()), witness(1, 3, "b", 3), here("b", 2), Loss::MissingAdmissions, 4),
        (Some(held()), witness(1, 3, "b", 2), here("b", 1), Loss::OtherRecords, 4),
        (Some(held()), witness(1, 3, "b", 2), here("b", 3), Loss::OtherRecords, 4),
    ];
    for (held, witness, here, loss, generation) in cases {
        let before = held.as_ref().map_or(0, |held| held.admissions_of("north"));
        let (state, found) = meet(held.clone(), &witness, &here);
        assert_eq!(found, Some(loss), "{held:?} {witness:?}");
        assert_eq!(state.id, held.map_or(id(9), |held| held.id));
        assert_eq!(state.generation, generation);
        assert_eq!(state.incarnation, here.incarnation);
        assert_eq!(state.records, here.records);
        assert_eq!(state.admissions_of("north"), before.max(witness.admissions()));
        // The later clock, the old master, the clock difference, half a window, and one second.
        assert_eq!(state.lost, at(NOON + 2 + 7 + 60 + 15 + 1));
        assert_eq!(state.closed_until, at(NOON + 7 + 600));
        assert_eq!(state.forgotten, Timestamp::MIN);
        // The gate takes the answer, and the next question finds nothing.
        let mut witness = witness;
        assert_eq!(witness.take(state.known(), state.admissions_of("north")), Ok(()));
        assert_eq!(meet(Some(state.clone()), &witness, &here), (state, None));
    }
}

#[test]
fn what_a_store_may_know_and_a_gate_may_not_is_no_loss() {
    let cases = [
        Witness::new(),
        witness(1, 3, "b", 0),
        witness(1, 3, "b", 2),
        // The gate was away during a loss.
        witness(1, 2, "a", 2),
        witness(1, 2, "b", 1),
    ];
    for witness in cases {
        assert_eq!(meet(Some(held()), &witness, &here("b", 2)), (held(), None), "{witness:?}");
    }
}

#[test]
fn what_an_earlier_generation_lost_is_not_lost_again() {
    let (state, loss) = meet(Some(held()), &witness(1, 2, "a", 40), &here("b", 2));
    assert_eq!(loss, None);
    assert_eq!(state.admissions_of("north"), 40);
    assert_eq!(StoreState { admissions: held().admissions, ..state }, held());
}

#[test]
fn an_old_master_without_a_bound_waits_for_the_operator() {
    let limits = Retention { old_master: Retention::UNBOUNDED, ..LIMITS };
    let witness = Witness::new();
    let ask = Ask::new("north", &witness, at(NOON), limits);
    let (mut state, _) = StoreState::meet(Some(held()), id(9), &ask, &here("c", 2));
    assert_eq!((state.lost, state.closed_until), (Timestamp::MAX, Timestamp::MAX));
    state.go_on(GoOn::CoolDownsLost, at(NOON + 9), at(NOON + 8), limits);
    assert_eq!((state.lost, state.closed_until), (at(NOON + 9 + 76), Timestamp::MIN));
    // The same word later does not close the store again.
    state.go_on(GoOn::CoolDownsLost, at(NOON + 99), at(NOON + 99), limits);
    assert_eq!(state.lost, at(NOON + 9 + 76));
    state.forgotten = at(NOON - 100);
    state.go_on(GoOn::NothingWasAdmitted, at(NOON), at(NOON), limits);
    assert_eq!(state.standing(at(NOON), StoreClock::Own).from, at(NOON - 100));
}

#[test]
fn a_word_to_go_on_counts_an_old_master_within_its_bound() {
    let ask_at = at(NOON + 2);
    let witness = Witness::new();
    let ask = Ask::new("north", &witness, ask_at, LIMITS);
    let (mut state, _) = StoreState::meet(Some(held()), id(9), &ask, &here("c", 2));
    let waits = state.lost;
    // The word comes in the second of the loss: the wait for codes stays as it is.
    state.go_on(GoOn::CoolDownsLost, ask_at, ask_at, LIMITS);
    assert_eq!((state.lost, state.closed_until), (waits, Timestamp::MIN));
    // A loss that was noticed by a clock far ahead waits no longer than the word says.
    state.lost = at(NOON + 999);
    state.go_on(GoOn::CoolDownsLost, at(NOON), at(NOON + 1), LIMITS);
    assert_eq!(state.lost, at(NOON + 1 + 7 + 76));
}

#[test]
fn clocks_are_apart_from_half_the_difference_on() {
    let apart = |now, time, clock_difference| {
        StoreState::clocks_apart(at(now), at(time), Retention { clock_difference, ..LIMITS })
    };
    for (seconds, difference, expected) in
        [(30, 60, false), (31, 60, true), (2, 5, false), (3, 5, true), (0, 0, false), (1, 0, true)]
    {
        assert_eq!(apart(NOON + seconds, NOON, difference), expected);
        assert_eq!(apart(NOON, NOON + seconds, difference), expected);
    }
}

#[test]
fn a_forgotten_record_is_counted_and_its_moment_refused() {
    use super::super::Sighting;
    let mut state = held();
    let seen = || Sighting::new(at(NOON), "north".into(), "1".into());
    state.forget(&Record::new(Some((at(NOON), seen())), None, Vec::new()));
    assert_eq!((state.records, state.forgotten), (1, at(NOON + 1)));
    // A slip has no moment.
    state.forget(&Record::new(None, Some(seen()), Vec::new()));
    assert_eq!((state.records, state.forgotten), (0, at(NOON + 1)));
}

proptest! {
    #[test]
    fn a_witness_takes_no_answer_of_the_past(
        generation in 0..4_u64, text in "[ab]", store in 1..3_u8, count in 0..5_u64,
        then in 0..4_u64, later in "[ab]", other in 1..3_u8, more in 0..5_u64,
    ) {
        let mut witness = witness(store, generation, &text, count);
        let before = witness.clone();
        let answer = Known { store: id(other), generation: then, incarnation: life(&later) };
        let same = (store, text) == (other, later);
        if then > generation || then == generation && same {
            prop_assert_eq!(witness.take(answer.clone(), more), Ok(()));
            prop_assert_eq!(witness.known(), Some(&answer));
            prop_assert_eq!(witness.admissions(), count.max(more));
        } else {
            prop_assert_eq!(witness.take(answer, more), Err(OldAnswer));
            prop_assert_eq!(witness, before);
        }
    }
}

use super::super::OldAnswer;
