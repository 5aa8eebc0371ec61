//! Every kind of loss: what notices it, and what is refused then.

use std::path::PathBuf;

use super::server::{Server, gate_at};
use super::{NOON, RETENTION, at, code, forgotten, leaving, slip};
use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{
    Answer, GoOn, Loss, PostgresBuilder, ReplayStore as _, Retention, Witnesses,
};
use livepermit_testkit::servers::{postgres_folder, postgres_program};
use tempfile::TempDir;

const HOUR: u64 = 3600;
const LONG: Retention = Retention { longest_cool_down: HOUR, ..RETENTION };

/// Two gates that have admitted since noon, and their witnesses.
pub(super) struct Zone {
    pub(super) server: Server,
    witnesses: TempDir,
}

impl Zone {
    /// North has admitted the code of permit 1 and the slip of permit 2, south the code of permit 3.
    pub(super) fn start(settings: &[&str]) -> Option<Self> {
        let server = Server::start_with(settings)?;
        let zone = Self { server, witnesses: tempfile::tempdir().unwrap() };
        let north = zone.server.open_zone(zone.gate("north"));
        let south = zone.gate("south").connect().unwrap();
        assert_eq!(north.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
        assert_eq!(north.admit(&slip(2, "north", NOON)), Ok(Answer::Admitted));
        assert_eq!(south.admit(&code(3, NOON, "south", NOON)), Ok(Answer::Admitted));
        Some(zone)
    }

    fn witness(&self, gate: &str) -> PathBuf {
        self.witnesses.path().join(gate)
    }

    pub(super) fn gate(&self, gate: &str) -> PostgresBuilder {
        self.gate_at(&self.server.url(), gate)
    }

    pub(super) fn gate_at(&self, url: &str, gate: &str) -> PostgresBuilder {
        let witnesses = Witnesses::open(self.witness(gate)).unwrap();
        gate_at(url, gate).retention(LONG).witnesses(witnesses)
    }

    /// South admits the code of permit 4: what will be lost.
    pub(super) fn lose_later(&self) {
        let south = self.gate("south").connect().unwrap();
        assert_eq!(south.admit(&code(4, NOON, "south", NOON)), Ok(Answer::Admitted));
    }

    /// What `gate` must find, whatever it knows, and what is then refused by all gates, and for how
    /// long.
    pub(super) fn must_notice(&self, gate: &str, loss: Loss) {
        let store = self.gate(gate).connect().unwrap();
        self.store_must_notice(&store, gate, loss, NOON + 1);
    }

    pub(super) fn store_must_notice(
        &self,
        store: &PostgresReplay,
        gate: &str,
        loss: Loss,
        now: u64,
    ) {
        let (lost, closed) = (now + 60 + 15 + 1, now + HOUR);
        self.server.hold_clock(now);
        // Not in the store, as the lost code may be: only the memory can refuse it.
        assert_eq!(store.admit(&code(50, now, gate, now)), Ok(forgotten(closed)), "{gate}");
        assert_eq!(store.health().loss, Some(loss), "{gate}");
        assert_eq!(store.health().out_of_order_until, Some(at(closed)), "{gate}");
        let other = self.gate("west").connect().unwrap();
        for now in [now, lost, closed - 1] {
            self.server.hold_clock(now);
            for permit in [1, 3, 4, 60] {
                let attempts = [
                    code(permit, NOON, gate, now),
                    code(permit, now, gate, now),
                    slip(permit, gate, now),
                ];
                for attempt in attempts {
                    assert_eq!(other.admit(&attempt), Ok(forgotten(closed)), "{permit} {gate}");
                    assert_eq!(store.admit(&attempt), Ok(forgotten(closed)), "{permit} {gate}");
                }
            }
        }
        // Leaving is open to slips, and to codes that cannot be lost.
        let now = lost;
        self.server.hold_clock(now);
        assert_eq!(store.admit(&leaving(slip(70, gate, now))), Ok(Answer::Admitted));
        assert_eq!(store.admit(&leaving(code(71, lost - 1, gate, now))), Ok(forgotten(lost)));
        assert_eq!(store.admit(&leaving(code(71, lost, gate, now))), Ok(Answer::Admitted));
        // The wait ends, and does not begin again.
        self.server.hold_clock(closed);
        for store in [store, &other] {
            store.keep_alive(at(closed)).unwrap();
            assert_eq!(store.health().out_of_order_until, None);
            let used = store.admit(&code(4, NOON, gate, closed));
            assert!(matches!(used, Ok(Answer::Forgotten { .. })), "{gate}: {used:?}");
        }
        assert_eq!(store.admit(&code(60, closed, gate, closed)), Ok(Answer::Admitted));
        assert_eq!(other.admit(&slip(61, gate, closed)), Ok(Answer::Admitted));
    }
}

#[test]
fn an_emptied_table_is_noticed_by_any_gate() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("TRUNCATE livepermit2_hall.used");
    zone.must_notice("east", Loss::OtherIncarnation);
}

#[test]
fn a_removed_state_is_noticed_by_any_gate() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("DELETE FROM livepermit2_hall.state");
    zone.must_notice("east", Loss::NoState);
}

#[test]
fn a_state_that_was_put_back_is_noticed_by_a_gate_that_knows_more() {
    let Some(zone) = Zone::start(&[]) else { return };
    let generation = |sum: &str| {
        zone.server
            .sql(&format!("UPDATE livepermit2_hall.state SET generation = generation {sum}"));
    };
    generation("+ 1");
    zone.gate("north").connect().unwrap().keep_alive(at(NOON)).unwrap();
    generation("- 1");
    zone.must_notice("north", Loss::OldGeneration);
}

#[test]
fn removed_counts_are_noticed_by_a_gate_that_knows_more() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("DELETE FROM livepermit2_hall.counts");
    zone.must_notice("north", Loss::MissingAdmissions);
}

#[test]
fn removed_counts_are_noticed_by_any_gate_that_counts() {
    let Some(zone) = Zone::start(&[]) else { return };
    zone.server.sql("DELETE FROM livepermit2_hall.counts");
    zone.must_notice("east", Loss::OtherRecords);
}

#[test]
fn dropped_tables_are_noticed_when_the_schema_is_made_again() {
    let Some(zone) = Zone::start(&[]) else { return };
    let north = zone.gate("north").connect().unwrap();
    north.keep_alive(at(NOON)).unwrap();
    zone.server.sql("DROP SCHEMA livepermit2_hall CASCADE");
    // The open connection does not make tables.
    north.admit(&code(50, NOON, "north", NOON)).unwrap_err();
    zone.store_must_notice(&north, "north", Loss::NoState, NOON + 1);
}

#[test]
fn tables_put_back_from_a_dump_are_noticed_by_any_gate() {
    let Some(zone) = Zone::start(&[]) else { return };
    let folder = postgres_folder();
    let run = |name: &str, option: &str| {
        let port = zone.server.port.to_string();
        let out = postgres_program(name)
            .unwrap()
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", option])
            .arg(folder.path().join("dump"))
            .args(if name == "pg_dump" { &["-n", "livepermit2_hall"][..] } else { &[] })
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    run("pg_dump", "-f");
    zone.lose_later();
    zone.server.sql("DROP SCHEMA livepermit2_hall CASCADE");
    run("psql", "-f");
    assert_eq!(zone.server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["3"]);
    zone.must_notice("east", Loss::OtherIncarnation);
}

#[test]
fn a_copy_of_the_database_put_back_is_noticed_by_any_gate() {
    let Some(zone) = Zone::start(&[]) else { return };
    let other = |text: &str| zone.server.sql_in("template1", text);
    other("CREATE DATABASE copy TEMPLATE postgres");
    zone.lose_later();
    other("ALTER DATABASE postgres RENAME TO before");
    other("ALTER DATABASE copy RENAME TO postgres");
    assert_eq!(zone.server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["3"]);
    zone.must_notice("east", Loss::OtherIncarnation);
}

#[test]
fn a_base_backup_put_back_is_noticed_by_any_gate() {
    let Some(mut zone) = Zone::start(&[]) else { return };
    let backup = zone.server.backup(&[]);
    zone.lose_later();
    zone.server.put_back(backup);
    assert_eq!(zone.server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["3"]);
    zone.must_notice("east", Loss::OtherIncarnation);
}

#[test]
fn a_crash_loses_no_admission_and_is_waited_for_all_the_same() {
    // The server's default would lose the last admissions: the store does not use it.
    let lazy = ["synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=0"];
    let Some(mut zone) = Zone::start(&lazy) else { return };
    zone.lose_later();
    zone.server.sql("CREATE TABLE public.lazy (n int)");
    zone.server.sql("INSERT INTO public.lazy VALUES (1)");
    zone.lose_nothing_more();
    zone.server.crash();
    assert_eq!(zone.server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["5"]);
    zone.must_notice("east", Loss::OtherIncarnation);
}

#[test]
fn a_standby_that_was_behind_is_noticed_by_any_gate() {
    let Some(mut zone) = Zone::start(&[]) else { return };
    let mut standby = zone.server.standby();
    // The standby has the admissions until now, and no later ones.
    let written = zone.server.sql("SELECT pg_current_wal_lsn()").remove(0);
    let reached = format!("SELECT pg_last_wal_replay_lsn() >= '{written}'");
    while standby.sql(&reached) != ["t"] {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    standby.kill();
    zone.lose_later();
    // Both servers are in the URL. A standby takes no question.
    let both = format!(
        "postgresql://postgres@127.0.0.1:{},127.0.0.1:{}/postgres",
        zone.server.port, standby.port
    );
    zone.server.kill();
    standby.again();
    zone.gate_at(&standby.url(), "east").connect().unwrap_err();
    zone.gate_at(&both, "east").connect().unwrap_err();
    assert_eq!(standby.sql("SELECT pg_promote()"), ["t"]);
    std::mem::swap(&mut zone.server, &mut standby);
    assert_eq!(zone.server.sql("SELECT count(*) FROM livepermit2_hall.used"), ["3"]);
    let east = zone.gate_at(&both, "east").connect().unwrap();
    zone.store_must_notice(&east, "east", Loss::OtherIncarnation, NOON + 1);
}

#[test]
fn another_zone_under_the_same_name_is_noticed_by_a_gate_that_knew_the_first() {
    let Some(zone) = Zone::start(&[]) else { return };
    let other = zone.gate("other").prefix("elsewhere").connect().unwrap();
    other.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
    assert_eq!(other.admit(&code(9, NOON, "other", NOON)), Ok(Answer::Admitted));
    // The other zone has lost its memory more often, so its answers look newer.
    zone.server.sql("UPDATE livepermit2_elsewhere.state SET generation = 5");
    let north = zone.gate("north").prefix("elsewhere").connect().unwrap();
    // A refusal is given before the memory is checked, so the gate must not learn from it which
    // store this is: the loss would be missed.
    let used = Answer::AlreadyUsed { then: at(NOON) };
    assert_eq!(north.admit(&code(9, NOON, "north", NOON)), Ok(used));
    assert_eq!(north.health().loss, None);
    drop(north);
    let north = zone.gate("north").prefix("elsewhere").connect().unwrap();
    let closed = NOON + 1 + HOUR;
    zone.server.hold_clock(NOON + 1);
    assert_eq!(north.admit(&code(1, NOON, "north", NOON + 1)), Ok(forgotten(closed)));
    assert_eq!(north.health().loss, Some(Loss::OtherStore));
}

impl Zone {
    /// An admission that is nearly lost: it is the last thing that the server does.
    fn lose_nothing_more(&self) {
        let south = self.gate("south").connect().unwrap();
        assert_eq!(south.admit(&code(5, NOON, "south", NOON)), Ok(Answer::Admitted));
    }
}
