//! The verifier: one call, one order of checks, one reason.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::stages::IssuerSignature;
use super::{Context, Judgement, Policy, PolicyError, Verified};
use crate::rejection::Rejection;
use crate::status::StatusList;
use crate::token::{Input, Unverified};
use crate::trust::Trust;

/// Verifies tokens. A verifier is immutable, `Send` and `Sync`, and uses no clock, randomness, I/O
/// or lock: the same arguments always get the same verdict. When the trust or the policy changes,
/// build a new verifier.
///
/// ```
/// use livepermit::{Issuer, Permit, Policy, RejectionCode, RevocationPolicy, SecretKey};
/// use livepermit::{Timestamp, Trust, Verifier};
///
/// // The issuer gives its public key to every gate.
/// let issuer_key = SecretKey::from_ed25519_seed(&[7; 32]);
/// let classes = ["bj.example:residence"];
/// let trust = Trust::of_issuer("bj.example", issuer_key.public_key(), classes)?;
/// let policy = Policy::new("gate-3", classes, RevocationPolicy::NotChecked);
/// let verifier = Verifier::new(trust, policy)?;
///
/// // The text that the camera read.
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let issuer = Issuer::new("bj.example", issuer_key.public_key())?;
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// let text = issuer.prepare_pass(&permit, None, now)?.sign(&issuer_key)?.to_qr_text();
///
/// let verified = verifier.verify(&text, now.plus(4))?;
/// assert_eq!(verified.subject(), "BJ-7F3A9C2E");
/// // The same picture half a minute later:
/// let rejection = verifier.verify(&text, now.plus(30)).unwrap_err();
/// assert_eq!(rejection.code(), RejectionCode::Stale);
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
    /// Builds a verifier. It builds tables for the keys too, unless you called
    /// [`Trust::with_tables`] before.
    ///
    /// # Errors
    /// [`PolicyError`] if the policy contradicts itself or could accept nothing.
    pub fn new(trust: Trust, policy: Policy) -> Result<Self, PolicyError> {
        policy.check()?;
        Ok(Self { trust: trust.with_chosen_tables(), policy, status_lists: Vec::new() })
    }

    /// Uses these status lists. If several have the same issuer and URI, the verifier keeps the
    /// newest. A list is left out if this verifier does not trust its key to sign status lists:
    /// permits that name the list are then refused as `status-list-unknown`.
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

    pub(super) fn status_list(&self, issuer: &str, uri: &str) -> Option<&StatusList> {
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

    /// Verifies an input in the order of `docs/spec.md`: structure, key, signatures and authority,
    /// credential, freshness, policy, status. The first check that fails is the reason of the
    /// rejection.
    ///
    /// `input` is the text of a QR code or link, or the bytes of a token. `context` is the time, or
    /// a [`Context`] with the challenge that the code must answer.
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
        Unverified::with(input, |token| self.judge(token, &mut context).verdict)
    }

    /// Judges an unverified token: returns the verdict of [`Verifier::verify`], and who signed
    /// the token.
    pub fn judge(&self, token: &Unverified<'_>, context: &mut Context<'_>) -> Judgement {
        self.judge_knowing(token, context, IssuerSignature::Unchecked)
    }
}
