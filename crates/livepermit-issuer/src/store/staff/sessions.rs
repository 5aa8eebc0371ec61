//! Sessions of the staff, and tries to log in.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::super::change::Change;
use super::super::error::StoreError;
use super::accounts::officer;
use crate::staff::Officer;

/// A session: somebody has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Who, with the roles of today.
    pub officer: Officer,
    /// When it was used last, as far as that was written down, in seconds since 1970.
    pub used: i64,
    /// When it ends at the latest, in seconds since 1970.
    pub ends: i64,
}

/// What is known of tries with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// How many have failed since the last success.
    pub tries: u32,
    /// When the last was, in seconds since 1970.
    pub last: i64,
}

impl Change {
    /// Counts a try to log in with this name before it is looked at, so that tries at once are
    /// counted too. `wait` says from the tries before how many seconds have to lie between; within
    /// them the try is not counted, and `Err` tells what is known.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn try_login(
        &mut self,
        name: &str,
        now: Timestamp,
        wait: impl Fn(u32) -> i64,
    ) -> Result<Result<(), Tried>, StoreError> {
        const LOCK: &str = "INSERT INTO staff_tries (name, tries, last) VALUES ($1, 0, 0) \
                            ON CONFLICT (name) DO UPDATE SET tries = staff_tries.tries \
                            RETURNING tries, last";
        const COUNT: &str = "UPDATE staff_tries SET tries = tries + 1, last = $2 WHERE name = $1";
        let now = now.as_second();
        let known = sqlx::query(LOCK).bind(name.to_owned()).fetch_one(self.keeps()).await;
        let known = known.map_err(StoreError::from).and_then(|row| {
            let tries: i64 = row.try_get(0)?;
            Ok(Tried { tries: u32::try_from(tries).unwrap_or(u32::MAX), last: row.try_get(1)? })
        });
        let known = self.step(known)?;
        // A clock that was set back does not make the wait longer.
        if known.last <= now && now - known.last < wait(known.tries) {
            return Ok(Err(known));
        }
        let done = sqlx::query(COUNT).bind(name.to_owned()).bind(now).execute(self.keeps()).await;
        self.step(done.map(|_| Ok(())).map_err(StoreError::from))
    }

    /// Forgets the tries with this name, after one that succeeded, and tells how many there were.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn forget_tries(&mut self, name: &str) -> Result<u32, StoreError> {
        const FORGET: &str = "DELETE FROM staff_tries WHERE name = $1 RETURNING tries";
        let query = sqlx::query(FORGET).bind(name.to_owned());
        let row = query.fetch_optional(self.keeps()).await;
        let tries = row.map_err(StoreError::from).and_then(|row| {
            let tries = row.map(|row| row.try_get::<i64, _>(0)).transpose()?;
            Ok(u32::try_from(tries.unwrap_or_default()).unwrap_or(u32::MAX))
        });
        self.step(tries)
    }

    /// Opens a session for an account. `token` is the digest of its token.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn open_staff_session(
        &mut self,
        token: &str,
        account: &str,
        now: Timestamp,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO staff_sessions (token, account, used, ends, revoked) \
                              VALUES ($1, $2, $3, $4, 0)";
        let done = sqlx::query(INSERT)
            .bind(token.to_owned())
            .bind(account.to_owned())
            .bind(now.as_second())
            .bind(ends.as_second())
            .execute(self.keeps())
            .await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }

    /// Writes down that a session was used.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn use_session(&mut self, token: &str, now: Timestamp) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE staff_sessions SET used = $2 WHERE token = $1";
        let query = sqlx::query(UPDATE).bind(token.to_owned()).bind(now.as_second());
        let done = query.execute(self.keeps()).await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn revoke_staff_session(&mut self, token: &str) -> Result<(), StoreError> {
        const REVOKE: &str = "UPDATE staff_sessions SET revoked = 1 WHERE token = $1";
        let done = sqlx::query(REVOKE).bind(token.to_owned()).execute(self.keeps()).await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }

    /// Ends all sessions of an account: another password, other roles, or a phone that was lost.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn revoke_sessions(&mut self, account: &str) -> Result<(), StoreError> {
        const REVOKE: &str = "UPDATE staff_sessions SET revoked = 1 WHERE account = $1";
        let done = sqlx::query(REVOKE).bind(account.to_owned()).execute(self.keeps()).await;
        self.step(done.map(|_| ()).map_err(StoreError::from))
    }
}

/// The session with this digest of a token.
pub(super) async fn load(
    connection: &mut AnyConnection,
    token: &str,
) -> Result<Option<StaffSession>, StoreError> {
    const SELECT: &str = "SELECT a.name, a.roles, a.offices, s.used, s.ends \
                          FROM staff_sessions s JOIN staff_accounts a ON a.name = s.account \
                          WHERE s.token = $1 AND s.revoked = 0 AND a.disabled = 0";
    let row = sqlx::query(SELECT).bind(token.to_owned()).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(StaffSession {
            officer: officer(&row, 0, 1, 2)?,
            used: row.try_get(3)?,
            ends: row.try_get(4)?,
        })
    })
    .transpose()
}
