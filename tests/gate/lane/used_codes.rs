//! What was used before, here and at the other gates of a zone.

use std::sync::atomic::{AtomicUsize, Ordering};

use livepermit::rejection::Fault;
use livepermit::{Permit, Recipient, RejectionCode};
use livepermit_gate::CoolDownPolicy;
use livepermit_gate::replay::Passage;

use super::{LIVE, assert_times, plus};
use livepermit_testkit::{
    CLASS, GATE, ISSUER_SEED, Phone, admitted, default_gate, gate_with, issuer, now, policy,
    refused, secret, store,
};

#[test]
fn the_code_before_and_the_code_after_the_scanned_one_are_refused() {
    let (gate, phone) = (default_gate(), Phone::number(20));
    let [before, scanned, after] = [-10, 0, 10].map(|offset| phone.code(plus(offset)));
    admitted(gate.admit(&scanned, now()));
    let rejection = refused(gate.admit(&before, now()), RejectionCode::Superseded);
    assert_times(rejection, plus(-10), now());
    let rejection = refused(gate.admit(&after, plus(10)), RejectionCode::CoolingDown);
    assert_times(rejection, plus(10), now().plus(LIVE));
    assert_eq!(rejection.fault(), Fault::Used);
    refused(gate.admit(&scanned, plus(10)), RejectionCode::AlreadyUsed);
}

/// Whatever code of a phone is scanned first and whichever of those live beside it follow, in any
/// lane of the zone and at any second of their life: one is admitted.
#[test]
fn of_all_codes_live_together_exactly_one_is_admitted() {
    let phone = Phone::number(20);
    // All that a gate takes at this second: 29 seconds old to 5 seconds ahead.
    let dates = -29..=5_i64;
    let codes: Vec<_> = dates.clone().map(|date| (date, phone.code(plus(date)))).collect();
    let unused = default_gate();
    let edges = [phone.code(plus(-30)), phone.code(plus(6))];
    refused(unused.admit(&edges[0], now()), RejectionCode::Stale);
    refused(unused.admit(&edges[1], now()), RejectionCode::FromTheFuture);
    for (first, scanned) in codes.iter().step_by(3) {
        let store = store();
        let lanes =
            ["1", "2"].map(|lane| gate_with(policy(), |gate| gate.lane(lane).store(store.clone())));
        admitted(lanes[0].admit(scanned, now()));
        for (other, code) in &codes {
            for seconds in [0, 1, 3, 9, 17, 29, 34] {
                for lane in &lanes {
                    let rejection = lane.admit(code, now().plus(seconds)).unwrap_err();
                    let code = rejection.code();
                    let at = i64::try_from(seconds).unwrap();
                    let expected = match other.cmp(first) {
                        _ if at >= other + 30 => RejectionCode::Stale,
                        std::cmp::Ordering::Less => RejectionCode::Superseded,
                        std::cmp::Ordering::Greater => RejectionCode::CoolingDown,
                        std::cmp::Ordering::Equal if seconds < 3 && lane.place().lane() == "1" => {
                            RejectionCode::AlreadyAcceptedHere
                        }
                        std::cmp::Ordering::Equal => RejectionCode::AlreadyUsed,
                    };
                    assert_eq!(code, expected, "{other} after {first}, {seconds} s later");
                }
            }
        }
        // When the last of them is dead, the phone's next code is taken.
        let next = now().plus(LIVE);
        refused(
            lanes[1].admit(&phone.code(next.minus(1)), next.minus(1)),
            RejectionCode::CoolingDown,
        );
        admitted(lanes[1].admit(&phone.code(next), next));
    }
}

/// A gate with a short window stands beside one with a long window: what is live at the other is
/// live.
#[test]
fn gates_of_one_zone_with_different_windows_admit_one_of_the_codes_live_together() {
    let store = store();
    let gate = |lane, window| {
        let policy = policy().with_window(window);
        gate_with(policy, |gate| gate.lane(lane).store(store.clone()))
    };
    let (short, long) = (gate("1", 10), gate("2", 30));
    let phone = Phone::number(20);
    let [first, second] = [0, 5].map(|offset| phone.code(plus(offset)));
    admitted(short.admit(&first, now()));
    refused(long.admit(&second, plus(13)), RejectionCode::CoolingDown);
    refused(long.admit(&second, plus(34)), RejectionCode::CoolingDown);
}

#[test]
fn a_code_read_again_by_its_lane_is_neutral_within_the_debounce() {
    let store = store();
    let lane = |name| gate_with(policy(), |gate| gate.lane(name).store(store.clone()));
    let (own, other) = (lane("1"), lane("2"));
    let code = Phone::number(20).code(now());
    admitted(own.admit(&code, now()));
    for seconds in 0..3 {
        let rejection =
            refused(own.admit(&code, now().plus(seconds)), RejectionCode::AlreadyAcceptedHere);
        assert_times(rejection, now().plus(seconds), now());
        refused(other.admit(&code, now().plus(seconds)), RejectionCode::AlreadyUsed);
    }
    let rejection = refused(own.admit(&code, now().plus(3)), RejectionCode::AlreadyUsed);
    assert_times(rejection, now().plus(3), now());

    let none = gate_with(policy(), |gate| gate.debounce(0));
    admitted(none.admit(&code, now()));
    refused(none.admit(&code, now()), RejectionCode::AlreadyUsed);
}

#[test]
fn audience_and_signature_make_no_second_moment() {
    let (gate, phone) = (default_gate(), Phone::number(20));
    admitted(gate.admit(&phone.code(now()), now()));
    let named = phone.code_for(Recipient::Gate(GATE), now());
    refused(gate.admit(&named, plus(4)), RejectionCode::AlreadyUsed);
    // The same permit on another phone, and as a pass, at the same second.
    let other = Phone::with(21, &Permit::new("BJ-20", CLASS).unwrap(), now()).code(now());
    refused(gate.admit(&other, plus(4)), RejectionCode::AlreadyUsed);
    let pass = issuer().prepare_pass(&Permit::new("BJ-20", CLASS).unwrap(), None, now()).unwrap();
    refused(
        gate.admit(&pass.sign(&secret(ISSUER_SEED)).unwrap(), plus(4)),
        RejectionCode::AlreadyUsed,
    );
    // Another permit is another matter.
    admitted(gate.admit(&Phone::number(22).code(now()), plus(4)));
}

#[test]
fn each_zone_has_its_own_cool_down_and_all_share_the_moments() {
    let store = store();
    let zone = |name| gate_with(policy(), |gate| gate.zone(name).store(store.clone()));
    let (hall, pool) = (zone("hall"), zone("pool"));
    let phone = Phone::number(20);
    admitted(hall.admit(&phone.code(now()), now()));
    refused(pool.admit(&phone.code(now()), plus(4)), RejectionCode::AlreadyUsed);
    refused(pool.admit(&phone.code(plus(-1)), plus(4)), RejectionCode::Superseded);
    admitted(pool.admit(&phone.code(plus(4)), plus(4)));
    refused(hall.admit(&phone.code(plus(8)), plus(8)), RejectionCode::CoolingDown);
    refused(pool.admit(&phone.code(plus(8)), plus(8)), RejectionCode::CoolingDown);
    admitted(hall.admit(&phone.code(plus(35)), plus(35)));
    let rejection =
        refused(pool.admit(&phone.code(plus(36)), plus(36)), RejectionCode::CoolingDown);
    assert_times(rejection, plus(36), plus(4 + 35));
}

#[test]
fn a_gate_for_leaving_ends_the_cool_down() {
    let store = store();
    let enter = gate_with(policy(), |gate| gate.lane("in").store(store.clone()));
    let leave = gate_with(policy(), |gate| gate.lane("out").store(store).passage(Passage::Leave));
    let phone = Phone::number(20);
    admitted(enter.admit(&phone.code(now()), now()));
    refused(enter.admit(&phone.code(plus(5)), plus(5)), RejectionCode::CoolingDown);
    refused(leave.admit(&phone.code(now()), plus(6)), RejectionCode::AlreadyUsed);
    admitted(leave.admit(&phone.code(plus(6)), plus(6)));
    // Not with the code that left, and not with one made before.
    refused(enter.admit(&phone.code(plus(6)), plus(7)), RejectionCode::AlreadyUsed);
    refused(enter.admit(&phone.code(plus(5)), plus(7)), RejectionCode::Superseded);
    admitted(enter.admit(&phone.code(plus(8)), plus(8)));
    refused(enter.admit(&phone.code(plus(9)), plus(9)), RejectionCode::CoolingDown);
    // Leaving has no cool-down of its own.
    admitted(leave.admit(&phone.code(plus(10)), plus(10)));
    admitted(leave.admit(&phone.code(plus(11)), plus(11)));
}

#[test]
fn a_cool_down_is_lengthened_by_the_policy_and_never_shortened() {
    let phone = Phone::number(20);
    for (asked, effective) in
        [(0, LIVE), (1, LIVE), (LIVE, LIVE), (LIVE + 1, LIVE + 1), (3600, 3600)]
    {
        let gate = gate_with(policy(), |gate| gate.cool_down(CoolDownPolicy::Seconds(asked)));
        admitted(gate.admit(&phone.code(now()), now()));
        let free = now().plus(effective);
        let early = free.minus(1);
        let rejection = refused(gate.admit(&phone.code(early), early), RejectionCode::CoolingDown);
        assert_times(rejection, early, free);
        admitted(gate.admit(&phone.code(free), free));
    }
    // A gate with a shorter window and skew waits as long: the gates that it shares its store with
    // may accept the phone's codes for longer.
    let short = gate_with(policy().with_window(10).with_skew(2), |gate| gate);
    admitted(short.admit(&phone.code(now()), now()));
    refused(short.admit(&phone.code(plus(34)), plus(34)), RejectionCode::CoolingDown);
    admitted(short.admit(&phone.code(plus(35)), plus(35)));
}

#[test]
fn without_cool_down_only_newer_codes_are_taken() {
    let gate = gate_with(policy(), |gate| gate.cool_down(CoolDownPolicy::DangerousNone));
    let phone = Phone::number(20);
    admitted(gate.admit(&phone.code(now()), now()));
    admitted(gate.admit(&phone.code(plus(1)), plus(1)));
    refused(gate.admit(&phone.code(now()), plus(1)), RejectionCode::Superseded);
    refused(gate.admit(&phone.code(plus(1)), plus(4)), RejectionCode::AlreadyUsed);
    admitted(gate.admit(&phone.code(plus(5)), plus(4)));
}

#[test]
fn a_refused_code_uses_nothing_up() {
    let gate = default_gate();
    let phone = Phone::number(20);
    refused(gate.admit(&phone.code(now()), plus(30)), RejectionCode::Stale);
    refused(
        gate.admit(&phone.code_for(Recipient::Gate("gate-4"), plus(29)), plus(30)),
        RejectionCode::WrongAudience,
    );
    admitted(gate.admit(&phone.code(plus(29)), plus(30)));
}

#[test]
fn of_many_threads_with_one_code_one_gets_in() {
    let store = store();
    let lanes: Vec<_> = (0..8)
        .map(|lane| gate_with(policy(), |gate| gate.lane(lane.to_string()).store(store.clone())))
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
