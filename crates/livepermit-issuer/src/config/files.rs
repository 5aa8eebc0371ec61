//! Files that the configuration names.

use std::path::Path;

use livepermit::SecretKey;
use zeroize::Zeroizing;

use super::error::ConfigError;

/// Reads a text.
pub(super) fn text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|why| ConfigError::File { path: path.to_owned(), why })
}

/// Reads a private key that nobody but its owner can read.
pub(super) fn key(path: &Path) -> Result<SecretKey, ConfigError> {
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
    SecretKey::from_file_bytes(&bytes)
        .map_err(|why| ConfigError::Key { path: path.to_owned(), why })
}
