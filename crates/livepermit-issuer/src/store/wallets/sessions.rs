//! Wallets that may come again.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Owner, damaged, party_column, read_party, text};
use crate::domain::{Digest, KeyThumbprint, Party, Permit, PermitId, SessionId};
use crate::store::database::Engine;
use crate::store::{Change, Loaded, StoreError, document};

/// A wallet's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// The wallet; empty if it did not say.
    pub client: String,
    /// What it is about.
    pub owner: Owner,
    /// Whose phone it is.
    pub party: Party,
    /// The key of its requests.
    pub dpop: KeyThumbprint,
    /// The device that the session has bound, or has found bound.
    pub device: Option<KeyThumbprint>,
    /// Until when it can be used.
    pub ends: Timestamp,
}

/// All that is read, in the order of [`read`].
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, client, owner, owner_id, party, dpop, device, ends FROM wallet_sessions ",
            "WHERE revoked = 0 AND ends > $2 AND ",
            $condition
        )
    };
}

/// The same, and the permit.
macro_rules! both {
    ($lock:literal) => {
        concat!(
            "SELECT s.id, s.client, s.owner, s.owner_id, s.party, s.dpop, s.device, s.ends, ",
            "p.version, p.body FROM wallet_sessions s JOIN permits p ON p.id = s.owner_id ",
            "WHERE s.owner = 'permit' AND s.revoked = 0 AND s.ends > $2 AND s.id = $1",
            $lock
        )
    };
}

pub(super) const BY_REFRESH: &str = select!("refresh = $1");

pub(super) fn read(row: &AnyRow) -> Result<Session, StoreError> {
    let text = |column| text(row, column);
    let device = text(6)?;
    let device = if device.is_empty() { None } else { Some(device.parse()) };
    Ok(Session {
        id: text(0)?.parse().map_err(|_| damaged("session"))?,
        client: text(1)?,
        owner: Owner::read(&text(2)?, &text(3)?)?,
        party: read_party(&text(4)?)?,
        dpop: text(5)?.parse().map_err(|_| damaged("dpop"))?,
        device: device.transpose().map_err(|_| damaged("device"))?,
        ends: Timestamp::from_second(row.try_get(7)?).map_err(|_| damaged("end"))?,
    })
}

impl Change {
    /// Opens a session, with the hash of its refresh token.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn open_session(
        &mut self,
        session: &Session,
        refresh: &Digest,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO wallet_sessions (id, refresh, client, owner, owner_id, \
                              party, dpop, device, revoked, ends) \
                              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)";
        let (kind, owner) = session.owner.columns();
        let query = sqlx::query(INSERT)
            .bind(session.id.to_string())
            .bind(refresh.to_string())
            .bind(session.client.clone())
            .bind(kind)
            .bind(owner)
            .bind(party_column(session.party))
            .bind(session.dpop.to_string())
            .bind(session.device.map(|device| device.to_string()).unwrap_or_default())
            .bind(session.ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// The session with this refresh token, if it can be used.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn session_by_refresh(
        &mut self,
        refresh: &Digest,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        self.find(BY_REFRESH, refresh.to_string(), now).await
    }

    /// The session with this name, if it can be used.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn session(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        self.find(select!("id = $1"), id.to_string(), now).await
    }

    /// The session with this name, if it can be used, and the permit that it is about: the daily
    /// way, in one question. `None` also for a session that is about a case. Nobody else saves the
    /// permit before this change ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn session_with_permit(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(Session, Loaded<Permit>)>, StoreError> {
        const SQLITE: &str = both!("");
        const POSTGRES: &str = both!(" FOR UPDATE OF p");
        let statement = match self.engine() {
            Engine::Sqlite => SQLITE,
            Engine::Postgres => POSTGRES,
        };
        let query = sqlx::query(statement).bind(id.to_string()).bind(now.as_second());
        let done = query.fetch_optional(self.reads()).await.map_err(StoreError::from);
        let done = done.and_then(|row| {
            let Some(row) = row else { return Ok(None) };
            let session = read(&row)?;
            let permit = document::of(row.try_get(8)?, &text(&row, 9)?, &text(&row, 3)?)?;
            Ok(Some((session, permit)))
        });
        self.step(done)
    }

    async fn find(
        &mut self,
        statement: &'static str,
        key: String,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let query = sqlx::query(statement).bind(key).bind(now.as_second());
        let done = query.fetch_optional(self.reads()).await.map_err(StoreError::from);
        let done = done.and_then(|row| row.map(|row| read(&row)).transpose());
        self.step(done)
    }

    /// Says which permit and which device a session is about from now on. Tells whether it may: a
    /// session that has a device keeps it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn bind_session(
        &mut self,
        id: SessionId,
        permit: PermitId,
        device: KeyThumbprint,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str = "UPDATE wallet_sessions \
                              SET owner = 'permit', owner_id = $2, device = $3 \
                              WHERE id = $1 AND (device = '' OR device = $3)";
        let query = sqlx::query(UPDATE)
            .bind(id.to_string())
            .bind(permit.to_string())
            .bind(device.to_string());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }

    /// Says until when a session can be used from now on.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn prolong_session(
        &mut self,
        id: SessionId,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE wallet_sessions SET ends = $2 WHERE id = $1";
        let query = sqlx::query(UPDATE).bind(id.to_string()).bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Ends a session. Tells whether it could be used before.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn revoke_session(
        &mut self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str =
            "UPDATE wallet_sessions SET revoked = $2 WHERE id = $1 AND revoked = 0";
        let query = sqlx::query(UPDATE).bind(id.to_string()).bind(now.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }

    /// Ends all sessions of a permit but this one: a permit lives on one phone, and the others get
    /// nothing any more. Tells how many.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn revoke_sessions_of(
        &mut self,
        permit: PermitId,
        but: Option<SessionId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        const UPDATE: &str = "UPDATE wallet_sessions SET revoked = $2 \
                              WHERE owner = 'permit' AND owner_id = $1 AND revoked = 0 AND id <> $3";
        let query = sqlx::query(UPDATE)
            .bind(permit.to_string())
            .bind(now.as_second())
            .bind(but.map(|id| id.to_string()).unwrap_or_default());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected())
    }
}
