//! Groups and tests of admission, put together step by step.

use livepermit::{Caution, Code};
use serde::Serialize;

use super::super::cbor::{bytes, hex, text, uint};
use super::super::crypto::Key;
use super::super::json::{Challenge, Numbered, Policy, StatusList, TrustList, Trusted};
use super::super::token::{
    AUD, CNONCE, EXP, GATE, IAT, Layer, NOW, SUB, SUBJECT, VCT, WINDOW, pass, presentation, qr_text,
};

/// Lanes that share one verifier and one store.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmitGroup {
    r#type: &'static str,
    comment: &'static str,
    trust: Vec<Trusted>,
    policy: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_list: Option<TrustList>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status_lists: Vec<StatusList>,
    store: Store,
    lanes: Vec<Lane>,
    tests: Vec<AdmitTest>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Store {
    pub(crate) largest_window: u64,
    pub(crate) clock_difference: u64,
    pub(crate) capacity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lost_at: Option<u64>,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lane {
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

#[derive(Serialize, Clone, Copy)]
#[serde(untagged)]
pub(crate) enum CoolDown {
    Named(&'static str),
    Seconds(u64),
}

/// The lane of most tests.
pub(crate) const LANE: Lane = Lane {
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
};

impl Numbered for AdmitGroup {
    fn tests(&mut self) -> Vec<(&mut usize, &[&'static str])> {
        self.tests.iter_mut().map(|test| (&mut test.tc_id, test.flags.as_slice())).collect()
    }
}

impl Lane {
    pub(crate) fn edit(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl AdmitGroup {
    /// One lane, a large store, the usual trust and policy.
    pub(crate) fn new(comment: &'static str, tests: Vec<AdmitTest>) -> Self {
        Self {
            r#type: "Admit",
            comment,
            trust: vec![Trusted::new(Key::Issuer).edit(|key| {
                key.uses.push("slip");
                key.classes.insert(0, OTHER_CLASS);
            })],
            policy: Policy::default().edit(|policy| policy.classes.push(OTHER_CLASS)),
            trust_list: None,
            status_lists: Vec::new(),
            store: Store {
                largest_window: WINDOW,
                clock_difference: 60,
                capacity: 1000,
                lost_at: None,
            },
            lanes: vec![LANE],
            tests,
        }
    }

    pub(crate) fn trust(mut self, change: impl FnOnce(&mut Vec<Trusted>)) -> Self {
        change(&mut self.trust);
        self
    }

    pub(crate) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(crate) fn store(mut self, change: impl FnOnce(&mut Store)) -> Self {
        change(&mut self.store);
        self
    }

    pub(crate) fn lanes(mut self, lanes: impl IntoIterator<Item = Lane>) -> Self {
        self.lanes = lanes.into_iter().collect();
        self
    }

    pub(crate) fn under_trust_list(mut self, write: impl FnOnce(&[Trusted]) -> TrustList) -> Self {
        self.trust_list = Some(write(&self.trust));
        self
    }

    pub(crate) fn holding(mut self, list: StatusList) -> Self {
        self.status_lists.push(list);
        self
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmitTest {
    tc_id: usize,
    comment: &'static str,
    flags: Vec<&'static str>,
    steps: Vec<Step>,
    result: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Step {
    Show(Box<Show>),
    Ask(Box<Ask>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Show {
    show: String,
    lane: usize,
    now: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    store_unreachable: bool,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cautions: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct Ask {
    ask: Challenge,
    lane: usize,
    now: u64,
    result: &'static str,
}

/// `steps("Used", "…").lane(0).at(NOW).show(&code).admitted()`: lane and time hold until they
/// change.
pub(crate) struct Steps {
    comment: &'static str,
    flags: Vec<&'static str>,
    lane: usize,
    now: u64,
    unreachable: bool,
    shown: Option<String>,
    steps: Vec<Step>,
}

pub(crate) fn steps(flag: &'static str, comment: &'static str) -> Steps {
    Steps {
        comment,
        flags: vec![flag],
        lane: 0,
        now: NOW,
        unreachable: false,
        shown: None,
        steps: Vec::new(),
    }
}

impl Steps {
    pub(crate) fn edge(mut self) -> Self {
        self.flags.push("Edge");
        self
    }

    pub(crate) fn lane(mut self, lane: usize) -> Self {
        self.lane = lane;
        self
    }

    pub(crate) fn at(mut self, now: u64) -> Self {
        self.now = now;
        self
    }

    /// In the next showing the store cannot be asked.
    pub(crate) fn store_unreachable(mut self) -> Self {
        self.unreachable = true;
        self
    }

    pub(crate) fn show(self, code: &Layer) -> Self {
        self.show_text(qr_text(&code.encode()))
    }

    pub(crate) fn show_text(mut self, text: String) -> Self {
        assert!(self.shown.replace(text).is_none(), "{}: a showing without outcome", self.comment);
        self
    }

    pub(crate) fn admitted(self) -> Self {
        self.admitted_as(SUBJECT, &[])
    }

    /// With what the verdict has beside the caution that nothing was looked up.
    pub(crate) fn admitted_as(self, subject: &'static str, cautions: &[Caution]) -> Self {
        let mut all: Vec<&'static str> = vec![Caution::RevocationNotChecked.code()];
        all.extend(cautions.iter().map(|caution| caution.code()));
        self.outcome("valid", None, Some((subject, all)))
    }

    /// The caution that nothing was looked up is not there, because it was.
    pub(crate) fn admitted_looked_up(self) -> Self {
        self.outcome("valid", None, Some((SUBJECT, Vec::new())))
    }

    pub(crate) fn refused(self, code: Code) -> Self {
        self.outcome("invalid", Some(code), None)
    }

    fn outcome(
        mut self,
        result: &'static str,
        code: Option<Code>,
        admitted: Option<(&'static str, Vec<&'static str>)>,
    ) -> Self {
        let (subject, cautions) = admitted.unzip();
        let show = Show {
            show: self.shown.take().unwrap(),
            lane: self.lane,
            now: self.now,
            store_unreachable: std::mem::take(&mut self.unreachable),
            result,
            code: code.map(Code::as_str),
            stage: code.map(|code| code.stage().name()),
            subject,
            cautions,
        };
        self.steps.push(Step::Show(Box::new(show)));
        self
    }

    pub(crate) fn asks(self, nonce: &[u8], expires: u64) -> Self {
        self.asking(GATE, nonce, expires, "valid")
    }

    pub(crate) fn may_not_ask(self, gate: &'static str, nonce: &[u8], expires: u64) -> Self {
        self.asking(gate, nonce, expires, "invalid")
    }

    fn asking(
        mut self,
        gate: &'static str,
        nonce: &[u8],
        expires: u64,
        result: &'static str,
    ) -> Self {
        let ask = Challenge { gate, nonce: hex(nonce), expires };
        self.steps.push(Step::Ask(Box::new(Ask { ask, lane: self.lane, now: self.now, result })));
        self
    }

    pub(crate) fn done(self) -> AdmitTest {
        assert!(self.shown.is_none(), "{}: a showing without outcome", self.comment);
        let result = match self.steps.last() {
            Some(Step::Show(show)) => show.result,
            Some(Step::Ask(ask)) => ask.result,
            None => panic!("{}: no steps", self.comment),
        };
        AdmitTest { tc_id: 0, comment: self.comment, flags: self.flags, steps: self.steps, result }
    }
}

pub(crate) const OTHER_CLASS: &str = "bj.example:driving";
pub(crate) const OTHER_SUBJECT: &str = "BJ-0D15EA5E";

/// The pass of [`SUBJECT`], made at `time`.
pub(crate) fn code(time: u64) -> Layer {
    windowed(time, WINDOW)
}

/// The same, signed for another window.
pub(crate) fn windowed(time: u64, window: u64) -> Layer {
    pass().claim(IAT, uint(time)).claim(EXP, uint(time + window))
}

/// Another person's pass.
pub(crate) fn code_of(subject: &str, time: u64) -> Layer {
    code(time).claim(SUB, text(subject))
}

/// Another permit of the same person.
pub(crate) fn other_class(time: u64) -> Layer {
    code(time).claim(VCT, text(OTHER_CLASS))
}

/// The phone's answer to a challenge of the gate.
pub(crate) fn answer_to(nonce: &[u8]) -> Layer {
    presentation().claim(AUD, text(GATE)).claim(CNONCE, bytes(nonce))
}

/// As bad as can be in one respect: right for no gate.
pub(crate) fn for_another_gate(code: Layer) -> Layer {
    code.claim(AUD, text("gate-9"))
}
