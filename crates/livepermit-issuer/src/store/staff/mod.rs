//! What the offices' port keeps: accounts, sessions, answers that may be asked for again, proposals
//! of one that another approves, and the bytes of documents.

mod accounts;
mod answers;
mod proposals;
mod sessions;
mod uploads;

use super::database::Database;
use super::error::StoreError;
use super::words::{self, Word};
use crate::domain::DocumentId;
use crate::staff::Account;

pub use answers::{Answered, Begun};
pub use proposals::{Proposal, ProposalState};
pub use sessions::{StaffSession, Tried};
pub(super) use uploads::forget_uploads;

/// What the offices' port reads of the register.
pub trait StaffStore {
    /// The account with this name.
    fn account(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Option<Account>, StoreError>> + Send;

    /// The session with this digest of a token, with the account as it is now; `None` if it was
    /// revoked, or the account is closed.
    fn session(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Option<StaffSession>, StoreError>> + Send;

    /// The proposal with this id.
    fn proposal(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Proposal>, StoreError>> + Send;

    /// Proposals of this kind in this state, the oldest first: at most so many, behind this time and
    /// id.
    fn proposals(
        &self,
        kind: &str,
        state: ProposalState,
        behind: (i64, &str),
        most: u32,
    ) -> impl Future<Output = Result<Vec<Proposal>, StoreError>> + Send;

    /// The bytes of a document.
    fn upload(
        &self,
        document: DocumentId,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// The ids of permits whose holder has this name or document number, behind this id: at most so
    /// many.
    ///
    /// It is [`StoreError::Unsupported`] without a key of searches.
    fn permits_by_word(
        &self,
        word: &Word,
        behind: &str,
        most: u32,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;
}

impl StaffStore for Database {
    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        accounts::load(&mut *self.connection().await?, name).await
    }

    async fn session(&self, token: &str) -> Result<Option<StaffSession>, StoreError> {
        sessions::load(&mut *self.connection().await?, token).await
    }

    async fn proposal(&self, id: &str) -> Result<Option<Proposal>, StoreError> {
        proposals::load(&mut *self.connection().await?, id).await
    }

    async fn proposals(
        &self,
        kind: &str,
        state: ProposalState,
        behind: (i64, &str),
        most: u32,
    ) -> Result<Vec<Proposal>, StoreError> {
        proposals::list(&mut *self.connection().await?, kind, state, behind, most).await
    }

    async fn upload(&self, document: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        uploads::load(&mut *self.connection().await?, document).await
    }

    async fn permits_by_word(
        &self,
        word: &Word,
        behind: &str,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        let word = words::digest(self.search_key()?, word);
        words::find(&mut *self.connection().await?, &word, behind, most).await
    }
}
