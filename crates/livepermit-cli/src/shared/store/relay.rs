//! The memory at a relay, as a gate asks it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::Args;
use livepermit::Timestamp;
use livepermit::setup::RelayKey;
use livepermit_gate::replay::{
    Answer, Attempt, Loss, Passage, ReplayStore, Retention, StoreError, StoreErrorKind, StoreHealth,
};
use ureq::Agent;
use zeroize::Zeroizing;

use crate::relay::{
    Asked, GATE, Given, Health, MAC, MAX_BODY, PATH, Question, Reply, Settings, Way, of_answer,
    of_question, same,
};
use crate::shared::failure::Failure;
use crate::shared::fetch::questions;
use crate::shared::hex::{hex, parse_hex};
use crate::shared::random::random;
use crate::shared::{files, texts};

/// A visitor waits.
const WAIT: Duration = Duration::from_secs(4);
/// 64 digits and a line end.
const MAX_KEY_FILE: u64 = 80;

#[derive(Debug, Args)]
pub(super) struct RelayStoreArgs {
    /// Share the memory with other gates, through the operator's relay (https://HOST/)
    #[arg(long, value_name = "URL", requires = "relay_key")]
    #[cfg_attr(feature = "redis", arg(conflicts_with = "redis"))]
    #[cfg_attr(feature = "postgres", arg(conflicts_with = "postgres"))]
    relay: Option<String>,
    /// The key that this gate and the relay share: a file of 64 hexadecimal digits
    #[arg(long, value_name = "FILE", requires = "relay")]
    relay_key: Option<PathBuf>,
    /// Trust a relay whose certificate this authority signed (PEM), beside those that this system
    /// trusts
    #[arg(long, value_name = "FILE", requires = "relay")]
    relay_ca: Option<PathBuf>,
}

impl RelayStoreArgs {
    /// A relay keeps the memory, and asks no other relay for it.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        if self.relay.is_some() { Err(texts::relay_asks_no_relay()) } else { Ok(()) }
    }

    /// The store of this gate. `None` if no relay is named.
    pub(super) fn open(
        &self,
        gate: &str,
        limits: Retention,
    ) -> Result<Option<Arc<dyn ReplayStore>>, Failure> {
        let (Some(url), Some(key)) = (&self.relay, &self.relay_key) else { return Ok(None) };
        let is_plain = url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
        if !url.starts_with("https://") && !is_plain {
            return Err(texts::relay_address_wrong(url));
        }
        let authorities: Vec<PathBuf> = self.relay_ca.iter().cloned().collect();
        Ok(Some(Arc::new(RelayStore {
            agent: questions(&authorities, WAIT)?,
            url: format!("{}/{PATH}", url.trim_end_matches('/')),
            gate: gate.to_owned(),
            key: read_key(key)?,
            limits,
            health: Mutex::default(),
        })))
    }
}

fn read_key(path: &Path) -> Result<RelayKey, Failure> {
    let text = Zeroizing::new(files::read_text(path, MAX_KEY_FILE)?);
    let bytes = parse_hex(text.trim()).ok().map(Zeroizing::new);
    let key = bytes.and_then(|bytes| bytes.as_slice().try_into().ok());
    let key: [u8; 32] = key.ok_or_else(|| texts::relay_key_wrong(path.display()))?;
    Ok(RelayKey::from_bytes(&key))
}

/// Asks the relay. What is not answered, or not by this relay, is an error: the gate is out of
/// order, and nobody is refused.
struct RelayStore {
    agent: Agent,
    url: String,
    gate: String,
    key: RelayKey,
    limits: Retention,
    health: Mutex<StoreHealth>,
}

impl ReplayStore for RelayStore {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        let key = &attempt.key;
        let asked = Asked {
            permit: hex(key.permit.as_bytes()),
            moment: key.moment.map(Timestamp::as_unix),
            lane: attempt.place.lane().to_owned(),
            zone: attempt.place.zone().to_owned(),
            passage: match attempt.passage {
                Passage::Leave => Way::Leave,
                _ => Way::Enter,
            },
            debounce: attempt.debounce,
            cool_down: attempt.cool_down,
        };
        match self.ask(attempt.now, Some(asked))? {
            Some(given) => answer(given),
            None => Err(foreign()),
        }
    }

    fn retention(&self) -> Retention {
        self.limits
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        match self.ask(now, None)? {
            None => Ok(()),
            Some(given) => answer(given).map(drop),
        }
    }

    fn health(&self) -> StoreHealth {
        self.known().clone()
    }
}

impl RelayStore {
    fn ask(&self, now: Timestamp, attempt: Option<Asked>) -> Result<Option<Given>, StoreError> {
        let nonce = random::<16>().map_err(|failure| StoreError::new(&failure.message))?;
        let nonce = hex(&nonce);
        let settings = Settings::of(self.limits);
        let question = Question { time: now.as_unix(), nonce: nonce.clone(), settings, attempt };
        let body = serde_json::to_vec(&question).map_err(|_| foreign())?;
        let (code, body) = self.post(&body)?;
        if !same(&of_answer(&self.key, &nonce, &body), &code) {
            let reason = "the answer is not of the relay that has this gate's key";
            return Err(StoreError::of(StoreErrorKind::Setup, reason));
        }
        let Reply { answer, health } = serde_json::from_slice(&body).map_err(|_| foreign())?;
        *self.known() = told(&health);
        Ok(answer)
    }

    /// The code of authentication and the body that came.
    fn post(&self, body: &[u8]) -> Result<(String, Vec<u8>), StoreError> {
        let unreachable = |error: ureq::Error| StoreError::new(&format!("the relay: {error}"));
        let request = self
            .agent
            .post(&self.url)
            .content_type("application/json")
            .header(GATE, &self.gate)
            .header(MAC, of_question(&self.key, body));
        let mut response = request.send(body).map_err(unreachable)?;
        let status = response.status().as_u16();
        let code = response.headers().get(MAC).and_then(|code| code.to_str().ok());
        let code = code.unwrap_or_default().to_owned();
        let most = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
        let mut came = Vec::new();
        let read = response.body_mut().as_reader().take(most).read_to_end(&mut came);
        read.map_err(|error| StoreError::new(&format!("the relay: {error}")))?;
        match status {
            200 => Ok((code, came)),
            401 => Err(StoreError::of(
                StoreErrorKind::Setup,
                "the relay does not know this gate, or knows it by another key",
            )),
            // The relay was started a moment ago: the next question is answered.
            409 => Err(StoreError::new("the relay has just been started")),
            status => Err(StoreError::new(&format!("the relay answers with status {status}"))),
        }
    }

    fn known(&self) -> MutexGuard<'_, StoreHealth> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn foreign() -> StoreError {
    StoreError::of(StoreErrorKind::Foreign, "the relay answers what this version does not know")
}

fn told(health: &Health) -> StoreHealth {
    const ALL: [Loss; 6] = [
        Loss::NoState,
        Loss::OtherStore,
        Loss::OtherIncarnation,
        Loss::OldGeneration,
        Loss::MissingAdmissions,
        Loss::OtherRecords,
    ];
    let mut out = StoreHealth::default();
    let until = health.out_of_order_until;
    out.out_of_order_until = until.and_then(Timestamp::from_unix);
    out.loss = ALL.into_iter().find(|loss| Some(loss.code()) == health.loss.as_deref());
    out
}

fn answer(given: Given) -> Result<Answer, StoreError> {
    let time = |seconds| Timestamp::from_unix(seconds).ok_or_else(foreign);
    Ok(match given {
        Given::NotUsedBefore => Answer::Admitted,
        Given::AlreadyAcceptedHere { then } => Answer::AlreadyAcceptedHere { then: time(then)? },
        Given::AlreadyUsed { then } => Answer::AlreadyUsed { then: time(then)? },
        Given::Superseded { newest } => Answer::Superseded { newest: time(newest)? },
        Given::CoolingDown { until } => Answer::CoolingDown { until: time(until)? },
        Given::Forgotten { until } => Answer::Forgotten { until: time(until)? },
        Given::ClockApart { theirs } => Answer::ClockApart { theirs: time(theirs)? },
        Given::Full => Answer::Full,
        Given::NoAnswer { code, reason } => {
            let kinds = [
                StoreErrorKind::InUse,
                StoreErrorKind::Foreign,
                StoreErrorKind::Damaged,
                StoreErrorKind::Storage,
                StoreErrorKind::Setup,
            ];
            let kind = kinds.into_iter().find(|kind| kind.code() == code);
            let reason = format!("the relay: {reason}");
            return Err(StoreError::of(kind.unwrap_or(StoreErrorKind::Unreachable), &reason));
        }
    })
}
