use alloc::string::{String, ToString as _};

use serde::Serialize;

use super::application::OwnedApplication;
use super::claims::{ActingClaim, Claims, PersonClaim, StatusClaim, Timing};
use super::fields::check_class;
use super::{
    Acting, ApplicationError, BirthDate, ClaimError, Person, StatusReference, check_name,
    check_window,
};

/// The right that is shown: who may do what, as claims. An [`Issuer`](crate::Issuer) makes passes
/// and credentials of it.
///
/// The default holds no person data, because a picture of a code stays for ever an issuer-signed
/// proof of what is in it.
///
/// ```
/// use livepermit::Permit;
/// #[derive(serde::Serialize)]
/// struct Area { zone: u8 }
/// let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?
///     .with_window(60)?
///     .with_application(&Area { zone: 3 })?;
/// assert_eq!(permit.subject(), "BJ-7F3A9C2E");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    subject: String,
    class: String,
    window: u64,
    person: Option<Person>,
    status: Option<StatusReference>,
    acting: Option<Acting>,
    application: OwnedApplication,
}

impl Permit {
    /// Seconds a code is live unless the permit says otherwise: long enough for a short queue of
    /// hands and a slow phone, short enough that a forwarded picture is worth little.
    pub const DEFAULT_WINDOW: u64 = 30;

    /// A permit of `class` for `subject`: each 1 to 128 visible ASCII characters, the class with a
    /// colon in it (`bj.example:residence`), which keeps classes of different issuers apart.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn new(subject: &str, class: &str) -> Result<Self, ClaimError> {
        check_name(subject).map_err(ClaimError::of("subject"))?;
        check_class(class).map_err(ClaimError::of("class"))?;
        Ok(Self {
            subject: subject.to_string(),
            class: class.to_string(),
            window: Self::DEFAULT_WINDOW,
            person: None,
            status: None,
            acting: None,
            application: OwnedApplication::default(),
        })
    }

    /// How many seconds a code of this permit is live: 1 to 86,400. A verifier's policy can only
    /// shorten it.
    ///
    /// # Errors
    /// [`ClaimError`] outside that range.
    pub fn with_window(mut self, seconds: u64) -> Result<Self, ClaimError> {
        check_window(seconds).map_err(ClaimError::of("window"))?;
        self.window = seconds;
        Ok(self)
    }

    /// Puts person data into the permit (claim 169).
    #[must_use]
    pub fn with_person(mut self, person: Person) -> Self {
        self.person = Some(person);
        self
    }

    /// Names the status list entry by which the permit can be withdrawn.
    #[must_use]
    pub fn with_status(mut self, status: StatusReference) -> Self {
        self.status = Some(status);
        self
    }

    /// Names who shows the permit for its subject, and as what: a guardian for a minor, say. The
    /// credential is then bound to the representative's device. Only credentials carry it.
    #[must_use]
    pub fn with_acting(mut self, acting: Acting) -> Self {
        self.acting = Some(acting);
        self
    }

    pub(crate) fn acting_claim(&self) -> Option<ActingClaim<'_>> {
        self.acting.as_ref().map(|acting| ActingClaim {
            role: acting.role(),
            representative: acting.representative(),
        })
    }

    /// Adds the application's own claims: a struct or map whose keys are text of 3 to 255 bytes or
    /// integers below −65552. Read back with
    /// [`Verified::application`](crate::Verified::application).
    ///
    /// # Errors
    /// [`ApplicationError`] for other keys, floats, tags and what serde refuses.
    pub fn with_application(mut self, claims: &impl Serialize) -> Result<Self, ApplicationError> {
        self.application = OwnedApplication::encode(claims)?;
        Ok(self)
    }

    /// Whose permit it is.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The class.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.class
    }

    /// Seconds a code is live.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    pub(crate) fn as_claims<'a>(&'a self, issuer: &'a str, timing: Timing<'a>) -> Claims<'a> {
        Claims {
            issuer,
            subject: &self.subject,
            class: &self.class,
            timing,
            person: self.person.as_ref().map(|person| PersonClaim {
                full_name: person.full_name(),
                birth_date: person.birth_date().map(BirthDate::as_str),
            }),
            status: self
                .status
                .as_ref()
                .map(|status| StatusClaim { index: status.index(), uri: status.uri() }),
            application: self.application.as_claims(),
        }
    }
}
