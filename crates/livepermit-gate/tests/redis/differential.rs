//! The script against the library's own rule: random histories, and after each step every answer,
//! every record and the whole state of the server.
//!
//! `LIVEPERMIT_ONCE_HISTORIES` sets how many histories are played (60 by default).
//!
//! A test cannot move the server's clock. So "time passes" is made the other way round: all times
//! that the server and the model keep are moved back.

use std::collections::HashMap;

use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{
    Answer, Attempt, CoolDown, GoOn, Incarnation, Passage, Record, ReplayStore as _, Retention,
    Sighting, StoreId, StoreState, Witness,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::model::Model;
use super::server::Server;
use super::{RedisReplay, at, builder, permit};

const ZONE: Retention = Retention {
    largest_window: 30,
    largest_skew: 5,
    clock_difference: 60,
    longest_cool_down: 200,
    old_master: 7,
};
const GATES: [&str; 3] = ["north", "south", "west"];
const PERMITS: u8 = 5;

#[derive(Debug, Clone)]
enum Step {
    Attempt {
        gate: usize,
        permit: u8,
        /// From the gate's time; `None` for a slip.
        moment: Option<i64>,
        apart: i64,
        leaves: bool,
        debounce: u64,
        cool_down: u64,
        roof: bool,
        /// Shows the last code again.
        again: bool,
    },
    KeepAlive {
        gate: usize,
        apart: i64,
    },
    GoOn {
        gate: usize,
        nothing: bool,
        apart: i64,
    },
    TimePasses(u64),
    /// Until a wait or a cool-down ends in this second, or is over.
    TimeReaches(usize),
    Flush,
    DeleteRecord(u8),
    DeleteOrder,
    DeleteState,
    DeleteCount {
        gate: usize,
    },
    /// The server becomes a replica and a master again, so that its identity changes.
    AnotherLife,
    KeepACopy,
    PutTheCopyBack,
    /// A gate starts again, without what it knew.
    NewGate {
        gate: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let gate = || 0..GATES.len();
    let apart = || prop_oneof![8 => -2..=2_i64, 3 => -28..=28_i64, 1 => -70..=70_i64];
    // The last ones become the first and the last second that there is.
    let ends = prop::sample::select(vec![i64::MIN, i64::MAX, (1 << 40) - 1_790_000_000]);
    let moment = prop_oneof![60 => -8..=5_i64, 20 => -40..=40_i64, 10 => 60..=120_i64, 1 => ends];
    let attempt = (
        (gate(), 0..PERMITS, prop::option::weighted(0.8, moment), apart()),
        (prop::bool::weighted(0.15), prop::sample::select(vec![0, 3, 100, u64::MAX])),
        prop::sample::select(vec![0, 1, 35, 35, 200, u64::MAX]),
        (prop::bool::weighted(0.3), prop::bool::weighted(0.2)),
    );
    let attempt = attempt.prop_map(
        |((gate, permit, moment, apart), (leaves, debounce), cool_down, (roof, again))| {
            Step::Attempt { gate, permit, moment, apart, leaves, debounce, cool_down, roof, again }
        },
    );
    prop_oneof![
        60 => attempt,
        6 => (gate(), apart()).prop_map(|(gate, apart)| Step::KeepAlive { gate, apart }),
        6 => (gate(), any::<bool>(), apart())
            .prop_map(|(gate, nothing, apart)| Step::GoOn { gate, nothing, apart }),
        8 => prop_oneof![3 => 1..40_u64, 1 => 40..400_u64].prop_map(Step::TimePasses),
        6 => (0..100_usize).prop_map(Step::TimeReaches),
        1 => Just(Step::Flush),
        2 => (0..PERMITS).prop_map(Step::DeleteRecord),
        1 => Just(Step::DeleteOrder),
        1 => Just(Step::DeleteState),
        1 => gate().prop_map(|gate| Step::DeleteCount { gate }),
        1 => Just(Step::AnotherLife),
        3 => Just(Step::KeepACopy),
        3 => Just(Step::PutTheCopyBack),
        2 => gate().prop_map(|gate| Step::NewGate { gate }),
    ]
}

/// What the server keeps: the records as bytes, their order, the state.
type Data = (HashMap<Vec<u8>, Vec<u8>>, Vec<(Vec<u8>, u64)>, HashMap<String, String>);

struct Play<'a> {
    server: &'a Server,
    connection: redis::Connection,
    gates: Vec<RedisReplay>,
    model: Model,
    copy: Option<(Data, Model)>,
    last: Option<Attempt>,
    /// How many attempts came to what.
    counts: &'a mut HashMap<String, usize>,
}

impl<'a> Play<'a> {
    fn new(server: &'a Server, counts: &'a mut HashMap<String, usize>) -> Self {
        let mut connection = server.connection().unwrap();
        let () = redis::cmd("FLUSHALL").query(&mut connection).unwrap();
        let model = Model::new(GATES.len(), ZONE, incarnation(&mut connection));
        let gates = GATES.map(|name| connect(server, name)).into();
        Self { server, connection, gates, model, copy: None, last: None, counts }
    }

    fn query<T: redis::FromRedisValue>(&mut self, words: &[&str]) -> T {
        redis::cmd(words[0]).arg(&words[1..]).query(&mut self.connection).unwrap()
    }

    fn time(&mut self) -> u64 {
        let (seconds, _): (u64, u64) = self.query(&["TIME"]);
        seconds
    }

    fn data(&mut self) -> Data {
        (
            self.query(&["HGETALL", "{test}:used"]),
            self.order(),
            self.query(&["HGETALL", "{test}:meta"]),
        )
    }

    fn order(&mut self) -> Vec<(Vec<u8>, u64)> {
        self.query(&["ZRANGE", "{test}:over", "0", "-1", "WITHSCORES"])
    }

    fn put(&mut self, (used, over, meta): &Data) {
        self.query::<()>(&["DEL", "{test}:used", "{test}:over", "{test}:meta"]);
        let mut pipe = redis::pipe();
        for (permit, record) in used {
            pipe.cmd("HSET").arg("{test}:used").arg(permit).arg(record);
        }
        for (permit, score) in over {
            pipe.cmd("ZADD").arg("{test}:over").arg(*score).arg(permit);
        }
        for (field, value) in meta {
            pipe.cmd("HSET").arg("{test}:meta").arg(field).arg(value);
        }
        if !pipe.is_empty() {
            pipe.exec(&mut self.connection).unwrap();
        }
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Attempt { .. } | Step::KeepAlive { .. } | Step::GoOn { .. } => self.ask(step),
            Step::TimePasses(seconds) => self.time_passes(*seconds),
            Step::TimeReaches(which) => {
                let (ends, now) = (self.ends(), self.time());
                let left = ends.iter().map(|end| end.saturating_sub(now));
                let left: Vec<u64> = left.filter(|left| (1..5000).contains(left)).collect();
                if !left.is_empty() {
                    self.time_passes(left[which % left.len()]);
                }
            }
            Step::Flush => {
                self.query::<()>(&["FLUSHALL"]);
                self.model.state = None;
                self.model.records.clear();
            }
            Step::DeleteRecord(number) => {
                let id = permit(*number);
                let gone: usize = redis::cmd("HDEL")
                    .arg("{test}:used")
                    .arg(id.as_bytes().as_slice())
                    .query(&mut self.connection)
                    .unwrap();
                assert_eq!(self.model.records.remove(&id).is_some(), gone == 1);
            }
            Step::DeleteOrder => {
                self.query::<()>(&["DEL", "{test}:over"]);
            }
            Step::DeleteState => {
                self.query::<()>(&["DEL", "{test}:meta"]);
                self.model.state = None;
            }
            Step::DeleteCount { gate } => {
                let name = GATES[*gate];
                self.query::<()>(&["HDEL", "{test}:meta", &format!("gate:{name}")]);
                if let Some(state) = &mut self.model.state {
                    state.admissions.remove(name);
                }
            }
            Step::AnotherLife => {
                self.query::<()>(&["REPLICAOF", "127.0.0.1", "1"]);
                self.query::<()>(&["REPLICAOF", "NO", "ONE"]);
                let before = self.model.incarnation.clone();
                self.model.incarnation = incarnation(&mut self.connection);
                assert_ne!(self.model.incarnation, before);
            }
            Step::KeepACopy => self.copy = Some((self.data(), self.model.clone())),
            Step::PutTheCopyBack => {
                let Some((data, model)) = self.copy.clone() else { return };
                self.put(&data);
                self.model.state = model.state;
                self.model.records = model.records;
            }
            Step::NewGate { gate } => {
                self.gates[*gate] = connect(self.server, GATES[*gate]);
                self.model.witnesses[*gate] = Witness::new();
            }
        }
        let order = self.order();
        self.model.same_count = order.len() == self.model.records.len();
        self.model.in_order = order == order_of(&self.model.records);
    }

    /// Asks the server and the model, which must say and keep the same.
    fn ask(&mut self, step: &Step) {
        let before = self.time();
        let real = self.say(step, before);
        let after = self.time();
        // A new store has an identity that only the server knows.
        let meta: HashMap<String, String> = self.query(&["HGETALL", "{test}:meta"]);
        if self.model.state.is_none()
            && let Some(state) = meta.get("state")
        {
            let store = state.split(' ').nth(8).unwrap();
            self.model.fresh = StoreId::from_hex(store).unwrap();
        }
        // The second may have changed between the two looks at the clock.
        let mut found = Vec::new();
        for time in before..=after {
            let mut model = self.model.clone();
            model.loss = None;
            let said = say_by_model(&mut model, step, at(before), at(time), self.last.as_ref());
            let kept = self.compare(&model, &meta);
            if said == real && kept.is_ok() {
                if let Some(loss) = model.loss {
                    *self.counts.entry(loss.code().to_owned()).or_default() += 1;
                }
                self.model = model;
                *self.counts.entry(name_of(&real)).or_default() += 1;
                self.remember(step, before);
                return;
            }
            found.push((said, kept));
        }
        panic!("{step:?}\nserver: {real:?}\nmodel: {found:#?}");
    }

    fn say(&mut self, step: &Step, time: u64) -> Option<Answer> {
        let time = at(time);
        match step {
            Step::Attempt { gate, .. } => {
                let attempt = attempt_of(step, time, self.last.as_ref());
                Some(self.gates[*gate].admit(&attempt).unwrap())
            }
            Step::KeepAlive { gate, apart } => {
                self.gates[*gate].keep_alive(moved(time, *apart)).unwrap();
                None
            }
            Step::GoOn { gate, nothing, apart } => {
                let said = self.gates[*gate].go_on(word(*nothing), moved(time, *apart));
                said.is_ok().then_some(Answer::Admitted)
            }
            _ => None,
        }
    }

    fn remember(&mut self, step: &Step, time: u64) {
        if matches!(step, Step::Attempt { .. }) {
            self.last = Some(attempt_of(step, at(time), self.last.as_ref()));
        }
    }

    /// Whether the server keeps what the model keeps.
    fn compare(&mut self, model: &Model, meta: &HashMap<String, String>) -> Result<(), String> {
        let expected = model.state.as_ref().map(meta_of).unwrap_or_default();
        if *meta != expected {
            return Err(format!("state: {meta:?}\nexpected: {expected:?}"));
        }
        for number in 0..PERMITS {
            let id = permit(number);
            let (there, here) = (self.gates[0].earlier(id).unwrap(), model.records.get(&id));
            if there.as_ref() != here {
                return Err(format!("record {number}: {there:?}\nexpected: {here:?}"));
            }
        }
        let order = self.order();
        if model.in_order && order != order_of(&model.records) {
            return Err(format!("order: {order:?}"));
        }
        Ok(())
    }

    /// The seconds at which something ends.
    fn ends(&self) -> Vec<u64> {
        let state = self.model.state.iter();
        let of_state = state.flat_map(|state| [state.closed_until, state.lost, state.forgotten]);
        let entries = self.model.records.values().flat_map(|record| &record.cool_downs);
        let of_records =
            entries.flat_map(|entry| [entry.until, entry.until.plus(ZONE.clock_difference)]);
        let mut ends: Vec<u64> = of_state.chain(of_records).map(Timestamp::as_unix).collect();
        ends.sort_unstable();
        ends
    }

    fn time_passes(&mut self, seconds: u64) {
        let Model { state, records, .. } = &mut self.model;
        for record in records.values_mut() {
            earlier(record, seconds);
        }
        if let Some(state) = state {
            earlier_state(state, seconds);
        }
        // The same by the server, with the texts that it must keep.
        let (mut used, mut over, mut meta) = self.data();
        for (id, text) in &mut used {
            let id = PermitId::from_bytes(id.as_slice().try_into().unwrap());
            *text = text_of(&self.model.records[&id]).into_bytes();
        }
        for (id, score) in &mut over {
            let id = PermitId::from_bytes(id.as_slice().try_into().unwrap());
            let there = self.model.records.get(&id);
            *score = there.map_or_else(|| score.saturating_sub(seconds), over_at);
        }
        if let Some(state) = &self.model.state {
            meta = meta_of(state);
        }
        self.put(&(used, over, meta));
        if let Some(Attempt { key, .. }) = &mut self.last {
            key.moment = key.moment.map(|moment| moment.minus(seconds));
        }
        self.copy = None;
    }
}

fn say_by_model(
    model: &mut Model,
    step: &Step,
    now: Timestamp,
    time: Timestamp,
    last: Option<&Attempt>,
) -> Option<Answer> {
    match step {
        Step::Attempt { gate, .. } => {
            Some(model.admit((*gate, GATES[*gate]), &attempt_of(step, now, last), time))
        }
        Step::KeepAlive { gate, apart } => {
            model.keep_alive((*gate, GATES[*gate]), moved(now, *apart), time);
            None
        }
        Step::GoOn { gate, nothing, apart } => {
            let gate = (*gate, GATES[*gate]);
            let said = model.go_on(gate, word(*nothing), moved(now, *apart), time);
            said.map(|()| Answer::Admitted)
        }
        _ => None,
    }
}

fn name_of(answer: &Option<Answer>) -> String {
    let text = format!("{answer:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn connect(server: &Server, name: &str) -> RedisReplay {
    builder(&server.url(), name).retention(ZONE).connect().unwrap()
}

fn incarnation(connection: &mut redis::Connection) -> Incarnation {
    let info: String = redis::cmd("INFO").arg("replication").query(connection).unwrap();
    let id = info.lines().find_map(|line| line.strip_prefix("master_replid:")).unwrap();
    Incarnation::new(id).unwrap()
}

const fn word(nothing: bool) -> GoOn {
    if nothing { GoOn::NothingWasAdmitted } else { GoOn::CoolDownsLost }
}

fn moved(time: Timestamp, by: i64) -> Timestamp {
    at(time.as_unix().saturating_add_signed(by).min(Timestamp::MAX.as_unix()))
}

fn attempt_of(step: &Step, time: Timestamp, last: Option<&Attempt>) -> Attempt {
    let Step::Attempt { gate, permit, moment, apart, leaves, debounce, cool_down, roof, again } =
        step
    else {
        panic!("no attempt")
    };
    let now = moved(time, *apart);
    let moment = moment.map(|by| moved(now, by));
    let fresh = ReplayKey::new(super::permit(*permit), moment, now.plus(30), now.plus(40));
    let key = last.filter(|_| *again).map_or(fresh, |last| last.key);
    let lane = if apart % 2 == 0 { "1" } else { "2" };
    let zone = if *roof { "roof" } else { "hall" };
    let place = GatePlace::new(GATES[*gate], lane, zone).unwrap();
    let passage = if *leaves { Passage::Leave } else { Passage::Enter };
    Attempt::new(key, place, passage, now, *debounce, *cool_down)
}

fn meta_of(state: &StoreState) -> HashMap<String, String> {
    let StoreState { id, incarnation, generation, .. } = state;
    let text = format!("2 30 5 60 200 7 1 0 {} {generation} {}", id.to_hex(), incarnation.as_str());
    let mut fields = HashMap::from([
        ("state".to_owned(), text),
        ("forgotten".to_owned(), state.forgotten.as_unix().to_string()),
        ("lost".to_owned(), state.lost.as_unix().to_string()),
        ("closed".to_owned(), state.closed_until.as_unix().to_string()),
        ("records".to_owned(), state.records.to_string()),
    ]);
    for (gate, count) in &state.admissions {
        fields.insert(format!("gate:{gate}"), count.to_string());
    }
    fields
}

fn text_of(record: &Record) -> String {
    let sighting = |sighting: Option<&Sighting>| match sighting {
        Some(Sighting { at, gate, lane, .. }) => format!("{}\n{gate}\n{lane}\n", at.as_unix()),
        None => "\n\n\n".to_owned(),
    };
    let newest = record.newest.as_ref();
    let moment = newest.map(|(moment, _)| moment.as_unix().to_string()).unwrap_or_default();
    let mut text = format!("{moment}\n{}", sighting(newest.map(|(_, sighting)| sighting)));
    text += &sighting(record.slip.as_ref());
    for CoolDown { zone, until, gate, generation, .. } in &record.cool_downs {
        text += &format!("{zone}\n{}\n{gate}\n{generation}\n", until.as_unix());
    }
    text
}

fn over_at(record: &Record) -> u64 {
    let window = |time: Timestamp| time.plus(ZONE.largest_window).as_unix();
    let newest = record.newest.as_ref().map(|(newest, _)| match *newest {
        // Never over.
        Timestamp::MAX => 2 * Timestamp::MAX.as_unix(),
        newest => window(newest),
    });
    let slip = record.slip.as_ref().map(|slip| window(slip.at));
    let cool_downs = record.cool_downs.iter().map(|entry| entry.until.as_unix());
    newest.into_iter().chain(slip).chain(cool_downs).max().unwrap_or(0)
}

/// The permits by the time at which their records are over, as the server sorts them.
fn order_of(records: &HashMap<PermitId, Record>) -> Vec<(Vec<u8>, u64)> {
    let entry = |(id, record): (&PermitId, &Record)| (over_at(record), id.as_bytes().to_vec());
    let mut order: Vec<_> = records.iter().map(entry).collect();
    order.sort_unstable();
    order.into_iter().map(|(at, id)| (id, at)).collect()
}

fn earlier(record: &mut Record, seconds: u64) {
    if let Some((moment, sighting)) = &mut record.newest {
        *moment = moment.minus(seconds);
        sighting.at = sighting.at.minus(seconds);
    }
    if let Some(slip) = &mut record.slip {
        slip.at = slip.at.minus(seconds);
    }
    for entry in &mut record.cool_downs {
        // A cool-down without end stays one.
        if entry.until < Timestamp::MAX {
            entry.until = entry.until.minus(seconds);
        }
    }
}

fn earlier_state(state: &mut StoreState, seconds: u64) {
    for time in [&mut state.forgotten, &mut state.lost, &mut state.closed_until] {
        *time = time.minus(seconds);
    }
}

#[test]
fn random_histories_are_as_the_rule_says() {
    let Some(server) = Server::start(&[]) else { return };
    let cases = std::env::var("LIVEPERMIT_ONCE_HISTORIES").ok();
    let cases = cases.and_then(|text| text.parse().ok()).unwrap_or(60);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut counts = HashMap::new();
    {
        let counts = std::cell::RefCell::new(&mut counts);
        let history = prop::collection::vec(step(), 1..150);
        TestRunner::new(config)
            .run(&history, |steps| {
                let mut counts = counts.borrow_mut();
                let mut play = Play::new(&server, &mut counts);
                for step in &steps {
                    play.play(step);
                }
                Ok(())
            })
            .unwrap();
    }
    println!("answers: {counts:?}");
    let expected = [
        "Some(Admitted)",
        "Some(AlreadyAcceptedHere",
        "Some(AlreadyUsed",
        "Some(Superseded",
        "Some(CoolingDown",
        "Some(Forgotten",
        "Some(ClockApart",
    ];
    let losses = [
        "no-state",
        "other-store",
        "other-incarnation",
        "old-generation",
        "missing-admissions",
        "other-records",
    ];
    // Some losses are rare.
    let losses = if cases < 1000 { &[] } else { &losses[..] };
    for name in expected.iter().chain(losses) {
        assert!(counts.get(*name).is_some_and(|count| *count > 5), "{name}: {counts:?}");
    }
}
