//! A gate's question, which only a code made after it answers.

use livepermit::Timestamp;
use livepermit::hold::Challenge;

use super::failure::Failure;
use super::keys::claim_failure;
use super::random::random;

/// Spoken digits can be guessed, so no gate keeps them open longer.
pub(crate) const DIGITS_LIVE: u64 = 30;
/// How long a question in a QR code is open, in seconds.
pub(crate) const CODE_LIVES: u64 = 60;

/// A new question with random digits, or a random number of 16 bytes.
pub(crate) fn ask(gate: &str, digits: bool, until: Timestamp) -> Result<Challenge, Failure> {
    let nonce = if digits { six_digits()?.to_vec() } else { random::<16>()?.to_vec() };
    Challenge::new(gate, &nonce, until).map_err(|error| claim_failure(&error))
}

fn six_digits() -> Result<[u8; 6], Failure> {
    loop {
        let number = u32::from_be_bytes(random()?);
        // Skip draws from the incomplete last range, so that all numbers are equally likely.
        if number < u32::MAX - u32::MAX % 1_000_000 {
            let text = format!("{:06}", number % 1_000_000);
            if let Ok(digits) = text.into_bytes().try_into() {
                return Ok(digits);
            }
        }
    }
}
