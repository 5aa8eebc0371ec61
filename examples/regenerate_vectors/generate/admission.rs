//! Codes shown to a checkpoint, one after another: what its memory makes of them.

mod challenges;
mod clock;
mod steps;
mod store;
mod used;

use super::json::write_groups;

pub(crate) fn file() -> String {
    let groups = used::groups()
        .into_iter()
        .chain(store::groups())
        .chain(clock::groups())
        .chain(challenges::groups());
    write_groups(
        &[
            "Codes that are shown to the lanes of a checkpoint one after another: stage 8, which depends on what was shown \
             before. All tokens are good, so that only memory, clock and challenges decide.",
            "Each test begins with an empty store and with the lanes as the group describes them. A step shows a code to a \
             lane, or lets a lane ask; each has its own outcome, and all must be as said.",
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
