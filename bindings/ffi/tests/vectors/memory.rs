//! Groups of type `Memory`: a store and its gates, kept by the test.

use std::collections::{BTreeMap, HashMap};

use livepermit_ffi::{
    AskedBy, Attempt, CoolDown, Decision, GoOn, Known, Newest, Passage, Retention, Sighting,
    StoreAnswer, StoreClock, StoreRecord, StoreState, Witness, clocks_apart, decide, forget_record,
    go_on, known_of, meet, record_admission, record_is_over, standing_of, take_answer,
};
use serde_json::{Map, Value, json};

use crate::json::{Fields as _, Outcome, equal, told, unhex};

struct Store {
    incarnation: String,
    state: Option<StoreState>,
    records: BTreeMap<Vec<u8>, StoreRecord>,
}

/// An answer on its way to a gate.
#[derive(Clone)]
struct Given {
    gate: String,
    answer: Option<StoreAnswer>,
    known: Option<(Known, i64)>,
}

/// Result, code, and the time that a refusal names.
type Told = (Option<&'static str>, Option<&'static str>, Option<i64>);

struct Run {
    retention: Retention,
    clock: StoreClock,
    stores: HashMap<String, Store>,
    gates: HashMap<String, Witness>,
    late: HashMap<String, Given>,
}

pub(crate) fn run(group: &Value, test: &Value) -> Outcome {
    let settings = &group["settings"];
    let stores = test["stores"].as_object().expect("stores");
    let gates = test["gates"].as_object().expect("gates");
    let mut run = Run {
        retention: Retention {
            largest_window: settings.number("largestWindow"),
            largest_skew: settings.number("largestSkew"),
            clock_difference: settings.number("clockDifference"),
            longest_cool_down: settings.number("longestCoolDown"),
            old_master: settings.maybe_number("oldMaster"),
        },
        clock: match group.text("clock") {
            "own" => StoreClock::Own,
            _ => StoreClock::Askers,
        },
        stores: stores.iter().map(|(name, held)| (name.clone(), store(held))).collect(),
        gates: gates.iter().map(|(name, held)| (name.clone(), witness(held))).collect(),
        late: HashMap::new(),
    };
    for (number, step) in test.list("steps").iter().enumerate() {
        run.step(step).map_err(|reason| format!("step {number}: {reason}"))?;
    }
    equal("late answers", run.late.len(), 0)
}

impl Run {
    fn step(&mut self, step: &Value) -> Outcome {
        if step.maybe("ask").is_some() {
            self.ask(step)
        } else if let Some(label) = step.maybe_text("arrive") {
            let given = self.late.remove(&label).ok_or("no such answer is late")?;
            self.arrive(given, step)
        } else if let Some(from) = step.maybe_text("copy") {
            let from = &self.stores[&from];
            let (state, records) = (from.state.clone(), from.records.clone());
            let to = self.stores.get_mut(step.text("to")).ok_or("no such store")?;
            (to.state, to.records) = (state, records);
            Ok(())
        } else if let Some(name) = step.maybe_text("start") {
            let store = self.stores.get_mut(&name).ok_or("no such store")?;
            store.incarnation = step.text("incarnation").into();
            Ok(())
        } else if let Some(name) = step.maybe_text("goOn") {
            self.go_on(&name, step)
        } else {
            self.forget(step)
        }
    }

    fn ask(&mut self, step: &Value) -> Outcome {
        let (gate, now, time) = (step.text("gate"), step.number("now"), step.number("time"));
        let apart = clocks_apart(now, time, self.retention).map_err(told)?;
        let (given, loss) = if self.clock == StoreClock::Own && apart {
            let answer = Some(StoreAnswer::ClockApart { theirs: time });
            (Given { gate: gate.into(), answer, known: None }, None)
        } else {
            self.answer(step)?
        };
        equal("loss", loss, step.maybe_text("loss"))?;
        self.has_state(step.text("ask"), step.maybe("state"))?;
        match step.maybe_text("late") {
            Some(label) => {
                self.late.insert(label, given.clone());
                self.has_witness(gate, step)
            }
            None => self.arrive(given, step),
        }
    }

    /// What a store does in one step.
    fn answer(&mut self, step: &Value) -> Result<(Given, Option<String>), String> {
        let (gate, time) = (step.text("gate"), step.number("time"));
        let asked = AskedBy {
            gate: gate.into(),
            witness: self.gates[gate].clone(),
            now: step.number("now"),
        };
        let (retention, clock) = (self.retention, self.clock);
        let store = self.stores.get_mut(step.text("ask")).ok_or("no such store")?;
        let fresh = match (step.maybe_text("fresh"), &store.state) {
            (Some(fresh), _) => unhex(&fresh),
            (None, state) => state.as_ref().ok_or("a store needs fresh")?.id.clone(),
        };
        let records = i64::try_from(store.records.len()).expect("a count");
        let life = store.incarnation.clone();
        let meeting = meet(store.state.take(), fresh, &asked, &life, time, records, retention)
            .map_err(told)?;
        let mut state = meeting.state;
        let answer = match step.maybe("attempt") {
            None => None,
            Some(held) => {
                let attempt = attempt(step, held);
                let standing = standing_of(&state, time, clock).map_err(told)?;
                let known = store.records.get(&attempt.permit).cloned();
                let is_new = known.is_none();
                match decide(known, &attempt, &standing, retention).map_err(told)? {
                    Decision::Answer { answer } => Some(answer),
                    Decision::Write { record } => {
                        store.records.insert(attempt.permit, record);
                        state = record_admission(&state, gate, is_new).map_err(told)?;
                        Some(StoreAnswer::NotUsedBefore)
                    }
                }
            }
        };
        let own = state.admissions.get(gate).copied().unwrap_or(0);
        let known = Some((known_of(&state), own));
        store.state = Some(state);
        Ok((Given { gate: gate.into(), answer, known }, meeting.loss))
    }

    /// What a gate makes of an answer.
    fn arrive(&mut self, given: Given, step: &Value) -> Outcome {
        let found = self.take(&given)?;
        let wanted =
            (step.maybe_text("result"), step.maybe_text("code"), step.maybe_number("names"));
        let own = |text: Option<&str>| text.map(str::to_owned);
        equal("answer", (own(found.0), own(found.1), found.2), wanted)?;
        self.has_witness(&given.gate, step)
    }

    fn take(&mut self, given: &Given) -> Result<Told, String> {
        if let Some((known, admissions)) = &given.known {
            match take_answer(&self.gates[&given.gate], known, *admissions).map_err(told)? {
                Some(witness) => self.gates.insert(given.gate.clone(), witness),
                None => return Ok((Some("invalid"), Some("store-unreachable"), None)),
            };
        }
        let refused = |code, time: &i64| Ok((Some("invalid"), Some(code), Some(*time)));
        match &given.answer {
            None | Some(StoreAnswer::NotUsedBefore) => Ok((Some("valid"), None, None)),
            Some(StoreAnswer::AlreadyAcceptedHere { then }) => {
                refused("already-accepted-here", then)
            }
            Some(StoreAnswer::AlreadyUsed { then }) => refused("already-used", then),
            Some(StoreAnswer::Superseded { newest }) => refused("superseded", newest),
            Some(StoreAnswer::CoolingDown { until }) => refused("cooling-down", until),
            Some(StoreAnswer::Forgotten { until }) => refused("forgotten", until),
            Some(StoreAnswer::ClockApart { theirs }) => refused("clock-suspect", theirs),
            Some(other) => Err(format!("no such answer is foreseen: {other:?}")),
        }
    }

    fn go_on(&mut self, name: &str, step: &Value) -> Outcome {
        let word = match step.text("word") {
            "cool-downs-lost" => GoOn::CoolDownsLost,
            "nothing-was-admitted" => GoOn::NothingWasAdmitted,
            other => return Err(format!("word {other}")),
        };
        let (now, time, retention) = (step.number("now"), step.number("time"), self.retention);
        let store = self.stores.get_mut(name).ok_or("no such store")?;
        let state = store.state.as_ref().ok_or("the store has no state")?;
        store.state = Some(go_on(state, word, now, time, retention).map_err(told)?);
        self.has_state(name, step.maybe("state"))
    }

    fn forget(&mut self, step: &Value) -> Outcome {
        let name = step.text("forget");
        // Before 1970 nothing is over.
        let cutoff = (step.number("time") - self.retention.clock_difference).max(0);
        let store = self.stores.get_mut(name).ok_or("no such store")?;
        let mut state = store.state.take().ok_or("the store has no state")?;
        for (permit, record) in store.records.clone() {
            if record_is_over(&record, cutoff, self.retention).map_err(told)? {
                state = forget_record(&state, &record).map_err(told)?;
                store.records.remove(&permit);
            }
        }
        store.state = Some(state);
        let left: Vec<String> = store.records.keys().map(hex::encode).collect();
        equal("left", left, step.texts("left"))?;
        self.has_state(name, step.maybe("state"))
    }

    fn has_state(&self, store: &str, wanted: Option<&Value>) -> Outcome {
        let found = self.stores[store].state.as_ref().map(describe_state);
        equal("state", found.as_ref(), wanted)
    }

    fn has_witness(&self, gate: &str, step: &Value) -> Outcome {
        equal("witness", &describe_witness(&self.gates[gate]), &step["witness"])
    }
}

fn store(held: &Value) -> Store {
    let records = held.list("records").iter();
    Store {
        incarnation: held.text("incarnation").into(),
        state: held.maybe("state").map(state),
        records: records.map(|held| (held.bytes("permit"), record(held))).collect(),
    }
}

fn state(held: &Value) -> StoreState {
    let admissions = held["admissions"].as_object().expect("admissions").iter();
    StoreState {
        id: held.bytes("store"),
        incarnation: held.text("incarnation").into(),
        generation: held.number("generation"),
        forgotten: held.number("forgotten"),
        lost: held.number("lost"),
        closed_until: held.number("closedUntil"),
        records: held.number("records"),
        admissions: admissions
            .map(|(gate, number)| (gate.clone(), number.as_i64().expect("a count")))
            .collect(),
    }
}

/// A gate without admissions need not be there.
fn describe_state(state: &StoreState) -> Value {
    let admissions: Map<String, Value> = state
        .admissions
        .iter()
        .filter(|(_, number)| **number > 0)
        .map(|(gate, number)| (gate.clone(), json!(number)))
        .collect();
    json!({
        "store": hex::encode(&state.id),
        "incarnation": state.incarnation,
        "generation": state.generation,
        "forgotten": state.forgotten,
        "lost": state.lost,
        "closedUntil": state.closed_until,
        "records": state.records,
        "admissions": admissions,
    })
}

fn witness(held: &Value) -> Witness {
    Witness {
        known: held.maybe("known").map(|known| Known {
            store: known.bytes("store"),
            generation: known.number("generation"),
            incarnation: known.text("incarnation").into(),
        }),
        admissions: held.number("admissions"),
    }
}

fn describe_witness(witness: &Witness) -> Value {
    let known = witness.known.as_ref().map(|known| {
        json!({
            "store": hex::encode(&known.store),
            "generation": known.generation,
            "incarnation": known.incarnation,
        })
    });
    match known {
        Some(known) => json!({"known": known, "admissions": witness.admissions}),
        None => json!({"admissions": witness.admissions}),
    }
}

fn sighting(held: &Value) -> Sighting {
    Sighting {
        at: held.number("at"),
        gate: held.text("gate").into(),
        lane: held.text("lane").into(),
    }
}

fn record(held: &Value) -> StoreRecord {
    StoreRecord {
        newest: held
            .maybe("newest")
            .map(|newest| Newest { moment: newest.number("moment"), sighting: sighting(newest) }),
        slip: held.maybe("slip").map(sighting),
        cool_downs: held
            .list("coolDowns")
            .iter()
            .map(|entry| CoolDown {
                zone: entry.text("zone").into(),
                until: entry.number("until"),
                gate: entry.text("gate").into(),
                generation: entry.number("generation"),
            })
            .collect(),
    }
}

fn attempt(step: &Value, held: &Value) -> Attempt {
    let now = step.number("now");
    Attempt {
        permit: held.bytes("permit"),
        moment: held.maybe_number("moment"),
        // No rule of the memory looks at the times until which a code is live and kept.
        live_until: now,
        keep_until: now,
        gate: step.text("gate").into(),
        lane: held.text("lane").into(),
        zone: held.text("zone").into(),
        passage: match held.text("passage") {
            "leave" => Passage::Leave,
            _ => Passage::Enter,
        },
        now,
        debounce: held.number("debounce"),
        cool_down: held.number("coolDown"),
    }
}
