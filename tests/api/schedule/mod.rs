//! The display schedule: each step and both sides of its edges.

use livepermit::Timestamp;
use livepermit::hold::{
    schedule::Arrival, schedule::Schedule, schedule::ScheduleError, schedule::ScheduleSettings,
    schedule::Screen, schedule::Slot, schedule::Uptime,
};

mod random;
mod simulation;

const NOON: u64 = 1_790_000_000;
const DAY: u64 = 86_400;

fn unix(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn ms(millis: u64) -> Uptime {
    Uptime::from_millis(millis)
}

/// A day from noon, 30 s of window, 10 s of refresh.
fn day() -> ScheduleSettings {
    ScheduleSettings::new(unix(NOON), unix(NOON + DAY))
}

/// A schedule whose clock reads noon at uptime 0, with a code of that moment on the screen.
fn showing() -> (Schedule, Slot) {
    let mut schedule = Schedule::new(day()).unwrap();
    let slot = schedule.at(unix(NOON), ms(0)).prepare.unwrap();
    assert_eq!(schedule.prepared(slot, ms(0)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON), ms(0)).screen, Screen::Code(slot));
    (schedule, slot)
}

#[test]
fn settings_say_both_values() {
    let of = |settings| Schedule::new(settings).map(|_| ());
    assert_eq!(of(day().window(2).refresh(1)), Ok(()));
    assert_eq!(of(day().refresh(29)), Ok(()));
    assert_eq!(of(day().refresh(30)), Err(ScheduleError::Refresh { refresh: 30, window: 30 }));
    assert_eq!(of(day().refresh(0)), Err(ScheduleError::Refresh { refresh: 0, window: 30 }));
    assert_eq!(of(day().window(0)), Err(ScheduleError::Window { window: 0, max: 86_400 }));
    assert_eq!(of(day().window(86_400)), Ok(()));
    assert_eq!(
        of(day().window(86_401)),
        Err(ScheduleError::Window { window: 86_401, max: 86_400 })
    );
    let (not_before, expires) = (unix(NOON), unix(NOON));
    let empty = of(ScheduleSettings::new(not_before, expires)).unwrap_err();
    assert_eq!(empty, ScheduleError::Validity { not_before, expires });
    assert!(empty.to_string().contains("2026-09-21T14:13:20Z"));
}

#[test]
fn renewing_with_bad_settings_changes_nothing() {
    let (mut schedule, slot) = showing();
    assert!(schedule.renew(day().refresh(0)).is_err());
    assert_eq!(schedule.at(unix(NOON + 1), ms(1_000)).screen, Screen::Code(slot));
}

#[test]
fn the_first_look_orders_a_code_of_now_and_only_once() {
    let mut schedule = Schedule::new(day()).unwrap();
    let first = schedule.at(unix(NOON + 7), ms(500));
    assert_eq!(first.screen, Screen::Waiting);
    assert_eq!(first.prepare.unwrap().issued_at(), unix(NOON + 7));
    assert_eq!(first.clock_changed, None);
    for later in (500..20_000).step_by(500) {
        let step = schedule.at(unix(NOON + 7 + (later - 500) / 1000), ms(later));
        assert_eq!((step.screen, step.prepare), (Screen::Waiting, None));
    }
}

#[test]
fn a_code_is_kept_until_the_refresh() {
    let (mut schedule, slot) = showing();
    let step = schedule.at(unix(NOON), ms(1));
    assert_eq!((step.screen, step.prepare, step.wake), (Screen::Code(slot), None, ms(10_000)));
    assert_eq!(schedule.at(unix(NOON + 9), ms(9_999)).prepare, None);
    let step = schedule.at(unix(NOON + 10), ms(10_000));
    assert_eq!(step.screen, Screen::Code(slot));
    assert_eq!(step.prepare.unwrap().issued_at(), unix(NOON + 10));
}

#[test]
fn the_next_code_is_ordered_earlier_by_the_signing_time_seen() {
    let mut schedule = Schedule::new(day()).unwrap();
    let slot = schedule.at(unix(NOON), ms(0)).prepare.unwrap();
    assert_eq!(schedule.prepared(slot, ms(3_000)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON + 3), ms(3_000)).wake, ms(7_000));
    assert_eq!(schedule.at(unix(NOON + 6), ms(6_999)).prepare, None);
    let next = schedule.at(unix(NOON + 7), ms(7_000)).prepare.unwrap();
    assert_eq!(next.issued_at(), unix(NOON + 10), "dated to the moment of the change");
    // It comes early, and waits for its time.
    assert_eq!(schedule.prepared(next, ms(8_000)), Arrival::Accepted);
    let step = schedule.at(unix(NOON + 9), ms(9_999));
    assert_eq!((step.screen, step.wake), (Screen::Code(slot), ms(10_000)));
    assert_eq!(schedule.at(unix(NOON + 10), ms(10_000)).screen, Screen::Code(next));
}

#[test]
fn the_slowest_of_the_last_four_signings_counts() {
    let mut schedule = Schedule::new(day()).unwrap();
    let (mut now, mut leads) = (0, Vec::new());
    for took in [4_000, 0, 0, 0, 0, 0] {
        let slot = loop {
            let step = schedule.at(unix(NOON + now / 1000), ms(now));
            match step.prepare {
                Some(slot) => break slot,
                None => now = step.wake.as_millis(),
            }
        };
        leads.push(slot.issued_at().seconds_since(unix(NOON)) * 1000 - now);
        now += took;
        assert_eq!(schedule.prepared(slot, ms(now)), Arrival::Accepted);
    }
    assert_eq!(leads, [0, 4_000, 4_000, 4_000, 4_000, 0]);
}

#[test]
fn a_signature_one_refresh_late_is_taken_and_a_later_one_dropped() {
    for (at, arrival) in [(10_000, Arrival::Accepted), (10_001, Arrival::TooLate { by_millis: 1 })]
    {
        let mut schedule = Schedule::new(day()).unwrap();
        let slot = schedule.at(unix(NOON), ms(0)).prepare.unwrap();
        assert_eq!(schedule.prepared(slot, ms(at)), arrival);
        let step = schedule.at(unix(NOON + 10), ms(at));
        assert_eq!(step.screen == Screen::Code(slot), arrival == Arrival::Accepted);
        assert!(step.prepare.is_some(), "the next one is due");
    }
}

#[test]
fn a_signer_slower_than_the_refresh_is_met_half_way() {
    let mut schedule = Schedule::new(day()).unwrap();
    let first = schedule.at(unix(NOON), ms(0)).prepare.unwrap();
    assert!(matches!(schedule.prepared(first, ms(15_000)), Arrival::TooLate { by_millis: 5_000 }));
    let second = schedule.at(unix(NOON + 15), ms(15_000)).prepare.unwrap();
    assert_eq!(second.issued_at(), unix(NOON + 25));
    assert_eq!(schedule.prepared(second, ms(30_000)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON + 30), ms(30_000)).screen, Screen::Code(second));
}

#[test]
fn an_order_nobody_answers_is_given_again_after_two_refreshes() {
    let (mut schedule, slot) = showing();
    let lost = schedule.at(unix(NOON + 10), ms(10_000)).prepare.unwrap();
    let step = schedule.at(unix(NOON + 28), ms(28_999));
    assert_eq!((step.screen, step.prepare), (Screen::Code(slot), None));
    let step = schedule.at(unix(NOON + 29), ms(29_000));
    assert_eq!((step.screen, step.prepare), (Screen::Waiting, None), "the last second is not used");
    assert_eq!(schedule.at(unix(NOON + 30), ms(30_000)).prepare, None);
    let again = schedule.at(unix(NOON + 30), ms(30_001)).prepare.unwrap();
    assert_ne!(again, lost);
    assert!(matches!(schedule.prepared(lost, ms(30_001)), Arrival::TooLate { .. }));
    assert_eq!(schedule.prepared(again, ms(30_002)), Arrival::Accepted);
}

#[test]
fn a_failed_signing_is_tried_again_after_a_second() {
    let (mut schedule, slot) = showing();
    let failed = schedule.at(unix(NOON + 10), ms(10_000)).prepare.unwrap();
    schedule.failed(failed, ms(10_100));
    let step = schedule.at(unix(NOON + 10), ms(10_100));
    assert_eq!((step.screen, step.prepare, step.wake), (Screen::Code(slot), None, ms(11_100)));
    assert!(schedule.at(unix(NOON + 11), ms(11_100)).prepare.is_some());
    assert_eq!(schedule.prepared(failed, ms(11_100)), Arrival::Withdrawn);
}

#[test]
fn a_clock_moved_within_the_tolerance_changes_nothing_and_beyond_it_everything() {
    // Forward: at uptime 5 s the clock should read noon + 5 s.
    let (mut schedule, slot) = showing();
    let step = schedule.at(unix(NOON + 7), ms(5_000));
    assert_eq!((step.screen, step.clock_changed), (Screen::Code(slot), None));
    let step = schedule.at(unix(NOON + 8), ms(5_000));
    assert_eq!((step.screen, step.clock_changed), (Screen::Waiting, Some(3)));
    assert_eq!(step.prepare.unwrap().issued_at(), unix(NOON + 8));
    assert_eq!(schedule.at(unix(NOON + 8), ms(5_000)).clock_changed, None, "said once");
    // Back.
    let (mut schedule, slot) = showing();
    assert_eq!(schedule.at(unix(NOON + 3), ms(5_000)).screen, Screen::Code(slot));
    let step = schedule.at(unix(NOON + 2), ms(5_000));
    assert_eq!((step.screen, step.clock_changed), (Screen::Waiting, Some(-3)));
    assert_eq!(step.prepare.unwrap().issued_at(), unix(NOON + 2));
}

#[test]
fn a_code_from_the_future_goes_even_within_the_tolerance() {
    let (mut schedule, _) = showing();
    let step = schedule.at(unix(NOON - 1), ms(500));
    assert_eq!(
        (step.screen, step.clock_changed),
        (Screen::NotYetValid { from: unix(NOON) }, Some(-1))
    );
    assert_eq!(step.prepare, None);
}

#[test]
fn a_signature_begun_under_another_clock_is_withdrawn() {
    let mut schedule = Schedule::new(day()).unwrap();
    let old = schedule.at(unix(NOON + 100), ms(0)).prepare.unwrap();
    let new = schedule.at(unix(NOON + 50), ms(1_000)).prepare.unwrap();
    assert_eq!(schedule.prepared(old, ms(1_500)), Arrival::Withdrawn);
    assert_eq!(schedule.prepared(new, ms(1_500)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON + 50), ms(1_500)).screen, Screen::Code(new));
}

#[test]
fn nothing_stale_is_shown_after_a_sleep() {
    // The counter went on.
    let (mut schedule, slot) = showing();
    let step = schedule.at(unix(NOON + 28), ms(28_000));
    assert_eq!((step.screen, step.clock_changed), (Screen::Code(slot), None));
    let (mut schedule, _) = showing();
    let step = schedule.at(unix(NOON + 29), ms(29_000));
    assert_eq!((step.screen, step.clock_changed), (Screen::Waiting, None));
    assert_eq!(step.prepare.unwrap().issued_at(), unix(NOON + 29));
    // The counter paused.
    let (mut schedule, _) = showing();
    let step = schedule.at(unix(NOON + 3_600), ms(100));
    assert_eq!((step.screen, step.clock_changed), (Screen::Waiting, Some(3_599)));
    // The counter began anew, and the clock went back with it.
    let mut schedule = Schedule::new(day()).unwrap();
    assert!(schedule.at(unix(NOON + 3_600), ms(3_600_000)).prepare.is_some());
    assert!(schedule.at(unix(NOON), ms(0)).prepare.is_some());
}

#[test]
fn both_ends_of_the_validity() {
    let mut schedule = Schedule::new(day()).unwrap();
    let step = schedule.at(unix(NOON - 1), ms(0));
    assert_eq!((step.screen, step.prepare), (Screen::NotYetValid { from: unix(NOON) }, None));
    assert_eq!(step.wake, ms(1_000));
    assert!(schedule.at(unix(NOON), ms(1_000)).prepare.is_some());

    let mut schedule = Schedule::new(day()).unwrap();
    let slot = schedule.at(unix(NOON + DAY - 2), ms(0)).prepare.unwrap();
    assert_eq!(schedule.prepared(slot, ms(0)), Arrival::Accepted);
    let step = schedule.at(unix(NOON + DAY - 2), ms(0));
    assert_eq!((step.screen, step.wake), (Screen::Code(slot), ms(1_000)));
    let step = schedule.at(unix(NOON + DAY - 1), ms(1_000));
    assert_eq!((step.screen, step.prepare), (Screen::Ended { at: unix(NOON + DAY) }, None));
    assert_eq!(schedule.expires(), unix(NOON + DAY));
}

#[test]
fn the_next_credential_is_fetched_at_half_life() {
    let half = NOON + DAY / 2;
    let mut schedule = Schedule::new(day()).unwrap();
    assert_eq!(schedule.fetch_from(), unix(half));
    assert!(!schedule.at(unix(half - 1), ms(0)).fetch);
    assert!(schedule.at(unix(half), ms(1_000)).fetch);
    schedule.renew(ScheduleSettings::new(unix(half), unix(half + DAY))).unwrap();
    assert!(!schedule.at(unix(half), ms(1_000)).fetch);
}

#[test]
fn a_new_credential_takes_over_without_a_gap() {
    // Its refresh is slow, but the code of the old one is followed before it ends.
    let (mut schedule, slot) = showing();
    schedule
        .renew(ScheduleSettings::new(unix(NOON), unix(NOON + DAY)).window(600).refresh(300))
        .unwrap();
    let step = schedule.at(unix(NOON), ms(0));
    assert_eq!((step.screen, step.wake), (Screen::Code(slot), ms(10_000)));
    // So is one cut short by the end of the old one, before its refresh.
    let mut schedule = Schedule::new(ScheduleSettings::new(unix(NOON), unix(NOON + 8))).unwrap();
    let slot = schedule.at(unix(NOON), ms(0)).prepare.unwrap();
    assert_eq!(schedule.prepared(slot, ms(2_000)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON + 2), ms(2_000)).wake, ms(7_000), "nothing to follow with");
    schedule.renew(day()).unwrap();
    assert_eq!(schedule.at(unix(NOON + 2), ms(2_000)).wake, ms(5_000));
    let next = schedule.at(unix(NOON + 5), ms(5_000)).prepare.unwrap();
    assert_eq!(schedule.prepared(next, ms(7_000)), Arrival::Accepted);
    assert_eq!(schedule.at(unix(NOON + 7), ms(7_000)).screen, Screen::Code(next));
    // After the end of the old one, too.
    let mut schedule = Schedule::new(ScheduleSettings::new(unix(NOON), unix(NOON + 20))).unwrap();
    assert_eq!(schedule.at(unix(NOON + 20), ms(0)).screen, Screen::Ended { at: unix(NOON + 20) });
    schedule.renew(day()).unwrap();
    let step = schedule.at(unix(NOON + 20), ms(0));
    assert_eq!(step.screen, Screen::Waiting);
    assert!(step.prepare.is_some());
}

#[test]
fn an_open_order_of_the_old_credential_is_withdrawn() {
    let (mut schedule, slot) = showing();
    let old = schedule.at(unix(NOON + 10), ms(10_000)).prepare.unwrap();
    schedule.renew(ScheduleSettings::new(unix(NOON), unix(NOON + 20))).unwrap();
    assert_eq!(schedule.prepared(old, ms(10_000)), Arrival::Withdrawn);
    let step = schedule.at(unix(NOON + 10), ms(10_000));
    assert_eq!(step.screen, Screen::Code(slot));
    assert!(step.prepare.is_some());
}

#[test]
fn the_countdown_runs_from_full_to_nothing() {
    let (mut schedule, _) = showing();
    let left = schedule.remaining(unix(NOON), ms(0)).unwrap();
    assert_eq!((left.to_next, left.refresh), (10_000, 10_000));
    assert_eq!((left.life_left, left.life), (29_000, 30_000));
    let mut last = left.life_left;
    for now in (0..29_000).step_by(100) {
        let left = schedule.remaining(unix(NOON + now / 1000), ms(now)).unwrap();
        assert_eq!(left.to_next, 10_000_u64.saturating_sub(now));
        assert!(left.life_left <= last);
        last = left.life_left;
    }
    assert_eq!(last, 1_000, "the last second is not used");
    assert_eq!(schedule.remaining(unix(NOON + 29), ms(29_000)), None);
    assert_eq!(schedule.remaining(unix(NOON - 1), ms(0)), None);
    let _ = schedule.at(unix(NOON + 29), ms(29_000));
    assert_eq!(schedule.remaining(unix(NOON), ms(0)), None);
}

#[test]
fn the_ends_of_the_number_ranges_are_survived() {
    let mut schedule =
        Schedule::new(ScheduleSettings::new(Timestamp::MIN, Timestamp::MAX)).unwrap();
    for wall in [
        Timestamp::MIN,
        Timestamp::MAX,
        unix(NOON),
        Timestamp::MAX.minus(1),
        Timestamp::MAX.minus(2),
    ] {
        for uptime in [ms(u64::MAX), ms(0), ms(u64::MAX - 1)] {
            if let Some(slot) = schedule.at(wall, uptime).prepare {
                let _ = schedule.prepared(slot, ms(u64::MAX));
                let _ = schedule.at(wall, ms(u64::MAX));
                let _ = schedule.remaining(wall, ms(u64::MAX));
            }
        }
    }
}
