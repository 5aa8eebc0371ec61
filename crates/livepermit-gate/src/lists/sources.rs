//! Where the lists of a gate come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use livepermit::{PublicKey, Trust};

use crate::fetch::{FetchError, ListUrl};

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListSource {
    /// A file, which is read again when it changes.
    File(PathBuf),
    /// A web server. Nothing is fetched here: the program fetches the list with
    /// [`Fetch`](crate::fetch::Fetch), and gives what came to [`Sources::came`] before the start and
    /// to [`Watch::came`](super::Watch::came) later.
    Url(ListUrl),
}

impl From<PathBuf> for ListSource {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for ListSource {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<ListUrl> for ListSource {
    fn from(url: ListUrl) -> Self {
        Self::Url(url)
    }
}

impl fmt::Display for ListSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => url.fmt(f),
        }
    }
}

/// Where the lists of a gate come from.
#[derive(Debug, Clone)]
pub struct Sources {
    pub(super) trust: TrustSource,
    pub(super) status: Vec<ListSource>,
    /// What came from web servers before the start.
    came: BTreeMap<String, Result<Vec<u8>, FetchError>>,
}

#[derive(Debug, Clone)]
pub(super) enum TrustSource {
    Keys(Trust),
    List(TrustListSource),
}

/// Where a trust list comes from, and the requirements for its first list.
#[derive(Debug, Clone)]
pub struct TrustListSource {
    /// The file or the address.
    pub from: ListSource,
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
        Self::of(TrustSource::Keys(trust))
    }

    /// The gate trusts the keys of a trust list.
    #[must_use]
    pub const fn trust_list(list: TrustListSource) -> Self {
        Self::of(TrustSource::List(list))
    }

    const fn of(trust: TrustSource) -> Self {
        Self { trust, status: Vec::new(), came: BTreeMap::new() }
    }

    /// The gate also uses the status lists from these files and addresses.
    #[must_use]
    pub fn with_status<S: Into<ListSource>>(mut self, from: impl IntoIterator<Item = S>) -> Self {
        self.status.extend(from.into_iter().map(Into::into));
        self
    }

    /// The addresses of all lists that are fetched, each once.
    #[must_use]
    pub fn urls(&self) -> Vec<ListUrl> {
        let trust = match &self.trust {
            TrustSource::Keys(_) => None,
            TrustSource::List(list) => Some(&list.from),
        };
        let mut urls = Vec::new();
        for source in trust.into_iter().chain(&self.status) {
            if let ListSource::Url(url) = source
                && !urls.contains(url)
            {
                urls.push(url.clone());
            }
        }
        urls
    }

    /// Whether the trust list, and whether a status list comes from a web server.
    pub(super) fn are_fetched(&self) -> (bool, bool) {
        let is_url = |source: &ListSource| matches!(source, ListSource::Url(_));
        let trust = match &self.trust {
            TrustSource::Keys(_) => false,
            TrustSource::List(list) => is_url(&list.from),
        };
        (trust, self.status.iter().any(is_url))
    }

    /// Hands in what came from an address before the start: a list, or why no list came.
    pub fn came(&mut self, url: &ListUrl, came: Result<Vec<u8>, FetchError>) {
        self.came.insert(url.as_str().to_owned(), came);
    }

    /// What came from an address before the start. `None` if nothing was asked or answered.
    pub(super) fn fetched(&self, url: &ListUrl) -> Option<&Result<Vec<u8>, FetchError>> {
        self.came.get(url.as_str())
    }
}
