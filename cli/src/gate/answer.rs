//! What a gate says about one line: a light, a code, what to do.

use std::fmt::Write as _;

use livepermit::{Admitted, Code, Evidence, Fault, Place, Rejection, Stage, Timestamp};
use serde_json::{Value, json};

use super::keyboard::Mangled;
use crate::{time, verdict};

/// The four lights, and none for what was let in a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Green,
    Yellow,
    Red,
    OutOfOrder,
    /// The code was accepted by this lane a moment ago and is read again: nothing changes.
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

/// What is known of a line.
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
}

impl Answer {
    pub(super) fn light(&self) -> Light {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) if admitted.cautions().is_empty() => Light::Green,
                Ok(_) => Light::Yellow,
                Err(rejection) if rejection.code() == Code::AlreadyAcceptedHere => Light::Neutral,
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
            Finding::Mangled(mangled) => mangled.code(),
            Finding::Foreign => Code::NotOurs.as_str(),
        }
    }

    pub(super) fn admitted(&self) -> Option<&Admitted> {
        match &self.finding {
            Finding::Judged(verdict) => verdict.as_ref().as_ref().ok(),
            Finding::Mangled(_) | Finding::Foreign => None,
        }
    }

    pub(super) fn instruction(&self) -> String {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) if admitted.cautions().is_empty() => "Let in.".to_owned(),
                Ok(admitted) => {
                    let cautions: Vec<_> =
                        admitted.cautions().iter().map(|c| c.instruction()).collect();
                    format!("Let in. {}", cautions.join(" "))
                }
                Err(rejection) => rejection.instruction().to_owned(),
            },
            Finding::Mangled(mangled) => mangled.instruction(),
            Finding::Foreign => Code::NotOurs.instruction().to_owned(),
        }
    }

    /// What is known beside, on one line and without line ends or control characters.
    pub(super) fn details(&self) -> String {
        let mut out = match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) => of_admitted(admitted),
                Err(rejection) => of_rejection(rejection, self.now),
            },
            Finding::Mangled(mangled) => mangled.cause(),
            Finding::Foreign => String::new(),
        };
        if let Some(text) = self.clock_offset.map(offset) {
            let _ = write!(out, "{}{text}", if out.is_empty() { "" } else { "; " });
        }
        out
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

    pub(super) fn to_json(&self, place: &Place) -> Value {
        let mut value = match &self.finding {
            Finding::Judged(verdict) => verdict::admitted_to_json(verdict, self.now),
            Finding::Mangled(mangled) => json!({
                "verdict": "refused", "admitted": false, "at": self.now.as_unix(), "code": mangled.code(),
                "stage": Stage::Structure.name(), "fault": Fault::Ours.name(), "evidence": null,
                "cause": mangled.cause(), "instruction": mangled.instruction(),
            }),
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
        }
        value
    }
}

fn of_admitted(admitted: &Admitted) -> String {
    let verified = admitted.verified();
    let short: String = verified.permit_id().to_string().chars().take(16).collect();
    let mut out = format!("{} of {}, permit {short}", verified.form(), verified.class());
    if let Some(acting) = verified.acting() {
        let (who, role) = (acting.representative(), acting.role());
        let _ = write!(out, ", shown by {who} as {role} of {}", verified.subject());
    }
    // For the eye that compares with the identity document; escaped, so that no name can play with
    // the terminal.
    if let Some(number) = verified.check_number() {
        let name =
            verified.person().map(|person| person.full_name().to_owned()).unwrap_or_default();
        let _ = write!(out, ", name {name:?}, check number {number}");
    }
    let codes: Vec<&str> = admitted.cautions().iter().map(|caution| caution.code()).collect();
    if !codes.is_empty() {
        let _ = write!(out, ", {}", codes.join(" "));
    }
    out
}

fn of_rejection(rejection: &Rejection, now: Timestamp) -> String {
    match (rejection.code(), rejection.evidence()) {
        (Code::FromTheFuture, Evidence::Times { found, .. }) => {
            format!(
                "this phone's clock is {} ahead of the gate's",
                time::span(found.seconds_since(now))
            )
        }
        // The store's answer compares something else than the verifier's.
        (Code::Stale, Evidence::Times { found, limit }) if found != now => {
            format!(
                "live until {}, and this gate remembers used codes only from {}",
                time::text(found),
                time::text(limit)
            )
        }
        (Code::Stale, Evidence::Times { limit, .. }) => {
            format!("it was live until {} ago", time::span(now.seconds_since(limit)))
        }
        (Code::ClockSuspect, Evidence::Times { found, limit }) => {
            format!(
                "phones agree that it is {}, the gate has {}",
                time::text(limit),
                time::text(found)
            )
        }
        (Code::CoolingDown, Evidence::Times { limit, .. }) => {
            format!("free again in {}", time::span(limit.seconds_since(now)))
        }
        (Code::AlreadyUsed | Code::AlreadyAcceptedHere, Evidence::Times { limit, .. }) => {
            format!("{} ago", time::span(now.seconds_since(limit)))
        }
        (_, Evidence::Times { found, limit }) => {
            format!("{}, limit {}", time::text(found), time::text(limit))
        }
        (_, Evidence::Numbers { found, limit }) => format!("{found}, limit {limit}"),
        (_, Evidence::Counts { found, limit }) => format!("{found}, limit {limit}"),
        (_, Evidence::Malformed(malformed)) => malformed.to_string(),
        _ => String::new(),
    }
}

fn offset(seconds: i64) -> String {
    let span = time::span(seconds.unsigned_abs());
    let side = if seconds < 0 { "ahead of" } else { "behind" };
    format!("this gate's clock is {span} {side} several phones")
}
