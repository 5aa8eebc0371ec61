//! The state that the explorer explores: gates, servers, answers in flight, and what happened.

use crate::history::{History, Opening};
use crate::scenario::{Fault, GATES, Scenario, Waits};
use crate::server::{Reply, Server};
use crate::store::{Kept, Knows, State, Store};
use crate::time::{ALWAYS, NEVER, NOW, Time, bound, passed};

/// A moment of the zone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) gates: [Kept; GATES],
    /// The master last, old masters that still live before it.
    pub(crate) servers: Vec<Living>,
    pub(crate) flights: Vec<Flight>,
    pub(crate) history: History,
    /// How many faults there were.
    pub(crate) faults: u8,
    /// How many answers were late or lost.
    pub(crate) late: u8,
    /// Whether the operator said go on.
    pub(crate) went_on: bool,
    /// Whether the operator changed the settings.
    pub(crate) changed: bool,
    /// When the last loss was noticed; only where the return of order is checked.
    pub(crate) noticed: Time,
}

/// A server that answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Living {
    pub(crate) server: Server,
    pub(crate) store: Store,
    /// What the memory was before each of the last writes, newest last.
    pub(crate) past: Vec<Past>,
    /// How many of the last writes no replica has for certain.
    pub(crate) unconfirmed: usize,
    /// When it ends, if another server took its place.
    pub(crate) ends: Time,
}

/// An older memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Past {
    pub(crate) store: Store,
    /// What the gates kept then; only where both can be put back together.
    pub(crate) gates: Option<[Kept; GATES]>,
}

/// An answer on its way to a gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Flight {
    pub(crate) gate: u8,
    pub(crate) reply: Reply,
    pub(crate) opening: Opening,
    /// From then on the gate does not wait for it any more.
    pub(crate) given_up: Time,
}

impl World {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let gates = u8::try_from(scenario.gates.len()).unwrap_or(u8::MAX);
        let heard_of = gates.saturating_sub(u8::from(scenario.last_joins));
        let members = (1_u8 << heard_of) - 1;
        let mut store = Store::new(0, members);
        if scenario.new_store {
            store = Store::default();
        }
        let clock = scenario.server_clocks.first().copied().unwrap_or(0);
        let master = Living {
            server: Server { life: 0, clock, fresh: 0 },
            store,
            past: Vec::new(),
            unconfirmed: 0,
            ends: ALWAYS,
        };
        let mut kept = [Kept::default(); GATES];
        for gate in kept.iter_mut().take(usize::from(heard_of)).filter(|_| scenario.gates_know) {
            gate.knows = master.store.state.map(|state| Knows::of(&state.library().known()));
        }
        Self {
            gates: kept,
            servers: vec![master],
            flights: Vec::new(),
            history: History::default(),
            faults: 0,
            late: 0,
            went_on: false,
            changed: false,
            noticed: NEVER,
        }
    }

    /// A second passes.
    pub(crate) fn pass(&mut self) {
        self.gates.iter_mut().for_each(Kept::pass);
        for living in &mut self.servers {
            living.store.pass();
            living.ends = passed(living.ends);
            for past in &mut living.past {
                past.store.pass();
                past.gates.iter_mut().flatten().for_each(Kept::pass);
            }
        }
        self.servers.retain(|living| living.ends > NOW);
        for flight in &mut self.flights {
            flight.given_up = passed(flight.given_up);
            flight.opening.at = passed(flight.opening.at);
            flight.opening.moment = passed(flight.opening.moment);
        }
        self.flights.retain(|flight| flight.given_up > NOW);
        self.history.pass();
        self.noticed = passed(self.noticed);
    }

    /// Brings states with the same future into one form.
    pub(crate) fn tidy(&mut self, scenario: &Scenario) {
        self.history.tidy(scenario, self.flights.iter().map(|flight| &flight.opening));
        let over = self.faults >= scenario.most_faults;
        let needs_past = |fault: &Fault| {
            matches!(
                fault,
                Fault::Failover
                    | Fault::Restart
                    | Fault::PutBack
                    | Fault::PutBackQuietly
                    | Fault::PutBackWithGates
            )
        };
        let drops_past = over || !scenario.faults.iter().any(needs_past);
        for living in &mut self.servers {
            living.store.tidy(scenario);
            // Only the master has a successor.
            if drops_past || living.ends != ALWAYS {
                living.past.clear();
            }
            if scenario.waits == Waits::No || drops_past {
                living.unconfirmed = 0;
            }
            for past in &mut living.past {
                past.store.tidy(scenario);
            }
        }
        self.noticed = bound(self.noticed, NOW - 14);
        self.count_from_the_least();
    }

    /// Counters of a gate's admissions are only compared and raised by one: the least can be 0.
    fn count_from_the_least(&mut self) {
        for gate in 0..GATES {
            let mut least = u8::MAX;
            self.each_count(gate, |count| least = least.min(count.copied().unwrap_or(0)));
            if least > 0 && least < u8::MAX {
                self.each_count(gate, |count| {
                    if let Some(count) = count {
                        *count -= least;
                    }
                });
            }
        }
    }

    /// Visits each place where the count of this gate's admissions stands; `None` for a place
    /// where there is none.
    fn each_count(&mut self, gate: usize, mut visit: impl FnMut(Option<&mut u8>)) {
        fn of(store: &mut Store, gate: usize) -> Option<&mut u8> {
            store.state.as_mut()?.admissions.get_mut(gate)
        }
        visit(self.gates.get_mut(gate).map(|kept| &mut kept.admissions));
        for living in &mut self.servers {
            visit(of(&mut living.store, gate));
            for past in &mut living.past {
                visit(of(&mut past.store, gate));
                if let Some(gates) = &mut past.gates {
                    visit(gates.get_mut(gate).map(|kept| &mut kept.admissions));
                }
            }
        }
        for flight in &mut self.flights {
            if usize::from(flight.gate) == gate {
                visit(flight.reply.known.as_mut().map(|(_, count)| count));
            }
        }
    }

    /// Whether the master has noticed a loss.
    pub(crate) fn has_noticed(&self) -> bool {
        let state = self.servers.last().and_then(|living| living.store.state.as_ref());
        state.is_some_and(State::has_lost)
    }

    pub(crate) fn master(&mut self) -> Option<&mut Living> {
        self.servers.last_mut()
    }
}
