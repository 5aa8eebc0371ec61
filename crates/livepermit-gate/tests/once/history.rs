//! What really happened, by a clock that nobody in the simulation has.

use std::collections::HashMap;

/// One opened door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) permit: u8,
    /// `None` for a slip.
    pub(crate) moment: Option<u64>,
    pub(crate) gate: usize,
    /// The real time at which a server recorded the admission.
    pub(crate) recorded: u64,
    /// Seconds for which nobody else may enter with this permit.
    pub(crate) cool_down: u64,
    pub(crate) leaves: bool,
}

/// The openings of a zone.
#[derive(Debug, Default)]
pub(crate) struct History {
    codes: HashMap<(u8, u64), Opening>,
    /// The last entry of each permit.
    inside: HashMap<u8, Opening>,
    /// When a server recorded that somebody leaves with this permit.
    left: HashMap<u8, Vec<u64>>,
}

impl History {
    /// A server recorded that somebody leaves. From then on the permit may enter, whether the door
    /// opens or the answer is lost.
    pub(crate) fn leave(&mut self, permit: u8, recorded: u64) {
        self.left.entry(permit).or_default().push(recorded);
    }

    /// Adds an opening. Returns the earlier opening that makes this one wrong.
    pub(crate) fn open(&mut self, opening: Opening) -> Option<(Opening, Opening)> {
        if let Some(moment) = opening.moment
            && let Some(before) = self.codes.insert((opening.permit, moment), opening.clone())
        {
            return Some((before, opening));
        }
        if opening.leaves {
            return None;
        }
        // Answers may arrive in another order than the server gave them.
        let before = self.inside.insert(opening.permit, opening.clone())?;
        let (first, last) = if before.recorded <= opening.recorded {
            (&before, &opening)
        } else {
            (&opening, &before)
        };
        let between = first.recorded..=last.recorded;
        let left = self.left.get(&opening.permit);
        let left = left.is_some_and(|times| times.iter().any(|time| between.contains(time)));
        let owed = first.recorded + first.cool_down;
        (!left && last.recorded < owed).then_some((before, opening))
    }
}
