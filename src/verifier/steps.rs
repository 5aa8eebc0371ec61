//! The checks, in their one order. What each compares, and on which side of an edge it falls, is in
//! `docs/spec.md`.

use super::verified::CredentialFacts;
use super::{
    ActingPolicy, AudiencePolicy, Caution, Cautions, ChallengePolicy, Context, CredentialCache,
    PermitId, Policy, Revocation, Verified, Verifier,
};
use crate::key::PublicKey;
use crate::rejection::{Code, Rejection};
use crate::status::StatusValue;
use crate::time::Timestamp;
use crate::token::{ANYONE, Form, IssuerSigned, Presentation, Retained, Shown, Timing};
use crate::trust::{Candidates, Placed, check_authority, check_validity};

impl Verifier {
    /// Every step. `observe` learns what good signatures say, whatever the verdict is.
    pub(crate) fn verify_bytes(
        &self,
        bytes: &[u8],
        context: &mut Context<'_>,
        observe: &mut dyn FnMut(Signed<'_>),
    ) -> Result<Verified, Rejection> {
        self.judge(&Shown::read(bytes)?, bytes, context, Known::Nothing, observe)
    }

    /// Steps 2 to 7, for a token that was read from `bytes`.
    pub(super) fn judge(
        &self,
        shown: &Shown<'_>,
        bytes: &[u8],
        context: &mut Context<'_>,
        known: Known,
        observe: &mut dyn FnMut(Signed<'_>),
    ) -> Result<Verified, Rejection> {
        match shown {
            Shown::Presentation(presentation) => {
                self.presentation(bytes, presentation, context, known, observe)
            }
            Shown::Issued(token) => match token.claims.timing {
                Timing::Pass { audience, issued_at, expires } => self.pass(
                    bytes,
                    token,
                    Dates { audience, issued_at, expires },
                    context,
                    known,
                    observe,
                ),
                Timing::Slip { not_before, expires, .. } => {
                    self.slip(bytes, token, (not_before, expires), context, known)
                }
                Timing::Credential { .. } => Err(Rejection::plain(Code::CredentialAlone)),
            },
        }
    }

    fn pass(
        &self,
        bytes: &[u8],
        token: &IssuerSigned<'_>,
        dates: Dates<'_>,
        context: &Context<'_>,
        known: Known,
        observe: &mut dyn FnMut(Signed<'_>),
    ) -> Result<Verified, Rejection> {
        let (_, key) = known.entry(&self.trust.candidates(token, context.now)?, token)?;
        let Dates { audience, issued_at, expires } = dates;
        let permit = PermitId::of(&token.claims);
        observe(Signed { permit, issued_at, device_key: None });
        check_authority(key, token, context.now)?;
        let liveness =
            Liveness::of(expires.seconds_since(issued_at), issued_at, expires, &self.policy);
        liveness.check(context.now)?;
        check_audience(&self.policy, audience)?;
        // A pass carries no nonce, so it can never answer a challenge.
        let challenge_answered = check_challenge(&self.policy, audience, None, context)?;

        self.check_policy(Form::Pass, token)?;
        let cautions = self.check_status(Form::Pass, token, context.now)?;
        let facts = Facts {
            permit,
            audience,
            credential: None,
            challenge_answered,
            cautions,
            skew: self.policy.skew(),
        };
        Ok(accept(bytes, token, Form::Pass, &liveness, facts))
    }

    fn presentation(
        &self,
        bytes: &[u8],
        presentation: &Presentation<'_>,
        context: &mut Context<'_>,
        known: Known,
        observe: &mut dyn FnMut(Signed<'_>),
    ) -> Result<Verified, Rejection> {
        let credential = &presentation.credential;
        let Timing::Credential { not_before, expires, window, device_key, acting } =
            credential.claims.timing
        else {
            return Err(Rejection::plain(Code::UnknownType));
        };
        // Step 2: both algorithms belong to their keys.
        let candidates = self.trust.candidates(credential, context.now)?;
        let bound = device_key.algorithm().cose_id();
        if presentation.algorithm != bound {
            return Err(Rejection::numbers(Code::AlgorithmMismatch, presentation.algorithm, bound));
        }
        // Step 3: every signature, then what the issuer's key may sign.
        let digest = context.cache.as_ref().map(|_| CredentialCache::digest(credential));
        let mut cache = context.cache.as_deref_mut().zip(digest);
        let remembered = cache.as_mut().and_then(|(cache, digest)| cache.find(&self.trust, digest));
        let remembered =
            remembered.and_then(|(place, device_key)| candidates.at(place).zip(Some(device_key)));
        let is_new = remembered.is_none();
        let ((place, key), device_key) = match remembered {
            Some(remembered) => remembered,
            None => {
                let placed = known.entry(&candidates, credential)?;
                let device_key = PublicKey::from_cose(&device_key);
                (placed, device_key.map_err(|_| Rejection::plain(Code::BadDeviceKey))?)
            }
        };
        let message = presentation.sign1.sig_structure();
        if !device_key.verifies_pieces(&message.pieces(), presentation.sign1.signature) {
            return Err(Rejection::plain(Code::BadDeviceSignature));
        }
        if let (true, Some((cache, digest))) = (is_new, cache) {
            cache.remember(&digest, place, &device_key);
        }
        // Whatever is wrong beside, a good signature says what time its maker's clock has.
        let permit = PermitId::of(&credential.claims);
        observe(Signed {
            permit,
            issued_at: presentation.claims.issued_at,
            device_key: Some(&device_key),
        });
        check_authority(key, credential, context.now)?;
        // Step 4
        check_validity(not_before, expires, context.now)?;
        self.check_age(not_before, context.now)?;
        let claims = &presentation.claims;
        check_order(not_before, claims.issued_at, expires)?;
        // Step 5
        let liveness = Liveness::of(window, claims.issued_at, expires, &self.policy);
        liveness.check(context.now)?;
        let audience = (claims.audience != ANYONE).then_some(claims.audience);
        check_audience(&self.policy, audience)?;
        let challenge_answered = check_challenge(&self.policy, audience, claims.nonce, context)?;
        // Step 6
        self.check_policy(Form::Presentation, credential)?;
        if acting.is_some() && self.policy.acting() != ActingPolicy::Accepted {
            return Err(Rejection::plain(Code::ActingNotAccepted));
        }
        // Step 7
        let mut cautions = self.check_status(Form::Presentation, credential, context.now)?;
        if acting.is_some() {
            cautions = cautions.with(Caution::Acting);
        }
        let credential_facts = Some(CredentialFacts { not_before, expires, device_key });
        let facts = Facts {
            permit,
            audience,
            credential: credential_facts,
            challenge_answered,
            cautions,
            skew: self.policy.skew(),
        };
        Ok(accept(bytes, credential, Form::Presentation, &liveness, facts))
    }

    /// A slip has neither moment nor audience: naming the form in the policy accepts that.
    fn slip(
        &self,
        bytes: &[u8],
        token: &IssuerSigned<'_>,
        (not_before, expires): (Timestamp, Timestamp),
        context: &Context<'_>,
        known: Known,
    ) -> Result<Verified, Rejection> {
        let (_, key) = known.entry(&self.trust.candidates(token, context.now)?, token)?;
        check_authority(key, token, context.now)?;
        check_validity(not_before, expires, context.now)?;
        self.check_policy(Form::Slip, token)?;
        let cautions = self.check_status(Form::Slip, token, context.now)?.with(Caution::Printed);
        let window = expires.seconds_since(not_before);
        let liveness = Liveness {
            issued_at: not_before,
            live_until: expires,
            window,
            signed_window: window,
            skew: 0,
        };
        let facts = Facts {
            permit: PermitId::of(&token.claims),
            audience: None,
            credential: None,
            challenge_answered: false,
            cautions,
            skew: self.policy.skew(),
        };
        Ok(accept(bytes, token, Form::Slip, &liveness, facts))
    }

    /// Step 4: the credential is young enough for this gate.
    fn check_age(&self, not_before: Timestamp, now: Timestamp) -> Result<(), Rejection> {
        let age = now.seconds_since(not_before);
        let limit = self.policy.max_credential_age();
        if age > limit {
            return Err(Rejection::times(Code::CredentialTooOld, now, not_before.plus(limit)));
        }
        Ok(())
    }

    /// Step 6: the form, then the class.
    fn check_policy(&self, form: Form, token: &IssuerSigned<'_>) -> Result<(), Rejection> {
        if !self.policy.forms().contains(&form) {
            return Err(Rejection::plain(Code::FormNotAccepted));
        }
        if !self.policy.accepts_class(token.claims.class) {
            return Err(Rejection::plain(Code::ClassNotAccepted));
        }
        Ok(())
    }

    /// Step 7: what the status list of the verified key's issuer says. Tells what to be cautious
    /// about.
    fn check_status(
        &self,
        form: Form,
        token: &IssuerSigned<'_>,
        now: Timestamp,
    ) -> Result<Cautions, Rejection> {
        let none = Cautions::default();
        let (max_age, grace) = match self.policy.revocation() {
            Revocation::NotChecked => return Ok(none.with(Caution::RevocationNotChecked)),
            Revocation::Required { max_age, grace } => (max_age, grace),
        };
        let claims = &token.claims;
        let Some(status) = claims.status else {
            // The issuer signed a pass seconds ago: it needs no list to take it back.
            let needs_none = form == Form::Pass || self.policy.is_status_exempt(claims.class);
            return if needs_none { Ok(none) } else { Err(Rejection::plain(Code::StatusMissing)) };
        };
        // `iss` is the name of the issuer whose key verified: authority was checked.
        let list = self
            .status_list(claims.issuer, status.uri)
            .ok_or(Rejection::plain(Code::StatusListUnknown))?;
        let too_old = list.issued_at().plus(max_age);
        let (code, deadline) = match list.expires() {
            Some(expires) if expires <= too_old => (Code::StatusListExpired, expires),
            _ => (Code::StatusListTooOld, too_old),
        };
        if now >= deadline.plus(grace) {
            return Err(Rejection::times(code, now, deadline));
        }
        // After the age: a list that has grown since is no fault of the issuer's.
        let value = list.get(status.index).ok_or(Rejection::counts(
            Code::StatusIndexOutOfRange,
            status.index,
            list.len(),
        ))?;
        match value {
            StatusValue::Valid if now >= deadline => Ok(none.with(Caution::StatusOld)),
            StatusValue::Valid => Ok(none),
            StatusValue::Revoked => Err(Rejection::plain(Code::Revoked)),
            StatusValue::Suspended => Err(Rejection::plain(Code::Suspended)),
            StatusValue::Other(value) => {
                Err(Rejection::counts(Code::StatusNotValid, u64::from(value), 0))
            }
        }
    }
}

/// Whose code it is and when it was made, where its signatures are good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) permit: PermitId,
    pub(crate) issued_at: Timestamp,
    /// A pass has none.
    #[cfg_attr(
        not(feature = "scan"),
        expect(dead_code, reason = "a scanner tells phones apart by it")
    )]
    pub(crate) device_key: Option<&'a PublicKey>,
}

/// What was found out before about the issuer's signature.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known {
    Nothing,
    /// It is good under the key at this place of the trust.
    SignedBy(usize),
    /// It is not good under the one candidate there is.
    Bad,
}

impl Known {
    /// Step 3, first half: the entry whose key verifies the issuer's signature.
    fn entry<'t>(
        self,
        candidates: &Candidates<'t>,
        token: &IssuerSigned<'_>,
    ) -> Result<Placed<'t>, Rejection> {
        match self {
            Self::Nothing => candidates.verify(token),
            Self::SignedBy(place) => {
                candidates.at(place).ok_or(Rejection::plain(Code::BadSignature))
            }
            Self::Bad => Err(Rejection::plain(Code::BadSignature)),
        }
    }
}

/// What the steps found out beside.
struct Facts<'a> {
    permit: PermitId,
    audience: Option<&'a str>,
    credential: Option<CredentialFacts>,
    challenge_answered: bool,
    cautions: Cautions,
    skew: u64,
}

fn accept(
    bytes: &[u8],
    token: &IssuerSigned<'_>,
    form: Form,
    liveness: &Liveness,
    facts: Facts<'_>,
) -> Verified {
    Verified {
        retained: Retained::new(bytes, token, facts.audience),
        form,
        issued_at: liveness.issued_at,
        live_until: liveness.live_until,
        window: liveness.window,
        signed_window: liveness.signed_window,
        skew: facts.skew,
        credential: facts.credential,
        challenge_answered: facts.challenge_answered,
        cautions: facts.cautions,
        permit: facts.permit,
    }
}

/// What a pass says about itself.
#[derive(Debug, Clone, Copy)]
struct Dates<'a> {
    audience: Option<&'a str>,
    issued_at: Timestamp,
    expires: Timestamp,
}

/// The window of a code, after policy.
#[derive(Debug, Clone, Copy)]
struct Liveness {
    issued_at: Timestamp,
    live_until: Timestamp,
    window: u64,
    signed_window: u64,
    skew: u64,
}

impl Liveness {
    /// `window = min(signed, policy)`, `skew = min(policy, window / 2)`: no leeway outlives the
    /// code.
    fn of(signed_window: u64, issued_at: Timestamp, expires: Timestamp, policy: &Policy) -> Self {
        let window = signed_window.min(policy.window());
        let skew = policy.skew().min(window / 2);
        Self {
            issued_at,
            live_until: issued_at.plus(window).min(expires),
            window,
            signed_window,
            skew,
        }
    }

    /// Step 5: `iat <= now + skew` and `now < min(iat + window, exp)`.
    fn check(&self, now: Timestamp) -> Result<(), Rejection> {
        let latest = now.plus(self.skew);
        if self.issued_at > latest {
            return Err(Rejection::times(Code::FromTheFuture, self.issued_at, latest));
        }
        if now >= self.live_until {
            return Err(Rejection::times(Code::Stale, now, self.live_until));
        }
        Ok(())
    }
}

/// Step 4: the device signed while the credential was valid: `nbf <= iat < exp`.
fn check_order(
    not_before: Timestamp,
    issued_at: Timestamp,
    expires: Timestamp,
) -> Result<(), Rejection> {
    if issued_at < not_before {
        return Err(Rejection::times(Code::TimesOutOfOrder, issued_at, not_before));
    }
    if issued_at >= expires {
        return Err(Rejection::times(Code::TimesOutOfOrder, issued_at, expires));
    }
    Ok(())
}

/// Step 5: made for this gate, or for every gate where the policy takes that.
fn check_audience(policy: &Policy, audience: Option<&str>) -> Result<(), Rejection> {
    let fits = match (policy.audience(), audience) {
        (AudiencePolicy::Own(own) | AudiencePolicy::OwnOrAny(own), Some(audience)) => {
            own == audience
        }
        (AudiencePolicy::OwnOrAny(_), None) => true,
        (AudiencePolicy::Own(_), None) => false,
    };
    if fits { Ok(()) } else { Err(Rejection::plain(Code::WrongAudience)) }
}

/// Step 5: the question of this gate is answered, in its own name and in time; or none was asked
/// and none is answered. Tells whether one was answered.
fn check_challenge(
    policy: &Policy,
    audience: Option<&str>,
    nonce: Option<&[u8]>,
    context: &Context<'_>,
) -> Result<bool, Rejection> {
    // A question of another gate is a mistake of the caller's, not of who answers it.
    if context.challenge.is_some_and(|challenge| challenge.gate() != policy.audience().own()) {
        return Err(Rejection::plain(Code::ChallengeNotSupplied));
    }
    let (challenge, nonce) = match (policy.challenge(), context.challenge, nonce) {
        (ChallengePolicy::NotUsed, None, None) => return Ok(false),
        (ChallengePolicy::NotUsed, None, Some(_)) => {
            return Err(Rejection::plain(Code::ChallengeUnexpected));
        }
        (ChallengePolicy::Required, None, _) => {
            return Err(Rejection::plain(Code::ChallengeNotSupplied));
        }
        (_, Some(_), None) => return Err(Rejection::plain(Code::ChallengeMissing)),
        (_, Some(challenge), Some(nonce)) => (challenge, nonce),
    };
    if audience != Some(policy.audience().own()) {
        return Err(Rejection::plain(Code::WrongAudience));
    }
    if nonce != challenge.nonce() {
        return Err(Rejection::plain(Code::ChallengeMismatch));
    }
    if context.now >= challenge.expires() {
        return Err(Rejection::times(Code::ChallengeExpired, context.now, challenge.expires()));
    }
    Ok(true)
}
