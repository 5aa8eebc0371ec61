//! A lane of a gate: what was used before, what the clock says, what was asked.
#![cfg(feature = "std")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test is what a panic is for here")]

mod gate_common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gate_common::{
    CLASS, GATE, ISSUER, ISSUER_SEED, NOW, Phone, SUBJECT, admitted, checkpoint, checkpoint_at, issuer, now,
    permit, place, policy, public, refused, secret, store, take_in, trust, trusted, verifier,
};
use livepermit::{
    Answer, Attempt, AudiencePolicy, Caution, Challenge, ChallengePolicy, Checkpoint, CheckpointPolicy,
    ClockState, Code, CoolDown, Evidence, Fault, GateCode, HeldCredential, MemoryReplay, OpenChallengeError,
    Passage, Permit, Policy, PrepareError, Recipient, Rejection, ReplayStore, Retention, StatusListBuilder,
    StoreError, StoreFailure, Timestamp, TrustAnchor, TrustListBuilder, Validity, Verifier,
};

/// What a policy leaves live: window and skew.
const LIVE: u64 = Policy::DEFAULT_WINDOW + Policy::DEFAULT_SKEW;

fn plus(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.checked_add_signed(seconds).unwrap()).unwrap()
}

fn default_gate() -> Checkpoint {
    checkpoint(policy(), CheckpointPolicy::default())
}

fn with(change: impl FnOnce(&mut CheckpointPolicy)) -> CheckpointPolicy {
    let mut policy = CheckpointPolicy::default();
    change(&mut policy);
    policy
}

#[track_caller]
fn assert_times(rejection: Rejection, found: Timestamp, limit: Timestamp) {
    assert_eq!(rejection.evidence(), Evidence::Times { found, limit });
}

// ------------------------------------------------------------------------------------------------ used codes

#[test]
fn the_code_before_and_the_code_after_the_scanned_one_are_refused() {
    let (gate, phone) = (default_gate(), Phone::number(20));
    let [before, scanned, after] = [-10, 0, 10].map(|offset| phone.code(plus(offset)));
    admitted(gate.admit(&scanned, now()));
    let rejection = refused(gate.admit(&before, now()), Code::Superseded);
    assert_times(rejection, plus(-10), now());
    let rejection = refused(gate.admit(&after, plus(10)), Code::CoolingDown);
    assert_times(rejection, plus(10), now().plus(LIVE));
    assert_eq!(rejection.fault(), Fault::Used);
    refused(gate.admit(&scanned, plus(10)), Code::AlreadyUsed);
}

/// Whatever code of a phone is scanned first and whichever of those live beside it follow, in any lane of the zone and at any
/// second of their life: one is admitted.
#[test]
fn of_all_codes_live_together_exactly_one_is_admitted() {
    let phone = Phone::number(20);
    // All that a gate takes at this second: 29 seconds old to 5 seconds ahead.
    let dates = -29..=5_i64;
    let codes: Vec<_> = dates.clone().map(|date| (date, phone.code(plus(date)))).collect();
    let unused = default_gate();
    let edges = [phone.code(plus(-30)), phone.code(plus(6))];
    refused(unused.admit(&edges[0], now()), Code::Stale);
    refused(unused.admit(&edges[1], now()), Code::FromTheFuture);
    for (first, scanned) in codes.iter().step_by(3) {
        let store = store();
        let lanes = ["1", "2"].map(|lane| {
            checkpoint_at(place(lane, "hall"), store.clone(), policy(), CheckpointPolicy::default())
        });
        admitted(lanes[0].admit(scanned, now()));
        for (other, code) in &codes {
            for seconds in [0, 1, 3, 9, 17, 29, 34] {
                for lane in &lanes {
                    let rejection = lane.admit(code, now().plus(seconds)).unwrap_err();
                    let code = rejection.code();
                    let at = i64::try_from(seconds).unwrap();
                    let expected = match other.cmp(first) {
                        _ if at >= other + 30 => Code::Stale,
                        std::cmp::Ordering::Less => Code::Superseded,
                        std::cmp::Ordering::Greater => Code::CoolingDown,
                        std::cmp::Ordering::Equal if seconds < 3 && lane.place().lane() == "1" => {
                            Code::AlreadyAcceptedHere
                        }
                        std::cmp::Ordering::Equal => Code::AlreadyUsed,
                    };
                    assert_eq!(code, expected, "{other} after {first}, {seconds} s later");
                }
            }
        }
        // When the last of them is dead, the phone's next code is taken.
        let next = now().plus(LIVE);
        refused(lanes[1].admit(&phone.code(next.minus(1)), next.minus(1)), Code::CoolingDown);
        admitted(lanes[1].admit(&phone.code(next), next));
    }
}

/// A gate with a short window stands beside one with a long window: what is live at the other is live.
#[test]
fn gates_of_one_zone_with_different_windows_admit_one_of_the_codes_live_together() {
    let store = store();
    let gate = |lane, window| {
        let policy = policy().with_window(window);
        checkpoint_at(place(lane, "hall"), store.clone(), policy, CheckpointPolicy::default())
    };
    let (short, long) = (gate("1", 10), gate("2", 30));
    let phone = Phone::number(20);
    let [first, second] = [0, 5].map(|offset| phone.code(plus(offset)));
    admitted(short.admit(&first, now()));
    refused(long.admit(&second, plus(13)), Code::CoolingDown);
    refused(long.admit(&second, plus(34)), Code::CoolingDown);
}

#[test]
fn a_code_read_again_by_its_lane_is_neutral_within_the_debounce() {
    let store = store();
    let lane =
        |name| checkpoint_at(place(name, "hall"), store.clone(), policy(), CheckpointPolicy::default());
    let (own, other) = (lane("1"), lane("2"));
    let code = Phone::number(20).code(now());
    admitted(own.admit(&code, now()));
    for seconds in 0..3 {
        let rejection = refused(own.admit(&code, now().plus(seconds)), Code::AlreadyAcceptedHere);
        assert_times(rejection, now().plus(seconds), now());
        refused(other.admit(&code, now().plus(seconds)), Code::AlreadyUsed);
    }
    let rejection = refused(own.admit(&code, now().plus(3)), Code::AlreadyUsed);
    assert_times(rejection, now().plus(3), now());

    let none = checkpoint(policy(), with(|policy| policy.debounce = 0));
    admitted(none.admit(&code, now()));
    refused(none.admit(&code, now()), Code::AlreadyUsed);
}

#[test]
fn audience_and_signature_make_no_second_moment() {
    let (gate, phone) = (default_gate(), Phone::number(20));
    admitted(gate.admit(&phone.code(now()), now()));
    let named = phone.code_for(Recipient::Gate(GATE), now());
    refused(gate.admit(&named, plus(4)), Code::AlreadyUsed);
    // The same permit on another phone, and as a pass, at the same second.
    let other = Phone::with(21, &Permit::new("BJ-20", CLASS).unwrap(), now()).code(now());
    refused(gate.admit(&other, plus(4)), Code::AlreadyUsed);
    let pass = issuer().prepare_pass(&Permit::new("BJ-20", CLASS).unwrap(), None, now()).unwrap();
    refused(gate.admit(&pass.sign(&secret(ISSUER_SEED)).unwrap(), plus(4)), Code::AlreadyUsed);
    // Another permit is another matter.
    admitted(gate.admit(&Phone::number(22).code(now()), plus(4)));
}

#[test]
fn each_zone_has_its_own_cool_down_and_all_share_the_moments() {
    let store = store();
    let zone = |name| checkpoint_at(place("1", name), store.clone(), policy(), CheckpointPolicy::default());
    let (hall, pool) = (zone("hall"), zone("pool"));
    let phone = Phone::number(20);
    admitted(hall.admit(&phone.code(now()), now()));
    refused(pool.admit(&phone.code(now()), plus(4)), Code::AlreadyUsed);
    refused(pool.admit(&phone.code(plus(-1)), plus(4)), Code::Superseded);
    admitted(pool.admit(&phone.code(plus(4)), plus(4)));
    refused(hall.admit(&phone.code(plus(8)), plus(8)), Code::CoolingDown);
    refused(pool.admit(&phone.code(plus(8)), plus(8)), Code::CoolingDown);
    admitted(hall.admit(&phone.code(plus(35)), plus(35)));
    let rejection = refused(pool.admit(&phone.code(plus(36)), plus(36)), Code::CoolingDown);
    assert_times(rejection, plus(36), plus(4 + 35));
}

#[test]
fn a_gate_for_leaving_ends_the_cool_down() {
    let store = store();
    let enter = checkpoint_at(place("in", "hall"), store.clone(), policy(), CheckpointPolicy::default());
    let leave = with(|policy| policy.passage = Passage::Leave);
    let leave = checkpoint_at(place("out", "hall"), store, policy(), leave);
    let phone = Phone::number(20);
    admitted(enter.admit(&phone.code(now()), now()));
    refused(enter.admit(&phone.code(plus(5)), plus(5)), Code::CoolingDown);
    refused(leave.admit(&phone.code(now()), plus(6)), Code::AlreadyUsed);
    admitted(leave.admit(&phone.code(plus(6)), plus(6)));
    // Not with the code that left, and not with one made before.
    refused(enter.admit(&phone.code(plus(6)), plus(7)), Code::AlreadyUsed);
    refused(enter.admit(&phone.code(plus(5)), plus(7)), Code::Superseded);
    admitted(enter.admit(&phone.code(plus(8)), plus(8)));
    refused(enter.admit(&phone.code(plus(9)), plus(9)), Code::CoolingDown);
    // Leaving has no cool-down of its own.
    admitted(leave.admit(&phone.code(plus(10)), plus(10)));
    admitted(leave.admit(&phone.code(plus(11)), plus(11)));
}

#[test]
fn a_cool_down_is_lengthened_by_the_policy_and_never_shortened() {
    let phone = Phone::number(20);
    for (asked, effective) in [(0, LIVE), (1, LIVE), (LIVE, LIVE), (LIVE + 1, LIVE + 1), (3600, 3600)] {
        let gate = checkpoint(policy(), with(|policy| policy.cool_down = CoolDown::Seconds(asked)));
        admitted(gate.admit(&phone.code(now()), now()));
        let free = now().plus(effective);
        let early = free.minus(1);
        let rejection = refused(gate.admit(&phone.code(early), early), Code::CoolingDown);
        assert_times(rejection, early, free);
        admitted(gate.admit(&phone.code(free), free));
    }
    // A gate with a shorter window waits as long: the code may be live longer at the gates it shares its store with.
    let short = checkpoint(policy().with_window(10).with_skew(2), CheckpointPolicy::default());
    admitted(short.admit(&phone.code(now()), now()));
    refused(short.admit(&phone.code(plus(31)), plus(31)), Code::CoolingDown);
    admitted(short.admit(&phone.code(plus(32)), plus(32)));
}

#[test]
fn without_cool_down_only_newer_codes_are_taken() {
    let gate = checkpoint(policy(), with(|policy| policy.cool_down = CoolDown::DangerousNone));
    let phone = Phone::number(20);
    admitted(gate.admit(&phone.code(now()), now()));
    admitted(gate.admit(&phone.code(plus(1)), plus(1)));
    refused(gate.admit(&phone.code(now()), plus(1)), Code::Superseded);
    refused(gate.admit(&phone.code(plus(1)), plus(4)), Code::AlreadyUsed);
    admitted(gate.admit(&phone.code(plus(5)), plus(4)));
}

#[test]
fn a_refused_code_uses_nothing_up() {
    let gate = default_gate();
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(now()), plus(30)), Code::Stale);
    refused(gate.admit(&phone.code_for(Recipient::Gate("gate-4"), plus(29)), plus(30)), Code::WrongAudience);
    admitted(gate.admit(&phone.code(plus(29)), plus(30)));
}

#[test]
fn of_many_threads_with_one_code_one_gets_in() {
    let store = store();
    let lanes: Vec<_> = (0..8)
        .map(|lane| {
            let place = place(&format!("{lane}"), "hall");
            checkpoint_at(place, store.clone(), policy(), CheckpointPolicy::default())
        })
        .collect();
    for round in 0..50 {
        let time = now().plus(round * LIVE);
        let code = Phone::number(20).code(time);
        let opened = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for lane in &lanes {
                scope.spawn(|| {
                    opened.fetch_add(usize::from(lane.admit(&code, time).is_ok()), Ordering::SeqCst)
                });
            }
        });
        assert_eq!(opened.into_inner(), 1, "round {round}");
    }
}

// ------------------------------------------------------------------------------------------------ stores

/// A store that always answers the same, or fails.
struct Says(Result<Answer, StoreError>, AtomicUsize);

impl ReplayStore for Says {
    fn retention(&self) -> Retention {
        Retention::default()
    }

    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError> {
        assert_eq!((attempt.passage, attempt.debounce, attempt.cool_down), (Passage::Enter, 3, LIVE));
        assert_eq!((attempt.place, attempt.now), (&place("1", "hall"), now()));
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.clone()
    }
}

fn says(answer: Result<Answer, StoreError>) -> Arc<Says> {
    Arc::new(Says(answer, AtomicUsize::new(0)))
}

#[test]
fn a_store_that_fails_puts_the_gate_out_of_order_unless_the_policy_admits() {
    let code = Phone::number(20).code(now());
    let store = says(Err(StoreError::new("connection refused")));
    let gate = checkpoint_at(place("1", "hall"), store.clone(), policy(), CheckpointPolicy::default());
    let rejection = refused(gate.admit(&code, now()), Code::StoreUnreachable);
    assert_eq!(rejection.fault(), Fault::Ours);
    refused(gate.admit(&code, now()), Code::StoreUnreachable);

    let admit = with(|policy| policy.store_failure = StoreFailure::DangerousAdmit);
    let gate = checkpoint_at(place("1", "hall"), store.clone(), policy(), admit);
    for _ in 0..2 {
        let admitted = admitted(gate.admit(&code, now()));
        assert!(admitted.cautions().contains(Caution::ReplayNotChecked));
        assert!(admitted.cautions().contains(Caution::RevocationNotChecked), "nor does it hide others");
        assert_eq!(admitted.verified().subject(), "BJ-20");
    }
    // What is refused before is never asked about.
    let asked = store.1.load(Ordering::SeqCst);
    refused(gate.admit(&Phone::number(20).code(plus(6)), now()), Code::FromTheFuture);
    assert_eq!((asked, store.1.load(Ordering::SeqCst)), (4, 4));
}

#[test]
fn only_one_answer_of_a_store_opens() {
    let (phone, then) = (Phone::number(20), plus(-7));
    let code = phone.code(now());
    let verified = verifier(policy()).verify(&code, now()).unwrap();
    for (answer, code_expected, evidence) in [
        (Answer::AlreadyAcceptedHere { then }, Code::AlreadyAcceptedHere, (now(), then)),
        (Answer::AlreadyUsed { then }, Code::AlreadyUsed, (now(), then)),
        (Answer::Superseded { newest: plus(3) }, Code::Superseded, (now(), plus(3))),
        (Answer::CoolingDown { until: plus(9) }, Code::CoolingDown, (now(), plus(9))),
        (Answer::BehindHorizon { horizon: plus(40) }, Code::Stale, (plus(30), plus(40))),
    ] {
        let gate = checkpoint_at(place("1", "hall"), says(Ok(answer)), policy(), CheckpointPolicy::default());
        let rejection = refused(gate.admit(&code, now()), code_expected);
        assert_times(rejection, evidence.0, evidence.1);
        // The same for whoever asks the store himself.
        assert_eq!(verified.clone().admit(answer, now()).unwrap_err(), rejection);
    }
    refused(verified.clone().admit(Answer::Full, now()), Code::StoreFull);
    let opened = admitted(verified.clone().admit(Answer::Admitted, now()));
    assert_eq!(opened.cautions(), verified.cautions());
    assert_eq!(opened.verified().permit_id(), verified.permit_id());
    let claim = verified.claim();
    assert_eq!((claim.permit, claim.moment), (verified.permit_id(), Some(now())));
    assert_eq!((claim.live_until, claim.keep_until), (plus(30), plus(40)));
}

#[test]
fn a_full_store_refuses_and_forgets_only_what_is_over() {
    let full = Arc::new(MemoryReplay::new(2, Retention::default()));
    let gate = checkpoint_at(place("1", "hall"), full.clone(), policy(), CheckpointPolicy::default());
    let phones = [20, 21, 22].map(Phone::number);
    admitted(gate.admit(&phones[0].code(now()), now()));
    admitted(gate.admit(&phones[1].code(plus(1)), plus(1)));
    let rejection = refused(gate.admit(&phones[2].code(plus(2)), plus(2)), Code::StoreFull);
    assert_eq!((rejection.fault(), full.len()), (Fault::Ours, 2));
    // Those it knows are still told apart, and may come again.
    refused(gate.admit(&phones[0].code(now()), plus(5)), Code::AlreadyUsed);
    admitted(gate.admit(&phones[0].code(plus(40)), plus(40)));
    // The second is over: window, cool-down and the difference between clocks have passed.
    let over = plus(1 + 35 + 60);
    refused(gate.admit(&phones[2].code(over.minus(1)), over.minus(1)), Code::StoreFull);
    admitted(gate.admit(&phones[2].code(over), over));
    // Past the moment that was forgotten, and no further.
    assert_eq!((full.len(), full.horizon()), (2, plus(1 + 1 + 30)));
}

#[test]
fn what_a_store_has_forgotten_is_stale_even_if_the_clock_is_set_back() {
    let small = Arc::new(MemoryReplay::new(1, Retention::default()));
    let gate = checkpoint_at(place("1", "hall"), small.clone(), policy(), CheckpointPolicy::default());
    let phone = Phone::number(20);
    let code = phone.code(now());
    admitted(gate.admit(&code, now()));
    // Another permit later: the first is over and forgotten.
    admitted(gate.admit(&Phone::number(21).code(plus(500)), plus(500)));
    assert_eq!((small.len(), small.horizon()), (1, plus(1 + 30)));
    // The clock goes back to when the first code was live.
    let rejection = refused(gate.admit(&code, plus(1)), Code::Stale);
    assert_times(rejection, plus(30), plus(31));
    // To the second: a code of which the store forgot nothing.
    refused(gate.admit(&phone.code(plus(1)), plus(1)), Code::StoreFull);
}

#[test]
fn a_store_in_memory_takes_nothing_dated_before_its_restart() {
    let store = Arc::new(MemoryReplay::after_restart(10, Retention::default(), now()));
    let gate = checkpoint_at(place("1", "hall"), store, policy(), CheckpointPolicy::default());
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(plus(-1)), plus(1)), Code::Stale);
    refused(gate.admit(&phone.code(now()), plus(1)), Code::Stale);
    // A code dated ahead may have been admitted before the restart: half a window is the most a gate takes.
    refused(gate.admit(&phone.code(plus(15)), plus(15)), Code::Stale);
    admitted(gate.admit(&phone.code(plus(16)), plus(16)));
}

// ------------------------------------------------------------------------------------------------ the clock

fn gate_with_clock(verifier: Verifier, clock: ClockState) -> Checkpoint {
    Checkpoint::new(Arc::new(verifier), store(), place("1", "hall"), CheckpointPolicy::default(), clock)
}

fn verifier_with_status_list_of(time: Timestamp) -> Verifier {
    let list = StatusListBuilder::new("https://s.bj.example/1", 1, 8).unwrap();
    let bytes = list.sign(&issuer(), &secret(ISSUER_SEED), time, time.plus(86_400)).unwrap();
    verifier(policy()).with_status_lists([Arc::new(take_in(&bytes, time).unwrap())])
}

fn verifier_with_trust_list_of(time: Timestamp) -> Verifier {
    let builder = TrustListBuilder::new("bj", 1, [trusted(ISSUER_SEED)]).unwrap();
    let bytes = builder.sign(&secret(200), time, time.plus(86_400)).unwrap();
    let list = TrustAnchor::new("bj", [public(200)], 0).unwrap().accept(&bytes, time, 5).unwrap();
    Verifier::new(list.trust().clone(), policy()).unwrap()
}

#[test]
fn a_clock_below_the_stored_floor_is_refused() {
    let gate = gate_with_clock(verifier(policy()), ClockState::new(now(), None));
    let early = plus(-3600);
    let rejection = refused(gate.admit(&Phone::number(20).code(plus(-10)), early), Code::ClockBelowFloor);
    assert_times(rejection, early, now());
    assert_eq!(rejection.fault(), Fault::Ours);
    // Before anything is read: garbage says nothing about the clock.
    refused(gate.admit("garbage", early), Code::ClockBelowFloor);
    assert_eq!(gate.clock_state().last_seen, None, "an unusable clock is not remembered");
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
}

#[test]
fn accepted_lists_raise_the_floor_and_nothing_lowers_it() {
    let floor = |gate: &Checkpoint| gate.clock_state().floor;
    assert_eq!(floor(&gate_with_clock(verifier(policy()), ClockState::default())), Timestamp::MIN);
    assert_eq!(floor(&gate_with_clock(verifier_with_status_list_of(now()), ClockState::default())), now());
    assert_eq!(floor(&gate_with_clock(verifier_with_trust_list_of(now()), ClockState::default())), now());

    let gate = gate_with_clock(verifier(policy()), ClockState::new(plus(-100), Some(plus(-50))));
    gate.replace_verifier(Arc::new(verifier_with_trust_list_of(plus(-20))));
    assert_eq!(floor(&gate), plus(-20));
    gate.replace_verifier(Arc::new(verifier_with_status_list_of(plus(-10))));
    assert_eq!(floor(&gate), plus(-10));
    gate.replace_verifier(Arc::new(verifier_with_status_list_of(plus(-60))));
    gate.replace_verifier(Arc::new(verifier(policy())));
    assert_eq!(floor(&gate), plus(-10));
    refused(gate.admit(&Phone::number(20).code(plus(-60)), plus(-60)), Code::ClockBelowFloor);
    assert_eq!(gate.clock_state(), ClockState::new(plus(-10), Some(plus(-50))));
}

#[test]
fn the_state_of_the_clock_goes_through_a_restart() {
    let gate = gate_with_clock(verifier_with_status_list_of(now()), ClockState::default());
    admitted(gate.admit(&Phone::number(20).code(plus(100)), plus(100)));
    refused(gate.admit("garbage", plus(200)), Code::NotOurs);
    refused(gate.admit("garbage", plus(150)), Code::NotOurs);
    let state = gate.clock_state();
    assert_eq!((state.floor, state.last_seen), (now(), Some(plus(200))));
    // Without the list, with the state only.
    let again = gate_with_clock(verifier(policy()), ClockState::new(state.floor, state.last_seen));
    assert_eq!(again.clock_state(), state);
    refused(again.admit(&Phone::number(20).code(plus(-60)), plus(-60)), Code::ClockBelowFloor);
}

#[test]
fn a_large_jump_forward_is_cautioned_once() {
    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_401)));
    let gate = gate_with_clock(verifier(policy()), clock);
    let first = admitted(gate.admit(&Phone::number(20).code(now()), now()));
    assert!(first.cautions().contains(Caution::ClockJumped));
    assert!(!first.verified().cautions().contains(Caution::ClockJumped), "a verdict has no memory");
    let second = admitted(gate.admit(&Phone::number(21).code(now()), now()));
    assert!(!second.cautions().contains(Caution::ClockJumped));

    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_400)));
    let gate = gate_with_clock(verifier(policy()), clock);
    let night = admitted(gate.admit(&Phone::number(20).code(now()), now()));
    assert!(!night.cautions().contains(Caution::ClockJumped), "switched off for a day");
    let fresh = admitted(default_gate().admit(&Phone::number(20).code(now()), now()));
    assert!(!fresh.cautions().contains(Caution::ClockJumped), "the first time ever");
}

/// Shows codes of the phones 20, 21, …, each dated `now` and the offset, at `now`. Gives the codes of the refusals.
fn show(gate: &Checkpoint, offsets: &[i64]) -> Vec<Code> {
    (20..)
        .zip(offsets)
        .map(|(seed, offset)| gate.admit(&Phone::number(seed).code(plus(*offset)), now()).unwrap_err().code())
        .collect()
}

#[test]
fn five_phones_that_agree_show_that_the_gate_is_wrong() {
    use Code::{ClockSuspect as Suspect, FromTheFuture as Future, Stale};
    for (offset, single) in [(1000, Future), (-200, Stale)] {
        let gate = default_gate();
        let offsets = [offset, offset + 3, offset - 3, offset + 1, offset - 1, offset];
        assert_eq!(show(&gate, &offsets[..4]), [single; 4]);
        assert_eq!(gate.clock_offset(), None);
        let gate = default_gate();
        assert_eq!(show(&gate, &offsets), [single, single, single, single, Suspect, Suspect]);
        assert_eq!(gate.clock_offset(), Some(offset));
        let rejection = refused(gate.admit(&Phone::number(30).code(plus(offset)), now()), Suspect);
        assert_times(rejection, now(), plus(offset));
        assert_eq!(rejection.fault(), Fault::Ours);
    }
}

#[test]
fn one_phone_is_one_voice_however_often_it_is_shown() {
    let gate = default_gate();
    let stale = Phone::number(20).code(plus(-100));
    for _ in 0..20 {
        refused(gate.admit(&stale, now()), Code::Stale);
    }
    // Another code of it, from the same permit's other phone, as a pass.
    refused(gate.admit(&Phone::number(20).code(plus(-101)), now()), Code::Stale);
    let same = Permit::new("BJ-20", CLASS).unwrap();
    for seed in 40..50 {
        refused(gate.admit(&Phone::with(seed, &same, now()).code(plus(-100)), now()), Code::Stale);
    }
    let pass = issuer().prepare_pass(&same, None, plus(-100)).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(gate.admit(&pass, now()), Code::Stale);
    assert_eq!(gate.clock_offset(), None);
}

#[test]
fn phones_that_disagree_and_phones_that_are_right_accuse_nobody() {
    let apart = default_gate();
    assert_eq!(
        show(&apart, &[-100, -140, -180, -220, -260, 500, 1000, 2000]).last(),
        Some(&Code::FromTheFuture)
    );
    assert_eq!(apart.clock_offset(), None);

    // Four old pictures of four permits among honest visitors.
    let gate = default_gate();
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [Code::Stale; 4]);
    for seed in 30..40 {
        admitted(gate.admit(&Phone::number(seed).code(now()), now()));
    }
    assert_eq!(gate.clock_offset(), None);
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [Code::Stale; 4]);
}

#[test]
fn codes_nobody_signed_have_no_voice() {
    let gate = default_gate();
    for seed in 20..40 {
        let credential_of_a_stranger = {
            let key = secret(seed);
            let mut holder = livepermit::Holder::new(key.public_key());
            let stranger = livepermit::Issuer::new(ISSUER, public(99)).unwrap();
            let prepared = stranger
                .prepare_credential(&permit(), &key.public_key(), Validity::default(), now())
                .unwrap();
            let theirs = livepermit::Trust::new([trusted(99)]).unwrap();
            holder.accept(prepared.sign(&secret(99)).unwrap().as_bytes(), &theirs, now()).unwrap();
            holder.prepare(Recipient::Anyone, plus(1000)).unwrap().sign(&key).unwrap()
        };
        refused(gate.admit(&credential_of_a_stranger, now()), Code::UnknownKey);
    }
    assert_eq!(gate.clock_offset(), None);
}

// ------------------------------------------------------------------------------------------------ challenges

fn asking() -> Policy {
    Policy::new(AudiencePolicy::Own(GATE.into()), [CLASS], livepermit::Revocation::NotChecked)
        .with_challenge(ChallengePolicy::Required)
}

fn asking_gate() -> Checkpoint {
    checkpoint(asking(), CheckpointPolicy::default())
}

fn challenge(nonce: &[u8], seconds: u64) -> Challenge {
    Challenge::new(GATE, nonce, now().plus(seconds)).unwrap()
}

fn answer(phone: &Phone, challenge: &Challenge, time: Timestamp) -> String {
    let code = GateCode::Challenge(challenge.clone()).to_qr_text();
    phone.code_for(Recipient::from(&GateCode::from_text(&code).unwrap()), time)
}

const NONCE: [u8; 16] = [7; 16];

#[test]
fn an_answer_opens_once() {
    for nonce in [&NONCE[..], b"481516"] {
        let (gate, phone) = (asking_gate(), Phone::number(20));
        let asked = challenge(nonce, 30);
        gate.open_challenge(asked.clone(), now()).unwrap();
        let first = admitted(gate.admit(&answer(&phone, &asked, plus(2)), plus(3)));
        assert!(first.verified().challenge_answered());
        assert_eq!(first.verified().audience(), Some(GATE));
        // Neither the same answer later, nor a newer one, nor another phone's.
        refused(gate.admit(&answer(&phone, &asked, plus(2)), plus(7)), Code::ChallengeUnknown);
        refused(gate.admit(&answer(&phone, &asked, plus(7)), plus(7)), Code::ChallengeUnknown);
        refused(gate.admit(&answer(&Phone::number(21), &asked, plus(7)), plus(7)), Code::ChallengeUnknown);
    }
}

#[test]
fn only_what_is_open_here_is_answered() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    refused(gate.admit(&answer(&phone, &challenge(&NONCE, 30), now()), now()), Code::ChallengeUnknown);
    let asked = challenge(&NONCE, 30);
    gate.open_challenge(asked.clone(), now()).unwrap();
    refused(gate.admit(&answer(&phone, &challenge(&[8; 16], 30), now()), now()), Code::ChallengeMismatch);
    refused(gate.admit(&phone.code_for(Recipient::Gate(GATE), now()), now()), Code::ChallengeMissing);
    refused(gate.admit(&phone.code(now()), now()), Code::WrongAudience);
    let pass =
        issuer().prepare_pass(&permit(), Some(GATE), now()).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(gate.admit(&pass, now()), Code::ChallengeMissing);
    let elsewhere = Recipient::Challenge { gate: "gate-4", nonce: &NONCE };
    refused(gate.admit(&phone.code_for(elsewhere, now()), now()), Code::WrongAudience);
    admitted(gate.admit(&answer(&phone, &asked, now()), now()));

    let unasking = checkpoint(
        Policy::new(AudiencePolicy::Own(GATE.into()), [CLASS], livepermit::Revocation::NotChecked),
        CheckpointPolicy::default(),
    );
    refused(unasking.admit(&answer(&phone, &asked, now()), now()), Code::ChallengeUnexpected);
}

#[test]
fn an_answer_comes_in_time() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    let asked = challenge(&NONCE, 10);
    gate.open_challenge(asked.clone(), now()).unwrap();
    let late = answer(&phone, &asked, plus(9));
    let rejection = refused(gate.admit(&late, plus(10)), Code::ChallengeExpired);
    assert_times(rejection, plus(10), plus(10));
    admitted(gate.admit(&late, plus(9)));
}

#[test]
fn several_open_challenges_are_answered_in_any_order() {
    let gate = asking_gate();
    let asked: Vec<_> = (0..16_u8).map(|number| challenge(&[number; 16], 60)).collect();
    for challenge in &asked {
        gate.open_challenge(challenge.clone(), now()).unwrap();
    }
    for (seed, challenge) in (20..).zip(asked.iter().rev()).step_by(5) {
        admitted(gate.admit(&answer(&Phone::number(seed), challenge, now()), now()));
    }
    // The oldest makes room for a seventeenth.
    let gate = asking_gate();
    for challenge in &asked {
        gate.open_challenge(challenge.clone(), now()).unwrap();
    }
    gate.open_challenge(challenge(&[16; 16], 60), now()).unwrap();
    refused(gate.admit(&answer(&Phone::number(20), &asked[0], now()), now()), Code::ChallengeMismatch);
    admitted(gate.admit(&answer(&Phone::number(20), &asked[1], now()), now()));
}

#[test]
fn a_challenge_is_used_up_by_an_admitted_answer_only() {
    let failing = says(Err(StoreError::new("down")));
    let unreachable = checkpoint_at(place("1", "hall"), failing, asking(), CheckpointPolicy::default());
    let asked = challenge(&NONCE, 60);
    unreachable.open_challenge(asked.clone(), now()).unwrap();
    for _ in 0..2 {
        let code = answer(&Phone::number(20), &asked, now());
        refused(unreachable.admit(&code, now()), Code::StoreUnreachable);
    }

    let gate = asking_gate();
    gate.open_challenge(asked.clone(), now()).unwrap();
    let phone = Phone::number(20);
    // Another class, a stale answer, an altered one, one of a permit that cools down.
    let other = Permit::new("BJ-1", "bj.example:other").unwrap();
    let wide = livepermit::TrustedKey::new(
        ISSUER,
        public(ISSUER_SEED),
        [livepermit::Use::Credential],
        [CLASS, "bj.example:other"],
    )
    .unwrap();
    let visitor = {
        let key = secret(30);
        let mut holder = livepermit::Holder::new(key.public_key());
        let prepared =
            issuer().prepare_credential(&other, &key.public_key(), Validity::default(), now()).unwrap();
        let token = prepared.sign(&secret(ISSUER_SEED)).unwrap();
        holder.accept(token.as_bytes(), &livepermit::Trust::new([wide.clone()]).unwrap(), now()).unwrap();
        let recipient = Recipient::Challenge { gate: GATE, nonce: &NONCE };
        holder.prepare(recipient, now()).unwrap().sign(&key).unwrap()
    };
    refused(gate.admit(&visitor, now()), Code::ClassNotGranted);
    refused(gate.admit(&answer(&phone, &asked, plus(-30)), now()), Code::Stale);
    let mut altered =
        livepermit::Token::from_text(&answer(&phone, &asked, now())).unwrap().as_bytes().to_vec();
    *altered.last_mut().unwrap() ^= 1;
    refused(gate.admit(&altered, now()), Code::BadDeviceSignature);
    let first = challenge(&[9; 16], 60);
    gate.open_challenge(first.clone(), now()).unwrap();
    admitted(gate.admit(&answer(&phone, &first, plus(-1)), now()));
    refused(gate.admit(&answer(&phone, &asked, plus(5)), plus(5)), Code::CoolingDown);
    // All that time it stayed open for whom it was meant.
    admitted(gate.admit(&answer(&Phone::number(21), &asked, plus(6)), plus(6)));
}

#[test]
fn what_may_be_asked() {
    let open = |nonce: &[u8], seconds| asking_gate().open_challenge(challenge(nonce, seconds), now());
    assert_eq!(open(&NONCE, 3600), Ok(()));
    assert_eq!(open(&[7; 32], 1), Ok(()));
    assert_eq!(open(&[7; 15], 10), Err(OpenChallengeError::TooShort));
    assert_eq!(open(b"4815162", 10), Err(OpenChallengeError::TooShort));
    assert_eq!(open(b"48151a", 10), Err(OpenChallengeError::TooShort));
    assert_eq!(open(&[7; 6], 10), Err(OpenChallengeError::TooShort));
    assert_eq!(open(b"481516", 30), Ok(()));
    assert_eq!(open(b"481516", 31), Err(OpenChallengeError::DigitsLiveTooLong));
    assert_eq!(open(&NONCE, 0), Err(OpenChallengeError::Over));
    assert_eq!(open(b"481516", 0), Err(OpenChallengeError::Over));
    let other = Challenge::new("gate-4", &NONCE, plus(10)).unwrap();
    assert_eq!(asking_gate().open_challenge(other, now()), Err(OpenChallengeError::OtherGate));
    assert!(Challenge::new(GATE, b"12345", plus(10)).is_err());
    assert!(Challenge::new("*", &NONCE, plus(10)).is_err());
}

#[test]
fn one_set_of_digits_is_open_in_a_lane() {
    let gate = asking_gate();
    gate.open_challenge(challenge(b"481516", 20), now()).unwrap();
    let second = challenge(b"234242", 40);
    assert_eq!(gate.open_challenge(second.clone(), plus(10)), Err(OpenChallengeError::DigitsOpen));
    assert_eq!(gate.open_challenge(second.clone(), plus(19)), Err(OpenChallengeError::DigitsOpen));
    gate.open_challenge(second.clone(), plus(20)).unwrap();
    // Codes on the screen are another matter.
    gate.open_challenge(challenge(&NONCE, 60), plus(20)).unwrap();
    admitted(gate.admit(&answer(&Phone::number(20), &second, plus(21)), plus(21)));
    gate.open_challenge(challenge(b"108108", 50), plus(21)).unwrap();
}

#[test]
fn the_printed_name_of_a_gate_binds_codes_to_it() {
    let own = Policy::new(AudiencePolicy::Own(GATE.into()), [CLASS], livepermit::Revocation::NotChecked);
    let gate = checkpoint(own, CheckpointPolicy::default());
    let read = |gate: &str| GateCode::from_text(&GateCode::name(gate).unwrap().to_qr_text()).unwrap();
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(now()), now()), Code::WrongAudience);
    refused(gate.admit(&phone.code_for((&read("gate-4")).into(), now()), now()), Code::WrongAudience);
    let opened = admitted(gate.admit(&phone.code_for((&read(GATE)).into(), now()), now()));
    assert_eq!(opened.verified().audience(), Some(GATE));
    assert!(!opened.verified().challenge_answered());
    // It binds the place and not the time: the film of it is stale like any other.
    refused(gate.admit(&Phone::number(21).code_for((&read(GATE)).into(), now()), plus(30)), Code::Stale);
}

#[test]
fn a_holder_shows_nothing_before_its_credential_is_valid() {
    let key = secret(20);
    let later = plus(3600);
    let prepared =
        issuer().prepare_credential(&permit(), &key.public_key(), Validity::default(), later).unwrap();
    let credential = prepared.sign(&secret(ISSUER_SEED)).unwrap();
    let held = HeldCredential::accept(credential.as_bytes(), &key.public_key(), &trust(), now()).unwrap();
    let begins = later.minus(300);
    assert_eq!((held.subject(), held.not_before()), (SUBJECT, begins));
    for time in [now(), begins.minus(1)] {
        let error = held.prepare(Recipient::Anyone, time).map(|prepared| prepared.issued_at());
        assert_eq!(error, Err(PrepareError::NotYetValid { now: time, not_before: begins }));
    }
    assert_eq!(held.prepare(Recipient::Anyone, begins).unwrap().issued_at(), begins);
}

// ------------------------------------------------------------------------------------------------ found in review

/// Phones whose credentials are of their own time, which is not the gate's: days apart, the credential's dates fail first.
#[test]
fn a_clock_days_off_is_found_out_by_codes_whose_credentials_are_not_valid() {
    for (offset, single) in [(2 * 86_400, Code::NotYetValid), (-2 * 86_400, Code::Expired)] {
        let gate = default_gate();
        let codes: Vec<_> = (20..26)
            .map(|seed| {
                let theirs = plus(offset);
                let permit = Permit::new(&format!("BJ-{seed}"), CLASS).unwrap();
                gate.admit(&Phone::with(seed, &permit, theirs).code(theirs), now()).unwrap_err().code()
            })
            .collect();
        assert_eq!(codes, [single, single, single, single, Code::ClockSuspect, Code::ClockSuspect]);
        assert_eq!(gate.clock_offset(), Some(offset));
    }
}

/// Codes are up to a window old when they are read, but none is dated ahead of a right clock by more than the skew.
#[test]
fn a_clock_a_few_seconds_slow_is_found_out() {
    for offset in [6, 10, 29] {
        let gate = default_gate();
        let future = Code::FromTheFuture;
        assert_eq!(show(&gate, &[offset; 5]), [future, future, future, future, Code::ClockSuspect]);
        assert_eq!(gate.clock_offset(), Some(offset));
    }
    let gate = default_gate();
    for seed in 20..30 {
        admitted(gate.admit(&Phone::number(seed).code(plus(5)), now()));
    }
    assert_eq!(gate.clock_offset(), None, "within the skew");
}

#[test]
fn a_long_window_makes_old_codes_nobodys_fault() {
    let gate = checkpoint(policy().with_window(3600), CheckpointPolicy::default());
    let slow = |seed: u8| {
        let permit = Permit::new(&format!("BJ-{seed}"), CLASS).unwrap().with_window(3600).unwrap();
        Phone::with(seed, &permit, now()).code(plus(-250))
    };
    for seed in 20..30 {
        admitted(gate.admit(&slow(seed), now()));
    }
    assert_eq!(gate.clock_offset(), None);
}

#[test]
fn a_good_signature_has_a_voice_whatever_the_verdict() {
    let gate = default_gate();
    let elsewhere = |seed| Phone::number(seed).code_for(Recipient::Gate("gate-4"), now());
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [Code::Stale; 4]);
    // Codes for another gate say that this clock is right; the fifth old picture is then one of nine.
    for seed in 30..35 {
        refused(gate.admit(&elsewhere(seed), now()), Code::WrongAudience);
    }
    refused(gate.admit(&Phone::number(24).code(plus(-100)), now()), Code::Stale);
}

#[test]
fn what_is_refused_does_not_hide_a_jump_of_the_clock() {
    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_401)));
    let gate = gate_with_clock(verifier(policy()), clock);
    refused(gate.admit("garbage", now()), Code::NotOurs);
    refused(gate.admit(&Phone::number(20).code(plus(-40)), now()), Code::Stale);
    let jumped = |seed| {
        admitted(gate.admit(&Phone::number(seed).code(now()), now()))
            .cautions()
            .contains(Caution::ClockJumped)
    };
    assert!(jumped(20), "the first that is let in");
    assert!(!jumped(21));
}

/// A list may be dated ahead by the skew; the gate is not out of order until its clock has caught up.
#[test]
fn a_list_dated_within_the_skew_stops_no_gate() {
    let list = StatusListBuilder::new("https://s.bj.example/1", 1, 8).unwrap();
    let bytes = list.sign(&issuer(), &secret(ISSUER_SEED), plus(5), plus(86_400)).unwrap();
    let verifier = verifier(policy()).with_status_lists([Arc::new(take_in(&bytes, now()).unwrap())]);
    let gate = gate_with_clock(verifier, ClockState::default());
    assert_eq!(gate.clock_state().floor, plus(5));
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
    let rejection = refused(gate.admit(&Phone::number(21).code(plus(-1)), plus(-1)), Code::ClockBelowFloor);
    assert_times(rejection, plus(-1), plus(5));
}

#[test]
fn an_answer_read_again_by_its_lane_is_neutral() {
    for next in [None, Some(challenge(&[8; 16], 60))] {
        let gate = asking_gate();
        let asked = challenge(&NONCE, 30);
        gate.open_challenge(asked.clone(), now()).unwrap();
        let (first, second) = (Phone::number(20), Phone::number(21));
        let code = answer(&first, &asked, now());
        admitted(gate.admit(&code, now()));
        // The screen shows the question to the next visitor already.
        if let Some(next) = next {
            gate.open_challenge(next, now()).unwrap();
        }
        for seconds in 0..3 {
            let rejection = refused(gate.admit(&code, now().plus(seconds)), Code::AlreadyAcceptedHere);
            assert_times(rejection, now().plus(seconds), now());
        }
        // Only the very same: not another moment, not another permit, and not later.
        refused(gate.admit(&answer(&first, &asked, plus(1)), plus(1)), Code::ChallengeUnknown);
        refused(gate.admit(&answer(&second, &asked, now()), plus(1)), Code::ChallengeUnknown);
        refused(gate.admit(&code, plus(3)), Code::ChallengeUnknown);
    }
}

#[test]
fn with_nothing_asked_a_forged_answer_is_called_forged() {
    let gate = asking_gate();
    let asked = challenge(&NONCE, 30);
    let good = answer(&Phone::number(20), &asked, now());
    let mut altered = livepermit::Token::from_text(&good).unwrap().as_bytes().to_vec();
    refused(gate.admit(&good, now()), Code::ChallengeUnknown);
    refused(gate.admit(&good, plus(30)), Code::Stale);
    *altered.last_mut().unwrap() ^= 1;
    refused(gate.admit(&altered, now()), Code::BadDeviceSignature);
    refused(gate.admit(&altered[1..].to_vec(), now()), Code::Malformed);
}

#[test]
fn a_nonce_asked_twice_is_answered_once() {
    let gate = asking_gate();
    gate.open_challenge(challenge(&NONCE, 30), now()).unwrap();
    let again = gate.open_challenge(challenge(&NONCE, 60), now());
    assert_eq!(again, Err(OpenChallengeError::AlreadyOpen));
    admitted(gate.admit(&answer(&Phone::number(20), &challenge(&NONCE, 30), now()), now()));
    refused(
        gate.admit(&answer(&Phone::number(21), &challenge(&NONCE, 60), now()), now()),
        Code::ChallengeUnknown,
    );
}
