//! One lane of a gate, and its store.

use std::sync::Arc;

use livepermit_ffi::{
    Attempt, Begun, Challenge, Gate as Of, GateSettings, GoOn, Pending as Began, Policy, Retention,
    Store as Memory, StoreAnswer,
};
use wasm_bindgen::prelude::*;

use crate::cross::{Fields, FromJs as _, Out, ToJs as _, whole};
use crate::lists::StatusList;
use crate::trust::Trust;
use crate::verifier::shared;

/// The usual settings of a lane.
#[wasm_bindgen(js_name = gateSettings)]
pub fn gate_settings(policy: JsValue) -> Out {
    Ok(livepermit_ffi::gate_settings(Policy::from_js(policy, "the policy")?).to_js())
}

/// The usual retention.
#[wasm_bindgen(js_name = defaultRetention)]
pub fn default_retention() -> JsValue {
    livepermit_ffi::default_retention().to_js()
}

/// The cautions.
#[wasm_bindgen(js_name = cautionCodes)]
pub fn caution_codes() -> JsValue {
    livepermit_ffi::caution_codes().to_js()
}

/// A memory of used codes.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Store(Memory);

#[wasm_bindgen]
impl Store {
    /// A memory in this instance: empty by an operator's word, or, with `now`, after a restart.
    #[wasm_bindgen(constructor)]
    pub fn new(permits: f64, retention: JsValue, now: Option<f64>) -> Out<Self> {
        let permits = whole("the number of permits", permits)?;
        let retention = Retention::from_js(retention, "the retention")?;
        Ok(Self(match now {
            Some(now) => Memory::in_memory(permits, retention, whole("now", now)?)?,
            None => Memory::in_memory_for_the_first_time(permits, retention)?,
        }))
    }

    /// Asks the store.
    pub fn admit(&self, attempt: JsValue) -> Out {
        Ok(self.0.admit(&Attempt::from_js(attempt, "the attempt")?)?.to_js())
    }

    /// How the store was.
    pub fn health(&self) -> JsValue {
        self.0.health().to_js()
    }

    /// Ends a wait.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&self, word: JsValue, now: f64) -> Out<()> {
        Ok(self.0.go_on(GoOn::from_js(word, "the word")?, whole("now", now)?)?)
    }
}

/// A code that is verified and not used yet.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Pending(Arc<Began>);

/// One lane.
#[derive(Debug)]
#[wasm_bindgen]
pub struct Gate(pub(crate) Of);

#[wasm_bindgen]
impl Gate {
    /// Makes a lane with a store.
    #[wasm_bindgen(constructor)]
    pub fn new(
        settings: JsValue,
        trust: &Trust,
        status_lists: Vec<StatusList>,
        store: &Store,
    ) -> Out<Self> {
        let settings = GateSettings::from_js(settings, "the settings")?;
        Ok(Self(Of::new(&settings, &trust.0, shared(status_lists), &store.0)?))
    }

    /// Makes a lane whose program asks a memory of its own.
    #[wasm_bindgen(js_name = askingElsewhere)]
    pub fn asking_elsewhere(
        settings: JsValue,
        trust: &Trust,
        status_lists: Vec<StatusList>,
        retention: JsValue,
    ) -> Out<Self> {
        let settings = GateSettings::from_js(settings, "the settings")?;
        let retention = Retention::from_js(retention, "the retention")?;
        Ok(Self(Of::asking_elsewhere(&settings, &trust.0, shared(status_lists), retention)?))
    }

    /// Admits or refuses text.
    pub fn admit(&self, text: &str, now: f64) -> Out {
        Ok(self.0.admit(text, whole("now", now)?)?.to_js())
    }

    /// Admits or refuses bytes.
    #[wasm_bindgen(js_name = admitBytes)]
    pub fn admit_bytes(&self, token: Vec<u8>, now: f64) -> Out {
        Ok(self.0.admit_bytes(token, whole("now", now)?)?.to_js())
    }

    /// The first half: `kind`, and `pending` with its `attempt`, or `rejection`.
    pub fn begin(&self, text: &str, now: f64) -> Out {
        let out = Fields::new();
        match self.0.begin(text, whole("now", now)?)? {
            Begun::Asking { pending } => {
                out.put("kind", JsValue::from_str("asking"));
                out.put("attempt", pending.attempt().to_js());
                out.put("pending", Pending(pending).into());
            }
            Begun::Stopped { rejection } => {
                out.put("kind", JsValue::from_str("stopped"));
                out.put("rejection", rejection.to_js());
            }
        }
        Ok(out.into())
    }

    /// The second half.
    pub fn finish(&self, pending: &Pending, answer: JsValue, now: f64) -> Out {
        let answer = StoreAnswer::from_js(answer, "the answer")?;
        Ok(self.0.finish(&pending.0, answer, whole("now", now)?)?.to_js())
    }

    /// Opens a challenge.
    #[wasm_bindgen(js_name = openChallenge)]
    pub fn open_challenge(&self, challenge: JsValue, now: f64) -> Out<()> {
        let challenge = Challenge::from_js(challenge, "the challenge")?;
        Ok(self.0.open_challenge(&challenge, whole("now", now)?)?)
    }

    /// Makes and opens a challenge.
    pub fn ask(&self, seconds: f64, now: f64) -> Out {
        Ok(self.0.ask(whole("the life", seconds)?, whole("now", now)?)?.to_js())
    }

    /// Goes on with other lists.
    #[wasm_bindgen(js_name = replaceLists)]
    pub fn replace_lists(&self, trust: &Trust, status_lists: Vec<StatusList>) -> Out<()> {
        Ok(self.0.replace_lists(&trust.0, shared(status_lists))?)
    }

    /// Asks the store how it is.
    #[wasm_bindgen(js_name = keepAlive)]
    pub fn keep_alive(&self, now: f64) -> Out<()> {
        Ok(self.0.keep_alive(whole("now", now)?)?)
    }

    /// What the gate knows about the time.
    #[wasm_bindgen(js_name = clockState)]
    pub fn clock_state(&self) -> JsValue {
        self.0.clock_state().to_js()
    }

    /// The error of the gate's clock.
    #[wasm_bindgen(js_name = clockOffset)]
    pub fn clock_offset(&self) -> JsValue {
        self.0.clock_offset().to_js()
    }
}
