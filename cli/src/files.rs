//! Files in, within limits; files out, whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// More than any key in PEM needs.
const MAX_KEY_FILE: u64 = 64 << 10;
/// More than any claims that fit into a permit.
const MAX_TEXT_FILE: u64 = 64 << 10;

/// More links than any system follows.
const MOST_LINKS: usize = 40;

/// Opens a file for reading; a directory is refused in words.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let name = path.display();
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(
            format!("there is no file {name}"),
            "check the path; relative paths start at the current folder",
        ),
        ErrorKind::PermissionDenied => Failure::new(
            format!("{name} may not be read"),
            "run as its owner, or change its permissions",
        ),
        _ => Failure::new(format!("cannot open {name}: {error}"), "check the path"),
    })?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(Failure::new(format!("{name} is a directory"), "name a file in it"));
    }
    Ok(file)
}

/// Reads at most `limit` bytes and one: who gets more than `limit` knows that it was too much.
pub(crate) fn read_up_to(from: impl Read, limit: u64, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| {
        Failure::new(format!("cannot read {name}: {error}"), "check where it comes from")
    })?;
    Ok(bytes)
}

/// Reads a small text file, such as a key; wiped when dropped.
pub(crate) fn read_key_text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let name = path.display().to_string();
    let help = "a key file is PEM text; make one with `livepermit key new --out FILE`";
    let bytes = Zeroizing::new(read_up_to(open(path)?, MAX_KEY_FILE, &name)?);
    if too_long(&bytes, MAX_KEY_FILE) {
        return Err(Failure::new(format!("{name} is too large for a key file"), help));
    }
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(Failure::new(format!("{name} is not a PEM key file: it is not text"), help)),
    }
}

/// Reads a small text file, such as claims.
pub(crate) fn read_small_text(path: &Path) -> Result<String, Failure> {
    read_text(path, MAX_TEXT_FILE)
}

/// Reads a text file of at most so many bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    let name = path.display().to_string();
    let bytes = read_up_to(open(path)?, limit, &name)?;
    if too_long(&bytes, limit) {
        return Err(Failure::new(
            format!("{name} has more than {limit} bytes"),
            "what is wanted here is far smaller: check the path",
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("{name} is not text"), "name a text file"))
}

pub(crate) fn too_long(bytes: &[u8], limit: u64) -> bool {
    u64::try_from(bytes.len()).is_ok_and(|length| length > limit)
}

/// Writes a result, replacing what stood there, but no private key and nothing this program keeps.
/// It is written beside its place and moved there when complete, so that nobody ever sees half of
/// it. Where a link points is where it goes; a device or a pipe (`/dev/stdout`) is written to as it
/// is.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("/dev/stdout") {
        return crate::output::print_bytes(bytes);
    }
    if let Some(what) = kept(path) {
        return Err(Failure::new(
            format!("{} is {what}, and that is not overwritten", path.display()),
            "choose another name for the result",
        ));
    }
    replace(path, bytes, true)
}

/// Writes what this program keeps, replacing what it kept before.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, true)
}

/// What stands there that must not be lost by naming the wrong file.
fn kept(path: &Path) -> Option<&'static str> {
    if !fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return None;
    }
    let mut begin = Vec::new();
    File::open(path).ok()?.take(MAX_KEY_FILE).read_to_end(&mut begin).ok()?;
    let begin = Zeroizing::new(begin);
    let has = |words: &[u8]| begin.windows(words.len()).any(|window| window == words);
    if has(b"PRIVATE KEY-----") {
        return Some("a private key");
    }
    (begin.first() == Some(&b'{') && has(b"\"livepermit ")).then_some("kept by livepermit")
}

/// As [`keep`], for files that need not outlive a power cut.
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

/// What stands there may be a process's open file, not a name in a folder.
fn is_of_the_system(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

/// Where links lead, but not those of the system, which name open files.
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

/// Writes a new key pair: the private half readable by its owner alone. Never over a file that is
/// there.
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
        // Ours, made in the line above: a private key without its public half would be a
        // half-written pair.
        let _ = fs::remove_file(secret.0);
        return Err(failed(public.0, &error.error));
    }
    Ok(())
}

fn exists(path: &Path) -> Failure {
    Failure::new(
        format!("{} is there already, and a key is never overwritten", path.display()),
        "choose another name, or move the old file away if it is of no use any more",
    )
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    match error.kind() {
        ErrorKind::NotFound => {
            Failure::new(format!("there is no folder for {name}"), "make the folder first")
        }
        ErrorKind::PermissionDenied => Failure::new(
            format!("{name} may not be written"),
            "choose a folder that you may write to",
        ),
        ErrorKind::IsADirectory => {
            Failure::new(format!("{name} is a directory"), "name a file in it")
        }
        _ => Failure::new(format!("cannot write {name}: {error}"), "choose another place"),
    }
}

/// A complete file beside its place, which goes away again unless it is moved there.
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
