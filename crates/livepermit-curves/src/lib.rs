//! Verification of signatures for [livepermit](https://docs.rs/livepermit): Ed25519, and ECDSA over
//! P-256 with SHA-256.
//!
//! This crate knows keys, messages and signatures. It knows nothing of permits, it makes no
//! signature, and it handles no secret: so time and memory access may depend on every input.
//!
//! | for | use |
//! |---|---|
//! | an Ed25519 key that was just read | [`Ed25519Key`] |
//! | Ed25519 keys that are known long before | [`Ed25519Tables`], several times faster |
//! | a P-256 key | [`P256Key`] |
//!
//! The verdict on an Ed25519 signature is that of `verify_strict` in `ed25519-dalek`. The verdict
//! on a P-256 signature is that of `p256`, with one rule more: s is at most half the group order.
//! The tests of this crate check both with many thousands of signatures that no honest signer
//! makes.
#![no_std]
#![cfg_attr(
    not(test),
    warn(
        // No input of a stranger may stop the program or lose a bit silently: docs/assurance.md in
        // the repository.
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::infinite_loop,
        clippy::panic_in_result_fn,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_in_result
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod ed25519;
mod p256;

pub use ed25519::{Ed25519Key, Ed25519Tables, InvalidKey, Started, Unfinished};
pub use p256::{P256Key, with_low_s};

/// Bytes of a signature of either kind: R and s for Ed25519 (RFC 8032 §5.1.6), r and s for P-256
/// (RFC 9053 §2.1).
pub const SIGNATURE_BYTES: usize = 64;
