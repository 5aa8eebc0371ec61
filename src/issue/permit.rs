use serde::Serialize;

use crate::field::{ClaimError, Class, Name, check_window, window_error};
use crate::time::Timestamp;
use crate::token::{
    Acting, ActingClaim, ApplicationError, BirthDate, Claims, FormClaims, OwnedApplication, Person,
    PersonClaim, StatusClaim, StatusReference,
};

/// A permit: who may do what. An [`Issuer`](crate::Issuer) makes passes, credentials and slips from
/// a permit.
///
/// A permit holds no person data by default, because every picture of a code is a lasting signed
/// proof of its content.
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
    subject: Name,
    class: Class,
    window: u64,
    person: Option<Person>,
    status: Option<StatusReference>,
    acting: Option<Acting>,
    application: OwnedApplication,
}

impl Permit {
    /// The default window of a code, in seconds: long enough for a short queue and a slow phone,
    /// and short enough to make a forwarded picture almost useless.
    pub const DEFAULT_WINDOW: u64 = 30;

    /// Makes a permit of `class` for `subject`. Each is 1 to 128 visible ASCII characters. A class
    /// has a colon (`bj.example:residence`), so that classes of different issuers have different
    /// names.
    ///
    /// # Errors
    /// [`ClaimError`] naming the field.
    pub fn new(subject: &str, class: &str) -> Result<Self, ClaimError> {
        Ok(Self {
            subject: Name::of("subject", subject)?,
            class: Class::of("class", class)?,
            window: Self::DEFAULT_WINDOW,
            person: None,
            status: None,
            acting: None,
            application: OwnedApplication::default(),
        })
    }

    /// Sets the window: for how many seconds a code of this permit is live, 1 to 86,400. A gate's
    /// policy can shorten the window, but not lengthen it.
    ///
    /// # Errors
    /// [`ClaimError`] outside that range.
    pub fn with_window(mut self, seconds: u64) -> Result<Self, ClaimError> {
        check_window(seconds).map_err(window_error(seconds))?;
        self.window = seconds;
        Ok(self)
    }

    /// Puts person data into the permit (claim 169).
    #[must_use]
    pub fn with_person(mut self, person: Person) -> Self {
        self.person = Some(person);
        self
    }

    /// Sets the status list entry with which the issuer can withdraw the permit. The entry is for
    /// one binding: all credentials of one device carry it, and another device has its own.
    #[must_use]
    pub fn with_status(mut self, status: StatusReference) -> Self {
        self.status = Some(status);
        self
    }

    /// Names the representative who shows the permit for its subject, for example a guardian for a
    /// minor. Bind the credential to the representative's device. Only credentials can name a
    /// representative.
    #[must_use]
    pub fn with_acting(mut self, acting: Acting) -> Self {
        self.acting = Some(acting);
        self
    }

    /// What the permit says of its person can be true at the time of issue.
    pub(crate) fn check_person(&self, now: Timestamp) -> Result<(), ClaimError> {
        let born = self.person.as_ref().and_then(Person::birth_date);
        born.map_or(Ok(()), |date| date.check_plausible(now))
    }

    pub(crate) fn acting_claim(&self) -> Option<ActingClaim<'_>> {
        self.acting.as_ref().map(|acting| ActingClaim {
            role: acting.role(),
            representative: acting.representative(),
        })
    }

    /// Adds the application's own claims: a struct or map whose keys are text of 3 to 255 bytes or
    /// integers below −65552. [`Verified::application`](crate::Verified::application) reads these
    /// claims.
    ///
    /// # Errors
    /// [`ApplicationError`] for other keys, floats, tags and what serde refuses.
    pub fn with_application(mut self, claims: &impl Serialize) -> Result<Self, ApplicationError> {
        self.application = OwnedApplication::encode(claims)?;
        Ok(self)
    }

    /// The subject: the permit's holder, by a pseudonym.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.subject.as_str()
    }

    /// The class.
    #[must_use]
    pub fn class(&self) -> &str {
        self.class.as_str()
    }

    /// The window of a code, in seconds.
    #[must_use]
    pub const fn window(&self) -> u64 {
        self.window
    }

    pub(crate) fn as_claims<'a>(&'a self, issuer: &'a str, form: FormClaims<'a>) -> Claims<'a> {
        Claims {
            issuer,
            subject: self.subject.as_str(),
            class: self.class.as_str(),
            form,
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
