//! The folder of the demo's pictures.

use tempfile::TempDir;

use super::texts;
use crate::shared::failure::Failure;

/// A fresh folder that only this user can look into; gone at the end unless it is to be kept.
pub(super) struct Folder {
    pub(super) folder: TempDir,
    pub(super) kept: bool,
}

impl Folder {
    pub(super) fn new(keep: bool) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("livepermit-demo-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let mut folder = builder.tempdir().map_err(|error| texts::no_temporary_folder(&error))?;
        folder.disable_cleanup(keep);
        Ok(Self { folder, kept: keep })
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Where the pictures are, and for how long.
    pub(super) fn describe(&self) -> String {
        let folder = self.folder.path().display();
        if self.kept { texts::pictures_kept(folder) } else { texts::pictures_removed(folder) }
    }
}
