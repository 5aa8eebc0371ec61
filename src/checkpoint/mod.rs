//! The checkpoint: a verifier, and what needs memory.

mod challenges;
mod clock;

use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};

pub use challenges::OpenChallengeError;
pub use clock::ClockState;

use challenges::Challenges;
use clock::{Clock, Reading};

use crate::rejection::{Code, Rejection};
use crate::replay::{Answer, Attempt, Passage, Place, ReplayStore};
use crate::time::Timestamp;
use crate::token::Challenge;
use crate::verifier::{
    Caution, Cautions, ChallengePolicy, Context, CredentialCache, Input, Verified, Verifier,
};

/// How long a zone takes no other code of a permit that was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoolDown {
    /// Window and skew of the code: long enough that of all the codes a phone shows together
    /// exactly one is admitted.
    Window,
    /// So many seconds, at least window and skew. A long one stops the sharing of a permit.
    Seconds(u64),
    /// None: several people can enter with codes of one phone.
    DangerousNone,
}

/// What happens when the store of used codes cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFailure {
    /// The gate is out of order.
    Refuse,
    /// The permit is admitted with the caution [`Caution::ReplayNotChecked`]: a copy would be
    /// admitted too.
    DangerousAdmit,
}

/// What a checkpoint does beside verifying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckpointPolicy {
    /// Seconds in which the same lane reading the same code again is no second use: 3 by default,
    /// what a hand needs to take the phone away.
    pub debounce: u64,
    /// How long a zone takes no other code of an admitted permit.
    pub cool_down: CoolDown,
    /// What happens when the store cannot be asked.
    pub store_failure: StoreFailure,
    /// Which way the gate leads.
    pub passage: Passage,
    /// Seconds between two admissions, by the gate's clock, that are cautioned of, because the
    /// clock may have jumped: one day by default, because gates are switched off at night.
    pub clock_jump: u64,
}

impl Default for CheckpointPolicy {
    fn default() -> Self {
        Self {
            debounce: 3,
            cool_down: CoolDown::Window,
            store_failure: StoreFailure::Refuse,
            passage: Passage::Enter,
            clock_jump: 86_400,
        }
    }
}

/// A permit that was verified and is now used: the door opens. Only a [`Checkpoint`], or a store's
/// answer through [`Verified::admit`], makes one.
#[derive(Debug, Clone)]
pub struct Admitted {
    verified: Verified,
    cautions: Cautions,
}

impl Admitted {
    /// The verdict.
    #[must_use]
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// What the person at the gate should know beside: none for a green light.
    #[must_use]
    pub const fn cautions(&self) -> Cautions {
        self.cautions
    }
}

impl Verified {
    /// The last step for callers whose store is asynchronous: takes the store's answer to
    /// [`Verified::claim`].
    ///
    /// It believes the answer, and switches off what else a [`Checkpoint`] does: the clock's floor,
    /// jumps and suspicion are not looked at, and an answered challenge is not used up. Do those
    /// steps too (docs/spec.md, section 13.1).
    ///
    /// # Errors
    /// A [`Rejection`] for every answer but [`Answer::Admitted`].
    pub fn admit(self, answer: Answer, now: Timestamp) -> Result<Admitted, Rejection> {
        match answer {
            Answer::Admitted => Ok(Admitted { cautions: self.cautions(), verified: self }),
            refused => Err(self.refusal(refused, now)),
        }
    }

    fn refusal(&self, answer: Answer, now: Timestamp) -> Rejection {
        match answer {
            Answer::AlreadyAcceptedHere { then } => {
                Rejection::times(Code::AlreadyAcceptedHere, now, then)
            }
            Answer::AlreadyUsed { then } => Rejection::times(Code::AlreadyUsed, now, then),
            Answer::Superseded { newest } => {
                Rejection::times(Code::Superseded, self.issued_at(), newest)
            }
            Answer::CoolingDown { until } => Rejection::times(Code::CoolingDown, now, until),
            Answer::BehindHorizon { horizon } => {
                Rejection::times(Code::Stale, self.live_until(), horizon)
            }
            Answer::Full | Answer::Admitted => Rejection::plain(Code::StoreFull),
        }
    }
}

/// A lane of a gate: steps 1 to 8. **A door opens on [`Admitted`] and on nothing else.**
///
/// Everything works through `&self`; lanes of one gate share verifier and store. What it remembers
/// of time is handed in and out with [`ClockState`], so that a restart loses nothing.
pub struct Checkpoint {
    verifier: RwLock<Arc<Verifier>>,
    store: Arc<dyn ReplayStore>,
    place: Place,
    policy: CheckpointPolicy,
    clock: Mutex<Clock>,
    challenges: Mutex<Challenges>,
    /// A camera reads a code several times before it is taken away, and visitors come back.
    credentials: Mutex<CredentialCache>,
}

/// Credentials remembered by a lane, 80 kB.
const CREDENTIALS: usize = 256;

impl Checkpoint {
    /// A checkpoint at `place`, which remembers used codes in `store` and starts from a stored
    /// clock state (or the default one).
    pub fn new(
        verifier: Arc<Verifier>,
        store: Arc<dyn ReplayStore>,
        place: Place,
        policy: CheckpointPolicy,
        clock: ClockState,
    ) -> Self {
        let mut clock = Clock::new(clock);
        clock.raise_floor(&verifier);
        Self {
            verifier: RwLock::new(verifier),
            store,
            place,
            policy,
            clock: Mutex::new(clock),
            challenges: Mutex::new(Challenges::default()),
            credentials: Mutex::new(CredentialCache::new(CREDENTIALS)),
        }
    }

    /// Puts a verifier with newer lists in place; the clock floor rises to the date of the newest.
    pub fn replace_verifier(&self, verifier: Arc<Verifier>) {
        lock(&self.clock).raise_floor(&verifier);
        *self.verifier.write().unwrap_or_else(PoisonError::into_inner) = verifier;
    }

    /// The verifier in place.
    #[must_use]
    pub fn verifier(&self) -> Arc<Verifier> {
        Arc::clone(&self.verifier.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// What to store of the clock.
    #[must_use]
    pub fn clock_state(&self) -> ClockState {
        lock(&self.clock).state()
    }

    /// By how many seconds the last phones agree that the gate's clock is wrong: positive when it
    /// is behind. `None` while they do not, or are too few.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        lock(&self.clock).agreed_offset(self.verifier().policy())
    }

    /// Opens a challenge: shown as a code ([`GateCode`](crate::GateCode)) or spoken. It is used up
    /// by the answer that is admitted.
    ///
    /// # Errors
    /// [`OpenChallengeError`] for a challenge of another gate, one that lives too long, or digits
    /// while others are open.
    pub fn open_challenge(
        &self,
        challenge: Challenge,
        now: Timestamp,
    ) -> Result<(), OpenChallengeError> {
        lock(&self.challenges).open(challenge, self.verifier().policy().audience().own(), now)
    }

    /// Verifies what was scanned and, if nothing speaks against it, uses it up.
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code. One whose fault is [`Fault::Ours`](crate::Fault::Ours)
    /// is a gate out of order.
    pub fn admit<'i>(
        &self,
        input: impl Into<Input<'i>>,
        now: Timestamp,
    ) -> Result<Admitted, Rejection> {
        let verifier = self.verifier();
        lock(&self.clock).check_floor(now, verifier.policy().skew())?;
        input.into().with_bytes(|bytes| self.admit_bytes(&verifier, bytes, now))
    }

    fn admit_bytes(
        &self,
        verifier: &Verifier,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Admitted, Rejection> {
        let challenge = self.asked(verifier, bytes, now);
        let mut context = context(challenge.as_ref(), now);
        // Nobody waits for it: while another thread has it, a credential is verified anew.
        let mut credentials = match self.credentials.try_lock() {
            Ok(credentials) => Some(credentials),
            Err(TryLockError::Poisoned(credentials)) => Some(credentials.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(credentials) = credentials.as_deref_mut() {
            context = context.with_cache(credentials);
        }
        let mut reading = None;
        let verdict = verifier.verify_bytes(bytes, &mut context, &mut |signed| {
            reading = Some(Reading { permit: signed.permit, issued_at: signed.issued_at });
        });
        drop(credentials);
        lock(&self.clock).observe(reading, now);
        let verified = verdict.map_err(|rejection| match rejection.code() {
            Code::ChallengeNotSupplied => Rejection::plain(Code::ChallengeUnknown),
            _ => lock(&self.clock).judge(rejection, now, verifier.policy()),
        })?;
        let mut cautions = verified.cautions();
        let claim = verified.claim();
        let showing = (claim.permit, claim.moment);
        // A slip answers nothing, so it uses nothing up.
        let challenge = challenge.filter(|_| verified.challenge_answered());
        // Held until the answer is known, so that a challenge is used up by one answer only.
        let mut challenges = challenge.as_ref().map(|_| lock(&self.challenges));
        if let (Some(challenges), Some(challenge)) = (&challenges, &challenge)
            && !challenges.is_open(challenge, now)
        {
            let then = challenges.answered_just_now(challenge, showing, now, self.policy.debounce);
            return Err(match then {
                Some(then) => Rejection::times(Code::AlreadyAcceptedHere, now, then),
                None => Rejection::plain(Code::ChallengeUnknown),
            });
        }
        // A store that lost its memory knows of nothing further ahead, so nothing further ahead was
        // ever admitted.
        let reckoned_with = now.plus(self.store.retention().largest_window / 2);
        if let Some(moment) = claim.moment.filter(|moment| *moment > reckoned_with) {
            return Err(Rejection::times(Code::FromTheFuture, moment, reckoned_with));
        }
        let attempt = Attempt::new(
            claim,
            &self.place,
            self.policy.passage,
            now,
            self.policy.debounce,
            self.cool_down(&verified),
        );
        let admitted = match (self.store.admit(&attempt), self.policy.store_failure) {
            (Ok(answer), _) => verified.admit(answer, now)?,
            (Err(_), StoreFailure::DangerousAdmit) => {
                cautions = cautions.with(Caution::ReplayNotChecked);
                Admitted { verified, cautions }
            }
            (Err(_), StoreFailure::Refuse) => return Err(Rejection::plain(Code::StoreUnreachable)),
        };
        if let (Some(challenges), Some(challenge)) = (&mut challenges, &challenge) {
            challenges.use_up(challenge, showing, now);
        }
        if lock(&self.clock).admitted(now, self.policy.clock_jump) {
            cautions = cautions.with(Caution::ClockJumped);
        }
        Ok(Admitted { cautions, ..admitted })
    }

    /// The challenge that a token has to answer, where the policy wants one answered.
    fn asked(&self, verifier: &Verifier, bytes: &[u8], now: Timestamp) -> Option<Challenge> {
        let asks = verifier.policy().challenge() == ChallengePolicy::Required;
        if asks { lock(&self.challenges).find(bytes, now) } else { None }
    }

    fn cool_down(&self, verified: &Verified) -> u64 {
        let least = verified.live_together(self.store.retention().largest_window);
        match self.policy.cool_down {
            CoolDown::Window => least,
            CoolDown::Seconds(seconds) => seconds.max(least),
            CoolDown::DangerousNone => 0,
        }
    }
}

impl core::fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Checkpoint")
            .field("place", &self.place)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// What a verdict depends on, with the challenge that has to be answered, if there is one.
fn context(challenge: Option<&Challenge>, now: Timestamp) -> Context<'_> {
    let context = Context::at(now);
    match challenge {
        Some(challenge) => context.with_challenge(challenge),
        None => context,
    }
}

/// A thread that panicked while holding the lock left data that is still whole: every change is one
/// assignment.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
