//! The register: cases, permits, status entries and the audit log, in SQLite or PostgreSQL.
//!
//! [`Store`] is what the rest of the service sees. [`Database`] is the one implementation: the same
//! statements run on both databases, and the tests run once on each.
//!
//! What is written, is written by a [`Change`]: a transaction with at least one line of the audit
//! log. A document is read with its version, changed by the rules of [`domain`](crate::domain), and
//! saved if nobody saved it meanwhile.

mod applicants;
mod audit;
mod change;
mod database;
mod document;
mod entry;
mod error;
mod forget;
mod lists;
mod register;
mod search;
mod staff;
mod wallets;
mod words;

pub use audit::{AuditLine, AuditState, Break, WrittenLine};
pub use change::Change;
pub use database::{Database, Settings};
pub use document::{CASES, Column, Document, Loaded, PERMITS, Statements};
pub use entry::{EntryHolder, EntryUse, GivenEntry};
pub use error::StoreError;
pub use lists::{ListState, StatusListInfo, Statuses};
pub use register::date_number;
pub use search::Mark;
pub use staff::{Answered, Begun, Proposal, ProposalState, StaffSession, StaffStore, Tried};
pub use wallets::{CodeAnswer, Deferred, NewOffer, OfferAnswer, Owner, PendingRequest, Session};
pub use words::{SearchKey, Word};

use jiff::Timestamp;

use crate::domain::{CaseId, Digest, PermitId};

/// The register, as the rest of the service sees it. Each answer is awaited for a bounded time, and
/// can be a [`StoreError`] of the database.
pub trait Store: StaffStore + Clone + Send + Sync + 'static {
    /// Begins a change.
    fn begin(&self) -> impl Future<Output = Result<Change, StoreError>> + Send;

    /// Reads a document, to be shown, or to be saved by a [`Change`] later.
    fn load<D: Document>(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Loaded<D>>, StoreError>> + Send;

    /// Cases of an office in this state, the most urgent first: at most so many, behind this one.
    fn cases(
        &self,
        office: &str,
        state: &str,
        behind: &Mark,
        most: u32,
    ) -> impl Future<Output = Result<Vec<Mark>, StoreError>> + Send;

    /// Permits in this state by their ends, the next first: at most so many, behind this one.
    fn permits(
        &self,
        state: &str,
        behind: &Mark,
        most: u32,
    ) -> impl Future<Output = Result<Vec<Mark>, StoreError>> + Send;

    /// The id of the permit with this number.
    fn permit_by_number(
        &self,
        number: &str,
    ) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;

    /// All entries that were ever given to devices and slips of this permit.
    fn entries_of(
        &self,
        permit: PermitId,
    ) -> impl Future<Output = Result<Vec<GivenEntry>, StoreError>> + Send;

    /// All status lists, the oldest first.
    fn lists(&self) -> impl Future<Output = Result<Vec<StatusListInfo>, StoreError>> + Send;

    /// What this list says, to be signed.
    fn statuses(&self, list: u32) -> impl Future<Output = Result<Statuses, StoreError>> + Send;

    /// Lines of the audit log behind this number, in order: at most so many.
    fn audit_behind(
        &self,
        number: u64,
        most: u32,
    ) -> impl Future<Output = Result<Vec<WrittenLine>, StoreError>> + Send;

    /// Lines about this subject (`case:` or `permit:` and the id), in order: at most so many.
    fn audit_about(
        &self,
        subject: &str,
        most: u32,
    ) -> impl Future<Output = Result<Vec<WrittenLine>, StoreError>> + Send;

    /// What a browser wants that came from a wallet, if its time is not over.
    fn wallet_request(
        &self,
        request: &Digest,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<PendingRequest>, StoreError>> + Send;

    /// The case that an applicant looks at with this code, if the code's time is not over.
    fn case_by_code(
        &self,
        code: &Digest,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<CaseId>, StoreError>> + Send;

    /// Checks the whole audit log, and finds the first line that is not as it was written.
    fn verify_audit(&self) -> impl Future<Output = Result<AuditState, StoreError>> + Send;
}

impl Store for Database {
    async fn begin(&self) -> Result<Change, StoreError> {
        self.change().await
    }

    async fn load<D: Document>(&self, id: &str) -> Result<Option<Loaded<D>>, StoreError> {
        document::load(&mut *self.connection().await?, id).await
    }

    async fn cases(
        &self,
        office: &str,
        state: &str,
        behind: &Mark,
        most: u32,
    ) -> Result<Vec<Mark>, StoreError> {
        search::cases(&mut *self.connection().await?, office, state, behind, most).await
    }

    async fn permits(
        &self,
        state: &str,
        behind: &Mark,
        most: u32,
    ) -> Result<Vec<Mark>, StoreError> {
        search::permits(&mut *self.connection().await?, state, behind, most).await
    }

    async fn permit_by_number(&self, number: &str) -> Result<Option<String>, StoreError> {
        search::permit_by_number(&mut *self.connection().await?, number).await
    }

    async fn entries_of(&self, permit: PermitId) -> Result<Vec<GivenEntry>, StoreError> {
        entry::of_permit(&mut *self.connection().await?, permit).await
    }

    async fn lists(&self) -> Result<Vec<StatusListInfo>, StoreError> {
        lists::all(&mut *self.connection().await?).await
    }

    async fn statuses(&self, list: u32) -> Result<Statuses, StoreError> {
        lists::statuses(&mut *self.connection().await?, list).await
    }

    async fn audit_behind(&self, number: u64, most: u32) -> Result<Vec<WrittenLine>, StoreError> {
        audit::behind(&mut *self.connection().await?, number, most).await
    }

    async fn audit_about(&self, subject: &str, most: u32) -> Result<Vec<WrittenLine>, StoreError> {
        audit::about(&mut *self.connection().await?, subject, most).await
    }

    async fn wallet_request(
        &self,
        request: &Digest,
        now: Timestamp,
    ) -> Result<Option<PendingRequest>, StoreError> {
        wallets::request(&mut *self.connection().await?, request, now).await
    }

    async fn case_by_code(
        &self,
        code: &Digest,
        now: Timestamp,
    ) -> Result<Option<CaseId>, StoreError> {
        applicants::case_by_code(&mut *self.connection().await?, code, now).await
    }

    async fn verify_audit(&self) -> Result<AuditState, StoreError> {
        audit::verify(&mut *self.connection().await?).await
    }
}
