//! Groups of type `Memory`: the rule of a store's memory, as the pure functions of the library.

mod convert;
mod model;

use std::collections::BTreeMap;

use livepermit::{RejectionCode, Timestamp};
use livepermit_gate::replay::{
    Answer, Ask, Decision, GoOn, Here, Incarnation, Known, Loss, Record, Retention, StoreClock,
    StoreState, Witness, decide,
};

pub(crate) use model::MemoryGroup;

use crate::model::Expected;
use crate::report::GroupReport;
use crate::setup::Result;
use model::{ArriveStep, AskStep, ForgetStep, GoOnStep, HeldState, HeldStore, MemoryTest, Step};

pub(crate) fn run(group: &MemoryGroup, report: &mut GroupReport) {
    for test in &group.tests {
        let outcome = run_test(group, test);
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

/// A store, and the server that it is in.
struct Store {
    incarnation: Incarnation,
    state: Option<StoreState>,
    records: BTreeMap<[u8; 32], Record>,
}

/// An answer on its way to a gate.
struct Given {
    gate: String,
    /// `None` without an attempt.
    answer: Option<Answer>,
    /// What the answer says of the store; `None` if it was given before the check.
    known: Option<(Known, u64)>,
}

/// What a gate makes of an answer, and the time that a refusal names.
type Outcome = (Expected, Option<&'static str>, Option<Timestamp>);

struct Run {
    retention: Retention,
    clock: StoreClock,
    stores: BTreeMap<String, Store>,
    gates: BTreeMap<String, Witness>,
    late: BTreeMap<String, Given>,
}

impl Store {
    fn new(held: &HeldStore) -> Result<Self> {
        let records = held.records.iter().map(|record| {
            Ok::<_, String>((*convert::permit(&record.permit)?.as_bytes(), convert::record(record)))
        });
        Ok(Self {
            incarnation: convert::incarnation(&held.incarnation)?,
            state: held.state.as_ref().map(convert::state).transpose()?,
            records: records.collect::<Result<_>>()?,
        })
    }

    fn is(&self, wanted: Option<&HeldState>) -> Result<()> {
        equal("state", self.state.as_ref().map(convert::describe).as_ref(), wanted)
    }

    fn state(&mut self) -> Result<&mut StoreState> {
        self.state.as_mut().ok_or_else(|| "the store has no state".to_string())
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<()> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, not {wanted:?}")) }
}

fn run_test(group: &MemoryGroup, test: &MemoryTest) -> Result<()> {
    let stores = test.stores.iter().map(|(name, held)| Ok((name.clone(), Store::new(held)?)));
    let gates = test.gates.iter().map(|(name, held)| Ok((name.clone(), convert::witness(held)?)));
    let mut run = Run {
        retention: convert::retention(group)?,
        clock: convert::clock(group)?,
        stores: stores.collect::<Result<_>>()?,
        gates: gates.collect::<Result<_>>()?,
        late: BTreeMap::new(),
    };
    let mut last = None;
    for (number, step) in test.steps.iter().enumerate() {
        match step {
            Step::Ask(step) => last = step.result.or(last),
            Step::Arrive(step) => last = Some(step.result),
            _ => {}
        }
        run.step(step).map_err(|reason| format!("step {number}: {reason}"))?;
    }
    if !run.late.is_empty() {
        return Err("an answer does not arrive".to_string());
    }
    if last == Some(test.result) {
        Ok(())
    } else {
        Err("result is not that of the last answer".to_string())
    }
}

impl Run {
    fn store(&mut self, name: &str) -> Result<&mut Store> {
        self.stores.get_mut(name).ok_or_else(|| format!("there is no store {name}"))
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Ask(step) => self.ask(step),
            Step::Arrive(step) => self.arrive(step),
            Step::Copy(step) => {
                let from = self.store(&step.copy)?;
                let (state, records) = (from.state.clone(), from.records.clone());
                let to = self.store(&step.to)?;
                (to.state, to.records) = (state, records);
                Ok(())
            }
            Step::Start(step) => {
                self.store(&step.start)?.incarnation = convert::incarnation(&step.incarnation)?;
                Ok(())
            }
            Step::GoOn(step) => self.go_on(step),
            Step::Forget(step) => self.forget(step),
        }
    }

    fn ask(&mut self, step: &AskStep) -> Result<()> {
        let witness = self.gates.get(&step.gate).ok_or("there is no such gate")?.clone();
        let (retention, clock) = (self.retention, self.clock);
        let store = self.store(&step.ask)?;
        let (given, loss) = if clock == StoreClock::Own
            && StoreState::clocks_apart(step.now, step.time, retention)
        {
            let answer = Some(Answer::ClockApart { theirs: step.time });
            (Given { gate: step.gate.clone(), answer, known: None }, None)
        } else {
            answer(store, step, &witness, retention, clock)?
        };
        equal("loss", loss.map(Loss::code), step.loss.as_deref())?;
        store.is(step.state.as_ref())?;
        let outcome = match &step.late {
            Some(label) => {
                self.late.insert(label.clone(), given);
                None
            }
            None => Some(self.take(given)?),
        };
        let found =
            outcome.map_or((None, None, None), |(result, code, names)| (Some(result), code, names));
        equal("answer", found, (step.result, step.code.as_deref(), step.names))?;
        let witness = self.gates.get(&step.gate).ok_or("there is no such gate")?;
        equal("witness", &convert::describe_witness(witness), &step.witness)
    }

    fn arrive(&mut self, step: &ArriveStep) -> Result<()> {
        let given = self.late.remove(&step.arrive).ok_or("no such answer is late")?;
        let gate = given.gate.clone();
        let found = self.take(given)?;
        equal("answer", found, (step.result, step.code.as_deref(), step.names))?;
        let witness = self.gates.get(&gate).ok_or("there is no such gate")?;
        equal("witness", &convert::describe_witness(witness), &step.witness)
    }

    /// What the gate does when an answer arrives.
    fn take(&mut self, given: Given) -> Result<Outcome> {
        let witness = self.gates.get_mut(&given.gate).ok_or("there is no such gate")?;
        if let Some((known, admissions)) = given.known
            && witness.take(known, admissions).is_err()
        {
            let code = RejectionCode::StoreUnreachable.as_str();
            return Ok((Expected::Invalid, Some(code), None));
        }
        use RejectionCode as Code;
        let refused = |code: Code, names| Ok((Expected::Invalid, Some(code.as_str()), Some(names)));
        match given.answer {
            None | Some(Answer::Admitted) => Ok((Expected::Valid, None, None)),
            Some(Answer::AlreadyAcceptedHere { then }) => refused(Code::AlreadyAcceptedHere, then),
            Some(Answer::AlreadyUsed { then }) => refused(Code::AlreadyUsed, then),
            Some(Answer::Superseded { newest }) => refused(Code::Superseded, newest),
            Some(Answer::CoolingDown { until }) => refused(Code::CoolingDown, until),
            Some(Answer::Forgotten { until }) => refused(Code::Forgotten, until),
            Some(Answer::ClockApart { theirs }) => refused(Code::ClockSuspect, theirs),
            Some(other) => Err(format!("no such answer is foreseen: {other:?}")),
        }
    }

    fn go_on(&mut self, step: &GoOnStep) -> Result<()> {
        let word = match step.word.as_str() {
            "cool-downs-lost" => GoOn::CoolDownsLost,
            "nothing-was-admitted" => GoOn::NothingWasAdmitted,
            other => return Err(format!("word: {other}")),
        };
        let retention = self.retention;
        let store = self.store(&step.go_on)?;
        store.state()?.go_on(word, step.now, step.time, retention);
        store.is(Some(&step.state))
    }

    fn forget(&mut self, step: &ForgetStep) -> Result<()> {
        let retention = self.retention;
        let cutoff = step.time.minus(retention.clock_difference);
        let store = self.store(&step.forget)?;
        let state = store.state.as_mut().ok_or("the store has no state")?;
        store.records.retain(|_, record| {
            let over = record.is_over(cutoff, retention);
            if over {
                state.forget(record);
            }
            !over
        });
        let left: Vec<&[u8]> = store.records.keys().map(<[u8; 32]>::as_slice).collect();
        equal("left", left, step.left.iter().map(|permit| permit.0.as_slice()).collect())?;
        store.is(Some(&step.state))
    }
}

/// Checks 3 to 8 of the specification, section 13.6.
fn answer(
    store: &mut Store,
    step: &AskStep,
    witness: &Witness,
    retention: Retention,
    clock: StoreClock,
) -> Result<(Given, Option<Loss>)> {
    let fresh = match (&step.fresh, &store.state) {
        (Some(fresh), _) => convert::store_id(fresh)?,
        (None, Some(state)) => state.id,
        (None, None) => return Err("a store without a state needs fresh".to_string()),
    };
    let records = u64::try_from(store.records.len()).map_err(|error| error.to_string())?;
    let here = Here::new(store.incarnation.clone(), step.time, records);
    let ask = Ask::new(&step.gate, witness, step.now, retention);
    let (mut state, loss) = StoreState::meet(store.state.take(), fresh, &ask, &here);
    let answer = match &step.attempt {
        None => None,
        Some(attempt) => {
            let attempt = convert::attempt(step, attempt)?;
            let permit = *attempt.key.permit.as_bytes();
            let standing = state.standing(step.time, clock);
            match decide(store.records.get(&permit), &attempt, &standing, retention) {
                Decision::Refuse(answer) => Some(answer),
                Decision::Admit(record) => {
                    let is_new = store.records.insert(permit, record).is_none();
                    state.admitted(&step.gate, is_new);
                    Some(Answer::Admitted)
                }
            }
        }
    };
    let known = Some((state.known(), state.admissions_of(&step.gate)));
    store.state = Some(state);
    Ok((Given { gate: step.gate.clone(), answer, known }, loss))
}
