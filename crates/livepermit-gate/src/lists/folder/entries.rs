//! What stands in a state folder: the gate's own files, and nothing else.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::{FileKind, FolderError};
use super::{CLOCK, HEALTH, LIMITS, LOCK, MEMORY, read_memory};
use crate::lists::kept::{COPIES, is_copy};
use crate::lists::report::Report;
use crate::private::{self, Openness};

/// The files that the gate makes in its folder. `used.redb` holds the used codes. A witness tells
/// when that store was exchanged: the store's own, or `once.witness` if the gate may use a server.
const FILES: [&str; 9] = [
    MEMORY,
    CLOCK,
    LOCK,
    "used.redb",
    "used.redb.new",
    "used.redb.witness",
    "once.witness",
    LIMITS,
    HEALTH,
];
/// File systems make this folder where they begin, and a state folder may begin there.
const OF_THE_FILE_SYSTEM: &str = "lost+found";

/// Checks an existing folder before anything in it is opened. Takes the permissions on the gate's
/// own files from other users. Returns messages for the operator.
pub(super) fn check(folder: &Path) -> Result<Vec<Report>, FolderError> {
    let mut found = Found::default();
    found.look(folder, Path::new(""), |name| match name {
        COPIES => Some(FileKind::Folder),
        name => FILES.contains(&without_temporary(name)).then_some(FileKind::File),
    })?;
    let copies = folder.join(COPIES);
    if found.ours.contains(&(copies.clone(), FileKind::Folder)) {
        let kind = |name: &str| is_copy(without_temporary(name)).then_some(FileKind::File);
        found.look(&copies, Path::new(COPIES), kind)?;
    }
    let mut reports = Vec::new();
    if !found.strangers.is_empty() {
        let (path, mut names) = (folder.to_owned(), found.strangers);
        names.sort();
        if !is_of_a_gate(folder) {
            return Err(FolderError::Strangers { path, names });
        }
        reports.push(Report::Strangers { path, names });
    }
    if let Some((path, found)) = found.wrong {
        return Err(FolderError::WrongKind { path, found });
    }
    let path = folder.to_owned();
    let data = fs::metadata(folder)
        .map_err(|error| FolderError::Unusable { path: path.clone(), error })?;
    match private::openness(&data) {
        Openness::Private => {}
        Openness::Readable(mode) => reports.push(Report::FolderReadable { path, mode }),
        Openness::Writable(mode) => return Err(FolderError::Writable { path, mode }),
        Openness::Foreign { owner, user } => {
            return Err(FolderError::OtherOwner { path, owner, user });
        }
    }
    for (path, _) in found.ours {
        let Ok(data) = fs::symlink_metadata(&path) else { continue };
        match private::openness(&data) {
            Openness::Private => {}
            Openness::Readable(_) | Openness::Writable(_) => private::close(&path, &data),
            Openness::Foreign { owner, user } => {
                return Err(FolderError::OtherOwner { path, owner, user });
            }
        }
    }
    Ok(reports)
}

/// Checks one name of the folder before the gate reads or writes there.
pub(super) fn check_kind(path: &Path, wanted: FileKind) -> Result<(), FolderError> {
    match fs::symlink_metadata(path).map(|data| FileKind::of(data.file_type())) {
        Ok(found) if found != wanted => {
            Err(FolderError::WrongKind { path: path.to_owned(), found })
        }
        // If the path cannot be looked up, opening it says why.
        _ => Ok(()),
    }
}

#[derive(Default)]
struct Found {
    ours: Vec<(PathBuf, FileKind)>,
    /// The first of the gate's names that stands for something else.
    wrong: Option<(PathBuf, FileKind)>,
    /// Names within the state folder.
    strangers: Vec<PathBuf>,
}

impl Found {
    /// Sorts the entries of `folder`. `within` is its path within the state folder, and `kind`
    /// tells what the gate keeps under a name.
    fn look(
        &mut self,
        folder: &Path,
        within: &Path,
        kind: impl Fn(&str) -> Option<FileKind>,
    ) -> Result<(), FolderError> {
        let failed = |error| FolderError::Unusable { path: folder.to_owned(), error };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(wanted) = name.to_str().and_then(&kind) else {
                if name != OF_THE_FILE_SYSTEM {
                    self.strangers.push(within.join(name));
                }
                continue;
            };
            match entry.file_type().map(FileKind::of) {
                Ok(found) if found == wanted => self.ours.push((entry.path(), found)),
                Ok(found) => self.wrong = Some((entry.path(), found)),
                // The process that uses the folder has just renamed the file.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

/// The name that a file gets when it is complete.
fn without_temporary(name: &str) -> &str {
    name.strip_prefix('.').and_then(|name| name.strip_suffix(".new")).unwrap_or(name)
}

/// Whether the folder holds the memory of a gate.
fn is_of_a_gate(folder: &Path) -> bool {
    let path = folder.join(MEMORY);
    fs::symlink_metadata(&path).is_ok_and(|data| data.is_file()) && read_memory(&path).is_ok()
}
