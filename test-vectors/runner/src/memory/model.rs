//! Groups of type `Memory` as Rust types.

use std::collections::BTreeMap;

use livepermit::Timestamp;
use serde::Deserialize;

use crate::model::{Expected, Hex, maybe_time, time};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemoryGroup {
    pub(crate) comment: String,
    pub(super) settings: Settings,
    pub(super) clock: String,
    pub(crate) tests: Vec<MemoryTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) largest_window: u64,
    pub(super) largest_skew: u64,
    pub(super) clock_difference: u64,
    pub(super) longest_cool_down: u64,
    pub(super) old_master: OldMaster,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OldMaster {
    Named(String),
    Seconds(u64),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MemoryTest {
    pub(super) tc_id: usize,
    pub(super) comment: String,
    pub(super) flags: Vec<String>,
    pub(super) stores: BTreeMap<String, HeldStore>,
    pub(super) gates: BTreeMap<String, HeldWitness>,
    pub(super) steps: Vec<Step>,
    pub(super) result: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldStore {
    pub(super) incarnation: String,
    pub(super) state: Option<HeldState>,
    pub(super) records: Vec<HeldRecord>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HeldState {
    pub(super) store: Hex,
    pub(super) incarnation: String,
    pub(super) generation: u64,
    #[serde(deserialize_with = "time")]
    pub(super) forgotten: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) lost: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) closed_until: Timestamp,
    pub(super) records: u64,
    pub(super) admissions: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HeldRecord {
    pub(super) permit: Hex,
    pub(super) newest: Option<HeldNewest>,
    pub(super) slip: Option<HeldSighting>,
    pub(super) cool_downs: Vec<HeldCoolDown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldNewest {
    #[serde(deserialize_with = "time")]
    pub(super) moment: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) at: Timestamp,
    pub(super) gate: String,
    pub(super) lane: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldSighting {
    #[serde(deserialize_with = "time")]
    pub(super) at: Timestamp,
    pub(super) gate: String,
    pub(super) lane: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldCoolDown {
    pub(super) zone: String,
    #[serde(deserialize_with = "time")]
    pub(super) until: Timestamp,
    pub(super) gate: String,
    pub(super) generation: u64,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldWitness {
    pub(super) known: Option<HeldKnown>,
    pub(super) admissions: u64,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldKnown {
    pub(super) store: Hex,
    pub(super) generation: u64,
    pub(super) incarnation: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Step {
    Ask(Box<AskStep>),
    Arrive(ArriveStep),
    Copy(CopyStep),
    Start(StartStep),
    GoOn(GoOnStep),
    Forget(ForgetStep),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskStep {
    pub(super) ask: String,
    pub(super) gate: String,
    #[serde(deserialize_with = "time")]
    pub(super) now: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) time: Timestamp,
    pub(super) fresh: Option<Hex>,
    pub(super) attempt: Option<HeldAttempt>,
    pub(super) late: Option<String>,
    pub(super) result: Option<Expected>,
    pub(super) code: Option<String>,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(super) names: Option<Timestamp>,
    pub(super) loss: Option<String>,
    pub(super) state: Option<HeldState>,
    pub(super) witness: HeldWitness,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HeldAttempt {
    pub(super) permit: Hex,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(super) moment: Option<Timestamp>,
    pub(super) lane: String,
    pub(super) zone: String,
    pub(super) passage: String,
    pub(super) debounce: u64,
    pub(super) cool_down: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArriveStep {
    pub(super) arrive: String,
    pub(super) result: Expected,
    pub(super) code: Option<String>,
    #[serde(default, deserialize_with = "maybe_time")]
    pub(super) names: Option<Timestamp>,
    pub(super) witness: HeldWitness,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CopyStep {
    pub(super) copy: String,
    pub(super) to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartStep {
    pub(super) start: String,
    pub(super) incarnation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GoOnStep {
    pub(super) go_on: String,
    pub(super) word: String,
    #[serde(deserialize_with = "time")]
    pub(super) now: Timestamp,
    #[serde(deserialize_with = "time")]
    pub(super) time: Timestamp,
    pub(super) state: HeldState,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgetStep {
    pub(super) forget: String,
    #[serde(deserialize_with = "time")]
    pub(super) time: Timestamp,
    pub(super) left: Vec<Hex>,
    pub(super) state: HeldState,
}
