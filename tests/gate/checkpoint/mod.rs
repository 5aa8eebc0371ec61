//! A lane of a gate: what was used before, what the clock says, what was asked.

mod challenges;
mod clock;
mod stores;
mod used_codes;

use livepermit::{Checkpoint, CheckpointPolicy, Evidence, Policy, Rejection, Timestamp};

use crate::common::{NOW, checkpoint, policy};

/// What a policy leaves live: window and skew.
const LIVE: u64 = Policy::DEFAULT_WINDOW + Policy::DEFAULT_SKEW;

fn plus(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.checked_add_signed(seconds).unwrap()).unwrap()
}

fn default_gate() -> Checkpoint {
    checkpoint(policy(), CheckpointPolicy::default())
}

fn with(change: impl FnOnce(&mut CheckpointPolicy)) -> CheckpointPolicy {
    let mut policy = CheckpointPolicy::default();
    change(&mut policy);
    policy
}

#[test]
fn a_checkpoint_shows_its_place_and_policy_and_nothing_it_remembers() {
    let shown = format!("{:?}", default_gate());
    assert!(shown.starts_with("Checkpoint { place: Place"), "{shown}");
    assert!(shown.contains("policy: CheckpointPolicy") && shown.ends_with(", .. }"), "{shown}");
}

#[track_caller]
fn assert_times(rejection: Rejection, found: Timestamp, limit: Timestamp) {
    assert_eq!(rejection.evidence(), Evidence::Times { found, limit });
}
