//! The faults of a PostgreSQL server.

use std::time::{Duration, Instant};

use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{PostgresBuilder, Retention, Witnesses};
use livepermit_testkit::servers::Postgres;

use super::crowd::{Crowd, Lane, Outcome};
use super::proxy::Proxy;
use super::rounds;
use super::server::{clocks, parted, play, three};
use super::table::Row;

fn gate(port: u16, number: usize, limits: Retention) -> PostgresBuilder {
    PostgresReplay::at(&format!("postgresql://test@127.0.0.1:{port}/postgres"))
        .prefix("hall")
        .gate(&format!("gate-{number}"))
        .retention(limits)
        .timeout(Duration::from_secs(2))
        .witnesses(Witnesses::in_memory())
}

fn lane(port: u16, number: usize, limits: Retention) -> Lane {
    Lane::new(gate(port, number, limits).connect().unwrap())
}

fn one(fault: impl Fn(&Postgres)) -> Option<(u32, Outcome)> {
    let server = Postgres::start(&[])?;
    play(Crowd::begin(three(server.port(), lane)), || fault(&server))
}

/// A standby takes the place of the master that was killed.
fn failover(late: Option<&str>) -> Option<(u32, Outcome)> {
    let mut master = Postgres::start(&["wal_level = replica", "max_wal_senders = 8"])?;
    let front = Proxy::to(master.port());
    let mut crowd = Crowd::begin(three(front.port(), lane));
    for _ in 0..rounds() {
        crowd.until_admits(Instant::now());
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
    let mut crowd = Crowd::begin(three(server.port(), lane));
    for _ in 0..rounds() {
        crowd.until_admits(Instant::now());
        let copy = server.copy(false);
        crowd.round(|| {
            server.kill();
            server.take_data_of(&copy);
            server.run();
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
        Row::never("the network parted for 2 s", || {
            let server = Postgres::start(&[])?;
            parted(server.port(), lane)
        }),
        Row::never("clocks of gates 60 s apart", || {
            let server = Postgres::start(&[])?;
            clocks(server.port(), lane)
        }),
    ]
}
