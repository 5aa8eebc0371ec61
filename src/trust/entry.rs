use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::TrustError;
use crate::bytes::cose::MAX_KID_BYTES;
use crate::field::{check_class, check_name, class_error, name_error};
use crate::key::{Algorithm, PublicKey};
use crate::time::Timestamp;

/// One kind of token or list that an issuer key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Use {
    /// Credentials, which a device shows inside presentations.
    Credential,
    /// Passes.
    Pass,
    /// Printed slips.
    Slip,
    /// Status lists of permits that this issuer withdrew.
    Status,
}

impl Use {
    pub(crate) const ALL: [Self; 4] = [Self::Credential, Self::Pass, Self::Slip, Self::Status];

    const fn bit(self) -> u8 {
        match self {
            Self::Credential => 1,
            Self::Pass => 2,
            Self::Slip => 4,
            Self::Status => 8,
        }
    }

    /// The stable name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Pass => "pass",
            Self::Slip => "slip",
            Self::Status => "status",
        }
    }
}

/// A set of uses.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uses(u8);

impl Uses {
    /// Whether the set has this use.
    #[must_use]
    pub const fn contains(self, wanted: Use) -> bool {
        self.0 & wanted.bit() != 0
    }

    /// The uses in the set.
    pub fn iter(self) -> impl Iterator<Item = Use> {
        Use::ALL.into_iter().filter(move |wanted| self.contains(*wanted))
    }
}

impl FromIterator<Use> for Uses {
    fn from_iter<T: IntoIterator<Item = Use>>(uses: T) -> Self {
        Self(uses.into_iter().fold(0, |bits, wanted| bits | wanted.bit()))
    }
}

impl fmt::Debug for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A trusted issuer key: its issuer, what it may sign, and when.
#[derive(Clone, PartialEq, Eq)]
pub struct TrustedKey {
    key_id: Box<[u8]>,
    key: PublicKey,
    algorithm: Algorithm,
    issuer: Box<str>,
    uses: Uses,
    /// Sorted, so that a look-up is a binary search.
    classes: Vec<Box<str>>,
    not_before: Timestamp,
    sign_until: Timestamp,
    expires: Timestamp,
}

impl TrustedKey {
    /// Trusts `key` to sign for `issuer`: the forms in `uses`, for permits of `classes`, until
    /// [`Timestamp::MAX`]. The key id is the first 8 bytes of the key's
    /// [thumbprint](PublicKey::thumbprint) (RFC 9679).
    ///
    /// # Errors
    /// [`TrustError::NotEd25519`], [`TrustError::NoUse`], [`TrustError::Claim`].
    pub fn new<C: AsRef<str>>(
        issuer: &str,
        key: PublicKey,
        uses: impl IntoIterator<Item = Use>,
        classes: impl IntoIterator<Item = C>,
    ) -> Result<Self, TrustError> {
        check_name(issuer).map_err(name_error("issuer", issuer))?;
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(TrustError::NotEd25519);
        }
        let uses: Uses = uses.into_iter().collect();
        let mut sorted = Vec::new();
        for class in classes {
            check_class(class.as_ref()).map_err(class_error("class", class.as_ref()))?;
            sorted.push(Box::from(class.as_ref()));
        }
        sorted.sort();
        sorted.dedup();
        if uses.0 == 0 || sorted.is_empty() {
            return Err(TrustError::NoUse);
        }
        Ok(Self {
            key_id: default_key_id(&key).into(),
            key,
            algorithm: Algorithm::Ed25519,
            issuer: issuer.into(),
            uses,
            classes: sorted,
            not_before: Timestamp::MIN,
            sign_until: Timestamp::MAX,
            expires: Timestamp::MAX,
        })
    }

    /// Gives the key another key id: 1 to 32 bytes.
    ///
    /// # Errors
    /// [`TrustError::KeyIdLength`].
    pub fn with_key_id(mut self, key_id: &[u8]) -> Result<Self, TrustError> {
        if !(1..=MAX_KID_BYTES).contains(&key_id.len()) {
            return Err(TrustError::KeyIdLength { found: key_id.len() });
        }
        self.key_id = key_id.into();
        Ok(self)
    }

    /// Pins the key to [`Algorithm::EdDsa`], the older number of the same signature algorithm.
    /// Tokens of the key must then carry −8, and the key may not sign credentials.
    ///
    /// # Errors
    /// [`TrustError::PinnedToEdDsa`] if the key has the use [`Use::Credential`].
    pub fn pinned_to_eddsa(mut self) -> Result<Self, TrustError> {
        if self.uses.contains(Use::Credential) {
            return Err(TrustError::PinnedToEdDsa);
        }
        self.algorithm = Algorithm::EdDsa;
        Ok(self)
    }

    /// Limits the key in time. The key may sign from `not_before` until before `sign_until`, and
    /// its signatures count until before `expires`. To retire a key, move `sign_until`: tokens
    /// dated before stay good until they expire.
    ///
    /// # Errors
    /// [`TrustError::TimesOutOfOrder`] unless `not_before` < `sign_until` <= `expires`.
    pub fn with_times(
        mut self,
        not_before: Timestamp,
        sign_until: Timestamp,
        expires: Timestamp,
    ) -> Result<Self, TrustError> {
        if not_before >= sign_until || sign_until > expires {
            return Err(TrustError::TimesOutOfOrder);
        }
        (self.not_before, self.sign_until, self.expires) = (not_before, sign_until, expires);
        Ok(self)
    }

    /// The key id by which tokens name the key.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The algorithm that the key's tokens must name.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The issuer that owns the key.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the key may sign.
    #[must_use]
    pub const fn uses(&self) -> Uses {
        self.uses
    }

    /// The classes that the key may sign, sorted.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(Box::as_ref)
    }

    /// Whether the key may sign permits of this class.
    #[must_use]
    pub fn may_sign_class(&self, class: &str) -> bool {
        self.classes.binary_search_by(|own| own.as_ref().cmp(class)).is_ok()
    }

    /// The first second: tokens dated earlier are refused.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Tokens dated at this second or later are refused.
    #[must_use]
    pub const fn sign_until(&self) -> Timestamp {
        self.sign_until
    }

    /// From this second on, everything that the key signed is refused.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// The first 8 bytes of the SHA-256 COSE Key Thumbprint (RFC 9679).
pub(crate) fn default_key_id(key: &PublicKey) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = key.thumbprint();
    [a, b, c, d, e, f, g, h]
}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedKey")
            .field("issuer", &self.issuer)
            .field("key", &self.key)
            .field("algorithm", &self.algorithm)
            .field("uses", &self.uses)
            .field("classes", &self.classes)
            .finish_non_exhaustive()
    }
}
