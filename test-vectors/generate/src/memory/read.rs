//! Words of the scenarios of the memory.

use livepermit_gate::replay::Loss;

use super::super::admission::{number, pair, time};
use super::super::token::LAST_SECOND;
use super::group::{CoolDown, Known, Newest, Record, Sighting, State, Store, Witness};

/// Every way in which a store notices a loss.
const LOSSES: [Loss; 6] = [
    Loss::NoState,
    Loss::OtherStore,
    Loss::OtherIncarnation,
    Loss::OldGeneration,
    Loss::MissingAdmissions,
    Loss::OtherRecords,
];

/// `+34`, `0`, `-4`: seconds after the time of most tests. `zero` and `max` are the first and the
/// last time; `zero+1` and `max-1` are the times beside them.
pub(crate) fn instant(word: &str) -> Result<u64, String> {
    match word {
        "zero" => Ok(0),
        "max" => Ok(LAST_SECOND),
        _ => match word.split_once(['+', '-']) {
            Some(("zero", after)) => number(after),
            Some(("max", before)) => Ok(LAST_SECOND - number(before)?),
            _ => time(word),
        },
    }
}

/// A permit is a letter: its byte, 32 times.
pub(crate) fn permit(word: &str) -> Result<String, String> {
    match word.as_bytes() {
        [letter @ b'A'..=b'Z'] => Ok(format!("{letter:02x}").repeat(32)),
        _ => Err(format!("`{word}` is no permit: one capital letter")),
    }
}

/// A store id is a number: its byte, 16 times.
pub(crate) fn store_id(word: &str) -> Result<String, String> {
    let byte: u8 = word.parse().map_err(|_| format!("`{word}` is no store id"))?;
    Ok(format!("{byte:02x}").repeat(16))
}

pub(crate) fn loss(word: &str) -> Result<String, String> {
    let known = LOSSES.iter().find(|loss| loss.code() == word);
    known.map(|loss| loss.code().to_string()).ok_or_else(|| format!("`{word}` is no loss"))
}

/// `life=b id=1 generation=3 north=2`: without `id=`, the store has no state.
pub(crate) fn store(words: &[&str]) -> Result<Store, String> {
    let (mut life, mut has_state) = ("a".to_string(), false);
    for word in words {
        match pair(word)? {
            ("life", value) => life = value.to_string(),
            ("id", _) => has_state = true,
            _ => {}
        }
    }
    let mut store = Store { incarnation: life.clone(), state: None, records: Vec::new() };
    let changes: Vec<_> = words.iter().copied().filter(|word| !word.starts_with("life=")).collect();
    if has_state {
        let state = State::new(String::new(), life);
        store.state = Some(changed(state, &changes)?);
    } else if !changes.is_empty() {
        return Err("a store with a state needs id=".to_string());
    }
    Ok(store)
}

/// The state with some parts changed. A name that is no part is the name of a gate.
pub(crate) fn changed(mut state: State, words: &[&str]) -> Result<State, String> {
    for word in words {
        match pair(word)? {
            ("id", value) => state.store = store_id(value)?,
            ("life", value) => state.incarnation = value.to_string(),
            ("generation", value) => state.generation = number(value)?,
            ("forgotten", value) => state.forgotten = instant(value)?,
            ("lost", value) => state.lost = instant(value)?,
            ("closed", value) => state.closed_until = instant(value)?,
            ("records", value) => state.records = number(value)?,
            (gate, value) => {
                state.admissions.insert(gate.to_string(), number(value)?);
            }
        }
    }
    Ok(state)
}

/// `id=1 generation=3 life=b admissions=2`: without `id=`, the gate has asked no store.
pub(crate) fn witness(words: &[&str]) -> Result<Witness, String> {
    let mut witness = Witness { known: None, admissions: 0 };
    let mut known = Known { store: String::new(), generation: 1, incarnation: "a".to_string() };
    for word in words {
        match pair(word)? {
            ("id", value) => known.store = store_id(value)?,
            ("generation", value) => known.generation = number(value)?,
            ("life", value) => known.incarnation = value.to_string(),
            ("admissions", value) => witness.admissions = number(value)?,
            (name, _) => return Err(format!("a witness has no `{name}`")),
        }
    }
    if !known.store.is_empty() {
        witness.known = Some(known);
    }
    Ok(witness)
}

/// `V newest=-4,0,north,1 slip=0,north,1 hall=+35,north,3`: moment, when, gate and lane; when, gate
/// and lane; and for a zone the end, the gate and the generation.
pub(crate) fn record(words: &[&str]) -> Result<Record, String> {
    let [name, words @ ..] = words else { return Err("a record has no permit".to_string()) };
    let mut record =
        Record { permit: permit(name)?, newest: None, slip: None, cool_downs: Vec::new() };
    for word in words {
        let (name, value) = pair(word)?;
        let parts: Vec<_> = value.split(',').collect();
        match (name, parts.as_slice()) {
            ("newest", [moment, at, gate, lane]) => {
                record.newest = Some(Newest {
                    moment: instant(moment)?,
                    at: instant(at)?,
                    gate: (*gate).to_string(),
                    lane: (*lane).to_string(),
                });
            }
            ("slip", [at, gate, lane]) => {
                record.slip = Some(Sighting {
                    at: instant(at)?,
                    gate: (*gate).to_string(),
                    lane: (*lane).to_string(),
                });
            }
            (zone, [until, gate, generation]) => record.cool_downs.push(CoolDown {
                zone: zone.to_string(),
                until: instant(until)?,
                gate: (*gate).to_string(),
                generation: number(generation)?,
            }),
            _ => return Err(format!("`{word}` is no part of a record")),
        }
    }
    Ok(record)
}
