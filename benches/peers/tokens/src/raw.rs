//! Signature checks and nothing else, the keys parsed before.

use std::hint::black_box;

use ed25519_dalek::{Signer as _, SigningKey};

use livepermit_measure::Job;

/// As long as what a pass has signed.
const MESSAGE: &[u8] = &[7; 120];

fn job(name: &str, mut verify: impl FnMut() -> bool + Send + 'static) -> Job<'static> {
    assert!(verify(), "{name}");
    Job::new(name, verify)
}

fn ed25519() -> (SigningKey, ed25519_dalek::Signature) {
    let key = SigningKey::from_bytes(&[1; 32]);
    let signature = key.sign(MESSAGE);
    (key, signature)
}

pub(crate) fn dalek() -> Job<'static> {
    let (key, signature) = ed25519();
    let key = key.verifying_key();
    job("Ed25519 alone: `verify_strict` of `ed25519-dalek`", move || {
        key.verify_strict(black_box(MESSAGE), black_box(&signature)).is_ok()
    })
}

pub(crate) fn ed25519_ring() -> Job<'static> {
    use ring::signature::{ED25519, UnparsedPublicKey};
    let (key, signature) = ed25519();
    let key = UnparsedPublicKey::new(&ED25519, key.verifying_key().to_bytes());
    job("Ed25519 alone: `ring`", move || {
        key.verify(black_box(MESSAGE), black_box(&signature.to_bytes())).is_ok()
    })
}

pub(crate) fn ed25519_aws_lc() -> Job<'static> {
    use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
    let (key, signature) = ed25519();
    let key = ParsedPublicKey::new(&ED25519, key.verifying_key().to_bytes()).unwrap();
    job("Ed25519 alone: `aws-lc-rs`", move || {
        key.verify_sig(black_box(MESSAGE), black_box(&signature.to_bytes())).is_ok()
    })
}

fn ecdsa() -> (p256::ecdsa::VerifyingKey, p256::ecdsa::Signature) {
    let key = p256::ecdsa::SigningKey::from_slice(&[2; 32]).unwrap();
    let signature: p256::ecdsa::Signature = key.sign(MESSAGE);
    (*key.verifying_key(), signature)
}

pub(crate) fn p256() -> Job<'static> {
    use p256::ecdsa::signature::Verifier as _;
    let (key, signature) = ecdsa();
    job("P-256 alone: `p256`", move || {
        key.verify(black_box(MESSAGE), black_box(&signature)).is_ok()
    })
}

pub(crate) fn p256_ring() -> Job<'static> {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    let (key, signature) = ecdsa();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_sec1_bytes());
    job("P-256 alone: `ring`", move || {
        key.verify(black_box(MESSAGE), black_box(&signature.to_bytes())).is_ok()
    })
}

pub(crate) fn p256_aws_lc() -> Job<'static> {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
    let (key, signature) = ecdsa();
    let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_sec1_bytes()).unwrap();
    job("P-256 alone: `aws-lc-rs`", move || {
        key.verify_sig(black_box(MESSAGE), black_box(&signature.to_bytes())).is_ok()
    })
}
