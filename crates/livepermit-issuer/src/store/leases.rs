//! Leases: of several processes over one register, one does a job.

use jiff::Timestamp;

use super::change::Change;
use super::error::StoreError;

impl Change {
    /// Takes a job for this process until this time, or keeps it. Tells whether it may do the job:
    /// not while another process has it. Times are those of the processes, so their clocks have to
    /// agree better than leases are long.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn lease(
        &mut self,
        job: &'static str,
        process: &str,
        now: Timestamp,
        ends: Timestamp,
    ) -> Result<bool, StoreError> {
        const TAKE: &str = "INSERT INTO job_leases (job, holder, ends) VALUES ($1, $2, $4) \
                            ON CONFLICT (job) DO UPDATE SET holder = $2, ends = $4 \
                            WHERE job_leases.holder = $2 OR job_leases.ends <= $3";
        let query = sqlx::query(TAKE)
            .bind(job)
            .bind(process.to_owned())
            .bind(now.as_second())
            .bind(ends.as_second());
        let done = query.execute(self.keeps()).await.map_err(StoreError::from);
        self.step(done).map(|done| done.rows_affected() == 1)
    }
}
