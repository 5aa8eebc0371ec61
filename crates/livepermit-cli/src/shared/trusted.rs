//! Which signatures count: those of issuer keys named by hand, or of keys in a trust list.

use std::path::PathBuf;

use clap::Args;
use livepermit::trust::TrustError;
use livepermit::{PublicKey, Trust, TrustedKey, Use};

use super::failure::Failure;
use super::keys::{claim_failure, read_public};
use super::texts;

/// Who is trusted to sign what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Who is trusted")]
pub(crate) struct TrustedArgs {
    /// A public key of the issuer (PEM); may be repeated, as while keys change
    // What belongs to a trust list is named too: where two options exclude each other, clap does not
    // ask for what they require.
    #[arg(
        long, value_name = "FILE", required_unless_present = "trust",
        conflicts_with_all = ["trust", "root", "trust_name", "trust_minimum"]
    )]
    pub(crate) issuer_key: Vec<PathBuf>,
    /// The issuer's name
    #[arg(long, value_name = "NAME", required_unless_present = "trust", conflicts_with = "trust")]
    pub(crate) issuer: Option<String>,
    /// A class that is accepted; may be repeated
    #[arg(long, value_name = "CLASS", required_unless_present = "trust")]
    pub(crate) class: Vec<String>,
    /// A trust list, instead of --issuer-key
    #[arg(long, value_name = "LIST", requires = "root")]
    pub(crate) trust: Option<PathBuf>,
    /// A root key that may sign the trust list (PEM, public); may be repeated
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) root: Vec<PathBuf>,
    /// The name that the trust list must have [default: the name it has the first time]
    #[arg(long, value_name = "NAME", requires = "trust")]
    pub(crate) trust_name: Option<String>,
    /// The lowest version of the trust list that is accepted
    #[arg(long, value_name = "N", requires = "trust", default_value = "0")]
    pub(crate) trust_minimum: u64,
}

impl TrustedArgs {
    /// The issuer keys named by hand.
    pub(crate) fn by_hand(&self, uses: &[Use], eddsa: bool) -> Result<Trust, Failure> {
        let issuer = self.issuer.as_deref().ok_or_else(texts::no_issuer)?;
        let mut trusted = Vec::new();
        for path in &self.issuer_key {
            let key = read_public(path)?;
            let entry = TrustedKey::new(issuer, key, uses.iter().copied(), &self.class)
                .and_then(|entry| if eddsa { entry.pinned_to_eddsa() } else { Ok(entry) });
            trusted.push(entry.map_err(|error| {
                trust_failure(&path.display().to_string(), &error, texts::key_refused)
            })?);
        }
        Trust::new(trusted).map_err(texts::keys_unusable)
    }

    pub(crate) fn read_roots(&self) -> Result<Vec<PublicKey>, Failure> {
        self.root.iter().map(|path| read_public(path)).collect()
    }
}

/// Why these root keys cannot be used.
pub(crate) fn anchor_failure(error: &TrustError) -> Failure {
    match error {
        TrustError::Claim(error) => claim_failure(error),
        _ => texts::no_root_key(error),
    }
}

/// Why the entry of a key is refused. `name` is the file of the key. `other` makes the failure for
/// errors that only the command can explain.
pub(crate) fn trust_failure<'e>(
    name: &'e str,
    error: &'e TrustError,
    other: impl FnOnce(&'e str, &'e TrustError) -> Failure,
) -> Failure {
    match error {
        TrustError::NotEd25519 => texts::not_an_issuer_key(name),
        TrustError::Claim(error) => claim_failure(error),
        _ => other(name, error),
    }
}
