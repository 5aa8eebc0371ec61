//! The file of the log: appended to, opened again, and kept below a size.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::gate::texts;
use crate::shared::failure::Failure;
use crate::shared::{files, output};

/// How many earlier files are kept: `NAME.1`, the newest, to `NAME.5`.
const KEPT: u8 = 5;
/// A smaller file has room for a few lines only.
const SMALLEST: u64 = 4 << 10;

/// The permission bits of users who are neither the owner nor of the group.
const EVERYBODY: u32 = 0o007;

#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    /// The most bytes of the file; `None` for no limit.
    max: Option<u64>,
    /// The lines that could not be written since the last line that was.
    lost: u64,
    /// Whether a warning has said that the file cannot be renamed.
    is_stuck: bool,
}

/// Reads a size for `--log-max`: bytes, or with a unit (`64K`, `100M`, `1G`).
pub(crate) fn parse_max(text: &str) -> Result<u64, String> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'K') => (text.strip_suffix('K'), 10),
        Some(b'M') => (text.strip_suffix('M'), 20),
        Some(b'G') => (text.strip_suffix('G'), 30),
        _ => (Some(text), 0),
    };
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse::<u64>().ok())
        .and_then(|number| number.checked_mul(1 << shift))
        .filter(|bytes| *bytes >= SMALLEST)
        .ok_or_else(|| "a size of at least 4K is expected, as in 64K, 100M or 1G".to_owned())
}

impl LogFile {
    pub(super) fn open(path: &Path, max: Option<u64>) -> Result<Self, Failure> {
        let failed = |error: io::Error| texts::cannot_write_log(path.display(), &error);
        let file = open(path).map_err(failed)?;
        let data = file.metadata().map_err(failed)?;
        if max.is_some() && !data.is_file() {
            return Err(texts::log_not_bounded(path.display()));
        }
        if files::mode(&data).is_some_and(|mode| mode & EVERYBODY != 0) {
            output::warning(&texts::log_readable(path.display()));
        }
        Ok(Self { path: path.to_owned(), file, max, lost: 0, is_stuck: false })
    }

    /// Appends a line. A line that cannot be written is lost, and the gate goes on: one warning
    /// says so, and a note when lines are written again.
    pub(super) fn append(&mut self, line: &str) {
        let written = self.end_cut_line().and_then(|()| {
            self.make_room(line.len());
            self.file.write_all(line.as_bytes())
        });
        let path = self.path.display();
        match written {
            Ok(()) if self.lost > 0 => {
                output::note(&texts::log_written_again(path, self.lost));
                self.lost = 0;
            }
            Ok(()) => {}
            Err(error) => {
                if self.lost == 0 {
                    output::warning(&texts::log_not_written(path, &error));
                }
                self.lost = self.lost.saturating_add(1);
            }
        }
    }

    /// The lines that could not be written since the last line that was.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }

    /// Opens the file with this name again, because somebody renamed the file that is open.
    pub(super) fn reopen(&mut self) {
        match open(&self.path) {
            Ok(file) => self.file = file,
            Err(error) => output::warning(&texts::log_not_reopened(self.path.display(), &error)),
        }
    }

    /// After a failure the last line may be cut short. Opening the file ends that line.
    fn end_cut_line(&mut self) -> io::Result<()> {
        if self.lost > 0 {
            self.file = open(&self.path)?;
        }
        Ok(())
    }

    /// Begins a new file when `more` bytes do not fit any more. If that fails, the file grows on.
    fn make_room(&mut self, more: usize) {
        let Some(max) = self.max else { return };
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let Ok(data) = self.file.metadata() else { return };
        if data.len() == 0 || data.len().saturating_add(more) <= max {
            return;
        }
        match self.begin_new_file(&data) {
            Ok(file) => (self.file, self.is_stuck) = (file, false),
            Err(error) if !self.is_stuck => {
                self.is_stuck = true;
                output::warning(&texts::log_not_renamed(self.path.display(), &error));
            }
            Err(_) => {}
        }
    }

    fn begin_new_file(&self, data: &Metadata) -> io::Result<File> {
        // Another process may have renamed the file; then its name stands for a new file already.
        if is_at(data, &self.path)? {
            rename_to_numbers(&fs::canonicalize(&self.path)?)?;
        }
        open_with(&self.path, Some(data.permissions()))
    }
}

/// Renames `NAME` to `NAME.1`, `NAME.1` to `NAME.2`, and so on. The oldest file is replaced. Only
/// files before the first free number move, so that a second try after a failure loses no file.
fn rename_to_numbers(path: &Path) -> io::Result<()> {
    let numbered = |number: u8| {
        let mut name = OsString::from(path);
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    let is_free = |number: &u8| fs::symlink_metadata(numbered(*number)).is_err();
    let free = (1..KEPT).find(is_free).unwrap_or(KEPT);
    for number in (1..free).rev() {
        fs::rename(numbered(number), numbered(number.saturating_add(1)))?;
    }
    fs::rename(path, numbered(1))
}

/// Whether `path` stands for the open file with this metadata.
#[cfg(unix)]
fn is_at(data: &Metadata, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (data.dev(), data.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &Metadata, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

fn open(path: &Path) -> io::Result<File> {
    open_with(path, None)
}

/// Opens the log for appending. Ends a line that a crash cut short, so that the next line is
/// complete. Only the owner can read a new file, unless `permissions` says otherwise.
fn open_with(path: &Path, permissions: Option<Permissions>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 && file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    if last != [b'\n'] {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [("4096", 4096), ("4K", 4096), ("100M", 100 << 20), ("3G", 3 << 30)] {
            assert_eq!(parse_max(text), Ok(bytes), "{text}");
        }
        for wrong in
            ["", "K", "4095", "3K", "0", "-4K", "+9K", "4k", "4KB", "4 K", "1.5M", "99999999999G"]
        {
            assert!(parse_max(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_second_try_to_rename_loses_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for number in 1..=2 {
            fs::write(folder.path().join(format!("log.{number}")), number.to_string()).unwrap();
        }
        // There is no file to rename, so the last step fails each time.
        for _ in 0..10 {
            rename_to_numbers(&path).unwrap_err();
        }
        fs::write(&path, "0").unwrap();
        rename_to_numbers(&path).unwrap();
        let texts = (1..=3).map(|number| folder.path().join(format!("log.{number}")));
        let texts: Vec<_> = texts.map(|path| fs::read_to_string(path).unwrap()).collect();
        assert_eq!(texts, ["0", "1", "2"]);
    }
}
