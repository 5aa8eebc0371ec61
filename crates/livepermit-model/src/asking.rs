//! A gate asks a server, and takes the answer.

use livepermit_gate::replay::Answer;

use crate::fault::fault;
use crate::history::{Opening, Violation};
use crate::rules::{Clock, LossRule};
use crate::scenario::{CoolDown, DIFFERENCE, GateSetting, Promise, SKEW, Scenario};
use crate::server::{Places, Question, Reply, Visit};
use crate::step::{Event, Fate, Step};
use crate::store::Kept;
use crate::time::{NEVER, NOW, Time};
use crate::world::{Flight, World};

/// Does a step. The world is brought into its one form afterwards.
pub(crate) fn apply(scenario: &Scenario, places: &Places, world: &mut World, step: Step) -> Event {
    let event = match step {
        Step::Second => {
            world.pass();
            Event::default()
        }
        Step::Show { gate, permit, moment, server, fate } => {
            let visit = (permit, moment);
            ask(scenario, places, world, (gate, server), Some(visit), fate)
        }
        Step::KeepAlive { gate, server } => {
            ask(scenario, places, world, (gate, server), None, Fate::Arrives)
        }
        Step::Arrive { flight } => {
            let Flight { gate, reply, opening, .. } = world.flights.remove(usize::from(flight));
            arrive(scenario, world, gate, &reply, Some(&opening), true)
        }
        _ => {
            fault(scenario, world, step);
            Event::default()
        }
    };
    world.tidy(scenario);
    event
}

fn ask(
    scenario: &Scenario,
    places: &Places,
    world: &mut World,
    (gate, server): (u8, u8),
    shown: Option<(u8, Time)>,
    fate: Fate,
) -> Event {
    let nothing = Event::default();
    let Some(setting) = scenario.gates.get(usize::from(gate)) else { return nothing };
    let Some(kept) = world.gates.get(usize::from(gate)).copied() else { return nothing };
    let visit = shown.map(|(permit, moment)| Visit {
        permit,
        moment,
        cool_down: asked(scenario, setting, moment, world.changed),
        leaves: setting.leaves,
    });
    let gates = world.gates;
    let Some(living) = world.servers.get_mut(usize::from(server)) else { return nothing };
    let before = living.store;
    if living.store.state.is_none() {
        living.store.changed = world.changed;
    }
    if living.store.changed != world.changed {
        // A gate with other settings than the store does not start.
        return nothing;
    }
    let question = Question { gate, kept, visit, retention: scenario.retention(world.changed) };
    let Some(reply) = living.server.ask(scenario, places, &mut living.store, &question) else {
        return nothing;
    };
    if living.store != before {
        living.remember(scenario, before, gates);
        living.unconfirmed += 1;
    }
    // Nobody waits for replicas after a keep-alive.
    if fate != Fate::Unconfirmed && visit.is_some() {
        living.unconfirmed = 0;
    }
    let old = usize::from(server) + 1 < world.servers.len();
    if reply.loss.is_some() && scenario.promise == Promise::Returns {
        world.noticed = NOW;
    }
    let mut event = Event { answer: reply.answer, loss: reply.loss, ..nothing };
    let opening = visit.map(|visit| Opening {
        permit: visit.permit,
        moment: visit.moment,
        at: NOW,
        // Who said go on gives up what an old master still does.
        owed: if world.went_on && old {
            0
        } else {
            owed(scenario, setting, visit.moment, world.changed)
        },
        leaves: visit.leaves,
    });
    let admitted = reply.answer == Some(Answer::Admitted);
    event.violation = broken_promise(scenario, world, setting, &reply, opening.as_ref());
    if let Some(opening) = opening.filter(|opening| admitted && opening.leaves) {
        world.history.leave(opening.permit);
    }
    world.late += u8::from(fate != Fate::Arrives);
    match fate {
        Fate::Unconfirmed => {}
        Fate::Late => {
            if let Some(opening) = opening.filter(|_| admitted) {
                let given_up = NOW + 1 + scenario.timeout;
                world.flights.push(Flight { gate, reply, opening, given_up });
            }
        }
        Fate::Arrives => {
            let arrived = arrive(scenario, world, gate, &reply, opening.as_ref(), false);
            event.old_answer = arrived.old_answer;
            event.opened = arrived.opened;
            event.violation = arrived.violation.or(event.violation);
        }
    }
    event
}

/// An answer is at its gate; on some the door opens.
fn arrive(
    scenario: &Scenario,
    world: &mut World,
    gate: u8,
    reply: &Reply,
    opening: Option<&Opening>,
    late: bool,
) -> Event {
    let mut event = Event { answer: reply.answer, ..Event::default() };
    let Some(kept) = world.gates.get_mut(usize::from(gate)) else { return event };
    let admitted = reply.answer == Some(Answer::Admitted);
    if let Some((knows, admissions)) = reply.known {
        let mut witness = kept.library();
        let taken = witness.take(knows.library(), u64::from(admissions));
        if taken.is_ok() {
            *kept = kept.of(&witness);
        } else if scenario.rules.checks_answers {
            event.old_answer = true;
            if matches!(scenario.promise, Promise::InOrder | Promise::Honest) {
                event.violation = Some(Violation::OutOfOrder);
            }
            return event;
        } else {
            // Believes what comes last, whoever says it.
            let admissions = kept.admissions.max(admissions);
            *kept = Kept { knows: Some(knows), admissions, ..*kept };
        }
    }
    kept.seen = kept.seen.max(reply.sequence);
    if let Some(opening) = opening.filter(|_| admitted) {
        if scenario.rules.loss == LossRule::ProofUnderPermit && opening.moment != NEVER {
            kept.proof = Some((opening.permit, opening.moment));
        }
        event.opened = true;
        let checked = scenario.checks_only.is_none_or(|only| only == opening.permit);
        event.violation =
            world.history.open(opening, late, scenario.codes_only).filter(|_| checked);
    }
    event
}

/// What the scenario promises beside safety.
fn broken_promise(
    scenario: &Scenario,
    world: &World,
    setting: &GateSetting,
    reply: &Reply,
    opening: Option<&Opening>,
) -> Option<Violation> {
    let refused = reply.answer.is_some_and(|answer| answer != Answer::Admitted);
    let forgotten = matches!(reply.answer, Some(Answer::Forgotten { .. }));
    match scenario.promise {
        Promise::Safe => None,
        Promise::InOrder | Promise::Honest => {
            let apart = matches!(reply.answer, Some(Answer::ClockApart { .. }));
            if reply.loss.is_some() || apart || forgotten {
                return Some(Violation::OutOfOrder);
            }
            let more = match scenario.rules.clock {
                Clock::Servers => 0,
                // The clock that set it was ahead, the clock that asks is behind.
                _ => 2 * DIFFERENCE,
            };
            let honest = refused && scenario.promise == Promise::Honest;
            let opening = opening.filter(|opening| honest && opening.moment != NEVER)?;
            let owes = world.history.owes_entry(opening.permit, opening.moment, more);
            owes.then_some(Violation::NotLetIn)
        }
        Promise::Returns => {
            let old_master = scenario.old_master?;
            let codes = old_master + DIFFERENCE + DIFFERENCE / 2 + scenario.window / 2 + 1;
            let closed = old_master + scenario.cool_down_limit();
            let wait = if setting.leaves { codes } else { codes.max(closed) };
            let fresh =
                opening.is_some_and(|opening| opening.moment == NEVER || opening.moment >= NOW);
            let long = NOW >= world.noticed.saturating_add(wait);
            (forgotten && fresh && long).then_some(Violation::OutOfOrderTooLong)
        }
    }
}

/// The cool-down that a gate asks for.
fn asked(scenario: &Scenario, setting: &GateSetting, moment: Time, changed: bool) -> u8 {
    let least = if moment == NEVER {
        scenario.window
    } else if scenario.rules.whole_window {
        scenario.window.max(setting.window) + SKEW
    } else {
        setting.window + SKEW.min(setting.window / 2)
    };
    match setting.cool_down {
        CoolDown::Seconds(seconds) if !changed => least.max(seconds),
        CoolDown::Window | CoolDown::Seconds(_) => least,
        CoolDown::None => 0,
    }
}

/// The cool-down that the zone owes, whatever the gate asked for.
fn owed(scenario: &Scenario, setting: &GateSetting, moment: Time, changed: bool) -> u8 {
    let least = if moment == NEVER { scenario.window } else { scenario.window + SKEW };
    match setting.cool_down {
        CoolDown::Seconds(seconds) if !changed => least.max(seconds),
        CoolDown::Window | CoolDown::Seconds(_) => least,
        CoolDown::None => 0,
    }
}
