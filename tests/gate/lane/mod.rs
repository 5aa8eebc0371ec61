//! A lane of a gate: what was used before, what the clock says, what was asked.

mod challenges;
mod clock;
mod halves;
mod stores;
mod used_codes;
mod visitor;

use livepermit::rejection::Evidence;
use livepermit::{Policy, Rejection, Timestamp};

use livepermit_testkit::{NOW, default_gate};

/// What a policy leaves live: window and skew.
const LIVE: u64 = Policy::DEFAULT_WINDOW + Policy::DEFAULT_SKEW;

fn plus(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.checked_add_signed(seconds).unwrap()).unwrap()
}

#[test]
fn a_gate_shows_its_place_and_rules_and_nothing_it_remembers() {
    let shown = format!("{:?}", default_gate());
    assert!(shown.starts_with("Gate { place: GatePlace"), "{shown}");
    assert!(shown.contains("rules: Rules") && shown.ends_with(", .. }"), "{shown}");
}

#[track_caller]
fn assert_times(rejection: Rejection, found: Timestamp, limit: Timestamp) {
    assert_eq!(rejection.evidence(), Evidence::Times { found, limit });
}
