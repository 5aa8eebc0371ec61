//! The status entries of a permit: one of each binding, one of each slip.

use jiff::Timestamp;

use super::super::{Closed, DomainError, EntryState, Event, Slip, StatusEntry};
use super::{Permit, PermitState};

impl Permit {
    /// Every entry that the permit has ever had, and what the status list has to say of it.
    ///
    /// An entry that is withdrawn stays withdrawn. An entry whose time is over without a withdrawal
    /// is valid: its credentials have ended, and a list needs no word about them.
    pub fn entries(&self) -> impl Iterator<Item = (StatusEntry, EntryState)> {
        let open = match self.state {
            PermitState::Suspended(_) => EntryState::Suspended,
            _ => EntryState::Valid,
        };
        let closed = |why: Closed| {
            if why.withdraws() { EntryState::Withdrawn } else { EntryState::Valid }
        };
        let past =
            self.bindings.past().iter().map(move |past| (past.binding.entry, closed(past.why)));
        let active = self.bindings.active().map(|active| (active.binding.entry, open));
        let slips = self
            .slips
            .iter()
            .map(move |slip| (slip.entry, slip.closed.map_or(open, |(_, why)| closed(why))));
        past.chain(active).chain(slips)
    }

    /// The entries that status lists have to call withdrawn. After a cancellation or a change of
    /// device they contain all entries that were open before. A caller that was interrupted can set
    /// them all again.
    pub fn entries_to_withdraw(&self) -> impl Iterator<Item = StatusEntry> {
        self.entries().filter(|(_, state)| *state == EntryState::Withdrawn).map(|(entry, _)| entry)
    }

    /// Whether `entry` is new to this permit. The store gives an entry out once; this finds a
    /// caller that hands the same over twice.
    pub(super) fn is_new_entry(&self, entry: StatusEntry) -> Result<(), DomainError> {
        if self.entries().any(|(known, _)| known == entry) {
            return Err(DomainError::EntryUsed { permit: self.id, entry });
        }
        Ok(())
    }

    /// Closes the active binding, if there is one, and withdraws its entry.
    pub(super) fn close_device(&mut self, at: Timestamp, why: Closed, events: &mut Vec<Event>) {
        if let Some(binding) = self.bindings.close(at, why) {
            events.push(Event::DeviceClosed { permit: self.id, binding: binding.id, why });
            self.withdraw(binding.entry, why, events);
        }
    }

    /// Closes the open slips that are `meant`, and withdraws their entries.
    pub(super) fn close_slips(
        &mut self,
        at: Timestamp,
        why: Closed,
        events: &mut Vec<Event>,
        meant: impl Fn(&Slip) -> bool,
    ) {
        let mut closed = Vec::new();
        for slip in self.slips.iter_mut().filter(|slip| meant(slip)) {
            if slip.close(at, why) {
                closed.push((slip.id, slip.entry));
            }
        }
        for (slip, entry) in closed {
            events.push(Event::SlipClosed { permit: self.id, slip, why });
            self.withdraw(entry, why, events);
        }
    }

    /// Says that a list has to call `entry` withdrawn, if `why` wants that.
    fn withdraw(&self, entry: StatusEntry, why: Closed, events: &mut Vec<Event>) {
        if why.withdraws() {
            let state = EntryState::Withdrawn;
            events.push(Event::EntryChanged { permit: self.id, entry, state });
        }
    }

    /// Says what the lists have to say of the open entries, after a suspension or its end.
    pub(super) fn tell_open_entries(&self, events: &mut Vec<Event>) {
        let device = self.bindings.active().map(|active| active.binding.entry);
        let slips = self.slips.iter().filter(|slip| slip.closed.is_none()).map(|slip| slip.entry);
        let state = match self.state {
            PermitState::Suspended(_) => EntryState::Suspended,
            _ => EntryState::Valid,
        };
        events.extend(device.into_iter().chain(slips).map(|entry| Event::EntryChanged {
            permit: self.id,
            entry,
            state,
        }));
    }
}
