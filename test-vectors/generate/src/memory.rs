//! The memory of used codes: what a store answers, how it notices a loss, and which answers a gate
//! takes.
//!
//! The groups, tests and steps are text, in `test-vectors/scenarios/memory/`.

mod group;
mod read;
mod scenario;

use super::json::write_groups;

/// The scenarios in their order.
const SCENARIOS: [(&str, &str); 5] = [
    ("losses.txt", include_str!("../../scenarios/memory/losses.txt")),
    ("judging.txt", include_str!("../../scenarios/memory/judging.txt")),
    ("answers.txt", include_str!("../../scenarios/memory/answers.txt")),
    ("changes.txt", include_str!("../../scenarios/memory/changes.txt")),
    ("histories.txt", include_str!("../../scenarios/memory/histories.txt")),
];

pub(crate) fn file() -> String {
    let groups = SCENARIOS.into_iter().flat_map(|(name, text)| {
        scenario::read(text).unwrap_or_else(|(line, what)| panic!("memory/{name}:{line}: {what}"))
    });
    write_groups(
        &[
            "The memory of used codes without tokens: what a store answers to a question of a \
             gate, how it notices that it lost its memory, what it keeps then, and which answers \
             a gate takes.",
            "Each test begins with the stores and gates that it names. The steps follow each \
             other; after each, the state of the store and the witness of the gate must be as \
             said.",
        ],
        &[
            ("Loss", "The store compares itself with what it kept and with what the gate knows."),
            ("NoLoss", "It looks like a loss, and is none."),
            ("Apart", "The clocks of the gate and of the store."),
            ("Judge", "How far the store trusts its memory when it judges."),
            ("CoolDown", "By which clock a cool-down ends."),
            ("Answer", "Which answers a gate takes."),
            ("GoOn", "An operator ends the wait."),
            ("Forget", "Records that are over."),
            ("History", "Several gates and several lives of a memory."),
            ("Impossible", "A code that is admitted twice, and no rule at the gates can tell."),
            ("Order", "Two signs: the first one names the loss."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
        ],
        groups.collect(),
    )
}
