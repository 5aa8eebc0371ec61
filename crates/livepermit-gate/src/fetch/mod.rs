//! Fetches a list from a web server, in plain steps: what to ask next and when, and what came.
//!
//! Nothing here does I/O, reads a clock or makes randomness, so a gate, a browser and a phone use the
//! same steps, each with its own HTTP. [`Fetch::ask`] says what to ask; [`Came::from_http`] reads the
//! answer; [`Fetch::came`] learns from it and says what to do.
//!
//! The lists are signed. A server, or whoever stands between, can only keep a newer list back, and
//! that is noticed by the list's age.
//!
//! ```
//! use livepermit_gate::Timestamp;
//! use livepermit_gate::fetch::{Came, Fetch, FetchRules, ListUrl, Next};
//!
//! # let random = || 4;
//! let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
//! let url = ListUrl::parse("https://lists.example/status.cwt")?;
//! let mut fetch = Fetch::new(url, FetchRules::default(), now);
//!
//! let ask = fetch.ask(now).ok_or("the first question is due at once")?;
//! assert_eq!(ask.url, "https://lists.example/status.cwt");
//! // Ask with the HTTP of your platform, and do not follow redirects.
//! let headers = [("etag", "\"7\""), ("cache-control", "max-age=600")];
//! let header = |wanted: &str| {
//!     headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
//! };
//! let came = Came::from_http(200, header, vec![0xD2, 0x84], now);
//! let Next::New(bytes) = fetch.came(came, now, random()) else { return Err("a list".into()) };
//! assert_eq!(bytes.len(), 2); // for `Watch::came`, or for `GateLists::take_status`
//!
//! // Not sooner than the server said.
//! assert!(fetch.ask(now.plus(599)).is_none());
//! let ask = fetch.ask(now.plus(700)).ok_or("due")?;
//! assert_eq!(ask.if_none_match.as_deref(), Some("\"7\""));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod content;
mod date;
mod error;
mod http;
mod rules;
mod state;
mod url;

pub use content::Content;
pub use error::FetchError;
pub use http::Came;
pub use rules::FetchRules;
pub use state::{Ask, Fetch, Next};
pub use url::{ListUrl, UrlError};

/// The most bytes of a list that are read: a little more than the check of a list accepts, so that
/// the check refuses a list that is too long.
pub const MAX_LIST_BYTES: u64 = 9 << 20;
