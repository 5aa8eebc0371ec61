//! A gate whose clock is wrong: its floor, its jumps, what the phones say.

use std::sync::Arc;

use livepermit::{
    Caution, Checkpoint, CheckpointPolicy, ClockState, Code, Fault, Permit, Recipient,
    StatusListBuilder, Timestamp, TrustAnchor, TrustListBuilder, Validity, Verifier,
};

use super::{assert_times, default_gate, plus};
use crate::common::{
    CLASS, ISSUER, ISSUER_SEED, Phone, admitted, checkpoint, issuer, now, permit, place, policy,
    public, refused, secret, store, take_in, trusted, verifier,
};

fn gate_with_clock(verifier: Verifier, clock: ClockState) -> Checkpoint {
    Checkpoint::new(
        Arc::new(verifier),
        store(),
        place("1", "hall"),
        CheckpointPolicy::default(),
        clock,
    )
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
    let rejection =
        refused(gate.admit(&Phone::number(20).code(plus(-10)), early), Code::ClockBelowFloor);
    assert_times(rejection, early, now());
    assert_eq!(rejection.fault(), Fault::Ours);
    // Before anything is read: garbage says nothing about the clock.
    refused(gate.admit("garbage", early), Code::ClockBelowFloor);
    assert_eq!(gate.clock_state().last_admission, None, "an unusable clock is not remembered");
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
}

#[test]
fn accepted_lists_raise_the_floor_and_nothing_lowers_it() {
    let floor = |gate: &Checkpoint| gate.clock_state().floor;
    assert_eq!(floor(&gate_with_clock(verifier(policy()), ClockState::default())), Timestamp::MIN);
    assert_eq!(
        floor(&gate_with_clock(verifier_with_status_list_of(now()), ClockState::default())),
        now()
    );
    assert_eq!(
        floor(&gate_with_clock(verifier_with_trust_list_of(now()), ClockState::default())),
        now()
    );

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
    admitted(gate.admit(&Phone::number(21).code(plus(90)), plus(95)));
    // The clock is wrong for a moment, while somebody shows a poster.
    refused(gate.admit("garbage", plus(1_000_000)), Code::NotOurs);
    let state = gate.clock_state();
    assert_eq!((state.floor, state.last_admission), (now(), Some(plus(100))));
    // Without the list, with the state only.
    let again =
        gate_with_clock(verifier(policy()), ClockState::new(state.floor, state.last_admission));
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

/// Shows codes of the phones 20, 21, …, each dated `now` and the offset, at `now`. Gives the codes
/// of the refusals.
fn show(gate: &Checkpoint, offsets: &[i64]) -> Vec<Code> {
    (20..)
        .zip(offsets)
        .map(|(seed, offset)| {
            gate.admit(&Phone::number(seed).code(plus(*offset)), now()).unwrap_err().code()
        })
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
    let pass =
        issuer().prepare_pass(&same, None, plus(-100)).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
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

/// Phones whose credentials are of their own time, which is not the gate's: days apart, the
/// credential's dates fail first.
#[test]
fn a_clock_days_off_is_found_out_by_codes_whose_credentials_are_not_valid() {
    for (offset, single) in [(2 * 86_400, Code::NotYetValid), (-2 * 86_400, Code::Expired)] {
        let gate = default_gate();
        let codes: Vec<_> = (20..26)
            .map(|seed| {
                let theirs = plus(offset);
                let permit = Permit::new(&format!("BJ-{seed}"), CLASS).unwrap();
                gate.admit(&Phone::with(seed, &permit, theirs).code(theirs), now())
                    .unwrap_err()
                    .code()
            })
            .collect();
        assert_eq!(codes, [single, single, single, single, Code::ClockSuspect, Code::ClockSuspect]);
        assert_eq!(gate.clock_offset(), Some(offset));
    }
}

/// Codes are up to a window old when they are read, but none is dated ahead of a right clock by
/// more than the skew.
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
    // Codes for another gate say that this clock is right; the fifth old picture is then one of
    // nine.
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

    // Nor does a restart between: one refused code is a process of its own.
    let once = |state| gate_with_clock(verifier(policy()), state);
    let first = once(clock);
    refused(first.admit("garbage", now()), Code::NotOurs);
    let second = once(first.clock_state());
    assert!(
        admitted(second.admit(&Phone::number(20).code(now()), now()))
            .cautions()
            .contains(Caution::ClockJumped)
    );
}

/// A list may be dated ahead by the skew; the gate is not out of order until its clock has caught
/// up.
#[test]
fn a_list_dated_within_the_skew_stops_no_gate() {
    let list = StatusListBuilder::new("https://s.bj.example/1", 1, 8).unwrap();
    let bytes = list.sign(&issuer(), &secret(ISSUER_SEED), plus(5), plus(86_400)).unwrap();
    let verifier =
        verifier(policy()).with_status_lists([Arc::new(take_in(&bytes, now()).unwrap())]);
    let gate = gate_with_clock(verifier, ClockState::default());
    assert_eq!(gate.clock_state().floor, plus(5));
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
    let rejection =
        refused(gate.admit(&Phone::number(21).code(plus(-1)), plus(-1)), Code::ClockBelowFloor);
    assert_times(rejection, plus(-1), plus(5));
}
