//! The rule of every memory of used codes.

use livepermit_ffi::{
    AskedBy, Attempt, GoOn, Known, Retention, Standing, StoreClock, StoreRecord, StoreState,
    Witness,
};
use wasm_bindgen::prelude::*;

use crate::cross::{FromJs, Out, ToJs as _, whole};

fn retention_of(value: JsValue) -> crate::cross::Read<Retention> {
    Retention::from_js(value, "the retention")
}

fn state_of(value: JsValue) -> crate::cross::Read<StoreState> {
    StoreState::from_js(value, "the state")
}

/// Whether a code is admitted.
#[wasm_bindgen]
pub fn decide(record: JsValue, attempt: JsValue, standing: JsValue, retention: JsValue) -> Out {
    let record = Option::<StoreRecord>::from_js(record, "the record")?;
    let attempt = Attempt::from_js(attempt, "the attempt")?;
    let standing = Standing::from_js(standing, "the standing")?;
    Ok(livepermit_ffi::decide(record, &attempt, &standing, retention_of(retention)?)?.to_js())
}

/// Whether two clocks are too far apart.
#[wasm_bindgen(js_name = clocksApart)]
pub fn clocks_apart(now: f64, store_time: f64, retention: JsValue) -> Out<bool> {
    let (now, time) = (whole("now", now)?, whole("the store's time", store_time)?);
    Ok(livepermit_ffi::clocks_apart(now, time, retention_of(retention)?)?)
}

/// Notices a loss.
#[wasm_bindgen]
pub fn meet(
    held: JsValue,
    fresh: Vec<u8>,
    asked: JsValue,
    incarnation: &str,
    store_time: f64,
    records: f64,
    retention: JsValue,
) -> Out {
    let held = Option::<StoreState>::from_js(held, "the state")?;
    let asked = AskedBy::from_js(asked, "who asks")?;
    let time = whole("the store's time", store_time)?;
    let records = whole("the number of records", records)?;
    let retention = retention_of(retention)?;
    let met = livepermit_ffi::meet(held, fresh, &asked, incarnation, time, records, retention)?;
    Ok(met.to_js())
}

/// How far a store trusts its memory.
#[wasm_bindgen(js_name = standingOf)]
pub fn standing_of(state: JsValue, store_time: f64, clock: JsValue) -> Out {
    let time = whole("the store's time", store_time)?;
    let clock = StoreClock::from_js(clock, "the clock")?;
    Ok(livepermit_ffi::standing_of(&state_of(state)?, time, clock)?.to_js())
}

/// The state after an admission.
#[wasm_bindgen(js_name = recordAdmission)]
pub fn record_admission(state: JsValue, gate: &str, is_new: bool) -> Out {
    Ok(livepermit_ffi::record_admission(&state_of(state)?, gate, is_new)?.to_js())
}

/// What the answer tells the gate.
#[wasm_bindgen(js_name = knownOf)]
pub fn known_of(state: JsValue) -> Out {
    Ok(livepermit_ffi::known_of(&state_of(state)?).to_js())
}

/// What a gate knows after an answer.
#[wasm_bindgen(js_name = takeAnswer)]
pub fn take_answer(witness: JsValue, known: JsValue, admissions: f64) -> Out {
    let witness = Witness::from_js(witness, "the witness")?;
    let known = Known::from_js(known, "what the answer tells")?;
    let admissions = whole("the admissions", admissions)?;
    Ok(livepermit_ffi::take_answer(&witness, &known, admissions)?.to_js())
}

/// Whether a record can be forgotten.
#[wasm_bindgen(js_name = recordIsOver)]
pub fn record_is_over(record: JsValue, cutoff: f64, retention: JsValue) -> Out<bool> {
    let record = StoreRecord::from_js(record, "the record")?;
    let cutoff = whole("the cutoff", cutoff)?;
    Ok(livepermit_ffi::record_is_over(&record, cutoff, retention_of(retention)?)?)
}

/// The state after a record was forgotten.
#[wasm_bindgen(js_name = forgetRecord)]
pub fn forget_record(state: JsValue, record: JsValue) -> Out {
    let record = StoreRecord::from_js(record, "the record")?;
    Ok(livepermit_ffi::forget_record(&state_of(state)?, &record)?.to_js())
}

/// The state after an operator's word.
#[wasm_bindgen(js_name = goOn)]
pub fn go_on(state: JsValue, word: JsValue, now: f64, store_time: f64, retention: JsValue) -> Out {
    let word = GoOn::from_js(word, "the word")?;
    let (now, time) = (whole("now", now)?, whole("the store's time", store_time)?);
    let state = state_of(state)?;
    Ok(livepermit_ffi::go_on(&state, word, now, time, retention_of(retention)?)?.to_js())
}
