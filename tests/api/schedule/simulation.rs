//! A phone in front of a gate that has the same clock, in simulated time.

use super::{
    Arrival, DAY, NOON, Schedule, ScheduleSettings, Screen, Slot, Timestamp, Uptime, ms, unix,
};

/// What the app and its phone are like.
#[derive(Clone, Copy)]
struct Phone {
    seed: u64,
    /// Shortest and longest signing, in milliseconds.
    signing: (u64, u64),
    /// Looks every so many milliseconds; otherwise when the schedule says, and when something
    /// happened.
    ticks: Option<u64>,
    /// The clock is set now and then, the phone sleeps now and then.
    troubled: bool,
    settings: ScheduleSettings,
}

#[derive(Default)]
struct Seen {
    dates: Vec<Timestamp>,
    /// Milliseconds without a code since the first one.
    blank: u64,
    oldest: u64,
    looks: u64,
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, from: u64, to: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (self.0 >> 33) % (to - from + 1)
    }
}

const STEP: u64 = 50;

fn live(slot: Slot, wall: Timestamp, window: u64, expires: Timestamp) -> bool {
    slot.issued_at() <= wall && wall < slot.issued_at().plus(window).min(expires)
}

fn run(phone: Phone, window: u64, expires: Timestamp, lasts: u64) -> Seen {
    let mut dice = Dice(phone.seed);
    let mut schedule = Schedule::new(phone.settings).unwrap();
    let mut seen = Seen::default();
    let (mut clock, mut uptime) = (NOON * 1000 + dice.roll(0, 999), dice.roll(0, 1 << 40));
    let (mut screen, mut wake) = (None::<Slot>, 0);
    let mut signing: Option<(Slot, u64)> = None;
    let mut arrivals = Vec::new();
    let mut unseen_trouble = false;
    let mut now = 0;
    while now < lasts {
        let mut look = phone.ticks.map_or(uptime >= wake, |every| now % every == 0);
        if phone.troubled && dice.roll(0, 600) == 0 {
            match dice.roll(0, 3) {
                0 => clock += dice.roll(0, 90_000),
                1 => clock -= dice.roll(0, 90_000).min(clock),
                2 => clock += dice.roll(0, 200_000), // asleep, the counter too
                _ => {
                    let slept = dice.roll(0, 200_000);
                    (clock, uptime) = (clock + slept, uptime + slept);
                }
            }
            // The system tells a sleeping loop; a ticking one finds out.
            look |= phone.ticks.is_none();
            unseen_trouble = true;
        }
        if let Some((slot, _)) = signing.filter(|(_, done)| uptime >= *done) {
            signing = None;
            arrivals.push(schedule.prepared(slot, ms(uptime)));
            look |= phone.ticks.is_none();
        }
        let wall = unix(clock / 1000);
        if look {
            let step = schedule.at(wall, ms(uptime));
            seen.looks += 1;
            unseen_trouble = false;
            let before = screen;
            screen = if let Screen::Code(slot) = step.screen { Some(slot) } else { None };
            if let (Some(old), Some(new)) = (before, screen)
                && old != new
                && step.clock_changed.is_none()
                && !phone.troubled
            {
                assert!(
                    live(old, wall, window, expires),
                    "the old code is live when the new one comes"
                );
                assert!(
                    old.issued_at() < new.issued_at(),
                    "a gate takes the new code after the old one"
                );
            }
            if screen != before {
                seen.dates.extend(screen.map(|slot| slot.issued_at()));
            }
            if let Some(slot) = step.prepare {
                signing = Some((slot, uptime + dice.roll(phone.signing.0, phone.signing.1)));
            }
            assert!(step.wake > ms(uptime));
            wake = step.wake.as_millis();
        }
        match screen {
            Some(slot) if !unseen_trouble => {
                assert!(live(slot, wall, window, expires), "{slot:?} at {wall} ({now})");
                seen.oldest = seen.oldest.max(wall.seconds_since(slot.issued_at()));
            }
            Some(_) => {}
            None if !seen.dates.is_empty() => seen.blank += STEP,
            None => {}
        }
        (now, clock, uptime) = (now + STEP, clock + STEP, uptime + STEP);
    }
    assert!(arrivals.contains(&Arrival::Accepted));
    seen
}

fn default() -> ScheduleSettings {
    ScheduleSettings::new(unix(NOON - 300), unix(NOON + DAY))
}

#[test]
fn with_honest_clocks_there_is_always_a_live_code() {
    for seed in 0..12 {
        for signing in
            [(0, 0), (100, 400), (0, 9_000), (5_000, 9_000), (9_000, 9_000), (12_000, 14_000)]
        {
            for ticks in [None, Some(100), Some(500)] {
                let phone = Phone { seed, signing, ticks, troubled: false, settings: default() };
                let seen = run(phone, 30, unix(NOON + DAY), 300_000);
                let of = format!("seed {seed}, signing {signing:?}, ticks {ticks:?}");
                assert_eq!(seen.blank, 0, "{of}");
                if signing.1 < 10_000 {
                    assert!(seen.dates.len() >= 27, "{of}: {:?}", seen.dates);
                    assert!(seen.oldest <= 20, "{of}: {}", seen.oldest);
                }
                if signing.1 == 0 {
                    assert!(seen.oldest <= 11, "{of}: {}", seen.oldest);
                }
                if ticks.is_none() {
                    assert!(seen.looks <= 150, "{of}: {}", seen.looks);
                }
            }
        }
    }
}

#[test]
fn with_clocks_set_and_sleeps_no_stale_code_is_shown() {
    for seed in 100..200 {
        for ticks in [None, Some(200)] {
            let phone =
                Phone { seed, signing: (0, 9_000), ticks, troubled: true, settings: default() };
            let seen = run(phone, 30, unix(NOON + DAY), 600_000);
            assert!(!seen.dates.is_empty());
        }
    }
}

#[test]
fn any_window_and_refresh_hold() {
    for (window, refresh) in
        [(2, 1), (3, 2), (5, 4), (30, 1), (30, 29), (600, 60), (86_400, 86_399)]
    {
        for troubled in [false, true] {
            for seed in 0..4 {
                let settings = default().window(window).refresh(refresh);
                let phone = Phone { seed, signing: (0, 800), ticks: None, troubled, settings };
                let seen = run(phone, window, unix(NOON + DAY), 200_000);
                assert!(!seen.dates.is_empty(), "{window}/{refresh}");
                assert!(
                    troubled || seen.blank == 0 || window <= refresh + 2,
                    "{window}/{refresh}: {}",
                    seen.blank
                );
            }
        }
    }
}

#[test]
fn the_display_ends_with_the_credential() {
    for seed in 0..20 {
        let expires = unix(NOON + 95);
        let settings = ScheduleSettings::new(unix(NOON - 300), expires);
        let phone = Phone { seed, signing: (0, 9_000), ticks: None, troubled: false, settings };
        let seen = run(phone, 30, expires, 120_000);
        assert!(seen.blank <= 120_000 - 94_000 + 1_000, "seed {seed}: {}", seen.blank);
        assert!(seen.looks <= 60);
    }
}

/// `Uptime` and `Slot` are what an app keeps; a schedule moves to the thread that draws.
#[test]
fn everything_is_plain_data() {
    fn plain<T: Send + Sync + 'static>() {}
    plain::<Schedule>();
    plain::<(Slot, Uptime, Screen, Arrival)>();
}
