use core::fmt;

use crate::checks::{candidates, check_authority, check_validity};
use crate::key::PublicKey;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::token::{FormClaims, Retained, Shape, Unverified, permit_getters};
use crate::trust::Trust;

/// Why a wallet refuses a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptError {
    /// The token has another form.
    NotACredential,
    /// The credential is bound to the key of another device.
    OtherDevice,
    /// The credential belongs to another permit or another representative than the credentials in
    /// this wallet. Use one wallet for each.
    OtherPermit,
    /// A gate would refuse it for this reason.
    Rejected(Rejection),
}

impl AcceptError {
    /// The stable code of the error, such as `other-device`. A rejection gives its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACredential => "not-a-credential",
            Self::OtherDevice => "other-device",
            Self::OtherPermit => "other-permit",
            Self::Rejected(rejection) => rejection.code().as_str(),
        }
    }
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

/// A credential that this device can show. It is signed by a trusted issuer and bound to the
/// device's key.
///
/// The getters are for the app's screen and prove nothing to others: a gate verifies a presentation
/// of the credential.
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
    /// Accepts a credential from the issuer: signed by one of `issuers`, bound to `device_key`,
    /// valid at `now` or later.
    ///
    /// # Errors
    /// [`AcceptError`]. A credential that is not valid yet is accepted, an expired credential is
    /// not.
    pub fn accept(
        bytes: &[u8],
        device_key: &PublicKey,
        issuers: &Trust,
        now: Timestamp,
    ) -> Result<Self, AcceptError> {
        let token = Unverified::from_bytes(bytes)?;
        let Shape::Issued(issued) = token.shape() else { return Err(AcceptError::NotACredential) };
        let FormClaims::Credential { not_before, expires, window, device_key: bound, .. } =
            issued.claims.form
        else {
            return Err(AcceptError::NotACredential);
        };
        let (_, key) = candidates(issuers, issued, now)?.verify(issued)?;
        if !device_key.with_cose(|own| *own == bound) {
            return Err(AcceptError::OtherDevice);
        }
        check_authority(key, issued, now)?;
        check_validity(not_before, expires, now.max(not_before))?;
        let retained = Retained::new(bytes, issued, None);
        Ok(Self { retained, device_key: device_key.clone(), not_before, expires, window })
    }

    /// The credential's bytes. Store them, and load them with [`HeldCredential::accept`].
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.retained.bytes()
    }

    /// The first second in which the credential is valid.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// From this second on, the credential has expired.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The window of a presentation, in seconds.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The device key that the credential is bound to.
    #[must_use]
    pub const fn device_key(&self) -> &PublicKey {
        &self.device_key
    }
}
