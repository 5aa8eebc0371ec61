//! The test vectors as text.
//!
//! Tokens are assembled by hand, so that a token can be wrong in one place and still have a valid
//! signature. Only the names of codes, flaws and cautions come from the library: its own writer
//! would write what its own reader expects.
//!
//! Keys, times and nonces are fixed and signatures are deterministic: a second run changes nothing.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a generator that cannot go on stops"
)]

mod acting;
mod admission;
mod cbor;
mod crypto;
mod gate_codes;
mod json;
mod keys;
mod list_case;
mod lists;
mod memory;
mod pass;
mod presentation;
mod rejections;
mod schema;
mod setups;
mod slip;
mod status;
mod status_lists;
mod token;
mod trust;
mod trust_lists;
mod verdict;
mod zlib;

/// Every generated file: its name in `test-vectors/`, and its complete text.
///
/// # Panics
///
/// If a vector contradicts itself, or a scenario cannot be read. The message names the vector or
/// the scenario.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("pass.json", pass::file()),
        ("credential-and-presentation.json", presentation::file()),
        ("slip.json", slip::file()),
        ("acting.json", acting::file()),
        ("status.json", status::file()),
        ("trust-list-expiry.json", trust::file()),
        ("trust-lists.json", trust_lists::file()),
        ("status-lists.json", status_lists::file()),
        ("gate-codes.json", gate_codes::file()),
        ("setups.json", setups::file()),
        ("admission.json", admission::file()),
        ("memory.json", memory::file()),
        ("rejections.json", rejections::file()),
        ("keys.json", keys::file()),
        ("schema.json", schema::file()),
    ]
}
