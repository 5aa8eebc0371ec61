//! Codes shown to a gate one after another, to test the gate's memory.
//!
//! The groups, tests and steps are text, in `test-vectors/scenarios/`.

mod group;
mod scenario;
mod shown;

pub(crate) use shown::{number, pair, time};

use super::json::write_groups;

/// The scenarios in their order.
const SCENARIOS: [(&str, &str); 4] = [
    ("used.txt", include_str!("../../scenarios/used.txt")),
    ("store.txt", include_str!("../../scenarios/store.txt")),
    ("clock.txt", include_str!("../../scenarios/clock.txt")),
    ("challenges.txt", include_str!("../../scenarios/challenges.txt")),
];

pub(crate) fn file() -> String {
    let groups = SCENARIOS.into_iter().flat_map(|(name, text)| {
        scenario::read(text).unwrap_or_else(|(line, what)| panic!("{name}:{line}: {what}"))
    });
    write_groups(
        &[
            "Codes that are shown to the lanes of a gate one after another: stage 8, which \
             depends on what was shown before. All tokens are good, so that only memory, clock and \
             challenges decide.",
            "Each test begins with an empty store and with the lanes as the group describes them. \
             A step shows a code to a lane, or lets a lane ask; each has its own outcome, and all \
             must be as said.",
        ],
        &[
            ("Used", "What was admitted before is not admitted again."),
            ("CoolDown", "A permit is not admitted twice into one zone at once."),
            ("Slip", "Printed: it has no moment."),
            ("Leave", "A gate that leads out."),
            ("Store", "What the store has no room for, has forgotten or cannot say."),
            ("Clock", "The gate's own clock is in doubt."),
            ("Challenge", "The gate asks."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
        ],
        groups.collect(),
    )
}
