//! The answer of a gate to one code: a light, a code for programs, and what was found.

use livepermit::rejection::{Fault, Stage};
use livepermit::{Rejection, RejectionCode, Timestamp};
use livepermit_gate::lists::Waiting;
use livepermit_gate::replay::StoreError;
use livepermit_gate::wedge::Fault as Mangled;
use livepermit_gate::{Admitted, GateCaution, GatePlace};
use serde_json::{Value, json};

use super::equipment;
use super::remark::Remark;
use crate::language::english;
use crate::shared::verdict;

/// The four lights, and no light for a code that was admitted a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Green,
    Yellow,
    Red,
    OutOfOrder,
    /// This lane accepted the code a moment ago and reads it again: nothing changes.
    Neutral,
}

impl Light {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::OutOfOrder => "out-of-order",
            Self::Neutral => "neutral",
        }
    }

    pub(super) const fn opens(self) -> bool {
        matches!(self, Self::Green | Self::Yellow)
    }
}

/// What is known about a line.
#[derive(Debug)]
pub(super) enum Finding {
    Judged(Box<Result<Admitted, Rejection>>),
    Mangled(Mangled),
    /// A camera saw a code that is no permit.
    Foreign,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) finding: Finding,
    pub(super) now: Timestamp,
    /// By how much several phones agree that the gate's clock is wrong.
    pub(super) clock_offset: Option<i64>,
    /// Why the memory of used codes gave no answer.
    pub(super) store_error: Option<StoreError>,
    /// Lists that are refused so far.
    pub(super) waiting: Vec<Waiting>,
    /// What the operator should know about this answer, beside the verdict.
    pub(super) remarks: Vec<Remark>,
    /// The name of this lane.
    pub(super) lane: String,
    /// Whether the gate waits only because its memory of used codes is new.
    pub(super) warms_up: bool,
}

impl Answer {
    pub(super) fn light(&self) -> Light {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) if admitted.cautions().is_empty() => Light::Green,
                Ok(_) => Light::Yellow,
                Err(rejection) if rejection.code() == RejectionCode::AlreadyAcceptedHere => {
                    Light::Neutral
                }
                Err(rejection) if rejection.fault() == Fault::Ours => Light::OutOfOrder,
                Err(_) => Light::Red,
            },
            // The scanner is ours.
            Finding::Mangled(_) => Light::OutOfOrder,
            Finding::Foreign => Light::Red,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(_) => "accepted",
                Err(rejection) => rejection.code().as_str(),
            },
            Finding::Mangled(mangled) => equipment::code(*mangled),
            Finding::Foreign => RejectionCode::NotOurs.as_str(),
        }
    }

    pub(super) fn admitted(&self) -> Option<&Admitted> {
        match &self.finding {
            Finding::Judged(verdict) => verdict.as_ref().as_ref().ok(),
            Finding::Mangled(_) | Finding::Foreign => None,
        }
    }

    /// What the store said, if that is why the code was refused or not checked.
    pub(super) fn store_failure(&self) -> Option<String> {
        let Finding::Judged(verdict) = &self.finding else { return None };
        let not_asked = match verdict.as_ref() {
            Ok(admitted) => admitted.cautions().contains(GateCaution::ReplayNotChecked),
            Err(rejection) => rejection.code() == RejectionCode::StoreUnreachable,
        };
        self.store_error.as_ref().filter(|_| not_asked).map(ToString::to_string)
    }

    /// The lists that are refused so far, for programs.
    pub(super) fn lists_waiting(&self) -> Value {
        let list = |waiting: &Waiting| {
            let Waiting { name, code, again, .. } = waiting;
            json!({ "file": name, "code": code, "again": again.as_unix() })
        };
        self.waiting.iter().map(list).collect()
    }

    /// A fault that the library does not know.
    fn ours_json(&self, stage: Stage, cause: String) -> Value {
        json!({
            "verdict": "refused", "admitted": false, "at": self.now.as_unix(),
            "code": self.code(), "stage": stage.name(), "fault": Fault::Ours.name(),
            "evidence": null, "cause": cause, "instruction": self.instruction(english()),
        })
    }

    pub(super) fn to_json(&self, place: &GatePlace) -> Value {
        let mut value = match &self.finding {
            Finding::Judged(verdict) => verdict::admitted_to_json(verdict, self.now),
            Finding::Mangled(mangled) => {
                self.ours_json(Stage::Structure, equipment::cause(english(), *mangled))
            }
            Finding::Foreign => verdict::not_ours_json(self.now),
        };
        let light = self.light();
        if let Some(object) = value.as_object_mut() {
            object.insert("light".into(), light.name().into());
            object.insert("code".into(), self.code().into());
            object.insert("opens".into(), light.opens().into());
            object.insert("gate".into(), place.gate().into());
            object.insert("lane".into(), place.lane().into());
            object.insert("zone".into(), place.zone().into());
            object.insert("details".into(), self.details(english()).into());
            object.insert("clock_offset".into(), self.clock_offset.into());
            object.insert("store_error".into(), self.store_failure().into());
            object.insert("lists_waiting".into(), self.lists_waiting());
            object.insert("remarks".into(), self.remarks.iter().map(Remark::code).collect());
        }
        value
    }
}
