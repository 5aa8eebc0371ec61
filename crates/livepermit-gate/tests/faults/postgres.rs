//! The faults of a PostgreSQL server.

use std::time::Duration;

use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{PostgresBuilder, ReplayStore as _, Retention, Witnesses};
use livepermit_testkit::servers::Postgres;

use super::crowd::{Crowd, Lane, Outcome};
use super::proxy::Proxy;
use super::table::Row;
use super::{LIMITS, rounds};

fn gate(port: u16, number: usize, limits: Retention) -> PostgresBuilder {
    PostgresReplay::at(&format!("postgresql://test@127.0.0.1:{port}/postgres"))
        .prefix("hall")
        .gate(&format!("gate-{number}"))
        .retention(limits)
        .timeout(Duration::from_secs(2))
        .witnesses(Witnesses::in_memory())
}

fn gates(port: u16) -> Vec<Lane> {
    (0..3).map(|number| Lane::new(gate(port, number, LIMITS).connect().unwrap())).collect()
}

fn one(fault: impl Fn(&Postgres)) -> Option<(u32, Outcome)> {
    let server = Postgres::start(&[])?;
    let mut crowd = Crowd::begin(gates(server.port()));
    for _ in 0..rounds() {
        crowd.round(|| fault(&server));
    }
    Some((rounds(), crowd.end()))
}

/// A standby takes the place of the master that was killed.
fn failover(late: Option<&str>) -> Option<(u32, Outcome)> {
    let mut master = Postgres::start(&["wal_level = replica", "max_wal_senders = 8"])?;
    let front = Proxy::to(master.port());
    let mut crowd = Crowd::begin(gates(front.port()));
    for _ in 0..rounds() {
        crowd.until_admits(std::time::Instant::now());
        let standby = master.copy(true);
        standby.run();
        if let Some(late) = late {
            // The standby has received, and does not apply: what it received is not lost.
            standby.ask(&format!("ALTER SYSTEM SET recovery_min_apply_delay = '{late}'"));
            standby.ask("SELECT pg_reload_conf()");
        }
        crowd.round(|| {
            master.kill();
            standby.promote();
            front.turn(Some(standby.port()));
        });
        master = standby;
    }
    Some((rounds(), crowd.end()))
}

/// A copy of the server, made before the last admissions, takes its place.
fn copy_put_back() -> Option<(u32, Outcome)> {
    let server = Postgres::start(&["wal_level = replica", "max_wal_senders = 8"])?;
    let mut crowd = Crowd::begin(gates(server.port()));
    for _ in 0..rounds() {
        crowd.until_admits(std::time::Instant::now());
        let copy = server.copy(false);
        crowd.round(|| {
            server.kill();
            server.take_data_of(&copy);
            server.run();
        });
    }
    Some((rounds(), crowd.end()))
}

fn clocks() -> Option<(u32, Outcome)> {
    let server = Postgres::start(&[])?;
    let limits = Retention { clock_difference: 120, ..LIMITS };
    let lanes: Vec<_> = [0, 30, -30, 90]
        .into_iter()
        .enumerate()
        .map(|(number, ahead)| {
            Lane::new(gate(server.port(), number, limits).connect().unwrap()).ahead(ahead)
        })
        .collect();
    let operator = gate(server.port(), 9, limits).connect().unwrap();
    let now = livepermit::Timestamp::from_unix(super::crowd::clock()).unwrap();
    operator.go_on(livepermit_gate::replay::GoOn::NothingWasAdmitted, now).unwrap();
    let mut crowd = Crowd::begin(lanes);
    for _ in 0..rounds() {
        crowd.round(|| {});
    }
    Some((rounds(), crowd.end()))
}

fn parted() -> Option<(u32, Outcome)> {
    let server = Postgres::start(&[])?;
    let fronts: Vec<_> = (0..3).map(|_| Proxy::to(server.port())).collect();
    let lanes = fronts
        .iter()
        .enumerate()
        .map(|(number, front)| Lane::new(gate(front.port(), number, LIMITS).connect().unwrap()));
    let mut crowd = Crowd::begin(lanes.collect());
    for _ in 0..rounds() {
        crowd.round(|| {
            fronts.iter().take(2).for_each(|front| front.turn(None));
            std::thread::sleep(Duration::from_secs(2));
            fronts.iter().take(2).for_each(|front| front.turn(Some(server.port())));
        });
    }
    Some((rounds(), crowd.end()))
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::never("server killed", || {
            one(|server| {
                server.kill();
                server.run();
            })
        }),
        Row::never("the records emptied", || {
            one(|server| {
                server.ask("TRUNCATE livepermit2_hall.used");
            })
        }),
        Row::never("the schema dropped", || {
            one(|server| {
                server.ask("DROP SCHEMA livepermit2_hall CASCADE");
            })
        }),
        Row::never("a copy of the server put back", copy_put_back),
        Row::never("failover to a standby", || failover(None)),
        Row::never("failover to a standby that applies 150 ms late", || failover(Some("150ms"))),
        Row::never("the network parted for 2 s", parted),
        Row::never("clocks of gates 60 s apart", clocks),
    ]
}
