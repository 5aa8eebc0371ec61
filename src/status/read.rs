//! Reads a status list token and verifies its signature.

use alloc::vec::Vec;

use super::packed::Width;
use super::{TYP_NAME, TYP_NUMBER, label};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::cose::{MAX_KID_BYTES, ToBeSigned, Typ, label as header_label};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::check_name;
use crate::key::SIGNATURE_BYTES;
use crate::rejection::{ListRejection, ListRejectionCode};
use crate::time::Timestamp;
use crate::trust::{Trust, TrustedKey};

/// A status list token as it was received.
pub(super) struct StatusToken<'a> {
    algorithm: i64,
    kid: &'a [u8],
    message: Vec<u8>,
    signature: &'a [u8; SIGNATURE_BYTES],
    pub(super) claims: StatusClaims<'a>,
}

impl<'a> StatusToken<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ListRejection> {
        let mut reader = Reader::new(bytes, 0, Layer::Envelope).any_order();
        let start = reader.offset();
        if reader.tag()? != 18 {
            return Err(reader.flaw_at(start, Flaw::WrongTag).into());
        }
        let at = reader.offset();
        if reader.array()? != 4 {
            return Err(reader.flaw_at(at, Flaw::WrongCount).into());
        }
        let protected = reader.bytes()?;
        let protected_at = reader.offset().saturating_sub(protected.len());
        let unprotected_kid = unprotected(&mut reader)?;
        let payload = reader.bytes()?;
        let payload_at = reader.offset().saturating_sub(payload.len());
        let at = reader.offset();
        let signature =
            reader.bytes()?.try_into().map_err(|_| reader.flaw_at(at, Flaw::LengthOutOfRange))?;
        reader.finish()?;

        let mut header = Reader::new(protected, protected_at, Layer::Header).any_order();
        let (algorithm, kid, typ) = protected_header(&mut header)?;
        let missing = header.flaw_at(protected_at, Flaw::MissingHeader);
        header.finish()?;
        let kid = match (kid, unprotected_kid) {
            (Some(kid), None) | (None, Some(kid)) => kid,
            (None, None) => return Err(missing.into()),
            (Some(_), Some(_)) => {
                return Err(Malformed::new(Layer::Header, Flaw::DuplicateKey, protected_at).into());
            }
        };
        match typ.ok_or(missing)? {
            Typ::ContentFormat(TYP_NUMBER) | Typ::MediaType(TYP_NAME) => {}
            _ => return Err(ListRejection::plain(ListRejectionCode::UnknownType)),
        }
        let claims = StatusClaims::read(payload, payload_at)?;
        let message = ToBeSigned::vec(protected, payload);
        Ok(Self { algorithm: algorithm.ok_or(missing)?, kid, message, signature, claims })
    }

    pub(super) fn verify<'t>(&self, trust: &'t Trust) -> Result<&'t TrustedKey, ListRejection> {
        let same_id = trust.with_key_id(self.kid);
        let Some(first) = same_id.first() else {
            return Err(ListRejection::plain(ListRejectionCode::UnknownKey));
        };
        let mut right =
            same_id.iter().filter(|key| key.algorithm().cose_id() == self.algorithm).peekable();
        if right.peek().is_none() {
            return Err(ListRejection::algorithms(self.algorithm, first.algorithm().cose_id()));
        }
        right
            .find(|key| key.public_key().verifies(&self.message, self.signature))
            .ok_or(ListRejection::plain(ListRejectionCode::BadSignature))
    }
}

/// Reads algorithm, key id and type. A list with any other header parameter is refused.
#[expect(
    clippy::type_complexity,
    reason = "three optional fields, read in one place and used in one place"
)]
fn protected_header<'a>(
    reader: &mut Reader<'a>,
) -> Result<(Option<i64>, Option<&'a [u8]>, Option<Typ<'a>>), Malformed> {
    let (mut algorithm, mut kid, mut typ) = (None, None, None);
    let mut map = reader.map()?;
    loop {
        let at = reader.offset();
        match map.next_label(reader)? {
            None => return Ok((algorithm, kid, typ)),
            Some(Label::Int(header_label::ALG)) => algorithm = Some(reader.integer()?),
            Some(Label::Int(header_label::KID)) => kid = Some(key_id(reader)?),
            Some(Label::Int(header_label::TYP)) => typ = Some(Typ::read(reader)?),
            Some(_) => return Err(reader.flaw_at(at, Flaw::UnexpectedHeader)),
        }
    }
}

/// Reads the unprotected header: at most a key id. The key id only selects a key, and the signature
/// shows whether it is the right key.
fn unprotected<'a>(reader: &mut Reader<'a>) -> Result<Option<&'a [u8]>, Malformed> {
    let mut kid = None;
    let mut map = reader.map()?;
    loop {
        let at = reader.offset();
        match map.next_label(reader)? {
            None => return Ok(kid),
            Some(Label::Int(header_label::KID)) => kid = Some(key_id(reader)?),
            Some(_) => return Err(reader.flaw_at(at, Flaw::UnprotectedHeader)),
        }
    }
}

fn key_id<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let at = reader.offset();
    let bytes = reader.bytes()?;
    if (1..=MAX_KID_BYTES).contains(&bytes.len()) {
        Ok(bytes)
    } else {
        Err(reader.flaw_at(at, Flaw::LengthOutOfRange))
    }
}

pub(super) struct StatusClaims<'a> {
    pub(super) issuer: Option<&'a str>,
    pub(super) uri: &'a str,
    pub(super) issued_at: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) ttl: Option<u64>,
    pub(super) width: Width,
    pub(super) compressed: &'a [u8],
}

impl<'a> StatusClaims<'a> {
    fn read(payload: &'a [u8], offset: usize) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload, offset, Layer::Payload).any_order();
        let mut map = reader.map()?;
        let (mut issuer, mut uri, mut issued_at, mut expires, mut ttl, mut list) =
            (None, None, None, None, None, None);
        while let Some(label) = map.next_label(&mut reader)? {
            let at = reader.offset();
            match label {
                Label::Int(1) => issuer = Some(reader.text()?),
                Label::Int(label::SUB) => {
                    let text = reader.text()?;
                    check_name(text).map_err(|flaw| reader.flaw_at(at, flaw))?;
                    uri = Some(text);
                }
                Label::Int(label::EXP) => expires = Some(time(&mut reader)?),
                Label::Int(label::IAT) => issued_at = Some(time(&mut reader)?),
                // The policy, not the list, says how long a copy may be used. Whoever fetches lists
                // asks again after this time.
                Label::Int(label::TTL) => ttl = Some(reader.unsigned()?),
                Label::Int(label::STATUS_LIST) => list = Some(entries(&mut reader)?),
                // The standard allows further claims.
                _ => reader.skip_value()?,
            }
        }
        let missing = reader.flaw_at(offset, Flaw::MissingClaim);
        reader.finish()?;
        let (width, compressed) = list.ok_or(missing)?;
        Ok(Self {
            issuer,
            uri: uri.ok_or(missing)?,
            issued_at: issued_at.ok_or(missing)?,
            expires,
            ttl,
            width,
            compressed,
        })
    }
}

fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let at = reader.offset();
    Timestamp::from_unix(reader.unsigned()?).ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))
}

/// {"bits": 1 / 2 / 4 / 8, "lst": zlib, ? "`aggregation_uri`": text}
fn entries<'a>(reader: &mut Reader<'a>) -> Result<(Width, &'a [u8]), Malformed> {
    let start = reader.offset();
    let mut map = reader.map()?;
    let (mut bits, mut compressed) = (None, None);
    while let Some(key) = map.next_label(reader)? {
        let at = reader.offset();
        match key {
            Label::Text(label::BITS) => {
                let value = reader.unsigned()?;
                bits = Some(
                    Width::from_bits(value).ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))?,
                );
            }
            Label::Text(label::LST) => compressed = Some(reader.bytes()?),
            _ => reader.skip_value()?,
        }
    }
    let missing = reader.flaw_at(start, Flaw::MissingClaim);
    Ok((bits.ok_or(missing)?, compressed.ok_or(missing)?))
}
