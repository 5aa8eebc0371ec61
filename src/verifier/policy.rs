use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::token::{ANYONE, ClaimError, Form, WINDOW_SECONDS, check_class, check_name};

/// Whose codes are for this gate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudiencePolicy {
    /// Only codes made for this gate by name. A slip, where the policy takes those, is made for no
    /// gate and is taken all the same.
    Own(String),
    /// Codes made for this gate, and codes made for whoever reads them.
    OwnOrAny(String),
}

impl AudiencePolicy {
    /// The gate's own name.
    #[must_use]
    pub fn own(&self) -> &str {
        match self {
            Self::Own(name) | Self::OwnOrAny(name) => name,
        }
    }
}

/// Whether presentations must answer a question of this gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengePolicy {
    /// No question is asked; a code that answers one is refused.
    NotUsed,
    /// Every code must be a presentation for this gate's own name that answers the challenge in the
    /// [`Context`](crate::Context). Only a slip, where [`Policy::with_forms`] takes those, answers
    /// nothing and is taken all the same: it is paper, and so is a copy of it.
    Required,
}

/// Whether withdrawn permits are looked up. There is no default: the policy must choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revocation {
    /// Every credential and slip is looked up in a status list that this verifier holds; a pass
    /// only if it names one, because its issuer signed it seconds ago.
    Required {
        /// The oldest a list may be, in seconds since it was made.
        max_age: u64,
        /// For how many seconds more, after a list ended or grew too old, it is used with the
        /// caution [`Caution::StatusOld`](crate::Caution::StatusOld). 0 for none.
        grace: u64,
    },
    /// Withdrawn permits are not found out. Every verdict carries
    /// [`Caution::RevocationNotChecked`](crate::Caution::RevocationNotChecked).
    NotChecked,
}

/// Whether somebody may show a permit for another person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActingPolicy {
    /// Only the subject.
    Refused,
    /// Representatives too; the verdict names both and carries
    /// [`Caution::Acting`](crate::Caution::Acting).
    Accepted,
}

/// What a gate accepts.
///
/// ```
/// use livepermit::{AudiencePolicy, Policy, Revocation};
/// let policy = Policy::new(AudiencePolicy::Own("gate-3".into()), ["bj.example:residence"], Revocation::NotChecked)
///     .with_window(20)
///     .with_skew(3);
/// assert_eq!(policy.window(), 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    audience: AudiencePolicy,
    classes: Vec<Box<str>>,
    revocation: Revocation,
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
pub enum ConfigError {
    /// A name breaks the rules of its field.
    Claim(ClaimError),
    /// `*` means every gate, so no gate can have it for a name.
    ReservedName,
    /// No class is accepted.
    NoClass,
    /// No form is accepted, or one that cannot be shown by itself.
    Forms,
    /// The window lies outside 1 to 86,400 seconds.
    Window {
        /// Seconds given.
        found: u64,
    },
    /// More clock difference than the longest window makes sense of.
    Skew {
        /// Seconds given.
        found: u64,
    },
    /// No credential could be young enough.
    MaxCredentialAge,
    /// A challenge has to be answered, and presentations, which alone can, are not accepted.
    NothingAnswers,
}

impl fmt::Display for ConfigError {
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

impl core::error::Error for ConfigError {}

impl From<ClaimError> for ConfigError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl Policy {
    /// 30 seconds: what a permit signs by default.
    pub const DEFAULT_WINDOW: u64 = 30;
    /// 5 seconds: what phones and gates that set their clocks by the network differ by at most. A
    /// picture of a code lives 35 seconds at most.
    pub const DEFAULT_SKEW: u64 = 5;
    /// 24 hours and 5 minutes: the life of a credential with the default validity, so that it is
    /// never refused for its age.
    pub const DEFAULT_MAX_CREDENTIAL_AGE: u64 = 86_700;

    /// Accepts passes and presentations of `classes` for this audience.
    pub fn new<C: Into<String>>(
        audience: AudiencePolicy,
        classes: impl IntoIterator<Item = C>,
        revocation: Revocation,
    ) -> Self {
        let mut classes: Vec<Box<str>> =
            classes.into_iter().map(|class| class.into().into()).collect();
        classes.sort();
        classes.dedup();
        Self {
            audience,
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

    /// Accepts these forms only: [`Form::Pass`], [`Form::Presentation`], [`Form::Slip`]. By default
    /// the first two.
    #[must_use]
    pub fn with_forms(mut self, forms: impl IntoIterator<Item = Form>) -> Self {
        self.forms = forms.into_iter().collect();
        self
    }

    /// Whether presentations must answer a challenge.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: ChallengePolicy) -> Self {
        self.challenge = challenge;
        self
    }

    /// Whether somebody may show a permit for another person. By default not.
    #[must_use]
    pub const fn with_acting(mut self, acting: ActingPolicy) -> Self {
        self.acting = acting;
        self
    }

    /// Under [`Revocation::Required`], accepts credentials of these classes that name no status
    /// list: they cannot be withdrawn.
    #[must_use]
    pub fn dangerous_exempt_from_status<C: Into<String>>(
        mut self,
        classes: impl IntoIterator<Item = C>,
    ) -> Self {
        self.status_exempt = classes.into_iter().map(|class| class.into().into()).collect();
        self
    }

    /// The longest a code may be live here, in seconds: 1 to 86,400. A code whose issuer signed a
    /// shorter window keeps that.
    #[must_use]
    pub const fn with_window(mut self, seconds: u64) -> Self {
        self.window = seconds;
        self
    }

    /// How far ahead of this gate's clock a code may be dated, in seconds; never more than half the
    /// code's window.
    #[must_use]
    pub const fn with_skew(mut self, seconds: u64) -> Self {
        self.skew = seconds;
        self
    }

    /// The oldest a credential may be here, in seconds since its validity began.
    #[must_use]
    pub const fn with_max_credential_age(mut self, seconds: u64) -> Self {
        self.max_credential_age = seconds;
        self
    }

    /// Whose codes are for this gate.
    #[must_use]
    pub const fn audience(&self) -> &AudiencePolicy {
        &self.audience
    }

    /// The classes accepted, sorted.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(Box::as_ref)
    }

    /// Whether withdrawn permits are looked up.
    #[must_use]
    pub const fn revocation(&self) -> Revocation {
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

    /// Whether somebody may show a permit for another person.
    #[must_use]
    pub const fn acting(&self) -> ActingPolicy {
        self.acting
    }

    pub(super) fn is_status_exempt(&self, class: &str) -> bool {
        self.status_exempt.iter().any(|exempt| exempt.as_ref() == class)
    }

    /// The longest a code may be live, in seconds.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    /// How far ahead a code may be dated, in seconds.
    #[must_use]
    pub const fn skew(&self) -> u64 {
        self.skew
    }

    /// The oldest a credential may be, in seconds.
    #[must_use]
    pub const fn max_credential_age(&self) -> u64 {
        self.max_credential_age
    }

    pub(super) fn accepts_class(&self, class: &str) -> bool {
        self.classes.binary_search_by(|own| own.as_ref().cmp(class)).is_ok()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check_name(self.audience.own()).map_err(ClaimError::of("gate name"))?;
        if self.audience.own() == ANYONE {
            return Err(ConfigError::ReservedName);
        }
        if self.classes.is_empty() {
            return Err(ConfigError::NoClass);
        }
        for class in self.classes.iter().chain(&self.status_exempt) {
            check_class(class).map_err(ClaimError::of("class"))?;
        }
        let can_be_shown =
            |form: &Form| matches!(form, Form::Pass | Form::Presentation | Form::Slip);
        if self.forms.is_empty() || !self.forms.iter().all(can_be_shown) {
            return Err(ConfigError::Forms);
        }
        if self.challenge == ChallengePolicy::Required && !self.forms.contains(&Form::Presentation)
        {
            return Err(ConfigError::NothingAnswers);
        }
        if !WINDOW_SECONDS.contains(&self.window) {
            return Err(ConfigError::Window { found: self.window });
        }
        if self.skew > WINDOW_SECONDS.end() / 2 {
            return Err(ConfigError::Skew { found: self.skew });
        }
        if self.max_credential_age == 0 {
            return Err(ConfigError::MaxCredentialAge);
        }
        Ok(())
    }
}
