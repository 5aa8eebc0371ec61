//! Reports each code, and counts the codes.

use livepermit::field::Shown;
use livepermit::{Rejection, RejectionCode, Timestamp, Verified};
use livepermit_qr::read::{Part, Point};
use serde_json::{Value, json};

use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output::{self, BAD, CAUTION, GOOD, STRONG};
use crate::shared::verdict;

/// What was found at a place.
#[derive(Debug)]
pub(super) enum Found {
    Verdict(Box<Result<Verified, Rejection>>),
    /// A code that is no permit.
    Foreign,
    /// The text of a code when nothing is verified; `None` if the code contains no text.
    Read(Option<String>),
    /// A code that is one part of a longer text, and whether codes are verified.
    Part(Part, bool),
}

/// How a code is drawn, and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Good,
    Bad,
    Other,
}

impl Found {
    pub(super) fn mark(&self) -> Mark {
        match self {
            Self::Verdict(verdict) if verdict.is_ok() => Mark::Good,
            Self::Verdict(_) => Mark::Bad,
            Self::Read(Some(_)) => Mark::Good,
            Self::Foreign | Self::Read(None) | Self::Part(..) => Mark::Other,
        }
    }

    fn to_line(&self) -> String {
        match self {
            Self::Verdict(verdict) => match verdict.as_ref() {
                Ok(verified) => {
                    let codes: Vec<&str> =
                        verified.cautions().iter().map(|caution| caution.code()).collect();
                    let cautions = if codes.is_empty() {
                        String::new()
                    } else {
                        format!(", {CAUTION}caution{CAUTION:#} {}", codes.join(" "))
                    };
                    let (form, subject, class) =
                        (verified.form(), verified.subject(), verified.class());
                    format!("{GOOD}ACCEPTED{GOOD:#} {form} {subject} of {class}{cautions}")
                }
                Err(no) => {
                    format!(
                        "{BAD}REFUSED{BAD:#} {STRONG}{}{STRONG:#}: {}",
                        no.code(),
                        no.instruction()
                    )
                }
            },
            Self::Foreign => refused_as_not_ours(RejectionCode::NotOurs.instruction()),
            Self::Part(part, true) => refused_as_not_ours(&texts::part_refused(part)),
            Self::Part(part, false) => texts::part_found(part),
            // Escaped, so that no text can control the terminal.
            Self::Read(Some(text)) => Shown::quoted(text).to_string(),
            Self::Read(None) => "a code that holds no text".to_owned(),
        }
    }

    fn to_json(&self, now: Timestamp) -> Value {
        match self {
            Self::Verdict(verdict) => verdict::to_json(verdict, now),
            Self::Foreign => verdict::not_ours_json(now),
            Self::Read(text) => json!({ "text": text, "at": now.as_unix() }),
            Self::Part(part, is_verified) => {
                let mut value = if *is_verified {
                    verdict::not_ours_json(now)
                } else {
                    json!({ "text": null, "at": now.as_unix() })
                };
                if let Some(object) = value.as_object_mut() {
                    let part = json!({ "number": part.number, "of": part.of });
                    object.insert("part".into(), part);
                }
                value
            }
        }
    }
}

fn refused_as_not_ours(why: &str) -> String {
    format!("{BAD}REFUSED{BAD:#} {STRONG}{}{STRONG:#}: {why}", RejectionCode::NotOurs)
}

/// Writes a line for each code, and counts.
#[derive(Debug)]
pub(super) struct Report {
    json: bool,
    good: u64,
    other: u64,
    /// Places where no code was found.
    empty: u64,
}

impl Report {
    pub(super) const fn new(json: bool) -> Self {
        Self { json, good: 0, other: 0, empty: 0 }
    }

    /// `place` is where it was, for people and for programs.
    pub(super) fn found(
        &mut self,
        (name, place): (&str, Value),
        found: &Found,
        corners: [Point; 4],
        now: Timestamp,
    ) -> Result<(), Failure> {
        let count = if found.mark() == Mark::Good { &mut self.good } else { &mut self.other };
        *count = count.saturating_add(1);
        if !self.json {
            return output::print(&format!("{}: {}\n", Shown::new(name), found.to_line()));
        }
        let mut value = found.to_json(now);
        if let (Some(object), Value::Object(place)) = (value.as_object_mut(), place) {
            object.extend(place);
            // The positions are not exact to a tenth of a pixel.
            let tenth = |v: f32| (f64::from(v) * 10.0).round() / 10.0;
            object.insert(
                "corners".into(),
                corners.map(|point| json!([tenth(point.x), tenth(point.y)])).into(),
            );
        }
        output::print_json(&value)
    }

    /// No code was found there, or nothing could be read.
    pub(super) fn nothing(
        &mut self,
        (name, place): (&str, Value),
        failure: &Failure,
    ) -> Result<(), Failure> {
        self.empty = self.empty.saturating_add(1);
        if !self.json {
            return output::print(&format!("{}: {}\n", Shown::new(name), failure.message));
        }
        self.unread(place, failure)
    }

    /// With `--json`, also writes the failure to standard output, for programs.
    pub(super) fn unread(&self, place: Value, failure: &Failure) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let mut value = output::failure_json(failure);
        if let (Some(object), Value::Object(place)) = (value.as_object_mut(), place) {
            object.extend(place);
        }
        output::print_json(&value)
    }

    pub(super) const fn codes(&self) -> u64 {
        self.good.saturating_add(self.other)
    }

    pub(super) const fn outcome(&self) -> Outcome {
        if self.good > 0 && self.other == 0 && self.empty == 0 {
            Outcome::Done
        } else {
            Outcome::Refused
        }
    }
}
