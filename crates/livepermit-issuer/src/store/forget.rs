//! What is kept for a time, and forgotten then.

use jiff::Timestamp;

use super::change::Change;
use super::error::StoreError;

/// A statement that forgets rows of a table with this key: those whose time, by this expression, is
/// over.
macro_rules! delete {
    ($table:literal, $key:literal) => {
        delete!($table, $key, "ends")
    };
    ($table:literal, $key:literal, $ends:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $ends,
            " <= $1 ORDER BY ",
            $ends,
            " LIMIT $2)"
        )
    };
}

/// Tries to log in are counted for a day; messages that nobody took are kept for 90 days.
const DELETES: [&str; 12] = [
    delete!("wallet_offers", "code"),
    delete!("wallet_requests", "request"),
    delete!("wallet_codes", "code"),
    delete!("wallet_sessions", "id"),
    delete!("wallet_deferred", "session"),
    delete!("wallet_seen", "ends, what"),
    delete!("applicant_codes", "code"),
    delete!("applicant_tries", "about"),
    delete!("staff_sessions", "token"),
    delete!("staff_answers", "account, idempotency_key"),
    delete!("staff_tries", "name", "last + 86400"),
    delete!("webhook_messages", "id", "written + 7776000"),
];

impl Change {
    /// Forgets what is kept for wallets, applicants and officers and has ended, at most so many
    /// rows of each table: others want to write too. Tells how many rows; with fewer than `most`,
    /// nothing is left over.
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
