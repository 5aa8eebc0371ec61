//! Folders that only their owner can use, and who else can use what is there.

use std::fs::{DirBuilder, Metadata};
use std::io;
use std::path::Path;

/// Makes a folder that nobody else can enter or read (mode 0700 on Unix), and the folders above it.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Who else can use a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Openness {
    /// Only the owner, who runs this process.
    Private,
    /// Others can read the file, or enter or read the folder. The mode says who.
    Readable(u32),
    /// Others can write. The mode says who.
    Writable(u32),
    /// Another user owns the file or folder, and can change its mode.
    Foreign {
        /// The number of the user who owns the file or folder.
        owner: u32,
        /// The number of the user who runs this process.
        user: u32,
    },
}

/// Who else can use the file or folder with this metadata. Always [`Openness::Private`] on systems
/// other than Unix, where the permissions are not known.
#[cfg(unix)]
pub(crate) fn openness(data: &Metadata) -> Openness {
    use std::os::unix::fs::MetadataExt as _;
    judge(data.mode(), data.uid(), rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
pub(crate) fn openness(_: &Metadata) -> Openness {
    Openness::Private
}

/// "Others" are the group and all other users.
#[cfg(unix)]
const fn judge(mode: u32, owner: u32, user: u32) -> Openness {
    let mode = mode & 0o777;
    if owner != user {
        Openness::Foreign { owner, user }
    } else if mode & 0o022 != 0 {
        Openness::Writable(mode)
    } else if mode & 0o077 != 0 {
        Openness::Readable(mode)
    } else {
        Openness::Private
    }
}

/// Takes all permissions from others. A file system without permissions refuses this; the
/// permissions of the whole folder then count.
#[cfg(unix)]
pub(crate) fn close(path: &Path, data: &Metadata) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = data.permissions();
    permissions.set_mode(permissions.mode() & 0o700);
    let _ = std::fs::set_permissions(path, permissions);
}

#[cfg(not(unix))]
pub(crate) fn close(_: &Path, _: &Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_mode_and_owner() {
        for mode in 0..=0o777 {
            let found = judge(0o40_000 | mode, 7, 7);
            let others = mode & 0o77;
            let expected = match others {
                0 => Openness::Private,
                _ if others & 0o20 != 0 || others & 0o2 != 0 => Openness::Writable(mode),
                _ => Openness::Readable(mode),
            };
            assert_eq!(found, expected, "{mode:o}");
            for (owner, user) in [(0, 7), (7, 0), (7, 8)] {
                assert_eq!(judge(mode, owner, user), Openness::Foreign { owner, user }, "{mode:o}");
            }
        }
    }
}
