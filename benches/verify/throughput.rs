//! How much a back office gets through, of different tokens, and an issuer.

use std::hint::black_box;

use livepermit::verify::Input;
use livepermit::{Verifier, decode_text};
use livepermit_testkit::{ed25519_device, issuer, issuer_key, now, permit};

use super::scene::base45;
use super::variety::{self, TOKENS};
use livepermit_measure::{Job, hot, time};

pub(crate) fn print(gate: &Verifier) {
    let passes = variety::passes();
    let mut half_forged = passes.clone();
    for text in half_forged.iter_mut().step_by(2) {
        let mut bytes = decode_text(text).unwrap();
        let place = bytes.len() - 32;
        bytes[place] ^= 1;
        *text = base45(&bytes);
    }
    let presentations = variety::presentations(&ed25519_device());

    let pools = [1, 2].map(|threads| {
        (threads, rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
    });
    let mut jobs = vec![variety::baseline()];
    for (what, texts) in [
        ("passes", &passes),
        ("passes, every second forged", &half_forged),
        ("presentations", &presentations),
    ] {
        let inputs: Vec<_> = texts.iter().map(|text| (Input::Text(text), now())).collect();
        for (threads, pool) in &pools {
            let (inputs, name) =
                (inputs.clone(), format!("`verify_many`, 1,024 {what}, {threads} threads"));
            jobs.push(Job::of_many(name, TOKENS, move || {
                pool.install(|| gate.verify_many(black_box(&inputs)))
            }));
        }
    }
    let (issuer, key, permit) = (issuer(), issuer_key(), permit());
    jobs.push(Job::new("issuing a pass: claims, signature, QR text", move || {
        issuer
            .prepare_pass(black_box(&permit), None, now())
            .unwrap()
            .sign(&key)
            .unwrap()
            .to_qr_text()
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
