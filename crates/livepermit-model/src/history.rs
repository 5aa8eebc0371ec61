//! What really happened, by a clock that nobody in the model has: the property that is checked.

use crate::scenario::{DIFFERENCE, Promise, Scenario};
use crate::time::{NEVER, NOW, Time, passed};

/// An opening that must not have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// One code opened two doors.
    CodeTwice,
    /// A permit entered again within its cool-down.
    TooSoon {
        /// Seconds between the two entries.
        after: u8,
        /// Seconds that had to be between them.
        owed: u8,
    },
    /// Nothing was wrong, and a store was out of order.
    OutOfOrder,
    /// Nothing was wrong, and an honest visitor was not let in.
    NotLetIn,
    /// A store was out of order for longer than the rules say.
    OutOfOrderTooLong,
}

/// One admission, as a server recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Opening {
    pub(crate) permit: u8,
    /// [`NEVER`] for a slip.
    pub(crate) moment: Time,
    /// The true time at which a server recorded it.
    pub(crate) at: Time,
    /// Seconds for which nobody else may enter with this permit.
    pub(crate) owed: u8,
    pub(crate) leaves: bool,
}

/// The openings that still count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct History {
    /// Permit and moment.
    codes: Vec<(u8, Time)>,
    /// Permit, time, and seconds owed.
    entries: Vec<(u8, Time, u8)>,
    /// Permit, and when a server recorded that somebody leaves with it.
    left: Vec<(u8, Time)>,
}

impl History {
    /// A server recorded that somebody leaves. From then on the permit may enter, whether the door
    /// opens or the answer is lost.
    pub(crate) fn leave(&mut self, permit: u8) {
        insert(&mut self.left, (permit, NOW));
    }

    /// A door opens. `late` says that the answer was in flight.
    pub(crate) fn open(
        &mut self,
        opening: &Opening,
        late: bool,
        codes_only: bool,
    ) -> Option<Violation> {
        let Opening { permit, moment, at, owed, leaves } = *opening;
        if moment != NEVER && !insert(&mut self.codes, (permit, moment)) {
            return Some(Violation::CodeTwice);
        }
        if leaves || codes_only {
            return None;
        }
        let before = self.entries.iter().filter(|entry| entry.0 == permit);
        let broken = before.filter_map(|&(_, other, other_owed)| {
            let (first, last) = (at.min(other), at.max(other));
            let had = match () {
                () if other < at => other_owed,
                () if at < other => owed,
                // In one second: nobody can say which was first, if one of the answers was late.
                () if late => owed.min(other_owed),
                () => other_owed,
            };
            let left = self
                .left
                .iter()
                .any(|&(who, when)| who == permit && (first..=last).contains(&when));
            let after = last - first;
            (!left && after < had).then_some(Violation::TooSoon { after, owed: had })
        });
        let broken = broken.min_by_key(|violation| match violation {
            Violation::TooSoon { after, .. } => *after,
            _ => 0,
        });
        insert(&mut self.entries, (permit, at, owed));
        broken
    }

    /// The entries whose cool-down the store knows; the operator gives up the others.
    pub(crate) fn give_up(&mut self, known: impl Fn(u8, Time) -> bool) {
        for (permit, at, owed) in &mut self.entries {
            if !known(*permit, *at) {
                *owed = 0;
            }
        }
        self.entries.sort_unstable();
        self.entries.dedup();
    }

    /// Whether a visitor who shows this, and whom nobody imitated, must be let in.
    pub(crate) fn owes_entry(&self, permit: u8, moment: Time, more: u8) -> bool {
        let newer = |&(who, other): &(u8, Time)| who == permit && other >= moment;
        let running = |&(who, at, owed): &(u8, Time, u8)| {
            who == permit && at.saturating_add(owed).saturating_add(more) > NOW
        };
        !self.codes.iter().any(newer) && !self.entries.iter().any(running)
    }

    pub(crate) fn pass(&mut self) {
        self.codes.iter_mut().for_each(|(_, moment)| *moment = passed(*moment));
        self.entries.iter_mut().for_each(|(_, at, _)| *at = passed(*at));
        self.left.iter_mut().for_each(|(_, at)| *at = passed(*at));
    }

    /// Leaves out what cannot matter any more. `flying` are the openings whose answers are in
    /// flight.
    pub(crate) fn tidy<'a>(
        &mut self,
        scenario: &Scenario,
        flying: impl Iterator<Item = &'a Opening> + Clone,
    ) {
        let behind = scenario.slowest() + scenario.window;
        self.codes.retain(|&(permit, moment)| {
            let flies =
                flying.clone().any(|flight| flight.permit == permit && flight.moment == moment);
            moment + behind > NOW || flies
        });
        self.entries.retain(|&(permit, at, owed)| {
            // An answer that arrives later may be of an admission before this one.
            let earlier = flying.clone().any(|flight| flight.permit == permit && flight.at <= at);
            // Where clocks of gates count, an honest visitor waits longer.
            let honest = if scenario.promise == Promise::Honest { 2 * DIFFERENCE } else { 0 };
            at.saturating_add(owed).saturating_add(honest) > NOW || earlier
        });
        let entries = &self.entries;
        self.left.dedup();
        self.left.retain(|&(permit, _)| {
            entries.iter().any(|entry| entry.0 == permit)
                || flying.clone().any(|flight| flight.permit == permit)
        });
    }
}

/// Keeps a list in order. Returns whether the value is new.
fn insert<T: Ord>(list: &mut Vec<T>, value: T) -> bool {
    match list.binary_search(&value) {
        Ok(_) => false,
        Err(place) => {
            list.insert(place, value);
            true
        }
    }
}
