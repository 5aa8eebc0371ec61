//! Why a call has no answer.

use ::redis::ServerError;

use super::super::super::{StoreError, StoreErrorKind};
use super::address::Address;

/// Why a call has no answer, for the half that asks.
#[derive(Debug)]
pub(in super::super) enum LinkError {
    /// The server has no memory for another record. It has written nothing.
    OutOfMemory,
    Store(StoreError),
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why a node gave no answer, and whether the call may have run.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is no connection that can be used, so the call was not sent.
    NotSent(StoreError),
    /// The connection broke while the call was under way: the call may have run.
    Broken(Box<str>),
    /// The script ran, and too few replicas have what it wrote.
    Unconfirmed(Box<str>),
    /// The server answered with an error.
    Said(ServerError),
}

impl Fault {
    /// The error for the operator; `at` is the server.
    pub(super) fn into_error(self, at: &Address) -> StoreError {
        match self {
            Self::NotSent(error) => error,
            Self::Broken(reason) | Self::Unconfirmed(reason) => {
                StoreError::new(&format!("{at}: {reason}"))
            }
            Self::Said(error) => of_server(at, &error),
        }
    }

    pub(super) fn into_link_error(self, at: &Address) -> LinkError {
        match self {
            Self::Said(error) if error.code() == "OOM" => LinkError::OutOfMemory,
            other => LinkError::Store(other.into_error(at)),
        }
    }
}

/// The words of the server, and what they mean.
pub(super) fn of_server(at: &Address, error: &ServerError) -> StoreError {
    let text = format!("{at}: the server says {}", words(error));
    let (kind, text) = match error.code() {
        "WRONGTYPE" => {
            (StoreErrorKind::Foreign, format!("{text}: the keys of the zone hold something else"))
        }
        "NOPERM" | "NOAUTH" | "WRONGPASS" => (StoreErrorKind::Setup, text),
        // What Redis 7.0 says inside a script where a right is missing.
        "ERR" if text.contains("can't run this command") => (StoreErrorKind::Setup, text),
        "MOVED" | "ASK" => (
            StoreErrorKind::Setup,
            format!("{text}: the server is part of a cluster, name it as a cluster"),
        ),
        // What a server answers whose disk is full or broken.
        "MISCONF" => (StoreErrorKind::Storage, text),
        _ => (StoreErrorKind::Unreachable, text),
    };
    StoreError::of(kind, &text)
}

/// An error in the words of the server: a code, and what it adds.
pub(super) fn words(error: &ServerError) -> String {
    match error.details() {
        Some(details) => format!("{} {details}", error.code()),
        None => error.code().to_owned(),
    }
}

pub(super) fn setup(reason: &str) -> StoreError {
    StoreError::of(StoreErrorKind::Setup, reason)
}
