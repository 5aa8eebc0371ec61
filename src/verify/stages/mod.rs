//! The checks in their one order. `docs/spec.md` says what each check compares and how it treats
//! equal values.

mod freshness;
mod liveness;
mod policy;
mod shown;
mod status;

use self::freshness::{check_age, check_audience, check_challenge, check_order};
use self::policy::check_policy;
use self::shown::Shown;
use super::verified::CredentialFacts;
use super::{Caution, Context, CredentialCache, Judgement, SignedBy, Verified, Verifier};
use crate::checks::{Candidates, Placed, candidates, check_authority, check_validity};
use crate::key::{PublicKey, Unfinished};
use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;
use crate::token::{Form, IssuerSigned, PermitId, Retained, Unverified};
use crate::trust::TrustedKey;

/// What is known about the issuer's signature before stage 3.
#[derive(Debug, Clone, Copy)]
pub(super) enum IssuerSignature {
    Unchecked,
    /// The signature is good under the key at this place of the trust.
    GoodUnder(usize),
    /// The signature is bad under the only candidate.
    Bad,
}

impl IssuerSignature {
    /// Stage 3, first half: the entry whose key verifies the issuer's signature.
    fn signer<'t>(
        self,
        candidates: &Candidates<'t>,
        token: &IssuerSigned<'_>,
    ) -> Result<Placed<'t>, Rejection> {
        let bad = Rejection::plain(RejectionCode::BadSignature);
        match self {
            Self::Unchecked => candidates.verify(token),
            Self::GoodUnder(place) => candidates.at(place).ok_or(bad),
            Self::Bad => Err(bad),
        }
    }
}

impl Verifier {
    pub(super) fn judge_knowing(
        &self,
        token: &Unverified<'_>,
        context: &mut Context<'_>,
        known: IssuerSignature,
    ) -> Judgement {
        let mut signed = None;
        let verdict = self.stages(token, context, known, &mut signed);
        Judgement { verdict, signed }
    }

    /// **The one order of checks**, for every form.
    fn stages(
        &self,
        token: &Unverified<'_>,
        context: &mut Context<'_>,
        known: IssuerSignature,
        signed: &mut Option<SignedBy>,
    ) -> Result<Verified, Rejection> {
        let (now, policy) = (context.now, self.policy());
        // The last check of stage 1.
        let shown = Shown::of(token)?;
        // Stage 2: key.
        let candidates = self.key_stage(&shown, now)?;
        // Stage 3: every signature, then what the issuer's key may sign.
        let (key, device_key) = self.signatures(&shown, &candidates, context, known)?;
        let permit = PermitId::of(&shown.issued.claims);
        *signed = Some(shown.signed_by(permit, device_key.as_ref()));
        check_authority(key, shown.issued, now)?;
        // Stage 4: credential.
        if let Some((not_before, expires)) = shown.validity {
            check_validity(not_before, expires, now)?;
        }
        if let Some(device) = &shown.device {
            check_age(policy, device, now)?;
            check_order(device, shown.issued_at)?;
        }
        // Stage 5: freshness. A slip has neither a moment nor an audience. A policy that accepts
        // slips accepts this.
        let liveness = shown.liveness(policy);
        let mut challenge_answered = false;
        if shown.form() != Form::Slip {
            liveness.check(now)?;
            check_audience(policy, shown.audience)?;
            challenge_answered = check_challenge(policy, &shown, context)?;
        }
        // Stage 6: policy.
        check_policy(policy, &shown)?;
        // Stage 7: status.
        let mut cautions = self.check_status(&shown, now)?;
        if shown.form() == Form::Slip {
            cautions = cautions.with(Caution::Printed);
        }
        if shown.is_acting() {
            cautions = cautions.with(Caution::Acting);
        }
        let credential = shown.device.as_ref().zip(device_key).map(|(device, device_key)| {
            CredentialFacts { not_before: device.not_before, expires: device.expires, device_key }
        });
        Ok(Verified {
            retained: Retained::new(token.bytes(), shown.issued, shown.audience_span),
            form: shown.form(),
            issued_at: shown.issued_at,
            live_until: liveness.live_until,
            window: liveness.window,
            signed_window: shown.signed_window,
            skew: policy.skew(),
            credential,
            challenge_answered,
            cautions,
            permit,
        })
    }

    /// Stage 2: finds the keys that may have signed, and checks that each algorithm is that of its
    /// key.
    fn key_stage(&self, shown: &Shown<'_>, now: Timestamp) -> Result<Candidates<'_>, Rejection> {
        let candidates = candidates(self.trust(), shown.issued, now)?;
        shown.check_device_algorithm()?;
        Ok(candidates)
    }

    /// Verifies the issuer's signature up to the last inversion. `None` unless the token reaches
    /// stage 3 and has exactly one candidate, with a table.
    pub(super) fn start_issuer_signature(
        &self,
        token: &Unverified<'_>,
        now: Timestamp,
    ) -> Option<(usize, Unfinished)> {
        let shown = Shown::of(token).ok()?;
        self.key_stage(&shown, now).ok()?.start_only(shown.issued)
    }

    /// Stage 3, first half: the issuer's signature, then the device's signature. If the cache holds
    /// the credential, the issuer's signature is not verified again.
    fn signatures<'t>(
        &self,
        shown: &Shown<'_>,
        candidates: &Candidates<'t>,
        context: &mut Context<'_>,
        known: IssuerSignature,
    ) -> Result<(&'t TrustedKey, Option<PublicKey>), Rejection> {
        let Some(device) = &shown.device else {
            let (_, key) = known.signer(candidates, shown.issued)?;
            return Ok((key, None));
        };
        let digest = context.cache.as_ref().map(|_| CredentialCache::digest(shown.issued));
        let mut cache = context.cache.as_deref_mut().zip(digest);
        let remembered = cache
            .as_mut()
            .and_then(|(cache, digest)| cache.find(self.trust(), digest))
            .and_then(|(place, device_key)| candidates.at(place).zip(Some(device_key)));
        let is_new = remembered.is_none();
        let ((place, key), device_key) = match remembered {
            Some(remembered) => remembered,
            None => (known.signer(candidates, shown.issued)?, device.key()?),
        };
        device.check_signature(&device_key)?;
        if let (true, Some((cache, digest))) = (is_new, cache) {
            cache.remember(&digest, place, &device_key);
        }
        Ok((key, Some(device_key)))
    }
}
