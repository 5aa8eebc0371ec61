//! Lists that the command fetches from web servers.

#[cfg(feature = "fetch")]
mod tls;
#[cfg(feature = "fetch")]
mod web;

use std::ffi::OsString;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use livepermit::Timestamp;
use livepermit_gate::fetch::{Fetch, FetchError, FetchRules, ListUrl, Next};
use livepermit_gate::lists::{ListSource, Sources};

use super::failure::Failure;
use super::random::random;
use super::{texts, time};

#[cfg(feature = "fetch")]
pub(crate) use web::Web;
#[cfg(feature = "relay")]
pub(crate) use web::questions;

/// How lists are fetched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lists from web servers")]
pub(crate) struct FetchArgs {
    /// An authority (PEM) that may vouch for the servers of lists, beside those that this system
    /// trusts; may be repeated
    #[arg(long, value_name = "FILE")]
    authority: Vec<PathBuf>,
    /// Fetch lists by plain http:// too. Lists are signed, so nobody can forge one, but whoever
    /// stands between can keep newer lists back, and sees what this gate asks for
    #[arg(long)]
    dangerous_plain_http: bool,
}

/// A list as the command line names it.
#[derive(Debug, Clone)]
pub(crate) enum ListArg {
    File(PathBuf),
    /// Has `://`.
    Url(String),
}

impl From<OsString> for ListArg {
    fn from(text: OsString) -> Self {
        match text.to_str() {
            Some(url) if url.contains("://") => Self::Url(url.to_owned()),
            _ => Self::File(text.into()),
        }
    }
}

/// What came of one round of questions: a list, `None` if the list of before is the newest, or why
/// no list came.
pub(crate) type Round = Result<Option<Vec<u8>>, FetchError>;

impl FetchArgs {
    /// Where a list comes from.
    pub(crate) fn source(&self, list: &ListArg) -> Result<ListSource, Failure> {
        let text = match list {
            ListArg::File(path) => return Ok(path.clone().into()),
            ListArg::Url(text) => text,
        };
        let url = if self.dangerous_plain_http {
            ListUrl::dangerous_parse_plain(text)
        } else {
            ListUrl::parse(text)
        };
        url.map(ListSource::from).map_err(|error| texts::list_address_wrong(hidden(text), error))
    }

    /// What fetches lists.
    #[cfg(feature = "fetch")]
    pub(crate) fn web(&self) -> Result<Web, Failure> {
        Web::open(&self.authority)
    }

    #[cfg(not(feature = "fetch"))]
    pub(crate) fn web(&self) -> Result<Web, Failure> {
        let _ = &self.authority;
        Err(texts::fetches_nothing())
    }

    /// Fetches the lists of `sources` once, all at the same time, and waits for what comes.
    pub(crate) fn fetch_once(&self, sources: &mut Sources) -> Result<(), Failure> {
        let urls = sources.urls();
        if urls.is_empty() {
            return Ok(());
        }
        let web = self.web()?;
        let came: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = urls
                .iter()
                .map(|url| {
                    let mut fetch = Fetch::new(url.clone(), FetchRules::default(), clock());
                    let web = &web;
                    scope.spawn(move || round(web, &mut fetch))
                })
                .collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        for (url, came) in urls.iter().zip(came) {
            // Nothing was held before, so each list is new.
            if let Ok(Some(Ok(Some(bytes)))) = came {
                sources.came(url, Ok(bytes));
            } else if let Ok(Some(Err(error))) = came {
                sources.came(url, Err(error));
            }
        }
        Ok(())
    }
}

/// Asks what is due, until a list or a reason came. `None` if nothing is due.
pub(crate) fn round(web: &Web, fetch: &mut Fetch) -> Option<Round> {
    loop {
        let now = clock();
        let ask = fetch.ask(now)?;
        let came = web.get(&ask, now);
        // Without randomness the gate still asks, only in the same second as others.
        let random = random().map_or(0, u64::from_le_bytes);
        match fetch.came(came, clock(), random) {
            Next::New(bytes) => return Some(Ok(Some(bytes))),
            Next::Unchanged => return Some(Ok(None)),
            Next::Failed(error) => return Some(Err(error)),
            // The server leads to another address.
            _ => {}
        }
    }
}

/// The time of this machine. Questions follow it, whatever time a test gives the gate.
pub(crate) fn clock() -> Timestamp {
    time::at_or_now(None).ok().or_else(|| Timestamp::from_unix(0)).unwrap_or(Timestamp::MAX)
}

/// An address without user and password, for messages.
fn hidden(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}{path}"),
        None => url.to_owned(),
    }
}

/// This build fetches nothing.
#[cfg(not(feature = "fetch"))]
#[derive(Debug)]
pub(crate) enum Web {}

#[cfg(not(feature = "fetch"))]
impl Web {
    fn get(&self, _: &livepermit_gate::fetch::Ask, _: Timestamp) -> livepermit_gate::fetch::Came {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_shows_a_password() {
        for (url, shown) in [
            ("https://me:secret@lists.example/a?b", "https://…@lists.example/a?b"),
            ("https://me@lists.example", "https://…@lists.example"),
            ("https://lists.example/a@b", "https://lists.example/a@b"),
        ] {
            assert_eq!(hidden(url), shown);
        }
    }
}
