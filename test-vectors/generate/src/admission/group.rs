//! Groups, tests and steps of admission, as in the file.

use serde::Serialize;

use super::super::crypto::Key;
use super::super::json::{Numbered, Policy, StatusList, TrustList, Trusted};
use super::super::token::{GATE, WINDOW};

pub(crate) const OTHER_CLASS: &str = "bj.example:driving";

/// Lanes that share one verifier and one store.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmitGroup {
    r#type: &'static str,
    comment: &'static str,
    pub(crate) trust: Vec<Trusted>,
    pub(crate) policy: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trust_list: Option<TrustList>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) status_lists: Vec<StatusList>,
    pub(crate) store: Store,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) tests: Vec<AdmitTest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Store {
    pub(crate) largest_window: u64,
    pub(crate) largest_skew: u64,
    pub(crate) clock_difference: u64,
    pub(crate) longest_cool_down: u64,
    pub(crate) old_master: u64,
    pub(crate) capacity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lost_at: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lane {
    /// The name of this lane in the steps of the scenario.
    #[serde(skip)]
    pub(crate) name: &'static str,
    pub(crate) gate: &'static str,
    pub(crate) lane: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) debounce: u64,
    pub(crate) cool_down: CoolDown,
    pub(crate) store_failure: &'static str,
    pub(crate) passage: &'static str,
    pub(crate) clock_jump: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_admission: Option<u64>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum CoolDown {
    Named(&'static str),
    Seconds(u64),
}

impl AdmitGroup {
    /// One lane, a large store, the usual trust and policy.
    pub(crate) fn new(comment: &'static str) -> Self {
        let issuer = Trusted::new(Key::Issuer).edit(|key| {
            key.uses.push("slip");
            key.classes.insert(0, OTHER_CLASS);
        });
        let store = Store {
            largest_window: WINDOW,
            largest_skew: 5,
            clock_difference: 60,
            longest_cool_down: 0,
            old_master: 0,
            capacity: 1000,
            lost_at: None,
        };
        Self {
            r#type: "Admit",
            comment,
            trust: vec![issuer],
            policy: Policy::default().edit(|policy| policy.classes.push(OTHER_CLASS)),
            trust_list: None,
            status_lists: Vec::new(),
            store,
            lanes: vec![Lane::new("")],
            tests: Vec::new(),
        }
    }
}

impl Lane {
    /// The lane of most tests.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            gate: GATE,
            lane: "lane-1",
            zone: "hall",
            debounce: 3,
            cool_down: CoolDown::Named("window"),
            store_failure: "refuse",
            passage: "enter",
            clock_jump: 86_400,
            floor: None,
            last_admission: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmitTest {
    tc_id: usize,
    comment: &'static str,
    flags: Vec<&'static str>,
    pub(crate) steps: Vec<Step>,
    /// The outcome of the last step.
    result: &'static str,
}

impl AdmitTest {
    pub(crate) fn new(flags: Vec<&'static str>, comment: &'static str) -> Self {
        Self { tc_id: 0, comment, flags, steps: Vec::new(), result: "" }
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.result = match &step {
            Step::Show(show) => show.result,
            Step::Ask(ask) => ask.result,
        };
        self.steps.push(step);
    }
}

impl Numbered for AdmitGroup {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Step {
    Show(Box<Show>),
    Ask(Ask),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Show {
    pub(crate) show: String,
    pub(crate) lane: usize,
    pub(crate) now: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) store_unreachable: bool,
    pub(crate) result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cautions: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
pub(crate) struct Ask {
    pub(crate) ask: Question,
    pub(crate) lane: usize,
    pub(crate) now: u64,
    pub(crate) result: &'static str,
}

/// A challenge that a lane opens.
#[derive(Serialize)]
pub(crate) struct Question {
    pub(crate) gate: String,
    pub(crate) nonce: String,
    pub(crate) expires: u64,
}
