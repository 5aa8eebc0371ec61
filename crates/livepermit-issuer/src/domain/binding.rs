//! A permit on a device. A permit has one active device: the type has room for one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BindingId, KeyThumbprint, RepresentativeId, StatusEntry};

/// What is known of the place where a device keeps its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attestation {
    /// An Android phone attests that the key is in a chip of its own.
    AndroidStrongBox,
    /// An Android phone attests that the key is in its trusted environment.
    AndroidTrustedEnvironment,
    /// Nothing attests the key: it may be a file.
    Software,
}

/// Whose device it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The holder's.
    Holder,
    /// The device of somebody who acts for the holder.
    Representative(RepresentativeId),
}

/// A permit on one device. All daily credentials of the device have the one status entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The name in the register.
    pub id: BindingId,
    /// The device's key.
    pub device: KeyThumbprint,
    /// The entry of the status list.
    pub entry: StatusEntry,
    /// Where the device keeps its key.
    pub attestation: Attestation,
    /// Whose device it is.
    pub party: Party,
}

/// Why a binding or a slip says nothing any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closed {
    /// Another device has taken its place, or another slip was printed.
    Replaced,
    /// The holder reported the device or the slip as lost.
    Lost,
    /// The holder's data has changed, and the slip shows the old data.
    DataChanged,
    /// The person with the device acts for the holder no longer.
    MandateOver,
    /// The permit was cancelled.
    PermitCancelled,
    /// Its time was over while the permit was suspended.
    TimeOverSuspended,
    /// Its time is over. Its credentials have ended too, so no status list has to say it.
    TimeOver,
}

impl Closed {
    /// Whether the status list has to say that the entry is withdrawn.
    #[must_use]
    pub const fn withdraws(self) -> bool {
        !matches!(self, Self::TimeOver)
    }
}

/// A binding that is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveBinding {
    /// The binding.
    pub binding: Binding,
    /// Since when.
    pub since: Timestamp,
}

/// A binding that was active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedBinding {
    /// The binding.
    pub binding: Binding,
    /// Since when it was active.
    pub since: Timestamp,
    /// When it was closed.
    pub at: Timestamp,
    /// Why it was closed.
    pub why: Closed,
}

/// The devices of a permit: at most one that is active, and those before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bindings {
    active: Option<ActiveBinding>,
    past: Vec<ClosedBinding>,
}

impl Bindings {
    /// The active binding.
    #[must_use]
    pub const fn active(&self) -> Option<&ActiveBinding> {
        self.active.as_ref()
    }

    /// The bindings that were active, the oldest first.
    #[must_use]
    pub fn past(&self) -> &[ClosedBinding] {
        &self.past
    }

    /// All bindings, the active one last.
    pub fn all(&self) -> impl Iterator<Item = &Binding> {
        let active = self.active.iter().map(|active| &active.binding);
        self.past.iter().map(|closed| &closed.binding).chain(active)
    }

    /// Makes `binding` the active one. The caller has closed the one before.
    pub(super) fn open(&mut self, binding: Binding, since: Timestamp) {
        self.close(since, Closed::Replaced);
        self.active = Some(ActiveBinding { binding, since });
    }

    /// Closes the active binding and returns it; `None` if there is none.
    pub(super) fn close(&mut self, at: Timestamp, why: Closed) -> Option<Binding> {
        let ActiveBinding { binding, since } = self.active.take()?;
        self.past.push(ClosedBinding { binding, since, at, why });
        Some(binding)
    }
}
