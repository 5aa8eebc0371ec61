//! The log: JSON lines that can be merged between gates by sorting them.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use livepermit::{Place, Timestamp};
use serde_json::{Value, json};

use super::answer::Answer;
use crate::challenge::random;
use crate::failure::Failure;
use crate::lists::Report;
use crate::output::{self, hex};
use crate::{time, verdict};

/// Every line begins with the time in a form that sorts, so that `sort` merges the logs of many
/// gates; gate, lane, run and number make each line unlike every other one.
#[derive(Debug)]
pub(super) struct Log {
    file: Option<(PathBuf, File)>,
    person_data: bool,
    run: String,
    number: u64,
}

impl Log {
    pub(super) fn open(path: Option<&Path>, person_data: bool) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => Some((path.to_owned(), open(path)?)),
            None => None,
        };
        Ok(Self { file, person_data, run: hex(&random::<4>()?), number: 0 })
    }

    pub(super) fn answer(&mut self, answer: &Answer, place: &Place) {
        let admitted = answer.admitted();
        let mut line = json!({
            "event": "code", "light": answer.light().name(), "code": answer.code(),
            "verdict": if admitted.is_some() { "accepted" } else { "refused" },
            "permit": admitted.map(|admitted| admitted.verified().permit_id().to_string()),
            "moment": admitted.and_then(|admitted| admitted.verified().claim().moment).map(Timestamp::as_unix),
            "form": admitted.map(|admitted| admitted.verified().form().name()),
            "cautions": admitted.map(|admitted| admitted.cautions().iter().map(|c| c.code()).collect::<Vec<_>>()),
            "clock_offset": answer.clock_offset,
        });
        if let (true, Some(admitted), Some(object)) =
            (self.person_data, admitted, line.as_object_mut())
        {
            let verified = admitted.verified();
            object.insert("subject".into(), verified.subject().into());
            object.insert("person".into(), verdict::person(verified).unwrap_or_default());
            let representative = verified.acting().map(|acting| acting.representative().to_owned());
            object.insert("representative".into(), representative.into());
        }
        self.write(line, answer.now, place);
    }

    pub(super) fn report(&mut self, report: &Report, now: Timestamp, place: &Place) {
        let line =
            json!({ "event": "list", "code": report.code, "message": report.failure.message });
        self.write(line, now, place);
    }

    pub(super) fn taken(&mut self, list: &str, now: Timestamp, place: &Place) {
        self.write(json!({ "event": "list", "code": "taken", "message": list }), now, place);
    }

    /// A log that cannot be written stops no visitor; the operator is told.
    fn write(&mut self, mut line: Value, now: Timestamp, place: &Place) {
        let Some((path, file)) = &mut self.file else { return };
        self.number = self.number.saturating_add(1);
        if let Some(object) = line.as_object_mut() {
            // Names are written in the order of the alphabet, so this comes first.
            object.insert("at".into(), time::text(now).into());
            object.insert("gate".into(), place.gate().into());
            object.insert("lane".into(), place.lane().into());
            object.insert("zone".into(), place.zone().into());
            object.insert("run".into(), self.run.clone().into());
            object.insert("number".into(), self.number.into());
        }
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            output::warning(&format!(
                "the log {} cannot be written: {error}; free some space",
                path.display()
            ));
        }
    }
}

/// Opens it for appending. A line that a crash cut short is ended, so that the next one is whole.
fn open(path: &Path) -> Result<File, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(
            format!("cannot write the log {}: {error}", path.display()),
            "name a file that you may write to with --log",
        )
    };
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
