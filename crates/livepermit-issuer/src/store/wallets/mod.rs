//! What is kept for wallets: offers, codes, sessions, and what serves once. It is forgotten after
//! its time, so that it has no lines in the audit log.

mod codes;
mod deferred;
mod offers;
mod seen;
mod sessions;

use sqlx::Row as _;
use sqlx::any::AnyRow;

pub use codes::{CodeAnswer, PendingRequest};
pub use deferred::Deferred;
pub use offers::{NewOffer, OfferAnswer};
pub use seen::{UsedBefore, Using};
pub use sessions::Session;

pub(super) use codes::request;

use super::error::StoreError;
use crate::domain::{CaseId, Party, PermitId};

/// What a wallet's code or session is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// An application: the permit comes later.
    Case(CaseId),
    /// A permit.
    Permit(PermitId),
}

impl Owner {
    fn columns(self) -> (&'static str, String) {
        match self {
            Self::Case(id) => ("case", id.to_string()),
            Self::Permit(id) => ("permit", id.to_string()),
        }
    }

    fn read(kind: &str, id: &str) -> Result<Self, StoreError> {
        match kind {
            "case" => id.parse().map(Self::Case),
            "permit" => id.parse().map(Self::Permit),
            _ => return Err(damaged("owner")),
        }
        .map_err(|_| damaged("owner"))
    }
}

/// Nothing for the holder, otherwise the id of the one who acts for the holder.
fn party_column(party: Party) -> String {
    match party {
        Party::Holder => String::new(),
        Party::Representative(id) => id.to_string(),
    }
}

fn read_party(column: &str) -> Result<Party, StoreError> {
    if column.is_empty() {
        return Ok(Party::Holder);
    }
    column.parse().map(Party::Representative).map_err(|_| damaged("party"))
}

fn damaged(part: &str) -> StoreError {
    StoreError::Damaged {
        kind: "wallet",
        id: part.to_owned(),
        why: format!("its {part} cannot be read"),
    }
}

fn text(row: &AnyRow, column: usize) -> Result<String, StoreError> {
    Ok(row.try_get(column)?)
}
