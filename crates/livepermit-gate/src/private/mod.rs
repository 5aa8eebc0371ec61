//! Files and folders that only their owner can use.

#[cfg(feature = "file")]
mod permissions;

use std::fs::OpenOptions;

#[cfg(feature = "file")]
pub(crate) use permissions::{Openness, close, make_folder, openness};

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
