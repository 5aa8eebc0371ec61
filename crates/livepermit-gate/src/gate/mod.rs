//! The gate: a verifier, and everything that needs memory.

mod admission;
mod builder;
mod caution;
mod challenges;
mod clock;
mod pending;
mod rules;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use livepermit::hold::Challenge;
use livepermit::verify::CredentialCache;
use livepermit::{Rejection, Timestamp, Verifier};

pub use admission::{Admitted, GateJudgement};
pub use builder::{GateBuilder, GateError};
pub use caution::{GateCaution, GateCautions};
pub use challenges::OpenChallengeError;
pub use clock::ClockState;
pub use livepermit::setup::CoolDownPolicy;
pub use pending::Pending;
pub use rules::StoreFailurePolicy;

use challenges::Challenges;
use clock::GateClock;
use rules::Rules;

use crate::place::GatePlace;
use crate::replay::{ReplayStore, Retention, StoreError, StoreHealth};

/// A lane of a gate: stages 1 to 8. **A door opens on [`Admitted`] and on nothing else.**
///
/// All methods take `&self`, so threads can share a gate. Lanes of one gate share the verifier and
/// the store. [`Gate::clock_state`] and [`GateBuilder::clock`] carry what the gate knows about the
/// time across a restart.
///
/// [`Gate::admit`] does everything in one call. If your program asks the store itself, for example
/// asynchronously, call [`Gate::begin`] before and [`Gate::finish`] after: they do no I/O.
pub struct Gate {
    verifier: RwLock<Arc<Verifier>>,
    store: Arc<dyn ReplayStore>,
    place: GatePlace,
    rules: Rules,
    clock: Mutex<GateClock>,
    challenges: Arc<Mutex<Challenges>>,
    /// Credentials that were verified before: a camera reads a code several times, and visitors
    /// come back.
    credentials: Mutex<CredentialCache>,
    /// Why the store gave no answer the last time; `None` after an answer.
    store_error: Mutex<Option<StoreError>>,
}

/// The most credentials that a lane remembers: 80 kB.
const CREDENTIALS: usize = 256;

/// Checks that the verifier is for this gate, and that the store remembers codes for as long as
/// they are live.
fn check_verifier(
    verifier: &Verifier,
    place: &GatePlace,
    rules: Rules,
    retention: Retention,
) -> Result<(), GateError> {
    let policy = verifier.policy();
    if policy.gate() != place.gate() {
        let (found, expected) = (policy.gate().to_owned(), place.gate().to_owned());
        return Err(GateError::OtherGate { found, expected });
    }
    if policy.window() > retention.largest_window && !rules.short_retention {
        return Err(GateError::WindowBeyondRetention {
            window: policy.window(),
            retention: retention.largest_window,
        });
    }
    if policy.skew() > retention.largest_skew {
        let (skew, retention) = (policy.skew(), retention.largest_skew);
        return Err(GateError::SkewBeyondRetention { skew, retention });
    }
    // Nothing makes up for a cool-down that the store does not wait for.
    if let CoolDownPolicy::Seconds(cool_down) = rules.cool_down
        && cool_down > retention.cool_down_limit()
    {
        let retention = retention.cool_down_limit();
        return Err(GateError::CoolDownBeyondRetention { cool_down, retention });
    }
    Ok(())
}

impl Gate {
    /// Starts to build a gate with this name: 1 to 128 visible ASCII characters, but not the name
    /// `*`, which means every gate.
    pub fn at(name: impl Into<String>) -> GateBuilder {
        GateBuilder::new(name.into())
    }

    fn new(
        verifier: Arc<Verifier>,
        store: Arc<dyn ReplayStore>,
        place: GatePlace,
        rules: Rules,
        clock: ClockState,
    ) -> Self {
        let mut clock = GateClock::new(clock);
        clock.raise_floor(&verifier);
        Self {
            verifier: RwLock::new(verifier),
            store,
            place,
            rules,
            clock: Mutex::new(clock),
            challenges: Arc::default(),
            credentials: Mutex::new(CredentialCache::new(CREDENTIALS)),
            store_error: Mutex::new(None),
        }
    }

    /// Replaces the verifier, for example by a verifier with newer lists. The clock floor rises to
    /// the date of the newest list.
    ///
    /// # Errors
    /// [`GateError::OtherGate`] or [`GateError::WindowBeyondRetention`]; the gate then keeps its
    /// verifier.
    pub fn replace_verifier(&self, verifier: Arc<Verifier>) -> Result<(), GateError> {
        check_verifier(&verifier, &self.place, self.rules, self.store.retention())?;
        lock(&self.clock).raise_floor(&verifier);
        *self.verifier.write().unwrap_or_else(PoisonError::into_inner) = verifier;
        Ok(())
    }

    /// The verifier that the gate uses now.
    #[must_use]
    pub fn verifier(&self) -> Arc<Verifier> {
        Arc::clone(&self.verifier.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The names of the gate, the lane and the zone.
    #[must_use]
    pub const fn place(&self) -> &GatePlace {
        &self.place
    }

    /// What the gate knows about the time. Store it, and give it to [`GateBuilder::clock`] after a
    /// restart.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        lock(&self.clock).state()
    }

    /// Asks the store how it is, without a visitor: see [`ReplayStore::keep_alive`]. Call this about
    /// once a second while nobody comes. A failure is kept for [`Gate::store_error`].
    pub fn keep_alive(&self, now: Timestamp) {
        let answer = self.store.keep_alive(now);
        *lock(&self.store_error) = answer.err();
    }

    /// Why the store gave no answer the last time that it was asked. `None` after an answer. A
    /// rejection `store-unreachable` says what to do; this says what happened.
    #[must_use]
    pub fn store_error(&self) -> Option<StoreError> {
        lock(&self.store_error).clone()
    }

    /// How the store was at its last answer: whether it lost its memory and until when it admits
    /// nobody, and what about its settings is weaker than it could be.
    #[must_use]
    pub fn store_health(&self) -> StoreHealth {
        self.store.health()
    }

    /// The error of the gate's clock in seconds, according to the last phones: positive when the
    /// gate's clock is slow. `None` when the phones are too few or do not agree, and when a right
    /// clock explains the difference.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        lock(&self.clock).agreed_offset(self.verifier().policy())
    }

    /// Opens a challenge that the gate shows as a code ([`GateCode`](livepermit::hold::GateCode))
    /// or that a person speaks. The first admitted answer uses the challenge up.
    ///
    /// ```
    /// use livepermit_gate::hold::Challenge;
    /// use livepermit_gate::replay::Retention;
    /// use livepermit_gate::verify::ChallengePolicy;
    /// use livepermit_gate::{Gate, MemoryReplay, OpenChallengeError, RevocationPolicy};
    /// # use livepermit_gate::{Issuer, Permit, SecretKey, Timestamp, Trust, TrustedKey, Use};
    /// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
    /// # let classes = ["bj.example:residence"];
    /// # let trusted = TrustedKey::new("bj.example", key.public_key(), [Use::Pass], classes)?;
    /// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
    /// # let pass = Issuer::new("bj.example", key.public_key())?
    /// #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?
    /// #     .sign(&key)?;
    /// # let text = pass.to_qr_text();
    ///
    /// let gate = Gate::at("gate-3")
    ///     .trusting(Trust::new([trusted])?)
    ///     .accepting(classes)
    ///     .revocation(RevocationPolicy::NotChecked)
    ///     .policy(|policy| policy.with_challenge(ChallengePolicy::Required))
    ///     .store(MemoryReplay::new(100, Retention::default()))
    ///     .build()?;
    /// // Use random digits.
    /// let challenge = Challenge::new("gate-3", b"493027", now.plus(30))?;
    /// gate.open_challenge(challenge.clone(), now)?;
    /// assert_eq!(gate.open_challenge(challenge, now), Err(OpenChallengeError::AlreadyOpen));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`OpenChallengeError`] when the challenge names another gate, has expired or lives too long,
    /// when its nonce is too short, and when the same nonce or other spoken digits are open.
    pub fn open_challenge(
        &self,
        challenge: Challenge,
        now: Timestamp,
    ) -> Result<(), OpenChallengeError> {
        lock(&self.challenges).open(challenge, self.place.gate(), now)
    }

    pub(crate) fn store(&self) -> &dyn ReplayStore {
        &*self.store
    }

    fn check_clock(&self, now: Timestamp) -> Result<(), Rejection> {
        lock(&self.clock).check_floor(now, self.verifier().policy().skew())
    }
}

impl core::fmt::Debug for Gate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Gate")
            .field("place", &self.place)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// Locks, even if another thread panicked with the lock: every change is one assignment, so the
/// data is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
