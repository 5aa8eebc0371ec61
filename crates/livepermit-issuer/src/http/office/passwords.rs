//! Checks of passwords: some at once, the rest waits its turn, and too many are sent away.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;
use tokio::sync::Semaphore;
use zeroize::Zeroize as _;

use super::super::problem::Problem;
use crate::staff;

/// So many checks run at once: each takes 19 MiB.
const AT_ONCE: usize = 2;
/// So many wait at most: with two at once the last waits about a second.
const WAITING: usize = 64;

/// The hash of no password: it is checked for names that there are not, so that the answer takes
/// as much work.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBzYWx0IQ\
                      $bm9ib2R5IGhhcyBhIHBhc3N3b3JkIHdpdGggdGhpcyE";

/// Checks passwords. It counts what it does.
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
    queue: Semaphore,
    checked: AtomicU64,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Nothing was checked.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            turns: Semaphore::const_new(AT_ONCE),
            queue: Semaphore::const_new(WAITING),
            checked: AtomicU64::new(0),
        }
    }

    /// How many hashes were made to check passwords.
    #[must_use]
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    /// Whether the password is that of the hash. Without a hash the answer is no, after the same
    /// work.
    pub(super) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, Problem> {
        let busy = || {
            let detail = "Too many people log in at once. Try again in a moment.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).after(2)
        };
        let place = self.queue.try_acquire().map_err(|_| busy())?;
        let _turn = self.turns.acquire().await.map_err(|_| busy())?;
        drop(place);
        self.checked.fetch_add(1, Ordering::Relaxed);
        let mut password = password;
        let work = move || {
            let known = hash.is_some();
            let right = staff::verify(&password, hash.as_deref().unwrap_or(NOBODY));
            password.zeroize();
            right && known
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| Problem::internal("password-check", &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StaffId;

    #[test]
    fn the_hash_of_nobody_takes_the_work_of_somebody() {
        let name = StaffId::new("lin").expect("a name");
        let hash = staff::hash_password(&name, "vier Pferde im Garten", [7; 16]).expect("good");
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(&hash), cost(NOBODY));
        assert_eq!(hash.len(), NOBODY.len());
    }
}
