//! How many codes a store in a file admits in a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::super::{RETENTION, enter, hall};
use super::{NOON, key_of};
use livepermit_gate::FileReplay;
use livepermit_gate::replay::{Answer, ReplayStore as _};

/// Prints, and asserts nothing about the time: the figures belong to a machine and its disk.
#[test]
#[ignore = "measures for some seconds"]
fn long_admissions_in_a_second() {
    for lanes in [1, 8] {
        let folder = tempfile::tempdir().unwrap();
        let store = FileReplay::open(folder.path().join("used"), RETENTION).unwrap();
        let (permits, begin) = (AtomicU64::new(0), Instant::now());
        std::thread::scope(|scope| {
            for _ in 0..lanes {
                let (store, permits) = (&store, &permits);
                scope.spawn(move || {
                    while begin.elapsed() < Duration::from_secs(10) {
                        let permit = permits.fetch_add(1, Ordering::SeqCst);
                        // Fifty visitors a second, so that records are forgotten meanwhile.
                        let moment = NOON + permit / 50;
                        let answer = store.admit(&enter(key_of(permit, moment), &hall(), moment));
                        assert_eq!(answer, Ok(Answer::Admitted));
                    }
                });
            }
        });
        let speed = permits.into_inner() as f64 / begin.elapsed().as_secs_f64();
        println!("lanes {lanes}: {speed:.0} admissions/s");
    }
}
