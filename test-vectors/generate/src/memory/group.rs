//! Groups, tests and steps of the memory, as in the file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::json::Numbered;

#[derive(Serialize)]
pub(crate) struct MemoryGroup {
    r#type: &'static str,
    comment: &'static str,
    pub(crate) settings: Settings,
    /// `own`, or `none`: then the clock of the gate that asks counts.
    pub(crate) clock: &'static str,
    pub(crate) tests: Vec<MemoryTest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) largest_window: u64,
    pub(crate) largest_skew: u64,
    pub(crate) clock_difference: u64,
    pub(crate) longest_cool_down: u64,
    pub(crate) old_master: OldMaster,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum OldMaster {
    Named(&'static str),
    Seconds(u64),
}

impl MemoryGroup {
    /// The settings of most groups.
    pub(crate) const fn new(comment: &'static str) -> Self {
        Self {
            r#type: "Memory",
            comment,
            settings: Settings {
                largest_window: 30,
                largest_skew: 5,
                clock_difference: 60,
                longest_cool_down: 600,
                old_master: OldMaster::Seconds(7),
            },
            clock: "own",
            tests: Vec::new(),
        }
    }
}

impl Numbered for MemoryGroup {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemoryTest {
    tc_id: usize,
    comment: &'static str,
    flags: Vec<&'static str>,
    pub(crate) stores: BTreeMap<String, Store>,
    pub(crate) gates: BTreeMap<String, Witness>,
    pub(crate) steps: Vec<Step>,
    /// The outcome of the last question or answer.
    pub(crate) result: &'static str,
}

impl MemoryTest {
    pub(crate) const fn new(flags: Vec<&'static str>, comment: &'static str) -> Self {
        Self {
            tc_id: 0,
            comment,
            flags,
            stores: BTreeMap::new(),
            gates: BTreeMap::new(),
            steps: Vec::new(),
            result: "",
        }
    }
}

/// A store, and the server that it is in.
#[derive(Serialize, Clone)]
pub(crate) struct Store {
    /// The life of the server.
    pub(crate) incarnation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    pub(crate) records: Vec<Record>,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    pub(crate) store: String,
    pub(crate) incarnation: String,
    pub(crate) generation: u64,
    pub(crate) forgotten: u64,
    pub(crate) lost: u64,
    pub(crate) closed_until: u64,
    pub(crate) records: u64,
    pub(crate) admissions: BTreeMap<String, u64>,
}

impl State {
    /// Nothing was admitted and nothing was lost.
    pub(crate) const fn new(store: String, incarnation: String) -> Self {
        Self {
            store,
            incarnation,
            generation: 1,
            forgotten: 0,
            lost: 0,
            closed_until: 0,
            records: 0,
            admissions: BTreeMap::new(),
        }
    }
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) permit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) newest: Option<Newest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slip: Option<Sighting>,
    pub(crate) cool_downs: Vec<CoolDown>,
}

#[derive(Serialize, Clone)]
pub(crate) struct Newest {
    pub(crate) moment: u64,
    pub(crate) at: u64,
    pub(crate) gate: String,
    pub(crate) lane: String,
}

#[derive(Serialize, Clone)]
pub(crate) struct Sighting {
    pub(crate) at: u64,
    pub(crate) gate: String,
    pub(crate) lane: String,
}

#[derive(Serialize, Clone)]
pub(crate) struct CoolDown {
    pub(crate) zone: String,
    pub(crate) until: u64,
    pub(crate) gate: String,
    pub(crate) generation: u64,
}

#[derive(Serialize, Clone)]
pub(crate) struct Witness {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<Known>,
    pub(crate) admissions: u64,
}

#[derive(Serialize, Clone)]
pub(crate) struct Known {
    pub(crate) store: String,
    pub(crate) generation: u64,
    pub(crate) incarnation: String,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Step {
    Ask(Box<Ask>),
    Arrive(Arrive),
    Copy { copy: String, to: String },
    Start { start: String, incarnation: String },
    GoOn(GoOn),
    Forget(Forget),
}

#[derive(Serialize)]
pub(crate) struct Ask {
    pub(crate) ask: String,
    pub(crate) gate: String,
    pub(crate) now: u64,
    pub(crate) time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fresh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<Attempt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) late: Option<String>,
    #[serde(flatten)]
    pub(crate) outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) loss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    pub(crate) witness: Witness,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attempt {
    pub(crate) permit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moment: Option<u64>,
    pub(crate) lane: String,
    pub(crate) zone: String,
    pub(crate) passage: &'static str,
    pub(crate) debounce: u64,
    pub(crate) cool_down: u64,
}

/// What the gate makes of an answer.
#[derive(Serialize, Clone)]
pub(crate) struct Outcome {
    pub(crate) result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) names: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct Arrive {
    pub(crate) arrive: String,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
    pub(crate) witness: Witness,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoOn {
    pub(crate) go_on: String,
    pub(crate) word: &'static str,
    pub(crate) now: u64,
    pub(crate) time: u64,
    pub(crate) state: State,
}

#[derive(Serialize)]
pub(crate) struct Forget {
    pub(crate) forget: String,
    pub(crate) time: u64,
    /// The permits whose records stay.
    pub(crate) left: Vec<String>,
    pub(crate) state: State,
}
