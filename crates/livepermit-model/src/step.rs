//! What can happen next.

use livepermit_gate::replay::{Answer, Loss};

use crate::history::Violation;
use crate::scenario::{Fault, GateSetting, Operator, SKEW, Scenario, Waits};
use crate::time::{NEVER, Time, by_clock};
use crate::world::World;

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The gate has it at once.
    Arrives,
    /// It is in flight, or lost.
    Late,
    /// Too few replicas have the admission, so the gate takes it as an error.
    Unconfirmed,
}

/// One step of the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Second,
    Show { gate: u8, permit: u8, moment: Time, server: u8, fate: Fate },
    KeepAlive { gate: u8, server: u8 },
    Arrive { flight: u8 },
    Failover { lacks: u8, clock: i8 },
    Restart { lacks: u8 },
    Flush,
    Exchange,
    Delete { permit: u8 },
    PutBack { lacks: u8, gates: bool },
    GateRestart { gate: u8, forgets: bool },
    ChangeSettings,
    GoOn,
}

/// What a step showed, for the story.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) answer: Option<Answer>,
    pub(crate) loss: Option<Loss>,
    /// The gate dropped the answer: it is of a server that the gate has left behind.
    pub(crate) old_answer: bool,
    pub(crate) opened: bool,
    pub(crate) violation: Option<Violation>,
}

/// The steps that are possible.
pub(crate) fn steps(scenario: &Scenario, world: &World, into: &mut Vec<Step>) {
    into.clear();
    into.push(Step::Second);
    for (flight, _) in world.flights.iter().enumerate() {
        into.push(Step::Arrive { flight: flight as u8 });
    }
    for (number, setting) in scenario.gates.iter().enumerate() {
        let gate = number as u8;
        for server in 0..world.servers.len() as u8 {
            for permit in 0..scenario.permits {
                if setting.only.is_none_or(|only| only == permit) {
                    visits(scenario, world, (gate, permit, server), setting, into);
                }
            }
            if scenario.keep_alive {
                into.push(Step::KeepAlive { gate, server });
            }
        }
    }
    if world.faults < scenario.most_faults {
        for fault in &scenario.faults {
            faults(scenario, world, *fault, into);
        }
    }
    let alone = world.servers.len() == 1;
    let speaks = match scenario.operator {
        Operator::Silent => false,
        Operator::GoesOn => true,
        Operator::GoesOnAlone => alone,
    };
    if speaks && !world.went_on && world.faults > 0 {
        into.push(Step::GoOn);
    }
}

fn visits(
    scenario: &Scenario,
    world: &World,
    (gate, permit, server): (u8, u8, u8),
    setting: &GateSetting,
    into: &mut Vec<Step>,
) {
    let now = by_clock(setting.clock);
    let skew = SKEW.min(setting.window / 2);
    // The newest code that is not of the future comes first: a story with it reads best.
    let moments = (now + 1 - setting.window..=now).rev().chain(now + 1..=now + skew);
    let slip = scenario.slips.then_some(NEVER);
    let old = usize::from(server) + 1 < world.servers.len();
    let confirmed = match scenario.waits {
        Waits::No | Waits::ForOneOfTwo => true,
        Waits::ForAll => !old,
    };
    for moment in moments.chain(slip) {
        let mut show = |fate| into.push(Step::Show { gate, permit, moment, server, fate });
        if confirmed {
            show(Fate::Arrives);
            if world.late < scenario.late_answers {
                show(Fate::Late);
            }
        }
        if scenario.waits != Waits::No && world.late < scenario.late_answers {
            show(Fate::Unconfirmed);
        }
    }
}

fn faults(scenario: &Scenario, world: &World, fault: Fault, into: &mut Vec<Step>) {
    let Some(master) = world.servers.last() else { return };
    let past = master.past.len() as u8;
    match fault {
        Fault::Failover => {
            let most = match scenario.waits {
                Waits::No => past,
                Waits::ForAll | Waits::ForOneOfTwo => past.min(master.unconfirmed as u8),
            };
            for lacks in 0..=most {
                for clock in &scenario.server_clocks {
                    into.push(Step::Failover { lacks, clock: *clock });
                }
            }
        }
        Fault::Restart => into.extend((0..=past).map(|lacks| Step::Restart { lacks })),
        Fault::Flush => into.push(Step::Flush),
        Fault::Exchange => into.push(Step::Exchange),
        Fault::Delete => {
            for permit in 0..scenario.permits {
                if master.store.records.get(usize::from(permit)).is_some_and(Option::is_some) {
                    into.push(Step::Delete { permit });
                }
            }
        }
        Fault::PutBackQuietly if !world.flights.is_empty() => {}
        Fault::PutBack | Fault::PutBackQuietly | Fault::PutBackWithGates => {
            let gates = fault == Fault::PutBackWithGates;
            into.extend((1..=past).map(|lacks| Step::PutBack { lacks, gates }));
        }
        Fault::ChangeSettings if world.changed => {}
        Fault::ChangeSettings => into.push(Step::ChangeSettings),
        Fault::GateRestart | Fault::GateForgets => {
            let forgets = fault == Fault::GateForgets;
            for gate in 0..scenario.gates.len() as u8 {
                into.push(Step::GateRestart { gate, forgets });
            }
        }
    }
}
