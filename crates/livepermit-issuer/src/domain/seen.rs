//! What serves once: a nonce, a signed request.

use jiff::Timestamp;

use super::Digest;

/// What may be used once: its hash, and until when it has to be known. From then on its own time
/// refuses it. The end follows from what was used: the same has the same end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The SHA-256 of what was used.
    pub what: Digest,
    /// Until when it is known.
    pub ends: Timestamp,
}
