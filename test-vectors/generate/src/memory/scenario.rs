//! Reads `test-vectors/scenarios/memory/*.txt`; `test-vectors/README.md` has the grammar.
//!
//! The states after each step are written by hand, as what changes. Nothing here follows the rule
//! of the specification, except which answers a gate takes: the scenario says where it takes none.

use std::collections::BTreeMap;

use livepermit::RejectionCode;

use super::super::admission::{number, pair};
use super::group::{
    Arrive, Ask, Attempt, Forget, GoOn, Known, MemoryGroup, MemoryTest, OldMaster, Outcome, State,
    Step, Store, Witness,
};
use super::read::{changed, instant, loss, permit, record, store, store_id, witness};

/// The groups of a file, or the number of a wrong line and what is wrong.
pub(crate) fn read(text: &'static str) -> Result<Vec<MemoryGroup>, (usize, String)> {
    let mut reader = Reader { groups: Vec::new(), now: Situation::default() };
    for (number, line) in (1..).zip(text.lines()) {
        reader.line(line).map_err(|what| (number, what))?;
    }
    reader.complete().map_err(|what| (text.lines().count(), what))?;
    Ok(reader.groups)
}

struct Reader {
    groups: Vec<MemoryGroup>,
    now: Situation,
}

/// Stores, gates and answers on their way, as the scenario has said so far.
#[derive(Default)]
struct Situation {
    stores: BTreeMap<String, Store>,
    gates: BTreeMap<String, Witness>,
    late: BTreeMap<String, Late>,
}

struct Late {
    gate: String,
    outcome: Outcome,
    state: Option<State>,
}

impl Reader {
    fn line(&mut self, line: &'static str) -> Result<(), String> {
        let words: Vec<_> = line.split_whitespace().collect();
        let [first, rest @ ..] = words.as_slice() else { return Ok(()) };
        if first.starts_with('#') {
            return Ok(());
        }
        if let Some(title) = line.strip_prefix("== ") {
            self.complete()?;
            self.groups.push(MemoryGroup::new(title));
            return Ok(());
        }
        let group = self.groups.last_mut().ok_or("no group has begun: `== TITLE`")?;
        if line.starts_with(' ') {
            let test = group.tests.last_mut().ok_or("no test has begun: `FLAGS: COMMENT`")?;
            return self.now.line(test, first, rest, group.clock == "own");
        }
        if let Some((flags, comment)) = line.split_once(": ") {
            self.complete()?;
            let test = MemoryTest::new(flags.split(", ").collect(), comment);
            self.now = Situation::default();
            self.groups.last_mut().ok_or("no group")?.tests.push(test);
            return Ok(());
        }
        if *first != "settings" || !group.tests.is_empty() {
            return Err(format!("`{first}` is not foreseen here"));
        }
        rest.iter().try_for_each(|word| setting(group, pair(word)?))
    }

    /// Every test has a question, and every answer on its way arrives.
    fn complete(&self) -> Result<(), String> {
        match self.groups.last().and_then(|group| group.tests.last()) {
            Some(test) if test.result.is_empty() => Err("the test before has no outcome".into()),
            _ if !self.now.late.is_empty() => Err("an answer does not arrive".into()),
            _ => Ok(()),
        }
    }
}

fn setting(
    group: &mut MemoryGroup,
    (name, value): (&'static str, &'static str),
) -> Result<(), String> {
    let settings = &mut group.settings;
    match (name, value) {
        ("largestWindow", _) => settings.largest_window = number(value)?,
        ("largestSkew", _) => settings.largest_skew = number(value)?,
        ("clockDifference", _) => settings.clock_difference = number(value)?,
        ("longestCoolDown", _) => settings.longest_cool_down = number(value)?,
        ("oldMaster", "unbounded") => settings.old_master = OldMaster::Named(value),
        ("oldMaster", _) => settings.old_master = OldMaster::Seconds(number(value)?),
        ("clock", "own" | "none") => group.clock = value,
        _ => return Err(format!("no setting is `{name}={value}`")),
    }
    Ok(())
}

impl Situation {
    fn line(
        &mut self,
        test: &mut MemoryTest,
        first: &str,
        rest: &[&str],
        has_clock: bool,
    ) -> Result<(), String> {
        match (first, rest) {
            ("store" | "record" | "gate", _) if !test.steps.is_empty() => {
                return Err("a test names its stores and gates before its steps".to_string());
            }
            ("store", [name, words @ ..]) => {
                self.stores.insert((*name).to_string(), store(words)?);
                test.stores = self.stores.clone();
            }
            ("record", [name, words @ ..]) => {
                self.store(name)?.records.push(record(words)?);
                test.stores = self.stores.clone();
            }
            ("gate", [name, words @ ..]) => {
                self.gates.insert((*name).to_string(), witness(words)?);
                test.gates = self.gates.clone();
            }
            ("copy", [from, to]) => {
                let copied = self.store(from)?.clone();
                let target = self.store(to)?;
                (target.state, target.records) = (copied.state, copied.records);
                let (copy, to) = ((*from).to_string(), (*to).to_string());
                test.steps.push(Step::Copy { copy, to });
            }
            ("start", [name, life]) => {
                self.store(name)?.incarnation = (*life).to_string();
                let (start, incarnation) = ((*name).to_string(), (*life).to_string());
                test.steps.push(Step::Start { start, incarnation });
            }
            ("arrives", [label, "->", outcome @ ..]) => self.arrives(test, label, outcome)?,
            (_, _) => {
                let at = rest.iter().position(|word| *word == "->").ok_or("no `->`")?;
                let (words, after) = rest.split_at(at);
                let after = after.get(1..).unwrap_or_default();
                match words {
                    ["go-on", name, word, changes @ ..] => {
                        let step = self.go_on(first, (name, word), changes, after, has_clock)?;
                        test.steps.push(Step::GoOn(step));
                    }
                    ["forget", name] => {
                        let step = self.forget(first, name, after)?;
                        test.steps.push(Step::Forget(step));
                    }
                    [asked, words @ ..] => {
                        let ask = self.ask(first, asked, words, after, has_clock)?;
                        if let Some(outcome) = &ask.outcome {
                            test.result = outcome.result;
                        }
                        test.steps.push(Step::Ask(Box::new(ask)));
                    }
                    [] => return Err("nothing is asked".to_string()),
                }
            }
        }
        Ok(())
    }

    fn store(&mut self, name: &str) -> Result<&mut Store, String> {
        self.stores.get_mut(name).ok_or_else(|| format!("no store is named `{name}`"))
    }

    fn state(&mut self, name: &str, changes: &[&str]) -> Result<State, String> {
        let store = self.store(name)?;
        let state = store.state.take().ok_or("the store has no state")?;
        let state = changed(state, changes)?;
        store.state = Some(state.clone());
        Ok(state)
    }

    /// `TIME go-on STORE WORD [clock=TIME] -> CHANGES`.
    fn go_on(
        &mut self,
        at: &str,
        (name, word): (&str, &str),
        clock: &[&str],
        after: &[&str],
        has_clock: bool,
    ) -> Result<GoOn, String> {
        let word = match word {
            "cool-downs-lost" => "cool-downs-lost",
            "nothing-was-admitted" => "nothing-was-admitted",
            _ => return Err(format!("`{word}` is no word of an operator")),
        };
        let now = instant(at)?;
        let time = match clock {
            [] => now,
            [word] if has_clock => match pair(word)? {
                ("clock", value) => instant(value)?,
                (name, _) => return Err(format!("a word has no `{name}`")),
            },
            _ => return Err("more than a clock, or no clock of its own".to_string()),
        };
        let state = self.state(name, after)?;
        Ok(GoOn { go_on: name.to_string(), word, now, time, state })
    }

    /// `TIME forget STORE -> PERMITS|none CHANGES`.
    fn forget(&mut self, at: &str, name: &str, after: &[&str]) -> Result<Forget, String> {
        let [left, changes @ ..] = after else { return Err("what is left?".to_string()) };
        let letters = if *left == "none" { Vec::new() } else { left.split(',').collect() };
        let left = letters.into_iter().map(permit).collect::<Result<Vec<_>, _>>()?;
        let state = self.state(name, changes)?;
        Ok(Forget { forget: name.to_string(), time: instant(at)?, left, state })
    }

    /// `arrives LABEL -> taken|old`.
    fn arrives(
        &mut self,
        test: &mut MemoryTest,
        label: &str,
        outcome: &[&str],
    ) -> Result<(), String> {
        let late = self.late.remove(label).ok_or_else(|| format!("`{label}` is not late"))?;
        let outcome = match outcome {
            ["taken"] => {
                self.take(&late.gate, late.state.as_ref())?;
                late.outcome
            }
            ["old"] => refused(RejectionCode::StoreUnreachable, None),
            _ => return Err("an answer is `taken` or `old`".to_string()),
        };
        test.result = outcome.result;
        let witness = self.gates.get(&late.gate).cloned().ok_or("no such gate")?;
        test.steps.push(Step::Arrive(Arrive { arrive: label.to_string(), outcome, witness }));
        Ok(())
    }

    /// What the gate knows after an answer that says this.
    fn take(&mut self, gate: &str, state: Option<&State>) -> Result<(), String> {
        let state = state.ok_or("a store without a state says nothing of itself")?;
        let witness = self.gates.get_mut(gate).ok_or("no such gate")?;
        witness.known = Some(Known {
            store: state.store.clone(),
            generation: state.generation,
            incarnation: state.incarnation.clone(),
        });
        let own = state.admissions.get(gate).copied().unwrap_or_default();
        witness.admissions = witness.admissions.max(own);
        Ok(())
    }

    /// `TIME GATE@STORE WHAT SETTINGS -> OUTCOME [NAMES] [old] [loss=LOSS] CHANGES`.
    fn ask(
        &mut self,
        at: &str,
        asked: &str,
        words: &[&str],
        after: &[&str],
        has_clock: bool,
    ) -> Result<Ask, String> {
        let (gate, name) = asked.split_once('@').ok_or("not GATE@STORE")?;
        let before = self.gates.get(gate).cloned();
        let before = before.ok_or_else(|| format!("no gate is named `{gate}`"))?;
        let now = instant(at)?;
        let (what, words) = words.split_first().ok_or("neither a permit nor `keep-alive`")?;
        let mut ask = Ask {
            ask: name.to_string(),
            gate: gate.to_string(),
            now,
            time: now,
            fresh: None,
            attempt: attempt(what)?,
            late: None,
            outcome: None,
            loss: None,
            state: None,
            witness: before,
        };
        for word in words {
            let (name, value) = match *word {
                "leave" => ("passage", "leave"),
                word => pair(word)?,
            };
            match (name, ask.attempt.as_mut()) {
                ("clock", _) if has_clock => ask.time = instant(value)?,
                ("fresh", _) => ask.fresh = Some(store_id(value)?),
                ("late", _) => ask.late = Some(value.to_string()),
                ("lane", Some(attempt)) => attempt.lane = value.to_string(),
                ("zone", Some(attempt)) => attempt.zone = value.to_string(),
                ("passage", Some(attempt)) => attempt.passage = "leave",
                ("debounce", Some(attempt)) => attempt.debounce = number(value)?,
                ("coolDown", Some(attempt)) => attempt.cool_down = number(value)?,
                (name, _) => return Err(format!("a question has no `{name}`")),
            }
        }
        self.answer(&mut ask, after)?;
        Ok(ask)
    }

    fn answer(&mut self, ask: &mut Ask, after: &[&str]) -> Result<(), String> {
        let (word, mut after) = after.split_first().ok_or("no outcome")?;
        let mut outcome = match *word {
            "admitted" | "kept" if (*word == "kept") == ask.attempt.is_none() => {
                Outcome { result: "valid", code: None, names: None }
            }
            code => {
                let code = RejectionCode::ALL.iter().find(|known| known.as_str() == code);
                let code = *code.ok_or_else(|| format!("`{word}` is no outcome"))?;
                let (names, rest) = after.split_first().ok_or("a refusal names a time")?;
                after = rest;
                refused(code, Some(instant(names)?))
            }
        };
        let apart = outcome.code == Some(RejectionCode::ClockSuspect.as_str());
        let mut taken = !apart;
        let mut changes = Vec::new();
        for word in after {
            match word.split_once('=') {
                Some(("loss", value)) => ask.loss = Some(loss(value)?),
                Some(_) => changes.push(*word),
                None if *word == "old" => taken = false,
                None => return Err(format!("`{word}` is not foreseen")),
            }
        }
        if !taken && !apart {
            outcome = refused(RejectionCode::StoreUnreachable, None);
        }
        let store = self.store(&ask.ask)?;
        let life = store.incarnation.clone();
        if store.state.is_none() && !apart {
            let id = ask.fresh.clone().ok_or("a store without a state needs fresh=")?;
            store.state = Some(State { generation: 0, ..State::new(id, life.clone()) });
        }
        if let Some(state) = store.state.as_mut().filter(|_| ask.loss.is_some()) {
            state.incarnation = life;
        }
        if !changes.is_empty() {
            self.state(&ask.ask.clone(), &changes)?;
        }
        ask.state = self.store(&ask.ask)?.state.clone();
        if let Some(label) = ask.late.clone() {
            if apart {
                return Err("an answer that is not taken is never late".to_string());
            }
            let late = Late { gate: ask.gate.clone(), outcome, state: ask.state.clone() };
            if self.late.insert(label, late).is_some() {
                return Err("two answers are late under one name".to_string());
            }
            return Ok(());
        }
        if taken {
            self.take(&ask.gate, ask.state.as_ref())?;
        }
        ask.witness = self.gates.get(&ask.gate).cloned().ok_or("no such gate")?;
        ask.outcome = Some(outcome);
        Ok(())
    }
}

fn refused(code: RejectionCode, names: Option<u64>) -> Outcome {
    Outcome { result: "invalid", code: Some(code.as_str()), names }
}

/// `keep-alive`, `V@-4`, or `V` for its slip.
fn attempt(what: &str) -> Result<Option<Attempt>, String> {
    if what == "keep-alive" {
        return Ok(None);
    }
    let (name, moment) = match what.split_once('@') {
        Some((name, moment)) => (name, Some(instant(moment)?)),
        None => (what, None),
    };
    Ok(Some(Attempt {
        permit: permit(name)?,
        moment,
        lane: "lane-1".to_string(),
        zone: "hall".to_string(),
        passage: "enter",
        debounce: 3,
        cool_down: 35,
    }))
}

#[cfg(test)]
mod tests;
