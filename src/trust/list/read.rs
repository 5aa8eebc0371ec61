//! Reads the bytes of a trust list into its closed shape.

use alloc::vec::Vec;

use super::super::list_format::{MAX_LIST_BYTES, TYP, label};
use super::super::written::{self, Entry, WrittenEntry, each, text, time};
use crate::bytes::cbor::{Label, Reader};
use crate::bytes::cose::{Header, Part, Sign1, ToBeSigned, Typ};
use crate::bytes::malformed::{Flaw, Layer, Malformed};
use crate::key::{PublicKey, SIGNATURE_BYTES};
use crate::rejection::{ListRejection, ListRejectionCode};
use crate::time::Timestamp;

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
                Label::Int(label::ROOTS) => roots = written::roots(&mut reader)?,
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
