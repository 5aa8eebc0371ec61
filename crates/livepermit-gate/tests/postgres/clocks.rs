//! The server's clock counts, and gates whose clocks are apart are refused.

use super::server::Server;
use super::{NOON, RETENTION, at, code, forgotten, leaving, place, slip};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{Answer, Loss, ReplayStore as _, Retention};

#[test]
fn a_gate_whose_clock_is_apart_is_refused_and_nothing_is_written() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    let state = "SELECT (s.*)::text || (SELECT count(*) FROM livepermit2_hall.used) || \
         (SELECT coalesce(sum(records), 0) FROM livepermit2_hall.counts) \
         FROM livepermit2_hall.state s";
    let before = server.sql(state);
    for now in [NOON - 31, NOON + 31, NOON + 1_000_000] {
        let apart = Ok(Answer::ClockApart { theirs: at(NOON) });
        assert_eq!(store.admit(&code(1, now, "north", now)), apart);
        assert_eq!(store.admit(&slip(2, "north", now)), apart);
        store.keep_alive(at(now)).unwrap();
        assert_eq!(server.sql(state), before);
    }
    // Half of the difference is borne, both ways.
    for (permit, now) in [(1, NOON - 30), (2, NOON + 30)] {
        assert_eq!(store.admit(&code(permit, now, "north", now)), Ok(Answer::Admitted));
    }
    // No loss is noticed by a gate whose clock is apart: it would be dated wrongly.
    server.sql("TRUNCATE livepermit2_hall.used");
    let apart = store.admit(&code(3, NOON, "north", NOON + 31));
    assert_eq!(apart, Ok(Answer::ClockApart { theirs: at(NOON) }));
    // The later clock dates a loss.
    let ahead = store.admit(&code(3, NOON, "north", NOON + 30));
    assert_eq!(ahead, Ok(forgotten(NOON + 30 + 76)));
}

#[test]
fn a_cool_down_counts_by_the_clock_of_the_server() {
    let Some(server) = Server::start() else { return };
    let north = server.new_zone("north");
    let south = server.gate("south").connect().unwrap();
    // The clock of the north gate is 30 s behind, the clock of the south gate 30 s ahead.
    assert_eq!(north.admit(&code(1, NOON, "north", NOON - 30)), Ok(Answer::Admitted));
    assert_eq!(north.admit(&slip(2, "north", NOON - 30)), Ok(Answer::Admitted));
    server.hold_clock(NOON + 34);
    let until = Ok(Answer::CoolingDown { until: at(NOON + 34 + 30 + 1) });
    let south_now = NOON + 34 + 30;
    assert_eq!(south.admit(&code(1, NOON + 34, "south", south_now)), until);
    assert_eq!(south.admit(&slip(2, "south", south_now)), until);
    // Another zone of the place is not concerned, and leaving is not.
    let other = GatePlace::new("south", "1", "annex").unwrap();
    let mut elsewhere = code(1, NOON + 33, "south", south_now);
    elsewhere.place = other;
    assert_eq!(south.admit(&elsewhere), Ok(Answer::Admitted));
    server.hold_clock(NOON + 35);
    assert_eq!(north.admit(&code(1, NOON + 35, "north", NOON + 5)), Ok(Answer::Admitted));
    assert_eq!(south.admit(&slip(2, "south", NOON + 65)), Ok(Answer::Admitted));
    let cooling = Ok(Answer::CoolingDown { until: at(NOON + 35 + 35) });
    assert_eq!(north.admit(&code(1, NOON + 36, "north", NOON + 35)), cooling);
    // Who leaves may enter again.
    let leave = leaving(code(1, NOON + 36, "north", NOON + 35));
    assert_eq!(north.admit(&leave), Ok(Answer::Admitted));
    assert_eq!(north.admit(&code(1, NOON + 37, "north", NOON + 35)), Ok(Answer::Admitted));
    let record = north.earlier(code(1, NOON, "north", NOON).key.permit).unwrap().unwrap();
    let zones: Vec<_> = record.cool_downs.iter().map(|entry| (&*entry.zone, entry.until)).collect();
    assert_eq!(zones, [("annex", at(NOON + 34 + 35)), ("hall", at(NOON + 35 + 35))]);
}

/// The clock of another server set it.
#[test]
fn a_cool_down_of_before_a_loss_lasts_longer_by_the_clock_difference() {
    let Some(mut server) = Server::start() else { return };
    let short = Retention { largest_window: 4, largest_skew: 1, ..RETENTION };
    let store = server.open_zone(server.gate("north").retention(short));
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    server.crash();
    // The connection of before is gone.
    while store.keep_alive(at(NOON)).is_err() {}
    let (lost, end) = (NOON + 60 + 2 + 1, NOON + 35 + 60);
    server.hold_clock(end - 1);
    assert!(lost < end - 1);
    assert_eq!(store.health().out_of_order_until, Some(at(lost)));
    let cooling = store.admit(&code(1, end - 1, "north", end - 1));
    assert_eq!(cooling, Ok(Answer::CoolingDown { until: at(end) }));
    server.hold_clock(end);
    assert_eq!(store.admit(&code(1, end, "north", end)), Ok(Answer::Admitted));
    server.hold_clock(end + 34);
    let cooling = store.admit(&code(1, end + 34, "north", end + 34));
    assert_eq!(cooling, Ok(Answer::CoolingDown { until: at(end + 35) }));
}

#[test]
fn what_is_over_is_forgotten_little_by_little_and_stays_refused() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    for permit in 0..300 {
        let attempt = if permit < 290 {
            code(permit, NOON, "north", NOON)
        } else {
            slip(permit, "north", NOON)
        };
        assert_eq!(store.admit(&attempt), Ok(Answer::Admitted));
    }
    let records = || server.sql("SELECT count(*) FROM livepermit2_hall.used")[0].clone();
    let counted = || server.sql("SELECT sum(records) FROM livepermit2_hall.counts")[0].clone();
    // Cool-down and clock difference later, one second before and at the edge.
    let over = NOON + 35 + 60;
    server.hold_clock(over - 1);
    store.keep_alive(at(over - 1)).unwrap();
    assert_eq!((records(), counted()), ("300".into(), "300".into()));
    server.hold_clock(over);
    store.keep_alive(at(over)).unwrap();
    assert_eq!((records(), counted()), ("44".into(), "44".into()));
    let old = store.admit(&code(1, NOON, "north", over));
    assert!(matches!(old, Ok(Answer::AlreadyUsed { .. } | Answer::Forgotten { .. })), "{old:?}");
    // With admissions too, one of 32.
    for permit in 1000..1032 {
        assert_eq!(store.admit(&code(permit, over, "north", over)), Ok(Answer::Admitted));
    }
    assert_eq!((records(), counted()), ("32".into(), "32".into()));
    for permit in 0..290 {
        let old = store.admit(&code(permit, NOON, "north", over));
        assert_eq!(old, Ok(forgotten(NOON + 1)));
    }
    assert_eq!(store.admit(&slip(299, "north", over)), Ok(Answer::Admitted));
    store.keep_alive(at(over + 10)).unwrap();
    let new = Some(Loss::NoState);
    assert_eq!(store.health().loss, new, "what is forgotten is not lost");
    assert_eq!(place("north").gate(), "north");
}
