//! How phones prove where their keys are.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use livepermit::PublicKey;
use serde::Deserialize;

use super::error::ConfigError;
use super::files;
use crate::domain::Attestation;
use crate::protocol::{
    AndroidApp, AndroidAttestation, AttestationRefused, AttestationVerifier, Evidence, Root,
    Withdrawn,
};

/// Chains of Android, and what the office wants of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attested {
    /// Files with the certificates of the roots, in PEM. Google publishes those of Android.
    pub roots: Vec<PathBuf>,
    /// The file with certificates that were withdrawn, as Google publishes it. A new file is read
    /// at the next question.
    pub withdrawn: Option<PathBuf>,
    /// The apps whose keys are taken. Those of any app if not said.
    #[serde(default)]
    pub apps: Vec<AttestedApp>,
    /// Where a key has to be at least; `software` if not said, which refuses none.
    #[serde(default)]
    pub least: Place,
}

/// An app whose keys are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttestedApp {
    /// The name of its package.
    pub package: String,
    /// SHA-256 of the certificate with which it is signed, in hex; colons may stand between.
    pub signer: String,
}

/// Where a key has to be at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Anywhere: nothing has to be proved.
    #[default]
    Software,
    /// In the trusted environment of the phone's processor.
    TrustedEnvironment,
    /// In a chip of its own.
    StrongBox,
}

impl Attested {
    pub(super) fn below(&mut self, folder: &Path) {
        for path in self.roots.iter_mut().chain(&mut self.withdrawn) {
            *path = folder.join(&*path);
        }
    }

    pub(super) fn verifier(&self) -> Result<AttestedByFile, ConfigError> {
        let setting = |setting, why: String| ConfigError::Setting { setting, why };
        if self.roots.is_empty() {
            return Err(setting("attestation.roots", "at least one root has to be there".into()));
        }
        let root = |path: &PathBuf| {
            Root::from_pem(&files::text(path)?)
                .map_err(|why| ConfigError::Text { path: path.clone(), why })
        };
        let roots = self.roots.iter().map(root).collect::<Result<_, _>>()?;
        let app = |app: &AttestedApp| {
            let digits = app.signer.replace(':', "").to_ascii_lowercase();
            let signer = crate::hex::unhex_array(&digits).ok_or_else(|| {
                let why = format!("`{}` is not SHA-256 in hex: 64 digits", app.signer);
                setting("attestation.apps", why)
            })?;
            Ok(AndroidApp { package: app.package.clone(), signer })
        };
        let apps = self.apps.iter().map(app).collect::<Result<_, _>>()?;
        let least = match self.least {
            Place::Software => Attestation::Software,
            Place::TrustedEnvironment => Attestation::AndroidTrustedEnvironment,
            Place::StrongBox => Attestation::AndroidStrongBox,
        };
        let verifier = AndroidAttestation::trusting(roots).of_apps(apps).at_least(least);
        let file = match &self.withdrawn {
            Some(path) => Some(WithdrawnFile::open(path.clone(), &verifier)?),
            None => None,
        };
        Ok(AttestedByFile { verifier: Arc::new(verifier), file })
    }
}

/// Checks chains with the newest file of what was withdrawn.
#[derive(Debug)]
pub(super) struct AttestedByFile {
    verifier: Arc<AndroidAttestation>,
    file: Option<WithdrawnFile>,
}

impl AttestationVerifier for AttestedByFile {
    fn place_of(
        &self,
        key: &PublicKey,
        evidence: Evidence<'_>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        let newest = match (&self.file, evidence) {
            (Some(file), Evidence::Chain { .. }) => file.newest(),
            _ => Arc::clone(&self.verifier),
        };
        newest.place_of(key, evidence, now)
    }
}

/// What was withdrawn, as a file has it. A file that cannot be read any more does not stop anybody:
/// the last one that could be read is good until then.
#[derive(Debug)]
struct WithdrawnFile {
    path: PathBuf,
    read: Mutex<Read>,
}

#[derive(Debug)]
struct Read {
    /// When the file was written that was looked at last.
    written: Option<SystemTime>,
    verifier: Arc<AndroidAttestation>,
}

impl WithdrawnFile {
    fn open(path: PathBuf, verifier: &AndroidAttestation) -> Result<Self, ConfigError> {
        let written = written(&path);
        let withdrawn = read(&path)?;
        let verifier = Arc::new(verifier.clone().without(withdrawn));
        Ok(Self { path, read: Mutex::new(Read { written, verifier }) })
    }

    fn newest(&self) -> Arc<AndroidAttestation> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let written = written(&self.path);
        if written != known.written {
            known.written = written;
            match read(&self.path) {
                Ok(withdrawn) => {
                    known.verifier = Arc::new((*known.verifier).clone().without(withdrawn));
                }
                Err(error) => {
                    tracing::error!(%error, "the list of withdrawn certificates stays as it was");
                }
            }
        }
        Arc::clone(&known.verifier)
    }
}

fn written(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

fn read(path: &Path) -> Result<Withdrawn, ConfigError> {
    let wrong = |why| ConfigError::Text { path: path.to_owned(), why };
    Withdrawn::read(&files::text(path)?).map_err(wrong)
}
