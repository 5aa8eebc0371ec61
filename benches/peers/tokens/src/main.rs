//! The same job with what a user would take instead, side by side in one run: the text of a code
//! with issuer, subject, class and times is read, its signature checked, its issuer, class and
//! times too.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml -p livepermit-peers -- \
//!     --instructions
//! ```
//!
//! Each peer is used as its own documentation shows, with the key parsed before. Those that read
//! the system's clock get tokens that live for a day, so that they last the run; ours and `coset`'s
//! are asked about the second they were made in.
//!
//! `isomdl` 0.2 is not here, because it cannot do this job: what its reader verifies came over an
//! encrypted session that a QR code only opens, and under P-256 keys in X.509 certificates. P-256
//! is measured by itself below.

mod raw;
mod tokens;

use livepermit_measure::{table, was_called};

fn main() {
    let mut jobs = vec![
        raw::dalek(),
        tokens::livepermit("livepermit: pass", None),
        tokens::livepermit("livepermit: pass, no tables", Some(0)),
        tokens::coset(),
        tokens::jsonwebtoken(),
        tokens::pasetors(),
        tokens::biscuit(),
        raw::ed25519_ring(),
        raw::ed25519_aws_lc(),
        raw::p256(),
        raw::p256_ring(),
        raw::p256_aws_lc(),
    ];
    if was_called(&mut jobs) {
        return;
    }
    println!("A bare `verify_strict` of `ed25519-dalek` is 1.00.\n");
    table(&mut jobs, 2, true);
}
