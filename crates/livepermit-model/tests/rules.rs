//! The rules hold in all states that are explored, and each wrong rule fails.
//!
//! `LIVEPERMIT_MODEL_BOUND=long` explores further, for some minutes with `--release`; a number is
//! a bound of so many states for each scenario.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use livepermit_model::{
    Bound, Failing, Fault, Outcome, Scenario, controls, explore, holding, impossible, wrong,
};

/// States of each scenario.
const SHORT: usize = 40_000;
const LONG: usize = 500_000;

fn bound() -> Bound {
    let states = match std::env::var("LIVEPERMIT_MODEL_BOUND").as_deref() {
        Ok("long") => LONG,
        Ok(number) => number.parse().unwrap(),
        Err(_) => SHORT,
    };
    Bound::states(states)
}

/// Explores on two threads, and gives the outcomes in the order of the scenarios.
fn explore_all(scenarios: &[Scenario]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![None; scenarios.len()]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = explore(scenario, bound());
                    println!("{}", row(scenario.name, &outcome));
                    let at = scenarios.iter().position(|other| std::ptr::eq(other, scenario));
                    outcomes.lock().unwrap()[at.unwrap()] = Some(outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap().into_iter().flatten().collect()
}

fn row(name: &str, outcome: &Outcome) -> String {
    let extent = if outcome.complete { "all" } else { "a part" };
    format!("| {name} | {} | {} | {extent} |", outcome.steps, outcome.states)
}

fn hold(scenarios: &[Scenario]) -> usize {
    let outcomes = explore_all(scenarios);
    for (scenario, outcome) in scenarios.iter().zip(&outcomes) {
        if let Some((_, story)) = &outcome.found {
            panic!("{}:\n{story}", scenario.name);
        }
        // The rules would hold too if they let nobody in.
        assert!(outcome.opened > 0, "{}", scenario.name);
        let loses = scenario
            .faults
            .iter()
            .any(|fault| !matches!(fault, Fault::GateRestart | Fault::GateForgets));
        if outcome.complete && loses && scenario.old_master.is_some() {
            assert!(outcome.opened_after_loss > 0, "{}", scenario.name);
        }
        assert!(outcome.complete || outcome.states >= bound().states, "{}", scenario.name);
    }
    outcomes.iter().map(|outcome| outcome.states).sum()
}

fn fail(cases: &[Failing]) {
    for case in cases {
        let outcome = explore(&case.scenario, bound());
        let Some((_, story)) = &outcome.found else {
            panic!("{}: nothing found in {} states", case.mistake, outcome.states);
        };
        println!(
            "| {} | {} | {} | {} |",
            case.mistake, case.scenario.name, outcome.steps, outcome.states
        );
        println!("{story}\n");
        assert!(outcome.steps <= case.steps, "{}: {} steps", case.mistake, outcome.steps);
        let [last, end] = case.ends;
        assert!(story.lines().last().is_some_and(|line| line.contains(last)), "{story}");
        assert!(story.end().contains(end), "{story}");
    }
}

#[test]
fn the_rules_of_the_library_hold() {
    let scenarios = holding();
    let states = hold(&scenarios);
    println!("{states} states explored");
    // About half of the scenarios have fewer states than the bound.
    let most = scenarios.len() * bound().states;
    assert!(states * 4 > most, "{states} states are too few");
}

#[test]
fn each_wrong_rule_fails() {
    fail(&wrong());
}

/// A wrong rule holds where its mistake does not matter. So the stories are about that mistake.
#[test]
fn a_wrong_rule_holds_where_its_mistake_does_not_matter() {
    hold(&controls());
}

#[test]
fn what_no_rule_can_find_is_found_by_the_explorer() {
    fail(&impossible());
}

#[test]
fn the_readme_names_each_scenario() {
    let readme = include_str!("../README.md");
    let scenarios = [holding(), controls()].concat();
    let cases = [wrong(), impossible()].concat();
    let names = scenarios.iter().map(|scenario| scenario.name);
    for name in names.chain(cases.iter().map(|case| case.mistake)) {
        assert!(readme.contains(&format!("| {name} |")), "README.md lacks: {name}");
    }
}
