//! Breadth first through all states, to the shortest story that breaks a promise.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use crate::asking::apply;
use crate::history::Violation;
use crate::scenario::Scenario;
use crate::server::Places;
use crate::step::{Step, steps};
use crate::story::{Story, tell};
use crate::world::World;

/// How far to explore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bound {
    /// Stop when so many states are known.
    pub states: usize,
    /// Stop after so many steps.
    pub steps: usize,
}

impl Bound {
    /// At most this many states.
    #[must_use]
    pub const fn states(states: usize) -> Self {
        Self { states, steps: usize::MAX }
    }
}

/// What an exploration found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// How many different states were reached.
    pub states: usize,
    /// How many steps were tried.
    pub tried: usize,
    /// All states that so many steps can reach were explored.
    pub steps: usize,
    /// Whether these are all states that there are.
    pub complete: bool,
    /// How many of the tried steps opened a door.
    pub opened: usize,
    /// How many of them opened a door after the master had noticed a loss.
    pub opened_after_loss: usize,
    /// The broken promise, if there is one, with the shortest way there.
    pub found: Option<(Violation, Story)>,
}

/// One state of the search: how it was reached.
#[derive(Debug, Clone, Copy)]
struct Reached {
    from: u32,
    by: Step,
}

/// Explores a scenario.
#[must_use]
pub fn explore(scenario: &Scenario, bound: Bound) -> Outcome {
    let places = Places::new();
    let mut first = World::new(scenario);
    first.tidy(scenario);
    let mut known: HashSet<u128, BuildHasherDefault<AsItIs>> = HashSet::default();
    known.insert(fingerprint(&first));
    // Of each state only this is kept; worlds only of the two newest levels.
    let mut reached = vec![Reached { from: 0, by: Step::Second }];
    let mut level = vec![(0_u32, first)];
    let mut next = Vec::new();
    let mut possible = Vec::new();
    let mut outcome = Outcome {
        states: 1,
        tried: 0,
        steps: 0,
        complete: false,
        opened: 0,
        opened_after_loss: 0,
        found: None,
    };
    while !level.is_empty() && outcome.steps < bound.steps {
        for (number, world) in &level {
            steps(scenario, world, &mut possible);
            for step in &possible {
                let mut after = world.clone();
                let event = apply(scenario, &places, &mut after, *step);
                outcome.tried += 1;
                outcome.opened += usize::from(event.opened);
                let after_loss = event.opened && after.has_noticed();
                outcome.opened_after_loss += usize::from(after_loss);
                if let Some(violation) = event.violation {
                    let mut way = way_to(&reached, *number);
                    way.push(*step);
                    outcome.steps = way.len();
                    outcome.found = Some((violation, tell(scenario, &way)));
                    outcome.states = reached.len();
                    return outcome;
                }
                if known.insert(fingerprint(&after)) {
                    let at = u32::try_from(reached.len()).unwrap_or(u32::MAX);
                    reached.push(Reached { from: *number, by: *step });
                    next.push((at, after));
                }
            }
            if reached.len() >= bound.states {
                outcome.states = reached.len();
                return outcome;
            }
        }
        outcome.steps += 1;
        level.clear();
        core::mem::swap(&mut level, &mut next);
    }
    outcome.states = reached.len();
    outcome.complete = level.is_empty();
    outcome
}

fn way_to(reached: &[Reached], state: u32) -> Vec<Step> {
    let mut way = Vec::new();
    let mut at = state;
    while at != 0 {
        let Some(found) = reached.get(at as usize) else { break };
        way.push(found.by);
        at = found.from;
    }
    way.reverse();
    way
}

/// 128 bits of a state. Among 100 million states, two have the same bits with a chance of 1 in
/// 10^22.
fn fingerprint(world: &World) -> u128 {
    let mut hasher = Folded { low: 0x9E37_79B9_7F4A_7C15, high: 0xD6E8_FEB8_6659_FD93 };
    world.hash(&mut hasher);
    (u128::from(hasher.high) << 64) | u128::from(hasher.low)
}

/// Two independent 64-bit hashes by folded multiplication.
struct Folded {
    low: u64,
    high: u64,
}

impl Folded {
    fn add(&mut self, word: u64) {
        let fold = |state: u64, by: u64, with: u64| {
            let product = u128::from(state ^ word ^ with) * u128::from(by);
            let (low, high) = (product as u64, (product >> 64) as u64);
            (low ^ high).rotate_left(23).wrapping_add(word ^ with)
        };
        self.low = fold(self.low, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB);
        self.high = fold(self.high, 0x8EBC_6AF0_9C88_C6E3, 0x5895_66CD_5D71_5ED5);
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word =
                chunk.iter().fold(chunk.len() as u64, |word, byte| (word << 8) | u64::from(*byte));
            self.add(word);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.add(value as u64);
    }

    fn finish(&self) -> u64 {
        self.low
    }
}

/// For values that are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
