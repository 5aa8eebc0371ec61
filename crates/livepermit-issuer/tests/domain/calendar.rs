//! Working days, counted two ways.

use jiff::{ToSpan, civil::Date};
use livepermit_issuer::domain::{Calendar, DomainError};
use proptest::{collection, prelude::*};

use crate::support::date;

/// The day that is `days` after the first of 2026, a Thursday.
fn day(days: u32) -> Date {
    date("2026-01-01").checked_add(i64::from(days).days()).expect("in this century")
}

prop_compose! {
    /// A calendar of 400 days, with some free weekdays and some worked weekends.
    fn calendars()(
        free in collection::vec(0_u32..400, 0..40),
        worked in collection::vec(0_u32..400, 0..20),
    ) -> Calendar {
        let weekend = |date: &Date| date.weekday().to_monday_one_offset() > 5;
        let worked: Vec<_> = worked.into_iter().map(day).filter(weekend).collect();
        let free: Vec<_> =
            free.into_iter().map(day).filter(|date| !worked.contains(date)).collect();
        Calendar::new(free, worked, day(399)).expect("nothing in it contradicts")
    }
}

proptest! {
    #[test]
    fn adding_agrees_with_counting(calendar in calendars(), from in 0_u32..300, days in 0_u32..30) {
        let from = day(from);
        let reached = calendar.add_working_days(from, days)?;
        prop_assert_eq!(calendar.working_days_between(from, reached)?, days);
        if days > 0 {
            prop_assert!(calendar.is_working_day(reached)?);
            // The day before does not do.
            let before = reached.yesterday()?;
            prop_assert_eq!(calendar.working_days_between(from, before)?, days - 1);
        } else {
            prop_assert_eq!(reached, from);
        }
    }

    #[test]
    fn adding_is_monotonic(
        calendar in calendars(),
        from in 0_u32..300,
        later in 0_u32..20,
        days in 0_u32..20,
        more in 0_u32..10,
    ) {
        let reached = calendar.add_working_days(day(from), days)?;
        prop_assert!(reached <= calendar.add_working_days(day(from + later), days)?);
        prop_assert!(reached <= calendar.add_working_days(day(from), days + more)?);
        let at_once = calendar.add_working_days(day(from), days + more)?;
        prop_assert_eq!(calendar.add_working_days(reached, more)?, at_once);
    }

    #[test]
    fn counts_add_up(calendar in calendars(), days in (0_u32..400, 0_u32..400, 0_u32..400)) {
        let mut days = [day(days.0), day(days.1), day(days.2)];
        days.sort();
        let [first, middle, last] = days;
        let sum = calendar.working_days_between(first, middle)?
            + calendar.working_days_between(middle, last)?;
        prop_assert_eq!(calendar.working_days_between(first, last)?, sum);
        prop_assert_eq!(calendar.working_days_between(last, first)?, 0);
    }

    #[test]
    fn nothing_behind_the_calendar_is_guessed(
        calendar in calendars(),
        from in 0_u32..420,
        days in 1_u32..400,
    ) {
        let free_days = (from + 1..400).filter(|n| calendar.is_working_day(day(*n)) == Ok(true));
        let known = u32::try_from(free_days.count())?;
        match calendar.add_working_days(day(from), days) {
            Ok(reached) => prop_assert!(days <= known && reached <= calendar.known_until()),
            Err(DomainError::CalendarEnds { date, known_until }) => {
                prop_assert!(days > known && date > known_until);
            },
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn a_calendar_survives_its_file(calendar in calendars()) {
        let text = serde_json::to_string(&calendar)?;
        prop_assert_eq!(serde_json::from_str::<Calendar>(&text)?, calendar);
    }
}

#[test]
fn a_golden_week_and_its_worked_saturday() {
    let calendar: Calendar = toml::from_str(
        r#"
        known_until = "2026-12-31"
        holidays = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
        working_weekends = ["2026-09-27", "2026-10-10"]
        "#,
    )
    .expect("a good file");
    let reached = calendar.add_working_days(date("2026-09-25"), 8);
    // 27, 28, 29, 30 September; 8, 9, 10, 12 October.
    assert_eq!(reached, Ok(date("2026-10-12")));
}

#[test]
fn a_file_that_contradicts_itself_is_named() {
    for (text, named) in [
        ("holidays = [\"2026-10-10\"]\nworking_weekends = [\"2026-10-10\"]", "2026-10-10"),
        ("working_weekends = [\"2026-10-12\"]", "2026-10-12"),
        ("holidays = [\"2027-01-01\"]", "2027-01-01"),
    ] {
        let text = format!("known_until = \"2026-12-31\"\n{text}");
        let error = toml::from_str::<Calendar>(&text).expect_err(&text).to_string();
        assert!(error.contains(&format!("contradicts itself on {named}")), "{error}");
    }
    let error = toml::from_str::<Calendar>("known_until = \"2026-12-31\"\nholiday = []");
    assert!(error.expect_err("a misspelt key").to_string().contains("unknown field `holiday`"));
}

#[test]
fn the_last_day_of_all_calendars_is_an_error() {
    let calendar = Calendar::new([], [], Date::MAX).expect("nothing in it contradicts");
    let error = calendar.add_working_days(Date::MAX, 1).expect_err("no day comes");
    assert_eq!(error.code(), "calendar-ends");
}
