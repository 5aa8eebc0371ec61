//! New lists, taken up while the gate runs.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use livepermit::Timestamp;

use crate::lists::{Lists, Refused, Report, read_list};

/// A file younger than this may change again without its time changing.
const SETTLED: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trust,
    Status,
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    kind: Kind,
    stamp: Option<(SystemTime, u64)>,
    /// Of the content that was last tried; `None` for what could not be read.
    tried: Option<u64>,
    first: bool,
}

/// The files of the command line.
#[derive(Debug)]
pub(super) struct Watch(Vec<Watched>);

/// What came of a look.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Lists that were taken in.
    pub(super) taken: Vec<String>,
    pub(super) reports: Vec<Report>,
}

impl Watch {
    pub(super) fn new(trust: Option<&Path>, status: &[PathBuf]) -> Self {
        let watched = |path: &Path, kind| Watched {
            path: path.to_owned(),
            kind,
            stamp: None,
            tried: None,
            first: true,
        };
        let mut all: Vec<Watched> =
            trust.map(|path| watched(path, Kind::Trust)).into_iter().collect();
        all.extend(status.iter().map(|path| watched(path, Kind::Status)));
        Self(all)
    }

    /// Looks at each file that changed. What is refused is reported once, and what was held before
    /// stays.
    pub(super) fn look(&mut self, lists: &mut Lists, now: Timestamp) -> News {
        let mut news = News::default();
        let mut trust_changed = false;
        for watched in &mut self.0 {
            if trust_changed {
                // A list that was refused for its key may have one now.
                (watched.stamp, watched.tried) = (None, None);
            }
            let Some(content) = watched.changed() else { continue };
            let first = std::mem::replace(&mut watched.first, false);
            let name = watched.path.display().to_string();
            let taken = content.and_then(|bytes| match watched.kind {
                Kind::Trust => lists.take_trust(&bytes, now),
                Kind::Status => Ok(lists.take_status(&bytes, now)?.then(Vec::new)),
            });
            match taken {
                Ok(Some(reports)) => {
                    trust_changed |= watched.kind == Kind::Trust;
                    news.taken.push(name);
                    news.reports.extend(reports);
                }
                Ok(None) => {}
                // The start reported it.
                Err(_) if first => {}
                Err(refused) => {
                    let code = refused.code();
                    news.reports.push(Report { code, failure: refused.into_failure(&name) });
                }
            }
        }
        news
    }
}

impl Watched {
    /// The content, where it is another one than was tried last.
    fn changed(&mut self) -> Option<Result<Vec<u8>, Refused>> {
        let stamp =
            fs::metadata(&self.path).and_then(|data| Ok((data.modified()?, data.len()))).ok();
        let settled = |(modified, _): &(SystemTime, u64)| {
            SystemTime::now().duration_since(*modified).is_ok_and(|age| age > SETTLED)
        };
        if stamp == self.stamp && !self.first && stamp.as_ref().is_none_or(settled) {
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
        is_new.then(|| content.map_err(Refused::from))
    }
}
