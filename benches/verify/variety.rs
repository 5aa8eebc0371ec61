//! Many different tokens, one after the other: what a branch predictor learns from one token again
//! and again does not count here.

use std::hint::black_box;

use ed25519_dalek::{Signature, SigningKey};
use livepermit::verify::CredentialCache;
use livepermit::{Permit, SecretKey, Verifier};
use livepermit_testkit::{CLASS, ed25519_device, issuer, issuer_key, now, p256_device};

use super::scene::{ask, pass_by, presentation_of};
use livepermit_measure::{Job, table};

/// Different tokens of each kind.
pub(crate) const TOKENS: usize = 1024;

fn permit(number: usize) -> Permit {
    Permit::new(&format!("BJ-{number:08}"), CLASS).unwrap()
}

/// As many passes, each of a subject of its own.
pub(crate) fn passes() -> Vec<String> {
    (0..TOKENS).map(|number| pass_by(&issuer_key(), &permit(number)).to_qr_text()).collect()
}

/// As many presentations by this device, each of a credential of its own.
pub(crate) fn presentations(device: &SecretKey) -> Vec<String> {
    let shown =
        |number: usize| presentation_of(permit(number), device, 7 + number as u64).1.to_qr_text();
    (0..TOKENS).map(shown).collect()
}

/// The signatures of those passes, checked by themselves.
pub(crate) fn baseline() -> Job<'static> {
    let key = SigningKey::from_bytes(&[1; 32]).verifying_key();
    let signed: Vec<(Vec<u8>, Signature)> = (0..TOKENS)
        .map(|number| {
            let prepared = issuer().prepare_pass(&permit(number), None, now()).unwrap();
            let message = prepared.message().to_vec();
            let token = prepared.sign(&issuer_key()).unwrap();
            let bytes = token.as_bytes();
            (message, Signature::from_slice(&bytes[bytes.len() - 64..]).unwrap())
        })
        .collect();
    let mut turn = 0;
    Job::new("`verify_strict` alone", move || {
        turn = (turn + 1) % TOKENS;
        let (message, signature) = &signed[turn];
        black_box(&key).verify_strict(black_box(message), black_box(signature)).is_ok()
    })
}

/// Each in its turn, with a cache of so many credentials, if any.
fn in_turn<'a>(
    name: &'static str,
    gate: &'a Verifier,
    texts: Vec<String>,
    credentials: Option<usize>,
) -> Job<'a> {
    let mut cache = credentials.map(CredentialCache::new);
    for text in &texts {
        assert!(ask(gate, text, cache.as_mut(), now()).is_ok(), "{name}");
    }
    let mut turn = 0;
    Job::new(name, move || {
        turn = (turn + 1) % TOKENS;
        ask(gate, black_box(&texts[turn]), cache.as_mut(), black_box(now()))
    })
}

/// Room for one in four of them: none is there any more when its turn comes again. So much a
/// checkpoint has.
const TOO_FEW: usize = TOKENS / 4;
/// Room enough that none pushes another one out.
const ENOUGH: usize = TOKENS * 16;

pub(crate) fn print(gate: &Verifier) {
    let shown = presentations(&ed25519_device());
    let mut jobs = vec![
        baseline(),
        in_turn("pass", gate, passes(), None),
        in_turn("presentation, first seen, no cache", gate, shown.clone(), None),
        in_turn(
            "presentation, first seen, looked for in a cache",
            gate,
            shown.clone(),
            Some(TOO_FEW),
        ),
        in_turn("presentation, credential seen before", gate, shown, Some(ENOUGH)),
        in_turn(
            "P-256 presentation, first seen, no cache",
            gate,
            presentations(&p256_device()),
            None,
        ),
    ];
    println!(
        "\n1,024 different tokens in turn; 1,024 bare `verify_strict` in turn are 1.00 each.\n"
    );
    table(&mut jobs, 3, false);
}
