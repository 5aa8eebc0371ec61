//! What was used before, here and at the other gates of a zone.

use std::sync::atomic::{AtomicUsize, Ordering};

use livepermit::{CheckpointPolicy, Code, CoolDown, Fault, Passage, Permit, Recipient};

use super::{LIVE, assert_times, default_gate, plus, with};
use crate::common::{
    CLASS, GATE, ISSUER_SEED, Phone, admitted, checkpoint, checkpoint_at, issuer, now, place,
    policy, refused, secret, store,
};

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

/// A gate with a short window stands beside one with a long window: what is live at the other is
/// live.
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
    let lane = |name| {
        checkpoint_at(place(name, "hall"), store.clone(), policy(), CheckpointPolicy::default())
    };
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
    let zone = |name| {
        checkpoint_at(place("1", name), store.clone(), policy(), CheckpointPolicy::default())
    };
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
    let enter =
        checkpoint_at(place("in", "hall"), store.clone(), policy(), CheckpointPolicy::default());
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
    for (asked, effective) in
        [(0, LIVE), (1, LIVE), (LIVE, LIVE), (LIVE + 1, LIVE + 1), (3600, 3600)]
    {
        let gate = checkpoint(policy(), with(|policy| policy.cool_down = CoolDown::Seconds(asked)));
        admitted(gate.admit(&phone.code(now()), now()));
        let free = now().plus(effective);
        let early = free.minus(1);
        let rejection = refused(gate.admit(&phone.code(early), early), Code::CoolingDown);
        assert_times(rejection, early, free);
        admitted(gate.admit(&phone.code(free), free));
    }
    // A gate with a shorter window waits as long: the code may be live longer at the gates it
    // shares its store with.
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
    refused(
        gate.admit(&phone.code_for(Recipient::Gate("gate-4"), plus(29)), plus(30)),
        Code::WrongAudience,
    );
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
