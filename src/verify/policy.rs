use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::field::{
    ANYONE, ClaimError, WINDOW_SECONDS, check_class, check_name, class_error, name_error,
};
use crate::token::Form;

/// Which audience a code must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudiencePolicy {
    /// Only codes that name this gate. A slip names no gate, and is accepted if the policy accepts
    /// slips.
    Own,
    /// Codes that name this gate, and codes for every gate.
    OwnOrAny,
}

/// Whether codes must answer a challenge of this gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengePolicy {
    /// The gate asks no challenge. A code that answers a challenge is refused.
    NotUsed,
    /// Every code must be a presentation that names this gate and answers the challenge in the
    /// [`Context`](crate::Context). The only exception is a slip, if [`Policy::with_forms`] accepts
    /// slips: paper cannot answer, so a copy of a slip is accepted too.
    Required,
}

/// Whether the verifier checks that permits were not withdrawn. There is no default: every policy
/// must choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationPolicy {
    /// The verifier looks up every credential and slip in a status list that it holds. A pass is
    /// looked up only if the pass names a list, because its issuer signed it seconds ago.
    Required {
        /// The greatest age of a list, in seconds since the list was made.
        max_age: u64,
        /// Seconds for which a list is still used after it expired or became too old. The verdict
        /// then carries [`Caution::StatusOld`](crate::verify::Caution::StatusOld). 0: no grace.
        grace: u64,
    },
    /// The verifier does not notice withdrawn permits. Every verdict carries
    /// [`Caution::RevocationNotChecked`](crate::verify::Caution::RevocationNotChecked).
    NotChecked,
}

/// Whether a representative may show a permit for another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActingPolicy {
    /// Only the subject may show a permit.
    Refused,
    /// A representative may show a permit too. The verdict names both people and carries
    /// [`Caution::Acting`](crate::verify::Caution::Acting).
    Accepted,
}

/// The rules of a gate: which codes it accepts.
///
/// ```
/// use livepermit::{AudiencePolicy, Policy, RevocationPolicy};
/// let classes = ["bj.example:residence"];
/// let policy = Policy::new("gate-3", classes, RevocationPolicy::NotChecked)
///     .with_audience(AudiencePolicy::Own)
///     .with_window(20)
///     .with_skew(3);
/// assert_eq!(policy.window(), 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    gate: Box<str>,
    audience: AudiencePolicy,
    classes: Vec<Box<str>>,
    revocation: RevocationPolicy,
    forms: Vec<Form>,
    challenge: ChallengePolicy,
    acting: ActingPolicy,
    status_exempt: Vec<Box<str>>,
    window: u64,
    skew: u64,
    max_credential_age: u64,
}

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A name breaks the rules of its field.
    Claim(ClaimError),
    /// The name `*` means every gate, so no gate can have this name.
    ReservedName,
    /// No class is accepted.
    NoClass,
    /// No form is accepted, or a form that cannot be shown alone.
    Forms,
    /// The window lies outside 1 to 86,400 seconds.
    Window {
        /// Seconds given.
        found: u64,
    },
    /// The skew is above 43,200 seconds, half the longest window.
    Skew {
        /// Seconds given.
        found: u64,
    },
    /// The greatest credential age is 0, so every credential would be too old.
    MaxCredentialAge,
    /// A challenge is required, but presentations are not accepted, and only presentations answer
    /// challenges.
    NothingAnswers,
}

impl PolicyError {
    /// The stable code of the error, such as `no-class`. A wrapped error gives its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claim(error) => error.code(),
            Self::ReservedName => "gate-name-reserved",
            Self::NoClass => "no-class",
            Self::Forms => "forms-not-allowed",
            Self::Window { .. } => "window-out-of-range",
            Self::Skew { .. } => "skew-out-of-range",
            Self::MaxCredentialAge => "credential-age-zero",
            Self::NothingAnswers => "nothing-answers",
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::ReservedName => f.write_str("a gate cannot be called \"*\": that means every gate"),
            Self::NoClass => f.write_str("the policy accepts no class"),
            Self::Forms => f.write_str(
                "the policy must accept at least one of pass, presentation and slip, and nothing else",
            ),
            Self::Window { found } => write!(f, "a window of {found} seconds is outside 1 to 86400"),
            Self::Skew { found } => write!(f, "a skew of {found} seconds is above 43200"),
            Self::MaxCredentialAge => f.write_str("a maximal credential age of 0 accepts no credential"),
            Self::NothingAnswers => f.write_str(
                "a challenge is required, and only a presentation, which is not accepted, answers one",
            ),
        }
    }
}

impl core::error::Error for PolicyError {}

impl From<ClaimError> for PolicyError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl Policy {
    /// The default window: 30 seconds, as in permits.
    pub const DEFAULT_WINDOW: u64 = 30;
    /// The default skew: 5 seconds, the largest difference between the clocks of phones and gates
    /// that get the time from a network. A picture of a code is then accepted for at most 35
    /// seconds.
    pub const DEFAULT_SKEW: u64 = 5;
    /// The default greatest age of a credential: 24 hours and 5 minutes, the whole life of a
    /// credential with the default validity. Such a credential is never refused for its age.
    pub const DEFAULT_MAX_CREDENTIAL_AGE: u64 = 86_700;

    /// Makes a policy for the gate named `gate`. It accepts passes and presentations of `classes`
    /// for this gate or for every gate. [`Verifier::new`](crate::Verifier::new) checks the values.
    pub fn new<C: Into<String>>(
        gate: impl Into<String>,
        classes: impl IntoIterator<Item = C>,
        revocation: RevocationPolicy,
    ) -> Self {
        let mut classes: Vec<Box<str>> =
            classes.into_iter().map(|class| class.into().into()).collect();
        classes.sort();
        classes.dedup();
        Self {
            gate: gate.into().into(),
            audience: AudiencePolicy::OwnOrAny,
            classes,
            revocation,
            forms: [Form::Pass, Form::Presentation].into(),
            challenge: ChallengePolicy::NotUsed,
            acting: ActingPolicy::Refused,
            status_exempt: Vec::new(),
            window: Self::DEFAULT_WINDOW,
            skew: Self::DEFAULT_SKEW,
            max_credential_age: Self::DEFAULT_MAX_CREDENTIAL_AGE,
        }
    }

    /// Accepts only these forms, out of [`Form::Pass`], [`Form::Presentation`] and [`Form::Slip`].
    /// Default: pass and presentation.
    #[must_use]
    pub fn with_forms(mut self, forms: impl IntoIterator<Item = Form>) -> Self {
        self.forms = forms.into_iter().collect();
        self
    }

    /// The same policy for these classes, with what to do about withdrawn permits.
    pub(crate) fn accepting(self, classes: Vec<&str>, revocation: RevocationPolicy) -> Self {
        let of_classes = Self::new("", classes, revocation);
        Self { classes: of_classes.classes, revocation, ..self }
    }

    /// The same policy at another gate.
    #[must_use]
    pub fn with_gate(mut self, gate: impl Into<String>) -> Self {
        self.gate = gate.into().into();
        self
    }

    /// Sets which audience a code must have. Default: [`AudiencePolicy::OwnOrAny`].
    #[must_use]
    pub const fn with_audience(mut self, audience: AudiencePolicy) -> Self {
        self.audience = audience;
        self
    }

    /// Whether presentations must answer a challenge.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: ChallengePolicy) -> Self {
        self.challenge = challenge;
        self
    }

    /// Whether a representative may show a permit for another person. By default not.
    #[must_use]
    pub const fn with_acting(mut self, acting: ActingPolicy) -> Self {
        self.acting = acting;
        self
    }

    /// Under [`RevocationPolicy::Required`], accepts credentials of these classes without a status
    /// list. Such credentials cannot be withdrawn.
    #[must_use]
    pub fn dangerous_exempt_from_status<C: Into<String>>(
        mut self,
        classes: impl IntoIterator<Item = C>,
    ) -> Self {
        self.status_exempt = classes.into_iter().map(|class| class.into().into()).collect();
        self
    }

    /// Sets the longest window of a code at this gate: 1 to 86,400 seconds. If the issuer signed a
    /// shorter window, the shorter window counts.
    #[must_use]
    pub const fn with_window(mut self, seconds: u64) -> Self {
        self.window = seconds;
        self
    }

    /// Sets the skew: how many seconds later than this gate's clock a code may be dated, at most
    /// 43,200. For each code, the skew is never more than half the code's window.
    #[must_use]
    pub const fn with_skew(mut self, seconds: u64) -> Self {
        self.skew = seconds;
        self
    }

    /// Sets the greatest age of a credential at this gate, in seconds since its validity began.
    #[must_use]
    pub const fn with_max_credential_age(mut self, seconds: u64) -> Self {
        self.max_credential_age = seconds;
        self
    }

    /// Which audience a code must have.
    #[must_use]
    pub const fn audience(&self) -> AudiencePolicy {
        self.audience
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        &self.gate
    }

    /// The classes accepted, sorted.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(Box::as_ref)
    }

    /// Whether the verifier checks that permits were not withdrawn.
    #[must_use]
    pub const fn revocation(&self) -> RevocationPolicy {
        self.revocation
    }

    /// The forms accepted.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// Whether presentations must answer a challenge.
    #[must_use]
    pub const fn challenge(&self) -> ChallengePolicy {
        self.challenge
    }

    /// Whether a representative may show a permit for another person.
    #[must_use]
    pub const fn acting(&self) -> ActingPolicy {
        self.acting
    }

    /// The classes whose credentials need no status, though lists are looked at.
    pub fn status_exempt(&self) -> impl Iterator<Item = &str> {
        self.status_exempt.iter().map(Box::as_ref)
    }

    pub(super) fn is_status_exempt(&self, class: &str) -> bool {
        self.status_exempt.iter().any(|exempt| exempt.as_ref() == class)
    }

    /// The longest window of a code, in seconds.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// The skew, in seconds.
    #[must_use]
    pub const fn skew(&self) -> u64 {
        self.skew
    }

    /// The greatest age of a credential, in seconds.
    #[must_use]
    pub const fn max_credential_age(&self) -> u64 {
        self.max_credential_age
    }

    pub(super) fn accepts_class(&self, class: &str) -> bool {
        self.classes.binary_search_by(|own| own.as_ref().cmp(class)).is_ok()
    }

    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        check_name(&self.gate).map_err(name_error("gate name", &self.gate))?;
        if *self.gate == *ANYONE {
            return Err(PolicyError::ReservedName);
        }
        if self.classes.is_empty() {
            return Err(PolicyError::NoClass);
        }
        for class in self.classes.iter().chain(&self.status_exempt) {
            check_class(class).map_err(class_error("class", class))?;
        }
        let can_be_shown =
            |form: &Form| matches!(form, Form::Pass | Form::Presentation | Form::Slip);
        if self.forms.is_empty() || !self.forms.iter().all(can_be_shown) {
            return Err(PolicyError::Forms);
        }
        if self.challenge == ChallengePolicy::Required && !self.forms.contains(&Form::Presentation)
        {
            return Err(PolicyError::NothingAnswers);
        }
        if !WINDOW_SECONDS.contains(&self.window) {
            return Err(PolicyError::Window { found: self.window });
        }
        if self.skew > WINDOW_SECONDS.end() / 2 {
            return Err(PolicyError::Skew { found: self.skew });
        }
        if self.max_credential_age == 0 {
            return Err(PolicyError::MaxCredentialAge);
        }
        Ok(())
    }
}
