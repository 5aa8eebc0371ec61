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
        AttestedByFile::open(self.withdrawn.clone(), verifier)
    }
}

/// Checks chains, with the newest file of what was withdrawn if there is one. A file that cannot be
/// read any more does not stop anybody: the last one that could be read is good until then.
#[derive(Debug)]
pub(super) struct AttestedByFile {
    path: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    /// When the file was written that was looked at last.
    written: Option<SystemTime>,
    verifier: Arc<AndroidAttestation>,
}

impl AttestationVerifier for AttestedByFile {
    fn place_of(
        &self,
        key: &PublicKey,
        evidence: Evidence<'_>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        self.newest().place_of(key, evidence, now)
    }
}

impl AttestedByFile {
    fn open(path: Option<PathBuf>, verifier: AndroidAttestation) -> Result<Self, ConfigError> {
        let written = path.as_deref().and_then(written);
        let verifier = match &path {
            Some(path) => verifier.without(read(path)?),
            None => verifier,
        };
        let known = Known { written, verifier: Arc::new(verifier) };
        Ok(Self { path, known: Mutex::new(known) })
    }

    fn newest(&self) -> Arc<AndroidAttestation> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &self.path {
            let written = written(path);
            if written != known.written {
                known.written = written;
                match read(path) {
                    Ok(withdrawn) => {
                        known.verifier = Arc::new((*known.verifier).clone().without(withdrawn));
                    }
                    Err(error) => {
                        tracing::error!(%error, "the list of withdrawn certificates stays");
                    }
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

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::Duration;

    use livepermit_testkit::certificates::{Description, Factory};
    use livepermit_testkit::p256_device;

    use super::{Attested, Place, SystemTime};
    use crate::protocol::{AttestationVerifier as _, Evidence};

    #[test]
    fn a_new_file_of_withdrawn_certificates_counts_at_once_and_a_broken_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let [root, list] = ["root.pem", "withdrawn.json"].map(|name| folder.path().join(name));
        let factory = Factory::new(40);
        fs::write(&root, factory.root_pem()).unwrap();
        // Files that are written within one tick of the clock differ all the same.
        let write = |text: &str, seconds| {
            fs::write(&list, text).unwrap();
            let written = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            File::options().write(true).open(&list).unwrap().set_modified(written).unwrap();
        };
        write(r#"{"entries": {}}"#, 1);
        let withdrawn = Some(list.clone());
        let attested =
            Attested { roots: vec![root], withdrawn, apps: Vec::new(), least: Place::Software };
        let verifier = attested.verifier().unwrap();

        let key = p256_device().public_key();
        let chain = factory.honest(&key, &Description::of("nonce"));
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        let is_taken = || {
            let evidence = Evidence::Chain { certificates: &chain, nonce: "nonce" };
            verifier.place_of(&key, evidence, now).is_ok()
        };
        assert!(is_taken());
        write(r#"{"entries": {"2b": {"status": "REVOKED"}}}"#, 2);
        assert!(!is_taken());
        write("<html>", 3);
        assert!(!is_taken());
        fs::remove_file(&list).unwrap();
        assert!(!is_taken());
        write(r#"{"entries": {}}"#, 4);
        assert!(is_taken());
    }
}
