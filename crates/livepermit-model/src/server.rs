//! A server: the library's rules, or wrong ones, in a memory that can be lost.

use livepermit_gate::GatePlace;
use livepermit_gate::Timestamp;
use livepermit_gate::replay::{
    Answer, Ask, Attempt, Decision, Here, Incarnation, Loss, Passage, Record, Retention, Standing,
    StoreClock, StoreState, decide,
};
use livepermit_gate::verify::{PermitId, ReplayKey};

use crate::rules::{Clock, Closed, LossRule};
use crate::scenario::Scenario;
use crate::store::{Kept, Knows, NAMES, Rec, State, Store, ZONE, identity, incarnation, name};
use crate::time::{NEVER, NOW, Time, by_clock, real, small};

/// A question of a gate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) gate: u8,
    pub(crate) kept: Kept,
    /// `None` for a keep-alive.
    pub(crate) visit: Option<Visit>,
    /// The limits of the zone.
    pub(crate) retention: Retention,
}

/// What a visitor shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Visit {
    pub(crate) permit: u8,
    /// [`NEVER`] for a slip.
    pub(crate) moment: Time,
    /// Seconds that the gate asks for.
    pub(crate) cool_down: u8,
    pub(crate) leaves: bool,
}

/// What a server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Reply {
    /// `None` to a keep-alive.
    pub(crate) answer: Option<Answer>,
    /// What the gate takes into its witness, and the count of its admissions. `None` if the answer
    /// does not say it.
    pub(crate) known: Option<(Knows, u8)>,
    pub(crate) sequence: u8,
    pub(crate) loss: Option<Loss>,
}

/// Names of readers, made once.
#[derive(Debug)]
pub(crate) struct Places(Vec<GatePlace>);

impl Places {
    pub(crate) fn new() -> Self {
        Self(NAMES.iter().filter_map(|gate| GatePlace::new(gate, "1", ZONE).ok()).collect())
    }
}

/// What a server is beside its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    pub(crate) life: u8,
    pub(crate) clock: i8,
    /// The identity that a store without state gets.
    pub(crate) fresh: u8,
}

impl Server {
    /// Answers, and changes the memory.
    pub(crate) fn ask(
        &self,
        scenario: &Scenario,
        places: &Places,
        store: &mut Store,
        question: &Question,
    ) -> Option<Reply> {
        let place = places.0.get(usize::from(question.gate))?;
        let clock = scenario.gates.get(usize::from(question.gate))?.clock;
        let now = real(by_clock(clock));
        let attempt = question.visit.map(|visit| visit.attempt(place, now));
        Some(match scenario.rules.loss {
            LossRule::Sequence => {
                Self::by_sequence(scenario, store, question, attempt.as_ref(), now)
            }
            LossRule::ProofUnderPermit => {
                Self::by_proof(scenario, store, question, attempt.as_ref(), now)
            }
            LossRule::Whole | LossRule::OwnCounter | LossRule::RollCall => {
                self.by_state(scenario, store, question, attempt.as_ref(), now)
            }
        })
    }

    fn by_state(
        &self,
        scenario: &Scenario,
        store: &mut Store,
        question: &Question,
        attempt: Option<&Attempt>,
        now: Timestamp,
    ) -> Reply {
        let retention = question.retention;
        let rules = scenario.rules;
        let time = match rules.clock {
            Clock::Servers => real(by_clock(self.clock)),
            _ => now,
        };
        if StoreState::clocks_apart(now, time, retention) {
            let answer = attempt.map(|_| Answer::ClockApart { theirs: time });
            return Reply { answer, known: None, sequence: 0, loss: None };
        }
        let gate = name(question.gate);
        let witness = question.kept.library();
        let ask = Ask::new(gate, &witness, now, retention);
        let here = Here::new(self.incarnation(rules.loss), time, store.count());
        let held = store.state.map(|state| state.library());
        let misses =
            held.as_ref().is_none_or(|held| held.admissions_of(gate) < witness.admissions());
        let (mut state, loss) = StoreState::meet(held, identity(self.fresh), &ask, &here);
        if rules.loss == LossRule::RollCall {
            let knows = question.kept.knows == Some(Knows::of(&state.known()));
            roll_call(store, &mut state, loss, question.gate, (knows, misses), now);
        }
        let answer = attempt.map(|attempt| {
            let mut standing = match rules.clock {
                Clock::Servers => state.standing(time, StoreClock::Own),
                _ => state.standing(time, StoreClock::Askers),
            };
            let open = match rules.closed {
                Closed::Everybody => false,
                Closed::GatesWithCoolDown => attempt.cool_down == 0,
                Closed::Nobody => true,
            };
            if open {
                standing.closed_until = Timestamp::MIN;
            }
            let new = question.visit.and_then(|visit| record(store, visit.permit)).is_none();
            let answer = judge(scenario, store, question, attempt, &standing);
            if answer == Answer::Admitted {
                state.admitted(gate, new);
                for record in sweep(store, time, retention) {
                    state.forget(&record);
                }
            }
            answer
        });
        store.state = Some(State::of(&state));
        let own = u8::try_from(state.admissions_of(gate)).unwrap_or(u8::MAX);
        Reply { answer, known: Some((Knows::of(&state.known()), own)), sequence: 0, loss }
    }

    /// Who the server says that it is.
    fn incarnation(&self, loss: LossRule) -> Incarnation {
        match loss {
            LossRule::OwnCounter => incarnation(0),
            _ => incarnation(self.life),
        }
    }

    fn by_sequence(
        scenario: &Scenario,
        store: &mut Store,
        question: &Question,
        attempt: Option<&Attempt>,
        now: Timestamp,
    ) -> Reply {
        let (_, sequence) = store.before.unwrap_or((NEVER, 0));
        let lost = store.before.is_none() || sequence < question.kept.seen;
        let loss = lost.then_some(Loss::MissingAdmissions);
        Self::without_state(scenario, store, question, attempt, (now, loss))
    }

    fn by_proof(
        scenario: &Scenario,
        store: &mut Store,
        question: &Question,
        attempt: Option<&Attempt>,
        now: Timestamp,
    ) -> Reply {
        let shown = question.kept.proof.is_none_or(|(permit, moment)| {
            let newest = record(store, permit).and_then(|record| record.newest);
            newest.is_some_and(|newest| newest >= moment)
        });
        let loss = (store.before.is_none() || !shown).then_some(Loss::MissingAdmissions);
        Self::without_state(scenario, store, question, attempt, (now, loss))
    }

    /// The rules before stores knew their state: a first moment and a number.
    fn without_state(
        scenario: &Scenario,
        store: &mut Store,
        question: &Question,
        attempt: Option<&Attempt>,
        (now, loss): (Timestamp, Option<Loss>),
    ) -> Reply {
        let retention = question.retention;
        let (mut from, mut sequence) = store.before.unwrap_or((NEVER, 0));
        if loss.is_some() {
            let wait = retention.clock_difference + retention.largest_window / 2 + 1;
            from = from.max(small(real(NOW).plus(wait)));
            sequence = sequence.max(question.kept.seen);
        }
        let answer = attempt.map(|attempt| {
            let mut standing = Standing::whole(now);
            standing.from = real(from);
            let answer = judge(scenario, store, question, attempt, &standing);
            if answer == Answer::Admitted {
                for record in sweep(store, now, retention) {
                    if let Some((newest, _)) = record.newest {
                        from = from.max(small(newest.plus(1)));
                    }
                }
                sequence = sequence.saturating_add(1);
            }
            answer
        });
        store.before = Some((from, sequence));
        Reply { answer, known: None, sequence, loss }
    }
}

impl Visit {
    fn attempt(&self, place: &GatePlace, now: Timestamp) -> Attempt {
        let moment = (self.moment != NEVER).then(|| real(self.moment));
        let permit = PermitId::from_bytes([self.permit; 32]);
        // The rules of a store do not read how long a code lives.
        let key = ReplayKey::new(permit, moment, Timestamp::MAX, Timestamp::MAX);
        let passage = if self.leaves { Passage::Leave } else { Passage::Enter };
        Attempt::new(key, place.clone(), passage, now, 0, u64::from(self.cool_down))
    }
}

fn record(store: &Store, permit: u8) -> Option<&Rec> {
    store.records.get(usize::from(permit))?.as_ref()
}

/// Asks the library's rule, and keeps the record.
fn judge(
    scenario: &Scenario,
    store: &mut Store,
    question: &Question,
    attempt: &Attempt,
    standing: &Standing,
) -> Answer {
    let mut retention = question.retention;
    match scenario.rules.clock {
        Clock::Servers | Clock::Askers => {}
        Clock::AskersOneSecondLess => retention.clock_difference -= 1,
        Clock::AskersAlone => retention.clock_difference = 0,
    }
    let permit = question.visit.map_or(0, |visit| usize::from(visit.permit));
    let known = store.records.get(permit).copied().flatten();
    match decide(known.map(|known| known.library()).as_ref(), attempt, standing, retention) {
        Decision::Refuse(answer) => answer,
        Decision::Admit(record) => {
            let mut kept = Rec::of(&record);
            if let (Some(entry), Clock::Servers) = (&mut kept.cool_down, scenario.rules.clock) {
                // The server's clock counts, whichever gate set the cool-down.
                entry.gate = 0;
            }
            if let Some(place) = store.records.get_mut(permit) {
                *place = Some(kept);
            }
            Answer::Admitted
        }
    }
}

/// Removes the records that are over, as a store may do at each admission.
fn sweep(store: &mut Store, time: Timestamp, retention: Retention) -> Vec<Record> {
    let cutoff = time.minus(retention.clock_difference);
    let mut gone = Vec::new();
    for place in &mut store.records {
        if let Some(record) = place.as_ref().map(Rec::library)
            && record.is_over(cutoff, retention)
        {
            gone.push(record);
            *place = None;
        }
    }
    gone
}

/// Ends the wait when each gate that the store knows has come, and none misses an admission.
fn roll_call(
    store: &mut Store,
    state: &mut StoreState,
    loss: Option<Loss>,
    gate: u8,
    (knows, misses): (bool, bool),
    now: Timestamp,
) {
    /// No gate has this number: the wait ends by time only.
    const MISSING: u8 = 1 << 7;
    store.members |= 1 << gate;
    if loss.is_some() {
        store.called = Some(0);
    }
    if let Some(called) = &mut store.called {
        if knows {
            // The gate drops older answers from now on, those in flight too.
            *called |= 1 << gate;
        }
        if misses {
            *called |= MISSING;
        }
        if *called & (store.members | MISSING) == store.members {
            let word = livepermit_gate::replay::GoOn::NothingWasAdmitted;
            state.go_on(word, now, now, Retention::default());
            store.called = None;
        }
    }
}
