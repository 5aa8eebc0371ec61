//! The verifier: the verdict on a code.

use livepermit::Policy;

use crate::buffer::set;
use crate::error::{lp_error, lp_result, run};
use crate::permit::{LP_FORM_PASS, LP_FORM_PRESENTATION};
use crate::text::{lp_bytes, lp_text, lp_texts};

/// Which audience a code must have: one of the constants `LP_AUDIENCE_*`.
pub type lp_audience_policy = u32;

/// Only codes that name this gate.
pub const LP_AUDIENCE_OWN: u32 = 1;
/// Codes that name this gate, and codes for every gate.
pub const LP_AUDIENCE_OWN_OR_ANY: u32 = 2;

/// Whether codes must answer a challenge: one of the constants `LP_CHALLENGE_*`.
pub type lp_challenge_policy = u32;

/// The gate asks nothing.
pub const LP_CHALLENGE_NOT_USED: u32 = 1;
/// Every code must answer.
pub const LP_CHALLENGE_REQUIRED: u32 = 2;

/// Whether a representative may show the permit of another person: one of the constants `LP_ACTING_*`.
pub type lp_acting_policy = u32;

/// Only the subject may.
pub const LP_ACTING_REFUSED: u32 = 1;
/// A representative may too.
pub const LP_ACTING_ACCEPTED: u32 = 2;

/// Whether withdrawn permits are noticed: one of the constants `LP_REVOCATION_*`. There is no default.
pub type lp_revocation_policy = u32;

/// Permits are looked up in status lists.
pub const LP_REVOCATION_REQUIRED: u32 = 1;
/// Withdrawn permits are not noticed, and each verdict says so.
pub const LP_REVOCATION_NOT_CHECKED: u32 = 2;

/// The rules of a gate. `lp_policy_default` fills one; then change its fields.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_policy {
    /// The gate's name.
    pub gate: lp_text,
    /// The classes of permits that are accepted.
    pub classes: lp_texts,
    /// Whether withdrawn permits are noticed.
    pub revocation: lp_revocation_policy,
    /// With `LP_REVOCATION_REQUIRED`: the greatest age of a status list, in seconds.
    pub status_max_age: i64,
    /// With `LP_REVOCATION_REQUIRED`: seconds for which an older list is still used, with a caution.
    pub status_grace: i64,
    /// Which audience a code must have.
    pub audience: lp_audience_policy,
    /// The forms that are accepted.
    pub forms: crate::permit::lp_forms,
    /// Whether codes must answer a challenge.
    pub challenge: lp_challenge_policy,
    /// Whether a representative may show a permit.
    pub acting: lp_acting_policy,
    /// Classes that need no status, though `revocation` is `LP_REVOCATION_REQUIRED`.
    pub dangerous_status_exempt: lp_texts,
    /// The longest window of a code, in seconds.
    pub window: i64,
    /// The largest difference between right clocks, in seconds.
    pub skew: i64,
    /// The greatest age of a credential, in seconds.
    pub max_credential_age: i64,
}

/// A gate's question, which the next code must answer.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_challenge {
    /// The gate.
    pub gate: lp_text,
    /// The random bytes of the question.
    pub nonce: lp_bytes,
    /// The first second in which an answer is too late.
    pub expires: i64,
}

/// Fills the usual rules: passes and presentations for this gate or for every gate, a window of 30
/// and a skew of 5 seconds, no challenge, no representative. `revocation` stays 0, which is an error
/// until one of its values is chosen. The texts stay the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_policy_default(
    gate: lp_text,
    classes: lp_texts,
    policy: *mut lp_policy,
    error: *mut lp_error,
) -> lp_result {
    let filled = lp_policy {
        gate,
        classes,
        revocation: 0,
        status_max_age: 0,
        status_grace: 0,
        audience: LP_AUDIENCE_OWN_OR_ANY,
        forms: LP_FORM_PASS | LP_FORM_PRESENTATION,
        challenge: LP_CHALLENGE_NOT_USED,
        acting: LP_ACTING_REFUSED,
        dangerous_status_exempt: lp_texts { items: core::ptr::null(), count: 0 },
        window: Policy::DEFAULT_WINDOW.cast_signed(),
        skew: Policy::DEFAULT_SKEW.cast_signed(),
        max_credential_age: Policy::DEFAULT_MAX_CREDENTIAL_AGE.cast_signed(),
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(policy, filled)) }
}

#[cfg(feature = "std")]
mod bridge {
    use std::borrow::Cow;
    use std::sync::Arc;

    use livepermit_ffi::{
        ActingPolicy, AudiencePolicy, Challenge, ChallengePolicy, Policy, RevocationPolicy,
        StatusList, Verifier,
    };

    use super::*;
    use crate::buffer::{give, lp_buffer};
    use crate::error::{Failure, Outcome};
    use crate::handle::{free, hand_out};
    use crate::permit::{form_number, forms_of};
    use crate::status::lp_status_list;
    use crate::text::{object, optional, slice};
    use crate::trust::lp_trust;
    use crate::verdict::lp_verdict;

    impl lp_policy {
        /// # Safety
        /// Pointers are valid.
        pub(crate) unsafe fn take(&self) -> Outcome<Policy> {
            // SAFETY: the caller answers for the pointers.
            let (gate, classes, exempt) = unsafe {
                (
                    self.gate.get("the gate")?.into(),
                    owned(&self.classes, "the classes")?,
                    owned(&self.dangerous_status_exempt, "the exempt classes")?,
                )
            };
            Ok(Policy {
                gate,
                classes,
                revocation: match self.revocation {
                    LP_REVOCATION_REQUIRED => RevocationPolicy::Required {
                        max_age: self.status_max_age,
                        grace: self.status_grace,
                    },
                    LP_REVOCATION_NOT_CHECKED => RevocationPolicy::NotChecked,
                    other => return Err(Failure::value("the policy of revocation", other)),
                },
                audience: match self.audience {
                    LP_AUDIENCE_OWN => AudiencePolicy::Own,
                    LP_AUDIENCE_OWN_OR_ANY => AudiencePolicy::OwnOrAny,
                    other => return Err(Failure::value("the policy of audiences", other)),
                },
                forms: forms_of(self.forms)?,
                challenge: match self.challenge {
                    LP_CHALLENGE_NOT_USED => ChallengePolicy::NotUsed,
                    LP_CHALLENGE_REQUIRED => ChallengePolicy::Required,
                    other => return Err(Failure::value("the policy of challenges", other)),
                },
                acting: match self.acting {
                    LP_ACTING_REFUSED => ActingPolicy::Refused,
                    LP_ACTING_ACCEPTED => ActingPolicy::Accepted,
                    other => return Err(Failure::value("the policy of representatives", other)),
                },
                dangerous_status_exempt: exempt,
                window: self.window,
                skew: self.skew,
                max_credential_age: self.max_credential_age,
            })
        }
    }

    impl lp_policy {
        pub(crate) fn of(policy: &Policy, arena: &mut crate::buffer::Arena) -> Self {
            let (revocation, status_max_age, status_grace) = match policy.revocation {
                RevocationPolicy::Required { max_age, grace } => {
                    (LP_REVOCATION_REQUIRED, max_age, grace)
                }
                RevocationPolicy::NotChecked => (LP_REVOCATION_NOT_CHECKED, 0, 0),
            };
            let forms = policy.forms.iter().map(|form| form_number(*form));
            Self {
                gate: arena.text(&policy.gate),
                classes: arena.texts(&policy.classes),
                revocation,
                status_max_age,
                status_grace,
                audience: match policy.audience {
                    AudiencePolicy::Own => LP_AUDIENCE_OWN,
                    AudiencePolicy::OwnOrAny => LP_AUDIENCE_OWN_OR_ANY,
                },
                forms: forms.fold(0, |forms, form| forms | form),
                challenge: match policy.challenge {
                    ChallengePolicy::NotUsed => LP_CHALLENGE_NOT_USED,
                    ChallengePolicy::Required => LP_CHALLENGE_REQUIRED,
                },
                acting: match policy.acting {
                    ActingPolicy::Refused => LP_ACTING_REFUSED,
                    ActingPolicy::Accepted => LP_ACTING_ACCEPTED,
                },
                dangerous_status_exempt: arena.texts(&policy.dangerous_status_exempt),
                window: policy.window,
                skew: policy.skew,
                max_credential_age: policy.max_credential_age,
            }
        }
    }

    /// # Safety
    /// Pointers are valid.
    pub(crate) unsafe fn owned(texts: &lp_texts, what: &str) -> Outcome<Vec<String>> {
        // SAFETY: the caller answers for the pointers.
        unsafe { texts.get(what) }?.map(|text| text.map(Into::into)).collect()
    }

    impl lp_challenge {
        /// # Safety
        /// Pointers are valid.
        pub(crate) unsafe fn take(&self) -> Outcome<Challenge> {
            // SAFETY: the caller answers for the pointers.
            let (gate, nonce) =
                unsafe { (self.gate.get("the gate")?, self.nonce.get("the nonce")?) };
            Ok(Challenge { gate: gate.into(), nonce: nonce.into(), expires: self.expires })
        }

        pub(crate) fn of(challenge: &Challenge, arena: &mut crate::buffer::Arena) -> Self {
            Self {
                gate: arena.text(&challenge.gate),
                nonce: arena.bytes(&challenge.nonce),
                expires: challenge.expires,
            }
        }
    }

    /// # Safety
    /// `challenge` is valid or NULL.
    unsafe fn question(challenge: *const lp_challenge) -> Outcome<Option<Challenge>> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            let challenge = optional(challenge, "the challenge")?;
            challenge.map(|challenge| challenge.take()).transpose()
        }
    }

    /// # Safety
    /// `lists` points to `count` handles.
    pub(crate) unsafe fn status_lists(
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

    /// What a scanner read. Bytes that are no UTF-8 are a code that is refused, not an error.
    ///
    /// # Safety
    /// The pointer is valid.
    pub(crate) unsafe fn scanned<'a>(text: lp_text) -> Outcome<Cow<'a, str>> {
        // SAFETY: the caller answers for the pointer.
        unsafe { text.bytes("the text") }.map(String::from_utf8_lossy)
    }

    /// Verifies codes against keys, rules and status lists. It does not know whether a code was used
    /// before: a gate does.
    #[derive(Debug)]
    pub struct lp_verifier(Verifier);

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
                let policy = object(policy, "the policy")?.take()?;
                let lists = status_lists(lists, list_count)?;
                let made = Verifier::new(&object(trust, "the trust")?.0, &policy, lists)?;
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

    /// Goes on with other keys and lists, and the same rules.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn lp_verifier_replace_lists(
        verifier: *const lp_verifier,
        trust: *const lp_trust,
        lists: *const *const lp_status_list,
        list_count: usize,
        error: *mut lp_error,
    ) -> lp_result {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            run(error, || {
                let lists = status_lists(lists, list_count)?;
                let trust = object(trust, "the trust")?;
                Ok(object(verifier, "the verifier")?.0.replace_lists(&trust.0, lists)?)
            })
        }
    }

    /// Verifies the text of a QR code or link, at `now`. With `challenge`, which can be NULL, the
    /// code must answer. `LP_VERDICT_BYTES` in the buffer suffice for every verdict.
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
                let found = verifier.0.verify(&scanned(text)?, now, question(challenge)?)?;
                give(verdict, buffer, |arena| lp_verdict::of(&found, arena))
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
                let token = token.get("the token")?.into();
                let found = verifier.0.verify_bytes(token, now, question(challenge)?)?;
                give(verdict, buffer, |arena| lp_verdict::of(&found, arena))
            })
        }
    }
}
#[cfg(feature = "std")]
pub use bridge::*;
