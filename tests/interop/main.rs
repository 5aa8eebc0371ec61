//! Tokens and pictures against stacks that nobody here wrote: Python's cwt, pycose, cbor2 and
//! cryptography, `zbarimg`, `zxing-cpp`; and keys in SoftHSM. `ci/install` installs them; where one
//! is missing its test says "skipped", or fails under `LIVEPERMIT_REQUIRE_ALL=1`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::fmt::Write as _;

use livepermit::Permit;
use livepermit::issue::{Person, StatusReference};
use livepermit_testkit::{CLASS, GATE, ISSUER, SUBJECT, now};
use serde::Serialize;

#[cfg(feature = "qr")]
mod codes;
mod hsm;
mod ours;
mod peers;
mod theirs;

const NONCE: [u8; 16] = [0xa5; 16];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn unhex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|digits| u8::from_str_radix(core::str::from_utf8(digits).unwrap(), 16).unwrap())
        .collect()
}

/// A permit with everything in it.
fn full_permit(application: &impl Serialize) -> Permit {
    let person =
        Person::new("张伟 Zhang Wei").unwrap().with_birth_date("19900228".parse().unwrap());
    Permit::new(SUBJECT, CLASS)
        .unwrap()
        .with_person(person)
        .with_status(StatusReference::new("https://s.bj.example/1", 21_893_095).unwrap())
        .with_application(application)
        .unwrap()
}
