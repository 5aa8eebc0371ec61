//! What serves once.

use jiff::Timestamp;

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
            "INSERT INTO wallet_seen (what, ends) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let query = sqlx::query(INSERT).bind(seen.what.to_string()).bind(seen.ends.as_second());
        let done = query.execute(self.keep()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }

    /// Forgets what is kept for wallets and has ended. Tells how many rows.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn forget_ended(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        const DELETES: [&str; 6] = [
            "DELETE FROM wallet_offers WHERE ends <= $1",
            "DELETE FROM wallet_requests WHERE ends <= $1",
            "DELETE FROM wallet_codes WHERE ends <= $1",
            "DELETE FROM wallet_sessions WHERE ends <= $1",
            "DELETE FROM wallet_deferred WHERE ends <= $1",
            "DELETE FROM wallet_seen WHERE ends <= $1",
        ];
        let mut forgotten = 0;
        for delete in DELETES {
            let query = sqlx::query(delete).bind(now.as_second());
            let done = query.execute(self.keep()).await.map_err(StoreError::from);
            forgotten += self.step(done)?.rows_affected();
        }
        Ok(forgotten)
    }
}
