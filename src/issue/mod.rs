//! The issuer's side: makes permits, tokens and lists, and signs them in two steps.

mod error;
mod issuer;
mod permit;
mod prepared;
mod setup;
mod status_list;
mod trust_list;

pub use crate::key::signature::SignedBytes;
pub use error::{PrepareError, SignatureRefused};
pub use issuer::{Issuer, Validity};
pub use permit::Permit;
pub(crate) use prepared::PreparedHeader;
pub use prepared::{Prepared, Signable, SignedList, TokenDraft};
pub use setup::{SetupBuilder, SignedSetup};
pub use status_list::{Occupied, StatusListBuilder, StatusListError};
pub use trust_list::TrustListBuilder;

pub use crate::token::{Acting, ApplicationError, BirthDate, Person, StatusReference, Token};
