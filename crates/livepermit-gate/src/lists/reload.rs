//! New lists, accepted while the gate runs.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use livepermit::Timestamp;

use super::error::ListError;
use super::file::{FileError, read_list};
use super::held::GateLists;
use super::report::Report;
use super::sources::{Sources, TrustSource};

/// A file that changed less than this time ago may change again and keep its modification time.
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
    /// Modification time and length of the file when it was last read.
    stamp: Option<(SystemTime, u64)>,
    /// Hash of the content that was last tried; `None` for a file that could not be read.
    tried: Option<u64>,
    first: bool,
}

/// Watches list files, and accepts the lists that have changed.
///
/// The [module](super) has an example.
#[derive(Debug)]
pub struct Watch(Vec<Watched>);

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
        };
        let mut all = Vec::new();
        if let TrustSource::File(file) = &sources.trust {
            all.push(watched(&file.path, Kind::Trust));
        }
        all.extend(sources.status.iter().map(|path| watched(path, Kind::Status)));
        Self(all)
    }

    /// Checks each file, and loads the files that have changed. `now` is the gate's time. A refusal
    /// is reported once, and the earlier list stays in use. The first call reports no refusals,
    /// because [`GateLists::open`] has already reported them.
    pub fn look(&mut self, lists: &mut GateLists, now: Timestamp) -> News {
        let mut news = News::default();
        let mut trust_changed = false;
        for watched in &mut self.0 {
            if trust_changed {
                // A list that was refused for its key may have a trusted key now.
                (watched.stamp, watched.tried) = (None, None);
            }
            let Some(content) = watched.changed() else { continue };
            let first = std::mem::replace(&mut watched.first, false);
            let name = watched.path.display().to_string();
            let accepted = content.map_err(ListError::from).and_then(|bytes| match watched.kind {
                Kind::Trust => lists.take_trust(&bytes, now),
                Kind::Status => Ok(lists.take_status(&bytes, now)?.then(Vec::new)),
            });
            match accepted {
                Ok(Some(reports)) => {
                    trust_changed |= watched.kind == Kind::Trust;
                    news.accepted.push(name);
                    news.reports.extend(reports);
                }
                Ok(None) => {}
                // `GateLists::open` has already reported this refusal.
                Err(_) if first => {}
                Err(error) => news.reports.push(Report::refused(name, error)),
            }
        }
        news
    }
}

impl Watched {
    /// The content, if it differs from the content that was tried last.
    fn changed(&mut self) -> Option<Result<Vec<u8>, FileError>> {
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
        is_new.then_some(content)
    }
}
