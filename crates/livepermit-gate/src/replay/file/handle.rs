//! The open file, opened anew after an error.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use redb::Database;

use super::super::{StoreError, StoreErrorKind};
use super::open::open;

/// How often a file that could not be used is opened anew. Each time, the whole file is read.
const RETRY: Duration = Duration::from_secs(1);

/// After an error of the disk, redb refuses everything until the file is opened anew. The handle
/// does so, at most once in [`RETRY`].
#[derive(Debug)]
pub(super) struct Handle {
    path: PathBuf,
    slot: RwLock<Slot>,
}

#[derive(Debug)]
enum Slot {
    Open(Database),
    Closed { cause: StoreError, since: Instant },
}

impl Slot {
    fn closed(cause: StoreError) -> Self {
        Self::Closed { cause, since: Instant::now() }
    }
}

impl Handle {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let database = open(path)?;
        Ok(Self { path: path.to_owned(), slot: RwLock::new(Slot::Open(database)) })
    }

    /// Uses the database. An error of the disk, or a sign of damage, closes the file: to open the
    /// file is to check all of it.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.open_anew()?;
        let worked = match &*self.slot.read().unwrap_or_else(PoisonError::into_inner) {
            Slot::Open(database) => work(database),
            Slot::Closed { cause, .. } => return Err(cause.clone()),
        };
        if let Err(cause) = &worked
            && matches!(cause.kind(), StoreErrorKind::Storage | StoreErrorKind::Damaged)
        {
            let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
            // Another lane that failed with the same database may have closed it: that lane has
            // the first cause.
            if let Slot::Open(_) = *slot {
                *slot = Slot::closed(cause.clone());
            }
        }
        worked
    }

    /// Opens the file if it is closed and the last try was long enough ago.
    fn open_anew(&self) -> Result<(), StoreError> {
        if let Slot::Open(_) = *self.slot.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(());
        }
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        if let Slot::Closed { cause, since } = &*slot {
            if since.elapsed() < RETRY {
                return Err(cause.clone());
            }
            match open(&self.path) {
                Ok(database) => *slot = Slot::Open(database),
                Err(cause) => {
                    *slot = Slot::closed(cause.clone());
                    return Err(cause);
                }
            }
        }
        Ok(())
    }
}
