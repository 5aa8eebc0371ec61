//! What a verdict costs as a gate comes to know more: keys, permits in a status list, codes used
//! before.

use std::hint::black_box;
use std::time::Instant;

use livepermit::{SecretKey, Trust, Verifier};
use livepermit::{verify::PermitId, verify::ReplayKey};
use livepermit_gate::replay::{Answer, Attempt, Passage, ReplayStore as _, Retention};
use livepermit_gate::{GatePlace, MemoryReplay};
use livepermit_testkit::{ed25519_device, now, permit, trust};

use super::scene::{REVOKED, ask, gate, pass_by, presentation, status_list, trusted};
use livepermit_measure::{Job, grouped, hot, median, time};

pub(crate) fn print(baseline: Job<'_>) {
    let many_keys = [1, 100, 10_000].map(with_keys);
    let lists = [8, 25_000_000].map(|entries| (entries, gate(trust(), status_list(entries))));
    let shown: Vec<Vec<String>> = lists
        .iter()
        .map(|(entries, _)| {
            // Some of the entries all over the list.
            let places =
                (0..1000).map(|place| place * 23_757 % entries).filter(|index| *index != REVOKED);
            places.map(|index| presentation(&ed25519_device(), index).1.to_qr_text()).collect()
        })
        .collect();
    let mut jobs = vec![baseline];
    for (count, gates, passes) in &many_keys {
        for (tables, gate) in gates {
            let mut next = 0;
            jobs.push(Job::new(
                format!("pass, {} trusted keys in turn, {tables}", grouped(*count as u64)),
                move || {
                    next = (next + 1) % passes.len();
                    ask(gate, black_box(&passes[next]), None, now())
                },
            ));
        }
    }
    for ((entries, gate), texts) in lists.iter().zip(&shown) {
        let mut next = 0;
        jobs.push(Job::new(
            format!("presentation, status list of {} entries", grouped(*entries)),
            move || {
                next = (next + 1) % texts.len();
                ask(gate, black_box(&texts[next]), None, now())
            },
        ));
    }
    let costs = hot(&mut jobs, 5);
    println!("\n| what a gate holds | ratio | time |\n|---|---:|---:|");
    for (job, cost) in jobs.iter().zip(&costs).skip(1) {
        println!("| {} | {:.3} | {} |", job.name, cost.ratio(&costs[0]), time(cost.nanos()));
    }
    drop(jobs);
    let unit = costs[0].nanos();
    for count in [10_000, 100_000, 1_000_000, 10_000_000] {
        let nanos = remembered(count);
        println!(
            "| a code used, {} permits remembered in memory | {:.3} | {} |",
            grouped(count),
            nanos / unit,
            time(nanos)
        );
    }
}

/// Gates that trust so many keys, without tables and with the narrowest for each, and a pass of
/// each of up to 1,000 of them.
fn with_keys(count: usize) -> (usize, [(&'static str, Verifier); 2], Vec<String>) {
    /// Of one key.
    const NARROWEST: usize = 64 * 8 * 128;
    let keys: Vec<SecretKey> = (0..count)
        .map(|number| {
            let mut seed = [1; 32];
            seed[..8].copy_from_slice(&(number as u64).to_le_bytes());
            SecretKey::from_ed25519_seed(&seed)
        })
        .collect();
    let trust = Trust::new(keys.iter().map(|key| trusted(key.public_key()))).unwrap();
    let tables = NARROWEST * (count + 1);
    let tabled = trust.clone().with_tables(tables);
    assert_eq!(tabled.table_bytes(), tables);
    let gates = [("no tables", trust.with_tables(0)), ("tables of 4 bits", tabled)]
        .map(|(name, trust)| (name, gate(trust, status_list(64))));
    let passes: Vec<String> = keys
        .iter()
        .step_by(count.div_ceil(1000))
        .map(|key| pass_by(key, &permit()).to_qr_text())
        .collect();
    for (_, gate) in &gates {
        assert!(passes.iter().all(|text| ask(gate, text, None, now()).is_ok()));
    }
    (count, gates, passes)
}

/// A permit of this number, all over the key space.
fn permit_id(number: u64) -> PermitId {
    let mut bytes = [0; 32];
    for (place, word) in bytes.chunks_mut(8).enumerate() {
        let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(place as u32 * 16);
        word.copy_from_slice(&mixed.to_le_bytes());
    }
    PermitId::from_bytes(bytes)
}

/// What it takes to look a code up and to remember it, with so many permits remembered.
fn remembered(count: u64) -> f64 {
    const BATCHES: u64 = 101;
    const BATCH: u64 = 100;
    let store = MemoryReplay::new((count + BATCHES * BATCH) as usize, Retention::default());
    let place = GatePlace::new("north", "lane-1", "hall").unwrap();
    let admit = |number| {
        let key = ReplayKey::new(permit_id(number), Some(now()), now().plus(30), now().plus(40));
        let attempt = Attempt::new(key, place.clone(), Passage::Enter, now(), 3, 35);
        assert_eq!(store.admit(&attempt).unwrap(), Answer::Admitted);
    };
    (0..count).for_each(admit);
    let batches = (0..BATCHES).map(|batch| {
        let start = Instant::now();
        (0..BATCH).for_each(|number| admit(count + batch * BATCH + number));
        start.elapsed().as_secs_f64() * 1e9 / BATCH as f64
    });
    median(batches.collect())
}
