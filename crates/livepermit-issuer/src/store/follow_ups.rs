//! Checks after the issue: permits that can be drawn, and how many wait.

use jiff::civil::Date;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::error::StoreError;
use super::register::date_number;
use crate::domain::{OfficeId, PermitId};

/// How many permits wait for a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All that wait.
    pub waiting: i64,
    /// Those of them that nobody has taken.
    pub untaken: i64,
    /// Since when the first one waits, in seconds since 1970; 0 if none waits.
    pub oldest: i64,
}

/// An office that has permits to be drawn, issued on this day or before.
pub(super) async fn office_to_draw(
    connection: &mut AnyConnection,
    until: Date,
) -> Result<Option<String>, StoreError> {
    const SELECT: &str = "SELECT office FROM follow_up_candidates WHERE issued <= $1 \
                          ORDER BY issued, office LIMIT 1";
    let row = sqlx::query(SELECT).bind(date_number(until)).fetch_optional(connection).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

/// How many permits wait, at all offices together.
pub(super) async fn waiting(connection: &mut AnyConnection) -> Result<Waiting, StoreError> {
    // PostgreSQL adds whole numbers up to one that is wider.
    const SELECT: &str = "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT), \
                          CAST(COALESCE(SUM(untaken), 0) AS BIGINT), \
                          CAST(COALESCE(MIN(oldest), 0) AS BIGINT) \
                          FROM follow_ups WHERE waiting > 0";
    let row = sqlx::query(SELECT).fetch_one(connection).await?;
    Ok(Waiting { waiting: row.try_get(0)?, untaken: row.try_get(1)?, oldest: row.try_get(2)? })
}

impl Change {
    /// Notes that a permit can be drawn for a check, at the office that issues it.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn add_candidate(
        &mut self,
        permit: PermitId,
        office: &OfficeId,
        issued: Date,
    ) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO follow_up_candidates (office, issued, permit) VALUES ($1, $2, $3)";
        let query = sqlx::query(INSERT)
            .bind(office.to_string())
            .bind(date_number(issued))
            .bind(permit.to_string());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }

    /// Takes the permits of an office that can be drawn and were issued on this day or before, the
    /// oldest first: at most so many. They can be drawn no more.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn take_candidates(
        &mut self,
        office: &OfficeId,
        until: Date,
        most: u32,
    ) -> Result<Vec<PermitId>, StoreError> {
        // Of two processes that take the same permits, the second one waits, and finds none.
        const TAKE: &str = "DELETE FROM follow_up_candidates WHERE office = $1 AND permit IN \
                            (SELECT permit FROM follow_up_candidates WHERE office = $1 \
                            AND issued <= $2 ORDER BY issued, permit LIMIT $3) RETURNING permit";
        let query = sqlx::query(TAKE)
            .bind(office.to_string())
            .bind(date_number(until))
            .bind(i64::from(most));
        let rows = query.fetch_all(self.keeps()).await.map_err(StoreError::from);
        let read = |row: &sqlx::any::AnyRow| {
            let id: String = row.try_get(0)?;
            let why = "it is no id".to_owned();
            id.parse().map_err(|_| StoreError::Damaged { kind: "permit", id, why })
        };
        let done = rows.and_then(|rows| rows.iter().map(read).collect());
        self.step(done)
    }
}
