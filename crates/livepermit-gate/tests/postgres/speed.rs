//! How many codes a server admits in a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::server::{PATIENCE, Server, gate_at};
use super::{at, code};
use livepermit_gate::Timestamp;
use livepermit_gate::replay::{Answer, GoOn, ReplayStore as _};

/// Admissions of fresh permits in a second, by this many lanes at this many gates.
fn speed(server: &Server, gates: u64, lanes: u64, permits: &AtomicU64) -> u64 {
    let time = Duration::from_secs(5);
    let clock = || Timestamp::try_from(std::time::SystemTime::now()).unwrap().as_unix();
    let stores: Vec<_> = (0..gates)
        .map(|gate| {
            let store = gate_at(&server.url(), &format!("gate-{gate}"))
                .timeout(PATIENCE)
                .connect()
                .unwrap();
            store.go_on(GoOn::NothingWasAdmitted, at(clock())).unwrap();
            store
        })
        .collect();
    let begin = Instant::now();
    let admitted = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for (gate, store) in stores.iter().enumerate() {
            for _ in 0..lanes {
                let (admitted, name) = (&admitted, format!("gate-{gate}"));
                scope.spawn(move || {
                    while begin.elapsed() < time {
                        let (permit, now) = (permits.fetch_add(1, Ordering::SeqCst), clock());
                        let answer = store.admit(&code(permit, now, &name, now));
                        assert_eq!(answer, Ok(Answer::Admitted));
                        admitted.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        }
    });
    admitted.into_inner() / begin.elapsed().as_secs()
}

/// Prints, and asserts nothing about the time: the figures belong to a machine.
#[test]
#[ignore = "measures for half a minute"]
fn long_admissions_in_a_second() {
    let permits = AtomicU64::new(0);
    for (name, settings) in [("disk flushed", &[][..]), ("fsync=off", &["fsync=off"][..])] {
        let Some(server) = Server::start_with(settings) else { return };
        for (gates, lanes) in [(1, 1), (1, 8), (8, 1)] {
            let speed = speed(&server, gates, lanes, &permits);
            println!("{name}, gates {gates}, lanes of each {lanes}: {speed} admissions/s");
        }
    }
}
