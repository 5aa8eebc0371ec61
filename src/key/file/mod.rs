//! Key files as tools write them.
//!
//! [`PublicKey::from_spki_pem`] and its like read one form exactly. This module reads what openssl,
//! browsers, shells, editors and key services hand out, and names what it does not read.

mod cose;
mod der;
mod error;
mod finds;
mod json;
mod jwk;
mod pem;
mod ssh;
mod text;

pub(super) use der::padded;
pub use error::{KeyFileError, OtherFile};
pub(super) use text::{base64, hexadecimal};

use super::{PublicKey, SecretKey};

/// The most bytes of a key file.
pub const MAX_KEY_FILE_BYTES: usize = 64 << 10;

/// Forms within forms: base64 of a PEM in a JSON, and one more.
const DEEPEST: u8 = 4;

/// What reading a part of a file gave; `None` if the part is nothing known.
type Read = Option<Result<KeyFile, KeyFileError>>;

/// The key of a file.
///
/// Read are, with any line ends, blank lines, comments, byte order marks, indents, quotes and
/// literal `\n`, in UTF-8 or UTF-16:
///
/// - PEM, DER, base64 or hexadecimal of SPKI, PKCS#8 and SEC1;
/// - JWK, sets of one JWK, and JSON of key services with one of the other forms inside;
/// - `COSE_Key`, also as `WebAuthn` writes it;
/// - public keys of OpenSSH and RFC 4716, and private keys of OpenSSH;
/// - public keys as bare points: 33, 64 or 65 bytes of P-256, 32 bytes of Ed25519
///   ([`KeyFile::Unnamed`]); private keys as 64 bytes of seed and public key.
///
/// ```
/// use livepermit::key::{KeyFile, KeyFileError};
/// use livepermit::PublicKey;
/// let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me@home";
/// let key = PublicKey::from_file_bytes(line.as_bytes())?;
/// let pem = format!("\u{feff}issuer's key\r\n\r\n{}\r\n", key.to_spki_pem().replace('\n', "\r\n"));
/// assert!(matches!(KeyFile::read(pem.as_bytes())?, KeyFile::Public(read) if read == key));
/// # Ok::<(), KeyFileError>(())
/// ```
#[derive(Debug)]
pub enum KeyFile {
    /// A public key.
    Public(PublicKey),
    /// A private key.
    Secret(SecretKey),
    /// 32 bytes that do not say what they are. They are this Ed25519 public key, unless the owner
    /// of the file named a private key by mistake: ask the owner before this key is published.
    Unnamed(PublicKey),
}

impl KeyFile {
    /// Reads the only key of a file. Several forms of the same key are one key; of a key pair, the
    /// private key is returned.
    ///
    /// # Errors
    /// [`KeyFileError`], all but `PrivateKey` and `PublicKey`.
    pub fn read(file: &[u8]) -> Result<Self, KeyFileError> {
        if file.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyFileError::TooLarge { bytes: file.len() });
        }
        if let Some(found) = read(file, DEEPEST) {
            return found;
        }
        let blank = text::decoded(file)
            .is_some_and(|text| text.chars().all(|c| text::is_space(c) || c == '\0'));
        Err(if blank { KeyFileError::Empty } else { KeyFileError::NoKey })
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Public(key) | Self::Unnamed(key) => key.clone(),
            Self::Secret(key) => key.public_key(),
        }
    }
}

impl PublicKey {
    /// Reads a public key file as tools write it: see [`KeyFile`]. 32 bytes that do not say what
    /// they are count as an Ed25519 public key.
    ///
    /// # Errors
    /// [`KeyFileError`]; [`KeyFileError::PrivateKey`] if the file holds a private key.
    pub fn from_file_bytes(file: &[u8]) -> Result<Self, KeyFileError> {
        match KeyFile::read(file)? {
            KeyFile::Public(key) | KeyFile::Unnamed(key) => Ok(key),
            KeyFile::Secret(_) => Err(KeyFileError::PrivateKey),
        }
    }
}

impl SecretKey {
    /// Reads a private key file as tools write it: see [`KeyFile`].
    ///
    /// # Errors
    /// [`KeyFileError`]; [`KeyFileError::PublicKey`] if the file holds only a public key,
    /// [`KeyFileError::Unnamed`] for 32 bytes that do not say what they are.
    pub fn from_file_bytes(file: &[u8]) -> Result<Self, KeyFileError> {
        match KeyFile::read(file)? {
            KeyFile::Secret(key) => Ok(key),
            KeyFile::Public(_) => Err(KeyFileError::PublicKey),
            KeyFile::Unnamed(_) => Err(KeyFileError::Unnamed),
        }
    }
}

/// Reads a file, or the bytes inside a text of a file. `depth` is the number of forms that may
/// still stand inside.
fn read(bytes: &[u8], depth: u8) -> Read {
    let depth = depth.checked_sub(1)?;
    if let Some(other) = other_file(bytes) {
        return Some(Err(KeyFileError::Other(other)));
    }
    der::read(bytes)
        .or_else(|| text::read(&text::decoded(bytes)?, depth))
        .or_else(|| cose::read(bytes))
        .or_else(|| bare(bytes))
}

/// Files that their first bytes name.
fn other_file(bytes: &[u8]) -> Option<OtherFile> {
    Some(match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => OtherFile::JavaKeyStore,
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            OtherFile::Picture
        }
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => OtherFile::Archive,
        _ => return None,
    })
}

/// Keys without a name: points of a curve, and a seed with its public key.
fn bare(bytes: &[u8]) -> Read {
    // Text of the same length is no key.
    if bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
        return None;
    }
    let p256 =
        |point: &[u8]| PublicKey::from_sec1_bytes(point).ok().map(|key| Ok(KeyFile::Public(key)));
    match bytes.len() {
        33 | 65 => p256(bytes),
        64 => {
            let (seed, point) = bytes.split_first_chunk::<32>()?;
            let key = SecretKey::from_ed25519_seed(seed);
            if key.public_key().to_point_bytes() == point {
                return Some(Ok(KeyFile::Secret(key)));
            }
            p256(&[&[4], bytes].concat())
        }
        32 => Some(match PublicKey::from_ed25519_bytes(bytes.try_into().ok()?) {
            Ok(key) => Ok(KeyFile::Unnamed(key)),
            Err(_) => Err(KeyFileError::Unnamed),
        }),
        _ => None,
    }
}
