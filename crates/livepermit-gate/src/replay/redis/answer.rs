//! What the server says, read strictly: anything unexpected is an error and opens nothing.

use ::redis::Value;
use livepermit::Timestamp;

use super::super::wait::Wait;
use super::super::{Answer, CoolDown, Known, Loss, Record, Sighting, StoreError, StoreErrorKind};
use super::question::{MAX_COUNT, read_state};
use super::settings::Settings;

/// The reply to a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) says: Says,
    /// `None` when the server has only compared settings or clocks.
    pub(super) wait: Option<Wait>,
    /// `None` when the answer was given before the server checked its memory: such an answer
    /// refuses, and the gate learns nothing from it.
    pub(super) memory: Option<Memory>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// The answer to an attempt.
    Answer(Answer),
    /// There was no attempt, and the store is well.
    Well,
    /// The zone has no settings yet, or the gate's.
    SameSettings,
    /// The zone has other settings, which are these.
    OtherSettings(String),
    /// The server does not say who it is.
    NoIdentity(String),
}

/// What the server knows of itself and of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Memory {
    /// How many admissions of the gate it has recorded.
    pub(super) admissions: u64,
    /// The settings and who it is; `None` if that is all as in the question.
    pub(super) state: Option<(Settings, Known)>,
    pub(super) loss: Option<Loss>,
}

impl Reply {
    pub(super) fn read(value: &Value) -> Result<Self, StoreError> {
        read(value).ok_or_else(foreign)
    }
}

fn read(value: &Value) -> Option<Reply> {
    let Value::Array(parts) = value else { return None };
    let (Value::Int(code), rest) = parts.split_first()? else { return None };
    let only = |says: Says| Some(Reply { says, wait: None, memory: None });
    match (code, rest) {
        (7, [theirs]) => only(Says::Answer(Answer::ClockApart { theirs: time(theirs)? })),
        (9, []) => only(Says::SameSettings),
        (10, [theirs]) => only(Says::OtherSettings(text(theirs)?.to_owned())),
        (12, [why]) => only(Says::NoIdentity(text(why)?.to_owned())),
        (_, [at, clock, lost, closed, memory @ ..]) => {
            let memory = self::memory(memory)?;
            let at = time(at)?;
            let says = match code {
                0 if at == Timestamp::MIN => Says::Answer(Answer::Admitted),
                1 => Says::Answer(Answer::AlreadyAcceptedHere { then: at }),
                2 => Says::Answer(Answer::AlreadyUsed { then: at }),
                3 => Says::Answer(Answer::Superseded { newest: at }),
                4 => Says::Answer(Answer::CoolingDown { until: at }),
                5 => Says::Answer(Answer::Forgotten { until: at }),
                6 if at == Timestamp::MIN => Says::Answer(Answer::Full),
                8 if at == Timestamp::MIN => Says::Well,
                _ => return None,
            };
            // Only what refuses may come before the memory is checked.
            if memory.is_none() && matches!(code, 0 | 6 | 8) {
                return None;
            }
            let wait = Wait { time: time(clock)?, lost: time(lost)?, closed: time(closed)? };
            Some(Reply { says, wait: Some(wait), memory })
        }
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "nothing there, or something wrong")]
fn memory(parts: &[Value]) -> Option<Option<Memory>> {
    let (admissions, state, loss) = match parts {
        [] => return Some(None),
        [admissions] => {
            return Some(Some(Memory { admissions: count(admissions)?, state: None, loss: None }));
        }
        [admissions, state, loss] => (admissions, state, loss),
        _ => return None,
    };
    let loss = match loss {
        Value::Int(0) => None,
        Value::Int(1) => Some(Loss::NoState),
        Value::Int(2) => Some(Loss::OtherStore),
        Value::Int(3) => Some(Loss::OtherIncarnation),
        Value::Int(4) => Some(Loss::OldGeneration),
        Value::Int(5) => Some(Loss::MissingAdmissions),
        Value::Int(6) => Some(Loss::OtherRecords),
        _ => return None,
    };
    let state = Some(read_state(text(state)?)?);
    Some(Some(Memory { admissions: count(admissions)?, state, loss }))
}

fn text(value: &Value) -> Option<&str> {
    let Value::BulkString(bytes) = value else { return None };
    core::str::from_utf8(bytes).ok()
}

fn count(value: &Value) -> Option<u64> {
    let Value::Int(number) = value else { return None };
    u64::try_from(*number).ok().filter(|number| *number <= MAX_COUNT)
}

fn time(value: &Value) -> Option<Timestamp> {
    Timestamp::from_unix(count(value)?)
}

/// The record of a permit.
pub(super) fn read_record(value: &Value) -> Result<Option<Record>, StoreError> {
    match value {
        Value::Nil => Ok(None),
        value => text(value).and_then(record).map(Some).ok_or_else(foreign),
    }
}

/// The record as the script writes it.
fn record(text: &str) -> Option<Record> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let newest = lines.next()?;
    let mut sighting = || Some((lines.next()?, lines.next()?, lines.next()?));
    let (code, slip) = (sighting()?, sighting()?);
    const NONE: (&str, &str, &str) = ("", "", "");
    let newest = match (newest, code) {
        ("", NONE) => None,
        (newest, code) => Some((whole(newest)?, sighting_of(code)?)),
    };
    let slip = match slip {
        NONE => None,
        slip => Some(sighting_of(slip)?),
    };
    let mut cool_downs = Vec::new();
    while let Some(zone) = lines.next() {
        let (until, gate, generation) = (lines.next()?, lines.next()?, lines.next()?);
        let generation = generation.parse().ok()?;
        cool_downs.push(CoolDown::new(zone.into(), whole(until)?, gate.into(), generation));
    }
    Some(Record { newest, slip, cool_downs })
}

fn sighting_of((at, gate, lane): (&str, &str, &str)) -> Option<Sighting> {
    Some(Sighting::new(whole(at)?, gate.into(), lane.into()))
}

fn whole(text: &str) -> Option<Timestamp> {
    Timestamp::from_unix(text.parse().ok()?)
}

pub(super) fn foreign() -> StoreError {
    StoreError::of(
        StoreErrorKind::Foreign,
        "the server's records are of another version or of something else",
    )
}

#[cfg(test)]
mod tests;
