//! What a gate asks, and what answers it.

use livepermit::hold::{Challenge, GateCode, HeldCredential};
use livepermit::issue::PrepareError;
use livepermit::verify::ChallengePolicy;
use livepermit::{AudiencePolicy, Permit, Policy, Recipient, RejectionCode, Timestamp, Validity};
use livepermit_gate::replay::StoreError;
use livepermit_gate::{Gate, OpenChallengeError};

use super::stores::says;
use super::{assert_times, plus};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, ISSUER_SEED, Phone, SUBJECT, admitted, gate_with, issuer, now, permit,
    policy, public, refused, secret, trust,
};

fn asking() -> Policy {
    policy().with_audience(AudiencePolicy::Own).with_challenge(ChallengePolicy::Required)
}

fn asking_gate() -> Gate {
    gate_with(asking(), |gate| gate)
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
        refused(
            gate.admit(&answer(&phone, &asked, plus(2)), plus(7)),
            RejectionCode::ChallengeUnknown,
        );
        refused(
            gate.admit(&answer(&phone, &asked, plus(7)), plus(7)),
            RejectionCode::ChallengeUnknown,
        );
        refused(
            gate.admit(&answer(&Phone::number(21), &asked, plus(7)), plus(7)),
            RejectionCode::ChallengeUnknown,
        );
    }
}

#[test]
fn only_what_is_open_here_is_answered() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    refused(
        gate.admit(&answer(&phone, &challenge(&NONCE, 30), now()), now()),
        RejectionCode::ChallengeUnknown,
    );
    let asked = challenge(&NONCE, 30);
    gate.open_challenge(asked.clone(), now()).unwrap();
    refused(
        gate.admit(&answer(&phone, &challenge(&[8; 16], 30), now()), now()),
        RejectionCode::ChallengeMismatch,
    );
    refused(
        gate.admit(&phone.code_for(Recipient::Gate(GATE), now()), now()),
        RejectionCode::ChallengeMissing,
    );
    refused(gate.admit(&phone.code(now()), now()), RejectionCode::WrongAudience);
    let pass = issuer()
        .prepare_pass(&permit(), Some(GATE), now())
        .unwrap()
        .sign(&secret(ISSUER_SEED))
        .unwrap();
    refused(gate.admit(&pass, now()), RejectionCode::ChallengeMissing);
    let elsewhere = Recipient::Challenge { gate: "gate-4", nonce: &NONCE };
    refused(gate.admit(&phone.code_for(elsewhere, now()), now()), RejectionCode::WrongAudience);
    admitted(gate.admit(&answer(&phone, &asked, now()), now()));

    let unasking = gate_with(policy().with_audience(AudiencePolicy::Own), |gate| gate);
    refused(
        unasking.admit(&answer(&phone, &asked, now()), now()),
        RejectionCode::ChallengeUnexpected,
    );
}

#[test]
fn an_answer_comes_in_time() {
    let (gate, phone) = (asking_gate(), Phone::number(20));
    let asked = challenge(&NONCE, 10);
    gate.open_challenge(asked.clone(), now()).unwrap();
    let late = answer(&phone, &asked, plus(9));
    let rejection = refused(gate.admit(&late, plus(10)), RejectionCode::ChallengeExpired);
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
    refused(
        gate.admit(&answer(&Phone::number(20), &asked[0], now()), now()),
        RejectionCode::ChallengeMismatch,
    );
    admitted(gate.admit(&answer(&Phone::number(20), &asked[1], now()), now()));
}

#[test]
fn a_challenge_is_used_up_by_an_admitted_answer_only() {
    let failing = says(Err(StoreError::new("down")));
    let unreachable = gate_with(asking(), |gate| gate.store(failing));
    let asked = challenge(&NONCE, 60);
    unreachable.open_challenge(asked.clone(), now()).unwrap();
    for _ in 0..2 {
        let code = answer(&Phone::number(20), &asked, now());
        refused(unreachable.admit(&code, now()), RejectionCode::StoreUnreachable);
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
        let prepared = issuer()
            .prepare_credential(&other, &key.public_key(), Validity::default(), now())
            .unwrap();
        let token = prepared.sign(&secret(ISSUER_SEED)).unwrap();
        holder
            .accept(token.as_bytes(), &livepermit::Trust::new([wide.clone()]).unwrap(), now())
            .unwrap();
        let recipient = Recipient::Challenge { gate: GATE, nonce: &NONCE };
        holder.prepare(recipient, now()).unwrap().sign(&key).unwrap()
    };
    refused(gate.admit(&visitor, now()), RejectionCode::ClassNotGranted);
    refused(gate.admit(&answer(&phone, &asked, plus(-30)), now()), RejectionCode::Stale);
    let mut altered =
        livepermit::Token::from_text(&answer(&phone, &asked, now())).unwrap().as_bytes().to_vec();
    *altered.last_mut().unwrap() ^= 1;
    refused(gate.admit(&altered, now()), RejectionCode::BadDeviceSignature);
    let first = challenge(&[9; 16], 60);
    gate.open_challenge(first.clone(), now()).unwrap();
    admitted(gate.admit(&answer(&phone, &first, plus(-1)), now()));
    refused(gate.admit(&answer(&phone, &asked, plus(5)), plus(5)), RejectionCode::CoolingDown);
    // All that time it stayed open for whom it was meant.
    admitted(gate.admit(&answer(&Phone::number(21), &asked, plus(6)), plus(6)));
}

#[test]
fn what_may_be_asked() {
    let open =
        |nonce: &[u8], seconds| asking_gate().open_challenge(challenge(nonce, seconds), now());
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

/// Digits can be guessed, so a clock that was set back must not keep them open.
#[test]
fn digits_of_a_clock_that_was_set_back_are_closed() {
    let gate = asking_gate();
    let early = challenge(b"481516", 86_430);
    gate.open_challenge(early.clone(), plus(86_400)).unwrap();
    let next = challenge(b"234242", 30);
    gate.open_challenge(next.clone(), now()).unwrap();
    let code = Phone::number(20);
    assert!(gate.admit(&answer(&code, &early, plus(1)), plus(1)).is_err());
    admitted(gate.admit(&answer(&code, &next, plus(1)), plus(1)));
}

#[test]
fn the_printed_name_of_a_gate_binds_codes_to_it() {
    let own = policy().with_audience(AudiencePolicy::Own);
    let gate = gate_with(own, |gate| gate);
    let read =
        |gate: &str| GateCode::from_text(&GateCode::name(gate).unwrap().to_qr_text()).unwrap();
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(now()), now()), RejectionCode::WrongAudience);
    refused(
        gate.admit(&phone.code_for((&read("gate-4")).into(), now()), now()),
        RejectionCode::WrongAudience,
    );
    let opened = admitted(gate.admit(&phone.code_for((&read(GATE)).into(), now()), now()));
    assert_eq!(opened.verified().audience(), Some(GATE));
    assert!(!opened.verified().challenge_answered());
    // It binds the place and not the time: the film of it is stale like any other.
    refused(
        gate.admit(&Phone::number(21).code_for((&read(GATE)).into(), now()), plus(30)),
        RejectionCode::Stale,
    );
}

#[test]
fn a_holder_shows_nothing_before_its_credential_is_valid() {
    let key = secret(20);
    let later = plus(3600);
    let prepared = issuer()
        .prepare_credential(&permit(), &key.public_key(), Validity::default(), later)
        .unwrap();
    let credential = prepared.sign(&secret(ISSUER_SEED)).unwrap();
    let held =
        HeldCredential::accept(credential.as_bytes(), &key.public_key(), &trust(), now()).unwrap();
    let begins = later.minus(300);
    assert_eq!((held.subject(), held.not_before()), (SUBJECT, begins));
    for time in [now(), begins.minus(1)] {
        let error = held.prepare(Recipient::Anyone, time).map(|prepared| prepared.issued_at());
        assert_eq!(error, Err(PrepareError::NotYetValid { now: time, not_before: begins }));
    }
    assert_eq!(held.prepare(Recipient::Anyone, begins).unwrap().issued_at(), begins);
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
            let rejection =
                refused(gate.admit(&code, now().plus(seconds)), RejectionCode::AlreadyAcceptedHere);
            assert_times(rejection, now().plus(seconds), now());
        }
        // Only the very same: not another moment, not another permit, and not later.
        refused(
            gate.admit(&answer(&first, &asked, plus(1)), plus(1)),
            RejectionCode::ChallengeUnknown,
        );
        refused(
            gate.admit(&answer(&second, &asked, now()), plus(1)),
            RejectionCode::ChallengeUnknown,
        );
        refused(gate.admit(&code, plus(3)), RejectionCode::ChallengeUnknown);
    }
}

#[test]
fn with_nothing_asked_a_forged_answer_is_called_forged() {
    let gate = asking_gate();
    let asked = challenge(&NONCE, 30);
    let good = answer(&Phone::number(20), &asked, now());
    let mut altered = livepermit::Token::from_text(&good).unwrap().as_bytes().to_vec();
    refused(gate.admit(&good, now()), RejectionCode::ChallengeUnknown);
    refused(gate.admit(&good, plus(30)), RejectionCode::Stale);
    *altered.last_mut().unwrap() ^= 1;
    refused(gate.admit(&altered, now()), RejectionCode::BadDeviceSignature);
    refused(gate.admit(&altered[1..].to_vec(), now()), RejectionCode::Malformed);
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
        RejectionCode::ChallengeUnknown,
    );
}
