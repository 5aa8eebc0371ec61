//! The setup of a gate: whom the gate trusts, what it accepts and where it stands, signed by the
//! operator.
//!
//! A setup fits into one QR code, so that a phone or a page becomes a gate by reading it. The first
//! setup of a gate counts because a person compared its [`CheckNumber`] on the operator's screen and
//! on the gate's screen. Every later setup is signed by the operator's key that the setup before
//! named. `docs/spec.md`, section 9.5.
//!
//! ```
//! use livepermit::issue::SetupBuilder;
//! use livepermit::setup::{SetupTrust, UnverifiedSetup};
//! use livepermit::{Policy, RevocationPolicy, SecretKey, Timestamp, Trust};
//! # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
//! # let issuer = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
//! # let operator = SecretKey::from_ed25519_seed(&[9; 32]);
//! let classes = ["bj.example:residence"];
//! let trust = SetupTrust::Keys(Trust::of_issuer("bj.example", issuer, classes)?);
//! let policy = Policy::new("park.example:gate-3", classes, RevocationPolicy::NotChecked);
//! let signed = SetupBuilder::new(policy, trust, 1)
//!     .zone("park")
//!     .prepare(&operator.public_key(), now)?
//!     .sign(&operator)?;
//! // The operator's screen shows the code, and a number for the person.
//! let (code, number) = (signed.to_qr_text(), signed.check_number());
//!
//! // The gate reads the code. The person says that both screens show the same number.
//! let read = UnverifiedSetup::from_text(&code)?;
//! let setup = read.accept_first(&number.to_string(), now, 5)?;
//! assert_eq!(setup.policy().gate(), "park.example:gate-3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check_number;
mod content;
pub(crate) mod format;
mod parts;
mod passage;
mod policy;
mod retention;
mod unverified;

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

pub use check_number::CheckNumber;
pub use parts::{RelayAccess, RelayKey, SetupTrust, TrustListSource};
pub use passage::{CoolDownPolicy, Passage};
pub use retention::Retention;
pub use unverified::UnverifiedSetup;

use crate::field::Address;
use crate::key::PublicKey;
use crate::rejection::SetupRejection;
use crate::time::Timestamp;
use crate::verify::Policy;
use content::Content;

/// A setup that this gate accepted. Store [`GateSetup::as_bytes`], and give them to
/// [`GateSetup::from_storage`] after a restart.
pub struct GateSetup {
    /// They hold the key of the relay.
    bytes: Zeroizing<Vec<u8>>,
    content: Content,
}

impl GateSetup {
    /// Reads a setup that this gate accepted before, from the gate's own storage. No signature is
    /// checked: whoever can write the storage of a gate owns the gate.
    ///
    /// # Errors
    /// [`SetupRejection`] if the bytes are no setup.
    pub fn from_storage(bytes: &[u8]) -> Result<Self, SetupRejection> {
        Ok(UnverifiedSetup::read(bytes)?.trusted())
    }

    /// The bytes to store. They hold the key of the relay.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of this setup. Every later setup of the gate has a higher number.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.content.version
    }

    /// When the setup was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.content.issued_at
    }

    /// The key that signs the next setup.
    #[must_use]
    pub const fn operator(&self) -> &PublicKey {
        &self.content.operator
    }

    /// What the gate accepts, with the name of the gate.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.content.policy
    }

    /// The name of the lane.
    #[must_use]
    pub fn lane(&self) -> &str {
        self.content.lane.as_str()
    }

    /// The name of the zone behind the gate.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.content.zone.as_str()
    }

    /// Whether people enter or leave.
    #[must_use]
    pub const fn passage(&self) -> Passage {
        self.content.rules.passage
    }

    /// How soon the zone admits the same permit again.
    #[must_use]
    pub const fn cool_down(&self) -> CoolDownPolicy {
        self.content.rules.cool_down
    }

    /// Seconds in which the same lane may read the same code again.
    #[must_use]
    pub const fn debounce(&self) -> u64 {
        self.content.rules.debounce
    }

    /// Whom the gate trusts.
    #[must_use]
    pub const fn trust(&self) -> &SetupTrust {
        &self.content.trust
    }

    /// Where the gate fetches the lists of withdrawn permits.
    #[must_use]
    pub fn status_lists(&self) -> &[Address] {
        &self.content.status_lists
    }

    /// Where the gate shares its memory of used codes; `None` if it is alone.
    #[must_use]
    pub const fn relay(&self) -> Option<&RelayAccess> {
        self.content.relay.as_ref()
    }

    /// How long the memory of used codes remembers: the settings of the zone.
    #[must_use]
    pub const fn retention(&self) -> Retention {
        self.content.retention
    }
}

impl fmt::Debug for GateSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GateSetup({}, version {})", self.policy().gate(), self.version())
    }
}
