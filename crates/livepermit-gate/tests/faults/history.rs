//! Which doors opened, and which of them should have stayed shut.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use livepermit::verify::PermitId;

/// One opened door.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) permit: PermitId,
    /// Unix seconds; `None` for a slip.
    pub(crate) moment: Option<u64>,
    /// Before the store was asked.
    pub(crate) asked: Instant,
    /// When the answer was there.
    pub(crate) opened: Instant,
}

/// The openings of a zone.
#[derive(Debug, Default)]
pub(crate) struct History {
    openings: Vec<Opening>,
}

impl History {
    pub(crate) fn add(&mut self, opening: Opening) {
        self.openings.push(opening);
    }

    pub(crate) const fn len(&self) -> usize {
        self.openings.len()
    }

    /// When the first door opened for which a gate asked after `then`.
    pub(crate) fn first_after(&self, then: Instant) -> Option<Instant> {
        let asked_after = self.openings.iter().filter(|opening| opening.asked > then);
        asked_after.map(|opening| opening.opened).min()
    }

    /// How many openings were wrong: the same code a second time, or the same permit again within
    /// `cool_down`.
    pub(crate) fn twice(&self, cool_down: Duration) -> u32 {
        let mut codes = HashMap::new();
        let mut permits: HashMap<PermitId, Vec<Opening>> = HashMap::new();
        let mut twice = 0;
        for opening in &self.openings {
            if let Some(moment) = opening.moment {
                let times: &mut u32 = codes.entry((opening.permit, moment)).or_default();
                twice += u32::from(*times > 0);
                *times += 1;
            }
            permits.entry(opening.permit).or_default().push(*opening);
        }
        for openings in permits.values_mut() {
            openings.sort_by_key(|opening| opening.asked);
            for pair in openings.windows(2) {
                let &[first, second] = pair else { continue };
                let same = first.moment.is_some() && first.moment == second.moment;
                // At most this long: the store decided after `asked` and before `opened`.
                let between = second.opened.duration_since(first.asked);
                if !same && between < cool_down {
                    twice += 1;
                }
            }
        }
        twice
    }
}
