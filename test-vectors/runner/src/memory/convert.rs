//! The library's types from those of the vectors, and back.

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{
    Attempt, CoolDown, Incarnation, Known, Passage, Record, Retention, Sighting, StoreClock,
    StoreId, StoreState, Witness,
};

use super::model::{
    AskStep, HeldAttempt, HeldKnown, HeldRecord, HeldState, HeldWitness, MemoryGroup, OldMaster,
};
use crate::model::Hex;
use crate::setup::{Result, in_words};

pub(super) fn retention(group: &MemoryGroup) -> Result<Retention> {
    let settings = &group.settings;
    Ok(Retention {
        largest_window: settings.largest_window,
        largest_skew: settings.largest_skew,
        clock_difference: settings.clock_difference,
        longest_cool_down: settings.longest_cool_down,
        old_master: match &settings.old_master {
            OldMaster::Seconds(seconds) => *seconds,
            OldMaster::Named(word) if word == "unbounded" => Retention::UNBOUNDED,
            OldMaster::Named(word) => return Err(format!("oldMaster: {word}")),
        },
    })
}

pub(super) fn clock(group: &MemoryGroup) -> Result<StoreClock> {
    match group.clock.as_str() {
        "own" => Ok(StoreClock::Own),
        "none" => Ok(StoreClock::Askers),
        other => Err(format!("clock: {other}")),
    }
}

pub(super) fn permit(bytes: &Hex) -> Result<PermitId> {
    let bytes = bytes.0.as_slice().try_into().map_err(in_words("permit"))?;
    Ok(PermitId::from_bytes(bytes))
}

pub(super) fn store_id(bytes: &Hex) -> Result<StoreId> {
    let bytes = bytes.0.as_slice().try_into().map_err(in_words("store id"))?;
    Ok(StoreId::from_bytes(bytes))
}

pub(super) fn incarnation(text: &str) -> Result<Incarnation> {
    Incarnation::new(text).ok_or_else(|| format!("incarnation: {text}"))
}

pub(super) fn state(held: &HeldState) -> Result<StoreState> {
    let mut state = StoreState::new(store_id(&held.store)?, incarnation(&held.incarnation)?);
    state.generation = held.generation;
    state.forgotten = held.forgotten;
    state.lost = held.lost;
    state.closed_until = held.closed_until;
    state.records = held.records;
    let admissions = held.admissions.iter();
    state.admissions = admissions.map(|(gate, count)| (gate.as_str().into(), *count)).collect();
    Ok(state)
}

/// A state as the vectors write it. A gate without admissions need not be there.
pub(super) fn describe(state: &StoreState) -> HeldState {
    let admissions = state.admissions.iter().map(|(gate, count)| (gate.to_string(), *count));
    HeldState {
        store: Hex(state.id.as_bytes().to_vec()),
        incarnation: state.incarnation.as_str().to_string(),
        generation: state.generation,
        forgotten: state.forgotten,
        lost: state.lost,
        closed_until: state.closed_until,
        records: state.records,
        admissions: admissions.filter(|(_, count)| *count > 0).collect(),
    }
}

pub(super) fn witness(held: &HeldWitness) -> Result<Witness> {
    let known = held.known.as_ref().map(|known| {
        Ok::<_, String>(Known {
            store: store_id(&known.store)?,
            generation: known.generation,
            incarnation: incarnation(&known.incarnation)?,
        })
    });
    Ok(Witness::from_parts(known.transpose()?, held.admissions))
}

pub(super) fn describe_witness(witness: &Witness) -> HeldWitness {
    let known = witness.known().map(|known| HeldKnown {
        store: Hex(known.store.as_bytes().to_vec()),
        generation: known.generation,
        incarnation: known.incarnation.as_str().to_string(),
    });
    HeldWitness { known, admissions: witness.admissions() }
}

pub(super) fn record(held: &HeldRecord) -> Record {
    let sighting =
        |at: Timestamp, gate: &str, lane: &str| Sighting::new(at, gate.into(), lane.into());
    let newest = held
        .newest
        .as_ref()
        .map(|newest| (newest.moment, sighting(newest.at, &newest.gate, &newest.lane)));
    let slip = held.slip.as_ref().map(|slip| sighting(slip.at, &slip.gate, &slip.lane));
    let cool_downs = held.cool_downs.iter().map(|entry| {
        let (zone, gate) = (entry.zone.as_str().into(), entry.gate.as_str().into());
        CoolDown::new(zone, entry.until, gate, entry.generation)
    });
    Record::new(newest, slip, cool_downs.collect())
}

pub(super) fn attempt(step: &AskStep, held: &HeldAttempt) -> Result<Attempt> {
    let place =
        GatePlace::new(&step.gate, &held.lane, &held.zone).map_err(in_words("the place"))?;
    let passage = match held.passage.as_str() {
        "enter" => Passage::Enter,
        "leave" => Passage::Leave,
        other => return Err(format!("passage: {other}")),
    };
    // No rule of the memory looks at the times until which a code is live and kept.
    let key = ReplayKey::new(permit(&held.permit)?, held.moment, step.now, step.now);
    Ok(Attempt::new(key, place, passage, step.now, held.debounce, held.cool_down))
}
