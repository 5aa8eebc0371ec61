//! What trust lists and setups both have: trust entries and roots, in their closed shape.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::list_format::entry_label;
use super::{TrustedKey, Use};
use crate::bytes::cbor::Reader;
use crate::bytes::cose::Part;
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::field::check_name;
use crate::key::{Algorithm, PublicKey};
use crate::time::Timestamp;

/// The most roots that a list or a setup names.
const MAX_ROOTS: usize = 16;

/// A usable entry, or the reason why it is not usable.
pub(crate) type Entry = Result<TrustedKey, String>;

/// Calls `element` for each element of an array.
pub(crate) fn each<'a>(
    reader: &mut Reader<'a>,
    mut element: impl FnMut(&mut Reader<'a>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    for _ in 0..reader.array()? {
        element(reader)?;
    }
    Ok(())
}

pub(crate) fn text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Malformed> {
    let at = reader.offset();
    let text = reader.text()?;
    check_name(text).map_err(|flaw| reader.flaw_at(at, flaw))?;
    Ok(text)
}

pub(crate) fn time(reader: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    let at = reader.offset();
    Timestamp::from_unix(reader.unsigned()?).ok_or(reader.flaw_at(at, Flaw::NumberOutOfRange))
}

/// The bytes of a key of any type. Whether this build knows the type is checked later.
fn cose_key<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let start = reader.offset();
    reader.skip_value()?;
    Ok(reader.since(start))
}

/// A root or an operator's key: a good Ed25519 key.
pub(crate) fn ed25519(reader: &mut Reader<'_>) -> Result<PublicKey, Malformed> {
    let at = reader.offset();
    let key = PublicKey::from_cose_key(cose_key(reader)?).ok();
    let key = key.filter(|key| key.algorithm() == Algorithm::Ed25519);
    key.ok_or(reader.flaw_at(at, Flaw::InvalidKey))
}

/// The roots that sign a list: at least one.
pub(crate) fn roots(reader: &mut Reader<'_>) -> Result<Vec<PublicKey>, Malformed> {
    let start = reader.offset();
    let mut roots = Vec::new();
    each(reader, |reader| {
        // Limit the number: each root key is computed before the signature is verified.
        if roots.len() >= MAX_ROOTS {
            return Err(reader.flaw(Flaw::WrongCount));
        }
        roots.push(ed25519(reader)?);
        Ok(())
    })?;
    if roots.is_empty() { Err(reader.flaw_at(start, Flaw::WrongCount)) } else { Ok(roots) }
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
pub(crate) struct WrittenEntry<'a> {
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
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
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
    pub(crate) fn usable(self) -> Result<Entry, Malformed> {
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
