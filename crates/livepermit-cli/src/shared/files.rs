//! Reads files up to a limit, and writes a file completely or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use livepermit::key::KeyFile;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::texts;

/// The most bytes of a key file, which are the most that the library reads.
const MAX_KEY_FILE: u64 = 64 << 10;
/// The most bytes of a claims file: more than any claims that fit into a permit.
const MAX_TEXT_FILE: u64 = 64 << 10;

/// More links than any system follows.
const MOST_LINKS: usize = 40;

/// Opens a file for reading. Refuses a folder.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(is_directory(path));
    }
    Ok(file)
}

/// Why a file cannot be opened.
pub(super) fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => texts::no_such_file(name),
        ErrorKind::PermissionDenied => texts::may_not_read(name),
        _ => texts::cannot_open(name, error),
    }
}

/// The failure for a folder that was given instead of a file.
pub(super) fn is_directory(path: &Path) -> Failure {
    texts::is_directory(path.display())
}

/// Reads at most `limit` bytes plus one byte. A caller that gets more than `limit` bytes knows that
/// the input is too long.
pub(crate) fn read_up_to(from: impl Read, limit: u64, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| texts::cannot_read(name, &error))?;
    Ok(bytes)
}

/// The permissions of a regular file, such as `0o644`. `None` for a pipe or a device, and on
/// systems other than Unix.
pub(crate) fn mode(data: &Metadata) -> Option<u32> {
    #[cfg(unix)]
    if data.is_file() {
        return Some(std::os::unix::fs::MetadataExt::mode(data) & 0o777);
    }
    let _ = data;
    None
}

/// The content of a key file, wiped when dropped, and the [`mode`] of the file.
pub(super) struct KeyBytes {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) mode: Option<u32>,
}

/// Reads the content of a key file.
pub(super) fn read_key(path: &Path) -> Result<KeyBytes, Failure> {
    let name = path.display().to_string();
    let file = open(path)?;
    let mode = file.metadata().ok().and_then(|data| mode(&data));
    // Room for the whole file: growing would leave the secret in freed memory.
    let room = usize::try_from(MAX_KEY_FILE).unwrap_or(0).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(MAX_KEY_FILE.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| texts::cannot_read(name, &error))?;
    Ok(KeyBytes { bytes, mode })
}

/// Reads a small text file, such as claims.
pub(crate) fn read_small_text(path: &Path) -> Result<String, Failure> {
    read_text(path, MAX_TEXT_FILE)
}

/// Reads a text file of at most `limit` bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    let bytes = read_bytes(path, limit)?;
    String::from_utf8(bytes).map_err(|_| texts::file_not_text(path.display()))
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let name = path.display().to_string();
    let bytes = read_up_to(open(path)?, limit, &name)?;
    if too_long(&bytes, limit) { Err(texts::file_too_large(&name, limit)) } else { Ok(bytes) }
}

pub(crate) fn too_long(bytes: &[u8], limit: u64) -> bool {
    u64::try_from(bytes.len()).is_ok_and(|length| length > limit)
}

/// Writes a result. Replaces an existing file, but never a private key or a file that this program
/// keeps. The bytes go to a new file that is renamed when it is complete, so nobody ever reads half
/// a file. A link stays, and the file that it points to is replaced. A device or a pipe
/// (`/dev/stdout`) is written directly.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("/dev/stdout") {
        return super::output::print_bytes(bytes);
    }
    if let Some(what) = kept(path) {
        return Err(texts::would_overwrite(path.display(), what));
    }
    replace(path, bytes, true)
}

/// Writes a file that this program keeps, and replaces the earlier file.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, true)
}

/// Like [`keep`], for a file that only its owner may read.
pub(crate) fn keep_secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: &io::Error| cannot_write(path, error);
    let target = followed(path);
    let file = beside(&target, bytes, true).map_err(|e| failed(&e))?;
    file.persist(&target).map(drop).map_err(|error| failed(&error.error))
}

/// What the existing file is, if it must not be replaced: somebody may have named the wrong file.
fn kept(path: &Path) -> Option<&'static str> {
    if !fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return None;
    }
    let mut begin = Vec::new();
    File::open(path).ok()?.take(MAX_KEY_FILE).read_to_end(&mut begin).ok()?;
    let begin = Zeroizing::new(begin);
    let has = |words: &[u8]| begin.windows(words.len()).any(|window| window == words);
    if has(b"PRIVATE KEY-----") || matches!(KeyFile::read(&begin), Ok(KeyFile::Secret(_))) {
        return Some("a private key");
    }
    (begin.first() == Some(&b'{') && has(b"\"livepermit ")).then_some("kept by livepermit")
}

/// Like [`keep`], for files that may be lost in a power cut.
pub(crate) fn write_passing(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, false)
}

fn replace(path: &Path, bytes: &[u8], durable: bool) -> Result<(), Failure> {
    let failed = |error: &io::Error| cannot_write(path, error);
    let target = followed(path);
    match fs::metadata(&target) {
        Ok(data) if data.is_dir() => Err(cannot_write(path, &ErrorKind::IsADirectory.into())),
        Ok(data) if !data.is_file() || is_of_the_system(&target) => fs::OpenOptions::new()
            .write(true)
            .open(&target)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|e| failed(&e)),
        there => {
            let file = beside(&target, bytes, false).map_err(|e| failed(&e))?;
            if let Ok(data) = there {
                file.as_file().set_permissions(data.permissions()).map_err(|e| failed(&e))?;
            }
            if durable {
                file.as_file().sync_all().map_err(|e| failed(&e))?;
            }
            file.persist(&target).map(drop).map_err(|error| failed(&error.error))
        }
    }
}

/// The path may stand for an open file of a process, which has no name in a folder.
fn is_of_the_system(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Follows links, except links of the system, which stand for open files.
fn followed(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        if is_of_the_system(&target) {
            break;
        }
        let Ok(next) = fs::read_link(&target) else { break };
        target = target.parent().unwrap_or_else(|| Path::new("")).join(next);
    }
    target
}

/// Writes a new key pair. Only the owner can read the private key. Never replaces an existing file.
pub(crate) fn write_key_pair(secret: (&Path, &str), public: (&Path, &str)) -> Result<(), Failure> {
    for (path, _) in [secret, public] {
        if fs::symlink_metadata(path).is_ok() {
            return Err(exists(path));
        }
    }
    let failed = |path, error: &io::Error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => cannot_write(path, error),
    };
    let secret_file =
        beside(secret.0, secret.1.as_bytes(), true).map_err(|e| failed(secret.0, &e))?;
    let public_file =
        beside(public.0, public.1.as_bytes(), false).map_err(|e| failed(public.0, &e))?;
    secret_file.persist_noclobber(secret.0).map_err(|e| failed(secret.0, &e.error))?;
    if let Err(error) = public_file.persist_noclobber(public.0) {
        // This function has just made the private key. Remove it: without the public key, the pair
        // is incomplete.
        let _ = fs::remove_file(secret.0);
        return Err(failed(public.0, &error.error));
    }
    Ok(())
}

fn exists(path: &Path) -> Failure {
    texts::key_exists(path.display())
}

/// Why a file cannot be written.
pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => texts::no_such_folder(&name),
        ErrorKind::PermissionDenied => texts::may_not_write(&name),
        ErrorKind::IsADirectory => texts::is_directory(&name),
        // Errors of temporary files name a path that nobody knows.
        kind if error.get_ref().is_some() => texts::cannot_write(&name, kind),
        _ => texts::cannot_write(&name, error),
    }
}

/// A complete new file, which is removed unless it is renamed to its final name.
fn beside(path: &Path, bytes: &[u8], secret: bool) -> io::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".livepermit-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(if secret { 0o600 } else { 0o666 }));
    }
    #[cfg(not(unix))]
    let _ = secret;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if secret {
        file.as_file().sync_all()?;
    }
    Ok(file)
}
