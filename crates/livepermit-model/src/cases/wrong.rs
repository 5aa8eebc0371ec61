//! Scenarios that must fail: wrong rules, and what no rule can find.

use super::{NORTH, SOUTH, changes};
use crate::rules::{Clock, Closed, LossRule, Rules};
use crate::scenario::{CoolDown, Fault, Operator, Promise, Scenario, Waits};

/// A scenario that must fail, and in how many steps.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failing {
    /// What is wrong with the rules, or what no rule can find.
    pub mistake: &'static str,
    /// The scenario.
    pub scenario: Scenario,
    /// The shortest story has at most this many steps.
    pub steps: usize,
    /// Words of the story's last step and of its end.
    pub ends: [&'static str; 2],
}

/// One code opened two doors.
fn twice(mistake: &'static str, steps: usize, scenario: Scenario) -> Failing {
    let ends = ["the door opens", "one code opened two doors"];
    Failing { mistake, scenario: Scenario { codes_only: true, ..scenario }, steps, ends }
}

/// A cool-down was broken.
fn too_soon(mistake: &'static str, steps: usize, scenario: Scenario) -> Failing {
    let ends = ["the door opens", "the permit entered twice"];
    Failing { mistake, scenario, steps, ends }
}

fn failover(name: &'static str) -> Scenario {
    Scenario::new(name).faults(&[Fault::Failover], 1)
}

/// A failover, and only the codes of a permit that is shown at one gate alone are checked: the gate
/// that admitted such a code is the gate that is asked.
fn asked_at_the_gate_that_knows() -> Scenario {
    let gates = [NORTH.cool_down(CoolDown::None), SOUTH.cool_down(CoolDown::None).only(0)];
    Scenario {
        permits: 2,
        codes_only: true,
        checks_only: Some(1),
        ..failover("failover; the gate that knows is asked")
    }
    .gates(&gates)
}

/// Scenarios in which a wrong rule holds: so what the explorer finds elsewhere is the mistake that
/// is meant, and not another.
#[must_use]
pub fn controls() -> Vec<Scenario> {
    let rules = Rules::new();
    let roll_call = failover("roll call: answers checked, nobody joins")
        .late_answers(2, 2)
        .rules(rules.noticing(LossRule::RollCall));
    let counter = asked_at_the_gate_that_knows().rules(rules.noticing(LossRule::OwnCounter));
    vec![roll_call, Scenario { name: "own counter; the gate that knows is asked", ..counter }]
}

/// Wrong rules. The explorer must find how each of them fails.
#[must_use]
pub fn wrong() -> Vec<Failing> {
    let mut all = wrong_notices();
    all.extend(wrong_waits());
    all
}

fn wrong_notices() -> Vec<Failing> {
    let rules = Rules::new();
    let counter = rules.noticing(LossRule::OwnCounter);
    let proof = rules.noticing(LossRule::ProofUnderPermit);
    let roll_call = rules.noticing(LossRule::RollCall);
    let waits =
        Scenario { waits: Waits::ForAll, ..Scenario::new("the master restarts from its disk") };
    let joins = Scenario { last_joins: true, ..failover("failover, a gate joins") };
    vec![
        twice(
            "the highest number that a gate has seen tells a loss, and only codes wait (old rules)",
            3,
            failover("failover").rules(Rules::old()),
        ),
        twice("each gate's own counter tells a loss", 3, failover("failover").rules(counter)),
        twice(
            "a gate's last admission is looked up under its permit",
            3,
            failover("failover").rules(proof),
        ),
        twice(
            "the same, even if the gate that knows is asked: a later admission hides the proof",
            5,
            asked_at_the_gate_that_knows().rules(proof),
        ),
        twice(
            "replicas confirm each admission (`WAIT`), and that is all",
            3,
            waits.faults(&[Fault::Restart], 1).rules(counter),
        ),
        twice(
            "nobody waits when each gate that the store knows misses nothing",
            4,
            joins.rules(roll_call),
        ),
        twice(
            "the same, nobody joins, and gates believe old answers",
            7,
            failover("failover, answers in flight")
                .late_answers(1, 2)
                .rules(roll_call.believing_old_answers()),
        ),
        twice(
            "gates believe answers of a server that they left behind",
            11,
            Scenario { lag: 3, ..Scenario::new("a restart, then a memory put back; one gate") }
                .gates(&[NORTH])
                .faults(&[Fault::Restart, Fault::PutBackQuietly], 2)
                .late_answers(1, 9)
                .rules(rules.believing_old_answers()),
        ),
    ]
}

fn wrong_waits() -> Vec<Failing> {
    let rules = Rules::new();
    let masters = Scenario { old_master_lives: 6, ..failover("two masters, gates hop") };
    let one_less = Scenario {
        old_master: Some(1),
        old_master_lives: 2,
        ..failover("an old master lives for 2 s, the zone was told 1 s")
    };
    vec![
        too_soon(
            "after a noticed loss only codes wait, not cool-downs",
            6,
            failover("failover").rules(rules.closing(Closed::Nobody)),
        ),
        too_soon(
            "after a loss a gate without cool-down lets enter",
            6,
            Scenario { longest_cool_down: 6, ..failover("failover, a cool-down of 6 s") }
                .gates(&[NORTH.cool_down(CoolDown::Seconds(6)), SOUTH.cool_down(CoolDown::None)])
                .rules(rules.closing(Closed::GatesWithCoolDown)),
        ),
        twice("an old master that lives on is not waited for (L = 0)", 10, masters),
        too_soon("an old master is waited for one second less than it lives", 8, one_less),
        too_soon(
            "another gate's cool-down lasts longer by D - 1, the gates' clocks count",
            4,
            Scenario::new("no fault").rules(rules.counting(Clock::AskersOneSecondLess)),
        ),
        too_soon(
            "a cool-down is compared with the asker's clock",
            3,
            Scenario::new("no fault").rules(rules.counting(Clock::AskersAlone)),
        ),
        too_soon(
            "a gate asks for a cool-down of its own short window",
            3,
            Scenario::new("no fault")
                .gates(&[NORTH.window(1), SOUTH])
                .rules(rules.with_own_windows()),
        ),
    ]
}

/// What no rule at the gates can find: the documents say so, and the explorer shows how.
#[must_use]
pub fn impossible() -> Vec<Failing> {
    let new = Scenario::new;
    let one_gate = |name| new(name).gates(&[NORTH]);
    let joins = Scenario { gates_know: true, last_joins: true, ..new("another server") };
    let half = Scenario {
        waits: Waits::ForOneOfTwo,
        old_master_lives: 8,
        ..failover("failover, a replica stays with the old master")
    };
    let told_dead = Scenario {
        old_master: None,
        old_master_lives: 8,
        operator: Operator::GoesOn,
        ..failover("no bound, and an operator goes on")
    };
    vec![
        twice(
            "a memory is put back with its identity, and others ask first",
            3,
            new("a memory put back").faults(&[Fault::PutBack], 1),
        ),
        twice(
            "a memory is put back while an answer is in flight",
            4,
            one_gate("one gate").faults(&[Fault::PutBack], 1).late_answers(1, 2),
        ),
        twice(
            "the memory and what the gates keep are put back together",
            3,
            one_gate("one gate").faults(&[Fault::PutBackWithGates], 1),
        ),
        twice(
            "a memory is put back, and the gate that saw it lost its witness",
            4,
            one_gate("one gate").faults(&[Fault::PutBack, Fault::GateForgets], 2),
        ),
        twice(
            "another store takes the place of the first, and a gate that is new asks first",
            3,
            joins.faults(&[Fault::Exchange], 1),
        ),
        twice(
            "an old master lives for longer than the zone was told",
            10,
            Scenario {
                old_master: Some(1),
                old_master_lives: 8,
                ..failover("two masters, gates hop")
            },
        ),
        twice("an operator goes on, and an old master without a bound still lives", 8, told_dead),
        twice("doors wait for one of two replicas, the old master keeps the other", 8, half),
        too_soon(
            "the memory is emptied, and then the longest cool-down is lowered",
            7,
            changes("a flush, and a change of settings", Fault::Flush),
        ),
        too_soon(
            "gates of different clocks ask a store without a clock: it opens again too early",
            5,
            new("a store without a clock is emptied")
                .faults(&[Fault::Flush], 1)
                .rules(Rules::new().counting(Clock::Askers)),
        ),
        Failing {
            mistake: "an answer is lost: recorded, and the door stayed shut",
            steps: 2,
            ends: ["the door stays shut", "an honest visitor was not let in"],
            scenario: Scenario { promise: Promise::Honest, ..new("no fault") }.late_answers(1, 2),
        },
    ]
}
