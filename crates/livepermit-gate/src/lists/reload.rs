//! New lists, accepted while the gate runs.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use livepermit::Timestamp;
use livepermit::rejection::{Evidence, ListRejectionCode};

use super::age::ListKind;
use super::error::ListError;
use super::file::read_list;
use super::held::GateLists;
use super::report::Report;
use super::sources::{ListSource, Sources, TrustSource};
use crate::fetch::{FetchError, ListUrl};

/// A file that changed less than this time ago may change again and keep its modification time.
const SETTLED: Duration = Duration::from_secs(2);
/// A refused list is tried again after so many seconds at the latest: memory, a key or another list
/// may be there by then.
const AGAIN: u64 = 60;
/// The same for a file or a folder that could not be used, which heals without a sign.
const AGAIN_FILE: u64 = 5;

#[derive(Debug)]
struct Watched {
    place: Place,
    kind: ListKind,
    first: bool,
    refused: Option<Refused>,
}

#[derive(Debug)]
enum Place {
    File(WatchedFile),
    Url(WatchedUrl),
}

#[derive(Debug)]
struct WatchedFile {
    path: PathBuf,
    /// Modification time and length of the file when it was last read.
    stamp: Option<(SystemTime, u64)>,
    /// Hash of the content that was last tried; `None` for a file that could not be read.
    tried: Option<u64>,
}

#[derive(Debug)]
struct WatchedUrl {
    url: ListUrl,
    /// The list that came last. It is kept, because the server does not send it again, and a
    /// refusal can heal.
    body: Option<Vec<u8>>,
    /// Whether the body was not tried yet.
    is_new: bool,
    /// Why nothing came the last time.
    error: Option<FetchError>,
    /// The code of the error that was reported.
    told: Option<&'static str>,
}

/// When something was tried in vain, and when it is tried again.
#[derive(Debug, Clone, Copy)]
struct Tried {
    at: Timestamp,
    again: Timestamp,
}

impl Tried {
    const fn new(now: Timestamp, after: u64) -> Self {
        Self { at: now, again: now.plus(after) }
    }

    /// Whether it is time to try again. A clock that was set back makes it time too.
    fn is_due(self, now: Timestamp) -> bool {
        now >= self.again || now < self.at
    }
}

/// A content that was refused.
#[derive(Debug, Clone, Copy)]
struct Refused {
    code: &'static str,
    tried: Tried,
}

impl Refused {
    fn new(error: &ListError, now: Timestamp) -> Self {
        let after = match error {
            ListError::File(_) | ListError::Folder(_) => AGAIN_FILE,
            ListError::Refused(rejection) => match rejection.evidence() {
                // The list counts when the gate's clock has come so far.
                Evidence::Times { found, limit }
                    if rejection.code() == ListRejectionCode::FromTheFuture =>
                {
                    found.seconds_since(limit).clamp(1, AGAIN)
                }
                _ => AGAIN,
            },
            _ => AGAIN,
        };
        Self { code: error.code(), tried: Tried::new(now, after) }
    }
}

/// A list that is refused so far. The gate uses the earlier list, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// The file or the address.
    pub name: String,
    /// The stable code of the refusal: see [`ListError::code`].
    pub code: &'static str,
    /// When the gate tries again at the latest.
    pub again: Timestamp,
}

/// Watches list files and what comes from web servers, and accepts the lists that have changed.
///
/// A refusal is never final: time, space, a key or another list can heal it. A refused list is
/// tried again when the gate's clock reaches the list's date, when a new trust list comes, and at
/// least each minute. The same is true for a status list that only the folder has.
///
/// The [module](super) has an example.
#[derive(Debug)]
pub struct Watch {
    lists: Vec<Watched>,
    /// When the copies in the folder were tried.
    copies: Option<Tried>,
}

/// The result of [`Watch::look`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct News {
    /// The files and addresses whose lists were accepted. If there are any, the gate needs a new verifier:
    /// [`GateLists::verifier`], then [`Gate::replace_verifier`](crate::Gate::replace_verifier).
    pub accepted: Vec<String>,
    /// Messages for the operator.
    pub reports: Vec<Report>,
    /// The addresses whose server answers again, after a report that it did not.
    pub fetched_again: Vec<String>,
}

impl Watch {
    /// Watches the files and addresses of these sources.
    #[must_use]
    pub fn new(sources: &Sources) -> Self {
        let watched = |source: &ListSource, kind| {
            let place = match source {
                ListSource::File(path) => {
                    Place::File(WatchedFile { path: path.clone(), stamp: None, tried: None })
                }
                ListSource::Url(url) => Place::Url(WatchedUrl::new(url, sources)),
            };
            // What comes later from a server is new to `GateLists::open`.
            let first = !matches!(&place, Place::Url(url) if url.body.is_none());
            Watched { place, kind, first, refused: None }
        };
        let mut all = Vec::new();
        if let TrustSource::List(list) = &sources.trust {
            all.push(watched(&list.from, ListKind::Trust));
        }
        all.extend(sources.status.iter().map(|source| watched(source, ListKind::Status)));
        Self { lists: all, copies: None }
    }

    /// Hands in what came from an address: a list, `None` if the server says that the list of
    /// before is the newest, or why no list came. The next [`look`](Self::look) tries the list.
    pub fn came(&mut self, url: &ListUrl, came: Result<Option<Vec<u8>>, FetchError>) {
        let places = self.lists.iter_mut().map(|watched| &mut watched.place);
        for place in places {
            if let Place::Url(watched) = place
                && watched.url == *url
            {
                watched.came(came.clone());
            }
        }
    }

    /// The lists that are refused so far.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting> + '_ {
        self.lists.iter().filter_map(|watched| {
            let Refused { code, tried } = watched.refused?;
            Some(Waiting { name: watched.place.name(), code, again: tried.again })
        })
    }

    /// What the lists of an address say. `None` if no list comes from there.
    #[must_use]
    pub fn kind_of(&self, url: &str) -> Option<ListKind> {
        let is_there = |watched: &&Watched| match &watched.place {
            Place::Url(watched) => watched.url.as_str() == url,
            Place::File(_) => false,
        };
        self.lists.iter().find(is_there).map(|watched| watched.kind)
    }

    /// Checks each file and what came from each address, and loads the lists that have changed or
    /// that are tried again. `now` is the gate's time. A refusal is reported once, until the list or
    /// the reason changes, and the earlier list stays in use. That nothing came is reported once,
    /// until the reason changes. The first call reports no refusals, because [`GateLists::open`] has
    /// already reported them.
    pub fn look(&mut self, lists: &mut GateLists, now: Timestamp) -> News {
        let mut news = News::default();
        let mut trust_changed = false;
        for watched in &mut self.lists {
            if trust_changed {
                // A list that was refused for its key may have a trusted key now.
                watched.place.try_again();
            }
            if let Place::Url(url) = &mut watched.place {
                url.report(&mut news);
            }
            let before = watched.refused;
            let due = before.is_some_and(|refused| refused.tried.is_due(now));
            let Some((content, is_new)) = watched.place.content(due, watched.first) else {
                continue;
            };
            let first = std::mem::replace(&mut watched.first, false);
            let name = watched.place.name();
            let accepted = content.and_then(|bytes| {
                let accepted = match watched.kind {
                    ListKind::Trust => lists.take_trust(&bytes, now),
                    ListKind::Status => {
                        lists.take_status(&bytes, now).map(|new| new.then(Vec::new))
                    }
                };
                watched.place.keep(bytes);
                accepted
            });
            match accepted {
                Ok(Some(reports)) => {
                    watched.refused = None;
                    trust_changed |= watched.kind == ListKind::Trust;
                    news.accepted.push(name);
                    news.reports.extend(reports);
                }
                Ok(None) => watched.refused = None,
                Err(error) => {
                    let refused = Refused::new(&error, now);
                    watched.refused = Some(refused);
                    // `GateLists::open` has already reported the first refusal.
                    let same = !is_new && before.is_some_and(|before| before.code == refused.code);
                    if !first && !same {
                        news.reports.push(Report::refused(name, error));
                    }
                }
            }
        }
        if trust_changed || self.copies.is_none_or(|tried| tried.is_due(now)) {
            news.accepted.extend(lists.restore_missing(now));
            self.copies = Some(Tried::new(now, AGAIN));
        }
        news
    }
}

impl Place {
    fn name(&self) -> String {
        match self {
            Self::File(file) => file.path.display().to_string(),
            Self::Url(url) => url.url.to_string(),
        }
    }

    /// Makes the next look try the content again.
    const fn try_again(&mut self) {
        match self {
            Self::File(file) => (file.stamp, file.tried) = (None, None),
            Self::Url(url) => url.is_new = url.body.is_some(),
        }
    }

    /// The content, if it differs from the content that was tried last, or if it is `due` to be
    /// tried again; and whether it differs.
    fn content(&mut self, due: bool, first: bool) -> Option<(Result<Vec<u8>, ListError>, bool)> {
        match self {
            Self::File(file) => file.content(due, first),
            Self::Url(url) => {
                let is_new = std::mem::replace(&mut url.is_new, false);
                let body = if is_new || due { url.body.take() } else { None };
                Some((Ok(body?), is_new))
            }
        }
    }

    /// Keeps what a server sent. A file can be read again.
    fn keep(&mut self, bytes: Vec<u8>) {
        if let Self::Url(url) = self {
            url.body = Some(bytes);
        }
    }
}

impl WatchedUrl {
    /// [`GateLists::open`] has already tried and reported what came before the start.
    fn new(url: &ListUrl, sources: &Sources) -> Self {
        let (body, error) = match sources.fetched(url) {
            Some(Ok(bytes)) => (Some(bytes.clone()), None),
            Some(Err(error)) => (None, Some(error.clone())),
            None => (None, None),
        };
        let told = error.as_ref().map(FetchError::code);
        Self { url: url.clone(), is_new: body.is_some(), body, error, told }
    }

    fn came(&mut self, came: Result<Option<Vec<u8>>, FetchError>) {
        match came {
            Ok(new) => {
                self.error = None;
                if let Some(bytes) = new
                    && self.body.as_ref() != Some(&bytes)
                {
                    (self.body, self.is_new) = (Some(bytes), true);
                }
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// Says that nothing comes, or comes again.
    fn report(&mut self, news: &mut News) {
        let code = self.error.as_ref().map(FetchError::code);
        if code == self.told {
            return;
        }
        self.told = code;
        match &self.error {
            Some(error) => {
                let error = ListError::NotFetched(error.clone());
                news.reports.push(Report::refused(self.url.to_string(), error));
            }
            None => news.fetched_again.push(self.url.to_string()),
        }
    }
}

impl WatchedFile {
    fn content(&mut self, due: bool, first: bool) -> Option<(Result<Vec<u8>, ListError>, bool)> {
        let stamp =
            fs::metadata(&self.path).and_then(|data| Ok((data.modified()?, data.len()))).ok();
        let settled = |(modified, _): &(SystemTime, u64)| {
            SystemTime::now().duration_since(*modified).is_ok_and(|age| age > SETTLED)
        };
        if stamp == self.stamp && !first && !due && stamp.as_ref().is_none_or(settled) {
            return None;
        }
        let content = read_list(&self.path);
        let hash = content.as_ref().ok().map(|bytes| {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            hasher.finish()
        });
        let is_new = hash != self.tried || (stamp.is_none() && self.stamp.is_some()) || first;
        (self.stamp, self.tried) = (stamp, hash);
        // A file that cannot be read may look as before when it can be read again, so its failure
        // must be remembered as a refusal.
        (is_new || due || content.is_err()).then_some((content.map_err(ListError::from), is_new))
    }
}
