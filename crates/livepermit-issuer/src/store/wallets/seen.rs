//! What serves once.

use jiff::Timestamp;

use crate::domain::Seen;
use crate::store::{Change, StoreError};

/// A statement that forgets rows of a table with this key.
macro_rules! delete {
    ($table:literal, $key:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ends <= $1 ORDER BY ends LIMIT $2)"
        )
    };
}

const DELETES: [&str; 8] = [
    delete!("wallet_offers", "code"),
    delete!("wallet_requests", "request"),
    delete!("wallet_codes", "code"),
    delete!("wallet_sessions", "id"),
    delete!("wallet_deferred", "session"),
    delete!("wallet_seen", "ends, what"),
    delete!("applicant_codes", "code"),
    delete!("applicant_tries", "about"),
];

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

    /// Forgets what is kept for wallets and applicants and has ended, at most so many rows of each table: others
    /// want to write too. Tells how many rows; with fewer than `most`, nothing is left over.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn forget_ended(&mut self, now: Timestamp, most: u32) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for delete in DELETES {
            let query = sqlx::query(delete).bind(now.as_second()).bind(i64::from(most));
            let done = query.execute(self.keeps()).await.map_err(StoreError::from);
            forgotten += self.step(done)?.rows_affected();
        }
        Ok(forgotten)
    }
}
