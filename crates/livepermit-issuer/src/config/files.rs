//! Files that the configuration names.

use std::path::Path;

use zeroize::Zeroizing;

use super::error::ConfigError;

/// Reads a text.
pub(super) fn text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|why| ConfigError::File { path: path.to_owned(), why })
}

/// Reads 32 bytes in hex that nobody but the owner of the file can read.
pub(super) fn secret(path: &Path) -> Result<Zeroizing<[u8; 32]>, ConfigError> {
    let bytes = private(path)?;
    let wrong = || ConfigError::Text {
        path: path.to_owned(),
        why: "it has to be 64 hexadecimal digits; `openssl rand -hex 32` makes them".to_owned(),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong())?.trim();
    let mut secret = Zeroizing::new([0; 32]);
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    for (byte, pair) in secret.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(secret)
}

/// Reads a text that nobody but the owner of the file can read.
pub(super) fn private_text(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let bytes = private(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| ConfigError::Text {
        path: path.to_owned(),
        why: "it has to be text".to_owned(),
    })?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Reads a file that nobody but its owner can read.
pub(super) fn private(path: &Path) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
    let failed = |why| ConfigError::File { path: path.to_owned(), why };
    let file = std::fs::File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Of the file that was opened: another one can have its name a moment later.
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(ConfigError::Open { path: path.to_owned(), mode });
        }
    }
    let mut bytes = Zeroizing::new(Vec::new());
    std::io::Read::read_to_end(&mut std::io::Read::take(file, 1 << 16), &mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
