//! The scenarios that are explored: the rules of the library, wrong rules, and known limits.

mod wrong;

pub use wrong::{Failing, controls, impossible, wrong};

use crate::rules::{Clock, Rules};
use crate::scenario::{CoolDown, Fault, GateSetting, Operator, Promise, Scenario, Waits};

/// A gate whose clock is behind.
const NORTH: GateSetting = GateSetting::at_clock(-1);
/// A gate whose clock is ahead.
const SOUTH: GateSetting = GateSetting::at_clock(1);
/// A gate whose clock is right.
const WEST: GateSetting = GateSetting::at_clock(0);

/// The longest cool-down is lowered, and the memory is lost before or after that.
fn changes(name: &'static str, fault: Fault) -> Scenario {
    Scenario { longest_cool_down: 8, ..Scenario::new(name) }
        .gates(&[NORTH.cool_down(CoolDown::Seconds(8)), SOUTH])
        .faults(&[Fault::ChangeSettings, fault], 2)
}

/// Scenarios in which the rules of the library must hold.
#[must_use]
pub fn holding() -> Vec<Scenario> {
    let mut all = without_loss();
    all.extend(losses());
    all.extend(masters());
    all.extend(gates_and_people());
    all
}

fn without_loss() -> Vec<Scenario> {
    let honest = |name| Scenario { promise: Promise::Honest, slips: true, ..Scenario::new(name) };
    vec![
        honest("no fault: nothing is out of order, honest visitors are let in")
            .gates(&[NORTH, SOUTH, WEST]),
        Scenario { permits: 2, ..honest("no fault, two permits") },
        honest("gates restart: nothing is out of order, honest visitors are let in")
            .faults(&[Fault::GateRestart, Fault::GateForgets], 3),
        Scenario {
            promise: Promise::InOrder,
            ..Scenario::new("answers are late or lost, gates restart: nothing is out of order")
        }
        .faults(&[Fault::GateRestart, Fault::GateForgets], 2)
        .late_answers(2, 2),
        Scenario {
            rules: Rules::new().counting(Clock::Askers),
            ..honest("a store without a clock")
        }
        .gates(&[NORTH, SOUTH, WEST]),
    ]
}

fn losses() -> Vec<Scenario> {
    let new = Scenario::new;
    let servers_lose = [Fault::Failover, Fault::Restart, Fault::Flush, Fault::Delete];
    vec![
        Scenario { slips: true, ..new("failover to a replica that is behind") }
            .faults(&[Fault::Failover], 2),
        new("failover while answers are in flight")
            .faults(&[Fault::Failover], 2)
            .late_answers(2, 2),
        Scenario {
            server_clocks: vec![0, -2, 2],
            ..new("failover to a server with another clock")
        }
        .faults(&[Fault::Failover], 2),
        Scenario { server_clocks: vec![0, -1, 1], ..new("clocks of gates and servers far apart") }
            .gates(&[GateSetting::at_clock(-2), WEST])
            .faults(&[Fault::Failover], 2),
        new("a restart from an older disk").faults(&[Fault::Restart], 2).late_answers(1, 2),
        new("a server that is emptied").faults(&[Fault::Flush], 2).late_answers(1, 2),
        Scenario { permits: 2, ..new("a record that is deleted") }.faults(&[Fault::Delete], 2),
        Scenario { new_store: true, slips: true, ..new("a new server that nobody spoke for") },
        Scenario { gates_know: true, ..new("another server with a store of its own") }
            .faults(&[Fault::Exchange], 2),
        Scenario { promise: Promise::Returns, ..new("after each loss, order returns in time") }
            .faults(&servers_lose, 2),
        Scenario { lag: 3, ..new("a replica that lacks many writes") }
            .faults(&[Fault::Failover], 1),
        Scenario {
            rules: Rules::new().counting(Clock::Askers),
            lag: 3,
            ..new("a file that is put back or removed; one process, one clock")
        }
        .gates(&[SOUTH])
        .faults(&[Fault::PutBackQuietly, Fault::Flush, Fault::Delete], 3)
        .late_answers(1, 2),
        Scenario { lag: 3, ..new("a memory put back, and the gate that asks saw it") }
            .gates(&[NORTH])
            .faults(&[Fault::Restart, Fault::PutBackQuietly], 2)
            .late_answers(2, 3),
    ]
}

fn masters() -> Vec<Scenario> {
    let lives = |name, seconds: u8, told: Option<u8>| Scenario {
        old_master: told,
        old_master_lives: seconds,
        ..Scenario::new(name)
    };
    let forgetting = [Fault::Failover, Fault::GateRestart, Fault::GateForgets];
    let failover = [Fault::Failover];
    vec![
        lives("an old master lives for a second, gates hop", 1, Some(1)).faults(&failover, 1),
        lives("an old master lives for two seconds, gates hop", 2, Some(2)).faults(&failover, 1),
        lives("an old master lives, answers in flight", 1, Some(1))
            .faults(&failover, 1)
            .late_answers(1, 2),
        lives("an old master lives, and gates restart", 1, Some(1)).faults(&forgetting, 2),
        Scenario {
            server_clocks: vec![0, 1],
            ..lives("two failovers, old masters live", 1, Some(1))
        }
        .faults(&failover, 2),
        lives("an old master without a bound, as the zone was told", 6, None).faults(&failover, 1),
        Scenario { waits: Waits::ForAll, ..lives("each door waits for all replicas", 3, Some(0)) }
            .faults(&[Fault::Failover, Fault::Restart], 2)
            .late_answers(1, 2),
        Scenario {
            promise: Promise::Returns,
            ..lives("an old master lives, and order returns in time", 1, Some(1))
        }
        .faults(&failover, 1),
        lives("an old master lives, and a gate that leads out", 1, Some(1))
            .gates(&[NORTH, SOUTH.out()])
            .faults(&failover, 1),
    ]
}

fn gates_and_people() -> Vec<Scenario> {
    let new = Scenario::new;
    let failover = [Fault::Failover];
    let says = |name, operator| Scenario { operator, ..new(name) };
    vec![
        new("a short window beside a long one")
            .gates(&[NORTH.window(1), SOUTH])
            .faults(&[Fault::Failover, Fault::Restart], 2),
        Scenario { longest_cool_down: 6, ..new("a long cool-down, and a gate without") }
            .gates(&[NORTH.cool_down(CoolDown::Seconds(6)), SOUTH.cool_down(CoolDown::None)])
            .faults(&[Fault::Failover, Fault::Restart], 2),
        Scenario { slips: true, ..new("a gate that leads out") }
            .gates(&[NORTH, SOUTH.out()])
            .faults(&[Fault::Failover, Fault::Restart], 1),
        Scenario { last_joins: true, ..new("a gate that joins in the lost part") }
            .gates(&[NORTH, SOUTH, WEST])
            .faults(&failover, 1),
        says("an operator goes on", Operator::GoesOn).faults(&failover, 2),
        says("an operator goes on, answers in flight", Operator::GoesOn)
            .faults(&failover, 1)
            .late_answers(1, 2),
        Scenario {
            old_master: None,
            old_master_lives: 2,
            ..says("an operator goes on when the old master is dead", Operator::GoesOnAlone)
        }
        .faults(&failover, 1),
        Scenario {
            old_master: Some(3),
            old_master_lives: 3,
            codes_only: true,
            ..says(
                "an operator goes on, and an old master lives within its bound",
                Operator::GoesOn,
            )
        }
        .faults(&failover, 1),
        changes("the longest cool-down is lowered, and the server restarts", Fault::Restart),
        Scenario {
            slips: true,
            old_master: Some(1),
            old_master_lives: 1,
            server_clocks: vec![0, 1],
            ..new("everything at once")
        }
        .gates(&[NORTH.window(1), SOUTH.cool_down(CoolDown::None), WEST])
        .faults(
            &[
                Fault::Failover,
                Fault::Restart,
                Fault::Flush,
                Fault::Delete,
                Fault::GateRestart,
                Fault::GateForgets,
            ],
            2,
        )
        .late_answers(1, 2),
    ]
}
