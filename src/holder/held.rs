use core::fmt;

use crate::key::PublicKey;
use crate::rejection::{Code, Rejection};
use crate::time::Timestamp;
use crate::token::{Retained, Shown, Timing, permit_getters};
use crate::trust::{Trust, check_authority, check_validity};

/// Why a credential is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptError {
    /// It is a token of another form.
    NotACredential,
    /// It is bound to another device key than this phone's.
    OtherDevice,
    /// It is of another permit, or of another person who shows it, than what this wallet holds:
    /// each has a wallet of its own.
    OtherPermit,
    /// A gate would refuse it for this reason.
    Rejected(Rejection),
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACredential => f.write_str("the token is not a credential"),
            Self::OtherDevice => f.write_str("the credential is bound to another device key"),
            Self::OtherPermit => {
                f.write_str("the credential is of another permit than the wallet's")
            }
            Self::Rejected(rejection) => rejection.fmt(f),
        }
    }
}

impl core::error::Error for AcceptError {}

impl From<Rejection> for AcceptError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// A credential that this device can show: signed by a trusted issuer, bound to the device's own
/// key.
///
/// Its getters are for the app's screen. It is no proof to anybody else: a gate verifies a
/// presentation of it.
#[derive(Debug, Clone)]
pub struct HeldCredential {
    retained: Retained,
    device_key: PublicKey,
    not_before: Timestamp,
    expires: Timestamp,
    window: u64,
}

permit_getters!(HeldCredential);

impl HeldCredential {
    /// Takes in what the issuer sent: a credential signed by one of `issuers`, bound to
    /// `device_key`, valid at `now` or later.
    ///
    /// # Errors
    /// [`AcceptError`]. A credential that is not valid yet is taken in; one that has ended is not.
    pub fn accept(
        bytes: &[u8],
        device_key: &PublicKey,
        issuers: &Trust,
        now: Timestamp,
    ) -> Result<Self, AcceptError> {
        let Shown::Issued(token) = Shown::read(bytes)? else {
            return Err(AcceptError::NotACredential);
        };
        let Timing::Credential { not_before, expires, window, device_key: bound, .. } =
            token.claims.timing
        else {
            return Err(AcceptError::NotACredential);
        };
        let (_, key) = issuers.candidates(&token, now)?.verify(&token)?;
        if !device_key.with_cose(|own| *own == bound) {
            return Err(AcceptError::OtherDevice);
        }
        check_authority(key, &token, now)?;
        check_validity(not_before, expires, now.max(not_before))?;
        let retained = Retained::new(bytes, &token, None);
        Ok(Self { retained, device_key: device_key.clone(), not_before, expires, window })
    }

    /// The credential's bytes, to be stored and taken in again with [`HeldCredential::accept`].
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.retained.bytes()
    }

    /// The first second it is valid.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// From this second on it is not valid.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Seconds a presentation of it is live.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The device key it is bound to.
    #[must_use]
    pub const fn device_key(&self) -> &PublicKey {
        &self.device_key
    }
}

/// What an app most often asks when a credential was refused.
impl AcceptError {
    /// The rejection code a gate would give, if the reason is one of a gate's.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Rejected(rejection) => Some(rejection.code()),
            _ => None,
        }
    }
}
