//! The memory of a store, in few bytes, and the way to the library's types and back.

use livepermit_gate::replay::{
    CoolDown, Incarnation, Known, Record, Sighting, StoreId, StoreState, Witness,
};

use crate::scenario::{DIFFERENCE, GATES, PERMITS, Scenario};
use crate::time::{LONG_AGO, NEVER, NOW, Time, bound, passed, real, small};

/// The names of the gates.
pub(crate) const NAMES: [&str; GATES] = ["north", "south", "west"];
/// The zone into which all gates lead.
pub(crate) const ZONE: &str = "hall";

const LIVES: [&str; 8] =
    ["life-0", "life-1", "life-2", "life-3", "life-4", "life-5", "life-6", "life-7"];

pub(crate) fn name(gate: u8) -> &'static str {
    NAMES.get(usize::from(gate)).copied().unwrap_or("nowhere")
}

pub(crate) fn incarnation(life: u8) -> Incarnation {
    let text = LIVES.get(usize::from(life)).copied().unwrap_or("life-9");
    Incarnation::new(text).unwrap_or_else(|| Incarnation::of_store(identity(life)))
}

fn life(incarnation: &Incarnation) -> u8 {
    let last = incarnation.as_str().bytes().last().unwrap_or(b'9');
    last.saturating_sub(b'0')
}

pub(crate) fn identity(id: u8) -> StoreId {
    StoreId::from_bytes([id; 16])
}

fn number(id: StoreId) -> u8 {
    id.as_bytes()[0]
}

fn byte(count: u64) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// `Known` of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Knows {
    id: u8,
    life: u8,
    generation: u8,
}

impl Knows {
    pub(crate) fn library(self) -> Known {
        Known {
            store: identity(self.id),
            generation: u64::from(self.generation),
            incarnation: incarnation(self.life),
        }
    }

    pub(crate) fn of(known: &Known) -> Self {
        Self {
            id: number(known.store),
            life: life(&known.incarnation),
            generation: byte(known.generation),
        }
    }
}

/// What a gate keeps where a loss of the store does not reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Kept {
    pub(crate) knows: Option<Knows>,
    pub(crate) admissions: u8,
    /// Of the rules with a sequence number: the highest that the gate has seen.
    pub(crate) seen: u8,
    /// Of the rules with a proof: permit and moment of the gate's last admission.
    pub(crate) proof: Option<(u8, Time)>,
}

impl Kept {
    pub(crate) fn library(&self) -> Witness {
        Witness::from_parts(self.knows.map(Knows::library), u64::from(self.admissions))
    }

    pub(crate) fn of(&self, witness: &Witness) -> Self {
        Self {
            knows: witness.known().map(Knows::of),
            admissions: byte(witness.admissions()),
            ..*self
        }
    }

    pub(crate) fn pass(&mut self) {
        if let Some((_, moment)) = &mut self.proof {
            *moment = passed(*moment);
        }
    }
}

/// `StoreState` of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct State {
    id: u8,
    life: u8,
    generation: u8,
    forgotten: Time,
    lost: Time,
    closed: Time,
    records: u8,
    pub(crate) admissions: [u8; GATES],
}

impl State {
    pub(crate) fn of(state: &StoreState) -> Self {
        let mut admissions = [0; GATES];
        for (place, name) in admissions.iter_mut().zip(NAMES) {
            *place = byte(state.admissions_of(name));
        }
        Self {
            id: number(state.id),
            life: life(&state.incarnation),
            generation: byte(state.generation),
            forgotten: small(state.forgotten),
            lost: small(state.lost),
            closed: small(state.closed_until),
            records: byte(state.records),
            admissions,
        }
    }

    /// Whether a loss was noticed.
    pub(crate) fn has_lost(&self) -> bool {
        self.generation > 1
    }

    pub(crate) fn library(&self) -> StoreState {
        let mut state = StoreState::new(identity(self.id), incarnation(self.life));
        state.generation = u64::from(self.generation);
        state.forgotten = real(self.forgotten);
        state.lost = real(self.lost);
        state.closed_until = real(self.closed);
        state.records = u64::from(self.records);
        for (count, name) in self.admissions.iter().zip(NAMES).filter(|(count, _)| **count > 0) {
            state.admissions.insert(name.into(), u64::from(*count));
        }
        state
    }
}

/// `Record` of the library, for the one zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Rec {
    pub(crate) newest: Option<Time>,
    pub(crate) slip: Option<Time>,
    pub(crate) cool_down: Option<Entry>,
}

/// A cool-down that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    until: Time,
    pub(crate) gate: u8,
    generation: u8,
    /// The true time at which it was set. Only the checker knows it.
    pub(crate) set: Time,
}

impl Rec {
    pub(crate) fn library(&self) -> Record {
        // Nothing here reads the same code twice at one reader by mistake, so the place of an
        // admission does not matter.
        let sighting = |at: Time| Sighting::new(real(at), "north".into(), "1".into());
        Record::new(
            self.newest.map(|moment| (real(moment), sighting(NEVER))),
            self.slip.map(sighting),
            self.cool_down
                .iter()
                .map(|entry| {
                    let gate = name(entry.gate).into();
                    let generation = u64::from(entry.generation);
                    CoolDown::new(ZONE.into(), real(entry.until), gate, generation)
                })
                .collect(),
        )
    }

    pub(crate) fn of(record: &Record) -> Self {
        Self {
            newest: record.newest.as_ref().map(|(newest, _)| small(*newest)),
            slip: record.slip.as_ref().map(|slip| small(slip.at)),
            cool_down: record.cool_downs.first().map(|entry| Entry {
                until: small(entry.until),
                gate: NAMES
                    .iter()
                    .position(|name| **name == *entry.gate)
                    .map_or(0, |at| byte(at as u64)),
                generation: byte(entry.generation),
                set: NOW,
            }),
        }
    }

    fn pass(&mut self) {
        for time in [&mut self.newest, &mut self.slip].into_iter().flatten() {
            *time = passed(*time);
        }
        if let Some(entry) = &mut self.cool_down {
            entry.until = passed(entry.until);
            entry.set = passed(entry.set);
        }
    }
}

/// All that a server remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) state: Option<State>,
    pub(crate) records: [Option<Rec>; PERMITS],
    /// Of the rules with a sequence number or a proof: the first moment that counts, and the number.
    pub(crate) before: Option<(Time, u8)>,
    /// Whether the settings that stand here are the changed ones.
    pub(crate) changed: bool,
    /// Of the roll call: the gates that the store has heard of.
    pub(crate) members: u8,
    /// Of the roll call: the gates that have come since the loss; `None` when nobody is awaited.
    pub(crate) called: Option<u8>,
}

impl Store {
    /// A store whose zone is known to be new, on a server in this life.
    pub(crate) fn new(life: u8, members: u8) -> Self {
        let state = State::of(&StoreState::new(identity(life), incarnation(life)));
        Self { state: Some(state), before: Some((NEVER, 0)), members, ..Self::default() }
    }

    pub(crate) fn count(&self) -> u64 {
        self.records.iter().flatten().count() as u64
    }

    pub(crate) fn pass(&mut self) {
        if let Some(state) = &mut self.state {
            for time in [&mut state.forgotten, &mut state.lost, &mut state.closed] {
                *time = passed(*time);
            }
        }
        self.records.iter_mut().flatten().for_each(Rec::pass);
        if let Some((from, _)) = &mut self.before {
            *from = passed(*from);
        }
    }

    /// Leaves out what cannot matter any more, so that equal futures are one state.
    pub(crate) fn tidy(&mut self, scenario: &Scenario) {
        let slow = scenario.slowest();
        // The earliest moment that any gate still takes.
        let live = (NOW + 1).saturating_sub(slow + scenario.window);
        if let Some(state) = &mut self.state {
            state.forgotten = bound(state.forgotten, live);
            state.lost = bound(state.lost, live);
            state.closed = bound(state.closed, NOW - slow);
        }
        if let Some((from, _)) = &mut self.before {
            *from = bound(*from, live);
        }
        for record in self.records.iter_mut().flatten() {
            let over = |entry: &Entry| entry.until.saturating_add(DIFFERENCE) <= NOW - slow;
            if record.cool_down.as_ref().is_some_and(over) {
                record.cool_down = None;
            }
            // Over by every clock: how long ago does not matter.
            let over = NOW - slow - scenario.window - DIFFERENCE;
            for time in [&mut record.newest, &mut record.slip].into_iter().flatten() {
                *time = if *time <= over { LONG_AGO } else { *time };
            }
        }
    }
}
