//! The register: cases, permits, status entries and the audit log, in SQLite or PostgreSQL.
//!
//! [`Store`] is what the rest of the service sees. [`Database`] is the one implementation: the same
//! statements run on both databases, and the tests run once on each.
//!
//! What is written, is written by a [`Change`]: a transaction with at least one line of the audit
//! log. A document is read with its version, changed by the rules of [`domain`](crate::domain), and
//! saved if nobody saved it meanwhile.

mod alarms;
mod applicants;
mod audit;
mod change;
mod database;
mod document;
mod entry;
mod error;
mod follow_ups;
mod forget;
mod keys;
mod leases;
mod lists;
mod messages;
mod register;
mod search;
mod settings;
mod staff;
mod turn;
mod wallets;
mod words;

pub use alarms::{Due, GivenAlarm};
pub use audit::{AuditLine, AuditState, Break, WrittenLine};
pub use change::Change;
pub use database::Database;
pub use document::{CASES, Column, Document, FOLLOW_UPS, Loaded, PERMITS, Statements};
pub use entry::{EntryHolder, EntryUse, GivenEntry};
pub use error::StoreError;
pub use follow_ups::Waiting;
pub use keys::SigningKeyRow;
pub use lists::{ListState, StatusListInfo, Statuses};
pub use messages::Message;
pub use register::date_number;
pub use search::Mark;
pub use settings::{Messages, Settings};
pub use staff::{Answered, Begun, Proposal, ProposalState, StaffSession, StaffStore, Tried};
pub use wallets::{
    CodeAnswer, Deferred, NewOffer, OfferAnswer, Owner, PendingRequest, Session, UsedBefore, Using,
};
pub use words::{SearchKey, Word};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::{CaseId, Digest, PermitId, Seen};

/// The register, as the rest of the service sees it. Each answer is awaited for a bounded time, and
/// can be a [`StoreError`] of the database.
pub trait Store: StaffStore + Clone + Send + Sync + 'static {
    /// Begins a change.
    fn begin(&self) -> impl Future<Output = Result<Change, StoreError>> + Send;

    /// Begins a change, and notes in it what it uses. Tells what was used before: then the change is
    /// to be dropped.
    fn begin_using(
        &self,
        using: Using<'_>,
    ) -> impl Future<Output = Result<(Change, Option<UsedBefore>), StoreError>> + Send;

    /// Notes that a proof is used, and finds the session with this refresh token, if it can be used.
    /// The note stays, whatever is found.
    fn session_using(
        &self,
        refresh: &Digest,
        proof: &Seen,
        now: Timestamp,
    ) -> impl Future<Output = Result<Result<Option<Session>, UsedBefore>, StoreError>> + Send;

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

    /// Cases in this state that have no last day, because the calendar did not reach it: at most so
    /// many.
    fn cases_without_deadline(
        &self,
        state: &str,
        most: u32,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

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

    /// Cases or permits in this state of which an alarm was not given, those that are due first at
    /// the beginning: at most so many, behind this one.
    fn due(
        &self,
        state: &str,
        due: &Due,
        behind: &Mark,
        most: u32,
    ) -> impl Future<Output = Result<Vec<Mark>, StoreError>> + Send;

    /// The alarms that were given about a case or permit (`case:` or `permit:` and the id).
    fn alarms(
        &self,
        about: &str,
    ) -> impl Future<Output = Result<Vec<GivenAlarm>, StoreError>> + Send;

    /// An office that has permits to be drawn for a check, issued on this day or before.
    fn office_to_draw(
        &self,
        until: Date,
    ) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;

    /// How many permits wait for a check after their issue, at all offices together.
    fn follow_ups(&self) -> impl Future<Output = Result<Waiting, StoreError>> + Send;

    /// Messages that were not delivered, the oldest first: at most so many.
    fn messages(&self, most: u32) -> impl Future<Output = Result<Vec<Message>, StoreError>> + Send;

    /// How many messages wait, and how many are tried no more.
    fn count_messages(&self) -> impl Future<Output = Result<(i64, i64), StoreError>> + Send;

    /// Keys that sign, beside those that the configuration names.
    fn signing_keys(&self) -> impl Future<Output = Result<Vec<SigningKeyRow>, StoreError>> + Send;

    /// When the last slip ends that is not withdrawn, in seconds since 1970; 0 without any.
    fn last_slip(&self) -> impl Future<Output = Result<i64, StoreError>> + Send;

    /// Checks the whole audit log, and finds the first line that is not as it was written.
    fn verify_audit(&self) -> impl Future<Output = Result<AuditState, StoreError>> + Send;
}

impl Store for Database {
    async fn begin(&self) -> Result<Change, StoreError> {
        self.change().await
    }

    async fn begin_using(
        &self,
        using: Using<'_>,
    ) -> Result<(Change, Option<UsedBefore>), StoreError> {
        self.change_using(using).await
    }

    async fn session_using(
        &self,
        refresh: &Digest,
        proof: &Seen,
        now: Timestamp,
    ) -> Result<Result<Option<Session>, UsedBefore>, StoreError> {
        self.find_session_using(refresh, proof, now).await
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

    async fn cases_without_deadline(
        &self,
        state: &str,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        search::cases_without_deadline(&mut *self.connection().await?, state, most).await
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

    async fn due(
        &self,
        state: &str,
        due: &Due,
        behind: &Mark,
        most: u32,
    ) -> Result<Vec<Mark>, StoreError> {
        alarms::due(&mut *self.connection().await?, state, due, behind, most).await
    }

    async fn alarms(&self, about: &str) -> Result<Vec<GivenAlarm>, StoreError> {
        alarms::about(&mut *self.connection().await?, about).await
    }

    async fn office_to_draw(&self, until: Date) -> Result<Option<String>, StoreError> {
        follow_ups::office_to_draw(&mut *self.connection().await?, until).await
    }

    async fn follow_ups(&self) -> Result<Waiting, StoreError> {
        follow_ups::waiting(&mut *self.connection().await?).await
    }

    async fn messages(&self, most: u32) -> Result<Vec<Message>, StoreError> {
        messages::waiting(&mut *self.connection().await?, most).await
    }

    async fn count_messages(&self) -> Result<(i64, i64), StoreError> {
        messages::count(&mut *self.connection().await?).await
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        keys::all(&mut *self.connection().await?).await
    }

    async fn last_slip(&self) -> Result<i64, StoreError> {
        keys::last_slip(&mut *self.connection().await?).await
    }

    async fn verify_audit(&self) -> Result<AuditState, StoreError> {
        audit::verify(&mut *self.connection().await?).await
    }
}
