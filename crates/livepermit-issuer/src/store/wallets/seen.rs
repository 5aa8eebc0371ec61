//! What serves once.

use crate::domain::Seen;
use crate::store::{Change, StoreError};

impl Change {
    /// Notes that this was used. Tells whether it is the first time.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn see(&mut self, seen: &Seen) -> Result<bool, StoreError> {
        const INSERT: &str =
            "INSERT INTO wallet_seen (ends, what) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let query = sqlx::query(INSERT).bind(seen.ends.as_second()).bind(seen.what.to_string());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }
}
