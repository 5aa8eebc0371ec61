//! The register: values and given-out entries of a status list, in one file that is replaced whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use livepermit::{StatusLimits, StatusListBuilder, StatusListError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::files;
use crate::keys::claim_failure;

const FORMAT: &str = "livepermit status register 1";
const REGISTER: &str = "register";
/// Far more entries than any list that gates take.
const MAX_REGISTER: u64 = 1 << 30;

/// A register in this process's hands alone: two that give out entries at once could give out the
/// same.
#[derive(Debug)]
pub(super) struct Register {
    path: PathBuf,
    _lock: File,
    pub(super) header: Header,
    pub(super) list: StatusListBuilder,
}

/// The first line of the file, in JSON; values and given-out bits follow as they are.
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
        let most = room.checked_div(bits.into()).unwrap_or_default();
        if entries > most {
            return Err(Failure::new(
                format!(
                    "{entries} entries of {bits} bits make a list that no gate takes: at most {most} fit"
                ),
                "give fewer --entries; for more permits begin several registers, each with a --uri of its own",
            ));
        }
        let list =
            StatusListBuilder::new(uri, bits, entries).map_err(|error| list_failure(&error))?;
        livepermit::Place::new(issuer, issuer, issuer).map_err(|_| {
            Failure::new(
                format!("{issuer:?} is no issuer's name"),
                "a name is 1 to 128 visible ASCII characters without spaces",
            )
        })?;
        if dir.join(REGISTER).exists() {
            return Err(Failure::new(
                format!("there is a register in {} already", dir.display()),
                "a register is never begun anew over an old one: name another --dir",
            ));
        }
        fs::create_dir_all(dir).map_err(|error| {
            Failure::new(
                format!("cannot make the folder {}: {error}", dir.display()),
                "name another --dir",
            )
        })?;
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
            return Err(Failure::new(
                format!("there is no register in {}", dir.display()),
                "name its folder with --dir, or begin one with `livepermit status new`",
            ));
        }
        let lock = lock(dir)?;
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::new(
                format!("{} is damaged: {error}", path.display()),
                "put a backup in its place, and revoke anew what was withdrawn since",
            )
        };
        let bytes =
            files::read_up_to(files::open(&path)?, MAX_REGISTER, &path.display().to_string())?;
        let line = bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(|| wrong(&"it has no header"))?;
        let (head, rest) = bytes.split_at_checked(line).unwrap_or_default();
        let header: Header = serde_json::from_slice(head).map_err(|error| wrong(&error))?;
        if header.format != FORMAT {
            return Err(wrong(&format!("its format is {:?}", header.format)));
        }
        let body = rest.get(1..).unwrap_or_default();
        let (values, occupied) = body
            .split_at_checked(header.values)
            .ok_or_else(|| wrong(&"it is shorter than its header says"))?;
        let list = StatusListBuilder::restore(&header.uri, header.bits, values, occupied)
            .map_err(|error| wrong(&error))?;
        if list.entries() != header.entries {
            return Err(wrong(&"its length is not what its header says"));
        }
        Ok(Self { path: dir.to_owned(), _lock: lock, header, list })
    }

    /// Writes it, whole or not at all.
    pub(super) fn store(&self) -> Result<(), Failure> {
        let mut bytes = serde_json::to_vec(&self.header)
            .map_err(|error| Failure::new(error, "tell the maintainers: this is a defect"))?;
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

fn lock(dir: &Path) -> Result<File, Failure> {
    let path = dir.join("lock");
    let open = File::create(&path).and_then(|file| file.lock().map(|()| file));
    open.map_err(|error| {
        Failure::new(
            format!("cannot lock {}: {error}", path.display()),
            "check the folder and its permissions",
        )
    })
}

pub(super) fn list_failure(error: &StatusListError) -> Failure {
    let help = match error {
        StatusListError::Claim(error) => return claim_failure(error),
        StatusListError::Size => "give --entries a multiple of 8, as in --entries 1000000",
        StatusListError::Bits { .. } => "give --bits 1, or 2 to be able to suspend",
        StatusListError::Full => {
            "begin another register with `livepermit status new` and another --uri"
        }
        StatusListError::Index { .. } => "name the entry that `livepermit status allocate` printed",
        StatusListError::Value { .. } => {
            "this list has one bit for each entry: it can revoke, not suspend"
        }
        StatusListError::Time => "give --lifetime at least one second",
        _ => "name the issuer's own key with --key",
    };
    Failure::new(error, help)
}
