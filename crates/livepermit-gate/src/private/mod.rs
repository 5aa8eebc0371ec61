//! Files and folders that only their owner can use.

#[cfg(feature = "file")]
mod permissions;

use std::fs::{File, OpenOptions, TryLockError};
use std::thread;
use std::time::Duration;

#[cfg(feature = "file")]
pub(crate) use permissions::{Openness, close, make_folder, openness};

/// How often a held file is tried, and the time between.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Opens a file for one process, and tries again for half a second while another one holds it. A file
/// that this process has just closed can stay locked for a moment: a program that another thread
/// starts has the file open too, until it runs.
pub(crate) fn once_free<T, E>(
    mut open: impl FnMut() -> Result<T, E>,
    is_held: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 0..LOCK_TRIES {
        match open() {
            Err(error) if is_held(&error) => thread::sleep(LOCK_PAUSE),
            other => return other,
        }
    }
    open()
}

/// Locks a file for one process, as [`once_free`] does.
pub(crate) fn lock(file: &File) -> Result<(), TryLockError> {
    once_free(|| file.try_lock(), |error| matches!(error, TryLockError::WouldBlock))
}

/// Options for reading and writing a file that nobody else can read. A new file has the mode 0600.
/// A symbolic link is not followed: opening the link fails. Both only on Unix.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options
}
