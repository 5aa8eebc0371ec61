//! The server's clock counts, and gates whose clocks are too far from it are told.

use std::thread::sleep;
use std::time::Duration;

use livepermit_gate::replay::{Answer, ReplayStore as _, Retention};

use super::server::Server;
use super::{
    GoOn, RETENTION, SHORT, another, attempt_at, builder, clock, code, cooling, gate, hall, now,
    refused_until, slip,
};

#[test]
fn a_gate_whose_clock_is_apart_is_told_and_nothing_is_written() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let all = |server: &Server| -> Vec<Vec<String>> {
        vec![server.command(&["HGETALL", "{test}:meta"]), server.command(&["HKEYS", "{test}:used"])]
    };
    let before = all(&server);
    for apart in [-100_000, -60, -32, 32, 60, 100_000] {
        let time = clock().saturating_add_signed(apart);
        let attempt = attempt_at(hall("north"), 1, Some(time), time);
        let first = clock();
        match north.admit(&attempt) {
            Ok(Answer::ClockApart { theirs }) => {
                assert!((first..=clock()).contains(&theirs.as_unix()), "{theirs:?}");
            }
            other => panic!("{apart}: {other:?}"),
        }
        // A heartbeat has nothing to say about it.
        north.keep_alive(super::at(time)).unwrap();
        let error = north.go_on(GoOn::CoolDownsLost, super::at(time)).unwrap_err();
        assert!(error.to_string().contains("s apart"), "{error}");
    }
    assert_eq!(all(&server), before);
    for (number, apart) in [(1, -28_i64), (2, 28)] {
        let time = clock().saturating_add_signed(apart);
        let attempt = attempt_at(hall("north"), number, Some(time), time);
        assert_eq!(north.admit(&attempt), Ok(Answer::Admitted), "{apart}");
    }
}

/// Two gates whose clocks are almost a minute apart share a cool-down of exactly its length.
#[test]
fn a_cool_down_counts_by_the_servers_clock() {
    for (first, second) in [(-29_i64, 29_i64), (29, -29)] {
        let Some(server) = Server::start(&[]) else { return };
        let (north, south) = (gate(&server, "north"), another(&server, "south"));
        let by = |apart: i64| clock().saturating_add_signed(apart);
        let cool = |attempt| cooling(4, attempt);
        let moment = clock();
        let begin = clock();
        let entry = cool(attempt_at(hall("north"), 1, Some(moment), by(first)));
        assert_eq!(north.admit(&entry), Ok(Answer::Admitted));
        // Another code of the same phone, by a clock that says something else.
        let again = || cool(attempt_at(hall("south"), 1, Some(moment + 1), by(second)));
        let asked = by(second);
        match south.admit(&again()) {
            // By the asking gate's clock.
            Ok(Answer::CoolingDown { until }) => {
                let left = until.as_unix().abs_diff(asked);
                assert!(until.as_unix() > asked && left <= 5, "{left}");
            }
            // A machine that is so loaded says nothing about the rule.
            Ok(Answer::Admitted) if clock() > begin + 3 => return,
            other => panic!("{other:?}"),
        }
        while clock() <= begin + 6 {
            sleep(Duration::from_millis(100));
        }
        assert_eq!(south.admit(&again()), Ok(Answer::Admitted), "not a minute later");
    }
}

/// After a loss, a cool-down that an earlier life of the server set may have been set by another
/// clock, so it lasts longer by the clock difference.
#[test]
fn a_cool_down_from_before_a_loss_lasts_longer() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    let entry = cooling(100, code("north", 1, moment));
    assert_eq!(north.admit(&entry), Ok(Answer::Admitted));
    // Any loss makes another generation.
    server.command::<()>(&["HDEL", "{test}:meta", "gate:north"]);
    north.keep_alive(now()).unwrap();
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    match north.admit(&code("north", 1, moment + 1)) {
        Ok(Answer::CoolingDown { until }) => {
            let until = until.as_unix();
            assert!((moment + 159..=clock() + 160).contains(&until), "{until}");
        }
        other => panic!("{other:?}"),
    }
}

/// When a loss cannot matter any more, the zone opens by itself.
#[test]
fn the_zone_opens_when_a_loss_cannot_matter() {
    let Some(server) = Server::start(&[]) else { return };
    let north = builder(&server.url(), "north").retention(SHORT).connect().unwrap();
    let first = clock();
    let until = refused_until(north.admit(&code("north", 1, first)));
    assert!((first + 4..=clock() + 4).contains(&until), "{until}");
    assert!(north.health().out_of_order_until.is_some());
    let mut refused = 0;
    let opened = loop {
        let moment = clock();
        match north.admit(&cooling(2, code("north", 1, moment))) {
            Ok(Answer::Admitted) => break moment,
            Ok(Answer::Forgotten { .. }) => refused += 1,
            // The second changed between the two clocks, which may be one second apart here.
            Ok(Answer::ClockApart { .. }) => {}
            other => panic!("{other:?}"),
        }
        sleep(Duration::from_millis(50));
    };
    assert!(opened >= first + 4 && refused > 0, "{first} {opened} {refused}");
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().out_of_order_until, None);
}

/// Whatever cool-down a gate asks for, a loss waits for the longest of the zone.
#[test]
fn slips_and_long_cool_downs_wait_for_the_longest_cool_down() {
    let day = Retention { longest_cool_down: 86_400, ..RETENTION };
    let Some(server) = Server::start(&[]) else { return };
    let north = builder(&server.url(), "north").retention(day).connect().unwrap();
    for attempt in [slip("north", 1), code("north", 2, clock() + 30)] {
        let first = clock();
        let attempt = cooling(0, attempt);
        let until = refused_until(north.admit(&attempt));
        assert!((first + 86_398..=clock() + 86_400).contains(&until), "{until}");
    }
}

/// Gates with other windows ask for other cool-downs. The one that the zone set last counts.
#[test]
fn each_admission_sets_the_cool_down_that_its_gate_asks_for() {
    let Some(server) = Server::start(&[]) else { return };
    let (north, south) = (gate(&server, "north"), another(&server, "south"));
    let moment = clock();
    let long = cooling(300, code("north", 1, moment));
    assert_eq!(north.admit(&long), Ok(Answer::Admitted));
    let short = cooling(0, code("south", 1, moment + 1));
    let until = match south.admit(&short) {
        Ok(Answer::CoolingDown { until }) => until.as_unix(),
        other => panic!("a gate without cool-down keeps those of the others: {other:?}"),
    };
    assert!((moment + 299..=clock() + 300).contains(&until), "{until}");
    let leaves = super::leaving(code("south", 1, moment + 2));
    assert_eq!(south.admit(&leaves), Ok(Answer::Admitted), "leaving ends the cool-down");
    assert_eq!(north.admit(&code("north", 1, moment + 3)), Ok(Answer::Admitted));
}

/// Limits without end: the server computes with them as the library does.
#[test]
fn limits_without_end_are_kept_exactly() {
    let endless = Retention {
        largest_window: u64::MAX,
        largest_skew: u64::MAX,
        clock_difference: u64::MAX,
        longest_cool_down: u64::MAX,
        old_master: Retention::UNBOUNDED,
    };
    let Some(server) = Server::start(&[]) else { return };
    let north = builder(&server.url(), "north").retention(endless).connect().unwrap();
    let last = livepermit::Timestamp::MAX.as_unix();
    for time in [0, 5, clock(), last - 1, last] {
        let until = refused_until(north.admit(&attempt_at(hall("north"), 1, Some(last - 1), time)));
        assert_eq!(until, last, "no clock is apart, and the wait has no end");
    }
    north.go_on(GoOn::NothingWasAdmitted, super::at(last)).unwrap();
    for (number, time) in [(1, 0), (2, clock()), (3, last)] {
        let entry = |moment| cooling(u64::MAX, attempt_at(hall("north"), number, moment, time));
        assert_eq!(north.admit(&entry(Some(last - 1))), Ok(Answer::Admitted), "{time}");
        let answer = north.admit(&entry(Some(last))).unwrap();
        assert!(matches!(answer, Answer::CoolingDown { .. }), "{answer:?}");
        let leaves = super::leaving(entry(Some(last)));
        assert_eq!(north.admit(&leaves), Ok(Answer::Admitted));
        let record = north.earlier(super::permit(number)).unwrap().unwrap();
        assert_eq!(record.newest.unwrap().0.as_unix(), last);
    }
    north.keep_alive(now()).unwrap();
    let other = Retention { clock_difference: u64::MAX - 1, ..endless };
    let error = builder(&server.url(), "south").retention(other).connect().unwrap_err();
    assert!(error.to_string().contains("18446744073709551614 s here"), "{error}");
}
