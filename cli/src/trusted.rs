//! Whose signatures count: issuer keys named by hand, or a trust list under its root keys.

use std::path::PathBuf;

use clap::Args;
use livepermit::{PublicKey, Trust, TrustAnchor, TrustAnchorError, TrustError, TrustedKey, Use};

use crate::failure::Failure;
use crate::keys::{claim_failure, read_public};
use crate::lists::peek;

/// Who is trusted to sign what.
#[derive(Debug, Args)]
pub(crate) struct TrustedArgs {
    /// A public key of the issuer (PEM); several while keys are changed
    #[arg(long, value_name = "FILE", required_unless_present = "trust", conflicts_with = "trust")]
    pub(crate) issuer_key: Vec<PathBuf>,
    /// The issuer's name
    #[arg(long, value_name = "NAME", required_unless_present = "trust", conflicts_with = "trust")]
    pub(crate) issuer: Option<String>,
    /// A class that counts; may be repeated
    #[arg(long, value_name = "CLASS", required_unless_present = "trust")]
    pub(crate) class: Vec<String>,
    /// A trust list, instead of issuer keys named one by one
    #[arg(long, value_name = "LIST", requires = "root")]
    pub(crate) trust: Option<PathBuf>,
    /// A root key that may sign the trust list (PEM, public); may be repeated
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) root: Vec<PathBuf>,
    /// The name the trust list must have [default: the one it has the first time]
    #[arg(long, value_name = "NAME", requires = "trust")]
    pub(crate) trust_name: Option<String>,
    /// The lowest version of the trust list that is taken
    #[arg(long, value_name = "N", requires = "trust", default_value = "0")]
    pub(crate) trust_minimum: u64,
}

impl TrustedArgs {
    /// The issuer keys named by hand.
    pub(crate) fn by_hand(&self, uses: &[Use], eddsa: bool) -> Result<Trust, Failure> {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let mut trusted = Vec::new();
        for path in &self.issuer_key {
            let key = read_public(path)?;
            let entry = TrustedKey::new(issuer, key, uses.iter().copied(), &self.class)
                .and_then(|entry| if eddsa { entry.pinned_to_eddsa() } else { Ok(entry) });
            trusted.push(entry.map_err(|error| {
                explain_trust(&path.display().to_string(), &error, "see `livepermit verify --help`")
            })?);
        }
        Trust::new(trusted)
            .map_err(|error| Failure::new(error, "name each key once with --issuer-key"))
    }

    pub(crate) fn read_roots(&self) -> Result<Vec<PublicKey>, Failure> {
        self.root.iter().map(|path| read_public(path)).collect()
    }

    /// What the first list is held to. `bytes` is that list: its name counts where none was given.
    pub(crate) fn anchor(
        &self,
        bytes: &[u8],
        kept_name: Option<&str>,
    ) -> Result<TrustAnchor, Failure> {
        let name = match (self.trust_name.as_deref(), kept_name) {
            (Some(wanted), Some(kept)) if wanted != kept => {
                return Err(Failure::new(
                    format!("the state folder holds a trust list called {kept}, not {wanted}"),
                    "name the right --state folder, or leave --trust-name away",
                ));
            }
            (Some(name), _) | (None, Some(name)) => name.to_owned(),
            (None, None) => peek(bytes).map(|list| list.name).ok_or_else(|| {
                Failure::new(
                    "this is not a trust list",
                    "name the file that `livepermit trust new` wrote with --out",
                )
            })?,
        };
        TrustAnchor::new(&name, self.read_roots()?, self.trust_minimum)
            .map_err(|error| anchor_failure(&error))
    }
}

/// Why lists cannot be taken in with these roots.
pub(crate) fn anchor_failure(error: &TrustAnchorError) -> Failure {
    match error {
        TrustAnchorError::Claim(error) => claim_failure(error),
        _ => Failure::new(
            error,
            "name the public root key that `livepermit key new --algorithm ed25519` made",
        ),
    }
}

/// What is wrong with an entry.
pub(crate) fn explain_trust(name: &str, error: &TrustError, help: &str) -> Failure {
    match error {
        TrustError::NotEd25519 => Failure::new(
            format!("{name} is not an Ed25519 key, and issuers sign with Ed25519 only"),
            "name the issuer's key, not a phone's",
        ),
        TrustError::Claim(error) => claim_failure(error),
        _ => Failure::new(format!("{name}: {error}"), help),
    }
}
