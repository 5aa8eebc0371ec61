//! The log: JSON lines that can be merged between gates by sorting them.

mod file;

use std::path::Path;

use livepermit::verify::PermitId;
use livepermit::{Timestamp, Verified};
use livepermit_gate::{Admitted, GatePlace};
use serde_json::{Value, json};

use super::answer::Answer;
use super::health::Health;
use super::store::StoreNews;
use crate::shared::failure::Failure;
use crate::shared::hex::hex;
use crate::shared::random::random;
use crate::shared::{output, time, verdict};
use file::LogFile;

pub(crate) use file::parse_max;

/// Every line begins with the time in a form that sorts, so that `sort` merges the logs of many
/// gates; gate, lane, run and number make each line unlike every other one.
#[derive(Debug)]
pub(crate) struct Log {
    file: Option<LogFile>,
    person_data: bool,
    run: String,
    number: u64,
}

impl Log {
    /// Without a path there is no log. `max` is the most bytes of its file.
    pub(crate) fn open(
        path: Option<&Path>,
        max: Option<u64>,
        person_data: bool,
    ) -> Result<Self, Failure> {
        let file = path.map(|path| LogFile::open(path, max)).transpose()?;
        Ok(Self { file, person_data, run: hex(&random::<4>()?), number: 0 })
    }

    /// Whether there is a log.
    pub(super) const fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The lines that could not be written since the last line that was.
    pub(super) fn lost(&self) -> u64 {
        self.file.as_ref().map_or(0, LogFile::lost)
    }

    /// Opens the file with the name of the log again.
    pub(super) fn reopen(&mut self) {
        if let Some(file) = &mut self.file {
            file.reopen();
        }
    }

    /// Writes an answer. `permit` is the permit of a code with good signatures: a refused permit
    /// stands in the log under its id too, and whatever a forger writes does not.
    pub(super) fn answer(&mut self, answer: &Answer, permit: Option<PermitId>, place: &GatePlace) {
        let admitted = answer.admitted();
        let verified = admitted.map(Admitted::verified);
        let cautions = admitted.map(|admitted| {
            admitted.cautions().iter().map(|caution| caution.code()).collect::<Vec<_>>()
        });
        let moment = verified.and_then(|verified| verified.replay_key().moment);
        let mut line = json!({
            "event": "code", "light": answer.light().name(), "code": answer.code(),
            "verdict": if admitted.is_some() { "accepted" } else { "refused" },
            "permit": verified.map(Verified::permit_id).or(permit).map(|id| id.to_string()),
            "moment": moment.map(Timestamp::as_unix),
            "form": verified.map(|verified| verified.form().name()),
            "cautions": cautions, "clock_offset": answer.clock_offset,
            "store_error": answer.store_failure(),
            "lists_waiting": answer.lists_waiting(),
        });
        if let (true, Some(verified), Some(object)) =
            (self.person_data, verified, line.as_object_mut())
        {
            object.insert("subject".into(), verified.subject().into());
            object.insert("person".into(), verdict::person(verified).into());
            let representative = verified.acting().map(|acting| acting.representative().to_owned());
            object.insert("representative".into(), representative.into());
        }
        self.write(line, answer.now, place);
    }

    /// Writes a message about a list for the operator.
    pub(crate) fn report(
        &mut self,
        code: &str,
        failure: &Failure,
        now: Timestamp,
        place: &GatePlace,
    ) {
        let line = json!({ "event": "list", "code": code, "message": failure.message });
        self.write(line, now, place);
    }

    /// Writes what changed about the memory of used codes.
    pub(super) fn store(&mut self, news: &StoreNews, now: Timestamp, place: &GatePlace) {
        let line = json!({ "event": "store", "code": news.code, "message": news.text() });
        self.write(line, now, place);
    }

    /// Writes how the gate is; to standard error if there is no log.
    pub(super) fn health(&mut self, health: &Health, now: Timestamp, place: &GatePlace) {
        let mut line = json!({ "event": "health", "in_order": health.is_in_order() });
        if let (Some(line), Ok(Value::Object(health))) =
            (line.as_object_mut(), serde_json::to_value(health))
        {
            // The line has its own time, in the form that sorts.
            line.extend(health.into_iter().filter(|(name, _)| name != "at"));
        }
        if self.file.is_none() {
            output::line(&self.finished(line, now, place));
        } else {
            self.write(line, now, place);
        }
    }

    /// Writes that a list was loaded.
    pub(super) fn loaded(&mut self, list: &str, now: Timestamp, place: &GatePlace) {
        self.write(json!({ "event": "list", "code": "taken", "message": list }), now, place);
    }

    /// Writes that a server answers again.
    pub(super) fn fetched_again(&mut self, list: &str, now: Timestamp, place: &GatePlace) {
        let line = json!({ "event": "list", "code": "fetched-again", "message": list });
        self.write(line, now, place);
    }

    /// A log that cannot be written stops no visitor.
    fn write(&mut self, line: Value, now: Timestamp, place: &GatePlace) {
        if self.file.is_some() {
            let line = self.finished(line, now, place);
            if let Some(file) = &mut self.file {
                file.append(&line);
            }
        }
    }

    /// A line with its time, its place and its number.
    fn finished(&mut self, mut line: Value, now: Timestamp, place: &GatePlace) -> String {
        self.number = self.number.saturating_add(1);
        if let Some(object) = line.as_object_mut() {
            // Names are written in alphabetical order, so this name comes first.
            object.insert("at".into(), time::exact(now).into());
            object.insert("gate".into(), place.gate().into());
            object.insert("lane".into(), place.lane().into());
            object.insert("zone".into(), place.zone().into());
            object.insert("run".into(), self.run.clone().into());
            object.insert("number".into(), self.number.into());
        }
        format!("{line}\n")
    }
}
