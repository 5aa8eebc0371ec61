//! Owned claims: one copy of the token's bytes, and the place of each field in the copy.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use serde::de::DeserializeOwned;

use super::application::{self, ApplicationError};
use super::claims::Application;
use super::person::{Acting, Person, StatusReference};
use super::span::{Span, Spans};
use super::unverified::IssuerSigned;

/// The bytes of a token, and the places of the issuer's claims.
#[derive(Clone)]
pub(crate) struct Retained {
    bytes: Box<[u8]>,
    spans: Spans,
    application_pairs: u64,
}

impl Retained {
    /// Copies `bytes`, from which `token` was read.
    pub(crate) fn new(bytes: &[u8], token: &IssuerSigned<'_>, audience: Option<Span>) -> Self {
        Self {
            bytes: bytes.into(),
            spans: Spans { audience, ..token.spans },
            application_pairs: token.claims.application.pairs,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn part(&self, span: Span) -> &[u8] {
        // The reader found the field at this place in the same bytes.
        self.bytes.get(span.range()).unwrap_or_default()
    }

    fn text(&self, span: Span) -> &str {
        // The reader checked that the field is UTF-8.
        core::str::from_utf8(self.part(span)).unwrap_or_default()
    }

    pub(crate) fn issuer(&self) -> &str {
        self.text(self.spans.issuer)
    }

    pub(crate) fn subject(&self) -> &str {
        self.text(self.spans.subject)
    }

    pub(crate) fn class(&self) -> &str {
        self.text(self.spans.class)
    }

    pub(crate) fn key_id(&self) -> &[u8] {
        self.part(self.spans.key_id)
    }

    pub(crate) fn audience(&self) -> Option<&str> {
        self.spans.audience.map(|span| self.text(span))
    }

    pub(crate) fn person(&self) -> Option<Person> {
        let birth_date = self.spans.birth_date.map(|span| self.text(span));
        Some(Person::read(self.text(self.spans.full_name?), birth_date))
    }

    pub(crate) fn status(&self) -> Option<StatusReference> {
        let (index, uri) = self.spans.status?;
        StatusReference::new(self.text(uri), index).ok()
    }

    pub(crate) fn acting(&self) -> Option<Acting> {
        let (role, representative) = self.spans.acting?;
        Acting::new(self.text(role), self.text(representative)).ok()
    }

    pub(crate) fn check_number(&self) -> Option<&str> {
        self.spans.check_number.map(|span| self.text(span))
    }

    fn application_claims(&self) -> Application<'_> {
        let pairs = self.application_pairs;
        Application { pairs, encoded: self.part(self.spans.application) }
    }

    pub(crate) fn application<T: DeserializeOwned>(&self) -> Result<T, ApplicationError> {
        application::decode(self.application_claims())
    }

    pub(crate) fn application_cbor(&self) -> Vec<u8> {
        self.application_claims().to_map()
    }
}

impl core::fmt::Debug for Retained {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // Person data and application claims stay out of logs.
        f.write_str(&[self.issuer(), self.class(), &self.bytes.len().to_string()].join(", "))
    }
}

/// Makes the public getters of every permit for a type with a field `retained`.
macro_rules! permit_getters {
    ($name:ident) => {
        impl $name {
            /// The issuer.
            #[must_use]
            pub fn issuer(&self) -> &str {
                self.retained.issuer()
            }

            /// The subject: the permit's holder, by a pseudonym.
            #[must_use]
            pub fn subject(&self) -> &str {
                self.retained.subject()
            }

            /// The class.
            #[must_use]
            pub fn class(&self) -> &str {
                self.retained.class()
            }

            /// The person data, if the permit has any.
            #[must_use]
            pub fn person(&self) -> Option<$crate::token::Person> {
                self.retained.person()
            }

            /// The status list entry, if the permit has one.
            #[must_use]
            pub fn status(&self) -> Option<$crate::token::StatusReference> {
                self.retained.status()
            }

            /// The representative who shows the permit, if not the subject shows it.
            #[must_use]
            pub fn acting(&self) -> Option<$crate::token::Acting> {
                self.retained.acting()
            }

            /// Reads the application's own claims into the caller's type.
            ///
            /// # Errors
            /// [`ApplicationError`](crate::issue::ApplicationError) if the claims do not fit the
            /// type.
            pub fn application<T: serde::de::DeserializeOwned>(
                &self,
            ) -> Result<T, $crate::token::ApplicationError> {
                self.retained.application()
            }

            /// The application's own claims as they were signed: one map in deterministic CBOR
            /// (RFC 8949, 4.2.1), empty if there are none.
            #[must_use]
            pub fn application_cbor(&self) -> alloc::vec::Vec<u8> {
                self.retained.application_cbor()
            }
        }
    };
}

pub(crate) use permit_getters;
