//! Answers the questions of gates, without I/O but the store's.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use livepermit::Timestamp;
use livepermit::field::Name;
use livepermit::setup::RelayKey;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::GatePlace;
use livepermit_gate::replay::{
    Answer, Attempt, Passage, ReplayStore, Retention, StoreError, StoreErrorKind, StoreHealth,
    StoreState,
};
use sha2::{Digest as _, Sha256};

use super::mac;
use super::message::{Asked, Given, Health, Question, Reply, Settings, Way};
use crate::shared::hex::{hex, parse_hex};
use crate::shared::relay_gates::RelayGates;

/// The relay asks its store in one name, by one clock: its own.
const SELF: &str = "relay";
/// Questions of one gate that are remembered: more than lanes with people in them ask.
const MOST_NONCES: usize = 8192;
/// Hexadecimal digits of a nonce.
const NONCE_DIGITS: usize = 32;

/// Why a question has no answer. The codes tell a stranger nothing about gates and permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// No such gate, or the code of authentication is wrong.
    Unknown,
    /// The question came before, or is dated before this relay began.
    Replayed,
    /// The body is no question.
    Malformed,
    /// The gate asks more often than people come.
    TooMany,
}

impl Turned {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "relay-unknown-gate",
            Self::Replayed => "relay-replayed",
            Self::Malformed => "relay-malformed",
            Self::TooMany => "relay-too-many",
        }
    }
}

/// A body and its code of authentication.
pub(crate) type Sealed = (Vec<u8>, String);

/// What a relay is made of.
pub(crate) struct Desk {
    store: Arc<dyn ReplayStore>,
    gates: Mutex<RelayGates>,
    /// By gate, the nonces of questions whose time can still be right.
    seen: Mutex<BTreeMap<String, HashMap<String, Timestamp>>>,
    /// Older questions may have been answered by a relay before this one.
    began: Timestamp,
}

impl Desk {
    pub(crate) fn new(store: Arc<dyn ReplayStore>, gates: RelayGates, began: Timestamp) -> Self {
        Self { store, gates: Mutex::new(gates), seen: Mutex::default(), began }
    }

    /// Goes on with other gates: a gate that is no longer among them is not answered any more.
    pub(crate) fn replace_gates(&self, gates: RelayGates) {
        *lock(&self.gates) = gates;
    }

    /// Asks the store how it is, so that a loss is noticed before the next visitor.
    pub(crate) fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        self.store.keep_alive(now)
    }

    /// Answers a question. `now` is the relay's time.
    pub(crate) fn answer(
        &self,
        gate: &str,
        code: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Sealed, Turned> {
        let key = lock(&self.gates).key(gate).ok_or(Turned::Unknown)?;
        if !mac::same(&mac::of_question(&key, body), code) {
            return Err(Turned::Unknown);
        }
        let question: Question = serde_json::from_slice(body).map_err(|_| Turned::Malformed)?;
        let theirs = Timestamp::from_unix(question.time).ok_or(Turned::Malformed)?;
        let limits = self.store.retention();
        if StoreState::clocks_apart(theirs, now, limits) {
            // Nothing is asked and nothing is written, however often this question comes.
            let given = Given::ClockApart { theirs: now.as_unix() };
            return seal(&key, &question, Some(given), &self.health(theirs, now));
        }
        self.note(gate, &question.nonce, (theirs, now))?;
        let given = if question.settings == Settings::of(limits) {
            match &question.attempt {
                Some(asked) => {
                    let attempt = attempt(gate, asked, (theirs, now), limits)?;
                    Some(given(self.store.admit(&attempt), theirs, now))
                }
                None => self.keep_alive(now).err().map(failed),
            }
        } else {
            Some(other_settings(limits))
        };
        seal(&key, &question, given, &self.health(theirs, now))
    }

    /// Remembers a question, for as long as its time is right.
    fn note(
        &self,
        gate: &str,
        nonce: &str,
        (theirs, now): (Timestamp, Timestamp),
    ) -> Result<(), Turned> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if nonce.len() != NONCE_DIGITS || !nonce.bytes().all(is_digit) {
            return Err(Turned::Malformed);
        }
        if theirs < self.began {
            return Err(Turned::Replayed);
        }
        let keep = self.store.retention().clock_difference;
        let mut seen = lock(&self.seen);
        let nonces = seen.entry(gate.to_owned()).or_default();
        if nonces.len() >= MOST_NONCES {
            nonces.retain(|_, time| time.plus(keep) >= now);
        }
        if nonces.len() >= MOST_NONCES {
            return Err(Turned::TooMany);
        }
        match nonces.insert(nonce.to_owned(), theirs) {
            None => Ok(()),
            Some(_) => Err(Turned::Replayed),
        }
    }

    fn health(&self, theirs: Timestamp, now: Timestamp) -> Health {
        let StoreHealth { out_of_order_until, loss, .. } = self.store.health();
        let mut health = StoreHealth::default();
        health.out_of_order_until =
            out_of_order_until.map(|until| until.max(by_gate(until, theirs, now)));
        health.loss = loss;
        Health::of(&health)
    }
}

/// A time of the relay's clock, by the clock of the gate.
fn by_gate(time: Timestamp, theirs: Timestamp, now: Timestamp) -> Timestamp {
    if theirs >= now {
        time.plus(theirs.seconds_since(now))
    } else {
        time.minus(now.seconds_since(theirs))
    }
}

/// The attempt by the relay's clock, in the relay's name.
fn attempt(
    gate: &str,
    asked: &Asked,
    (theirs, now): (Timestamp, Timestamp),
    limits: Retention,
) -> Result<Attempt, Turned> {
    let permit = parse_hex(&asked.permit).ok().and_then(|bytes| bytes.try_into().ok());
    let permit = PermitId::from_bytes(permit.ok_or(Turned::Malformed)?);
    let moment = match asked.moment {
        Some(moment) => Some(Timestamp::from_unix(moment).ok_or(Turned::Malformed)?),
        None => None,
    };
    // No right gate admits a moment further ahead, and none has a longer cool-down.
    let latest = theirs.plus(limits.largest_window / 2);
    if moment.is_some_and(|moment| moment > latest) || asked.cool_down > limits.cool_down_limit() {
        return Err(Turned::Malformed);
    }
    let live_until = now.plus(limits.largest_window);
    let key = ReplayKey::new(permit, moment, live_until, live_until.plus(limits.clock_difference));
    let place = GatePlace::new(SELF, &lane(gate, &asked.lane), &asked.zone);
    let place = place.map_err(|_| Turned::Malformed)?;
    let passage = match asked.passage {
        Way::Enter => Passage::Enter,
        Way::Leave => Passage::Leave,
    };
    Ok(Attempt::new(key, place, passage, now, asked.debounce, asked.cool_down))
}

/// One name for gate and lane. Both have up to 128 characters, and so has the name.
fn lane(gate: &str, lane: &str) -> String {
    let name = format!("{gate}/{lane}");
    match Name::new(&name) {
        Ok(_) => name,
        Err(_) => hex(&Sha256::digest(name)),
    }
}

fn given(answer: Result<Answer, StoreError>, theirs: Timestamp, now: Timestamp) -> Given {
    let shift = |time| by_gate(time, theirs, now);
    Given::of(match answer {
        Ok(Answer::AlreadyAcceptedHere { then }) => {
            Answer::AlreadyAcceptedHere { then: shift(then) }
        }
        Ok(Answer::AlreadyUsed { then }) => Answer::AlreadyUsed { then: shift(then) },
        Ok(Answer::CoolingDown { until }) => Answer::CoolingDown { until: shift(until) },
        // Either a moment or a time of the relay's clock.
        Ok(Answer::Forgotten { until }) => Answer::Forgotten { until: until.max(shift(until)) },
        Ok(Answer::ClockApart { .. }) => {
            let reason = "the clocks of the relay and of its server are too far apart";
            return failed(StoreError::of(StoreErrorKind::Setup, reason));
        }
        Ok(answer) => answer,
        Err(error) => return failed(error),
    })
}

fn failed(error: StoreError) -> Given {
    Given::NoAnswer { code: error.code().to_owned(), reason: error.reason().to_owned() }
}

fn other_settings(limits: Retention) -> Given {
    let settings = serde_json::to_string(&Settings::of(limits)).unwrap_or_default();
    Given::NoAnswer {
        code: StoreErrorKind::Setup.code().to_owned(),
        reason: format!("the relay's settings of the zone are others: {settings}"),
    }
}

fn seal(
    key: &RelayKey,
    question: &Question,
    answer: Option<Given>,
    health: &Health,
) -> Result<Sealed, Turned> {
    let reply = Reply { answer, health: health.clone() };
    let body = serde_json::to_vec(&reply).map_err(|_| Turned::Malformed)?;
    let code = mac::of_answer(key, &question.nonce, &body);
    Ok((body, code))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
