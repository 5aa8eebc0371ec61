//! Any calls in any order: what is on show is live by the phone's own clock.

use proptest::prelude::*;

use super::{Arrival, NOON, Schedule, ScheduleSettings, Screen, Slot, Timestamp, ms, unix};

#[derive(Debug, Clone)]
enum Call {
    /// Both clocks go on; then look.
    Pass(u64),
    /// The wall clock is set to this much after noon, the counter to this much (a restart).
    Set(u64, Option<u64>),
    /// The signature of one of the slots ordered so far arrives, the newest being 0.
    Prepared(usize),
    Failed(usize),
    Renew {
        begins: u64,
        lives: u64,
        window: u32,
        refresh: u32,
    },
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        6 => (0_u64..12_000).prop_map(Call::Pass),
        1 => (0_u64..100_000).prop_map(Call::Pass),
        1 => (0_u64..400, prop::option::of(0_u64..400_000)).prop_map(|(wall, up)| Call::Set(wall, up)),
        6 => Just(Call::Prepared(0)),
        1 => (0_usize..4).prop_map(Call::Prepared),
        1 => (0_usize..3).prop_map(Call::Failed),
        1 => (0_u64..200, 0_u64..300, 0_u32..40, 0_u32..40)
            .prop_map(|(begins, lives, window, refresh)| Call::Renew { begins, lives, window, refresh }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_code_on_show_is_never_stale_nor_from_the_future(
        start in 0_u64..1_000_000,
        calls in prop::collection::vec(call(), 1..120),
    ) {
        let (mut window, mut begins, mut expires) = (30_u64, unix(NOON), unix(NOON + 300));
        let mut schedule = Schedule::new(ScheduleSettings::new(begins, expires)).unwrap();
        let (mut clock, mut uptime) = (NOON * 1000 + start % 1000, start);
        // Each slot with the end of its code and whether it was accepted.
        let mut slots: Vec<(Slot, Timestamp, bool)> = Vec::new();
        for call in calls {
            match call {
                Call::Pass(millis) => (clock, uptime) = (clock + millis, uptime + millis),
                Call::Set(seconds, counter) => {
                    clock = (NOON + seconds) * 1000 + clock % 1000;
                    uptime = counter.unwrap_or(uptime);
                }
                Call::Prepared(back) => {
                    if let Some((slot, _, accepted)) = slots.iter_mut().rev().nth(back) {
                        *accepted |= schedule.prepared(*slot, ms(uptime)) == Arrival::Accepted;
                    }
                }
                Call::Failed(back) => {
                    if let Some((slot, ..)) = slots.iter().rev().nth(back) {
                        schedule.failed(*slot, ms(uptime));
                    }
                }
                Call::Renew { begins: from, lives, window: wide, refresh } => {
                    let (from, to) = (unix(NOON + from), unix(NOON + from + lives));
                    if schedule.renew(ScheduleSettings::new(from, to).window(wide.into()).refresh(refresh.into())).is_ok() {
                        (window, begins, expires) = (wide.into(), from, to);
                    }
                }
            }
            let wall = unix(clock / 1000);
            let step = schedule.at(wall, ms(uptime));
            prop_assert!(step.wake > ms(uptime));
            if let Some(slot) = step.prepare {
                prop_assert!(wall >= begins && slot.issued_at() >= wall && slot.issued_at() < expires);
                prop_assert!(slots.iter().all(|(known, ..)| *known != slot));
                slots.push((slot, slot.issued_at().plus(window).min(expires), false));
            }
            let left = schedule.remaining(wall, ms(uptime));
            if let Screen::Code(shown) = step.screen {
                let known = slots.iter().find(|(slot, ..)| *slot == shown);
                let (slot, ends, accepted) = *known.expect("only what was ordered is shown");
                prop_assert!(accepted);
                prop_assert!(slot.issued_at() <= wall && wall < ends);
                // Still live when the app next looks.
                prop_assert!((clock + step.wake.millis_since(ms(uptime))) <= ends.as_unix() * 1000);
                let left = left.expect("a code on show has time left");
                prop_assert!(left.life_left > 0 && left.life_left <= left.life);
                prop_assert!(left.to_next <= left.refresh);
            } else {
                prop_assert_eq!(left, None);
            }
        }
    }
}
