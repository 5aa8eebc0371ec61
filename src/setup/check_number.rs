//! The number by which two people, or one person at two screens, compare a setup.

use alloc::format;
use alloc::string::String;
use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What is mixed into the number, so that it is no digest that anything else uses.
const SALT: &[u8] = b"livepermit setup";
/// Rounds of PBKDF2. They make each guess of a forger as dear as a hundred thousand hashes, and
/// take a phone a fifth of a second.
const ROUNDS: u32 = 100_000;
/// Twelve digits.
const NUMBERS: u64 = 1_000_000_000_000;

/// The check number of a setup: twelve digits, which the operator's screen and the gate's screen
/// both show. A person compares them, because nothing else vouches for the first setup of a gate.
///
/// ```
/// use livepermit::setup::CheckNumber;
/// let number = CheckNumber::of(b"the bytes of a setup");
/// assert_eq!(number.to_string(), "2888 7765 2441");
/// assert!(number.is_written(" 2888-7765-2441 "));
/// assert!(!number.is_written("2888 7765 2442"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CheckNumber(u64);

impl CheckNumber {
    /// The number of these bytes: PBKDF2 with HMAC-SHA-256 (RFC 8018), so slow on purpose.
    #[must_use]
    pub fn of(setup: &[u8]) -> Self {
        // An HMAC takes keys of every length.
        let Ok(keyed) = Hmac::<Sha256>::new_from_slice(setup) else { return Self(0) };
        let round = |input: &[&[u8]]| -> [u8; 32] {
            let mut mac = keyed.clone();
            input.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().into()
        };
        let mut last = round(&[SALT, &1_u32.to_be_bytes()]);
        let mut sum = last;
        for _ in 1..ROUNDS {
            last = round(&[&last]);
            sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
        }
        let first = sum.first_chunk().copied().unwrap_or_default();
        Self(u64::from_be_bytes(first) % NUMBERS)
    }

    /// The twelve digits without spaces.
    #[must_use]
    pub fn digits(&self) -> String {
        format!("{:012}", self.0)
    }

    /// Whether a person wrote this number: the twelve digits, with or without spaces and hyphens.
    #[must_use]
    pub fn is_written(&self, text: &str) -> bool {
        let written = text.chars().filter(|c| !matches!(c, ' ' | '-'));
        written.eq(self.digits().chars())
    }
}

/// Three groups of four digits.
impl fmt::Display for CheckNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (upper, lower) = (self.0 / 10_000, self.0 % 10_000);
        write!(f, "{:04} {:04} {lower:04}", upper / 10_000, upper % 10_000)
    }
}
