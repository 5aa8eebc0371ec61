//! Fetching lists from a web server, in steps: the program does the HTTP.

use std::sync::{Mutex, MutexGuard, PoisonError};

use livepermit_gate::fetch::{self, Came, Fetch, FetchError, FetchRules, ListUrl, Next};

use crate::error::{LivepermitError, Result, defect};
use crate::key::random;
use crate::number::{as_seconds, count, time};

/// A header of HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct HttpHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What to ask a server: a GET with these headers. Do not follow redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ListRequest {
    /// The address.
    pub url: String,
    /// The headers.
    pub headers: Vec<HttpHeader>,
}

/// What to do with what came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum FetchStep {
    /// A list, to be accepted.
    NewList {
        /// Its bytes.
        list: Vec<u8>,
    },
    /// The list of before is the newest.
    Unchanged,
    /// Ask again at once: `ask` has the question.
    AskAgain,
    /// No list came. `next` says when to ask again.
    NoList {
        /// The stable code.
        code: String,
        /// Why.
        reason: String,
        /// What to do.
        instruction: String,
    },
}

/// One list that is fetched from a web server: what to ask next and when.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct ListFetch(Mutex<Fetch>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl ListFetch {
    /// Fetches the list at an `https:` address. With `every` seconds the program says how often; with
    /// nothing, the server does.
    ///
    /// # Errors
    /// The codes of addresses.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(url: &str, every: Option<i64>, now: i64) -> Result<Self> {
        let rules = FetchRules::default();
        let rules = match every {
            Some(seconds) => rules.every(count("the time between", seconds)?),
            None => rules,
        };
        Ok(Self(Mutex::new(Fetch::new(ListUrl::parse(url)?, rules, time(now)?))))
    }

    /// The next question, if it is due and none is out.
    ///
    /// # Errors
    /// `time-out-of-range`.
    pub fn ask(&self, now: i64) -> Result<Option<ListRequest>> {
        let ask = self.fetch().ask(time(now)?);
        Ok(ask.map(|ask| {
            let header = |name: &str, value: Option<String>| {
                value.map(|value| HttpHeader { name: name.into(), value })
            };
            let none_match = header("If-None-Match", ask.if_none_match);
            let since = header("If-Modified-Since", ask.if_modified_since);
            ListRequest { url: ask.url, headers: none_match.into_iter().chain(since).collect() }
        }))
    }

    /// Learns from an answer: its status, its headers and its body. Read 9 MiB and one byte of a
    /// body at most.
    ///
    /// # Errors
    /// `time-out-of-range`, `no-randomness`, `number-negative`.
    pub fn came(
        &self,
        status: i64,
        headers: Vec<HttpHeader>,
        body: Vec<u8>,
        now: i64,
    ) -> Result<FetchStep> {
        let now = time(now)?;
        let status = u16::try_from(status).map_err(|_| {
            let reason = format!("{status} is no status of HTTP");
            LivepermitError::compared("status-out-of-range", reason, status, 999)
        })?;
        let header = |name: &str| {
            let mut all = headers.iter();
            all.find(|it| it.name.eq_ignore_ascii_case(name)).map(|it| it.value.clone())
        };
        self.learn(Came::from_http(status, header, body, now), now)
    }

    /// Learns that the server could not be reached, and what the platform said.
    ///
    /// # Errors
    /// `time-out-of-range`, `no-randomness`.
    pub fn failed(&self, reason: &str, now: i64) -> Result<FetchStep> {
        let now = time(now)?;
        self.learn(FetchError::Unreachable { reason: reason.into() }.into(), now)
    }

    /// When the next question is due.
    #[must_use]
    pub fn next(&self) -> i64 {
        as_seconds(self.fetch().next())
    }
}

impl ListFetch {
    fn fetch(&self) -> MutexGuard<'_, Fetch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, came: Came, now: livepermit::Timestamp) -> Result<FetchStep> {
        let spread = u64::from_le_bytes(*random()?);
        Ok(match self.fetch().came(came, now, spread) {
            Next::New(list) => FetchStep::NewList { list },
            Next::Unchanged => FetchStep::Unchanged,
            Next::Again => FetchStep::AskAgain,
            Next::Failed(error) => FetchStep::NoList {
                code: error.code().into(),
                reason: error.to_string(),
                instruction: error.instruction().into(),
            },
            _ => return Err(defect("a step of fetching that the bridge does not know")),
        })
    }
}

/// The most bytes of a body that are read.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn most_list_bytes() -> i64 {
    crate::number::as_i64(fetch::MAX_LIST_BYTES)
}
