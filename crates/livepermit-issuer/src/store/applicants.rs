//! What is kept for the pages of applicants: codes with which they look at their cases. The code is
//! kept as a hash alone, and is forgotten after its time.

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
