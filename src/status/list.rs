use alloc::boxed::Box;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256};

use super::inflate::inflate;
use super::packed::{Packed, Width};
use super::{StatusValue, TYP_NAME, TYP_NUMBER, label};
use crate::cbor::{Label, Reader};
use crate::cose::{MAX_KID_BYTES, ToBeSigned, Typ, label as header_label};
use crate::key::{PublicKey, SIGNATURE_BYTES};
use crate::malformed::{Flaw, Layer, Malformed};
use crate::rejection::{ListCode, ListRejection};
use crate::time::Timestamp;
use crate::token::check_name;
use crate::trust::{Trust, TrustedKey, Use};

/// Bounds on what a status list may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusLimits {
    /// Bytes of the signed list, compressed: 8 MiB by default, more than 60 million entries need
    /// with 0.1 % set.
    pub token_bytes: usize,
    /// Bytes of the entries, inflated: 16 MiB by default, 134 million permits at one bit.
    pub inflated_bytes: usize,
}

impl Default for StatusLimits {
    fn default() -> Self {
        Self { token_bytes: 8 << 20, inflated_bytes: 16 << 20 }
    }
}

/// What a gate remembers of a list it has taken in, so that an older one is not taken in after a
/// restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct StatusState {
    /// When the list was made.
    pub issued_at: Timestamp,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
}

impl StatusState {
    /// A state that was stored.
    #[must_use]
    pub const fn new(issued_at: Timestamp, digest: [u8; 32]) -> Self {
        Self { issued_at, digest }
    }
}

/// A status list that was taken in: signed by a key that may, not from the future, not ended when
/// it came, inflated.
#[derive(Clone)]
pub struct StatusList {
    issuer: Box<str>,
    /// The key that signed it: once that is trusted no more, neither is the list.
    key: PublicKey,
    uri: Box<str>,
    entries: Packed,
    issued_at: Timestamp,
    expires: Option<Timestamp>,
    state: StatusState,
}

impl StatusList {
    /// Takes a list in: bytes of a tagged `COSE_Sign1` as its publisher serves them. `held` is what
    /// is remembered of the last one with the same issuer and URI; that one is taken in again after
    /// a restart even if it has ended, so that the policy's grace holds. A `held` that answers
    /// `None` switches off the protection against rollback: an older list, in which a permit is not
    /// withdrawn yet, is then taken.
    ///
    /// Lists made by others are read too: everything is checked as strictly as in tokens except the
    /// order of map keys and the length of integers, and the key id may stand in the unprotected
    /// header.
    ///
    /// # Errors
    /// [`ListRejection`] with its stable code.
    pub fn accept(
        bytes: &[u8],
        trust: &Trust,
        now: Timestamp,
        skew: u64,
        held: impl FnOnce(&str, &str) -> Option<StatusState>,
        limits: StatusLimits,
    ) -> Result<Self, ListRejection> {
        if bytes.len() > limits.token_bytes {
            let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
            return Err(ListRejection::counts(
                ListCode::TooLong,
                count(bytes.len()),
                count(limits.token_bytes),
            ));
        }
        let token = StatusToken::read(bytes)?;
        let key = token.verify(trust)?;
        if !key.uses().contains(Use::Status) {
            return Err(ListRejection::plain(ListCode::UseNotGranted));
        }
        let claims = &token.claims;
        if claims.issuer.is_some_and(|issuer| issuer != key.issuer()) {
            return Err(ListRejection::plain(ListCode::UseNotGranted));
        }
        check_key_times(key, claims.issued_at, now)?;
        let latest = now.plus(skew);
        if claims.issued_at > latest {
            return Err(ListRejection::times(ListCode::FromTheFuture, claims.issued_at, latest));
        }
        let state =
            StatusState { issued_at: claims.issued_at, digest: Sha256::digest(bytes).into() };
        let held = held(key.issuer(), claims.uri);
        // The very list that is held may have ended since it came: for how long it is used
        // nevertheless, the policy says.
        if let Some(expires) = claims.expires
            && now >= expires
            && held != Some(state)
        {
            return Err(ListRejection::times(ListCode::Expired, now, expires));
        }
        if let Some(held) = held {
            if state.issued_at < held.issued_at {
                return Err(ListRejection::times(ListCode::Older, state.issued_at, held.issued_at));
            }
            if state.issued_at == held.issued_at && state.digest != held.digest {
                return Err(ListRejection::plain(ListCode::Reused));
            }
        }
        Ok(Self {
            issuer: key.issuer().into(),
            key: key.public_key().clone(),
            uri: claims.uri.into(),
            entries: Packed::from_bytes(
                claims.width,
                inflate(claims.compressed, limits.inflated_bytes)?,
            ),
            issued_at: claims.issued_at,
            expires: claims.expires,
            state,
        })
    }

    /// The value of entry `index`; `None` behind the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<StatusValue> {
        self.entries.get(index).map(StatusValue::from)
    }

    /// How many entries the list has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.entries.len()
    }

    /// Whether the list has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }

    /// The issuer whose key signed it: it speaks for permits of that issuer only.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether its key still may sign status lists of its issuer.
    pub(crate) fn is_trusted_by(&self, trust: &Trust) -> bool {
        trust.keys().iter().any(|key| {
            *key.public_key() == self.key
                && *key.issuer() == *self.issuer
                && key.uses().contains(Use::Status)
        })
    }

    /// The URI permits name it by.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Bits of an entry: 1, 2, 4 or 8.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.entries.width().bits()
    }

    /// When it was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this second on it is not to be used; `None` when only its age counts.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// What to remember of it.
    #[must_use]
    pub const fn state(&self) -> StatusState {
        self.state
    }

    /// Bytes of memory its entries take.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.entries.capacity()
    }
}

impl core::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StatusList({}, {} entries of {} bits)", self.uri, self.len(), self.bits())
    }
}

fn check_key_times(
    key: &TrustedKey,
    issued_at: Timestamp,
    now: Timestamp,
) -> Result<(), ListRejection> {
    let late = |found, limit| Err(ListRejection::times(ListCode::KeyNotCurrent, found, limit));
    if issued_at < key.not_before() {
        late(issued_at, key.not_before())
    } else if issued_at >= key.sign_until() {
        late(issued_at, key.sign_until())
    } else if now >= key.expires() {
        late(now, key.expires())
    } else {
        Ok(())
    }
}

/// A status list token as it was received.
struct StatusToken<'a> {
    algorithm: i64,
    kid: &'a [u8],
    message: Vec<u8>,
    signature: &'a [u8; SIGNATURE_BYTES],
    claims: StatusClaims<'a>,
}

impl<'a> StatusToken<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ListRejection> {
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
            _ => return Err(ListRejection::plain(ListCode::UnknownType)),
        }
        let claims = StatusClaims::read(payload, payload_at)?;
        let message = ToBeSigned::vec(protected, payload);
        Ok(Self { algorithm: algorithm.ok_or(missing)?, kid, message, signature, claims })
    }

    fn verify<'t>(&self, trust: &'t Trust) -> Result<&'t TrustedKey, ListRejection> {
        let same_id = trust.with_key_id(self.kid);
        let Some(first) = same_id.first() else {
            return Err(ListRejection::plain(ListCode::UnknownKey));
        };
        let mut right =
            same_id.iter().filter(|key| key.algorithm().cose_id() == self.algorithm).peekable();
        if right.peek().is_none() {
            return Err(ListRejection::algorithms(self.algorithm, first.algorithm().cose_id()));
        }
        right
            .find(|key| key.public_key().verifies(&self.message, self.signature))
            .ok_or(ListRejection::plain(ListCode::BadSignature))
    }
}

/// Algorithm, key id and type; other parameters of the standard's have no place in a list this
/// library acts on.
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

/// Nothing but a key id: it picks a key, and the signature says whether it was the right one.
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

struct StatusClaims<'a> {
    issuer: Option<&'a str>,
    uri: &'a str,
    issued_at: Timestamp,
    expires: Option<Timestamp>,
    width: Width,
    compressed: &'a [u8],
}

impl<'a> StatusClaims<'a> {
    fn read(payload: &'a [u8], offset: usize) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload, offset, Layer::Payload).any_order();
        let mut map = reader.map()?;
        let (mut issuer, mut uri, mut issued_at, mut expires, mut list) =
            (None, None, None, None, None);
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
                // How long a copy may be kept is the policy's to say.
                Label::Int(label::TTL) => {
                    reader.unsigned()?;
                }
                Label::Int(label::STATUS_LIST) => list = Some(entries(&mut reader)?),
                // The standard lets lists carry more.
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
