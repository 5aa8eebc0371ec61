//! The answer of a gate to one line: a light, a code, and what to do.

use std::fmt::Write as _;

use livepermit::rejection::{Evidence, Fault, Stage};
use livepermit::{Rejection, RejectionCode, Timestamp};
use livepermit_gate::lists::Waiting;
use livepermit_gate::replay::StoreError;
use livepermit_gate::wedge::Fault as Mangled;
use livepermit_gate::{Admitted, GateCaution, GatePlace};
use serde_json::{Value, json};

use super::equipment;
use super::remark::Remark;
use super::texts;
use crate::shared::{time, verdict};

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
    /// The gate's own memory of used codes holds a moment that is still to come.
    MemoryAhead(Timestamp),
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
            // The scanner and the memory are ours.
            Finding::Mangled(_) | Finding::MemoryAhead(_) => Light::OutOfOrder,
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
            Finding::MemoryAhead(_) => "memory-ahead",
            Finding::Foreign => RejectionCode::NotOurs.as_str(),
        }
    }

    pub(super) fn admitted(&self) -> Option<&Admitted> {
        match &self.finding {
            Finding::Judged(verdict) => verdict.as_ref().as_ref().ok(),
            Finding::Mangled(_) | Finding::MemoryAhead(_) | Finding::Foreign => None,
        }
    }

    pub(super) fn instruction(&self) -> String {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) if admitted.cautions().is_empty() => texts::let_in(),
                Ok(admitted) => {
                    let cautions: Vec<_> =
                        admitted.cautions().iter().map(|c| c.instruction()).collect();
                    texts::let_in_and(cautions.join(" "))
                }
                Err(rejection) => rejection.instruction().to_owned(),
            },
            Finding::Mangled(mangled) => equipment::instruction(*mangled),
            Finding::MemoryAhead(_) => texts::memory_ahead_instruction(),
            Finding::Foreign => RejectionCode::NotOurs.instruction().to_owned(),
        }
    }

    /// Other details, on one line and without line ends or control characters.
    pub(super) fn details(&self) -> String {
        let mut out = match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) => of_admitted(admitted),
                Err(rejection) if rejection.code() == RejectionCode::AlreadyAcceptedHere => {
                    let here = of_rejection(rejection, self.now);
                    texts::let_in_at(here, &self.lane)
                }
                Err(rejection) => {
                    self.warm_up(rejection).unwrap_or_else(|| of_rejection(rejection, self.now))
                }
            },
            Finding::Mangled(mangled) => equipment::cause(*mangled),
            Finding::MemoryAhead(until) => texts::memory_ahead(time::local(*until)),
            Finding::Foreign => String::new(),
        };
        let offset = self.clock_offset.map(offset);
        let waiting = self.waiting.iter().map(list_waits);
        let remarks = self.remarks.iter().map(Remark::text);
        for text in self.store_failure().into_iter().chain(offset).chain(waiting).chain(remarks) {
            let _ = write!(out, "{}{text}", if out.is_empty() { "" } else { "; " });
        }
        out
    }

    /// Until when the gate warms up, if that is why the code was refused.
    fn warm_up(&self, rejection: &Rejection) -> Option<String> {
        match (rejection.code(), rejection.evidence()) {
            (RejectionCode::Forgotten, Evidence::Times { limit, .. })
                if self.warms_up && limit > self.now && limit < Timestamp::MAX =>
            {
                let span = time::span(limit.seconds_since(self.now));
                Some(texts::warms_up(time::local(limit), span))
            }
            _ => None,
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

    pub(super) fn to_line(&self) -> String {
        let mut line = format!("{} {}", self.light().name(), self.code());
        let details = self.details();
        if !details.is_empty() {
            let _ = write!(line, " ({details})");
        }
        let _ = write!(line, ": {}", self.instruction());
        line
    }

    /// A fault that the library does not know.
    fn ours_json(&self, stage: Stage, cause: String, instruction: String) -> Value {
        json!({
            "verdict": "refused", "admitted": false, "at": self.now.as_unix(),
            "code": self.code(), "stage": stage.name(), "fault": Fault::Ours.name(),
            "evidence": null, "cause": cause, "instruction": instruction,
        })
    }

    pub(super) fn to_json(&self, place: &GatePlace) -> Value {
        let mut value = match &self.finding {
            Finding::Judged(verdict) => verdict::admitted_to_json(verdict, self.now),
            Finding::Mangled(mangled) => self.ours_json(
                Stage::Structure,
                equipment::cause(*mangled),
                equipment::instruction(*mangled),
            ),
            Finding::MemoryAhead(_) => {
                self.ours_json(Stage::Admission, self.details(), self.instruction())
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
            object.insert("details".into(), self.details().into());
            object.insert("clock_offset".into(), self.clock_offset.into());
            object.insert("store_error".into(), self.store_failure().into());
            object.insert("lists_waiting".into(), self.lists_waiting());
            object.insert("remarks".into(), self.remarks.iter().map(Remark::code).collect());
        }
        value
    }
}

/// A list that is refused so far, on one line.
pub(super) fn list_waits(waiting: &Waiting) -> String {
    texts::list_waits(&waiting.name, waiting.code, time::local(waiting.again))
}

fn of_admitted(admitted: &Admitted) -> String {
    let verified = admitted.verified();
    let short: String = verified.permit_id().to_string().chars().take(16).collect();
    let mut parts = vec![texts::permit(verified.form(), verified.class(), short)];
    if let Some(acting) = verified.acting() {
        let (who, role) = (acting.representative(), acting.role());
        parts.push(texts::shown_by(who, role, verified.subject()));
    }
    // Staff compare the name with the identity document. It is escaped, so that no name can control
    // the terminal.
    if let Some(number) = verified.check_number() {
        parts.extend(
            verified.person().map(|person| texts::person(format_args!("{:?}", person.full_name()))),
        );
        parts.push(texts::check_number(number));
    }
    let codes: Vec<&str> = admitted.cautions().iter().map(|caution| caution.code()).collect();
    if !codes.is_empty() {
        parts.push(codes.join(" "));
    }
    parts.join(", ")
}

fn of_rejection(rejection: &Rejection, now: Timestamp) -> String {
    let span = |later: Timestamp, earlier| time::span(later.seconds_since(earlier));
    match (rejection.code(), rejection.evidence()) {
        (RejectionCode::FromTheFuture, Evidence::Times { found, .. }) => {
            texts::phone_ahead(span(found, now))
        }
        (RejectionCode::Forgotten, Evidence::Times { limit: Timestamp::MAX, .. }) => {
            texts::memory_lost_for_good()
        }
        (RejectionCode::Forgotten, Evidence::Times { limit, .. }) if limit > now => {
            texts::memory_lost(time::local(limit), span(limit, now))
        }
        (RejectionCode::Forgotten, Evidence::Times { found, limit }) => {
            texts::forgotten(time::text(found), time::text(limit))
        }
        (RejectionCode::Stale, Evidence::Times { limit, .. }) => texts::stale(span(now, limit)),
        (RejectionCode::ClockSuspect, Evidence::Times { found, limit }) => {
            texts::phones_agree(time::text(limit), time::text(found))
        }
        (RejectionCode::CoolingDown, Evidence::Times { limit, .. }) => {
            texts::free_in(span(limit, now))
        }
        (
            RejectionCode::AlreadyUsed | RejectionCode::AlreadyAcceptedHere,
            Evidence::Times { limit, .. },
        ) => texts::ago(span(now, limit)),
        (_, Evidence::Times { found, limit }) => {
            texts::beyond_limit(time::text(found), time::text(limit))
        }
        (_, Evidence::Numbers { found, limit }) => texts::beyond_limit(found, limit),
        (_, Evidence::Counts { found, limit }) => texts::beyond_limit(found, limit),
        (_, Evidence::Malformed(malformed)) => malformed.to_string(),
        _ => String::new(),
    }
}

fn offset(seconds: i64) -> String {
    let span = time::span(seconds.unsigned_abs());
    if seconds < 0 { texts::clock_ahead(span) } else { texts::clock_behind(span) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_has_forgotten_is_told_with_both_times_and_is_the_gates_fault() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let forgotten = Rejection::times(RejectionCode::Forgotten, at(60), at(120));
        let detail = of_rejection(&forgotten, at(130));
        assert!(detail.starts_with("made at 1970-01-01"), "{detail}");
        assert!(detail.contains("remembers used codes only from 1970-01-01"), "{detail}");
        let waiting = of_rejection(&forgotten, at(119));
        assert!(waiting.ends_with("in 1 s"), "{waiting}");
        let lost = Rejection::times(RejectionCode::Forgotten, at(60), Timestamp::MAX);
        assert!(of_rejection(&lost, at(60)).contains("go-on"));
        assert_eq!(forgotten.fault(), Fault::Ours);
        // The wait is over in the second that it ends.
        assert!(of_rejection(&forgotten, at(120)).starts_with("made at "));
        let stale = Rejection::times(RejectionCode::Stale, at(90), at(60));
        assert_eq!(of_rejection(&stale, at(90)), "it was live until 30 s ago");
    }

    #[test]
    fn times_that_need_no_sentence_are_told_as_they_are() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let (early, late) = ("1970-01-01T00:01:00Z", "1970-01-01T00:01:30Z");
        let expired = Rejection::times(RejectionCode::Expired, at(90), at(60));
        assert_eq!(of_rejection(&expired, at(90)), format!("{late}, limit {early}"));
        let suspect = Rejection::times(RejectionCode::ClockSuspect, at(90), at(60));
        let told = format!("phones agree that it is {early}, the gate has {late}");
        assert_eq!(of_rejection(&suspect, at(90)), told);
        assert_eq!(offset(-120), "this gate's clock is 2 min ahead of several phones");
        assert_eq!(offset(120), "this gate's clock is 2 min behind several phones");
    }
}
