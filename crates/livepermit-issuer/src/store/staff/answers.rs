//! Answers to requests with an idempotency key: who asks again, because no answer came, gets the
//! same one, and nothing is done twice.

use jiff::Timestamp;
use sqlx::Row as _;

use super::super::change::Change;
use super::super::error::StoreError;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// The version's validator; empty without one.
    pub etag: String,
    /// The body.
    pub body: String,
}

/// Whether a request with a key is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is, and this change answers it.
    New,
    /// It was answered.
    Again(Answered),
    /// The key stands for another request.
    Another,
}

impl Change {
    /// Begins to answer a request of this account with this key. Who asks the same at once waits
    /// here until this change ends. If it ends without [`Change::answer`], the key is free again.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn begin_answer(
        &mut self,
        account: &str,
        key: &str,
        digest: &str,
        now: Timestamp,
        ends: Timestamp,
    ) -> Result<Begun, StoreError> {
        const FREE: &str = "DELETE FROM staff_answers \
                            WHERE account = $1 AND idempotency_key = $2 AND ends <= $3";
        const INSERT: &str = "INSERT INTO staff_answers \
                              (account, idempotency_key, digest, status, etag, body, ends) \
                              VALUES ($1, $2, $3, 0, '', '', $4) \
                              ON CONFLICT (account, idempotency_key) DO NOTHING";
        const SELECT: &str = "SELECT digest, status, etag, body FROM staff_answers \
                              WHERE account = $1 AND idempotency_key = $2";
        let named =
            |statement| sqlx::query(statement).bind(account.to_owned()).bind(key.to_owned());
        let done = named(FREE).bind(now.as_second()).execute(self.keeps()).await;
        self.step(done.map_err(StoreError::from))?;
        let query = named(INSERT).bind(digest.to_owned()).bind(ends.as_second());
        let done = query.execute(self.keeps()).await;
        if self.step(done.map_err(StoreError::from))?.rows_affected() == 1 {
            return Ok(Begun::New);
        }
        let row = named(SELECT).fetch_one(self.keeps()).await;
        let row = self.step(row.map_err(StoreError::from))?;
        let read = || -> Result<Begun, StoreError> {
            if row.try_get::<String, _>(0)? != digest {
                return Ok(Begun::Another);
            }
            let status: i64 = row.try_get(1)?;
            Ok(Begun::Again(Answered {
                status: u16::try_from(status).unwrap_or_default(),
                etag: row.try_get(2)?,
                body: row.try_get(3)?,
            }))
        };
        let begun = read();
        self.step(begun)
    }

    /// Keeps the answer to a request that [`Change::begin_answer`] has begun.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn answer(
        &mut self,
        account: &str,
        key: &str,
        answered: &Answered,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE staff_answers SET status = $3, etag = $4, body = $5 \
                              WHERE account = $1 AND idempotency_key = $2";
        let done = sqlx::query(UPDATE)
            .bind(account.to_owned())
            .bind(key.to_owned())
            .bind(i64::from(answered.status))
            .bind(answered.etag.clone())
            .bind(answered.body.clone())
            .execute(self.keeps())
            .await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }
}
