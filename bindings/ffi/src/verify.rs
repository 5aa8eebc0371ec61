//! The verifier: the verdict on a code.

use std::sync::{Arc, PoisonError, RwLock};

use livepermit::verify;
use livepermit::{Context, Form as CoreForm};

use crate::error::{Rejection, Result};
use crate::hold::Challenge;
use crate::number::{as_i64, as_seconds, count, time};
use crate::permit::{Acting, Form, Person, StatusReference};
use crate::status::StatusList;
use crate::trust::Trust;

/// Which audience a code must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum AudiencePolicy {
    /// Only codes that name this gate.
    Own,
    /// Codes that name this gate, and codes for every gate.
    OwnOrAny,
}

/// Whether codes must answer a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ChallengePolicy {
    /// The gate asks nothing.
    NotUsed,
    /// Every code must answer.
    Required,
}

/// Whether a representative may show the permit of another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ActingPolicy {
    /// Only the subject may.
    Refused,
    /// A representative may too.
    Accepted,
}

/// Whether withdrawn permits are noticed. There is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum RevocationPolicy {
    /// Permits are looked up in status lists.
    Required {
        /// The greatest age of a list, in seconds.
        max_age: i64,
        /// Seconds for which an older list is still used, with a caution.
        grace: i64,
    },
    /// Withdrawn permits are not noticed, and each verdict says so.
    NotChecked,
}

/// The rules of a gate. `policy` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Policy {
    /// The gate's name.
    pub gate: String,
    /// The classes of permits that are accepted.
    pub classes: Vec<String>,
    /// Whether withdrawn permits are noticed.
    pub revocation: RevocationPolicy,
    /// Which audience a code must have.
    pub audience: AudiencePolicy,
    /// The forms that are accepted.
    pub forms: Vec<Form>,
    /// Whether codes must answer a challenge.
    pub challenge: ChallengePolicy,
    /// Whether a representative may show a permit.
    pub acting: ActingPolicy,
    /// Classes that need no status, though `revocation` is `Required`.
    pub dangerous_status_exempt: Vec<String>,
    /// The longest window of a code, in seconds.
    pub window: i64,
    /// The largest difference between right clocks, in seconds.
    pub skew: i64,
    /// The greatest age of a credential, in seconds.
    pub max_credential_age: i64,
}

/// The usual rules: passes and presentations for this gate or for every gate, a window of 30 and a
/// skew of 5 seconds, no challenge, no representative.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn policy(gate: String, classes: Vec<String>, revocation: RevocationPolicy) -> Policy {
    Policy {
        gate,
        classes,
        revocation,
        audience: AudiencePolicy::OwnOrAny,
        forms: vec![Form::Pass, Form::Presentation],
        challenge: ChallengePolicy::NotUsed,
        acting: ActingPolicy::Refused,
        dangerous_status_exempt: Vec::new(),
        window: as_i64(livepermit::Policy::DEFAULT_WINDOW),
        skew: as_i64(livepermit::Policy::DEFAULT_SKEW),
        max_credential_age: as_i64(livepermit::Policy::DEFAULT_MAX_CREDENTIAL_AGE),
    }
}

#[cfg(feature = "gate")]
impl Policy {
    pub(crate) fn of(of: &livepermit::Policy) -> Self {
        let revocation = match of.revocation() {
            verify::RevocationPolicy::Required { max_age, grace } => {
                RevocationPolicy::Required { max_age: as_i64(max_age), grace: as_i64(grace) }
            }
            _ => RevocationPolicy::NotChecked,
        };
        let classes = of.classes().map(Into::into).collect();
        Self {
            audience: match of.audience() {
                verify::AudiencePolicy::Own => AudiencePolicy::Own,
                _ => AudiencePolicy::OwnOrAny,
            },
            forms: of.forms().iter().map(|form| (*form).into()).collect(),
            challenge: match of.challenge() {
                verify::ChallengePolicy::Required => ChallengePolicy::Required,
                _ => ChallengePolicy::NotUsed,
            },
            acting: match of.acting() {
                verify::ActingPolicy::Accepted => ActingPolicy::Accepted,
                _ => ActingPolicy::Refused,
            },
            dangerous_status_exempt: of.status_exempt().map(Into::into).collect(),
            window: as_i64(of.window()),
            skew: as_i64(of.skew()),
            max_credential_age: as_i64(of.max_credential_age()),
            ..policy(of.gate().into(), classes, revocation)
        }
    }
}

impl Policy {
    pub(crate) fn build(&self) -> Result<livepermit::Policy> {
        let revocation = match self.revocation {
            RevocationPolicy::Required { max_age, grace } => verify::RevocationPolicy::Required {
                max_age: count("the greatest age", max_age)?,
                grace: count("the grace", grace)?,
            },
            RevocationPolicy::NotChecked => verify::RevocationPolicy::NotChecked,
        };
        Ok(livepermit::Policy::new(&*self.gate, self.classes.iter(), revocation)
            .with_audience(match self.audience {
                AudiencePolicy::Own => verify::AudiencePolicy::Own,
                AudiencePolicy::OwnOrAny => verify::AudiencePolicy::OwnOrAny,
            })
            .with_forms(self.forms.iter().map(|form| CoreForm::from(*form)))
            .with_challenge(match self.challenge {
                ChallengePolicy::NotUsed => verify::ChallengePolicy::NotUsed,
                ChallengePolicy::Required => verify::ChallengePolicy::Required,
            })
            .with_acting(match self.acting {
                ActingPolicy::Refused => verify::ActingPolicy::Refused,
                ActingPolicy::Accepted => verify::ActingPolicy::Accepted,
            })
            .dangerous_exempt_from_status(self.dangerous_status_exempt.iter())
            .with_window(count("the window", self.window)?)
            .with_skew(count("the skew", self.skew)?)
            .with_max_credential_age(count("the age of a credential", self.max_credential_age)?))
    }
}

/// A warning for the person at the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Caution {
    /// The stable code, such as `printed`.
    pub code: String,
    /// What to do.
    pub instruction: String,
}

impl Caution {
    pub(crate) fn new(code: &str, instruction: &str) -> Self {
        Self { code: code.into(), instruction: instruction.into() }
    }
}

/// What only a presentation has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CredentialFacts {
    /// The first second of the credential's validity.
    pub not_before: i64,
    /// The first second after its validity.
    pub expires: i64,
    /// The device key, as `COSE_Key`.
    pub device_key: Vec<u8>,
}

/// A verified permit: genuine, live, and for this gate. A gate must also know whether the code was
/// used before: that is `Gate`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Verified {
    /// The form that was shown.
    pub form: Form,
    /// The issuer.
    pub issuer: String,
    /// The number of the permit.
    pub subject: String,
    /// The class.
    pub permit_class: String,
    /// The id of the issuer's key.
    pub key_id: Vec<u8>,
    /// The gate for which the code was made; nothing: for every gate.
    pub audience: Option<String>,
    /// Whether the code answered the challenge.
    pub challenge_answered: bool,
    /// When the code was made; of a slip, when its validity began.
    pub issued_at: i64,
    /// The first second in which the code is stale.
    pub live_until: i64,
    /// Seconds for which the code is live: the shorter of the signed window and the policy's.
    pub window: i64,
    /// What only a presentation has.
    pub credential: Option<CredentialFacts>,
    /// The person.
    pub person: Option<Person>,
    /// The entry of a status list.
    pub status: Option<StatusReference>,
    /// The representative.
    pub acting: Option<Acting>,
    /// The number beside a slip's code.
    pub check_number: Option<String>,
    /// The claims of the application: a CBOR map in its one deterministic form.
    pub application: Vec<u8>,
    /// Warnings for the person at the gate.
    pub cautions: Vec<Caution>,
    /// 32 bytes that stay the same when the permit is re-issued.
    pub permit_id: Vec<u8>,
    /// Until when a memory of used codes must know this code.
    pub keep_until: i64,
}

impl Verified {
    pub(crate) fn of(verified: &livepermit::Verified) -> Result<Self> {
        let times = verified.credential_not_before().zip(verified.credential_expires());
        let credential = times.zip(verified.device_key());
        Ok(Self {
            form: verified.form().into(),
            issuer: verified.issuer().into(),
            subject: verified.subject().into(),
            permit_class: verified.class().into(),
            key_id: verified.key_id().into(),
            audience: verified.audience().map(Into::into),
            challenge_answered: verified.challenge_answered(),
            issued_at: as_seconds(verified.issued_at()),
            live_until: as_seconds(verified.live_until()),
            window: as_i64(verified.window()),
            credential: credential.map(|((not_before, expires), key)| CredentialFacts {
                not_before: as_seconds(not_before),
                expires: as_seconds(expires),
                device_key: key.to_cose_key(),
            }),
            person: verified.person().map(|person| (&person).into()),
            status: verified.status().map(|status| (&status).into()),
            acting: verified.acting().map(|acting| (&acting).into()),
            check_number: verified.check_number().map(Into::into),
            application: verified.application_cbor(),
            cautions: verified
                .cautions()
                .iter()
                .map(|caution| Caution::new(caution.code(), caution.instruction()))
                .collect(),
            permit_id: verified.permit_id().as_bytes().into(),
            keep_until: as_seconds(verified.replay_key().keep_until),
        })
    }
}

/// The verdict on a code.
#[expect(clippy::large_enum_variant, reason = "UniFFI has no boxes, and nobody keeps many")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Verdict {
    /// The permit is genuine, live, and for this gate.
    Accepted {
        /// The permit.
        verified: Verified,
    },
    /// It is not.
    Refused {
        /// Why.
        rejection: Rejection,
    },
}

/// Verifies codes against keys, rules and status lists. It does not know whether a code was used
/// before: a `Gate` does.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Verifier(RwLock<Arc<livepermit::Verifier>>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Verifier {
    /// Makes a verifier.
    ///
    /// # Errors
    /// The codes of policies.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(trust: &Trust, policy: &Policy, status_lists: Vec<Arc<StatusList>>) -> Result<Self> {
        let verifier = build(trust, policy.build()?, &status_lists)?;
        Ok(Self(RwLock::new(Arc::new(verifier))))
    }

    /// Goes on with other keys and lists, and the same rules.
    ///
    /// # Errors
    /// None that the rules gave before.
    pub fn replace_lists(&self, trust: &Trust, status_lists: Vec<Arc<StatusList>>) -> Result<()> {
        let verifier = build(trust, self.current().policy().clone(), &status_lists)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(verifier);
        Ok(())
    }

    /// Verifies the text of a QR code or link, at `now`. With `challenge`, the code must answer.
    ///
    /// # Errors
    /// `time-out-of-range`, and the codes of a challenge. A refused code is a verdict.
    pub fn verify(&self, text: &str, now: i64, challenge: Option<Challenge>) -> Result<Verdict> {
        self.judge(text.into(), now, challenge)
    }

    /// Verifies the bytes of a token.
    ///
    /// # Errors
    /// As `verify`.
    pub fn verify_bytes(
        &self,
        token: Vec<u8>,
        now: i64,
        challenge: Option<Challenge>,
    ) -> Result<Verdict> {
        self.judge((&token).into(), now, challenge)
    }
}

impl Verifier {
    fn current(&self) -> Arc<livepermit::Verifier> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn judge(
        &self,
        input: verify::Input<'_>,
        now: i64,
        challenge: Option<Challenge>,
    ) -> Result<Verdict> {
        let challenge = challenge.map(|challenge| challenge.build()).transpose()?;
        let mut context = Context::at(time(now)?);
        if let Some(challenge) = &challenge {
            context = context.with_challenge(challenge);
        }
        Ok(match self.current().verify(input, context) {
            Ok(verified) => Verdict::Accepted { verified: Verified::of(&verified)? },
            Err(rejection) => Verdict::Refused { rejection: rejection.into() },
        })
    }
}

pub(crate) fn build(
    trust: &Trust,
    policy: livepermit::Policy,
    status_lists: &[Arc<StatusList>],
) -> Result<livepermit::Verifier> {
    let lists = status_lists.iter().map(|list| Arc::clone(&list.0));
    Ok(livepermit::Verifier::new(trust.0.clone(), policy)?.with_status_lists(lists))
}
