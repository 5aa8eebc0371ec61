//! The verifier: the verdict on a code.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use livepermit::hold::Challenge;
use livepermit::status::StatusList;
use livepermit::verify::{ActingPolicy, ChallengePolicy, Input, RevocationPolicy};
use livepermit::{AudiencePolicy, Context, Policy, Verifier};

use super::number::{count, time};
use super::status::lp_status_list;
use super::trust::lp_trust;
use super::verdict::{application, forms_of};
use crate::buffer::{give, lp_buffer};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::text::{lp_bytes, lp_text, object, optional, slice};
use crate::verdict::lp_verdict;
use crate::verify::{
    LP_ACTING_ACCEPTED, LP_ACTING_REFUSED, LP_AUDIENCE_OWN, LP_AUDIENCE_OWN_OR_ANY,
    LP_CHALLENGE_NOT_USED, LP_CHALLENGE_REQUIRED, LP_REVOCATION_NOT_CHECKED,
    LP_REVOCATION_REQUIRED, lp_challenge, lp_policy,
};

impl lp_policy {
    /// # Safety
    /// Pointers are valid.
    unsafe fn build(&self) -> Outcome<Policy> {
        // SAFETY: the caller answers for the pointers.
        let (gate, classes, exempt) = unsafe {
            (
                self.gate.get("the gate")?,
                self.classes.get("the classes")?.collect::<Outcome<Vec<_>>>()?,
                self.dangerous_status_exempt
                    .get("the exempt classes")?
                    .collect::<Outcome<Vec<_>>>()?,
            )
        };
        let is_checked = match self.revocation {
            LP_REVOCATION_REQUIRED => true,
            LP_REVOCATION_NOT_CHECKED => false,
            other => return Err(Failure::value("the policy of revocation", other)),
        };
        let audience = match self.audience {
            LP_AUDIENCE_OWN => AudiencePolicy::Own,
            LP_AUDIENCE_OWN_OR_ANY => AudiencePolicy::OwnOrAny,
            other => return Err(Failure::value("the policy of audiences", other)),
        };
        let forms = forms_of(self.forms)?;
        let challenge = match self.challenge {
            LP_CHALLENGE_NOT_USED => ChallengePolicy::NotUsed,
            LP_CHALLENGE_REQUIRED => ChallengePolicy::Required,
            other => return Err(Failure::value("the policy of challenges", other)),
        };
        let acting = match self.acting {
            LP_ACTING_REFUSED => ActingPolicy::Refused,
            LP_ACTING_ACCEPTED => ActingPolicy::Accepted,
            other => return Err(Failure::value("the policy of representatives", other)),
        };
        let revocation = if is_checked {
            RevocationPolicy::Required {
                max_age: count("the greatest age", self.status_max_age)?,
                grace: count("the grace", self.status_grace)?,
            }
        } else {
            RevocationPolicy::NotChecked
        };
        Ok(Policy::new(gate, classes, revocation)
            .with_audience(audience)
            .with_forms(forms)
            .with_challenge(challenge)
            .with_acting(acting)
            .dangerous_exempt_from_status(exempt)
            .with_window(count("the window", self.window)?)
            .with_skew(count("the skew", self.skew)?)
            .with_max_credential_age(count("the age of a credential", self.max_credential_age)?))
    }
}

/// # Safety
/// `challenge` is valid or NULL.
unsafe fn question(challenge: *const lp_challenge) -> Outcome<Option<Challenge>> {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        let Some(of) = optional(challenge, "the challenge")? else { return Ok(None) };
        let (gate, nonce) = (of.gate.get("the gate")?, of.nonce.get("the nonce")?);
        Ok(Some(Challenge::new(gate, nonce, time(of.expires)?)?))
    }
}

/// # Safety
/// `lists` points to `count` handles.
unsafe fn status_lists(
    lists: *const *const lp_status_list,
    count: usize,
) -> Outcome<Vec<Arc<StatusList>>> {
    // SAFETY: the caller answers for the pointers.
    let lists = unsafe { slice(lists, count, "the status lists") }?;
    let of = |list: &*const lp_status_list| {
        // SAFETY: the same.
        unsafe { object(*list, "a status list") }.map(|list| Arc::clone(&list.0))
    };
    lists.iter().map(of).collect()
}

/// Verifies codes against keys, rules and status lists. It does not know whether a code was used
/// before: the caller must.
#[derive(Debug)]
pub struct lp_verifier(Verifier);

impl lp_verifier {
    /// # Safety
    /// The pointers are valid, or NULL.
    unsafe fn judge(
        &self,
        input: Input<'_>,
        now: i64,
        challenge: *const lp_challenge,
        verdict: *mut lp_verdict,
        buffer: *mut lp_buffer,
    ) -> Outcome {
        // SAFETY: the caller answers for the pointer.
        let question = unsafe { question(challenge) }?;
        let mut context = Context::at(time(now)?);
        if let Some(question) = &question {
            context = context.with_challenge(question);
        }
        let found = match self.0.verify(input, context) {
            Ok(verified) => {
                let application = application(&verified)?;
                Ok((verified, application))
            }
            Err(rejection) => Err(rejection),
        };
        // SAFETY: the caller answers for the pointers.
        unsafe { give(verdict, buffer, |arena| lp_verdict::of(&found, arena)) }
    }
}

/// Makes a verifier. The codes of errors are those of policies.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_verifier_new(
    trust: *const lp_trust,
    policy: *const lp_policy,
    lists: *const *const lp_status_list,
    list_count: usize,
    verifier: *mut *mut lp_verifier,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let policy = object(policy, "the policy")?;
            let lists = status_lists(lists, list_count)?;
            let trust = object(trust, "the trust")?.0.clone();
            let made = Verifier::new(trust, policy.build()?)?.with_status_lists(lists);
            hand_out(verifier, lp_verifier(made))
        })
    }
}

/// Frees a verifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_verifier_free(verifier: *mut lp_verifier) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(verifier) }
}

/// Verifies the text of a QR code or link, at `now`. With `challenge`, which can be NULL, the code
/// must answer. `LP_VERDICT_BYTES` in the buffer suffice for every verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_verifier_verify(
    verifier: *const lp_verifier,
    text: lp_text,
    now: i64,
    challenge: *const lp_challenge,
    verdict: *mut lp_verdict,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let verifier = object(verifier, "the verifier")?;
            // Bytes that are no UTF-8 are a code that is refused, not an error.
            let text = String::from_utf8_lossy(text.bytes("the text")?);
            verifier.judge(Input::Text(&text), now, challenge, verdict, buffer)
        })
    }
}

/// The same with the bytes of a token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_verifier_verify_bytes(
    verifier: *const lp_verifier,
    token: lp_bytes,
    now: i64,
    challenge: *const lp_challenge,
    verdict: *mut lp_verdict,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let verifier = object(verifier, "the verifier")?;
            let token = token.get("the token")?;
            verifier.judge(Input::Bytes(token), now, challenge, verdict, buffer)
        })
    }
}
