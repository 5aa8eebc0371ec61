//! Trust list and status lists: taken in from files, remembered, and made into a verifier.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use ciborium::Value as Cbor;
use livepermit::{
    ListRejection, Policy, StatusLimits, StatusList, Timestamp, Trust, TrustAnchor, TrustList, Use,
    Verifier,
};

use crate::failure::Failure;
use crate::files;
use crate::state::{Memory, StateFolder, StatusMemory, TrustMemory, time};
use crate::trusted::TrustedArgs;

/// The lists that count, with what is remembered of them.
#[derive(Debug)]
pub(crate) struct Lists {
    folder: Option<StateFolder>,
    memory: Memory,
    last_admission: Option<Timestamp>,
    anchor: Option<TrustAnchor>,
    trust: Trust,
    status: Vec<Held>,
    skew: u64,
}

#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    list: Arc<StatusList>,
}

/// Why a list was not taken in. What was held before stays.
#[derive(Debug)]
pub(crate) enum Refused {
    List(ListRejection),
    Other(Failure),
}

impl Refused {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::List(rejection) => rejection.code().as_str(),
            Self::Other(_) => "list-unreadable",
        }
    }

    pub(crate) fn into_failure(self, name: &str) -> Failure {
        match self {
            Self::List(rejection) => Failure::new(
                format!("{name} is refused: {rejection}\n  {}", rejection.code().cause()),
                rejection.instruction(),
            ),
            Self::Other(failure) => failure,
        }
    }
}

impl From<ListRejection> for Refused {
    fn from(rejection: ListRejection) -> Self {
        Self::List(rejection)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

/// Something the operator should know, though it stopped nothing.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) code: &'static str,
    pub(crate) failure: Failure,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.failure.message, self.failure.help)
    }
}

/// The largest file that is read: a little more than the library takes, so that the library says
/// so.
const MAX_LIST_FILE: u64 = 9 << 20;

pub(crate) fn read_list(path: &Path) -> Result<Vec<u8>, Failure> {
    files::read_up_to(files::open(path)?, MAX_LIST_FILE, &path.display().to_string())
}

impl Lists {
    /// Takes up what the folder remembers, then the files of the command line. A file that is
    /// refused is a report where an earlier list is held, else an error.
    pub(crate) fn open(
        trusted: &TrustedArgs,
        by_hand: (&[Use], bool),
        status: &[std::path::PathBuf],
        mut folder: Option<StateFolder>,
        (now, skew): (Timestamp, u64),
    ) -> Result<(Self, Vec<Report>), Failure> {
        let (memory, last_admission) = match &mut folder {
            Some(folder) => folder.load()?,
            None => (Memory::default(), None),
        };
        let nobody = Trust::new([]).map_err(|error| Failure::new(error, "name an issuer key"))?;
        let trust =
            if trusted.trust.is_none() { trusted.by_hand(by_hand.0, by_hand.1)? } else { nobody };
        let mut lists =
            Self { folder, memory, last_admission, anchor: None, trust, status: Vec::new(), skew };
        let mut reports = Vec::new();
        if let Some(path) = &trusted.trust {
            lists.open_trust(trusted, path, now, &mut reports)?;
        }
        lists.restore_status(now, &mut reports);
        for path in status {
            let name = path.display().to_string();
            let taken = read_list(path)
                .map_err(Refused::from)
                .and_then(|bytes| lists.take_status(&bytes, now));
            if let Err(refused) = taken {
                if lists.memory.status.is_empty() {
                    return Err(refused.into_failure(&name));
                }
                reports.push(Report { code: refused.code(), failure: refused.into_failure(&name) });
            }
        }
        Ok((lists, reports))
    }

    fn open_trust(
        &mut self,
        trusted: &TrustedArgs,
        path: &Path,
        now: Timestamp,
        reports: &mut Vec<Report>,
    ) -> Result<(), Failure> {
        let name = path.display().to_string();
        let bytes = read_list(path);
        let kept = self.memory.trust.clone();
        let mut held = false;
        if let (Some(kept), Some(folder)) = (&kept, &self.folder) {
            let mut anchor = trusted.anchor(&[], Some(&kept.name))?;
            let state = kept.state().ok_or_else(|| {
                Failure::new(
                    "the state folder's memory of the trust list is damaged",
                    "put a backup in its place",
                )
            })?;
            if !trusted.read_roots()?.iter().any(|root| state.roots.contains(root)) {
                let failure = Failure::new(
                    "the state folder holds other root keys than --root names: a signed list changed them",
                    "name the new root keys; if the change was not yours, empty the state folder",
                );
                reports.push(Report { code: "roots-changed", failure });
            }
            anchor = anchor.with_state(state).map_err(|error| {
                Failure::new(
                    format!("the state folder's memory of the trust list: {error}"),
                    "put a backup in its place",
                )
            })?;
            let copy = folder.path(&kept.file);
            // As it was judged when it came: if it has ended since, the verdicts say so.
            match read_list(&copy)
                .map_err(Refused::from)
                .and_then(|bytes| Ok(anchor.accept(&bytes, time(kept.accepted_at), self.skew)?))
            {
                Ok(list) => {
                    self.trust = list.trust().clone();
                    held = true;
                }
                Err(refused) => {
                    let failure = refused.into_failure(&copy.display().to_string());
                    reports.push(Report { code: "kept-list-lost", failure });
                }
            }
            self.anchor = Some(anchor);
        }
        let taken = bytes.map_err(Refused::from).and_then(|bytes| {
            if self.anchor.is_none() {
                self.anchor = Some(trusted.anchor(&bytes, None)?);
            }
            self.take_trust(&bytes, now)
        });
        match taken {
            Ok(more) => reports.extend(more.unwrap_or_default()),
            Err(refused) if held => {
                reports.push(Report { code: refused.code(), failure: refused.into_failure(&name) });
            }
            Err(refused) => return Err(refused.into_failure(&name)),
        }
        Ok(())
    }

    fn restore_status(&mut self, now: Timestamp, reports: &mut Vec<Report>) {
        let Some(folder) = &self.folder else { return };
        for kept in &self.memory.status {
            let path = folder.path(&kept.file);
            let judge = |bytes: &[u8], at| {
                StatusList::accept(
                    bytes,
                    &self.trust,
                    at,
                    self.skew,
                    |_, _| kept.state(),
                    StatusLimits::default(),
                )
            };
            let restored = read_list(&path).map_err(Refused::from).and_then(|bytes| {
                // A clock that was set back is the checkpoint's to judge, by the floor.
                let at = now.max(time(kept.accepted_at));
                let list = Arc::new(judge(&bytes, at)?);
                Ok(Held { bytes, list })
            });
            match restored {
                Ok(held) => self.status.push(held),
                Err(refused) => {
                    let code = refused.code();
                    reports.push(Report {
                        code,
                        failure: refused.into_failure(&path.display().to_string()),
                    });
                }
            }
        }
    }

    /// Takes a trust list in. `None` when it is the one held; else what is to be reported: keys
    /// that are skipped, and status lists that no trusted key stands behind any more.
    pub(crate) fn take_trust(
        &mut self,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Option<Vec<Report>>, Refused> {
        let Some(mut anchor) = self.anchor.clone() else {
            return Err(Failure::new("no trust list is used here", "name one with --trust").into());
        };
        let list: TrustList = anchor.accept(bytes, now, self.skew)?;
        let Some(state) = anchor.state() else {
            return Err(Failure::new("the trust list left no state", "tell the maintainers").into());
        };
        let same = |kept: &TrustMemory| {
            kept.state().as_ref().is_some_and(|kept| kept.digest == state.digest)
        };
        if self.memory.trust.as_ref().is_some_and(same) && !self.trust.keys().is_empty() {
            return Ok(None);
        }
        let mut memory = self.memory.clone();
        let kept = TrustMemory::new(list.name(), state, now);
        let file = kept.file.clone();
        memory.trust = Some(kept);
        memory.raise_floor(list.issued_at());
        if let Some(folder) = &self.folder {
            folder.store(&memory, Some((&file, bytes)))?;
        }
        let mut reports: Vec<Report> = list.skipped().iter().map(skipped).collect();
        self.trust = list.trust().clone();
        (self.memory, self.anchor) = (memory, Some(anchor));
        let held = std::mem::take(&mut self.status);
        for old in held {
            match self.judge_status(&old.bytes, now.max(old.list.issued_at())) {
                Ok(list) => self.status.push(Held { list: Arc::new(list), ..old }),
                Err(rejection) => {
                    let name = format!("status list {}", old.list.uri());
                    let refused = Refused::List(rejection);
                    reports.push(Report {
                        code: refused.code(),
                        failure: refused.into_failure(&name),
                    });
                }
            }
        }
        Ok(Some(reports))
    }

    fn judge_status(&self, bytes: &[u8], now: Timestamp) -> Result<StatusList, ListRejection> {
        let held = |issuer: &str, uri: &str| {
            let same = |kept: &&StatusMemory| kept.issuer == issuer && kept.uri == uri;
            self.memory.status.iter().find(same).and_then(StatusMemory::state)
        };
        StatusList::accept(bytes, &self.trust, now, self.skew, held, StatusLimits::default())
    }

    /// Takes a status list in. Tells whether it is another than the one held.
    pub(crate) fn take_status(&mut self, bytes: &[u8], now: Timestamp) -> Result<bool, Refused> {
        if self.status.iter().any(|held| held.bytes == bytes) {
            return Ok(false);
        }
        let list = self.judge_status(bytes, now)?;
        let kept = StatusMemory::new(list.issuer(), list.uri(), list.state(), now);
        let file = kept.file.clone();
        let mut memory = self.memory.clone();
        memory.status.retain(|old| (&old.issuer, &old.uri) != (&kept.issuer, &kept.uri));
        memory.status.push(kept);
        memory.raise_floor(list.issued_at());
        if let Some(folder) = &self.folder {
            folder.store(&memory, Some((&file, bytes)))?;
        }
        self.memory = memory;
        self.status
            .retain(|old| (old.list.issuer(), old.list.uri()) != (list.issuer(), list.uri()));
        self.status.push(Held { bytes: bytes.to_vec(), list: Arc::new(list) });
        Ok(true)
    }

    pub(crate) fn verifier(&self, policy: &Policy) -> Result<Verifier, Failure> {
        let verifier = Verifier::new(self.trust.clone(), policy.clone())
            .map_err(|error| Failure::new(error, "see `livepermit verify --help`"))?;
        Ok(verifier.with_status_lists(self.status.iter().map(|held| Arc::clone(&held.list))))
    }

    /// The keys that count now.
    pub(crate) const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What was stored of the clock.
    pub(crate) fn clock(&self) -> livepermit::ClockState {
        livepermit::ClockState::new(self.memory.floor(), self.last_admission)
    }

    /// Stores what a checkpoint knows of the clock.
    pub(crate) fn store_clock(&mut self, clock: livepermit::ClockState) -> Result<(), Failure> {
        let raised = self.memory.raise_floor(clock.floor);
        let Some(folder) = &mut self.folder else { return Ok(()) };
        if raised {
            folder.store(&self.memory, None)?;
        }
        folder.store_clock(clock)
    }
}

fn skipped(key: &livepermit::SkippedKey) -> Report {
    let message = format!("entry {} of the trust list is skipped: {}", key.index, key.reason);
    let help =
        "update this program if the entry is for a newer one; else tell who publishes the list";
    Report { code: "trust-entry-skipped", failure: Failure::new(message, help) }
}

/// What a trust list says of itself, verified by nobody.
pub(crate) struct Peek {
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires: Timestamp,
}

/// Reads a list without its signature.
pub(crate) fn peek(bytes: &[u8]) -> Option<Peek> {
    let Ok(Cbor::Tag(18, sign1)) = ciborium::from_reader(bytes) else { return None };
    let payload = sign1.as_array()?.get(2)?.as_bytes()?.clone();
    let Ok(Cbor::Map(claims)) = ciborium::from_reader(payload.as_slice()) else { return None };
    let claim = |label: i64| {
        claims
            .iter()
            .find(|(key, _)| key.as_integer() == Some(label.into()))
            .map(|(_, value)| value)
    };
    let number = |label| claim(label)?.as_integer()?.try_into().ok();
    Some(Peek {
        name: claim(2)?.as_text()?.to_owned(),
        version: number(-65541)?,
        issued_at: time(number(6)?),
        expires: time(number(4)?),
    })
}
