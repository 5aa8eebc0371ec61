//! A change: everything that is written, in one transaction, with its lines of the audit log.

use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::audit::{self, AuditLine};
use super::database::Engine;
use super::document::{self, Document, Loaded};
use super::entry::{self, EntryUse, GivenEntry};
use super::error::StoreError;
use super::lists;
use super::settings::Settings;
use super::turn::Work;
use super::{messages, staff, words};
use crate::domain::{EntryState, Event, PermitId, StatusEntry};

/// A transaction. Nothing of it is there before [`Change::commit`], and nothing stays if it is
/// dropped without, or if one of its steps failed.
///
/// Load documents before entries are given: two changes then take what they lock in the same order.
#[derive(Debug)]
#[must_use = "a change that is not committed leaves nothing"]
pub struct Change {
    work: Work,
    engine: Engine,
    settings: Arc<Settings>,
    lines: Vec<AuditLine>,
    wrote: bool,
    kept: bool,
    spoiled: bool,
}

impl Change {
    pub(super) const fn new(work: Work, engine: Engine, settings: Arc<Settings>) -> Self {
        Self {
            work,
            engine,
            settings,
            lines: Vec::new(),
            wrote: false,
            kept: false,
            spoiled: false,
        }
    }

    pub(super) const fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn writes_messages(&self) -> bool {
        self.settings.writes_messages()
    }

    /// After a step that failed the two databases differ in what stays: nothing does.
    pub(super) fn step<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        self.spoiled |= done.is_err();
        done
    }

    /// Says that a step failed after something of it was written: nothing of this change stays,
    /// also if its caller hands it in.
    pub const fn spoil(&mut self) {
        self.spoiled = true;
    }

    /// The connection, for a step that the audit log tells of.
    pub(super) fn writes(&mut self) -> &mut AnyConnection {
        self.wrote = true;
        self.work.connection()
    }

    /// The connection, for the bookkeeping of a port (sessions, tries, answers), which is forgotten
    /// after its time. It needs no line of the log: the log tells what was done to permits, and not
    /// each request.
    pub(super) fn keeps(&mut self) -> &mut AnyConnection {
        self.kept = true;
        self.work.connection()
    }

    /// The connection, for what is only read.
    pub(super) fn reads(&mut self) -> &mut AnyConnection {
        self.work.connection()
    }

    /// Adds a line to the audit log. A change that writes has at least one.
    pub fn audit(&mut self, line: AuditLine) {
        self.lines.push(line);
    }

    /// Writes what the domain says has happened: each event is a line of the audit log, and what it
    /// says of a status entry is from now on what the list says. The bytes of documents that were
    /// erased are deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAnId`] for the actor, those of [`Change::set_state`], and those of the
    /// database.
    pub async fn record(
        &mut self,
        at: Timestamp,
        actor: &str,
        events: &[Event],
    ) -> Result<(), StoreError> {
        for event in events {
            let line = self.step(AuditLine::of(at, actor, event))?;
            self.lines.push(line);
            if let Some(told) = messages::of(event) {
                self.tell(&told, at).await?;
            }
            if let Some((entry, state)) = event.entry_change() {
                self.set_state(entry, state).await?;
            }
            if let Event::CaseErased { documents, .. } | Event::PermitErased { documents, .. } =
                event
            {
                let done = staff::forget_uploads(self.work.connection(), documents).await;
                self.step(done)?;
            }
        }
        Ok(())
    }

    /// Reads a document. Nobody else saves it before this change ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`], [`StoreError::Damaged`], and those of the database.
    pub async fn load<D: Document>(&mut self, id: &str) -> Result<Loaded<D>, StoreError> {
        let found = match self.engine {
            // SQLite lets nobody else write until this change ends.
            Engine::Sqlite => document::load(self.work.connection(), id).await,
            Engine::Postgres => document::lock(self.work.connection(), id).await,
        };
        self.step(found)?.ok_or_else(|| StoreError::Missing { kind: D::KIND, id: id.to_owned() })
    }

    /// Keeps a new document.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and those of the database.
    pub async fn add<D: Document>(&mut self, document: D) -> Result<Loaded<D>, StoreError> {
        self.wrote = true;
        let done = document::add(self.work.connection(), document).await;
        let loaded = self.step(done)?;
        self.index(&loaded.document).await?;
        Ok(loaded)
    }

    /// Saves a document if it was not changed since it was read. Its version grows by one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Changed`], [`StoreError::Missing`], and those of the database.
    pub async fn save<D: Document>(&mut self, loaded: &mut Loaded<D>) -> Result<(), StoreError> {
        self.wrote = true;
        let done = document::save(self.work.connection(), loaded).await;
        self.step(done)?;
        self.index(&loaded.document).await
    }

    /// Keeps what a document is searched by, if there is a key for that.
    async fn index<D: Document>(&mut self, document: &D) -> Result<(), StoreError> {
        let (Some(words), Some(key)) = (document.words(), self.settings.search_key()) else {
            return Ok(());
        };
        let digests = words.iter().map(|word| words::digest(key, word)).collect();
        let done = words::keep(self.work.connection(), &document.id(), digests).await;
        self.step(done)
    }

    /// Gives out a status entry, at random, once and for all. The permit is in the register, or is
    /// added by this change.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn give_entry(
        &mut self,
        given_to: &EntryUse,
        now: Timestamp,
    ) -> Result<StatusEntry, StoreError> {
        self.wrote = true;
        let done =
            entry::give(self.work.connection(), self.settings.entries(), given_to, now).await;
        self.step(done)
    }

    /// Sets what lists say of an entry. Tells whether that changed.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnknownEntry`], [`StoreError::Withdrawn`], and those of the database.
    pub async fn set_state(
        &mut self,
        entry: StatusEntry,
        state: EntryState,
    ) -> Result<bool, StoreError> {
        self.wrote = true;
        let done = entry::set(self.work.connection(), entry, state).await;
        self.step(done)
    }

    /// Says that credentials with this entry now end at this time. An earlier time changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnknownEntry`], and those of the database.
    pub async fn prolong_entry(
        &mut self,
        entry: StatusEntry,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        let done = entry::prolong(self.work.connection(), entry, ends).await;
        self.step(done)
    }

    /// All entries that were ever given to devices and slips of this permit.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn entries_of(&mut self, permit: PermitId) -> Result<Vec<GivenEntry>, StoreError> {
        let done = entry::of_permit(self.work.connection(), permit).await;
        self.step(done)
    }

    /// Says that this register comes from a backup: lists that gave entries then give no more. What
    /// they gave since then is unknown; the lists say this state of it, until this time. New
    /// entries come from new lists. Tells which lists are lost.
    ///
    /// Withdrawals since the backup are unknown too. They stand in the status lists that were
    /// published last.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn mark_restored(
        &mut self,
        state: EntryState,
        ends: Timestamp,
    ) -> Result<Vec<u32>, StoreError> {
        self.wrote = true;
        let done = lists::mark_all_lost(self.work.connection(), state, ends).await;
        self.step(done)
    }

    /// Marks a range of a list as given out to nobody knows whom; see [`Change::mark_restored`].
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn mark_lost(
        &mut self,
        list: u32,
        range: RangeInclusive<u32>,
        state: EntryState,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        let done = lists::mark_lost(self.work.connection(), list, range, state, ends).await;
        self.step(done)
    }

    /// Closes the lists that give nothing any more and speak only of what has ended by now. Tells
    /// which; without any, nothing was written.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn close_lists(&mut self, now: Timestamp) -> Result<Vec<u32>, StoreError> {
        let done = lists::close_ended(self.work.connection(), now).await;
        let closed = self.step(done)?;
        self.wrote |= !closed.is_empty();
        Ok(closed)
    }

    /// Hands the change in: after this it stays, also if the power fails.
    ///
    /// # Errors
    ///
    /// [`StoreError::Spoiled`] if one of its steps failed; [`StoreError::NoAuditLine`] if it wrote
    /// and has no line; [`StoreError::Constraint`] if an entry was given to a permit that is not
    /// there; [`StoreError::Unsure`] if the connection ended meanwhile; and those of the database.
    /// But for `Unsure`, nothing was written then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.spoiled {
            return Err(StoreError::Spoiled);
        }
        if self.lines.is_empty() {
            if self.wrote {
                return Err(StoreError::NoAuditLine);
            }
            if self.kept {
                return self.work.commit(None).await;
            }
            return self.work.roll_back().await;
        }
        let known = self.work.take_head();
        let head = audit::append(self.work.connection(), &self.lines, known).await?;
        self.work.commit(Some(head)).await
    }
}
