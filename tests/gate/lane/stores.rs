//! What a lane makes of the answers of its store, and of a store that fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use livepermit::rejection::Fault;
use livepermit::verify::Caution;
use livepermit::{Permit, RejectionCode};
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore, Retention, StoreError};
use livepermit_gate::{GateCaution, MemoryReplay, StoreFailurePolicy};

use super::{LIVE, assert_times, plus};
use livepermit_testkit::{
    CLASS, Phone, admitted, gate_with, now, place, policy, refused, verifier,
};

/// A store that always answers the same, or fails.
pub(super) struct Says(Result<Answer, StoreError>, AtomicUsize);

impl ReplayStore for Says {
    fn retention(&self) -> Retention {
        Retention::default()
    }

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        assert_eq!(
            (attempt.passage, attempt.debounce, attempt.cool_down),
            (Passage::Enter, 3, LIVE)
        );
        assert_eq!((&attempt.place, attempt.now), (&place("1", "hall"), now()));
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.clone()
    }
}

pub(super) fn says(answer: Result<Answer, StoreError>) -> Arc<Says> {
    Arc::new(Says(answer, AtomicUsize::new(0)))
}

#[test]
fn a_store_that_fails_puts_the_gate_out_of_order_unless_the_policy_admits() {
    let code = Phone::number(20).code(now());
    let store = says(Err(StoreError::new("connection refused")));
    let gate = gate_with(policy(), |gate| gate.store(store.clone()));
    let rejection = refused(gate.admit(&code, now()), RejectionCode::StoreUnreachable);
    assert_eq!(rejection.fault(), Fault::Ours);
    refused(gate.admit(&code, now()), RejectionCode::StoreUnreachable);

    let gate = gate_with(policy(), |gate| {
        gate.store(store.clone()).store_failure(StoreFailurePolicy::DangerousAdmit)
    });
    for _ in 0..2 {
        let admitted = admitted(gate.admit(&code, now()));
        assert!(admitted.cautions().contains(GateCaution::ReplayNotChecked));
        assert!(
            admitted.cautions().contains(Caution::RevocationNotChecked),
            "nor does it hide others"
        );
        assert_eq!(admitted.verified().subject(), "BJ-20");
    }
    // What is refused before is never asked about.
    let asked = store.1.load(Ordering::SeqCst);
    refused(gate.admit(&Phone::number(20).code(plus(6)), now()), RejectionCode::FromTheFuture);
    assert_eq!((asked, store.1.load(Ordering::SeqCst)), (4, 4));
}

#[test]
fn only_one_answer_of_a_store_opens() {
    let (phone, then) = (Phone::number(20), plus(-7));
    let code = phone.code(now());
    let verified = verifier().verify(&code, now()).unwrap();
    for (answer, code_expected, evidence) in [
        (Answer::AlreadyAcceptedHere { then }, RejectionCode::AlreadyAcceptedHere, (now(), then)),
        (Answer::AlreadyUsed { then }, RejectionCode::AlreadyUsed, (now(), then)),
        (Answer::Superseded { newest: plus(3) }, RejectionCode::Superseded, (now(), plus(3))),
        (Answer::CoolingDown { until: plus(9) }, RejectionCode::CoolingDown, (now(), plus(9))),
        (Answer::Forgotten { until: plus(40) }, RejectionCode::Forgotten, (now(), plus(40))),
        (Answer::ClockApart { theirs: plus(40) }, RejectionCode::ClockSuspect, (now(), plus(40))),
    ] {
        let gate = gate_with(policy(), |gate| gate.store(says(Ok(answer))));
        let rejection = refused(gate.admit(&code, now()), code_expected);
        assert_times(rejection, evidence.0, evidence.1);
    }
    let of = |answer| gate_with(policy(), |gate| gate.store(says(Ok(answer)))).admit(&code, now());
    refused(of(Answer::Full), RejectionCode::StoreFull);
    let opened = admitted(of(Answer::Admitted));
    assert_eq!(opened.verified().permit_id(), verified.permit_id());
    let cautions: Vec<_> = verified.cautions().iter().map(GateCaution::from).collect();
    assert_eq!(opened.cautions().iter().collect::<Vec<_>>(), cautions);
    let key = verified.replay_key();
    assert_eq!((key.permit, key.moment), (verified.permit_id(), Some(now())));
    assert_eq!((key.live_until, key.keep_until), (plus(30), plus(40)));
}

#[test]
fn a_full_store_refuses_and_forgets_only_what_is_over() {
    let full = Arc::new(MemoryReplay::new(2, Retention::default()));
    let gate = gate_with(policy(), |gate| gate.store(full.clone()));
    let phones = [20, 21, 22].map(Phone::number);
    admitted(gate.admit(&phones[0].code(now()), now()));
    admitted(gate.admit(&phones[1].code(plus(1)), plus(1)));
    let rejection =
        refused(gate.admit(&phones[2].code(plus(2)), plus(2)), RejectionCode::StoreFull);
    assert_eq!((rejection.fault(), full.len()), (Fault::Ours, 2));
    // Those it knows are still told apart, and may come again.
    refused(gate.admit(&phones[0].code(now()), plus(5)), RejectionCode::AlreadyUsed);
    admitted(gate.admit(&phones[0].code(plus(40)), plus(40)));
    // The second is over: window, cool-down and the difference between clocks have passed.
    let over = plus(1 + 35 + 60);
    refused(gate.admit(&phones[2].code(over.minus(1)), over.minus(1)), RejectionCode::StoreFull);
    admitted(gate.admit(&phones[2].code(over), over));
    // Past the moment that was forgotten, and no further.
    assert_eq!((full.len(), full.remembers_from()), (2, plus(1 + 1)));
}

#[test]
fn what_a_store_has_forgotten_is_refused_even_if_the_clock_is_set_back() {
    let small = Arc::new(MemoryReplay::new(1, Retention::default()));
    let gate = gate_with(policy(), |gate| gate.store(small.clone()));
    let phone = Phone::number(20);
    let code = phone.code(now());
    admitted(gate.admit(&code, now()));
    // Another permit later: the first is over and forgotten.
    admitted(gate.admit(&Phone::number(21).code(plus(500)), plus(500)));
    assert_eq!((small.len(), small.remembers_from()), (1, plus(1)));
    // The clock goes back to when the first code was live.
    let rejection = refused(gate.admit(&code, plus(1)), RejectionCode::Forgotten);
    assert_times(rejection, now(), plus(1));
    // To the second: a code of which the store forgot nothing.
    refused(gate.admit(&phone.code(plus(1)), plus(1)), RejectionCode::StoreFull);
}

#[test]
fn a_store_in_memory_takes_nothing_dated_before_its_restart() {
    let store = Arc::new(MemoryReplay::after_restart(10, Retention::default(), now()));
    let gate = gate_with(policy(), |gate| gate.store(store));
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(plus(-1)), plus(1)), RejectionCode::Forgotten);
    refused(gate.admit(&phone.code(now()), plus(1)), RejectionCode::Forgotten);
    // A code dated ahead may have been admitted before the restart: half a window is the most a
    // gate takes.
    refused(gate.admit(&phone.code(plus(15)), plus(15)), RejectionCode::Forgotten);
    // Somebody may have entered with the same phone before the restart: the zone is closed for the
    // longest cool-down.
    let rejection = refused(gate.admit(&phone.code(plus(16)), plus(16)), RejectionCode::Forgotten);
    let open = now().plus(LIVE);
    assert_times(rejection, plus(16), open);
    admitted(gate.admit(&phone.code(open), open));
}

#[test]
fn a_gate_with_a_longer_window_than_its_store_admits_nothing_that_a_restart_would_forget() {
    let limits = Retention { largest_skew: 60, ..Retention::default() };
    let store = Arc::new(MemoryReplay::new(10, limits));
    let wide = || policy().with_window(300).with_skew(60);
    let lane = |store| gate_with(wide(), |gate| gate.store(store).allowing_short_retention());
    let gate = lane(store);
    let permit = Permit::new("BJ-20", CLASS).unwrap().with_window(300).unwrap();
    let phone = Phone::with(20, &permit, now());
    let rejection = refused(gate.admit(&phone.code(plus(16)), now()), RejectionCode::FromTheFuture);
    assert_times(rejection, plus(16), plus(15));
    let ahead = phone.code(plus(15));
    admitted(gate.admit(&ahead, now()));
    let store = Arc::new(MemoryReplay::after_restart(10, limits, now()));
    let gate = lane(store);
    refused(gate.admit(&ahead, now()), RejectionCode::Forgotten);
}
