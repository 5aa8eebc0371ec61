//! Who asks and who answers: HMAC-SHA-256 with the key that one gate and the relay share.
//!
//! One key proves both ways, so neither a server with another certificate nor a proxy between can
//! say that a visitor is admitted. Every browser computes it with a key that no page can read out.

use hmac::{Hmac, KeyInit as _, Mac as _};
use livepermit::setup::RelayKey;
use sha2::Sha256;

use crate::shared::hex::{hex, parse_hex};

/// The code of a question: over what is asked, where, and the body with its time and nonce.
pub(crate) fn of_question(key: &RelayKey, body: &[u8]) -> String {
    of(key, &[b"livepermit relay 1\nPOST\n/v1/ask\n", body])
}

/// The code of the answer to the question with this nonce.
pub(crate) fn of_answer(key: &RelayKey, nonce: &str, body: &[u8]) -> String {
    of(key, &[b"livepermit relay 1\nanswer\n", nonce.as_bytes(), b"\n", body])
}

/// Whether the code that came is the right one, compared in constant time.
pub(crate) fn same(right: &str, came: &str) -> bool {
    let (Ok(right), Ok(came)) = (parse_hex(right), parse_hex(came)) else { return false };
    let differ = right.iter().zip(&came).fold(0, |sum, (one, other)| sum | (one ^ other));
    right.len() == came.len() && differ == 0
}

fn of(key: &RelayKey, parts: &[&[u8]]) -> String {
    // An HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    parts.iter().for_each(|part| mac.update(part));
    hex(&mac.finalize().into_bytes())
}
