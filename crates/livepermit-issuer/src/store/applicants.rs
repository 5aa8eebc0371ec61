//! What is kept for the pages of applicants: codes with which they look at their cases, as hashes
//! alone, and counts of tries. Both are forgotten after their time.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row as _};

use super::change::Change;
use super::error::StoreError;
use crate::domain::{CaseId, Digest};

impl Change {
    /// Keeps the code of a case until this time. Tells whether it is new: the same form, handed in
    /// twice, has one code, and makes one case.
    ///
    /// # Errors
    ///
    /// Those of the database. The case has to be there when the change is handed in.
    pub async fn keep_state_code(
        &mut self,
        code: &Digest,
        case: CaseId,
        ends: Timestamp,
    ) -> Result<bool, StoreError> {
        const INSERT: &str = "INSERT INTO applicant_codes (code, case_id, ends) \
                              VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let query = sqlx::query(INSERT)
            .bind(code.to_string())
            .bind(case.to_string())
            .bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }

    /// Counts a try to ask for something. The count begins anew after the time that the first try
    /// names. Tells how many there were, with this one.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn count_asking(
        &mut self,
        about: &Digest,
        now: Timestamp,
        ends: Timestamp,
    ) -> Result<i64, StoreError> {
        const COUNT: &str = "INSERT INTO applicant_tries AS known (about, tries, ends) \
                             VALUES ($1, 1, $3) ON CONFLICT (about) DO UPDATE SET \
                             tries = CASE WHEN known.ends > $2 THEN known.tries + 1 ELSE 1 END, \
                             ends = CASE WHEN known.ends > $2 THEN known.ends ELSE $3 END \
                             RETURNING tries";
        let query =
            sqlx::query(COUNT).bind(about.to_string()).bind(now.as_second()).bind(ends.as_second());
        let done = query.fetch_one(self.keeps()).await.map_err(StoreError::from);
        self.step(done.and_then(|row| Ok(row.try_get(0)?)))
    }

    /// Forgets the tries: the right one was among them.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn forget_asking(&mut self, about: &Digest) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM applicant_tries WHERE about = $1";
        let query = sqlx::query(DELETE).bind(about.to_string());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(drop)
    }
}

/// The case with this code, if its time is not over.
pub(super) async fn case_by_code(
    connection: &mut AnyConnection,
    code: &Digest,
    now: Timestamp,
) -> Result<Option<CaseId>, StoreError> {
    const SELECT: &str = "SELECT case_id FROM applicant_codes WHERE code = $1 AND ends > $2";
    let query = sqlx::query(SELECT).bind(code.to_string()).bind(now.as_second());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| {
        let id: String = row.try_get(0)?;
        id.parse().map_err(|_| StoreError::Damaged {
            kind: "state code",
            id: code.to_string(),
            why: "its case cannot be read".to_owned(),
        })
    })
    .transpose()
}
