//! Browsers that come from a wallet, and the codes with which they go back.

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Owner, damaged, text};
use crate::domain::{Digest, KeyThumbprint, SessionId};
use crate::store::{Change, StoreError};

/// What a browser wants that came from a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRequest {
    /// The wallet.
    pub client: String,
    /// Where the browser goes back to.
    pub redirect: String,
    /// What the wallet wants back.
    pub state: String,
    /// What the wallet has to meet with its secret.
    pub challenge: String,
    /// The key of DPoP that alone may take the code; `None` if the wallet did not say.
    pub dpop: Option<KeyThumbprint>,
}

impl PendingRequest {
    /// The key as a column; empty without one.
    fn dpop_column(&self) -> String {
        self.dpop.map(|key| key.to_string()).unwrap_or_default()
    }
}

/// What became of an attempt to take a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// It is taken. Whether the wallet may have it is for the caller to say: if not, the change is
    /// dropped.
    Taken {
        /// What the browser wanted; its state is empty.
        request: PendingRequest,
        /// What was given.
        owner: Owner,
    },
    /// It was taken before, by this session. Somebody has it who should not: the session ends.
    Again(SessionId),
    /// There is no such code, or no longer.
    Gone,
}

fn read(row: &AnyRow) -> Result<PendingRequest, StoreError> {
    let text = |column| text(row, column);
    let (client, redirect) = (text(0)?, text(1)?);
    let named = Some(text(4)?).filter(|key| !key.is_empty());
    let dpop = named.map(|key| key.parse()).transpose().map_err(|_| damaged("dpop"))?;
    Ok(PendingRequest { client, redirect, challenge: text(2)?, state: text(3)?, dpop })
}

/// What a browser wants, if its time is not over.
pub(in crate::store) async fn request(
    connection: &mut AnyConnection,
    request: &Digest,
    now: Timestamp,
) -> Result<Option<PendingRequest>, StoreError> {
    const SELECT: &str = "SELECT client, redirect, challenge, state, dpop FROM wallet_requests \
                          WHERE request = $1 AND ends > $2";
    let row = sqlx::query(SELECT)
        .bind(request.to_string())
        .bind(now.as_second())
        .fetch_optional(connection)
        .await?;
    row.map(|row| read(&row)).transpose()
}

impl Change {
    /// Keeps what a browser wants until this time.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn keep_request(
        &mut self,
        request: &Digest,
        pending: &PendingRequest,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO wallet_requests \
                              (request, client, redirect, challenge, state, dpop, ends) \
                              VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let query = sqlx::query(INSERT)
            .bind(request.to_string())
            .bind(pending.client.clone())
            .bind(pending.redirect.clone())
            .bind(pending.challenge.clone())
            .bind(pending.state.clone())
            .bind(pending.dpop_column())
            .bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Ends what a browser wanted, if its time is not over: it goes back now.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn end_request(
        &mut self,
        request: &Digest,
        now: Timestamp,
    ) -> Result<Option<PendingRequest>, StoreError> {
        const DELETE: &str = "DELETE FROM wallet_requests WHERE request = $1 AND ends > $2 \
                              RETURNING client, redirect, challenge, state, dpop";
        let query = sqlx::query(DELETE).bind(request.to_string()).bind(now.as_second());
        let done = query.fetch_optional(self.keeps()).await.map_err(StoreError::from);
        let done = done.and_then(|row| row.map(|row| read(&row)).transpose());
        self.step(done)
    }

    /// Keeps a code for what this browser wanted.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn keep_code(
        &mut self,
        code: &Digest,
        pending: &PendingRequest,
        owner: Owner,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO wallet_codes \
                              (code, client, redirect, challenge, dpop, owner, owner_id, \
                              session, ends) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8)";
        let (kind, id) = owner.columns();
        let query = sqlx::query(INSERT)
            .bind(code.to_string())
            .bind(pending.client.clone())
            .bind(pending.redirect.clone())
            .bind(pending.challenge.clone())
            .bind(pending.dpop_column())
            .bind(kind)
            .bind(id)
            .bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Takes a code for a session.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], and those of the database.
    pub async fn take_code(
        &mut self,
        code: &Digest,
        session: SessionId,
        now: Timestamp,
    ) -> Result<CodeAnswer, StoreError> {
        let done = self.try_code(code, session, now).await;
        self.step(done)
    }

    async fn try_code(
        &mut self,
        code: &Digest,
        session: SessionId,
        now: Timestamp,
    ) -> Result<CodeAnswer, StoreError> {
        const TAKE: &str = "UPDATE wallet_codes SET session = $2 \
                            WHERE code = $1 AND session = '' AND ends > $3 \
                            RETURNING client, redirect, challenge, '', dpop, owner, owner_id";
        const TAKEN: &str = "SELECT session FROM wallet_codes WHERE code = $1 AND session <> ''";
        let taken = sqlx::query(TAKE)
            .bind(code.to_string())
            .bind(session.to_string())
            .bind(now.as_second())
            .fetch_optional(self.keeps())
            .await?;
        if let Some(row) = taken {
            let owner = Owner::read(&text(&row, 5)?, &text(&row, 6)?)?;
            return Ok(CodeAnswer::Taken { request: read(&row)?, owner });
        }
        let before = sqlx::query(TAKEN).bind(code.to_string()).fetch_optional(self.keeps()).await?;
        let Some(row) = before else { return Ok(CodeAnswer::Gone) };
        let session = text(&row, 0)?.parse().map_err(|_| damaged("session"))?;
        Ok(CodeAnswer::Again(session))
    }
}
