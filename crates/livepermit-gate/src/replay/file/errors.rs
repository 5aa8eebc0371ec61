//! What an error of the database means for the store.

use std::io;

use redb::DatabaseError;

use super::super::{StoreError, StoreErrorKind};

pub(super) fn damaged() -> StoreError {
    StoreError::of(StoreErrorKind::Damaged, "the file is damaged")
}

pub(super) fn other_version() -> StoreError {
    StoreError::of(StoreErrorKind::Foreign, "the file has a format of another version")
}

pub(super) fn something_else() -> StoreError {
    StoreError::of(StoreErrorKind::Foreign, "the file is a database of something else")
}

pub(super) fn of_io(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            StoreError::of(StoreErrorKind::Foreign, "the file is no store")
        }
        io::ErrorKind::IsADirectory => {
            StoreError::of(StoreErrorKind::Setup, "it is a folder: name a file")
        }
        io::ErrorKind::NotADirectory => {
            StoreError::of(StoreErrorKind::Setup, "a part of its path is a file: name another path")
        }
        // The file is shorter than its first page says.
        io::ErrorKind::UnexpectedEof => damaged(),
        _ => StoreError::of(StoreErrorKind::Storage, &error.to_string()),
    }
}

pub(super) fn of_database(error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StoreError::of(StoreErrorKind::InUse, "another process holds the file")
        }
        DatabaseError::UpgradeRequired(_) => other_version(),
        other => of_redb(other),
    }
}

pub(super) fn of_redb(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(_) => damaged(),
        redb::Error::TableTypeMismatch { .. } | redb::Error::TableDoesNotExist(_) => {
            something_else()
        }
        redb::Error::Io(error) => of_io(&error),
        other => StoreError::of(StoreErrorKind::Storage, &other.to_string()),
    }
}
