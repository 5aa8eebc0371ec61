//! A gate whose clock is wrong: its floor, its jumps, what the phones say.

use std::sync::Arc;

use livepermit::issue::{StatusListBuilder, TrustListBuilder};
use livepermit::rejection::Fault;
use livepermit::trust::TrustAnchor;
use livepermit::{Permit, Recipient, RejectionCode, Timestamp, Validity, Verifier};
use livepermit_gate::{ClockState, Gate, GateCaution};

use super::{assert_times, plus};
use livepermit_testkit::{
    CLASS, GATE, ISSUER, ISSUER_SEED, Phone, accept_status_list, admitted, default_gate, gate_with,
    issuer, now, permit, policy, public, refused, secret, status_list, store, trust_list, trusted,
    verifier_with,
};

fn gate_with_clock(verifier: Verifier, clock: ClockState) -> Gate {
    let builder = Gate::at(GATE).zone("hall").store(store());
    builder.verifying(Arc::new(verifier)).clock(clock).build().unwrap()
}

fn verifier_with_status_list_of(time: Timestamp) -> Verifier {
    let list = StatusListBuilder::new("https://s.bj.example/1", 1, 8).unwrap();
    let bytes = status_list(&list, time, time.plus(86_400));
    verifier_with(policy()).with_status_lists([Arc::new(accept_status_list(&bytes, time).unwrap())])
}

fn verifier_with_trust_list_of(time: Timestamp) -> Verifier {
    let builder = TrustListBuilder::new("bj", 1, [trusted(ISSUER_SEED)]).unwrap();
    let bytes = trust_list(&builder, &secret(200), time, time.plus(86_400));
    let list = TrustAnchor::new("bj", [public(200)], 0).unwrap().accept(&bytes, time, 5).unwrap();
    Verifier::new(list.trust().clone(), policy()).unwrap()
}

#[test]
fn a_clock_below_the_stored_floor_is_refused() {
    let gate = gate_with_clock(verifier_with(policy()), ClockState::new(now(), None));
    let early = plus(-3600);
    let rejection = refused(
        gate.admit(&Phone::number(20).code(plus(-10)), early),
        RejectionCode::ClockBelowFloor,
    );
    assert_times(rejection, early, now());
    assert_eq!(rejection.fault(), Fault::Ours);
    // Before anything is read: garbage says nothing about the clock.
    refused(gate.admit("garbage", early), RejectionCode::ClockBelowFloor);
    assert_eq!(gate.clock_state().last_admission, None, "an unusable clock is not remembered");
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
}

#[test]
fn accepted_lists_raise_the_floor_and_nothing_lowers_it() {
    let floor = |gate: &Gate| gate.clock_state().floor;
    assert_eq!(
        floor(&gate_with_clock(verifier_with(policy()), ClockState::default())),
        Timestamp::MIN
    );
    assert_eq!(
        floor(&gate_with_clock(verifier_with_status_list_of(now()), ClockState::default())),
        now()
    );
    assert_eq!(
        floor(&gate_with_clock(verifier_with_trust_list_of(now()), ClockState::default())),
        now()
    );

    let gate =
        gate_with_clock(verifier_with(policy()), ClockState::new(plus(-100), Some(plus(-50))));
    gate.replace_verifier(Arc::new(verifier_with_trust_list_of(plus(-20)))).unwrap();
    assert_eq!(floor(&gate), plus(-20));
    gate.replace_verifier(Arc::new(verifier_with_status_list_of(plus(-10)))).unwrap();
    assert_eq!(floor(&gate), plus(-10));
    gate.replace_verifier(Arc::new(verifier_with_status_list_of(plus(-60)))).unwrap();
    gate.replace_verifier(Arc::new(verifier_with(policy()))).unwrap();
    assert_eq!(floor(&gate), plus(-10));
    refused(
        gate.admit(&Phone::number(20).code(plus(-60)), plus(-60)),
        RejectionCode::ClockBelowFloor,
    );
    assert_eq!(gate.clock_state(), ClockState::new(plus(-10), Some(plus(-50))));
}

#[test]
fn the_state_of_the_clock_goes_through_a_restart() {
    let gate = gate_with_clock(verifier_with_status_list_of(now()), ClockState::default());
    admitted(gate.admit(&Phone::number(20).code(plus(100)), plus(100)));
    admitted(gate.admit(&Phone::number(21).code(plus(90)), plus(95)));
    // The clock is wrong for a moment, while somebody shows a poster.
    refused(gate.admit("garbage", plus(1_000_000)), RejectionCode::NotOurs);
    let state = gate.clock_state();
    assert_eq!((state.floor, state.last_admission), (now(), Some(plus(100))));
    // Without the list, with the state only.
    let again = gate_with_clock(
        verifier_with(policy()),
        ClockState::new(state.floor, state.last_admission),
    );
    assert_eq!(again.clock_state(), state);
    refused(
        again.admit(&Phone::number(20).code(plus(-60)), plus(-60)),
        RejectionCode::ClockBelowFloor,
    );
}

#[test]
fn a_large_jump_forward_is_cautioned_once() {
    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_401)));
    let gate = gate_with_clock(verifier_with(policy()), clock);
    let first = admitted(gate.admit(&Phone::number(20).code(now()), now()));
    assert!(first.cautions().contains(GateCaution::ClockJumped));
    let second = admitted(gate.admit(&Phone::number(21).code(now()), now()));
    assert!(!second.cautions().contains(GateCaution::ClockJumped));

    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_400)));
    let gate = gate_with_clock(verifier_with(policy()), clock);
    let night = admitted(gate.admit(&Phone::number(20).code(now()), now()));
    assert!(!night.cautions().contains(GateCaution::ClockJumped), "switched off for a day");
    let fresh = admitted(default_gate().admit(&Phone::number(20).code(now()), now()));
    assert!(!fresh.cautions().contains(GateCaution::ClockJumped), "the first time ever");
}

/// Shows codes of the phones 20, 21, …, each dated `now` and the offset, at `now`. Gives the codes
/// of the refusals.
fn show(gate: &Gate, offsets: &[i64]) -> Vec<RejectionCode> {
    (20..)
        .zip(offsets)
        .map(|(seed, offset)| {
            gate.admit(&Phone::number(seed).code(plus(*offset)), now()).unwrap_err().code()
        })
        .collect()
}

#[test]
fn five_phones_that_agree_show_that_the_gate_is_wrong() {
    use RejectionCode::{ClockSuspect as Suspect, FromTheFuture as Future, Stale};
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
        refused(gate.admit(&stale, now()), RejectionCode::Stale);
    }
    // Another code of it, from the same permit's other phone, as a pass.
    refused(gate.admit(&Phone::number(20).code(plus(-101)), now()), RejectionCode::Stale);
    let same = Permit::new("BJ-20", CLASS).unwrap();
    for seed in 40..50 {
        refused(
            gate.admit(&Phone::with(seed, &same, now()).code(plus(-100)), now()),
            RejectionCode::Stale,
        );
    }
    let pass =
        issuer().prepare_pass(&same, None, plus(-100)).unwrap().sign(&secret(ISSUER_SEED)).unwrap();
    refused(gate.admit(&pass, now()), RejectionCode::Stale);
    assert_eq!(gate.clock_offset(), None);
}

#[test]
fn phones_that_disagree_and_phones_that_are_right_accuse_nobody() {
    let apart = default_gate();
    assert_eq!(
        show(&apart, &[-100, -140, -180, -220, -260, 500, 1000, 2000]).last(),
        Some(&RejectionCode::FromTheFuture)
    );
    assert_eq!(apart.clock_offset(), None);

    // Four old pictures of four permits among honest visitors.
    let gate = default_gate();
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [RejectionCode::Stale; 4]);
    for seed in 30..40 {
        admitted(gate.admit(&Phone::number(seed).code(now()), now()));
    }
    assert_eq!(gate.clock_offset(), None);
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [RejectionCode::Stale; 4]);
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
        refused(gate.admit(&credential_of_a_stranger, now()), RejectionCode::UnknownKey);
    }
    assert_eq!(gate.clock_offset(), None);
}

/// Phones whose credentials are of their own time, which is not the gate's: days apart, the
/// credential's dates fail first.
#[test]
fn a_clock_days_off_is_found_out_by_codes_whose_credentials_are_not_valid() {
    for (offset, single) in
        [(2 * 86_400, RejectionCode::NotYetValid), (-2 * 86_400, RejectionCode::Expired)]
    {
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
        assert_eq!(
            codes,
            [
                single,
                single,
                single,
                single,
                RejectionCode::ClockSuspect,
                RejectionCode::ClockSuspect
            ]
        );
        assert_eq!(gate.clock_offset(), Some(offset));
    }
}

/// Codes are up to a window old when they are read, but none is dated ahead of a right clock by
/// more than the skew.
#[test]
fn a_clock_a_few_seconds_slow_is_found_out() {
    for offset in [6, 10, 29] {
        let gate = default_gate();
        let future = RejectionCode::FromTheFuture;
        assert_eq!(
            show(&gate, &[offset; 5]),
            [future, future, future, future, RejectionCode::ClockSuspect]
        );
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
    let gate = gate_with(policy().with_window(3600), |gate| gate.allowing_short_retention());
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
    assert_eq!(show(&gate, &[-100, -100, -100, -100]), [RejectionCode::Stale; 4]);
    // Codes for another gate say that this clock is right; the fifth old picture is then one of
    // nine.
    for seed in 30..35 {
        refused(gate.admit(&elsewhere(seed), now()), RejectionCode::WrongAudience);
    }
    refused(gate.admit(&Phone::number(24).code(plus(-100)), now()), RejectionCode::Stale);
}

#[test]
fn what_is_refused_does_not_hide_a_jump_of_the_clock() {
    let clock = ClockState::new(Timestamp::MIN, Some(plus(-86_401)));
    let gate = gate_with_clock(verifier_with(policy()), clock);
    refused(gate.admit("garbage", now()), RejectionCode::NotOurs);
    refused(gate.admit(&Phone::number(20).code(plus(-40)), now()), RejectionCode::Stale);
    let jumped = |seed| {
        admitted(gate.admit(&Phone::number(seed).code(now()), now()))
            .cautions()
            .contains(GateCaution::ClockJumped)
    };
    assert!(jumped(20), "the first that is let in");
    assert!(!jumped(21));

    // Nor does a restart between: one refused code is a process of its own.
    let once = |state| gate_with_clock(verifier_with(policy()), state);
    let first = once(clock);
    refused(first.admit("garbage", now()), RejectionCode::NotOurs);
    let second = once(first.clock_state());
    assert!(
        admitted(second.admit(&Phone::number(20).code(now()), now()))
            .cautions()
            .contains(GateCaution::ClockJumped)
    );
}

/// A list may be dated ahead by the skew; the gate is not out of order until its clock has caught
/// up.
#[test]
fn a_list_dated_within_the_skew_stops_no_gate() {
    let list = StatusListBuilder::new("https://s.bj.example/1", 1, 8).unwrap();
    let bytes = status_list(&list, plus(5), plus(86_400));
    let verifier = verifier_with(policy())
        .with_status_lists([Arc::new(accept_status_list(&bytes, now()).unwrap())]);
    let gate = gate_with_clock(verifier, ClockState::default());
    assert_eq!(gate.clock_state().floor, plus(5));
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
    let rejection = refused(
        gate.admit(&Phone::number(21).code(plus(-1)), plus(-1)),
        RejectionCode::ClockBelowFloor,
    );
    assert_times(rejection, plus(-1), plus(5));
}
