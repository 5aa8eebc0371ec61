//! Reads the bytes of a trust list into its closed shape.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::super::list_format::{MAX_LIST_BYTES, TYP, entry_label, label};
use super::super::{TrustedKey, Use};
use super::MAX_ROOTS;
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::cose::{Header, Part, Sign1, ToBeSigned, Typ};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::check_name;
use crate::key::{Algorithm, PublicKey, SIGNATURE_BYTES};
use crate::rejection::{ListRejection, ListRejectionCode};
use crate::time::Timestamp;

/// A usable entry, or the reason why it is not usable.
pub(super) type Entry = Result<TrustedKey, String>;

pub(super) struct WrittenList<'a> {
    pub(super) algorithm: i64,
    pub(super) kid: &'a [u8],
    pub(super) message: Vec<u8>,
    pub(super) signature: &'a [u8; SIGNATURE_BYTES],
    pub(super) name: &'a str,
    pub(super) version: u64,
    pub(super) issued_at: Timestamp,
    pub(super) expires: Timestamp,
    entries: Part<'a>,
    pub(super) roots: Vec<PublicKey>,
    /// The offset at which the claims begin.
    pub(super) payload_at: usize,
}

impl<'a> WrittenList<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, ListRejection> {
        if bytes.len() > MAX_LIST_BYTES {
            let code = ListRejectionCode::TooLong;
            return Err(ListRejection::lengths(code, bytes.len(), MAX_LIST_BYTES));
        }
        let mut reader = Reader::new(bytes, 0, Layer::Envelope);
        let sign1 = Sign1::read(&mut reader)?;
        reader.finish()?;
        let header = Header::read(sign1.protected, Layer::Header)?;
        if header.typ != Typ::MediaType(TYP) {
            return Err(ListRejection::plain(ListRejectionCode::UnknownType));
        }
        let flaw = |flaw| Malformed::new(Layer::Header, flaw, sign1.protected.offset);
        if header.kcwt.is_some() {
            return Err(flaw(Flaw::UnexpectedHeader).into());
        }
        let claims = ListClaims::read(sign1.payload)?;
        Ok(Self {
            algorithm: header.algorithm,
            kid: header.kid.ok_or(flaw(Flaw::MissingHeader))?.bytes,
            message: ToBeSigned::vec(sign1.protected.bytes, sign1.payload.bytes),
            signature: sign1.signature,
            name: claims.name,
            version: claims.version,
            issued_at: claims.issued_at,
            expires: claims.expires,
            entries: claims.entries,
            roots: claims.roots,
            payload_at: sign1.payload.offset,
        })
    }

    /// Reads the entries. Before, only their shape was checked: keys are computed and memory is
    /// allocated only for a list that a root has signed.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, Malformed> {
        let mut entries = Vec::new();
        let mut reader = Reader::new(self.entries.bytes, self.entries.offset, Layer::Payload);
        each(&mut reader, |reader| {
            entries.push(WrittenEntry::read(reader)?.usable()?);
            Ok(())
        })?;
        Ok(entries)
    }
}

/// A trust list that was read and is **not verified**: anybody can write such a list with any
/// content. Its getters help a program to choose an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnverifiedList<'a> {
    name: &'a str,
    version: u64,
    issued_at: Timestamp,
    expires: Timestamp,
}

impl<'a> UnverifiedList<'a> {
    /// Reads a trust list.
    ///
    /// # Errors
    /// [`ListRejection`] if the bytes are not a trust list.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ListRejection> {
        let WrittenList { name, version, issued_at, expires, .. } = WrittenList::read(bytes)?;
        Ok(Self { name, version, issued_at, expires })
    }

    /// The name that the list claims to have.
    #[must_use]
    pub const fn unverified_name(&self) -> &'a str {
        self.name
    }

    /// The version that the list claims to have.
    #[must_use]
    pub const fn unverified_version(&self) -> u64 {
        self.version
    }

    /// The time at which the list claims to have been made.
    #[must_use]
    pub const fn unverified_issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The time at which the list claims to expire.
    #[must_use]
    pub const fn unverified_expires(&self) -> Timestamp {
        self.expires
    }
}

struct ListClaims<'a> {
    name: &'a str,
    version: u64,
    issued_at: Timestamp,
    expires: Timestamp,
    entries: Part<'a>,
    roots: Vec<PublicKey>,
}

impl<'a> ListClaims<'a> {
    fn read(payload: Part<'a>) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload.bytes, payload.offset, Layer::Payload);
        let start = reader.offset();
        let mut map = reader.map()?;
        let (mut name, mut version, mut issued_at, mut expires) = (None, None, None, None);
        let (mut entries, mut roots) = (None, Vec::new());
        loop {
            let at = reader.offset();
            let Some(label) = map.next_label(&mut reader)? else { break };
            match label {
                Label::Int(label::SUB) => name = Some(text(&mut reader)?),
                Label::Int(label::EXP) => expires = Some(time(&mut reader)?),
                Label::Int(label::IAT) => issued_at = Some(time(&mut reader)?),
                Label::Int(label::VERSION) => version = Some(reader.unsigned()?),
                Label::Int(label::KEYS) => {
                    let offset = reader.offset();
                    each(&mut reader, |reader| WrittenEntry::read(reader).map(|_| ()))?;
                    entries = Some(Part { bytes: reader.since(offset), offset });
                }
                Label::Int(label::ROOTS) => {
                    each(&mut reader, |reader| {
                        let at = reader.offset();
                        // Limit the number: each root key is computed before the list's signature
                        // is verified.
                        if roots.len() >= MAX_ROOTS {
                            return Err(reader.flaw_at(at, Flaw::WrongCount));
                        }
                        let key = PublicKey::from_cose_key(cose_key(reader)?).ok();
                        let key = key.filter(|key| key.algorithm() == Algorithm::Ed25519);
                        roots.push(key.ok_or(reader.flaw_at(at, Flaw::InvalidKey))?);
                        Ok(())
                    })?;
                    if roots.is_empty() {
                        return Err(reader.flaw_at(at, Flaw::WrongCount));
                    }
                }
                _ => return Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        }
        let missing = reader.flaw_at(start, Flaw::MissingClaim);
        let bad_time = reader.flaw_at(start, Flaw::NumberOutOfRange);
        reader.finish()?;
        let (issued_at, expires): (Timestamp, Timestamp) =
            (issued_at.ok_or(missing)?, expires.ok_or(missing)?);
        if issued_at >= expires {
            return Err(bad_time);
        }
        Ok(Self {
            name: name.ok_or(missing)?,
            version: version.ok_or(missing)?,
            issued_at,
            expires,
            entries: entries.ok_or(missing)?,
            roots,
        })
    }
}

/// Calls `element` for each element of an array.
fn each<'a>(
    reader: &mut Reader<'a>,
    mut element: impl FnMut(&mut Reader<'a>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    for _ in 0..reader.array()? {
        element(reader)?;
    }
    Ok(())
}

fn text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Malformed> {
    let at = reader.offset();
    let text = reader.text()?;
    check_name(text).map_err(|flaw| reader.flaw_at(at, flaw))?;
    Ok(text)
}

fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let at = reader.offset();
    Timestamp::from_unix(reader.unsigned()?).ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))
}

/// The bytes of a key of any type. Whether this build knows the type is checked later.
fn cose_key<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let start = reader.offset();
    reader.skip_value()?;
    Ok(reader.since(start))
}

/// An array of texts whose shape was checked.
struct Texts<'a>(Part<'a>);

impl<'a> Texts<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let offset = reader.offset();
        each(reader, |reader| text(reader).map(|_| ()))?;
        Ok(Self(Part { bytes: reader.since(offset), offset }))
    }

    fn collect(self) -> Result<Vec<&'a str>, Malformed> {
        let mut texts = Vec::new();
        let mut reader = Reader::new(self.0.bytes, self.0.offset, Layer::Payload);
        each(&mut reader, |reader| {
            texts.push(text(reader)?);
            Ok(())
        })?;
        Ok(texts)
    }
}

/// An entry whose shape was checked.
struct WrittenEntry<'a> {
    key: &'a [u8],
    key_id: &'a [u8],
    algorithm: i64,
    issuer: &'a str,
    uses: Texts<'a>,
    classes: Texts<'a>,
    not_before: Timestamp,
    sign_until: Timestamp,
    expires: Timestamp,
}

impl<'a> WrittenEntry<'a> {
    /// Reads nine required fields in label order. A wrong shape refuses the whole list.
    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let start = reader.offset();
        if reader.map()?.left() != 9 {
            return Err(reader.flaw_at(start, Flaw::WrongCount));
        }
        let field = |reader: &mut Reader<'_>, wanted: i64| -> Result<(), Malformed> {
            let at = reader.offset();
            match reader.integer()? {
                label if label == wanted => Ok(()),
                _ => Err(reader.flaw_at(at, Flaw::UnexpectedClaim)),
            }
        };
        field(reader, entry_label::KEY)?;
        let key = cose_key(reader)?;
        field(reader, entry_label::KEY_ID)?;
        let key_id = reader.bytes()?;
        field(reader, entry_label::ALG)?;
        let algorithm = reader.integer()?;
        field(reader, entry_label::ISSUER)?;
        let issuer = text(reader)?;
        field(reader, entry_label::USES)?;
        let uses = Texts::read(reader)?;
        field(reader, entry_label::CLASSES)?;
        let classes = Texts::read(reader)?;
        field(reader, entry_label::NOT_BEFORE)?;
        let not_before = time(reader)?;
        field(reader, entry_label::SIGN_UNTIL)?;
        let sign_until = time(reader)?;
        field(reader, entry_label::EXPIRES)?;
        let expires = time(reader)?;
        Ok(Self { key, key_id, algorithm, issuer, uses, classes, not_before, sign_until, expires })
    }

    /// Makes a trusted key. An unknown value skips only this entry.
    fn usable(self) -> Result<Entry, Malformed> {
        let (uses, classes) = (self.uses.collect()?, self.classes.collect()?);
        let build = || -> Entry {
            let key = PublicKey::from_cose_key(self.key).map_err(|error| error.to_string())?;
            let mut known = Vec::new();
            for name in uses {
                let found = Use::ALL.into_iter().find(|known| known.name() == name);
                known.push(found.ok_or_else(|| format!("unknown use {name}"))?);
            }
            let new = TrustedKey::new(self.issuer, key, known, classes);
            let new = new.and_then(|key| key.with_key_id(self.key_id));
            let timed =
                new.and_then(|key| key.with_times(self.not_before, self.sign_until, self.expires));
            match Algorithm::from_cose_id(self.algorithm) {
                Some(Algorithm::Ed25519) => timed.map_err(|error| error.to_string()),
                Some(Algorithm::EdDsa) => {
                    timed.and_then(TrustedKey::pinned_to_eddsa).map_err(|error| error.to_string())
                }
                _ => Err(format!("algorithm {} cannot be an issuer's", self.algorithm)),
            }
        };
        Ok(build())
    }
}
