//! Keys that sign, beside those that the configuration names: where they are, and where they stand.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::error::StoreError;
use crate::domain::{KeyPurpose, KeyState};

/// A key that signs, without what signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// The thumbprint of the public key, in lower-case hex.
    pub id: String,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// Where the private key is, as the configuration names it.
    pub place: String,
    /// Where it stands.
    pub state: KeyState,
    /// Since when, in seconds since 1970.
    pub changed: i64,
}

fn needed(state: KeyState) -> i64 {
    match state {
        KeyState::Replaced { needed } => needed.as_second(),
        _ => 0,
    }
}

impl Change {
    /// Keeps a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and those of the database.
    pub async fn add_key(&mut self, key: &SigningKeyRow) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO signing_keys \
                              (id, purpose, place, state, changed, needed) \
                              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let query = sqlx::query(INSERT)
            .bind(key.id.clone())
            .bind(key.purpose.name())
            .bind(key.place.clone())
            .bind(key.state.name())
            .bind(key.changed)
            .bind(needed(key.state));
        let done = query.execute(self.writes()).await.map_err(StoreError::from);
        let done = done.and_then(|done| match done.rows_affected() {
            0 => Err(StoreError::Exists { kind: "key", id: key.id.clone() }),
            _ => Ok(()),
        });
        self.step(done)
    }

    /// Says where a key stands from now on, if it still stands where it stood. Of two that change it
    /// at once, one is told `Changed`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Changed`], and those of the database.
    pub async fn set_key_state(
        &mut self,
        key: &SigningKeyRow,
        state: KeyState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE signing_keys SET state = $2, changed = $3, needed = $4 \
                              WHERE id = $1 AND state = $5";
        let query = sqlx::query(UPDATE)
            .bind(key.id.clone())
            .bind(state.name())
            .bind(now.as_second())
            .bind(needed(state))
            .bind(key.state.name());
        let done = query.execute(self.writes()).await.map_err(StoreError::from);
        let done = done.and_then(|done| match done.rows_affected() {
            0 => Err(StoreError::Changed { kind: "key", id: key.id.clone(), read: 0 }),
            _ => Ok(()),
        });
        self.step(done)
    }
}

fn read(row: &AnyRow) -> Result<SigningKeyRow, StoreError> {
    let id: String = row.try_get(0)?;
    let damaged = |part: &str| StoreError::Damaged {
        kind: "key",
        id: id.clone(),
        why: format!("its {part} cannot be read"),
    };
    let purpose = KeyPurpose::named(&row.try_get::<String, _>(1)?);
    let needed = Timestamp::from_second(row.try_get(5)?).map_err(|_| damaged("time"))?;
    let state = KeyState::named(&row.try_get::<String, _>(3)?, needed);
    Ok(SigningKeyRow {
        purpose: purpose.ok_or_else(|| damaged("purpose"))?,
        place: row.try_get(2)?,
        state: state.ok_or_else(|| damaged("state"))?,
        changed: row.try_get(4)?,
        id,
    })
}

/// All keys, those that changed first at the beginning.
pub(super) async fn all(connection: &mut AnyConnection) -> Result<Vec<SigningKeyRow>, StoreError> {
    const SELECT: &str = "SELECT id, purpose, place, state, changed, needed FROM signing_keys \
                          ORDER BY changed, id";
    let rows = sqlx::query(SELECT).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// When the last slip ends that is not withdrawn, in seconds since 1970; 0 without any.
pub(super) async fn last_slip(connection: &mut AnyConnection) -> Result<i64, StoreError> {
    const SELECT: &str = "SELECT COALESCE(MAX(ends), 0) FROM status_entries \
                          WHERE purpose = 'slip' AND status <> 1";
    Ok(sqlx::query(SELECT).fetch_one(connection).await?.try_get(0)?)
}
