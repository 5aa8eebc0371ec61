//! Where the lists of a gate come from.

use std::path::PathBuf;

use livepermit::{PublicKey, Trust};

/// Where the lists of a gate come from.
#[derive(Debug, Clone)]
pub struct Sources {
    pub(super) trust: TrustSource,
    pub(super) status: Vec<PathBuf>,
}

#[derive(Debug, Clone)]
pub(super) enum TrustSource {
    Keys(Trust),
    File(TrustListFile),
}

/// The file of a trust list, and the requirements for its first list.
#[derive(Debug, Clone)]
pub struct TrustListFile {
    /// The file.
    pub path: PathBuf,
    /// The root keys. One of them must have signed the list.
    pub roots: Vec<PublicKey>,
    /// The name that the list must have. `None` accepts the name of the first list.
    pub name: Option<String>,
    /// The lowest version that is accepted.
    pub minimum: u64,
}

impl Sources {
    /// The gate trusts these issuer keys, and uses no trust list.
    #[must_use]
    pub const fn keys(trust: Trust) -> Self {
        Self { trust: TrustSource::Keys(trust), status: Vec::new() }
    }

    /// The gate trusts the keys of a trust list.
    #[must_use]
    pub const fn trust_list(file: TrustListFile) -> Self {
        Self { trust: TrustSource::File(file), status: Vec::new() }
    }

    /// The gate also uses the status lists in these files.
    #[must_use]
    pub fn with_status(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.status.extend(files);
        self
    }
}
