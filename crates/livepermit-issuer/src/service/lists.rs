//! The status lists that gates fetch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use livepermit::issue::StatusListBuilder;
use livepermit::status::StatusValue;
use sha2::{Digest as _, Sha256};

use super::Service;
use super::error::ServiceError;
use super::keys::SignerFailed;
use super::tokens::unix;
use crate::domain::EntryState;
use crate::hex::hex;
use crate::store::{ListState, StatusListInfo, Statuses, Store, StoreError};

/// Of lists that change, so many entries are signed a second at most. A million, one in a hundred of
/// them withdrawn, takes some 0.03 s of a core to pack (docs/performance.md), and the rows are read
/// before.
const ENTRIES_A_SECOND: u32 = 2_000_000;

/// How long status lists are valid, how old a published one gets, and how long others keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListTimes {
    /// A list is valid for this long after it was signed.
    pub lifetime: SignedDuration,
    /// A list that nothing changed in is signed again when it is this old.
    pub refresh: SignedDuration,
    /// Gates and caches between may use a list for this long before they ask again. With the time
    /// of signing, it is how late a gate that is online learns of a withdrawal.
    pub cache: SignedDuration,
}

/// Signed again each five minutes, valid for an hour: a publisher can be away for 55 minutes. Asked
/// again after half a minute.
impl Default for ListTimes {
    fn default() -> Self {
        Self {
            lifetime: SignedDuration::from_mins(60),
            refresh: SignedDuration::from_mins(5),
            cache: SignedDuration::from_secs(30),
        }
    }
}

/// A list as it is served.
#[derive(Clone, Debug)]
pub struct Published {
    /// The signed list (`application/statuslist+cwt`).
    pub bytes: Arc<[u8]>,
    /// The strong validator of these bytes (RFC 9110, 8.8.3), with its quotation marks.
    pub etag: String,
    /// When it was signed.
    pub signed: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// The count of changes that it has in it.
    changed: u64,
}

/// The lists that were signed last.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<u32, Published>>);

impl Kept {
    fn of(&self, list: u32) -> Option<Published> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&list).cloned()
    }

    fn keep(&self, list: u32, published: &Published) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Two may have signed at once: the one who knows more stays.
        let newer = |known: &Published| {
            (known.changed, known.signed) > (published.changed, published.signed)
        };
        if !kept.get(&list).is_some_and(newer) {
            kept.insert(list, published.clone());
        }
    }
}

impl<S: Store> Service<S> {
    /// Signs every list that changed since it was signed, or that has become old, and tells how
    /// many. A job calls this each second. A list with more than some million entries waits a few
    /// seconds between two signatures, so that withdrawals one after the other do not take the
    /// machine.
    ///
    /// # Errors
    ///
    /// Those of the register, and of what signs.
    pub async fn publish(&self) -> Result<usize, ServiceError> {
        let mut signed = 0;
        for info in self.store().lists().await? {
            if info.state == ListState::Closed || self.is_fresh(&info) {
                continue;
            }
            let statuses = self.store().statuses(info.list).await?;
            self.sign_list(statuses).await?;
            signed += 1;
        }
        Ok(signed)
    }

    /// A list, as it was signed last; signed now if this process has not yet signed it, or if it
    /// has ended. `None` for a list that there is not.
    ///
    /// # Errors
    ///
    /// Those of the register, and of what signs.
    pub async fn status_list(&self, list: u32) -> Result<Option<Published>, ServiceError> {
        let now = self.now();
        if let Some(known) = self.shared.published.of(list).filter(|known| now < known.expires) {
            return Ok(Some(known));
        }
        let statuses = match self.store().statuses(list).await {
            Ok(statuses) if statuses.info.state == ListState::Closed => return Ok(None),
            Ok(statuses) => statuses,
            Err(StoreError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        self.sign_list(statuses).await.map(Some)
    }

    fn is_fresh(&self, info: &StatusListInfo) -> bool {
        let refresh = self.office().lists.refresh;
        let pause = SignedDuration::from_secs(i64::from(info.size / ENTRIES_A_SECOND));
        self.shared.published.of(info.list).is_some_and(|known| {
            let age = self.now().duration_since(known.signed);
            let least = if known.changed == info.changed { refresh } else { pause.min(refresh) };
            age < least
        })
    }

    /// Signs a list and keeps it. A large list takes a good part of a second, in which this thread
    /// answers nobody: others do.
    async fn sign_list(&self, statuses: Statuses) -> Result<Published, ServiceError> {
        let service = self.clone();
        let list = statuses.info.list;
        let signing = tokio::task::spawn_blocking(move || service.signed(&statuses));
        let ended = |error: tokio::task::JoinError| SignerFailed { why: error.to_string() };
        let published = signing.await.map_err(ended)??;
        self.shared.published.keep(list, &published);
        Ok(published)
    }

    fn signed(&self, statuses: &Statuses) -> Result<Published, ServiceError> {
        let info = &statuses.info;
        let broken = |error: livepermit::issue::StatusListError| ServiceError::Setting {
            setting: "list-size",
            why: error.to_string(),
        };
        let address = self.status_address(info.list);
        let mut list = StatusListBuilder::new(&address, 2, u64::from(info.size)).map_err(broken)?;
        for (index, state) in &statuses.set {
            let value = match state {
                EntryState::Valid => StatusValue::Valid,
                EntryState::Withdrawn => StatusValue::Revoked,
                EntryState::Suspended => StatusValue::Suspended,
            };
            list.set(u64::from(*index), value).map_err(broken)?;
        }
        let signed = self.now();
        let expires = signed.saturating_add(self.office().lists.lifetime).unwrap_or(Timestamp::MAX);
        let keys = self.keys();
        let prepared = list.prepare(keys.publisher(), unix(signed)?, unix(expires)?)?;
        let bytes: Arc<[u8]> = keys.status().sign(&prepared)?.into_bytes().into();
        let etag = etag(&bytes);
        Ok(Published { bytes, etag, signed, expires, changed: info.changed })
    }
}

/// A strong validator of these bytes (RFC 9110, 8.8.3): the beginning of their SHA-256.
pub(crate) fn etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let (first, _) = digest.split_at(16);
    format!("\"{}\"", hex(first))
}
