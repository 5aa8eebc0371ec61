//! Verification as the critical path: from the text of a QR code to the verdict, beside one bare
//! `verify_strict` in the same run.
//!
//! ```text
//! cargo bench -p livepermit --bench verify --features parallel -- --instructions --plot FILE.svg
//! ```
//!
//! What it prints is what `docs/performance.md` shows; it draws the cost of each stage into the
//! file. Instructions are counted by `valgrind` and take some minutes; without the option it is
//! one.
#![expect(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

mod growth;
mod plot;
mod scene;
mod stack;
mod stages;
mod throughput;
mod variety;

use std::hint::black_box;

use ed25519_dalek::{Signature, SigningKey};
use livepermit::verify::CredentialCache;
use livepermit::{RejectionCode, Timestamp, Verifier};
use livepermit_testkit::{
    ed25519_device, issuer, issuer_key, now, p256_device, pass, permit, trust,
};

use livepermit_measure::{Cost, Job, table, was_called};
use scene::{
    REVOKED, ask, base45, changed, default_gate, gate, largest, presentation, status_list,
};
use stages::Stage;

fn main() {
    let gate = default_gate();
    let staged = stages::all();
    let gates = others_gates();
    let texts = others_texts();
    let mut jobs = vec![baseline()];
    jobs.extend(staged.iter().flat_map(|staged| staged.jobs(&gate)));
    jobs.extend(other_jobs(&gate, &gates, &texts));
    if was_called(&mut jobs) || stack::was_called(&mut jobs) {
        return;
    }

    println!("A bare `verify_strict` of the same pass is 1.00.\n");
    let costs = table(&mut jobs, 3, true);
    let unit = &costs[0];

    let stages = added(&staged, &costs, &mut jobs);
    print_stages(&stages, unit);
    if let Some(path) = std::env::args().skip_while(|argument| argument != "--plot").nth(1) {
        // P-256 is another scale.
        let ed25519: Vec<_> =
            stages.iter().filter(|(name, _)| !name.starts_with("P-256")).cloned().collect();
        std::fs::write(path, plot::draw(&ed25519, unit.nanos())).unwrap();
    }
    stack::print(
        &jobs,
        &[
            "garbage: nested arrays of full length",
            "pass: accepted",
            "largest token",
            "presentation, first seen: accepted",
            "P-256 presentation, first seen: accepted",
        ],
    );
    drop(jobs);
    variety::print(&gate);
    throughput::print(&gate);
    growth::print(baseline());
}

/// The signature of a pass, checked by itself.
fn baseline() -> Job<'static> {
    let pass = pass();
    let prepared = issuer().prepare_pass(&permit(), None, now()).unwrap();
    let message = prepared.message().to_vec();
    let key = SigningKey::from_bytes(&[1; 32]).verifying_key();
    let signature = Signature::from_slice(&pass.as_bytes()[pass.as_bytes().len() - 64..]).unwrap();
    assert!(key.verify_strict(&message, &signature).is_ok());
    Job::new("`verify_strict` alone", move || {
        black_box(&key).verify_strict(black_box(&message), black_box(&signature))
    })
}

type Stages = Vec<(&'static str, Vec<(Stage, f64)>)>;

/// What each stage adds to each verdict. The jobs begin with the baseline and go on with the staged
/// ones.
fn added(staged: &[stages::Staged], costs: &[Cost], jobs: &mut [Job<'_>]) -> Stages {
    let mut first = 1;
    let mut behind = 0.0;
    staged
        .iter()
        .map(|staged| {
            let own = first..first + staged.len();
            first = own.end;
            (staged.name, staged.added(&costs[own.clone()], &mut jobs[own], &mut behind))
        })
        .collect()
}

fn print_stages(stages: &Stages, unit: &Cost) {
    print!("\n| verdict |");
    for stage in Stage::ALL {
        print!(" {} |", stage.name());
    }
    println!(" all but signatures |\n|---|{}---:|", "---:|".repeat(Stage::ALL.len()));
    for (name, added) in stages {
        print!("| {name} |");
        for stage in Stage::ALL {
            let sum: f64 =
                added.iter().filter(|(other, _)| *other == stage).map(|(_, nanos)| nanos).sum();
            // A sum of nothing is minus zero.
            print!(" {:.4} |", sum / unit.nanos() + 0.0);
        }
        let rest: f64 =
            added.iter().filter(|(stage, _)| !stage.is_arithmetic()).map(|(_, nanos)| nanos).sum();
        println!(" {:.4} |", rest / unit.nanos());
    }
}

/// Gates with other tables than the default.
fn others_gates() -> Vec<(&'static str, Verifier)> {
    // Room for the base point and one key at each width.
    [
        ("pass, no tables", 0),
        ("pass, tables of 4 bits", 140_000),
        ("pass, tables of 5 bits", 210_000),
        ("pass, tables of 7 bits", 610_000),
        ("pass, tables of 8 bits", 1_050_000),
    ]
    .map(|(name, bytes)| (name, gate(trust().with_tables(bytes), status_list(64))))
    .into()
}

/// What is refused or accepted in the worst way: its name, the text, when, and as what.
fn others_texts() -> Vec<(&'static str, String, Timestamp, Option<RejectionCode>)> {
    let key = issuer_key().public_key().thumbprint();
    let largest = largest();
    let kid = largest.as_bytes().windows(8).position(|window| *window == key[..8]).unwrap();
    let nested = [&[0xd2, 0x84][..], &[0x81; 2859]].concat();
    vec![
        (
            "garbage: a sentence",
            "This is no permit at all.".into(),
            now(),
            Some(RejectionCode::NotOurs),
        ),
        (
            "garbage: zeroes of full length",
            base45(&[0; 2861]),
            now(),
            Some(RejectionCode::Malformed),
        ),
        (
            "garbage: nested arrays of full length",
            base45(&nested),
            now(),
            Some(RejectionCode::Malformed),
        ),
        (
            "garbage: the largest token of an unknown key",
            changed(&largest, |bytes| bytes[kid] ^= 1),
            now(),
            Some(RejectionCode::UnknownKey),
        ),
        ("largest token", largest.to_qr_text(), now(), None),
        ("pass: stale", pass().to_qr_text(), now().plus(31), Some(RejectionCode::Stale)),
        (
            "presentation: revoked, the last check of all",
            presentation(&ed25519_device(), REVOKED).1.to_qr_text(),
            now(),
            Some(RejectionCode::Revoked),
        ),
    ]
}

fn other_jobs<'a>(
    gate: &'a Verifier,
    gates: &'a [(&'static str, Verifier)],
    texts: &'a [(&'static str, String, Timestamp, Option<RejectionCode>)],
) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for (name, text, now, code) in texts {
        assert_eq!(
            ask(gate, text, None, *now).err().map(|rejection| rejection.code()),
            *code,
            "{name}"
        );
        jobs.push(Job::new(*name, move || ask(gate, black_box(text), None, black_box(*now))));
    }
    let pass = pass().to_qr_text();
    for (name, gate) in gates {
        let text = pass.clone();
        assert!(ask(gate, &text, None, now()).is_ok());
        jobs.push(Job::new(*name, move || ask(gate, black_box(&text), None, black_box(now()))));
    }
    let p256 = presentation(&p256_device(), 7).1.to_qr_text();
    let mut cache = CredentialCache::new(16);
    assert!(ask(gate, &p256, Some(&mut cache), now()).is_ok());
    jobs.push(Job::new("P-256 presentation, credential seen before", move || {
        ask(gate, black_box(&p256), Some(&mut cache), black_box(now()))
    }));
    jobs
}
