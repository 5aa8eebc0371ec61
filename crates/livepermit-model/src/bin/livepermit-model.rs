//! Explores the scenarios whose names contain a word, and prints what is found.

use livepermit_model::{Bound, Scenario, controls, explore, holding, impossible, wrong};

fn show(kind: &str, name: &str, scenario: &Scenario, bound: Bound) {
    let begin = std::time::Instant::now();
    let outcome = explore(scenario, bound);
    let all = if outcome.complete { "all" } else { "bounded" };
    let seconds = begin.elapsed().as_secs_f32();
    println!(
        "{kind}: {name} [{}]: {} states ({all}), {} steps deep, {} tried, {seconds:.1} s",
        scenario.name, outcome.states, outcome.steps, outcome.tried
    );
    if let Some((_, story)) = outcome.found {
        println!("{story}\n");
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let word = arguments.next().unwrap_or_default();
    let states = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let bound = Bound::states(states);
    for scenario in holding().iter().filter(|scenario| scenario.name.contains(&word)) {
        show("holds", "", scenario, bound);
    }
    for scenario in controls().iter().filter(|scenario| scenario.name.contains(&word)) {
        show("control", "", scenario, bound);
    }
    for (kind, cases) in [("wrong", wrong()), ("impossible", impossible())] {
        for case in cases.iter().filter(|case| case.mistake.contains(&word)) {
            show(kind, case.mistake, &case.scenario, bound);
        }
    }
}
