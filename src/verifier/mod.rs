//! The verifier: one call, one order of checks, one reason.

// A form or rule that is added has to be decided about everywhere.
#![warn(clippy::wildcard_enum_match_arm)]

mod cache;
mod context;
mod many;
mod policy;
mod steps;
mod verified;

pub use cache::CredentialCache;
pub use context::{Context, Input};
pub use policy::{ActingPolicy, AudiencePolicy, ChallengePolicy, ConfigError, Policy, Revocation};
pub use verified::{Caution, Cautions, Claim, PermitId, Verified};

#[cfg(feature = "scan")]
pub(crate) use steps::Signed;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::rejection::Rejection;
use crate::status::StatusList;
use crate::trust::Trust;

/// Verifies tokens: immutable, `Send` and `Sync`, without clock, randomness, I/O or lock. The same
/// arguments get the same answer. When trust or policy changes, build a new one and replace it
/// whole.
///
/// ```
/// use livepermit::{AudiencePolicy, Code, Issuer, Permit, Policy, Revocation, SecretKey, Timestamp, Trust};
/// use livepermit::{TrustedKey, Use, Verifier};
///
/// // What the issuer hands to every gate: its public key.
/// let issuer_key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let classes = ["bj.example:residence"];
/// let trust = Trust::new([TrustedKey::new("bj.example", issuer_key.public_key(), [Use::Pass], classes)?])?;
/// let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), classes, Revocation::NotChecked);
/// let verifier = Verifier::new(trust, policy)?;
///
/// // What the camera read.
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let issuer = Issuer::new("bj.example", issuer_key.public_key())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// let text = issuer.prepare_pass(&permit, None, now)?.sign(&issuer_key)?.to_qr_text();
///
/// let verified = verifier.verify(&text, now.plus(4))?;
/// assert_eq!(verified.subject(), "BJ-7F3A9C2E");
/// // The same picture half a minute later:
/// let rejection = verifier.verify(&text, now.plus(30)).unwrap_err();
/// assert_eq!(rejection.code(), Code::Stale);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    trust: Trust,
    policy: Policy,
    /// Sorted by issuer and URI.
    status_lists: Vec<Arc<StatusList>>,
}

impl Verifier {
    /// Builds a verifier, with tables for the keys unless [`Trust::with_tables`] has chosen how
    /// large.
    ///
    /// # Errors
    /// [`ConfigError`] when the policy contradicts itself or could accept nothing.
    pub fn new(trust: Trust, policy: Policy) -> Result<Self, ConfigError> {
        policy.check()?;
        Ok(Self { trust: trust.with_chosen_tables(), policy, status_lists: Vec::new() })
    }

    /// Holds these status lists; of several with the same issuer and URI the newest. A list whose
    /// key this verifier does not trust to sign status lists is left out: what it speaks for is
    /// then refused as `status-list-unknown`.
    #[must_use]
    pub fn with_status_lists(mut self, lists: impl IntoIterator<Item = Arc<StatusList>>) -> Self {
        let mut lists: Vec<_> =
            lists.into_iter().filter(|list| list.is_trusted_by(&self.trust)).collect();
        lists.sort_by(|a, b| {
            (a.issuer(), a.uri(), Reverse(a.issued_at())).cmp(&(
                b.issuer(),
                b.uri(),
                Reverse(b.issued_at()),
            ))
        });
        lists.dedup_by(|a, b| (a.issuer(), a.uri()) == (b.issuer(), b.uri()));
        self.status_lists = lists;
        self
    }

    /// The status lists held, sorted by issuer and URI.
    #[must_use]
    pub fn status_lists(&self) -> &[Arc<StatusList>] {
        &self.status_lists
    }

    fn status_list(&self, issuer: &str, uri: &str) -> Option<&StatusList> {
        let at = self
            .status_lists
            .binary_search_by(|list| (list.issuer(), list.uri()).cmp(&(issuer, uri)))
            .ok()?;
        self.status_lists.get(at).map(AsRef::as_ref)
    }

    /// The trusted keys.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Verifies what was scanned, in the one order of `docs/spec.md`: structure, key, signatures
    /// and authority, credential, freshness, policy, status. The first check that fails is the
    /// answer.
    ///
    /// `input` is the text of a QR code or link, or the bytes; `context` the time, or a [`Context`]
    /// when a challenge has to be answered.
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    pub fn verify<'i, 'c>(
        &self,
        input: impl Into<Input<'i>>,
        context: impl Into<Context<'c>>,
    ) -> Result<Verified, Rejection> {
        self.verify_plain(input.into(), context.into())
    }

    fn verify_plain(
        &self,
        input: Input<'_>,
        mut context: Context<'_>,
    ) -> Result<Verified, Rejection> {
        input.with_bytes(|bytes| self.verify_bytes(bytes, &mut context, &mut |_| {}))
    }
}
