//! New lists, accepted while the gate runs.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use livepermit::Timestamp;
use livepermit::rejection::{Evidence, ListRejectionCode};

use super::error::ListError;
use super::file::{FileError, read_list};
use super::held::GateLists;
use super::report::Report;
use super::sources::{Sources, TrustSource};

/// A file that changed less than this time ago may change again and keep its modification time.
const SETTLED: Duration = Duration::from_secs(2);
/// A refused list is tried again after so many seconds at the latest: memory, a key or another list
/// may be there by then.
const AGAIN: u64 = 60;
/// The same for a file or a folder that could not be used, which heals without a sign.
const AGAIN_FILE: u64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trust,
    Status,
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    kind: Kind,
    /// Modification time and length of the file when it was last read.
    stamp: Option<(SystemTime, u64)>,
    /// Hash of the content that was last tried; `None` for a file that could not be read.
    tried: Option<u64>,
    first: bool,
    refused: Option<Refused>,
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

/// A file whose list is refused so far. The gate uses the earlier list, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// The file.
    pub name: String,
    /// The stable code of the refusal: see [`ListError::code`].
    pub code: &'static str,
    /// When the gate tries again at the latest.
    pub again: Timestamp,
}

/// Watches list files, and accepts the lists that have changed.
///
/// A refusal is never final: time, space, a key or another list can heal it. A refused list is
/// tried again when the gate's clock reaches the list's date, when a new trust list comes, and at
/// least each minute. The same is true for a status list that only the folder has.
///
/// The [module](super) has an example.
#[derive(Debug)]
pub struct Watch {
    files: Vec<Watched>,
    /// When the copies in the folder were tried.
    copies: Option<Tried>,
}

/// The result of [`Watch::look`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct News {
    /// The files whose lists were accepted. If there are any, the gate needs a new verifier:
    /// [`GateLists::verifier`], then [`Gate::replace_verifier`](crate::Gate::replace_verifier).
    pub accepted: Vec<String>,
    /// Messages for the operator.
    pub reports: Vec<Report>,
}

impl Watch {
    /// Watches the files of these sources.
    #[must_use]
    pub fn new(sources: &Sources) -> Self {
        let watched = |path: &Path, kind| Watched {
            path: path.to_owned(),
            kind,
            stamp: None,
            tried: None,
            first: true,
            refused: None,
        };
        let mut all = Vec::new();
        if let TrustSource::File(file) = &sources.trust {
            all.push(watched(&file.path, Kind::Trust));
        }
        all.extend(sources.status.iter().map(|path| watched(path, Kind::Status)));
        Self { files: all, copies: None }
    }

    /// The files whose lists are refused so far.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting> + '_ {
        self.files.iter().filter_map(|watched| {
            let Refused { code, tried } = watched.refused?;
            Some(Waiting { name: watched.path.display().to_string(), code, again: tried.again })
        })
    }

    /// Checks each file, and loads the files that have changed or that are tried again. `now` is
    /// the gate's time. A refusal is reported once, until the file or the reason changes, and the
    /// earlier list stays in use. The first call reports no refusals, because [`GateLists::open`]
    /// has already reported them.
    pub fn look(&mut self, lists: &mut GateLists, now: Timestamp) -> News {
        let mut news = News::default();
        let mut trust_changed = false;
        for watched in &mut self.files {
            if trust_changed {
                // A list that was refused for its key may have a trusted key now.
                (watched.stamp, watched.tried) = (None, None);
            }
            let before = watched.refused;
            let due = before.is_some_and(|refused| refused.tried.is_due(now));
            let Some((content, is_new)) = watched.content(due) else { continue };
            let first = std::mem::replace(&mut watched.first, false);
            let name = watched.path.display().to_string();
            let accepted = content.map_err(ListError::from).and_then(|bytes| match watched.kind {
                Kind::Trust => lists.take_trust(&bytes, now),
                Kind::Status => Ok(lists.take_status(&bytes, now)?.then(Vec::new)),
            });
            match accepted {
                Ok(Some(reports)) => {
                    watched.refused = None;
                    trust_changed |= watched.kind == Kind::Trust;
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

impl Watched {
    /// The content, if it differs from the content that was tried last, or if it is `due` to be
    /// tried again; and whether it differs.
    fn content(&mut self, due: bool) -> Option<(Result<Vec<u8>, FileError>, bool)> {
        let stamp =
            fs::metadata(&self.path).and_then(|data| Ok((data.modified()?, data.len()))).ok();
        let settled = |(modified, _): &(SystemTime, u64)| {
            SystemTime::now().duration_since(*modified).is_ok_and(|age| age > SETTLED)
        };
        if stamp == self.stamp && !self.first && !due && stamp.as_ref().is_none_or(settled) {
            return None;
        }
        let content = read_list(&self.path);
        let hash = content.as_ref().ok().map(|bytes| {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            hasher.finish()
        });
        let is_new = hash != self.tried || (stamp.is_none() && self.stamp.is_some()) || self.first;
        (self.stamp, self.tried) = (stamp, hash);
        (is_new || due).then_some((content, is_new))
    }
}
