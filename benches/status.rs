//! What a status list of a whole city costs: making it, publishing it, carrying it, asking it.
//!
//! `cargo bench --bench status` prints the table in `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a bench that fails may panic")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use livepermit::issue::StatusListBuilder;
use livepermit::status::StatusValue;
use livepermit_testkit::{URI, accept_status_list, now, status_list};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const LOOKUPS: u64 = 4_000_000;
/// Of 25 entries 22 are given out: what a list for 22 million residents looks like.
const GIVEN: (u64, u64) = (22, 25);

fn main() {
    println!(
        "| entries | bits | set | give out one | set all | sign | on the wire | load | held | look-up |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for millions in [1_u64, 10, 25] {
        for bits in [1, 2] {
            let entries = millions * 1_000_000;
            let mut rng = StdRng::seed_from_u64(7);
            let mut given_out = StatusListBuilder::new(URI, bits, entries).unwrap();
            let count = entries * GIVEN.0 / GIVEN.1;
            let (give, ()) = timed(|| {
                for _ in 0..count {
                    black_box(given_out.allocate(&mut rng).unwrap());
                }
            });
            for per_mille in [1, 10] {
                let mut list = given_out.clone();
                let withdrawn: Vec<_> =
                    (0..entries * per_mille / 1000).map(|_| rng.random_range(0..entries)).collect();
                let (set, ()) = timed(|| {
                    for index in &withdrawn {
                        list.set(*index, StatusValue::Revoked).unwrap();
                    }
                });
                let (sign, bytes) = timed(|| status_list(&list, now(), now().plus(86_400)));
                let accept = || accept_status_list(&bytes, now()).unwrap();
                // The second time, when the pages of memory are there.
                let _first = accept();
                let (load, taken) = timed(accept);
                let indices: Vec<_> = (0..LOOKUPS).map(|_| rng.random_range(0..entries)).collect();
                let (ask, revoked) = timed(|| {
                    indices
                        .iter()
                        .filter(|index| taken.get(**index) != Some(StatusValue::Valid))
                        .count()
                });
                black_box(revoked);
                println!(
                    "| {millions} million | {bits} | {}.{} % | {} ns | {} ms | {} ms | {} | {} ms | {} | {} ns |",
                    per_mille / 10,
                    per_mille % 10,
                    tenths(give, count),
                    millis(set),
                    millis(sign),
                    size(bytes.len()),
                    millis(load),
                    size(taken.memory_bytes()),
                    tenths(ask, LOOKUPS),
                );
            }
        }
    }
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let out = run();
    (start.elapsed(), out)
}

/// Nanoseconds of one of `count`, with a tenth.
fn tenths(total: Duration, count: u64) -> String {
    let tenths = total.as_nanos() * 10 / u128::from(count);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn millis(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn size(bytes: usize) -> String {
    if bytes < 1_000_000 {
        format!("{} kB", bytes / 1000)
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
    }
}
