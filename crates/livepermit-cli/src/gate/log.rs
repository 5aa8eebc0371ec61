//! The log: JSON lines that can be merged between gates by sorting them.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use livepermit::Timestamp;
use livepermit_gate::{Admitted, GatePlace};
use serde_json::{Value, json};

use super::answer::Answer;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::hex::hex;
use crate::shared::output;
use crate::shared::random::random;
use crate::shared::{time, verdict};

/// Every line begins with the time in a form that sorts, so that `sort` merges the logs of many
/// gates; gate, lane, run and number make each line unlike every other one.
#[derive(Debug)]
pub(crate) struct Log {
    file: Option<(PathBuf, File)>,
    person_data: bool,
    run: String,
    number: u64,
}

impl Log {
    pub(crate) fn open(path: Option<&Path>, person_data: bool) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => Some((path.to_owned(), open(path)?)),
            None => None,
        };
        Ok(Self { file, person_data, run: hex(&random::<4>()?), number: 0 })
    }

    pub(super) fn answer(&mut self, answer: &Answer, place: &GatePlace) {
        let admitted = answer.admitted();
        let verified = admitted.map(Admitted::verified);
        let cautions = admitted.map(|admitted| {
            admitted.cautions().iter().map(|caution| caution.code()).collect::<Vec<_>>()
        });
        let moment = verified.and_then(|verified| verified.replay_key().moment);
        let mut line = json!({
            "event": "code", "light": answer.light().name(), "code": answer.code(),
            "verdict": if admitted.is_some() { "accepted" } else { "refused" },
            "permit": verified.map(|verified| verified.permit_id().to_string()),
            "moment": moment.map(Timestamp::as_unix),
            "form": verified.map(|verified| verified.form().name()),
            "cautions": cautions, "clock_offset": answer.clock_offset,
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

    /// Writes that a list was loaded.
    pub(super) fn loaded(&mut self, list: &str, now: Timestamp, place: &GatePlace) {
        self.write(json!({ "event": "list", "code": "taken", "message": list }), now, place);
    }

    /// A log that cannot be written stops no visitor; a warning goes to the operator.
    fn write(&mut self, mut line: Value, now: Timestamp, place: &GatePlace) {
        let Some((path, file)) = &mut self.file else { return };
        self.number = self.number.saturating_add(1);
        if let Some(object) = line.as_object_mut() {
            // Names are written in alphabetical order, so this name comes first.
            object.insert("at".into(), time::text(now).into());
            object.insert("gate".into(), place.gate().into());
            object.insert("lane".into(), place.lane().into());
            object.insert("zone".into(), place.zone().into());
            object.insert("run".into(), self.run.clone().into());
            object.insert("number".into(), self.number.into());
        }
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            output::warning(&texts::log_not_written(path.display(), &error));
        }
    }
}

/// Opens the log for appending. Ends a line that a crash cut short, so that the next line is
/// complete.
fn open(path: &Path) -> Result<File, Failure> {
    let failed = |error: std::io::Error| texts::cannot_write_log(path.display(), &error);
    let mut file =
        OpenOptions::new().create(true).read(true).append(true).open(path).map_err(failed)?;
    let mut last = [b'\n'];
    if file.metadata().map_err(failed)?.len() > 0 && file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last).map_err(failed)?;
    }
    if last != [b'\n'] {
        file.write_all(b"\n").map_err(failed)?;
    }
    Ok(file)
}
