//! One lane of a gate: it verifies a code and admits each code once.

use std::sync::{Arc, Mutex, PoisonError};

use livepermit::verify::{Buffer, Input, PermitId, ReplayKey};
use livepermit::{Timestamp, Unverified};
use livepermit_gate::replay::{self, ReplayStore};
use livepermit_gate::{self as core_gate, GatePlace};

use crate::error::{LivepermitError, Rejection, Result};
use crate::hold::Challenge;
use crate::number::{array, as_i64, as_seconds, count, time};
use crate::status::StatusList;
use crate::store::{AskedElsewhere, Retention, Store, StoreAnswer};
use crate::trust::Trust;
use crate::verify::{Caution, Policy, Verified, build};

/// Which way people go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Passage {
    /// Into the zone. The cool-down applies.
    Enter,
    /// Out of the zone. The cool-down ends.
    Leave,
}

/// When the same permit is admitted again into one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum CoolDownPolicy {
    /// When no code that was live at the admission is live any more.
    Window,
    /// After so many seconds.
    Seconds {
        /// The seconds.
        seconds: i64,
    },
    /// At once: two phones with the same key both enter.
    DangerousNone,
}

/// What a gate does when its store gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum StoreFailurePolicy {
    /// It refuses, and says that the gate is out of order.
    Refuse,
    /// It admits with a caution: codes can then be used twice.
    DangerousAdmit,
}

/// What a gate knows about the time. Store it, and give it to the gate after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ClockState {
    /// The latest date of all accepted lists. An earlier clock is wrong.
    pub floor: i64,
    /// The latest time of an admission.
    pub last_admission: Option<i64>,
}

/// The place and the rules of a lane. `gate_settings` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GateSettings {
    /// What is accepted, with the name of the gate.
    pub policy: Policy,
    /// The name of the lane.
    pub lane: String,
    /// The name of the zone behind the gate.
    pub zone: String,
    /// Which way people go.
    pub passage: Passage,
    /// Seconds for which the same code at the same lane is `already-accepted-here`, not used.
    pub debounce: i64,
    /// When the same permit is admitted again.
    pub cool_down: CoolDownPolicy,
    /// What the gate does when its store gives no answer.
    pub store_failure: StoreFailurePolicy,
    /// Seconds without an admission after which the clock is doubted.
    pub clock_jump: i64,
    /// What the gate knew about the time.
    pub clock: Option<ClockState>,
    /// Whether a window, skew or cool-down may be longer than the store remembers. For tests: the
    /// gate then refuses codes as `forgotten`.
    pub short_retention: bool,
}

/// One lane with the usual rules: it lets people in, debounces for 3 seconds, cools down for the
/// window, and refuses when its store gives no answer.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn gate_settings(policy: Policy) -> GateSettings {
    GateSettings {
        lane: "1".into(),
        zone: policy.gate.clone(),
        policy,
        passage: Passage::Enter,
        debounce: 3,
        cool_down: CoolDownPolicy::Window,
        store_failure: StoreFailurePolicy::Refuse,
        clock_jump: 86_400,
        clock: None,
        short_retention: false,
    }
}

/// The end of an admission.
#[expect(clippy::large_enum_variant, reason = "UniFFI has no boxes, and nobody keeps many")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Admission {
    /// The door may open.
    Admitted {
        /// The permit.
        verified: Verified,
        /// Warnings for the person at the gate.
        cautions: Vec<Caution>,
    },
    /// The door stays closed.
    Refused {
        /// Why.
        rejection: Rejection,
    },
}

impl Admission {
    pub(crate) fn of(admitted: &core_gate::Admitted) -> Result<Self> {
        Ok(Self::Admitted {
            verified: Verified::of(admitted.verified())?,
            cautions: admitted.cautions().iter().map(Caution::of).collect(),
        })
    }
}

/// The first half of an admission.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Begun {
    /// Ask the store.
    Asking {
        /// The code whose use is asked. **No door opens on it.**
        pending: Arc<Pending>,
    },
    /// The code is refused already.
    Stopped {
        /// Why.
        rejection: Rejection,
    },
}

/// The question of a gate to the store of used codes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Attempt {
    /// The permit: 32 bytes.
    pub permit: Vec<u8>,
    /// The moment of the code; nothing for a slip.
    pub moment: Option<i64>,
    /// The first second in which the code is stale.
    pub live_until: i64,
    /// Until when the store must remember the code.
    pub keep_until: i64,
    /// The name of the gate.
    pub gate: String,
    /// The name of the lane.
    pub lane: String,
    /// The name of the zone.
    pub zone: String,
    /// Which way the person goes.
    pub passage: Passage,
    /// The gate's time.
    pub now: i64,
    /// Seconds of the debounce.
    pub debounce: i64,
    /// Seconds of the cool-down.
    pub cool_down: i64,
}

impl Attempt {
    pub(crate) fn of(attempt: &replay::Attempt) -> Self {
        Self {
            permit: attempt.key.permit.as_bytes().into(),
            moment: attempt.key.moment.map(as_seconds),
            live_until: as_seconds(attempt.key.live_until),
            keep_until: as_seconds(attempt.key.keep_until),
            gate: attempt.place.gate().into(),
            lane: attempt.place.lane().into(),
            zone: attempt.place.zone().into(),
            passage: Passage::of(attempt.passage),
            now: as_seconds(attempt.now),
            debounce: as_i64(attempt.debounce),
            cool_down: as_i64(attempt.cool_down),
        }
    }

    pub(crate) fn build(&self) -> Result<replay::Attempt> {
        let key = ReplayKey::new(
            PermitId::from_bytes(array("the permit", &self.permit)?),
            self.moment.map(time).transpose()?,
            time(self.live_until)?,
            time(self.keep_until)?,
        );
        Ok(replay::Attempt::new(
            key,
            GatePlace::new(&self.gate, &self.lane, &self.zone)?,
            self.passage.build(),
            time(self.now)?,
            count("the debounce", self.debounce)?,
            count("the cool-down", self.cool_down)?,
        ))
    }
}

impl Passage {
    pub(crate) const fn of(passage: replay::Passage) -> Self {
        match passage {
            replay::Passage::Leave => Self::Leave,
            _ => Self::Enter,
        }
    }

    const fn build(self) -> replay::Passage {
        match self {
            Self::Enter => replay::Passage::Enter,
            Self::Leave => replay::Passage::Leave,
        }
    }
}

/// A code that is verified and not used yet. When the object is dropped, nothing was used.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Pending {
    /// Which lane began: no other may finish what it did not check.
    lane: Arc<core_gate::Gate>,
    attempt: Attempt,
    pending: Mutex<Option<core_gate::Pending>>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Pending {
    /// The question for the store.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        self.attempt.clone()
    }
}

/// One lane of a gate.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Gate(pub(crate) Arc<core_gate::Gate>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Gate {
    /// Makes a lane with a store.
    ///
    /// # Errors
    /// The codes of policies, of names, and `window-beyond-retention` and its like.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(
        settings: &GateSettings,
        trust: &Trust,
        status_lists: Vec<Arc<StatusList>>,
        store: &Store,
    ) -> Result<Self> {
        Self::with_store(settings, trust, &status_lists, Arc::clone(&store.0))
    }

    /// Makes a lane whose program asks a memory of its own, between `begin` and `finish`. `admit`
    /// of such a lane gets no answer.
    ///
    /// # Errors
    /// As `new`.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn asking_elsewhere(
        settings: &GateSettings,
        trust: &Trust,
        status_lists: Vec<Arc<StatusList>>,
        retention: Retention,
    ) -> Result<Self> {
        let store = Arc::new(AskedElsewhere(retention.build()?));
        Self::with_store(settings, trust, &status_lists, store)
    }

    /// Verifies the text of a code, asks the store, and admits or refuses.
    ///
    /// # Errors
    /// `time-out-of-range`. A refused visitor is an `Admission`.
    pub fn admit(&self, text: &str, now: i64) -> Result<Admission> {
        self.admit_input(text.into(), now)
    }

    /// The same with the bytes of a token.
    ///
    /// # Errors
    /// As `admit`.
    pub fn admit_bytes(&self, token: Vec<u8>, now: i64) -> Result<Admission> {
        self.admit_input((&token).into(), now)
    }

    /// The first half of `admit`: everything but the store.
    ///
    /// # Errors
    /// `time-out-of-range`.
    pub fn begin(&self, text: &str, now: i64) -> Result<Begun> {
        let now = time(now)?;
        let mut buffer = Buffer::new();
        let begun = Unverified::read(&mut buffer, text).and_then(|token| self.0.begin(&token, now));
        Ok(match begun {
            Ok(pending) => Begun::Asking {
                pending: Arc::new(Pending {
                    lane: Arc::clone(&self.0),
                    attempt: Attempt::of(pending.attempt()),
                    pending: Mutex::new(Some(pending)),
                }),
            },
            Err(rejection) => Begun::Stopped { rejection: rejection.into() },
        })
    }

    /// The second half: the answer of the store decides. It must come from the store of this gate.
    ///
    /// # Errors
    /// `finished-before` if the same object was given already, `other-gate` if another lane began.
    pub fn finish(&self, pending: &Pending, answer: StoreAnswer, now: i64) -> Result<Admission> {
        let (answer, now) = (answer.build()?, time(now)?);
        if !Arc::ptr_eq(&pending.lane, &self.0) {
            let error = LivepermitError::new("other-gate", "another lane began this attempt");
            return Err(error.with("Call `finish` of the lane whose `begin` gave the attempt."));
        }
        let pending = pending.pending.lock().unwrap_or_else(PoisonError::into_inner).take();
        let pending = pending.ok_or_else(|| {
            LivepermitError::new("finished-before", "this attempt was finished before")
                .with("Call `begin` for each code.")
        })?;
        match self.0.finish(pending, answer, now) {
            Ok(admitted) => Admission::of(&admitted),
            Err(rejection) => Ok(Admission::Refused { rejection: rejection.into() }),
        }
    }

    /// Opens a challenge of this gate. The first admitted answer uses the challenge up.
    ///
    /// # Errors
    /// `challenge-other-gate`, `challenge-over`, `nonce-too-short` and others of challenges.
    pub fn open_challenge(&self, challenge: &Challenge, now: i64) -> Result<()> {
        Ok(self.0.open_challenge(challenge.build()?, time(now)?)?)
    }

    /// Makes a challenge with 16 random bytes that lives for `seconds`, and opens it. Show
    /// `challenge_qr_text` of it.
    ///
    /// # Errors
    /// `no-randomness`, and those of `open_challenge`.
    pub fn ask(&self, seconds: i64, now: i64) -> Result<Challenge> {
        let expires = time(now)?.plus(count("the life of a challenge", seconds)?);
        let challenge = Challenge {
            gate: self.0.place().gate().into(),
            nonce: crate::key::random::<16>()?.to_vec(),
            expires: as_seconds(expires),
        };
        self.open_challenge(&challenge, now)?;
        Ok(challenge)
    }

    /// Goes on with other keys and lists, and the same rules.
    ///
    /// # Errors
    /// None that the rules gave before.
    pub fn replace_lists(&self, trust: &Trust, status_lists: Vec<Arc<StatusList>>) -> Result<()> {
        let verifier = build(trust, self.0.verifier().policy().clone(), &status_lists)?;
        Ok(self.0.replace_verifier(Arc::new(verifier))?)
    }

    /// Asks the store how it is, without a visitor: call it about once a second while nobody comes.
    ///
    /// # Errors
    /// `time-out-of-range`, and the codes of the store when it gave no answer.
    pub fn keep_alive(&self, now: i64) -> Result<()> {
        self.0.keep_alive(time(now)?);
        self.0.store_error().map_or(Ok(()), |error| Err(error.into()))
    }

    /// What the gate knows about the time, to be stored.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        let state = self.0.clock_state();
        ClockState {
            floor: as_seconds(state.floor),
            last_admission: state.last_admission.map(as_seconds),
        }
    }

    /// The error of the gate's clock in seconds, according to the last phones: positive when the
    /// clock is slow. Nothing when the phones are too few or do not agree.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.clock_offset()
    }
}

impl Gate {
    fn with_store(
        settings: &GateSettings,
        trust: &Trust,
        status_lists: &[Arc<StatusList>],
        store: Arc<dyn ReplayStore>,
    ) -> Result<Self> {
        let policy = settings.policy.build()?;
        let verifier = build(trust, policy, status_lists)?;
        let mut gate = core_gate::Gate::at(&settings.policy.gate)
            .lane(&settings.lane)
            .zone(&settings.zone)
            .verifying(Arc::new(verifier))
            .store(store)
            .passage(settings.passage.build())
            .debounce(count("the debounce", settings.debounce)?)
            .clock_jump(count("the jump of the clock", settings.clock_jump)?)
            .cool_down(match settings.cool_down {
                CoolDownPolicy::Window => core_gate::CoolDownPolicy::Window,
                CoolDownPolicy::Seconds { seconds } => {
                    core_gate::CoolDownPolicy::Seconds(count("the cool-down", seconds)?)
                }
                CoolDownPolicy::DangerousNone => core_gate::CoolDownPolicy::DangerousNone,
            })
            .store_failure(match settings.store_failure {
                StoreFailurePolicy::Refuse => core_gate::StoreFailurePolicy::Refuse,
                StoreFailurePolicy::DangerousAdmit => core_gate::StoreFailurePolicy::DangerousAdmit,
            });
        if let Some(clock) = settings.clock {
            let last = clock.last_admission.map(time).transpose()?;
            gate = gate.clock(core_gate::ClockState::new(time(clock.floor)?, last));
        }
        if settings.short_retention {
            gate = gate.allowing_short_retention();
        }
        Ok(Self(Arc::new(gate.build()?)))
    }

    fn admit_input(&self, input: Input<'_>, now: i64) -> Result<Admission> {
        let now: Timestamp = time(now)?;
        match self.0.admit(input, now) {
            Ok(admitted) => Admission::of(&admitted),
            Err(rejection) => Ok(Admission::Refused { rejection: rejection.into() }),
        }
    }
}
