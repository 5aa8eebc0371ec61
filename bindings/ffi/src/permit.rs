//! Permits and tokens as values.

use livepermit::issue;

use crate::error::Result;
use crate::number::{as_i64, count};

/// The form in which a permit is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Form {
    /// Signed by the issuer's server, seconds ago.
    Pass,
    /// Signed by the issuer for a device. It is not shown by itself.
    Credential,
    /// A credential with the device's signature over the time.
    Presentation,
    /// Printed on paper.
    Slip,
}

impl From<livepermit::Form> for Form {
    fn from(form: livepermit::Form) -> Self {
        match form {
            livepermit::Form::Pass => Self::Pass,
            livepermit::Form::Presentation => Self::Presentation,
            livepermit::Form::Slip => Self::Slip,
            // And none else: a form that is never accepted by itself.
            _ => Self::Credential,
        }
    }
}

impl From<Form> for livepermit::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Pass => Self::Pass,
            Form::Credential => Self::Credential,
            Form::Presentation => Self::Presentation,
            Form::Slip => Self::Slip,
        }
    }
}

/// The person whom a permit names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Person {
    /// The full name, as it is written: 1 to 80 characters.
    pub full_name: String,
    /// The date of birth as 4, 6 or 8 digits: `1949`, `194907`, `19490731`.
    pub birth_date: Option<String>,
}

/// Where the status of a permit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StatusReference {
    /// The URI of the status list.
    pub uri: String,
    /// The entry of the list, from 0.
    pub index: u64,
}

/// Who shows the permit of another person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Acting {
    /// What the representative is, such as `guardian`.
    pub role: String,
    /// The permit number or name of the representative.
    pub representative: String,
}

/// What an issuer signs. `permit` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Permit {
    /// The number of the permit.
    pub subject: String,
    /// The class, such as `bj.example:residence`.
    pub permit_class: String,
    /// Seconds for which a code is live: 1 to 86,400.
    pub window: i64,
    /// The person.
    pub person: Option<Person>,
    /// The entry of a status list.
    pub status: Option<StatusReference>,
    /// The representative.
    pub acting: Option<Acting>,
    /// Claims of the application: a CBOR map.
    pub application: Option<Vec<u8>>,
}

/// A permit with a window of 30 seconds and nothing optional.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn permit(subject: String, permit_class: String) -> Permit {
    Permit {
        subject,
        permit_class,
        window: 30,
        person: None,
        status: None,
        acting: None,
        application: None,
    }
}

impl Permit {
    pub(crate) fn build(&self) -> Result<livepermit::Permit> {
        let mut permit = livepermit::Permit::new(&self.subject, &self.permit_class)?
            .with_window(count("the window", self.window)?)?;
        if let Some(person) = &self.person {
            permit = permit.with_person(person.build()?);
        }
        if let Some(status) = &self.status {
            permit = permit.with_status(issue::StatusReference::new(&status.uri, status.index)?);
        }
        if let Some(acting) = &self.acting {
            permit = permit.with_acting(issue::Acting::new(&acting.role, &acting.representative)?);
        }
        if let Some(claims) = &self.application {
            let claims: ciborium::Value = ciborium::from_reader(claims.as_slice())
                .map_err(|error| issue::ApplicationError::Serde(error.to_string()))?;
            permit = permit.with_application(&claims)?;
        }
        Ok(permit)
    }
}

impl Person {
    fn build(&self) -> Result<issue::Person> {
        let person = issue::Person::new(&self.full_name)?;
        Ok(match &self.birth_date {
            Some(date) => person.with_birth_date(date.parse()?),
            None => person,
        })
    }
}

impl From<&issue::Person> for Person {
    fn from(person: &issue::Person) -> Self {
        Self {
            full_name: person.full_name().into(),
            birth_date: person.birth_date().map(|date| date.as_str().into()),
        }
    }
}

impl From<&issue::StatusReference> for StatusReference {
    fn from(status: &issue::StatusReference) -> Self {
        Self { uri: status.uri().into(), index: status.index() }
    }
}

impl From<&issue::Acting> for Acting {
    fn from(acting: &issue::Acting) -> Self {
        Self { role: acting.role().into(), representative: acting.representative().into() }
    }
}

/// A token: structure and sizes are those of the format, and **nothing is verified**.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Token {
    /// The form.
    pub form: Form,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The text for a QR code: the prefix `LP1:` and base45.
    pub qr_text: String,
    /// The text for a link: base64url.
    pub link_text: String,
    /// The version of the QR code at medium error correction, 1 to 40; `None` if none holds it.
    pub qr_version: Option<i64>,
}

impl From<livepermit::Token> for Token {
    fn from(token: livepermit::Token) -> Self {
        let qr_text = token.to_qr_text();
        let versions = livepermit::qr::versions_for(&qr_text).ok();
        Self {
            form: token.form().into(),
            bytes: token.as_bytes().into(),
            link_text: token.to_link_text(),
            qr_version: versions.and_then(|versions| versions.medium).map(|it| as_i64(it.into())),
            qr_text,
        }
    }
}

/// Reads the bytes of a token, and verifies nothing.
///
/// # Errors
/// The code of the rejection, of the stage `structure`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn read_token(bytes: Vec<u8>) -> Result<Token> {
    Ok(livepermit::Token::from_bytes(&bytes)?.into())
}

/// Reads the text of a token, from a QR code or a link, and verifies nothing.
///
/// # Errors
/// As `read_token`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn read_token_text(text: &str) -> Result<Token> {
    Ok(livepermit::Token::from_text(text)?.into())
}
