//! Status lists, as a verifier holds them.

use std::sync::Arc;

use livepermit::status::{self, StatusState};

use crate::error::Result;
use crate::number::{array, as_i64, as_seconds, count, length, size, time};
use crate::trust::Trust;

/// The largest status list that is accepted. `default_status_limits` makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StatusLimits {
    /// Bytes of the signed, compressed list.
    pub list_bytes: i64,
    /// Bytes of the inflated entries.
    pub inflated_bytes: i64,
}

/// 8 MiB compressed and 16 MiB inflated: 134 million permits at one bit.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn default_status_limits() -> StatusLimits {
    let limits = status::StatusLimits::default();
    StatusLimits {
        list_bytes: length(limits.token_bytes),
        inflated_bytes: length(limits.inflated_bytes),
    }
}

/// What a gate stores of an accepted list, so that it refuses older ones after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct HeldList {
    /// The issuer of the list.
    pub issuer: String,
    /// The URI of the list.
    pub uri: String,
    /// When the list was made.
    pub issued_at: i64,
    /// SHA-256 of its bytes.
    pub digest: Vec<u8>,
}

/// An accepted status list.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct StatusList(pub(crate) Arc<status::StatusList>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl StatusList {
    /// Takes in a list that a trusted key signed. `held` are the lists that were accepted before, of
    /// any issuer and URI.
    ///
    /// # Errors
    /// The codes of lists.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn accept(
        list: Vec<u8>,
        trust: &Trust,
        now: i64,
        skew: i64,
        held: Vec<HeldList>,
        limits: StatusLimits,
    ) -> Result<Self> {
        let mut most = status::StatusLimits::default();
        most.token_bytes = size("the limit of a list", limits.list_bytes)?;
        most.inflated_bytes = size("the limit of entries", limits.inflated_bytes)?;
        let held = held
            .into_iter()
            .map(|held| {
                let state = StatusState::new(time(held.issued_at)?, array("digest", &held.digest)?);
                Ok((held.issuer, held.uri, state))
            })
            .collect::<Result<Vec<_>>>()?;
        let of = |issuer: &str, uri: &str| {
            let mut held = held.iter();
            held.find(|(of, at, _)| of == issuer && at == uri).map(|(_, _, state)| *state)
        };
        let (now, skew) = (time(now)?, count("the skew", skew)?);
        let list = status::StatusList::accept(&list, &trust.0, now, skew, of, most)?;
        Ok(Self(Arc::new(list)))
    }

    /// The issuer whose key signed.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.0.issuer().into()
    }

    /// The URI that permits name.
    #[must_use]
    pub fn uri(&self) -> String {
        self.0.uri().into()
    }

    /// Bits of an entry.
    #[must_use]
    pub fn bits(&self) -> i64 {
        self.0.bits().into()
    }

    /// How many entries the list has.
    #[must_use]
    pub fn entries(&self) -> i64 {
        as_i64(self.0.len())
    }

    /// When the list was made.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        as_seconds(self.0.issued_at())
    }

    /// The first second in which the list has ended; nothing if only its age counts.
    #[must_use]
    pub fn expires(&self) -> Option<i64> {
        self.0.expires().map(as_seconds)
    }

    /// The value of an entry; nothing behind the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<i64> {
        self.0.get(index).map(|value| value.as_u8().into())
    }

    /// What to store.
    #[must_use]
    pub fn held(&self) -> HeldList {
        let state = self.0.state();
        HeldList {
            issuer: self.issuer(),
            uri: self.uri(),
            issued_at: as_seconds(state.issued_at),
            digest: state.digest.into(),
        }
    }
}
