//! Losses that are found by counting, go-on, and answers of before a loss.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::losses::Zone;
use super::server::{PATIENCE, Server};
use super::{NOON, at, code, forgotten, slip};
use livepermit_gate::replay::{Answer, GoOn, Loss, ReplayStore as _, StoreErrorKind};

/// Any gate counts at its first question.
#[test]
fn a_record_removed_by_hand_is_noticed_when_a_gate_connects() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("DELETE FROM livepermit2_hall.used WHERE newest_gate = 'south'");
    zone.must_notice("east", Loss::OtherRecords);
}

#[test]
fn a_record_added_by_hand_is_noticed_when_a_gate_connects() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql(
        "INSERT INTO livepermit2_hall.used VALUES \
         (sha256('x'), 1, 1, 'a', 'b', null, null, null, '{}', '{}', '{}', '{}', 99)",
    );
    zone.must_notice("east", Loss::OtherRecords);
}

#[test]
fn a_record_removed_by_hand_is_noticed_by_an_idle_gate_within_the_interval() {
    let Some(zone) = Zone::start(&[]) else { return };
    let north = zone.gate("north").connect().unwrap();
    north.keep_alive(at(NOON)).unwrap();
    zone.server.sql("DELETE FROM livepermit2_hall.used WHERE newest_gate = 'south'");
    for now in NOON + 1..NOON + 10 {
        zone.server.hold_clock(now);
        north.keep_alive(at(now)).unwrap();
        assert_eq!(north.health().loss, None);
    }
    zone.server.hold_clock(NOON + 10);
    north.keep_alive(at(NOON + 10)).unwrap();
    assert_eq!(north.health().loss, Some(Loss::OtherRecords));
    let closed = NOON + 10 + 3600;
    assert_eq!(
        north.admit(&code(3, NOON, "north", NOON + 11)),
        Ok(forgotten(closed + 1)),
        "the gate's clock is a second ahead"
    );
}

#[test]
fn a_record_removed_by_hand_is_noticed_by_a_busy_gate_within_three_intervals() {
    let Some(zone) = Zone::start(&[]) else { return };
    let north = zone.gate("north").connect().unwrap();
    north.keep_alive(at(NOON)).unwrap();
    zone.server.sql("DELETE FROM livepermit2_hall.used WHERE newest_gate = 'south'");
    for now in NOON + 1..NOON + 30 {
        zone.server.hold_clock(now);
        let answer = north.admit(&code(now, now, "north", now));
        assert_eq!(answer, Ok(Answer::Admitted));
    }
    let now = NOON + 30;
    zone.server.hold_clock(now);
    let answer = north.admit(&code(9, now, "north", now));
    assert_eq!(answer, Ok(forgotten(now + 3600)));
    assert_eq!(north.health().loss, Some(Loss::OtherRecords));
}

#[test]
fn an_operator_ends_the_wait_with_either_word() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("TRUNCATE livepermit2_hall.used");
    let store = zone.gate("north").connect().unwrap();
    // The loss is noticed by the operator's question, and not after it.
    store.go_on(GoOn::CoolDownsLost, at(NOON)).unwrap();
    let from = NOON + 76;
    assert_eq!(store.health().loss, Some(Loss::OtherIncarnation));
    assert_eq!(store.health().out_of_order_until, Some(at(from)), "for codes");
    assert_eq!(store.admit(&slip(1, "north", NOON)), Ok(Answer::Admitted));
    assert_eq!(store.admit(&code(4, from - 1, "north", NOON)), Ok(forgotten(from)));
    zone.server.hold_clock(from);
    assert_eq!(store.admit(&code(4, from, "north", from)), Ok(Answer::Admitted));
    zone.server.sql("TRUNCATE livepermit2_hall.used");
    store.go_on(GoOn::NothingWasAdmitted, at(from)).unwrap();
    assert_eq!(store.health().out_of_order_until, None);
    assert_eq!(store.admit(&code(4, from, "north", from)), Ok(Answer::Admitted));
    // An operator whose clock is wrong changes nothing and is told.
    zone.server.sql("TRUNCATE livepermit2_hall.used");
    let refused = store.go_on(GoOn::NothingWasAdmitted, at(from + 31)).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert_eq!(store.admit(&code(5, from, "north", from)), Ok(forgotten(from + 3600)));
}

/// One without a bound on the life of an old primary ends only by an operator's word.
#[test]
fn a_loss_without_a_bound_waits_for_an_operator() {
    use livepermit_gate::Timestamp;
    use livepermit_gate::replay::Retention;
    let Some(server) = Server::start() else { return };
    let unbounded = Retention { old_master: Retention::UNBOUNDED, ..super::RETENTION };
    server.hold_clock(NOON);
    let store = server.gate("north").retention(unbounded).connect().unwrap();
    let never = Ok(Answer::Forgotten { until: Timestamp::MAX });
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), never);
    assert_eq!(store.health().out_of_order_until, Some(Timestamp::MAX));
    assert_eq!(store.health().loss, Some(Loss::NoState));
    let later = NOON + 40_000_000;
    server.hold_clock(later);
    assert_eq!(store.admit(&code(1, later, "north", later)), never);
    store.go_on(GoOn::CoolDownsLost, at(later)).unwrap();
    assert_eq!(store.health().out_of_order_until, Some(at(later + 76)));
    server.hold_clock(later + 76);
    let fresh = code(1, later + 76, "north", later + 76);
    assert_eq!(store.admit(&fresh), Ok(Answer::Admitted));
}

#[test]
fn an_answer_of_before_a_loss_opens_nothing() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    // Another session holds the counter of the gate: admissions wait, and keep-alives do not.
    let (held, is_held) = channel();
    let (release, released) = channel::<()>();
    let url = server.url();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (client, connection) =
                    tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                client
                    .batch_execute("BEGIN; SELECT * FROM livepermit2_hall.counts FOR UPDATE")
                    .await
                    .unwrap();
                held.send(()).unwrap();
                released.recv().unwrap();
                client.batch_execute("ROLLBACK").await.unwrap();
            });
        });
        is_held.recv().unwrap();
        let waiting = scope.spawn(|| store.admit(&code(2, NOON, "north", NOON)));
        let begin = Instant::now();
        let blocked = "SELECT count(*) FROM pg_stat_activity \
             WHERE wait_event_type = 'Lock' AND query LIKE '%.ask(%'";
        while server.sql(blocked) != ["1"] {
            assert!(begin.elapsed() < PATIENCE, "the admission does not wait");
            std::thread::sleep(Duration::from_millis(10));
        }
        // Another gate notices a loss, and this gate hears of it through its other lane.
        server.sql("UPDATE livepermit2_hall.state SET generation = generation + 1");
        store.keep_alive(at(NOON)).unwrap();
        release.send(()).unwrap();
        let old = waiting.join().unwrap().unwrap_err();
        assert_eq!(old.kind(), StoreErrorKind::Unreachable, "{old}");
    });
    // It is recorded, and opens nothing later either.
    assert_eq!(server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["2"]);
    let again = store.admit(&code(2, NOON, "north", NOON + 5));
    assert_eq!(again, Ok(Answer::AlreadyUsed { then: at(NOON) }));
}
