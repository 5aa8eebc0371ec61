//! The claims of a token, borrowed. The same structure serves reading and writing.

use super::{Form, label};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::cose::Part;
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::{
    check_check_number, check_class, check_gate, check_name, check_nonce, check_window,
};
use crate::key::CoseKey;
use crate::time::Timestamp;
use crate::token::person::{check_birth_date, check_full_name};
use crate::token::span::{Span, Spans};

/// The claims that an issuer signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claims<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) class: &'a str,
    pub(crate) form: FormClaims<'a>,
    pub(crate) person: Option<PersonClaim<'a>>,
    pub(crate) status: Option<StatusClaim<'a>>,
    pub(crate) application: Application<'a>,
}

/// The claims that only one form has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormClaims<'a> {
    Pass {
        audience: Option<&'a str>,
        issued_at: Timestamp,
        expires: Timestamp,
    },
    Credential {
        not_before: Timestamp,
        expires: Timestamp,
        window: u64,
        device_key: CoseKey<'a>,
        acting: Option<ActingClaim<'a>>,
    },
    Slip {
        not_before: Timestamp,
        expires: Timestamp,
        check_number: &'a str,
    },
}

/// Claim −65538: {1: role, 2: representative}.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActingClaim<'a> {
    pub(crate) role: &'a str,
    pub(crate) representative: &'a str,
}

pub(crate) const ROLE: i64 = 1;
pub(crate) const REPRESENTATIVE: i64 = 2;

/// The confirmation method `COSE_Key` (RFC 8747 §3.1).
pub(crate) const CNF_COSE_KEY: i64 = 1;

/// Claim 169: {4: full name, ? 8: date of birth}.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PersonClaim<'a> {
    pub(crate) full_name: &'a str,
    pub(crate) birth_date: Option<&'a str>,
}

pub(crate) const FULL_NAME: i64 = 4;
pub(crate) const BIRTH_DATE: i64 = 8;

/// Claim 65535: {"`status_list`": {"idx": index, "uri": list}}.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusClaim<'a> {
    pub(crate) index: u64,
    pub(crate) uri: &'a str,
}

pub(crate) const STATUS_LIST: &str = "status_list";
pub(crate) const IDX: &str = "idx";
pub(crate) const URI: &str = "uri";

/// The application's claims: encoded pairs, which sort behind all other claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Application<'a> {
    pub(crate) pairs: u64,
    pub(crate) encoded: &'a [u8],
}

/// Application labels are text of 3 to 255 bytes (standards may use shorter text) or integers below
/// this profile's block.
pub(crate) fn is_application_label(label: Label<'_>) -> bool {
    match label {
        Label::Int(label) => label < label::BLOCK_END,
        Label::Text(label) => (3..=255).contains(&label.len()),
    }
}

impl<'a> Claims<'a> {
    /// Reads the claims of `form`, a form that an issuer signs.
    pub(crate) fn read(
        form: Form,
        payload: Part<'a>,
        layer: Layer,
    ) -> Result<(Self, Spans), Malformed> {
        let mut spans = Spans::default();
        let mut reader = Reader::new(payload.bytes, payload.offset, layer);
        let start = reader.offset();
        let mut map = reader.map()?;
        let (pass, credential, slip) =
            (form == Form::Pass, form == Form::Credential, form == Form::Slip);
        let (mut issuer, mut subject, mut class, mut audience) = (None, None, None, None);
        let (mut expires, mut not_before, mut issued_at, mut window) = (None, None, None, None);
        let (mut device_key, mut person, mut status) = (None, None, None);
        let (mut acting, mut check_number) = (None, None);
        let mut application = Application::default();
        let mut application_start = None;
        loop {
            let at = reader.offset();
            let Some(label) = map.next_label(&mut reader)? else { break };
            match label {
                Label::Int(label::ISS) => {
                    issuer = Some(spanned(&mut reader, check_name, &mut spans.issuer)?);
                }
                Label::Int(label::SUB) => {
                    subject = Some(spanned(&mut reader, check_name, &mut spans.subject)?);
                }
                Label::Int(label::AUD) if pass => {
                    let span = spans.audience.insert(Span::default());
                    audience = Some(spanned(&mut reader, check_gate, span)?);
                }
                Label::Int(label::EXP) => expires = Some(time(&mut reader)?),
                Label::Int(label::NBF) if !pass => not_before = Some(time(&mut reader)?),
                Label::Int(label::IAT) if pass => issued_at = Some(time(&mut reader)?),
                Label::Int(label::CNF) if credential => {
                    device_key = Some(confirmation(&mut reader)?)
                }
                Label::Int(label::VCT) => {
                    class = Some(spanned(&mut reader, check_class, &mut spans.class)?);
                }
                Label::Int(label::PERSON) => {
                    person = Some(PersonClaim::read(&mut reader, &mut spans)?)
                }
                Label::Int(label::STATUS) => {
                    status = Some(StatusClaim::read(&mut reader, &mut spans)?)
                }
                Label::Int(label::WINDOW) if credential => {
                    let at = reader.offset();
                    let seconds = reader.unsigned()?;
                    check_window(seconds).map_err(|flaw| reader.flaw_at(at, flaw))?;
                    window = Some(seconds);
                }
                Label::Int(label::ACTING) if credential => {
                    acting = Some(ActingClaim::read(&mut reader, &mut spans)?)
                }
                Label::Int(label::CHECK_NUMBER) if slip => {
                    let span = spans.check_number.insert(Span::default());
                    check_number = Some(spanned(&mut reader, check_check_number, span)?);
                }
                label if is_application_label(label) => {
                    reader.skip_value()?;
                    application.pairs = application.pairs.saturating_add(1);
                    // Application claims sort behind all others, so all bytes after the first
                    // belong to them.
                    let from = *application_start.get_or_insert(at);
                    application.encoded = reader.since(from);
                    spans.application = Span::from_to(from, reader.offset());
                }
                _ => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        }
        let missing = reader.flaw_at(start, Flaw::MissingClaim);
        let bad_time = reader.flaw_at(start, Flaw::NumberOutOfRange);
        reader.finish()?;
        let expires: Timestamp = expires.ok_or(missing)?;
        let form = if pass {
            let issued_at = issued_at.ok_or(missing)?;
            check_window(expires.seconds_since(issued_at)).map_err(|_| bad_time)?;
            FormClaims::Pass { audience, issued_at, expires }
        } else {
            let not_before = not_before.ok_or(missing)?;
            if not_before >= expires {
                return Err(bad_time);
            }
            if slip {
                // A gate compares a slip with an identity document, and an issuer can withdraw a
                // slip.
                if person.is_none() || status.is_none() {
                    return Err(missing);
                }
                FormClaims::Slip { not_before, expires, check_number: check_number.ok_or(missing)? }
            } else {
                FormClaims::Credential {
                    not_before,
                    expires,
                    window: window.ok_or(missing)?,
                    device_key: device_key.ok_or(missing)?,
                    acting,
                }
            }
        };
        let claims = Self {
            issuer: issuer.ok_or(missing)?,
            subject: subject.ok_or(missing)?,
            class: class.ok_or(missing)?,
            form,
            person,
            status,
            application,
        };
        Ok((claims, spans))
    }
}

/// The claims that a device signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PresentationClaims<'a> {
    pub(crate) audience: &'a str,
    pub(crate) issued_at: Timestamp,
    pub(crate) nonce: Option<&'a [u8]>,
}

impl<'a> PresentationClaims<'a> {
    /// Reads the claims and returns also the place of the audience.
    pub(crate) fn read(payload: Part<'a>, layer: Layer) -> Result<(Self, Span), Malformed> {
        let mut span = Span::default();
        let mut reader = Reader::new(payload.bytes, payload.offset, layer);
        let start = reader.offset();
        let mut map = reader.map()?;
        let (mut audience, mut issued_at, mut nonce) = (None, None, None);
        loop {
            let at = reader.offset();
            let Some(label) = map.next_label(&mut reader)? else { break };
            match label {
                Label::Int(label::AUD) => {
                    audience = Some(spanned(&mut reader, check_name, &mut span)?);
                }
                Label::Int(label::IAT) => issued_at = Some(time(&mut reader)?),
                Label::Int(label::CNONCE) => {
                    let at = reader.offset();
                    let bytes = reader.bytes()?;
                    check_nonce(bytes).map_err(|flaw| reader.flaw_at(at, flaw))?;
                    nonce = Some(bytes);
                }
                _ => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        }
        let missing = reader.flaw_at(start, Flaw::MissingClaim);
        reader.finish()?;
        let claims = Self {
            audience: audience.ok_or(missing)?,
            issued_at: issued_at.ok_or(missing)?,
            nonce,
        };
        Ok((claims, span))
    }
}

/// Reads a text, checks it with the rule of its field, and stores its place in `span`.
fn spanned<'a>(
    reader: &mut Reader<'a>,
    check: impl FnOnce(&str) -> Result<(), Flaw>,
    span: &mut Span,
) -> Result<&'a str, Malformed> {
    let at = reader.offset();
    let text = reader.text()?;
    check(text).map_err(|flaw| reader.flaw_at(at, flaw))?;
    *span = Span::ending_at(reader.offset(), text.len());
    Ok(text)
}

/// Times are unsigned integers below 2^40: no floats, no tags, no negative numbers.
fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let at = reader.offset();
    Timestamp::from_unix(reader.unsigned()?).ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))
}

/// `cnf` (RFC 8747 §3.2): {1: `COSE_Key`}.
fn confirmation<'a>(reader: &mut Reader<'a>) -> Result<CoseKey<'a>, Malformed> {
    pairs(reader, 1)?;
    integer_key(reader, CNF_COSE_KEY)?;
    CoseKey::read(reader)
}

impl<'a> PersonClaim<'a> {
    fn read(reader: &mut Reader<'a>, spans: &mut Spans) -> Result<Self, Malformed> {
        let start = reader.offset();
        let mut map = reader.map()?;
        let (mut full_name, mut birth_date) = (None, None);
        loop {
            let at = reader.offset();
            match map.next_label(reader)? {
                None => break,
                Some(Label::Int(FULL_NAME)) => {
                    let span = spans.full_name.insert(Span::default());
                    full_name = Some(spanned(reader, check_full_name, span)?);
                }
                Some(Label::Int(BIRTH_DATE)) => {
                    let span = spans.birth_date.insert(Span::default());
                    birth_date = Some(spanned(reader, check_birth_date, span)?);
                }
                Some(_) => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        }
        let full_name = full_name.ok_or(reader.flaw_at(start, Flaw::MissingClaim))?;
        Ok(Self { full_name, birth_date })
    }
}

impl<'a> ActingClaim<'a> {
    fn read(reader: &mut Reader<'a>, spans: &mut Spans) -> Result<Self, Malformed> {
        pairs(reader, 2)?;
        integer_key(reader, ROLE)?;
        let (role_span, representative_span) = spans.acting.insert(Default::default());
        let role = spanned(reader, check_name, role_span)?;
        integer_key(reader, REPRESENTATIVE)?;
        let representative = spanned(reader, check_name, representative_span)?;
        Ok(Self { role, representative })
    }
}

impl<'a> StatusClaim<'a> {
    fn read(reader: &mut Reader<'a>, spans: &mut Spans) -> Result<Self, Malformed> {
        pairs(reader, 1)?;
        key(reader, STATUS_LIST)?;
        pairs(reader, 2)?;
        key(reader, IDX)?;
        let index = reader.unsigned()?;
        key(reader, URI)?;
        let (_, span) = spans.status.insert((index, Span::default()));
        Ok(Self { index, uri: spanned(reader, check_name, span)? })
    }
}

/// Reads the head of a map that must have `wanted` pairs.
fn pairs(reader: &mut Reader<'_>, wanted: u64) -> Result<(), Malformed> {
    let at = reader.offset();
    if reader.map()?.left() == wanted { Ok(()) } else { Err(reader.flaw_at(at, Flaw::WrongCount)) }
}

/// Reads the text key that must come next. Fixed keys in a fixed order need no other check of
/// order.
fn key(reader: &mut Reader<'_>, wanted: &str) -> Result<(), Malformed> {
    let at = reader.offset();
    if reader.text()? == wanted { Ok(()) } else { Err(reader.flaw_at(at, Flaw::UnexpectedClaim)) }
}

/// Reads the integer key that must come next.
fn integer_key(reader: &mut Reader<'_>, wanted: i64) -> Result<(), Malformed> {
    let at = reader.offset();
    if reader.integer()? == wanted {
        Ok(())
    } else {
        Err(reader.flaw_at(at, Flaw::UnexpectedClaim))
    }
}
