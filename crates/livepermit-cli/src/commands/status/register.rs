//! The register: values and given-out entries of a status list, in one file that is replaced
//! completely.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use livepermit::Timestamp;
use livepermit::field::{Name, Shown};
use livepermit::issue::{StatusListBuilder, StatusListError};
use livepermit::status::StatusLimits;
use serde::{Deserialize, Serialize};

use super::texts;
use crate::shared::failure::Failure;
use crate::shared::keys::claim_failure;
use crate::shared::{files, json};

const FORMAT: &str = "livepermit status register 1";
const REGISTER: &str = "register";
/// Far more entries than any list that gates accept.
const MAX_REGISTER: u64 = 1 << 30;

/// A register that only this process uses: two processes could give out the same entry.
#[derive(Debug)]
pub(super) struct Register {
    path: PathBuf,
    _lock: File,
    pub(super) header: Header,
    pub(super) list: StatusListBuilder,
}

/// The first line of the file, in JSON; the bytes of the values and of the given-out bits follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    format: String,
    pub(super) issuer: String,
    pub(super) uri: String,
    bits: u8,
    entries: u64,
    /// Bytes of the values; the rest says which entries were given out.
    values: usize,
    /// The date of the last list that was signed: the next one is dated later.
    pub(super) signed_at: Option<u64>,
}

impl Register {
    pub(super) fn create(
        dir: &Path,
        issuer: &str,
        uri: &str,
        bits: u8,
        entries: u64,
    ) -> Result<Self, Failure> {
        let room = u64::try_from(StatusLimits::default().inflated_bytes)
            .unwrap_or(u64::MAX)
            .saturating_mul(8);
        // Bits that no list has are refused below, with a text of their own.
        let most = room.checked_div(bits.into()).unwrap_or(u64::MAX);
        if entries > most {
            return Err(texts::too_many_entries(entries, bits, most));
        }
        let list =
            StatusListBuilder::new(uri, bits, entries).map_err(|error| list_failure(&error))?;
        check_issuer_name(issuer)?;
        if dir.join(REGISTER).exists() {
            return Err(texts::register_exists(dir.display()));
        }
        fs::create_dir_all(dir)
            .map_err(|error| texts::cannot_make_folder(dir.display(), &error))?;
        let header = Header {
            format: FORMAT.to_owned(),
            issuer: issuer.to_owned(),
            uri: uri.to_owned(),
            bits,
            entries,
            values: list.values().len(),
            signed_at: None,
        };
        let register = Self { path: dir.to_owned(), _lock: lock(dir)?, header, list };
        register.store()?;
        Ok(register)
    }

    pub(super) fn open(dir: &Path) -> Result<Self, Failure> {
        let path = dir.join(REGISTER);
        if !path.exists() {
            return Err(texts::no_register(dir.display()));
        }
        let lock = lock(dir)?;
        let wrong = |error: &dyn std::fmt::Display| texts::register_damaged(path.display(), error);
        let bytes =
            files::read_up_to(files::open(&path)?, MAX_REGISTER, &path.display().to_string())?;
        let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
        let (Some(head), Some(body)) = (parts.next(), parts.next()) else {
            return Err(wrong(&texts::no_header()));
        };
        let header: Header =
            serde_json::from_slice(head).map_err(|error| wrong(&json::words(&error)))?;
        if header.format != FORMAT {
            return Err(wrong(&texts::other_format(Shown::quoted(&header.format))));
        }
        let (values, occupied) =
            body.split_at_checked(header.values).ok_or_else(|| wrong(&texts::too_short()))?;
        let list = StatusListBuilder::restore(&header.uri, header.bits, values, occupied)
            .map_err(|error| wrong(&error))?;
        if list.entries() != header.entries {
            return Err(wrong(&texts::other_length()));
        }
        Ok(Self { path: dir.to_owned(), _lock: lock, header, list })
    }

    /// Writes the register, completely or not at all.
    pub(super) fn store(&self) -> Result<(), Failure> {
        let mut bytes = serde_json::to_vec(&self.header).map_err(texts::defect)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(self.list.values());
        bytes.extend_from_slice(self.list.occupied().as_bytes());
        files::keep(&self.path.join(REGISTER), &bytes)
    }

    pub(super) fn default_list(&self) -> PathBuf {
        self.path.join("list.cwt")
    }

    /// Whether an entry was ever given out.
    pub(super) fn is_given(&self, index: u64) -> bool {
        let byte =
            usize::try_from(index / 8).ok().and_then(|at| self.list.occupied().as_bytes().get(at));
        byte.is_some_and(|byte| byte & (1 << (index % 8)) != 0)
    }

    pub(super) fn last_signed(&self) -> Option<Timestamp> {
        self.header.signed_at.and_then(Timestamp::from_unix)
    }
}

/// Whether this is a valid name of an issuer.
fn check_issuer_name(issuer: &str) -> Result<(), Failure> {
    Name::new(issuer).map(drop).map_err(|_| texts::not_an_issuer_name(Shown::quoted(issuer)))
}

fn lock(dir: &Path) -> Result<File, Failure> {
    let path = dir.join("lock");
    let open = File::create(&path).and_then(|file| file.lock().map(|()| file));
    open.map_err(|error| texts::cannot_lock(path.display(), &error))
}

pub(super) fn list_failure(error: &StatusListError) -> Failure {
    match error {
        StatusListError::Claim(error) => claim_failure(error),
        StatusListError::Size => texts::wrong_size(error),
        StatusListError::Bits { .. } => texts::wrong_bits(error),
        StatusListError::Full => texts::register_full(error),
        StatusListError::Index { .. } => texts::wrong_index(error),
        StatusListError::Value { .. } => texts::value_too_large(error),
        _ => texts::register_not_usable(error),
    }
}
