//! What the server says, read strictly: anything unexpected is an error and opens nothing.

use livepermit::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::super::wait::Wait;
use super::super::{
    Answer, CoolDown, Incarnation, Known, Loss, Record, Sighting, StoreError, StoreErrorKind,
    StoreId,
};

/// The reply to a question.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) says: Says,
    /// The store, and its count of this gate's admissions. `None` when the answer was given before
    /// the server checked its memory: such an answer refuses, and the gate learns nothing from it.
    pub(super) known: Option<(Known, u64)>,
    pub(super) loss: Option<Loss>,
    pub(super) wait: Option<Wait>,
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
}

impl Reply {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let answer: String = get(row, "answer")?;
        let at = || time(get(row, "at")?);
        let says = match answer.as_str() {
            "admitted" => Says::Answer(Answer::Admitted),
            "here" => Says::Answer(Answer::AlreadyAcceptedHere { then: at()? }),
            "used" => Says::Answer(Answer::AlreadyUsed { then: at()? }),
            "superseded" => Says::Answer(Answer::Superseded { newest: at()? }),
            "cooling-down" => Says::Answer(Answer::CoolingDown { until: at()? }),
            "forgotten" => Says::Answer(Answer::Forgotten { until: at()? }),
            "clock-apart" => Says::Answer(Answer::ClockApart { theirs: at()? }),
            "full" => Says::Answer(Answer::Full),
            "well" => Says::Well,
            "same-settings" => Says::SameSettings,
            "settings" => {
                let says = Says::OtherSettings(get(row, "incarnation")?);
                return Ok(Self { says, known: None, loss: None, wait: None });
            }
            _ => return Err(foreign()),
        };
        let known = match get::<Option<String>>(row, "store")? {
            None => None,
            Some(store) => {
                let known = Known {
                    store: StoreId::from_hex(&store).ok_or_else(foreign)?,
                    generation: number(get(row, "generation")?)?,
                    incarnation: Incarnation::new(&get::<String>(row, "incarnation")?)
                        .ok_or_else(foreign)?,
                };
                Some((known, number(get(row, "admissions")?)?))
            }
        };
        // Only an answer that the gate can compare with its witness may open.
        if known.is_none() && matches!(says, Says::Well | Says::Answer(Answer::Admitted)) {
            return Err(foreign());
        }
        let wait = match get::<Option<i64>>(row, "lost")? {
            None => None,
            Some(lost) => Some(Wait {
                time: time(get(row, "clock")?)?,
                lost: time(lost)?,
                closed: time(get(row, "closed")?)?,
            }),
        };
        let loss = get::<Option<String>>(row, "loss")?.map(|word| loss(&word)).transpose()?;
        Ok(Self { says, known, loss, wait })
    }
}

/// The record of a permit.
pub(super) fn read_record(row: &Row) -> Result<Record, StoreError> {
    let sighting = |at: &str, gate: &str, lane: &str| {
        let Some(at) = get::<Option<i64>>(row, at)? else { return Ok(None) };
        let (gate, lane): (String, String) = (get(row, gate)?, get(row, lane)?);
        Ok(Some(Sighting::new(time(at)?, gate.into(), lane.into())))
    };
    let newest = match sighting("newest_at", "newest_gate", "newest_lane")? {
        None => None,
        Some(sighting) => Some((time(get(row, "newest")?)?, sighting)),
    };
    let slip = sighting("slip_at", "slip_gate", "slip_lane")?;
    let zones: Vec<String> = get(row, "cool_zones")?;
    let untils: Vec<i64> = get(row, "cool_untils")?;
    let gates: Vec<String> = get(row, "cool_gates")?;
    let generations: Vec<i64> = get(row, "cool_generations")?;
    if [untils.len(), gates.len(), generations.len()] != [zones.len(); 3] {
        return Err(foreign());
    }
    let mut cool_downs = Vec::new();
    for (((zone, until), gate), generation) in
        zones.into_iter().zip(untils).zip(gates).zip(generations)
    {
        let entry = CoolDown::new(zone.into(), time(until)?, gate.into(), number(generation)?);
        cool_downs.push(entry);
    }
    Ok(Record::new(newest, slip, cool_downs))
}

pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T, StoreError> {
    row.try_get(column).map_err(|_| foreign())
}

fn number(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| foreign())
}

fn time(seconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_unix(number(seconds)?).ok_or_else(foreign)
}

fn loss(word: &str) -> Result<Loss, StoreError> {
    Ok(match word {
        "no-state" => Loss::NoState,
        "other-store" => Loss::OtherStore,
        "other-incarnation" => Loss::OtherIncarnation,
        "old-generation" => Loss::OldGeneration,
        "missing-admissions" => Loss::MissingAdmissions,
        "other-records" => Loss::OtherRecords,
        _ => return Err(foreign()),
    })
}

pub(super) fn foreign() -> StoreError {
    let reason = "the server's answer is not an answer of this store";
    StoreError::of(StoreErrorKind::Foreign, reason)
}
