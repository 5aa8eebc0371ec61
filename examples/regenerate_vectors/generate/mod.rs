//! The test vectors as text. Tokens are assembled by hand, so that they can be wrong in one place and validly signed
//! all the same; of the library only the names of codes and flaws are used.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a generator that cannot go on stops"
)]

mod cbor;
mod crypto;
mod json;
mod keys;
mod pass;
mod presentation;
mod rejections;
mod schema;
mod token;

/// Every generated file: its name in `test-vectors/` and its whole text.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    vec![
        ("pass.json", pass::file()),
        ("credential-and-presentation.json", presentation::file()),
        ("rejections.json", rejections::file()),
        ("keys.json", keys::file()),
        ("schema.json", schema::file()),
    ]
}
