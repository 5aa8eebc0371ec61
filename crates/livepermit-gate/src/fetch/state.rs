//! The state of one list that is fetched.

use livepermit::Timestamp;

use super::error::FetchError;
use super::http::Came;
use super::rules::FetchRules;
use super::url::ListUrl;

/// How often a server may lead to another address before it leads to none.
const REDIRECTS: u8 = 5;
/// An answer that has not come after so many seconds never comes.
const LOST: u64 = 600;

/// What to ask a web server: a `GET` that follows no redirect, asks for no compression
/// (`Accept-Encoding: identity`) and sends these headers where they are given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ask {
    /// The address.
    pub url: String,
    /// The header `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The header `If-Modified-Since`.
    pub if_modified_since: Option<String>,
}

/// What to do with what came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Next {
    /// A list to be checked.
    New(Vec<u8>),
    /// The list of before is the newest.
    Unchanged,
    /// Ask again at once: the server leads to another address. [`Fetch::ask`] has the question.
    Again,
    /// No list came, and why. [`Fetch::next`] says when to ask again.
    Failed(FetchError),
}

/// One list that is fetched from a web server: what to ask next and when, and what came.
///
/// The [module](super) has an example.
#[derive(Debug, Clone)]
pub struct Fetch {
    url: ListUrl,
    rules: FetchRules,
    /// Where the server led, and how often, in this round.
    led: Option<(ListUrl, u8)>,
    held: Option<Held>,
    /// When the question that is out was asked.
    out: Option<Timestamp>,
    asked: Option<Timestamp>,
    next: Timestamp,
    answered: Option<Timestamp>,
    failures: u32,
}

/// What is known of the list that came last.
#[derive(Debug, Clone)]
struct Held {
    /// The address that sent the list. Another server may give the same tag to another list.
    from: ListUrl,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Fetch {
    /// A list of which nothing came yet. The first question is due at once.
    #[must_use]
    pub const fn new(url: ListUrl, rules: FetchRules, now: Timestamp) -> Self {
        Self {
            url,
            rules,
            led: None,
            held: None,
            out: None,
            asked: None,
            next: now,
            answered: None,
            failures: 0,
        }
    }

    /// The address of the list.
    #[must_use]
    pub const fn url(&self) -> &ListUrl {
        &self.url
    }

    /// The time of the next question. A question that is out is not counted.
    #[must_use]
    pub const fn next(&self) -> Timestamp {
        self.next
    }

    /// When a server last answered with a list, or said that the list of before is the newest.
    #[must_use]
    pub const fn answered(&self) -> Option<Timestamp> {
        self.answered
    }

    /// The next question, if it is due and no question is out. Give what came to [`Fetch::came`]. A
    /// clock that was set back makes a question due.
    pub fn ask(&mut self, now: Timestamp) -> Option<Ask> {
        if self.out.is_some_and(|asked| now >= asked && now.seconds_since(asked) < LOST) {
            return None;
        }
        let is_back = self.asked.is_some_and(|asked| now < asked);
        let is_led = self.led.is_some() && self.out.is_none();
        if now < self.next && !is_back && !is_led {
            return None;
        }
        if self.out.is_some() {
            self.led = None;
        }
        (self.out, self.asked) = (Some(now), Some(now));
        let url = self.led.as_ref().map_or(&self.url, |(url, _)| url);
        let held = self.held.as_ref().filter(|held| held.from == *url);
        Some(Ask {
            url: url.as_str().to_owned(),
            if_none_match: held.and_then(|held| held.etag.clone()),
            if_modified_since: held.and_then(|held| held.last_modified.clone()),
        })
    }

    /// Learns what came of the last question. `random` is a random number, for the time of the next
    /// question.
    pub fn came(&mut self, came: Came, now: Timestamp, random: u64) -> Next {
        self.out = None;
        let led = self.led.take();
        let (from, redirects) = led.unwrap_or_else(|| (self.url.clone(), 0));
        match came {
            Came::Fresh { bytes, etag, last_modified, max_age } => {
                // Before the check of the list, its own word only says when to look again.
                let said = max_age.or_else(|| livepermit::status::unverified_ttl(&bytes));
                self.held = Some(Held { from, etag, last_modified });
                self.answer(said, now, random);
                Next::New(bytes)
            }
            Came::NotModified { max_age } => {
                let asked = self.held.as_ref().filter(|held| held.from == from);
                if asked.is_none_or(|held| held.etag.is_none() && held.last_modified.is_none()) {
                    // Nothing was held that could be the newest.
                    return self.fail(FetchError::Status(304), None, now, random);
                }
                self.answer(max_age, now, random);
                Next::Unchanged
            }
            Came::Moved { .. } if redirects >= REDIRECTS => {
                self.fail(FetchError::TooManyRedirects, None, now, random)
            }
            Came::Moved { to } => match from.redirected(&to) {
                Ok(url) => {
                    self.led = Some((url, redirects.saturating_add(1)));
                    Next::Again
                }
                Err(why) => {
                    let to = shown(&to);
                    self.fail(FetchError::Redirect { to, why }, None, now, random)
                }
            },
            Came::Failed { error, retry_after } => self.fail(error, retry_after, now, random),
        }
    }

    fn answer(&mut self, said: Option<u64>, now: Timestamp, random: u64) {
        self.failures = 0;
        self.answered = Some(now);
        self.next = now.plus(self.rules.after_answer(said, random));
    }

    fn fail(
        &mut self,
        error: FetchError,
        retry_after: Option<u64>,
        now: Timestamp,
        random: u64,
    ) -> Next {
        self.failures = self.failures.saturating_add(1);
        self.next = now.plus(self.rules.after_failure(self.failures, retry_after, random));
        Next::Failed(error)
    }
}

/// An address as a message may show it: without what may be a secret behind `?`, short, and in
/// ASCII.
fn shown(to: &str) -> String {
    let to = to.split(['?', '#']).next().unwrap_or("");
    let to = to.rsplit_once('@').map_or(to, |(_, host)| host);
    to.chars().filter(char::is_ascii_graphic).take(100).collect()
}
