//! What goes wrong, and what an operator says.

use livepermit_gate::replay::{Ask, GoOn, Here, StoreState, Witness};

use crate::scenario::{Fault, GATES, Scenario};
use crate::server::Server;
use crate::step::Step;
use crate::store::{Kept, State, Store, identity, incarnation};
use crate::time::{ALWAYS, NOW, Time, by_clock, real};
use crate::world::{Living, Past, World};

/// The life of no server.
const ELSEWHERE: u8 = 7;

/// A fault comes, or the operator speaks.
pub(crate) fn fault(scenario: &Scenario, world: &mut World, step: Step) {
    if step != Step::GoOn {
        world.faults += 1;
    }
    let life = world.faults;
    let retention = scenario.retention(world.changed);
    match step {
        Step::Failover { lacks, clock } => {
            let ends = match scenario.old_master_lives {
                0 => NOW,
                // The failover came at some time of this second, and so does the end.
                seconds => NOW + seconds + 1,
            };
            let Some(master) = world.master() else { return };
            let mut next = master.clone();
            next.lose(usize::from(lacks));
            next.server = Server { life, clock, fresh: life };
            master.ends = ends;
            master.past.clear();
            master.unconfirmed = 0;
            world.servers.push(next);
            world.servers.retain(|living| living.ends > NOW);
        }
        Step::Restart { lacks } => {
            let Some(master) = world.master() else { return };
            master.lose(usize::from(lacks));
            master.server = Server { life, fresh: life, ..master.server };
        }
        Step::Flush => {
            let gates = world.gates;
            let Some(master) = world.master() else { return };
            let before = std::mem::take(&mut master.store);
            master.remember(scenario, before, gates);
            master.server.fresh = life;
        }
        Step::Exchange => {
            let Some(master) = world.master() else { return };
            master.past.clear();
            master.store = Store::new(life, 0);
            master.server = Server { life, fresh: life, ..master.server };
        }
        Step::Delete { permit } => {
            let gates = world.gates;
            let Some(master) = world.master() else { return };
            master.remember(scenario, master.store, gates);
            if let Some(place) = master.store.records.get_mut(usize::from(permit)) {
                *place = None;
            }
        }
        Step::PutBack { lacks, gates } => {
            let Some(master) = world.master() else { return };
            let then = master.lose(usize::from(lacks));
            if let Some(then) = then.and_then(|then| then.gates).filter(|_| gates) {
                world.gates = then;
            }
        }
        Step::GateRestart { gate, forgets } => {
            world.flights.retain(|flight| flight.gate != gate);
            if let Some(kept) = world.gates.get_mut(usize::from(gate)).filter(|_| forgets) {
                *kept = Kept::default();
            }
        }
        Step::ChangeSettings => {
            let gates = world.gates;
            world.changed = true;
            let Some(master) = world.servers.last_mut() else { return };
            master.remember(scenario, master.store, gates);
            let time = real(by_clock(master.server.clock));
            let witness = Witness::new();
            // What was admitted by the old limits counts by the old limits. A change only lowers
            // limits here, so the old limits are the larger of both. A store that was emptied does
            // not know them.
            let limits = match master.store.state {
                Some(_) => retention,
                None => scenario.retention(true),
            };
            let ask = Ask::new("operator", &witness, real(NOW), limits);
            // The state belongs to another life for a moment: that is a loss.
            let other = Here::new(incarnation(ELSEWHERE), time, master.store.count());
            let held = master.store.state.map(|state| state.library());
            let fresh = identity(master.server.fresh);
            let (mut state, _) = StoreState::meet(held, fresh, &ask, &other);
            state.incarnation = incarnation(master.server.life);
            master.store.state = Some(State::of(&state));
            master.store.changed = true;
        }
        Step::GoOn => {
            let gates = world.gates;
            let Some(master) = world.servers.last_mut() else { return };
            let time = real(by_clock(master.server.clock));
            master.remember(scenario, master.store, gates);
            let Some(state) = &mut master.store.state else { return };
            let mut changed = state.library();
            // The operator's clock is right.
            changed.go_on(GoOn::CoolDownsLost, real(NOW), time, retention);
            *state = State::of(&changed);
            let records = master.store.records;
            let known = |permit: u8, at: Time| {
                let record = records.get(usize::from(permit)).copied().flatten();
                record.and_then(|record| record.cool_down).is_some_and(|entry| entry.set == at)
            };
            world.history.give_up(known);
            for flight in &mut world.flights {
                if !known(flight.opening.permit, flight.opening.at) {
                    flight.opening.owed = 0;
                }
            }
            world.went_on = true;
        }
        Step::Second | Step::Show { .. } | Step::KeepAlive { .. } | Step::Arrive { .. } => {}
    }
}

impl Living {
    /// Keeps what the memory was before a write.
    pub(crate) fn remember(&mut self, scenario: &Scenario, store: Store, gates: [Kept; GATES]) {
        if self.ends != ALWAYS {
            return;
        }
        let gates = scenario.faults.contains(&Fault::PutBackWithGates).then_some(gates);
        self.past.push(Past { store, gates });
        if self.past.len() > scenario.lag {
            self.past.remove(0);
        }
    }

    /// Loses the last writes. Returns what was before the earliest of them.
    fn lose(&mut self, writes: usize) -> Option<Past> {
        let mut earliest = None;
        for _ in 0..writes {
            earliest = self.past.pop();
        }
        if let Some(past) = &earliest {
            self.store = past.store;
        }
        self.unconfirmed = self.unconfirmed.saturating_sub(writes);
        earliest
    }
}
