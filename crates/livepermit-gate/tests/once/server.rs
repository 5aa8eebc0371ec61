//! A simulated server: the library's rules, in a memory that can be lost.

use std::collections::{HashMap, VecDeque};

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use livepermit_gate::replay::{
    Answer, Ask, Attempt, Decision, Here, Incarnation, Known, Loss, Record, Retention, Standing,
    StoreClock, StoreId, StoreState, Witness, decide,
};

/// By which rules the server and the gates play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    New,
    /// Before version 2: the highest sequence number that a gate has seen tells a loss; after a
    /// loss only moments wait; the asker's clock counts cool-downs.
    Old,
}

#[derive(Debug, Clone, Default)]
struct Data {
    records: HashMap<PermitId, Record>,
    state: Option<StoreState>,
    /// Of the old rules: remembers-from and sequence number.
    old: Option<(Timestamp, u64)>,
}

/// What a gate sends.
pub(crate) struct Question<'a> {
    pub(crate) gate: &'a str,
    pub(crate) witness: Witness,
    /// Of the old rules: the highest sequence number.
    pub(crate) seen: u64,
    pub(crate) attempt: Attempt,
}

/// What comes back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    /// `None` if the clocks are apart, and by the old rules.
    pub(crate) known: Option<(Known, u64)>,
    pub(crate) sequence: u64,
    pub(crate) loss: Option<Loss>,
}

/// How many admissions a server can lose.
const SUFFIX: usize = 6;

#[derive(Debug, Clone)]
pub(crate) struct Server {
    data: Data,
    /// The data before each of the last admissions, newest last.
    before: VecDeque<Data>,
    incarnation: u64,
    /// Its clock minus the real time.
    clock: i64,
    /// The real time from which it is gone.
    pub(crate) gone: u64,
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

impl Server {
    /// A server whose zone is known to be new.
    pub(crate) fn new(clock: i64) -> Self {
        let state = StoreState::new(StoreId::from_bytes([1; 16]), incarnation(0));
        let data = Data { state: Some(state), old: Some((at(0), 0)), records: HashMap::new() };
        Self { data, before: VecDeque::new(), incarnation: 0, clock, gone: u64::MAX }
    }

    /// Another life of this server or of its replica, without the last `lost` admissions.
    pub(crate) fn again(&self, incarnation: u64, lost: usize, clock: i64) -> Self {
        let mut server = self.clone();
        server.forget_last(lost);
        Self { incarnation, clock, gone: u64::MAX, ..server }
    }

    /// Loses the last admissions, and keeps the identity.
    pub(crate) fn forget_last(&mut self, lost: usize) {
        for _ in 0..lost {
            if let Some(data) = self.before.pop_back() {
                self.data = data;
            }
        }
    }

    pub(crate) fn flush(&mut self) {
        self.data = Data::default();
        self.before.clear();
    }

    /// Somebody deletes a record, as an eviction does. Returns whether there was one.
    pub(crate) fn delete(&mut self, which: usize) -> bool {
        let mut permits: Vec<PermitId> = self.data.records.keys().copied().collect();
        permits.sort_unstable_by_key(|permit| *permit.as_bytes());
        let Some(permit) = permits.get(which % permits.len().max(1)) else { return false };
        self.data.records.remove(permit).is_some()
    }

    pub(crate) fn ask(
        &mut self,
        rules: Rules,
        question: &Question<'_>,
        retention: Retention,
        real: u64,
    ) -> Reply {
        let time = at(real.saturating_add_signed(self.clock));
        match rules {
            Rules::New => self.ask_new(question, retention, time),
            Rules::Old => self.ask_old(question, retention, time),
        }
    }

    fn ask_new(&mut self, question: &Question<'_>, retention: Retention, time: Timestamp) -> Reply {
        let attempt = &question.attempt;
        if StoreState::clocks_apart(attempt.now, time, retention) {
            let answer = Answer::ClockApart { theirs: time };
            return Reply { answer, known: None, sequence: 0, loss: None };
        }
        let ask = Ask::new(question.gate, &question.witness, attempt.now, retention);
        let records = self.data.records.len() as u64;
        let here = Here::new(incarnation(self.incarnation), time, records);
        let fresh = StoreId::from_bytes([self.incarnation as u8; 16]);
        let (mut state, loss) = StoreState::meet(self.data.state.take(), fresh, &ask, &here);
        self.data.state = Some(state.clone());
        let standing = state.standing(time, StoreClock::Own);
        let known = self.data.records.get(&attempt.key.permit);
        let is_new = known.is_none();
        let answer = match decide(known, attempt, &standing, retention) {
            Decision::Refuse(answer) => answer,
            Decision::Admit(record) => {
                self.remember();
                state.admitted(question.gate, is_new);
                self.data.records.insert(attempt.key.permit, record);
                for record in self.sweep(time, retention) {
                    state.forget(&record);
                }
                self.data.state = Some(state.clone());
                Answer::Admitted
            }
        };
        let known = Some((state.known(), state.admissions_of(question.gate)));
        Reply { answer, known, sequence: 0, loss }
    }

    fn ask_old(&mut self, question: &Question<'_>, retention: Retention, time: Timestamp) -> Reply {
        let attempt = &question.attempt;
        let (mut from, mut sequence) = self.data.old.unwrap_or((at(0), 0));
        let mut loss = None;
        if self.data.old.is_none() || sequence < question.seen {
            let lost = time.plus(retention.clock_difference + retention.largest_window / 2 + 1);
            (from, sequence) = (from.max(lost), sequence.max(question.seen));
            loss = Some(Loss::MissingAdmissions);
            self.data.old = Some((from, sequence));
        }
        // The asker's clock counts, whoever set the cool-down.
        let asker = Retention { clock_difference: 0, ..retention };
        let mut standing = Standing::whole(attempt.now);
        standing.from = from;
        let known = self.data.records.get(&attempt.key.permit);
        let answer = match decide(known, attempt, &standing, asker) {
            Decision::Refuse(answer) => answer,
            Decision::Admit(record) => {
                self.remember();
                self.data.records.insert(attempt.key.permit, record);
                for record in self.sweep(attempt.now, retention) {
                    if let Some((newest, _)) = record.newest {
                        from = from.max(newest.plus(1));
                    }
                }
                sequence += 1;
                self.data.old = Some((from, sequence));
                Answer::Admitted
            }
        };
        Reply { answer, known: None, sequence, loss }
    }

    fn remember(&mut self) {
        self.before.push_back(self.data.clone());
        if self.before.len() > SUFFIX {
            self.before.pop_front();
        }
    }

    fn sweep(&mut self, time: Timestamp, retention: Retention) -> Vec<Record> {
        let cutoff = time.minus(retention.clock_difference);
        let over = |record: &Record| record.is_over(cutoff, retention);
        let (gone, kept) =
            self.data.records.drain().partition::<HashMap<_, _>, _>(|(_, record)| over(record));
        self.data.records = kept;
        gone.into_values().collect()
    }
}

fn incarnation(number: u64) -> Incarnation {
    Incarnation::new(&format!("life-{number}")).unwrap()
}
