//! How much a back office gets through, and an issuer.

use std::hint::black_box;

use livepermit::{Input, Verifier};

use super::measure::{Job, hot, time};
use super::scene::{changed, ed25519_device, issuer, issuer_key, now, pass, permit, presentation};

/// What is verified together.
const TOGETHER: usize = 1024;

pub(crate) fn print(gate: &Verifier, baseline: Job<'_>) {
    let passes = vec![pass().to_qr_text(); TOGETHER];
    let forged = changed(&pass(), |bytes| {
        let place = bytes.len() - 32;
        bytes[place] ^= 1;
    });
    let mut half_forged = passes.clone();
    for text in half_forged.iter_mut().step_by(2) {
        text.clone_from(&forged);
    }
    let (_, shown) = presentation(&ed25519_device(), 7);
    let presentations = vec![shown.to_qr_text(); TOGETHER];

    let pools = [1, 2]
        .map(|threads| (threads, rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()));
    let mut jobs = vec![baseline];
    for (what, texts) in [
        ("passes", &passes),
        ("passes, every second forged", &half_forged),
        ("presentations", &presentations),
    ] {
        let inputs: Vec<_> = texts.iter().map(|text| (Input::Text(text), now())).collect();
        for (threads, pool) in &pools {
            let (inputs, name) = (inputs.clone(), format!("`verify_many`, 1,024 {what}, {threads} threads"));
            jobs.push(Job::of_many(name, TOGETHER, move || {
                pool.install(|| gate.verify_many(black_box(&inputs)))
            }));
        }
    }
    let (issuer, key, permit) = (issuer(), issuer_key(), permit());
    jobs.push(Job::new("issuing a pass: claims, signature, QR text", move || {
        issuer.prepare_pass(black_box(&permit), None, now()).unwrap().sign(&key).unwrap().to_qr_text()
    }));

    let costs = hot(&mut jobs, 5);
    println!("\n| per token | ratio | time | a second |\n|---|---:|---:|---:|");
    for (job, cost) in jobs.iter().zip(&costs) {
        println!(
            "| {} | {:.3} | {} | {:.0} |",
            job.name,
            cost.ratio(&costs[0]),
            time(cost.nanos()),
            1e9 / cost.nanos()
        );
    }
}
