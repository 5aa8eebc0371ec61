//! Keys that sign: files, encrypted or not, and keys in a security module.

use std::io::IsTerminal as _;
use std::path::Path;

use livepermit::SecretKey;
use livepermit::key::KeyFileError;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::SecretDocument;
use pkcs8::der::pem::PemLabel as _;
use zeroize::Zeroizing;

use super::error::ConfigError;
use super::{Config, files};
use crate::domain::{KeyPurpose, KeyState};
use crate::hex::hex;
use crate::service::{Keys, SigningKey};
use crate::store::{Database, SigningKeyRow, Store as _};

/// What the place of a key in a security module begins with (RFC 7512).
const MODULE: &str = "pkcs11:";

/// The name of a key: the thumbprint of its public key, in lower-case hex.
pub(crate) fn id_of(key: &SigningKey) -> String {
    hex(&key.public_key().thumbprint())
}

impl Config {
    /// Where the key for this purpose is, as the file names it.
    #[must_use]
    pub fn key_place(&self, purpose: KeyPurpose) -> &str {
        match purpose {
            KeyPurpose::Tokens => &self.key,
            KeyPurpose::Status => &self.status_key,
        }
    }

    /// Opens the key at this place: a file, or a `pkcs11:` address.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] says what the place is instead, or what the module said.
    pub fn open_key(&self, place: &str) -> Result<SigningKey, ConfigError> {
        if place.starts_with(MODULE) {
            return in_module(place);
        }
        let path = self.folder.join(place);
        let bytes = files::private(&path)?;
        let key = match SecretKey::from_file_bytes(&bytes) {
            Err(KeyFileError::Encrypted) => {
                let passphrase = self.passphrase_of(&path)?;
                decrypted(&bytes, &passphrase).ok_or_else(|| ConfigError::Text {
                    path: path.clone(),
                    why: "the passphrase does not open this key, or it is encrypted in a way that \
                          is not read here: PKCS#8 with PBES2, as `openssl pkcs8 -topk8` writes it"
                        .to_owned(),
                })
            }
            read => read.map_err(|why| ConfigError::Key { path: path.clone(), why }),
        };
        key.map(SigningKey::Here)
    }

    /// The key for this purpose: the one that was activated, otherwise the one that the file names.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], also if a file has another key than the one that was activated.
    async fn active_key(
        &self,
        register: &Database,
        purpose: KeyPurpose,
    ) -> Result<SigningKey, ConfigError> {
        let known = register.signing_keys().await.map_err(ConfigError::Store)?;
        let is_active =
            |key: &&SigningKeyRow| key.purpose == purpose && key.state == KeyState::Active;
        let Some(active) = known.iter().find(is_active) else {
            return self.open_key(self.key_place(purpose));
        };
        let key = self.open_key(&active.place)?;
        let found = id_of(&key);
        if found == active.id {
            return Ok(key);
        }
        let why = format!("the active key is {}, and {} has {found}", active.id, active.place);
        Err(ConfigError::Setting { setting: "key", why })
    }

    /// The keys that sign now.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the key that cannot be used.
    pub async fn keys(&self, register: &Database) -> Result<Keys, ConfigError> {
        let tokens = self.active_key(register, KeyPurpose::Tokens).await?;
        let status = self.active_key(register, KeyPurpose::Status).await?;
        Keys::new(&self.issuer, tokens, status).map_err(ConfigError::Service)
    }

    /// The passphrase of encrypted keys: from a file, or typed.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if there is no file and nobody to ask.
    pub(crate) fn passphrase_of(&self, key: &Path) -> Result<Zeroizing<String>, ConfigError> {
        if let Some(path) = &self.passphrase {
            let text = files::private_text(path)?;
            return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
        }
        if std::io::stdin().is_terminal() {
            return typed(key).map_err(|why| ConfigError::File { path: key.to_owned(), why });
        }
        let why = format!(
            "{} is encrypted: name a file with its passphrase, or start this on a terminal",
            key.display()
        );
        Err(ConfigError::Setting { setting: "passphrase", why })
    }
}

/// Asks for a passphrase on the terminal, and does not show what is typed.
#[expect(clippy::print_stderr, reason = "somebody is asked")]
fn typed(key: &Path) -> std::io::Result<Zeroizing<String>> {
    eprint!("Passphrase of {}: ", key.display());
    let mut line = Zeroizing::new(String::new());
    #[cfg(unix)]
    {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let terminal = rustix::stdio::stdin();
        let shown = tcgetattr(terminal)?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &hidden)?;
        let read = std::io::stdin().read_line(&mut line);
        tcsetattr(terminal, OptionalActions::Now, &shown)?;
        read?;
    }
    #[cfg(not(unix))]
    std::io::stdin().read_line(&mut line)?;
    eprintln!();
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn decrypted(file: &[u8], passphrase: &str) -> Option<SecretKey> {
    let document = match std::str::from_utf8(file) {
        Ok(text) if text.contains("-----BEGIN") => {
            let (label, document) = SecretDocument::from_pem(text.trim_start()).ok()?;
            EncryptedPrivateKeyInfoRef::validate_pem_label(label).ok()?;
            document
        }
        _ => SecretDocument::try_from(file).ok()?,
    };
    let encrypted: EncryptedPrivateKeyInfoRef<'_> = document.decode_msg().ok()?;
    let opened = encrypted.decrypt(passphrase).ok()?;
    SecretKey::from_file_bytes(opened.as_bytes()).ok()
}

/// Encrypts a key as PKCS#8 with PBES2: scrypt and AES-256, in PEM.
///
/// # Errors
///
/// [`ConfigError::Setting`] if the key cannot be encrypted.
pub(crate) fn encrypted(
    key: &SecretKey,
    passphrase: &str,
) -> Result<Zeroizing<String>, ConfigError> {
    let done = || {
        let (_, document) = SecretDocument::from_pem(&key.to_pkcs8_pem()).ok()?;
        let info: pkcs8::PrivateKeyInfoRef<'_> = document.decode_msg().ok()?;
        let encrypted = info.encrypt_with_rng(&mut rand::rng(), passphrase).ok()?;
        encrypted.to_pem("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF).ok()
    };
    let why = || "the key cannot be encrypted".to_owned();
    done().ok_or_else(|| ConfigError::Setting { setting: "passphrase", why: why() })
}

#[cfg(feature = "pkcs11")]
fn in_module(place: &str) -> Result<SigningKey, ConfigError> {
    super::pkcs11::open(place).map_err(|why| ConfigError::Setting { setting: "key", why })
}

#[cfg(not(feature = "pkcs11"))]
fn in_module(_: &str) -> Result<SigningKey, ConfigError> {
    let why = "this program was built without PKCS#11: build it with the feature pkcs11".to_owned();
    Err(ConfigError::Setting { setting: "key", why })
}
