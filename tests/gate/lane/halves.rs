//! An admission in two halves, with the store asked between them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use livepermit::hold::Challenge;
use livepermit::verify::{Buffer, ChallengePolicy};
use livepermit::{AudiencePolicy, Recipient, Rejection, RejectionCode, Timestamp, Unverified};
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore, Retention, StoreError};
use livepermit_gate::{Gate, GateCaution, MemoryReplay, OpenChallengeError, Pending};
use livepermit_gate::{StoreFailurePolicy, hold::GateCode};
use livepermit_testkit::{
    GATE, Phone, admitted, default_gate, gate_with, now, place, policy, refused, store,
};

use super::{LIVE, plus};

const NONCE: [u8; 16] = [7; 16];

fn begin(gate: &Gate, code: &str, now: Timestamp) -> Result<Pending, Rejection> {
    let mut buffer = Buffer::new();
    gate.begin(&Unverified::read(&mut buffer, code).unwrap(), now)
}

fn asking_gate() -> Gate {
    let asking = policy().with_audience(AudiencePolicy::Own);
    gate_with(asking.with_challenge(ChallengePolicy::Required), |gate| gate)
}

fn challenge(nonce: [u8; 16]) -> Challenge {
    Challenge::new(GATE, &nonce, plus(60)).unwrap()
}

fn answer(phone: &Phone, nonce: &[u8; 16]) -> String {
    phone.code_for(Recipient::Challenge { gate: GATE, nonce }, now())
}

#[test]
fn the_two_halves_do_what_admit_does() {
    let (store, phone) = (store(), Phone::number(20));
    let gate = gate_with(policy(), |gate| gate.store(store.clone()));
    let pending = begin(&gate, &phone.code(now()), now()).unwrap();
    let attempt = pending.attempt().clone();
    assert_eq!(attempt.key, pending.verified().replay_key());
    assert_eq!((&attempt.place, attempt.now), (&place("1", "hall"), now()));
    assert_eq!((attempt.passage, attempt.debounce, attempt.cool_down), (Passage::Enter, 3, LIVE));
    let answered = store.admit(pending.attempt());
    let opened = admitted(gate.finish(pending, answered, now()));
    assert_eq!(opened.verified().subject(), "BJ-20");
    refused(gate.admit(&phone.code(now()), plus(4)), RejectionCode::AlreadyUsed);
    // And what one gate admitted in one step, the halves refuse.
    let again = begin(&gate, &phone.code(now()), plus(5)).unwrap();
    let answered = store.admit(again.attempt());
    refused(gate.finish(again, answered, plus(5)), RejectionCode::AlreadyUsed);
}

#[test]
fn what_is_refused_before_the_store_is_asked_never_becomes_pending() {
    let gate = default_gate();
    let code = Phone::number(20).code(now());
    assert_eq!(begin(&gate, &code, plus(30)).unwrap_err().code(), RejectionCode::Stale);
    assert_eq!(begin(&gate, &code, plus(-6)).unwrap_err().code(), RejectionCode::FromTheFuture);
}

/// Neither of the two has asked the store yet, so nobody was admitted.
#[test]
fn to_begin_uses_nothing_up() {
    let (store, code) = (store(), Phone::number(20).code(now()));
    let gate = gate_with(policy(), |gate| gate.store(store.clone()));
    drop(begin(&gate, &code, now()).unwrap());
    let [first, second] = [(); 2].map(|()| begin(&gate, &code, now()).unwrap());
    assert!(store.is_empty());
    assert_eq!(gate.clock_state().last_admission, None);
    let answered = store.admit(second.attempt());
    admitted(gate.finish(second, answered, now()));
    let answered = store.admit(first.attempt());
    refused(gate.finish(first, answered, now()), RejectionCode::AlreadyAcceptedHere);
}

#[test]
fn a_store_that_could_not_be_asked_is_told_to_the_second_half() {
    let down = || Err(StoreError::new("down"));
    let code = Phone::number(20).code(now());
    let gate = default_gate();
    let pending = begin(&gate, &code, now()).unwrap();
    refused(gate.finish(pending, down(), now()), RejectionCode::StoreUnreachable);
    let gate = gate_with(policy(), |gate| gate.store_failure(StoreFailurePolicy::DangerousAdmit));
    let pending = begin(&gate, &code, now()).unwrap();
    let opened = admitted(gate.finish(pending, down(), now()));
    assert!(opened.cautions().contains(GateCaution::ReplayNotChecked));
}

#[test]
fn a_challenge_is_held_while_its_answer_is_pending() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    gate.open_challenge(challenge(NONCE), now()).unwrap();
    let pending = begin(&gate, &answer(&phone, &NONCE), now()).unwrap();
    // Nobody else answers it meanwhile, and nobody asks it again.
    let other = answer(&Phone::number(21), &NONCE);
    assert_eq!(begin(&gate, &other, now()).unwrap_err().code(), RejectionCode::ChallengeUnknown);
    let asked_again = gate.open_challenge(challenge(NONCE), now());
    assert_eq!(asked_again, Err(OpenChallengeError::AlreadyOpen));
    // Dropped, it is open again.
    drop(pending);
    admitted(gate.admit(&other, now()));
    refused(gate.admit(&answer(&phone, &NONCE), now()), RejectionCode::ChallengeUnknown);
}

#[test]
fn a_challenge_comes_back_when_its_answer_is_refused() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    gate.open_challenge(challenge(NONCE), now()).unwrap();
    for (answered, code) in [
        (Ok(Answer::Full), RejectionCode::StoreFull),
        (Ok(Answer::CoolingDown { until: plus(9) }), RejectionCode::CoolingDown),
        (Err(StoreError::new("down")), RejectionCode::StoreUnreachable),
    ] {
        let pending = begin(&gate, &answer(&phone, &NONCE), now()).unwrap();
        refused(gate.finish(pending, answered, now()), code);
    }
    let pending = begin(&gate, &answer(&phone, &NONCE), now()).unwrap();
    admitted(gate.finish(pending, Ok(Answer::Admitted), now()));
    // Used up.
    refused(
        gate.admit(&answer(&Phone::number(21), &NONCE), now()),
        RejectionCode::ChallengeUnknown,
    );
    gate.open_challenge(challenge(NONCE), now()).unwrap();
}

/// The store admits both phones, each in its own right: it knows nothing of challenges.
#[test]
fn of_two_codes_that_answer_one_challenge_at_once_one_is_admitted() {
    for round in 0..50_u64 {
        let gate = asking_gate();
        let asked = [u8::try_from(round).unwrap(); 16];
        gate.open_challenge(challenge(asked), now()).unwrap();
        let codes = [20, 21].map(|seed| answer(&Phone::number(seed), &asked));
        let admissions = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for code in &codes {
                scope.spawn(|| {
                    let verdict = gate.admit(code.as_str(), now()).map(drop);
                    admissions.lock().unwrap_or_else(PoisonError::into_inner).push(verdict);
                });
            }
        });
        let (opened, other): (Vec<_>, Vec<_>) =
            admissions.into_inner().unwrap().into_iter().partition(Result::is_ok);
        assert_eq!(opened.len(), 1, "round {round}");
        assert_eq!(other[0].unwrap_err().code(), RejectionCode::ChallengeUnknown);
    }
}

/// A store that asks the gate that asks it. Under a lock of the gate it would wait for ever.
#[derive(Default)]
struct CallsBack {
    gate: OnceLock<Arc<Gate>>,
    heard: Mutex<Vec<RejectionCode>>,
}

impl ReplayStore for CallsBack {
    fn retention(&self) -> Retention {
        Retention::default()
    }

    fn admit(&self, _: &Attempt) -> Result<Answer, StoreError> {
        let gate = self.gate.get().unwrap();
        gate.replace_verifier(gate.verifier()).unwrap();
        assert_eq!(gate.clock_offset(), None);
        assert_eq!(gate.clock_state().last_admission, None);
        gate.open_challenge(challenge([8; 16]), now()).unwrap();
        // The challenge is held, so that this ends here and does not ask the store once more.
        let other = gate.admit(&answer(&Phone::number(21), &NONCE), now());
        self.heard.lock().unwrap().push(other.unwrap_err().code());
        Ok(Answer::Admitted)
    }
}

#[test]
fn no_lock_is_held_while_the_store_is_asked() {
    let store = Arc::new(CallsBack::default());
    let asking = policy().with_audience(AudiencePolicy::Own);
    let gate = Arc::new(gate_with(asking.with_challenge(ChallengePolicy::Required), |gate| {
        gate.store(Arc::clone(&store))
    }));
    assert!(store.gate.set(Arc::clone(&gate)).is_ok());
    gate.open_challenge(challenge(NONCE), now()).unwrap();
    admitted(gate.admit(&answer(&Phone::number(20), &NONCE), now()));
    assert_eq!(*store.heard.lock().unwrap(), [RejectionCode::ChallengeUnknown]);
}

/// The camera shows the gate's code on its screen, so the same answer is read many times.
#[test]
fn a_code_of_the_gate_is_answered_through_the_halves() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    gate.open_challenge(challenge(NONCE), now()).unwrap();
    let shown = GateCode::Challenge(challenge(NONCE)).to_qr_text();
    let read = GateCode::from_text(&shown).unwrap();
    let code = phone.code_for(Recipient::from(&read), now());
    let store = MemoryReplay::new(10, Retention::default());
    let pending = begin(&gate, &code, now()).unwrap();
    assert!(pending.verified().challenge_answered());
    let answered = store.admit(pending.attempt());
    admitted(gate.finish(pending, answered, now()));
    let again = begin(&gate, &code, plus(1)).unwrap_err();
    assert_eq!(again.code(), RejectionCode::AlreadyAcceptedHere);
}
