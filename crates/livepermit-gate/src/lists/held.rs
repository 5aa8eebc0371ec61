//! The lists of a gate: restored from the folder, accepted from files, and used to make a verifier.

use std::borrow::Cow;
use std::sync::Arc;

use crate::ClockState;
use livepermit::rejection::ListRejection;
use livepermit::status::{StatusLimits, StatusList};
use livepermit::trust::{TrustAnchor, TrustList, UnverifiedList};
use livepermit::verify::PolicyError;
use livepermit::{Policy, RevocationPolicy, Timestamp, Trust, Verifier};

use super::age::{ListAge, ListKind};
use super::error::{ListError, OpenError};
use super::file::read_list;
use super::folder::{Folder, FolderError};
use super::kept::{KeptStatus, KeptTrust, Memory};
use super::report::Report;
use super::sources::{ListSource, Sources, TrustListSource, TrustSource};

/// The lists that a gate uses, and what the gate remembers about its lists.
///
/// The [module](super) has an example.
#[derive(Debug)]
pub struct GateLists {
    ledger: Ledger,
    last_admission: Option<Timestamp>,
    /// `None` if the keys were named one by one.
    anchor: Option<TrustAnchor>,
    trust: Trust,
    status: Vec<HeldStatus>,
    skew: u64,
}

#[derive(Debug)]
struct HeldStatus {
    bytes: Vec<u8>,
    list: Arc<StatusList>,
}

/// The memory of the lists. A change is stored in the folder before it counts.
#[derive(Debug)]
struct Ledger {
    folder: Option<Folder>,
    memory: Memory,
}

impl Ledger {
    /// Remembers a list that was accepted: first in the folder, then here.
    fn remember(
        &mut self,
        issued_at: Timestamp,
        (file, bytes): (&str, &[u8]),
        change: impl FnOnce(&mut Memory),
    ) -> Result<(), FolderError> {
        let mut memory = self.memory.clone();
        change(&mut memory);
        memory.raise_floor(issued_at);
        if let Some(folder) = &self.folder {
            folder.store(&memory, Some((file, bytes)))?;
        }
        self.memory = memory;
        Ok(())
    }

    /// Remembers a later floor. A floor that could not be stored is stored with the next call.
    fn raise_floor(&mut self, floor: Timestamp) -> Result<(), FolderError> {
        if floor <= self.memory.floor() {
            return Ok(());
        }
        let mut memory = self.memory.clone();
        memory.raise_floor(floor);
        if let Some(folder) = &self.folder {
            folder.store(&memory, None)?;
        }
        self.memory = memory;
        Ok(())
    }
}

impl GateLists {
    /// Restores the lists in the folder, then accepts the files of `sources` and what came from web
    /// servers ([`Sources::came`]). Without a folder, a restart forgets everything. `now` is the gate's time, and `skew` is the accepted difference
    /// of clocks in seconds.
    ///
    /// The reports are messages for the operator. If a list is refused or did not come, but there is
    /// an earlier list, that is a report and not an error.
    ///
    /// # Errors
    /// [`OpenError::Folder`] when the folder cannot be used, [`OpenError::List`] when a list is
    /// refused and there is no earlier list.
    pub fn open(
        sources: &Sources,
        mut folder: Option<Folder>,
        now: Timestamp,
        skew: u64,
    ) -> Result<(Self, Vec<Report>), OpenError> {
        let (memory, last_admission) = match &mut folder {
            Some(folder) => folder.load()?,
            None => (Memory::default(), None),
        };
        let mut reports = folder.as_mut().map(Folder::take_reports).unwrap_or_default();
        let mut ledger = Ledger { folder, memory };
        let (anchor, trust) = match &sources.trust {
            TrustSource::Keys(trust) => (None, trust.clone()),
            TrustSource::List(list) => {
                let first = content(&list.from, sources);
                let (anchor, trust) =
                    open_trust(list, first, &mut ledger, (now, skew), &mut reports)?;
                (Some(anchor), trust)
            }
        };
        let mut lists = Self { ledger, last_admission, anchor, trust, status: Vec::new(), skew };
        lists.restore_status(now, &mut reports);
        for source in &sources.status {
            let accepted =
                content(source, sources).and_then(|bytes| lists.take_status(&bytes, now));
            if let Err(error) = accepted {
                let name = source.to_string();
                if lists.ledger.memory.status.is_empty() {
                    return Err(OpenError::List { name, error });
                }
                reports.push(Report::refused(name, error));
            }
        }
        Ok((lists, reports))
    }

    fn restore_status(&mut self, now: Timestamp, reports: &mut Vec<Report>) {
        for restored in self.restored(now) {
            match restored {
                Ok(held) => self.status.push(held),
                Err((name, error)) => reports.push(Report::refused(name, error)),
            }
        }
    }

    /// Tries again the status lists that the folder has and that could not be used: because of
    /// their key, or of an error of the disk. Returns the names of those that are in use now.
    pub(super) fn restore_missing(&mut self, now: Timestamp) -> Vec<String> {
        let restored: Vec<_> = self.restored(now).into_iter().flatten().collect();
        let name = |held: &HeldStatus| format!("status list {}", held.list.uri());
        let names = restored.iter().map(name).collect();
        self.status.extend(restored);
        names
    }

    /// The status lists that the folder has and that are not in use.
    fn restored(&self, now: Timestamp) -> Vec<Result<HeldStatus, (String, ListError)>> {
        let Some(folder) = &self.ledger.folder else { return Vec::new() };
        let in_use = |kept: &KeptStatus| {
            self.status.iter().any(|held| kept.is_of(held.list.issuer(), held.list.uri()))
        };
        let missing = self.ledger.memory.status.iter().filter(|kept| !in_use(kept));
        missing
            .map(|kept| {
                let name = || folder.path(&kept.file).display().to_string();
                self.restore(folder, kept, now).map_err(|error| (name(), error))
            })
            .collect()
    }

    fn restore(
        &self,
        folder: &Folder,
        kept: &KeptStatus,
        now: Timestamp,
    ) -> Result<HeldStatus, ListError> {
        let bytes = folder.read_copy(&kept.file)?;
        // A clock that was set back is no reason to refuse the list: the gate itself compares its
        // clock with the floor.
        let at = now.max(kept.accepted_at());
        let state = |_: &str, _: &str| kept.state();
        let limits = StatusLimits::default();
        let list = StatusList::accept(&bytes, &self.trust, at, self.skew, state, limits)?;
        Ok(HeldStatus { bytes, list: Arc::new(list) })
    }

    /// Accepts a trust list. Returns `None` if the gate already uses this list. Otherwise returns
    /// messages for the operator: skipped entries, and status lists whose key is no longer trusted.
    ///
    /// # Errors
    /// [`ListError`] when the list is refused or cannot be stored. The gate then keeps the earlier
    /// list.
    pub fn take_trust(
        &mut self,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Option<Vec<Report>>, ListError> {
        let anchor = self.anchor.as_ref().ok_or(ListError::NoTrustList)?;
        let accepted = accept_trust(anchor, bytes, &mut self.ledger, (now, self.skew), true)?;
        let Some((anchor, list)) = accepted else { return Ok(None) };
        let mut reports = skipped(&list);
        self.trust = list.trust().clone();
        self.anchor = Some(anchor);
        let held = std::mem::take(&mut self.status);
        for old in held {
            match self.judge_status(&old.bytes, now.max(old.list.issued_at())) {
                Ok(list) => self.status.push(HeldStatus { list: Arc::new(list), ..old }),
                Err(rejection) => {
                    let name = format!("status list {}", old.list.uri());
                    reports.push(Report::refused(name, rejection));
                }
            }
        }
        Ok(Some(reports))
    }

    /// Accepts a status list. Returns `false` if the gate already uses this list.
    ///
    /// # Errors
    /// [`ListError`] when the list is refused or cannot be stored. The gate then keeps the earlier
    /// list.
    pub fn take_status(&mut self, bytes: &[u8], now: Timestamp) -> Result<bool, ListError> {
        if self.status.iter().any(|held| held.bytes == bytes) {
            return Ok(false);
        }
        let judged = self.judge_status(bytes, now);
        let list = judged.map_err(|rejection| ListError::refused(rejection, bytes))?;
        let kept = KeptStatus::new(list.issuer(), list.uri(), list.state(), now);
        let file = kept.file.clone();
        self.ledger.remember(list.issued_at(), (&file, bytes), |memory| {
            memory.replace_status(kept);
        })?;
        self.status
            .retain(|old| (old.list.issuer(), old.list.uri()) != (list.issuer(), list.uri()));
        self.status.push(HeldStatus { bytes: bytes.to_vec(), list: Arc::new(list) });
        Ok(true)
    }

    fn judge_status(&self, bytes: &[u8], now: Timestamp) -> Result<StatusList, ListRejection> {
        let held = |issuer: &str, uri: &str| {
            self.ledger.memory.status_of(issuer, uri).and_then(KeptStatus::state)
        };
        StatusList::accept(bytes, &self.trust, now, self.skew, held, StatusLimits::default())
    }

    /// Makes a verifier with the keys and status lists that the gate uses now.
    ///
    /// # Errors
    /// [`PolicyError`] when the policy contradicts itself.
    pub fn verifier(&self, policy: &Policy) -> Result<Verifier, PolicyError> {
        let verifier = Verifier::new(self.trust.clone(), policy.clone())?;
        Ok(verifier.with_status_lists(self.status.iter().map(|held| Arc::clone(&held.list))))
    }

    /// The age and the end of each list that is in use, for the screen and the alarms of a gate.
    /// `revocation` says how old status lists may be.
    #[must_use]
    pub fn ages(&self, revocation: RevocationPolicy) -> Vec<ListAge> {
        let trust = self.ledger.memory.trust.as_ref().zip(self.trust.issued_at());
        let trust = trust.map(|(kept, made)| {
            ListAge::new(ListKind::Trust, kept.name.clone(), made, self.trust.expires(), None)
        });
        let oldest = match revocation {
            RevocationPolicy::Required { max_age, .. } => Some(max_age),
            _ => None,
        };
        let status = self.status_lists().map(|list| {
            let name = list.uri().to_owned();
            ListAge::new(ListKind::Status, name, list.issued_at(), list.expires(), oldest)
        });
        trust.into_iter().chain(status).collect()
    }

    /// The status lists that are in use.
    pub fn status_lists(&self) -> impl Iterator<Item = &StatusList> {
        self.status.iter().map(|held| &*held.list)
    }

    /// The keys that are trusted now.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What is remembered of the clock, for [`GateBuilder::clock`](crate::GateBuilder::clock): the
    /// date of the newest list, and the last admission before [`open`](Self::open).
    #[must_use]
    pub fn clock(&self) -> ClockState {
        ClockState::new(self.ledger.memory.floor(), self.last_admission)
    }

    /// Keeps the longest cool-down of this gate in the folder: see
    /// [`Folder::keep_longest_cool_down`]. Without a folder, nothing is kept.
    ///
    /// # Errors
    /// Those of [`Folder::keep_longest_cool_down`].
    pub fn keep_longest_cool_down(&self, seconds: u64, usual: u64) -> Result<u64, FolderError> {
        match &self.ledger.folder {
            Some(folder) => folder.keep_longest_cool_down(seconds, usual),
            None => Ok(seconds),
        }
    }

    /// Shows how the gate is in the folder, in the file [`HEALTH`](super::HEALTH): other processes
    /// read it there. A loss of power may lose the file. Without a folder, nothing is shown.
    ///
    /// # Errors
    /// [`FolderError`] when the folder cannot be written.
    pub fn show_health(&self, json: &str) -> Result<(), FolderError> {
        match &self.ledger.folder {
            Some(folder) => folder.show_health(json),
            None => Ok(()),
        }
    }

    /// Stores the [`Gate::clock_state`](crate::Gate::clock_state) of a gate. Without a folder, it
    /// is forgotten when the process ends.
    ///
    /// # Errors
    /// [`FolderError`] when the folder cannot be written.
    pub fn store_clock(&mut self, clock: ClockState) -> Result<(), FolderError> {
        self.ledger.raise_floor(clock.floor)?;
        let Some(folder) = &mut self.ledger.folder else { return Ok(()) };
        folder.store_clock(clock)
    }
}

/// The content of a source at the start.
fn content<'s>(source: &ListSource, sources: &'s Sources) -> Result<Cow<'s, [u8]>, ListError> {
    match source {
        ListSource::File(path) => Ok(read_list(path)?.into()),
        ListSource::Url(url) => match sources.fetched(url) {
            Some(Ok(bytes)) => Ok(bytes.as_slice().into()),
            Some(Err(error)) => Err(ListError::NotFetched(error.clone())),
            None => Err(ListError::NotFetchedYet),
        },
    }
}

/// Restores the trust list in the folder, then accepts the trust list of the source.
fn open_trust(
    source: &TrustListSource,
    first: Result<Cow<'_, [u8]>, ListError>,
    ledger: &mut Ledger,
    time: (Timestamp, u64),
    reports: &mut Vec<Report>,
) -> Result<(TrustAnchor, Trust), OpenError> {
    let name = source.from.to_string();
    let refused = |error| OpenError::List { name: name.clone(), error };
    let (anchor, held) = match restore_trust(source, ledger, time.1, reports).map_err(refused)? {
        Some((anchor, trust)) => (Some(anchor), trust),
        None => (None, None),
    };
    let accepted = first.and_then(|bytes| {
        let anchor = match &anchor {
            Some(anchor) => anchor.clone(),
            None => first_anchor(source, &bytes)?,
        };
        let accepted = accept_trust(&anchor, &bytes, ledger, time, held.is_some())?;
        Ok(accepted.map(|(anchor, list)| {
            reports.extend(skipped(&list));
            (anchor, list.trust().clone())
        }))
    });
    match (accepted, anchor.zip(held)) {
        (Ok(Some(accepted)), _) => Ok(accepted),
        (Ok(None), Some(held)) => Ok(held),
        (Err(error), Some(held)) => {
            reports.push(Report::refused(name, error));
            Ok(held)
        }
        (Err(error), None) => Err(refused(error)),
        // `Ok(None)` only stands for a list that is already in use.
        (Ok(None), None) => Err(refused(ListError::NotATrustList)),
    }
}

/// The anchor in the folder, and the keys of the list's copy if the copy can be used.
fn restore_trust(
    source: &TrustListSource,
    ledger: &Ledger,
    skew: u64,
    reports: &mut Vec<Report>,
) -> Result<Option<(TrustAnchor, Option<Trust>)>, ListError> {
    let (Some(kept), Some(folder)) = (&ledger.memory.trust, &ledger.folder) else {
        return Ok(None);
    };
    if let Some(wanted) = source.name.as_ref().filter(|wanted| **wanted != kept.name) {
        return Err(ListError::OtherName { kept: kept.name.clone(), wanted: wanted.clone() });
    }
    let state = kept.state().ok_or(FolderError::DamagedTrust { reason: None })?;
    if !source.roots.iter().any(|root| state.roots.contains(root)) {
        reports.push(Report::RootsChanged);
    }
    let mut anchor = TrustAnchor::new(&kept.name, source.roots.clone(), source.minimum)?
        .with_state(state)
        .map_err(|error| FolderError::DamagedTrust { reason: Some(error.to_string()) })?;
    let copy = folder.path(&kept.file);
    // Check the copy at the time when it was accepted. If it has expired since then, the verdicts
    // say so.
    let restored = folder
        .read_copy(&kept.file)
        .map_err(ListError::from)
        .and_then(|bytes| Ok(anchor.accept(&bytes, kept.accepted_at(), skew)?));
    match restored {
        Ok(list) => Ok(Some((anchor, Some(list.trust().clone())))),
        Err(error) => {
            reports.push(Report::CopyLost { name: copy.display().to_string(), error });
            Ok(Some((anchor, None)))
        }
    }
}

/// The requirements for the first list. If no name is given, the list's own name counts.
fn first_anchor(source: &TrustListSource, bytes: &[u8]) -> Result<TrustAnchor, ListError> {
    let name = match &source.name {
        Some(name) => name.clone(),
        None => {
            let list =
                UnverifiedList::read(bytes).map_err(|rejection| {
                    match ListError::refused(rejection, bytes) {
                        ListError::Refused(_) => ListError::NotATrustList,
                        named => named,
                    }
                })?;
            list.unverified_name().to_owned()
        }
    };
    Ok(TrustAnchor::new(&name, source.roots.clone(), source.minimum)?)
}

/// Checks and remembers a trust list. `None` if the list is already in use.
fn accept_trust(
    anchor: &TrustAnchor,
    bytes: &[u8],
    ledger: &mut Ledger,
    (now, skew): (Timestamp, u64),
    is_held: bool,
) -> Result<Option<(TrustAnchor, TrustList)>, ListError> {
    let mut anchor = anchor.clone();
    let list = anchor
        .accept(bytes, now, skew)
        .map_err(|rejection| ListError::refused(rejection, bytes))?;
    let Some(state) = anchor.state() else { return Err(ListError::NotATrustList) };
    let kept = ledger.memory.trust.as_ref().and_then(KeptTrust::state);
    if is_held && kept.is_some_and(|kept| kept.digest == state.digest) {
        return Ok(None);
    }
    let kept = KeptTrust::new(list.name(), state, now);
    let file = kept.file.clone();
    ledger.remember(list.issued_at(), (&file, bytes), |memory| memory.trust = Some(kept))?;
    Ok(Some((anchor, list)))
}

fn skipped(list: &TrustList) -> Vec<Report> {
    list.skipped().iter().cloned().map(Report::EntrySkipped).collect()
}
