//! Opening and making the file.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use livepermit::Timestamp;
use rand::TryRng as _;
use rand::rngs::SysRng;
use redb::{
    Builder, Database, DatabaseError, Durability, ReadableDatabase as _,
    ReadableTableMetadata as _, StorageError, TableHandle as _, WriteTransaction,
};

use super::super::witness_file::sync_folder;
use super::super::{Incarnation, StoreError, StoreErrorKind, StoreId, StoreState};
use super::errors::{damaged, of_database, of_io, of_redb, other_version, something_else};
use super::meta::{self, FORMAT, FORMAT_VERSION, FORMAT_WITHOUT_STATE, META, REMEMBERS_FROM};
use super::records::RECORDS;
use crate::private;

/// How a database of redb begins.
const MAGIC: [u8; 4] = *b"redb";
/// Memory for pages of the file.
const CACHE_BYTES: usize = 16 << 20;

/// Opens the file and checks all of it. Makes an empty store if there is no file.
pub(super) fn open(path: &Path) -> Result<Database, StoreError> {
    if !path.try_exists().map_err(|error| of_io(&error))? {
        create(path)?;
    }
    let is_held = |error: &DatabaseError| matches!(error, DatabaseError::DatabaseAlreadyOpen);
    let database = private::once_free(|| builder().open(path), is_held).map_err(of_database)?;
    match format(&database)? {
        FORMAT_VERSION => {
            let transaction = database.begin_read().map_err(of_redb)?;
            meta::read(&transaction.open_table(META).map_err(of_redb)?)?;
        }
        FORMAT_WITHOUT_STATE => convert(&database)?,
        _ => return Err(other_version()),
    }
    Ok(database)
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    // The file is not trusted: without this check, redb may panic on a damaged file.
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

/// A transaction whose commit is on the disk when it returns, and that is never replaced by an
/// earlier one: damage to the last commit is an error, and does not bring back the commit before.
pub(super) fn begin_write(database: &Database) -> Result<WriteTransaction, StoreError> {
    let mut transaction = database.begin_write().map_err(of_redb)?;
    transaction.set_durability(Durability::Immediate).map_err(of_redb)?;
    transaction.set_two_phase_commit(true);
    Ok(transaction)
}

/// Makes the file under another name first, so that a crash leaves no broken file at `path`.
fn create(path: &Path) -> Result<(), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let make = || {
        private::options().create(true).truncate(false).open(&new)?;
        builder().create(&new)
    };
    let database = match make() {
        Err(DatabaseError::Storage(StorageError::Corrupted(_) | StorageError::Io(_)))
            if is_begun(&new).map_err(|error| of_io(&error))? =>
        {
            // A crash left this file behind. It contains no admission.
            fs::remove_file(&new).map_err(|error| of_io(&error))?;
            make()
        }
        made => made,
    }
    .map_err(of_database)?;
    let transaction = begin_write(&database)?;
    transaction.open_table(RECORDS).map_err(of_redb)?;
    meta::write(&mut transaction.open_table(META).map_err(of_redb)?, &new_state()?)?;
    transaction.commit().map_err(of_redb)?;
    drop(database);
    // A hard link never replaces a file that another process made meanwhile. Not every file system
    // has hard links.
    match fs::hard_link(&new, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&new, path),
        _ => fs::remove_file(&new),
    }
    .map_err(|error| of_io(&error))?;
    sync_folder(path).map_err(|error| of_io(&error))
}

/// Whether a file may be a database whose making was interrupted: nothing is deleted that somebody
/// else wrote.
fn is_begun(path: &Path) -> io::Result<bool> {
    let mut begin = Vec::new();
    fs::File::open(path)?.take(4).read_to_end(&mut begin)?;
    Ok(MAGIC.starts_with(&begin) || begin.iter().all(|byte| *byte == 0))
}

/// The state of a store that has no state yet.
fn new_state() -> Result<StoreState, StoreError> {
    let mut bytes = [0; 16];
    SysRng.try_fill_bytes(&mut bytes).map_err(|error| {
        StoreError::of(StoreErrorKind::Storage, &format!("no random bytes: {error}"))
    })?;
    let id = StoreId::from_bytes(bytes);
    Ok(StoreState::new(id, Incarnation::of_store(id)))
}

fn format(database: &Database) -> Result<u64, StoreError> {
    let transaction = database.begin_read().map_err(of_redb)?;
    let names: Vec<_> =
        transaction.list_tables().map_err(of_redb)?.map(|table| table.name().to_owned()).collect();
    let ours = [RECORDS.name(), META.name()];
    if names.len() != ours.len() || !ours.iter().all(|ours| names.iter().any(|name| name == ours)) {
        return Err(something_else());
    }
    transaction.open_table(RECORDS).map_err(of_redb)?;
    let meta = transaction.open_table(META).map_err(of_redb)?;
    Ok(meta.get(FORMAT).map_err(of_redb)?.ok_or_else(damaged)?.value())
}

/// Gives a state to a store of the format before. Its records stay as they are: they are read in
/// both encodings.
fn convert(database: &Database) -> Result<(), StoreError> {
    let transaction = begin_write(database)?;
    {
        let mut meta = transaction.open_table(META).map_err(of_redb)?;
        let mut state = new_state()?;
        state.records = transaction.open_table(RECORDS).map_err(of_redb)?.len().map_err(of_redb)?;
        let forgotten = meta.remove(REMEMBERS_FROM).map_err(of_redb)?.map(|from| from.value());
        if let Some(forgotten) = forgotten {
            state.forgotten = Timestamp::from_unix(forgotten).ok_or_else(damaged)?;
        }
        meta::write(&mut meta, &state)?;
    }
    transaction.commit().map_err(of_redb)
}
