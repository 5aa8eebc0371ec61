//! Claims that outlive the input they were read from: one copy of the bytes, and where each field
//! lies in it.

use alloc::string::ToString as _;
use alloc::vec::Vec;

use serde::de::DeserializeOwned;

use super::application;
use super::claims::Application;
use super::{Acting, ApplicationError, IssuerSigned, Person, StatusReference, Timing};

/// A part of the retained bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: usize,
    length: usize,
}

impl Span {
    /// Where `part`, a slice of `whole`, lies in it.
    fn of(part: &[u8], whole: &[u8]) -> Self {
        Self { start: part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr()), length: part.len() }
    }
}

/// The issuer's claims of a token and the token's bytes.
#[derive(Clone)]
pub(crate) struct Retained {
    bytes: Vec<u8>,
    issuer: Span,
    subject: Span,
    class: Span,
    key_id: Span,
    audience: Option<Span>,
    full_name: Option<Span>,
    birth_date: Option<Span>,
    status: Option<(u64, Span)>,
    acting: Option<(Span, Span)>,
    check_number: Option<Span>,
    application: (u64, Span),
}

impl Retained {
    /// `token` and `audience` must have been read from `bytes`; a field that was not would read as
    /// empty.
    pub(crate) fn new(bytes: &[u8], token: &IssuerSigned<'_>, audience: Option<&str>) -> Self {
        let span = |text: &str| Span::of(text.as_bytes(), bytes);
        let claims = &token.claims;
        Self {
            key_id: Span::of(token.kid, bytes),
            audience: audience.map(span),
            issuer: span(claims.issuer),
            subject: span(claims.subject),
            class: span(claims.class),
            full_name: claims.person.map(|person| span(person.full_name)),
            birth_date: claims.person.and_then(|person| person.birth_date).map(span),
            status: claims.status.map(|status| (status.index, span(status.uri))),
            acting: match claims.timing {
                Timing::Credential { acting: Some(acting), .. } => {
                    Some((span(acting.role), span(acting.representative)))
                }
                _ => None,
            },
            check_number: match claims.timing {
                Timing::Slip { check_number, .. } => Some(span(check_number)),
                _ => None,
            },
            application: (claims.application.pairs, Span::of(claims.application.encoded, bytes)),
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn part(&self, span: Span) -> &[u8] {
        self.bytes.get(span.start..span.start.saturating_add(span.length)).unwrap_or_default()
    }

    fn text(&self, span: Span) -> &str {
        core::str::from_utf8(self.part(span)).unwrap_or_default()
    }

    pub(crate) fn issuer(&self) -> &str {
        self.text(self.issuer)
    }

    pub(crate) fn subject(&self) -> &str {
        self.text(self.subject)
    }

    pub(crate) fn class(&self) -> &str {
        self.text(self.class)
    }

    pub(crate) fn key_id(&self) -> &[u8] {
        self.part(self.key_id)
    }

    pub(crate) fn audience(&self) -> Option<&str> {
        self.audience.map(|span| self.text(span))
    }

    pub(crate) fn person(&self) -> Option<Person> {
        let person = Person::new(self.text(self.full_name?)).ok()?;
        Some(match self.birth_date.map(|span| self.text(span).parse()) {
            Some(Ok(date)) => person.with_birth_date(date),
            _ => person,
        })
    }

    pub(crate) fn status(&self) -> Option<StatusReference> {
        let (index, uri) = self.status?;
        StatusReference::new(self.text(uri), index).ok()
    }

    pub(crate) fn acting(&self) -> Option<Acting> {
        let (role, representative) = self.acting?;
        Acting::new(self.text(role), self.text(representative)).ok()
    }

    pub(crate) fn check_number(&self) -> Option<&str> {
        self.check_number.map(|span| self.text(span))
    }

    pub(crate) fn application<T: DeserializeOwned>(&self) -> Result<T, ApplicationError> {
        let (pairs, span) = self.application;
        let encoded = if pairs == 0 { &[] } else { self.part(span) };
        application::decode(Application { pairs, encoded })
    }
}

impl core::fmt::Debug for Retained {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // Person data and application claims stay out of logs.
        f.write_str(&[self.issuer(), self.class(), &self.bytes.len().to_string()].join(", "))
    }
}

/// The public getters of a type with a field `retained`: what every permit has.
macro_rules! permit_getters {
    ($name:ident) => {
        impl $name {
            /// The issuer.
            #[must_use]
            pub fn issuer(&self) -> &str {
                self.retained.issuer()
            }

            /// Whose permit it is.
            #[must_use]
            pub fn subject(&self) -> &str {
                self.retained.subject()
            }

            /// The class.
            #[must_use]
            pub fn class(&self) -> &str {
                self.retained.class()
            }

            /// The person data in the permit, if any.
            #[must_use]
            pub fn person(&self) -> Option<$crate::token::Person> {
                self.retained.person()
            }

            /// The status list entry, if the permit has one.
            #[must_use]
            pub fn status(&self) -> Option<$crate::token::StatusReference> {
                self.retained.status()
            }

            /// Who shows the permit for its subject, if somebody acts for another.
            #[must_use]
            pub fn acting(&self) -> Option<$crate::token::Acting> {
                self.retained.acting()
            }

            /// The application's own claims, read into the caller's type.
            ///
            /// # Errors
            /// [`ApplicationError`](crate::ApplicationError) when they do not fit the type.
            pub fn application<T: serde::de::DeserializeOwned>(
                &self,
            ) -> Result<T, $crate::token::ApplicationError> {
                self.retained.application()
            }
        }
    };
}

pub(crate) use permit_getters;
