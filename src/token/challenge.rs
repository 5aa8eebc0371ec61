use alloc::string::String;
use core::fmt;

use crate::bytes::cbor::{Reader, Writer};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::bytes::text::{self, MAX_TOKEN_BYTES};
use crate::field::{ClaimError, GateName, Nonce};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// A gate's question: the presentation must answer with the same nonce, in the gate's name and in
/// time.
///
/// Draw a new random nonce for every visitor, so that each challenge is answered only once.
///
/// ```
/// use livepermit::Timestamp;
/// use livepermit::hold::Challenge;
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// // In a gate the nonce comes from a random number generator.
/// let challenge = Challenge::new("gate-3", &[7; 16], now.plus(30))?;
/// assert_eq!(challenge.gate(), "gate-3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    gate: GateName,
    nonce: Nonce,
    expires: Timestamp,
}

impl Challenge {
    /// Makes a challenge of the gate named `gate`, with a nonce of 6 to 32 unpredictable bytes. The
    /// answer must come before `expires`.
    ///
    /// # Errors
    /// [`ClaimError`] for a name or nonce that breaks the rules.
    pub fn new(gate: &str, nonce: &[u8], expires: Timestamp) -> Result<Self, ClaimError> {
        Ok(Self { gate: GateName::new(gate)?, nonce: Nonce::new(nonce)?, expires })
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        self.gate.as_str()
    }

    /// The nonce: 6 to 32 bytes.
    #[must_use]
    pub fn nonce(&self) -> &[u8] {
        self.nonce.as_bytes()
    }

    /// From this second on, an answer is too late.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// The code that a gate shows to phones: the text `LPC1:` and base45 (RFC 9285). The code is not
/// signed and needs no signature: a phone that answers binds its presentation to the gate's name,
/// and no other gate accepts that presentation.
///
/// ```
/// use livepermit::Timestamp;
/// use livepermit::hold::{Challenge, GateCode};
/// let expires = Timestamp::from_unix(1_790_000_030).ok_or("time")?;
/// let shown = GateCode::Challenge(Challenge::new("gate-3", &[7; 16], expires)?).to_qr_text();
/// assert!(shown.starts_with("LPC1:"));
/// assert_eq!(GateCode::from_text(&shown)?.gate(), "gate-3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateCode {
    /// A printed code with the gate's name. It binds a presentation to the place, not
    /// to a time.
    Name(GateName),
    /// A challenge, shown anew for each visitor.
    Challenge(Challenge),
}

impl GateCode {
    /// Makes the printed code of the gate named `gate`.
    ///
    /// # Errors
    /// [`ClaimError`] for a name that breaks the rules.
    pub fn name(gate: &str) -> Result<Self, ClaimError> {
        Ok(Self::Name(GateName::new(gate)?))
    }

    /// Reads the text of a gate's code. Each code has exactly one text, so spaces around the text
    /// are refused.
    ///
    /// # Errors
    /// A [`Rejection`] of [`Stage::Structure`](crate::rejection::Stage::Structure).
    pub fn from_text(text: &str) -> Result<Self, Rejection> {
        let mut buffer = [0; MAX_TOKEN_BYTES];
        Ok(read(text::decode_gate(text, &mut buffer)?)?)
    }

    /// The text for the QR code.
    #[must_use]
    pub fn to_qr_text(&self) -> String {
        let mut out = Writer::new();
        match self {
            Self::Name(gate) => out.array(1).text(gate.as_str()),
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
            Self::Name(gate) => gate.as_str(),
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
    let gate = GateName::new(reader.text()?).map_err(|error| reader.flaw_at(at, error.flaw))?;
    let code = match count {
        1 => GateCode::Name(gate),
        3 => {
            let at = reader.offset();
            let nonce = Nonce::new(reader.bytes()?);
            let nonce = nonce.map_err(|error| reader.flaw_at(at, error.flaw))?;
            let at = reader.offset();
            let expires = Timestamp::from_unix(reader.unsigned()?);
            let expires = expires.ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))?;
            GateCode::Challenge(Challenge { gate, nonce, expires })
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
