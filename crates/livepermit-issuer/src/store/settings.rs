//! Where the register is, and how it is used.

use std::path::Path;
use std::time::Duration;

use super::words::SearchKey;

/// Where the register is, and how long it is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    url: String,
    search: Option<SearchKey>,
    connections: Option<u32>,
    patience: Duration,
    list_size: u32,
    pages: Option<u32>,
    messages: Messages,
}

/// Whether messages are written for the authority's own programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Messages {
    /// Nobody fetches them: none is written.
    #[default]
    None,
    /// Each change writes what it has to tell; a job delivers it.
    Written,
}

impl Settings {
    /// The register at this URL: `postgres://user@host/database`, or `sqlite:` and a path.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            search: None,
            connections: None,
            patience: Duration::from_secs(5),
            list_size: 1 << 20,
            pages: None,
            messages: Messages::None,
        }
    }

    /// The register in this file. It is made if it is not there, for its owner alone.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        // What is not a plain sign of paths would mean something in a URL.
        let mut url = String::from("sqlite:");
        for byte in path.as_os_str().as_encoded_bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                    url.push(char::from(*byte));
                }
                other => url.push_str(&format!("%{other:02X}")),
            }
        }
        Self::at(url)
    }

    /// How many connections are open at most; 4 to SQLite and 16 to PostgreSQL if not said.
    #[must_use]
    pub const fn connections(mut self, most: u32) -> Self {
        self.connections = Some(most);
        self
    }

    /// How long a database that does not answer is asked again, 5 s if not said. To SQLite, also
    /// how long another process may write.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How many entries new status lists have, 1,048,576 if not said. An eighth stays free.
    #[must_use]
    pub const fn list_size(mut self, entries: u32) -> Self {
        self.list_size = entries;
        self
    }

    /// The key under which the register keeps what permits are searched by: holders' names and
    /// document numbers. Drawn at random once, and kept beside the other keys: without it permits
    /// are found by their numbers alone.
    #[must_use]
    pub fn search_by(mut self, key: SearchKey) -> Self {
        self.search = Some(key);
        self
    }

    /// Whether changes write messages for the authority's own programs; none if not said.
    #[must_use]
    pub const fn messages(mut self, messages: Messages) -> Self {
        self.messages = messages;
        self
    }

    pub(super) const fn writes_messages(&self) -> bool {
        matches!(self.messages, Messages::Written)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) const fn most_connections(&self) -> Option<u32> {
        self.connections
    }

    pub(super) const fn waits(&self) -> Duration {
        self.patience
    }

    pub(super) const fn most_pages(&self) -> Option<u32> {
        self.pages
    }

    pub(super) const fn search_key(&self) -> Option<&SearchKey> {
        self.search.as_ref()
    }

    pub(super) const fn entries(&self) -> u32 {
        self.list_size
    }

    /// The largest number of pages of an SQLite file, 4 KiB each: what else is on the disk goes on
    /// when the register is full.
    #[must_use]
    pub const fn largest_file(mut self, pages: u32) -> Self {
        self.pages = Some(pages);
        self
    }
}
