use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use super::{ClaimError, check_gate, check_nonce};
use crate::cbor::{Reader, Writer};
use crate::malformed::{Flaw, Layer, Malformed};
use crate::rejection::Rejection;
use crate::text::{self, MAX_TOKEN_BYTES};
use crate::time::Timestamp;

/// A question a gate asked, which the presentation has to answer.
///
/// Each is to be answered once: draw a new nonce for every visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    gate: Box<str>,
    nonce: Box<[u8]>,
    expires: Timestamp,
}

impl Challenge {
    /// A question asked in the name of `gate`, with a nonce of 6 to 32 unpredictable bytes, to be
    /// answered before `expires`.
    ///
    /// # Errors
    /// [`ClaimError`] for a name or nonce that breaks the rules.
    pub fn new(gate: &str, nonce: &[u8], expires: Timestamp) -> Result<Self, ClaimError> {
        check_gate(gate).map_err(ClaimError::of("gate"))?;
        check_nonce(nonce).map_err(ClaimError::of("nonce"))?;
        Ok(Self { gate: gate.into(), nonce: nonce.into(), expires })
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        &self.gate
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// From this second on an answer is too late.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// The code a gate shows to phones: `LPC1:` and base45. It is not signed: whoever answers it binds
/// a presentation to a gate by this name, and only that gate has a use for it.
///
/// ```
/// use livepermit::{Challenge, GateCode, Timestamp};
/// let expires = Timestamp::from_unix(1_790_000_030).ok_or("time")?;
/// let shown = GateCode::Challenge(Challenge::new("gate-3", &[7; 16], expires)?).to_qr_text();
/// assert!(shown.starts_with("LPC1:"));
/// assert_eq!(GateCode::from_text(&shown)?.gate(), "gate-3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateCode {
    /// Printed once: the gate's name. It binds the place and not the time.
    Name(Box<str>),
    /// Shown fresh: a question to be answered.
    Challenge(Challenge),
}

impl GateCode {
    /// A printed code with the gate's name.
    ///
    /// # Errors
    /// [`ClaimError`] for a name that breaks the rules.
    pub fn name(gate: &str) -> Result<Self, ClaimError> {
        check_gate(gate).map_err(ClaimError::of("gate"))?;
        Ok(Self::Name(gate.into()))
    }

    /// Reads the text of a gate's code. Nothing is trimmed, and each code has exactly one text.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::Stage::Structure).
    pub fn from_text(text: &str) -> Result<Self, Rejection> {
        let mut buffer = [0; MAX_TOKEN_BYTES];
        Ok(read(text::decode_gate(text, &mut buffer)?)?)
    }

    /// The text for the QR code.
    #[must_use]
    pub fn to_qr_text(&self) -> String {
        let mut out = Writer::new();
        match self {
            Self::Name(gate) => out.array(1).text(gate),
            Self::Challenge(challenge) => {
                out.array(3).text(challenge.gate()).bytes(challenge.nonce());
                out.unsigned(challenge.expires().as_unix())
            }
        };
        text::encode_gate(&out.into_bytes())
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        match self {
            Self::Name(gate) => gate,
            Self::Challenge(challenge) => challenge.gate(),
        }
    }
}

/// `[gate]` or `[gate, nonce, expires]`
fn read(bytes: &[u8]) -> Result<GateCode, Malformed> {
    let mut reader = Reader::new(bytes, 0, Layer::Payload);
    let start = reader.offset();
    let count = reader.array()?;
    let at = reader.offset();
    let gate = reader.text()?;
    check_gate(gate).map_err(|flaw| reader.flaw_at(at, flaw))?;
    let code = match count {
        1 => GateCode::Name(gate.into()),
        3 => {
            let at = reader.offset();
            let nonce = reader.bytes()?;
            check_nonce(nonce).map_err(|flaw| reader.flaw_at(at, flaw))?;
            let at = reader.offset();
            let expires = Timestamp::from_unix(reader.unsigned()?);
            let expires = expires.ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))?;
            GateCode::Challenge(Challenge { gate: gate.into(), nonce: nonce.into(), expires })
        }
        _ => return Err(reader.flaw_at(start, Flaw::WrongCount)),
    };
    reader.finish()?;
    Ok(code)
}

impl fmt::Display for GateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.gate())
    }
}
