//! The functions on the server do the same as the rule in Rust: random histories, and after each
//! step the same answer, the same state and the same health.

use std::collections::HashMap;

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use livepermit_gate::replay::{
    Answer, Ask, Attempt, Decision, GoOn, Here, Incarnation, Loss, Passage, Record,
    ReplayStore as _, Retention, StoreClock, StoreId, StoreState, Witness, Witnesses, decide,
};
use livepermit_gate::{GatePlace, PostgresReplay};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::server::{Server, gate_at};
use super::{NOON, at, key_of};

const RETENTION: Retention = Retention {
    largest_window: 31,
    largest_skew: 5,
    clock_difference: 21,
    longest_cool_down: 100,
    old_master: 7,
};
const GATES: [&str; 3] = ["north", "south", "west"];

#[derive(Debug, Clone)]
enum Step {
    Attempt {
        gate: usize,
        permit: u64,
        /// Seconds from the server's time; a slip has none.
        moment: Option<i64>,
        clock: i64,
        enters: bool,
        cool_down: u64,
        zone: &'static str,
    },
    Beat {
        gate: usize,
        clock: i64,
    },
    Pass(u64),
    GoOn {
        gate: usize,
        new: bool,
    },
    /// The process of the gate starts again.
    Restart(usize),
    /// ... and its witness is lost.
    Forget(usize),
    Truncate,
    RemoveRecord(u64),
    RemoveState,
    ForgetAdmissions(usize),
    OldGeneration,
    ManyAdmissions,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let gate = || 0..GATES.len();
    let clock = || prop_oneof![9 => -10_i64..=10, 1 => -13_i64..=13];
    let moment = prop_oneof![
        1 => Just(None),
        5 => (-40_i64..=15).prop_map(Some),
        1 => (-200_i64..=200).prop_map(Some),
    ];
    let zone = prop_oneof![3 => Just("hall"), 1 => Just("annex")];
    let cool_down = prop_oneof![1 => Just(0_u64), 3 => 1..40_u64, 1 => 40..100_u64];
    let attempt = (gate(), 0..5_u64, moment, clock(), prop::bool::weighted(0.8), cool_down, zone)
        .prop_map(|(gate, permit, moment, clock, enters, cool_down, zone)| Step::Attempt {
            gate,
            permit,
            moment,
            clock,
            enters,
            cool_down,
            zone,
        });
    let step = prop_oneof![
        30 => attempt,
        5 => (gate(), clock()).prop_map(|(gate, clock)| Step::Beat { gate, clock }),
        10 => prop_oneof![4 => 0..20_u64, 1 => 20..200_u64].prop_map(Step::Pass),
        4 => (gate(), prop::bool::weighted(0.8)).prop_map(|(gate, new)| Step::GoOn { gate, new }),
        1 => gate().prop_map(Step::Restart),
        1 => gate().prop_map(Step::Forget),
        1 => Just(Step::Truncate),
        1 => (0..5_u64).prop_map(Step::RemoveRecord),
        1 => Just(Step::RemoveState),
        1 => gate().prop_map(Step::ForgetAdmissions),
        1 => Just(Step::OldGeneration),
        1 => Just(Step::ManyAdmissions),
    ];
    prop::collection::vec(step, 10..60)
}

/// What a gate has of itself.
#[derive(Default)]
struct Gate {
    witness: Witness,
    counted: Option<u64>,
    until: Option<Timestamp>,
    loss: Option<Loss>,
}

/// The rule in Rust.
struct Model {
    time: u64,
    state: Option<StoreState>,
    records: HashMap<PermitId, Record>,
    gates: [Gate; 3],
    /// Changes when the table gets another file.
    life: u64,
    /// Counts stores.
    stores: u8,
}

impl Model {
    fn ask(&mut self, number: usize, now: u64, attempt: Option<&Attempt>) -> Option<Answer> {
        let (time, now) = (at(self.time), at(now));
        if StoreState::clocks_apart(now, time, RETENTION) {
            return Some(Answer::ClockApart { theirs: time });
        }
        let every = if attempt.is_some() { 30 } else { 10 };
        let counted = self.gates[number].counted;
        let counts = counted.is_none_or(|then| now.as_unix().abs_diff(then) >= every);
        // The first look may only refuse, and does not check the memory.
        if let (Some(attempt), Some(state)) = (attempt, &self.state) {
            let standing = state.standing(time, StoreClock::Own);
            let record = self.records.get(&attempt.key.permit);
            if let Decision::Refuse(answer) = decide(record, attempt, &standing, RETENTION) {
                self.note(number, now, None);
                return Some(answer);
            }
        }
        let loss = self.meet(number, now, counts);
        let mut state = self.state.clone().unwrap();
        let standing = state.standing(time, StoreClock::Own);
        let known = attempt.and_then(|attempt| self.records.get(&attempt.key.permit));
        let is_new = known.is_none();
        let decision = attempt.map(|attempt| decide(known, attempt, &standing, RETENTION));
        let gate = GATES[number];
        let answer = match decision {
            Some(Decision::Refuse(answer)) => Some(answer),
            None => {
                self.sweep(&mut state, None);
                None
            }
            Some(Decision::Admit(record)) => {
                let permit = attempt.unwrap().key.permit;
                if state.admissions_of(gate) % 32 == 31 {
                    self.sweep(&mut state, Some(permit));
                }
                self.records.insert(permit, record);
                state.admitted(gate, is_new);
                Some(Answer::Admitted)
            }
        };
        self.state = Some(state.clone());
        let asker = &mut self.gates[number];
        asker.witness.take(state.known(), state.admissions_of(gate)).unwrap();
        if counts {
            asker.counted = Some(now.as_unix());
        }
        self.note(number, now, loss);
        answer
    }

    fn meet(&mut self, number: usize, now: Timestamp, counts: bool) -> Option<Loss> {
        let there = self.records.len() as u64;
        let witness = self.gates[number].witness.clone();
        let ask = Ask::new(GATES[number], &witness, now, RETENTION);
        let held = self.state.take();
        // Without a count, the number of records is not looked at, unless there is another loss.
        let believed = held.as_ref().map_or(there, |state| state.records);
        self.stores += u8::from(held.is_none());
        let fresh = StoreId::from_bytes([self.stores; 16]);
        let incarnation = Incarnation::new(&format!("life-{}", self.life)).unwrap();
        let here = |records| Here::new(incarnation.clone(), at(self.time), records);
        let first = if counts { there } else { believed };
        let (mut state, loss) = StoreState::meet(held.clone(), fresh, &ask, &here(first));
        if loss.is_some() {
            let again;
            (state, again) = StoreState::meet(held, fresh, &ask, &here(there));
            assert_eq!(again, loss);
        }
        self.state = Some(state);
        loss
    }

    fn sweep(&mut self, state: &mut StoreState, but: Option<PermitId>) {
        let cutoff = at(self.time).minus(RETENTION.clock_difference);
        self.records.retain(|permit, record| {
            let over = Some(*permit) != but && record.is_over(cutoff, RETENTION);
            if over {
                state.forget(record);
            }
            !over
        });
    }

    fn note(&mut self, number: usize, now: Timestamp, loss: Option<Loss>) {
        let state = self.state.as_ref().unwrap();
        let closed = now.plus(state.closed_until.seconds_since(at(self.time)));
        let until = state.lost.max(closed);
        let gate = &mut self.gates[number];
        gate.until = (until > now).then_some(until);
        gate.loss = loss.or(gate.loss);
    }

    /// The state as the server writes it.
    fn row(&self) -> String {
        let Some(state) = &self.state else { return String::new() };
        let admissions = GATES.map(|gate| state.admissions_of(gate).to_string()).join(",");
        let [forgotten, lost, closed] =
            [state.forgotten, state.lost, state.closed_until].map(Timestamp::as_unix);
        let (generation, records) = (state.generation, state.records);
        format!("{generation},{forgotten},{lost},{closed},{records},{admissions}")
    }
}

struct Play<'a> {
    server: &'a Server,
    prefix: String,
    folder: TempDir,
    stores: Vec<PostgresReplay>,
    model: Model,
}

impl<'a> Play<'a> {
    fn new(server: &'a Server, number: u64) -> Self {
        let mut play = Self {
            server,
            prefix: format!("same-{number}"),
            folder: tempfile::tempdir().unwrap(),
            stores: Vec::new(),
            model: Model {
                time: NOON,
                state: None,
                records: HashMap::new(),
                gates: Default::default(),
                life: 0,
                stores: 0,
            },
        };
        server.hold_clock(NOON);
        play.stores = (0..GATES.len()).map(|gate| play.connect(gate)).collect();
        play
    }

    fn connect(&self, gate: usize) -> PostgresReplay {
        let witnesses = Witnesses::open(self.folder.path().join(GATES[gate])).unwrap();
        gate_at(&self.server.url(), GATES[gate])
            .prefix(&self.prefix)
            .retention(RETENTION)
            .witnesses(witnesses)
            .connect()
            .unwrap()
    }

    fn restart(&mut self, gate: usize, forgets: bool) {
        // The file has one user.
        let path = self.folder.path().join(GATES[gate]);
        let aside = self.folder.path().join("aside");
        std::fs::copy(&path, &aside).unwrap();
        std::fs::remove_file(&path).unwrap();
        if !forgets {
            std::fs::rename(&aside, &path).unwrap();
        }
        self.stores[gate] = self.connect(gate);
        let witness = std::mem::take(&mut self.model.gates[gate].witness);
        self.model.gates[gate] =
            Gate { witness: if forgets { Witness::new() } else { witness }, ..Gate::default() };
    }

    fn sql(&self, text: &str) -> Vec<String> {
        self.server.sql(&text.replace("$", &format!("\"livepermit2_{}\"", self.prefix)))
    }

    fn now(&self, clock: i64) -> u64 {
        self.model.time.saturating_add_signed(clock)
    }

    fn step(&mut self, step: &Step) {
        let mut asked = None;
        match *step {
            Step::Attempt { gate, permit, moment, clock, enters, cool_down, zone } => {
                let now = self.now(clock);
                let moment = moment.map(|moment| self.model.time.saturating_add_signed(moment));
                let attempt = Attempt::new(
                    key_of(permit, moment),
                    GatePlace::new(GATES[gate], "1", zone).unwrap(),
                    if enters { Passage::Enter } else { Passage::Leave },
                    at(now),
                    3,
                    cool_down,
                );
                let answer = self.stores[gate].admit(&attempt).unwrap();
                assert_eq!(Some(answer), self.model.ask(gate, now, Some(&attempt)));
                asked = Some(gate);
            }
            Step::Beat { gate, clock } => {
                let now = self.now(clock);
                self.stores[gate].keep_alive(at(now)).unwrap();
                self.model.ask(gate, now, None);
                asked = Some(gate);
            }
            Step::Pass(seconds) => {
                self.model.time += seconds;
                self.server.hold_clock(self.model.time);
            }
            Step::GoOn { gate, new } => {
                let word = if new { GoOn::NothingWasAdmitted } else { GoOn::CoolDownsLost };
                let now = at(self.model.time);
                self.stores[gate].go_on(word, now).unwrap();
                self.model.ask(gate, self.model.time, None);
                self.model.state.as_mut().unwrap().go_on(word, now, now, RETENTION);
                self.model.ask(gate, self.model.time, None);
                asked = Some(gate);
            }
            Step::Restart(gate) => self.restart(gate, false),
            Step::Forget(gate) => self.restart(gate, true),
            Step::Truncate => {
                self.sql("TRUNCATE $.used");
                self.model.records.clear();
                self.model.life += 1;
            }
            Step::RemoveRecord(permit) => {
                let permit = key_of(permit, None).permit;
                let hex: String =
                    permit.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
                self.sql(&format!("DELETE FROM $.used WHERE permit = decode('{hex}', 'hex')"));
                self.model.records.remove(&permit);
            }
            Step::RemoveState => {
                self.sql("DELETE FROM $.state; DELETE FROM $.counts");
                self.model.state = None;
            }
            Step::ForgetAdmissions(gate) => {
                self.sql(&format!(
                    "UPDATE $.counts SET admissions = 0 WHERE gate = '{}'",
                    GATES[gate]
                ));
                if let Some(state) = &mut self.model.state {
                    state.admissions.remove(GATES[gate]);
                }
            }
            Step::OldGeneration => {
                self.sql("UPDATE $.state SET generation = generation - 1 WHERE generation > 1");
                if let Some(state) = &mut self.model.state {
                    state.generation = state.generation.saturating_sub(1).max(1);
                }
            }
            Step::ManyAdmissions => {
                self.sql(
                    "UPDATE $.counts SET admissions = admissions / 32 * 32 + 31 \
                     WHERE admissions > 0",
                );
                if let Some(state) = &mut self.model.state {
                    for own in state.admissions.values_mut().filter(|own| **own > 0) {
                        *own = *own / 32 * 32 + 31;
                    }
                }
            }
        }
        let row = self.sql(
            "SELECT concat_ws(',', s.generation, s.forgotten, s.lost, s.closed, \
             (SELECT coalesce(sum(records), 0) FROM $.counts), \
             (SELECT string_agg(coalesce(c.admissions, 0)::text, ',' ORDER BY g) \
              FROM unnest(array['north', 'south', 'west']) g LEFT JOIN $.counts c ON c.gate = g)) \
             FROM $.state s",
        );
        assert_eq!(row.first().cloned().unwrap_or_default(), self.model.row());
        if let Some(gate) = asked {
            let (health, ours) = (self.stores[gate].health(), &self.model.gates[gate]);
            assert_eq!((health.out_of_order_until, health.loss), (ours.until, ours.loss));
        }
    }
}

#[test]
fn the_server_and_the_rule_say_the_same() {
    let Some(server) = Server::start_with(&["fsync=off"]) else { return };
    let cases =
        std::env::var("LIVEPERMIT_ONCE_ROUNDS").map_or(40, |rounds| rounds.parse().unwrap());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let number = std::cell::Cell::new(0);
    let played = TestRunner::new(config).run(&steps(), |steps| {
        number.set(number.get() + 1);
        let mut play = Play::new(&server, number.get());
        for step in &steps {
            play.step(step);
        }
        Ok(())
    });
    played.unwrap();
    println!("{} histories", number.get());
}
