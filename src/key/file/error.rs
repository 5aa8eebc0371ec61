use core::fmt;

use super::MAX_KEY_FILE_BYTES;
use crate::key::KeyError;

/// Why no key came out of a file. Says what the file is, so that its owner knows what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The file is empty, or holds only spaces.
    Empty,
    /// The file has more than [`MAX_KEY_FILE_BYTES`].
    TooLarge {
        /// Bytes of the file.
        bytes: usize,
    },
    /// Nothing in the file is a key in a form that is known here.
    NoKey,
    /// A key begins in the file, and its text is cut short or altered.
    Damaged,
    /// The key itself is not a key.
    Key(KeyError),
    /// A private key where a public key is needed.
    PrivateKey,
    /// A public key where a private key is needed.
    PublicKey,
    /// Bytes that do not say what they are: of which algorithm, private or public.
    Unnamed,
    /// Several different keys.
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// A private key that is encrypted, with PKCS#8.
    Encrypted,
    /// A private key that is encrypted as OpenSSL did before PKCS#8 (`Proc-Type: 4,ENCRYPTED`).
    EncryptedLegacy,
    /// A private key that is encrypted, of OpenSSH.
    EncryptedOpenSsh,
    /// The curve is written as its parameters instead of its name.
    ExplicitCurve {
        /// The key is a private key.
        private: bool,
    },
    /// A key of another algorithm or curve than Ed25519 and P-256, with its name.
    OtherAlgorithm(&'static str),
    /// The public half in the file does not belong to the private key.
    Mismatch,
    /// Another kind of file.
    Other(OtherFile),
}

/// Files that people take for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtherFile {
    /// An X.509 certificate.
    Certificate,
    /// A request for a certificate (PKCS#10).
    CertificateRequest,
    /// Parameters of a curve or a group, without a key.
    Parameters,
    /// PKCS#12: `.p12` and `.pfx`.
    Pkcs12,
    /// PKCS#7 or CMS.
    Pkcs7,
    /// A key store of Java.
    JavaKeyStore,
    /// `OpenPGP`.
    Pgp,
    /// A private key of `PuTTY`.
    Putty,
    /// A web page.
    WebPage,
    /// A picture.
    Picture,
    /// A compressed file or an archive.
    Archive,
}

impl OtherFile {
    /// What the file is, such as "a certificate".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::CertificateRequest => "a request for a certificate",
            Self::Parameters => "the parameters of a curve, without a key",
            Self::Pkcs12 => "a PKCS#12 file",
            Self::Pkcs7 => "a PKCS#7 file",
            Self::JavaKeyStore => "a key store of Java",
            Self::Pgp => "an OpenPGP file",
            Self::Putty => "a private key of PuTTY",
            Self::WebPage => "a web page",
            Self::Picture => "a picture",
            Self::Archive => "a compressed file",
        }
    }
}

impl KeyFileError {
    /// The stable code of the error, such as `encrypted`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::NoKey => "no-key",
            Self::Damaged => "damaged",
            Self::Key(_) => "bad-key",
            Self::PrivateKey => "private-key",
            Self::PublicKey => "public-key",
            Self::Unnamed => "unnamed",
            Self::SeveralKeys { .. } => "several-keys",
            Self::Encrypted | Self::EncryptedLegacy | Self::EncryptedOpenSsh => "encrypted",
            Self::ExplicitCurve { .. } => "explicit-curve",
            Self::OtherAlgorithm(_) => "other-algorithm",
            Self::Mismatch => "mismatch",
            Self::Other(_) => "other-file",
        }
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::TooLarge { bytes } => {
                write!(f, "{bytes} bytes, and a key file has at most {MAX_KEY_FILE_BYTES}")
            }
            Self::NoKey => f.write_str("no key in a form that is known here"),
            Self::Damaged => f.write_str("the text of the key is cut short or altered"),
            Self::Key(error) => write!(f, "a key that cannot be used: {error}"),
            Self::PrivateKey => f.write_str("a private key where a public one is needed"),
            Self::PublicKey => f.write_str("a public key where a private one is needed"),
            Self::Unnamed => f.write_str(
                "bytes that do not say whether they are a private or a public key, and of which \
                 algorithm",
            ),
            Self::SeveralKeys { count } => write!(f, "{count} different keys"),
            Self::Encrypted => f.write_str("an encrypted private key"),
            Self::EncryptedLegacy => {
                f.write_str("an encrypted private key in OpenSSL's older format")
            }
            Self::EncryptedOpenSsh => f.write_str("an encrypted private key of OpenSSH"),
            Self::ExplicitCurve { .. } => {
                f.write_str("a key whose curve is written as parameters instead of its name")
            }
            Self::OtherAlgorithm(name) => {
                write!(f, "a key of {name}, and only Ed25519 and P-256 are used here")
            }
            Self::Mismatch => {
                f.write_str("the public key in the file does not belong to the private key")
            }
            Self::Other(other) => f.write_str(other.name()),
        }
    }
}

impl core::error::Error for KeyFileError {}
