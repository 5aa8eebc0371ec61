//! The setup of a gate: one code that the operator signed, with all that a gate needs.

use std::sync::Arc;

use livepermit::setup::{self as core_setup, UnverifiedSetup as Read};

use crate::error::{LivepermitError, Result};
use crate::gate::{CoolDownPolicy, GateSettings, Passage, gate_settings};
use crate::key::PublicKey;
use crate::number::{as_i64, as_seconds, count, time};
use crate::store::Retention;
use crate::trust::TrustedKey;
use crate::verify::Policy;

/// Whom a gate trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SetupTrust {
    /// These keys, until the next setup.
    Named {
        /// The keys.
        keys: Vec<TrustedKey>,
    },
    /// The keys of a signed list, which the gate fetches: the arguments of a `TrustAnchor`.
    Listed {
        /// The name of the list.
        name: String,
        /// The roots that sign it.
        roots: Vec<Arc<PublicKey>>,
        /// The lowest version that is accepted.
        lowest_version: i64,
        /// Where the list is.
        address: String,
    },
}

/// Where the gates of a zone share their memory.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RelayAccess {
    /// The address of the relay.
    pub address: String,
    /// The secret that this gate and the relay share: 32 bytes.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for RelayAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RelayAccess").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A setup that was read and is **not verified**: anybody can make one with any content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct UnverifiedSetup {
    /// The bytes, for `accept_first_setup` and `accept_next_setup`.
    pub bytes: Vec<u8>,
    /// The name that the setup gives the gate.
    pub gate: String,
    /// The number that the setup claims to have.
    pub version: i64,
}

/// A setup that this gate accepted. Store `bytes`, and give them to `stored_setup` after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GateSetup {
    /// The bytes to store. They hold the key of the relay.
    pub bytes: Vec<u8>,
    /// The number of this setup. Every later setup of the gate has a higher number.
    pub version: i64,
    /// When it was made.
    pub issued_at: i64,
    /// The key that signs the next setup.
    pub operator: Arc<PublicKey>,
    /// The place and the rules of the gate, ready for `Gate`.
    pub settings: GateSettings,
    /// Whom the gate trusts.
    pub trust: SetupTrust,
    /// Where the gate fetches the lists of withdrawn permits.
    pub status_lists: Vec<String>,
    /// Where the gate shares its memory of used codes; nothing: it is alone.
    pub relay: Option<RelayAccess>,
    /// How long the memory of used codes remembers.
    pub retention: Retention,
}

/// Reads the text of a setup: that of a QR code, or of a link.
///
/// # Errors
/// `setup-not-ours`, `setup-malformed` and others of setups.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn read_setup(text: &str) -> Result<UnverifiedSetup> {
    Ok(UnverifiedSetup::of(&Read::from_text(text)?))
}

/// Reads the bytes of a setup.
///
/// # Errors
/// As `read_setup`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn read_setup_bytes(setup: Vec<u8>) -> Result<UnverifiedSetup> {
    Ok(UnverifiedSetup::of(&Read::read(&setup)?))
}

/// The check number of a setup: twelve digits in three groups, for the person who compares the
/// operator's screen with the gate's. Takes a phone a fifth of a second.
///
/// # Errors
/// As `read_setup`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn setup_check_number(setup: Vec<u8>) -> Result<String> {
    Ok(Read::read(&setup)?.check_number().to_string())
}

/// Accepts the first setup of a gate. `compared` is the check number as the **operator's** screen
/// shows it: what a person typed, or that of `setup_check_number` after a person said that both
/// screens show the same.
///
/// # Errors
/// The codes of setups, such as `setup-other-number`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn accept_first_setup(
    setup: Vec<u8>,
    compared: &str,
    now: i64,
    skew: i64,
) -> Result<GateSetup> {
    let (now, skew) = (time(now)?, count("the skew", skew)?);
    GateSetup::of(&Read::read(&setup)?.accept_first(compared, now, skew)?)
}

/// Accepts a later setup of a gate that has `held` now: the bytes that it stored.
///
/// # Errors
/// The codes of setups, such as `setup-unknown-key`. The gate then keeps the setup that it has.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn accept_next_setup(setup: Vec<u8>, held: Vec<u8>, now: i64, skew: i64) -> Result<GateSetup> {
    let held = core_setup::GateSetup::from_storage(&held)?;
    let (now, skew) = (time(now)?, count("the skew", skew)?);
    GateSetup::of(&Read::read(&setup)?.accept_after(&held, now, skew)?)
}

/// Reads a setup that this gate accepted before, from its own storage. No signature is checked.
///
/// # Errors
/// As `read_setup`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn stored_setup(bytes: Vec<u8>) -> Result<GateSetup> {
    GateSetup::of(&core_setup::GateSetup::from_storage(&bytes)?)
}

impl UnverifiedSetup {
    fn of(setup: &Read) -> Self {
        Self {
            bytes: setup.unverified_bytes().into(),
            gate: setup.unverified_gate().into(),
            version: as_i64(setup.unverified_version()),
        }
    }
}

impl GateSetup {
    fn of(setup: &core_setup::GateSetup) -> Result<Self> {
        Ok(Self {
            bytes: setup.as_bytes().into(),
            version: as_i64(setup.version()),
            issued_at: as_seconds(setup.issued_at()),
            operator: PublicKey::shared(setup.operator().clone()),
            settings: settings(setup),
            trust: trust(setup.trust())?,
            status_lists: setup.status_lists().iter().map(ToString::to_string).collect(),
            relay: setup.relay().map(|relay| RelayAccess {
                address: relay.address().to_string(),
                key: relay.key().as_bytes().into(),
            }),
            retention: Retention::of(setup.retention()),
        })
    }
}

fn settings(setup: &core_setup::GateSetup) -> GateSettings {
    GateSettings {
        lane: setup.lane().into(),
        zone: setup.zone().into(),
        passage: Passage::of(setup.passage()),
        debounce: as_i64(setup.debounce()),
        cool_down: match setup.cool_down() {
            core_setup::CoolDownPolicy::Window => CoolDownPolicy::Window,
            core_setup::CoolDownPolicy::Seconds(seconds) => {
                CoolDownPolicy::Seconds { seconds: as_i64(seconds) }
            }
            core_setup::CoolDownPolicy::DangerousNone => CoolDownPolicy::DangerousNone,
        },
        ..gate_settings(Policy::of(setup.policy()))
    }
}

fn trust(trust: &core_setup::SetupTrust) -> Result<SetupTrust> {
    match trust {
        core_setup::SetupTrust::Keys(trust) => {
            Ok(SetupTrust::Named { keys: trust.keys().iter().map(TrustedKey::of).collect() })
        }
        core_setup::SetupTrust::List(list) => Ok(SetupTrust::Listed {
            name: list.name().into(),
            roots: list.roots().iter().map(|root| PublicKey::shared(root.clone())).collect(),
            lowest_version: as_i64(list.lowest_version()),
            address: list.address().to_string(),
        }),
        _ => Err(LivepermitError::new("setup-malformed", "a trust of a newer version")),
    }
}
