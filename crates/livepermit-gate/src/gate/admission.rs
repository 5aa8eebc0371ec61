//! The way of a code through the gate: judged, asked of the store, admitted.

use std::sync::TryLockError;

use livepermit::hold::Challenge;
use livepermit::verify::{Buffer, ChallengePolicy, Input, Judgement, PermitId};
use livepermit::{
    Context, Form, Policy, Rejection, RejectionCode, Timestamp, Unverified, Verified, Verifier,
};

use super::challenges::HeldChallenge;
use super::{CoolDownPolicy, Gate, GateCautions, Pending, StoreFailurePolicy, lock};
use crate::replay::{Answer, Attempt, Retention, StoreError};

/// A permit that was verified and whose code is now used: the door may open. Only a [`Gate`] makes
/// this type.
///
/// ```
/// # use livepermit_gate::{Issuer, Permit, SecretKey, Timestamp, Trust, TrustedKey, Use};
/// # use livepermit_gate::{Gate, MemoryReplay, RevocationPolicy, replay::Retention};
/// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let classes = ["bj.example:residence"];
/// # let trusted = TrustedKey::new("bj.example", key.public_key(), [Use::Pass], classes)?;
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let pass = Issuer::new("bj.example", key.public_key())?
/// #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?
/// #     .sign(&key)?;
/// # let text = pass.to_qr_text();
/// # let gate = Gate::at("gate-3").trusting(Trust::new([trusted])?).accepting(classes)
/// #     .revocation(RevocationPolicy::NotChecked)
/// #     .store(MemoryReplay::new(100, Retention::default())).build()?;
/// let admitted = gate.admit(&text, now)?;
/// println!("open the door for {}", admitted.verified().subject());
/// for caution in admitted.cautions().iter() {
///     println!("{}", caution.instruction());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Admitted {
    verified: Verified,
    cautions: GateCautions,
}

impl Admitted {
    /// The verdict.
    #[must_use]
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Warnings for the person at the gate. No caution means a green light.
    #[must_use]
    pub const fn cautions(&self) -> GateCautions {
        self.cautions
    }
}

/// The verdict of a gate, and which permit was shown. A refused code also tells its permit, if its
/// signatures are good. Made by [`Gate::judge`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GateJudgement {
    /// The verdict: what [`Gate::admit`] returns.
    pub verdict: Result<Admitted, Rejection>,
    /// The permit, if every signature of the code is good under a trusted key, and whatever the
    /// verdict is. For a log: only [`Admitted`] says that a permit counts.
    pub permit: Option<PermitId>,
}

impl Gate {
    /// Verifies a scanned code. If no check fails, records the code as used and admits the permit.
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code. If its fault is
    /// [`Fault::Ours`](livepermit::rejection::Fault::Ours), the gate is out of order.
    pub fn admit<'i>(
        &self,
        input: impl Into<Input<'i>>,
        now: Timestamp,
    ) -> Result<Admitted, Rejection> {
        self.judge(input, now).verdict
    }

    /// [`Gate::admit`], which also tells which permit was refused, for a log.
    ///
    /// ```
    /// use livepermit_gate::replay::Retention;
    /// use livepermit_gate::{Gate, MemoryReplay, RejectionCode, RevocationPolicy};
    /// # use livepermit_gate::{Issuer, Permit, SecretKey, Timestamp, Trust, TrustedKey, Use};
    /// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
    /// # let classes = ["bj.example:residence"];
    /// # let trusted = TrustedKey::new("bj.example", key.public_key(), [Use::Pass], classes)?;
    /// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
    /// # let pass = Issuer::new("bj.example", key.public_key())?
    /// #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?
    /// #     .sign(&key)?;
    /// # let text = pass.to_qr_text();
    /// # let gate = Gate::at("gate-3").trusting(Trust::new([trusted])?).accepting(classes)
    /// #     .revocation(RevocationPolicy::NotChecked)
    /// #     .store(MemoryReplay::new(100, Retention::default())).build()?;
    /// // This code is a minute old.
    /// let judgement = gate.judge(&text, now.plus(60));
    /// assert_eq!(judgement.verdict.unwrap_err().code(), RejectionCode::Stale);
    /// assert!(judgement.permit.is_some());
    /// // Nobody knows whose permit this claims to be.
    /// assert!(gate.judge("LP1:AA0", now).permit.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge<'i>(&self, input: impl Into<Input<'i>>, now: Timestamp) -> GateJudgement {
        let (mut buffer, input) = (Buffer::new(), input.into());
        self.judge_read(Unverified::read(&mut buffer, input), now)
    }

    /// [`Gate::judge`] for a token that was read before.
    pub(crate) fn judge_read(
        &self,
        token: Result<Unverified<'_>, Rejection>,
        now: Timestamp,
    ) -> GateJudgement {
        let (pending, permit) = self.begin_read(token, now);
        let verdict = pending.and_then(|pending| {
            let answer = self.store.admit(pending.attempt());
            self.finish(pending, answer, now)
        });
        GateJudgement { verdict, permit }
    }

    /// The first half of [`Gate::judge_read`].
    pub(crate) fn begin_read(
        &self,
        token: Result<Unverified<'_>, Rejection>,
        now: Timestamp,
    ) -> (Result<Pending, Rejection>, Option<PermitId>) {
        // Report a clock that was set back before any fault of the input.
        match self.check_clock(now).and(token) {
            Ok(token) => self.begin_signed(&token, now),
            Err(rejection) => (Err(rejection), None),
        }
    }

    /// The first half of an admission: everything except the store of used codes. It does no I/O,
    /// and holds no lock when it returns. A challenge that the token answers moves into the
    /// [`Pending`], so nobody else can answer it meanwhile. When the admission is refused or the
    /// [`Pending`] is dropped, the challenge is open again.
    ///
    /// ```
    /// use livepermit_gate::replay::{ReplayStore, Retention};
    /// use livepermit_gate::verify::Buffer;
    /// use livepermit_gate::{Gate, MemoryReplay, RevocationPolicy, Unverified};
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
    /// let store = std::sync::Arc::new(MemoryReplay::new(100, Retention::default()));
    /// let gate = Gate::at("gate-3")
    ///     .trusting(Trust::new([trusted])?)
    ///     .accepting(classes)
    ///     .revocation(RevocationPolicy::NotChecked)
    ///     .store(store.clone())
    ///     .build()?;
    ///
    /// let mut buffer = Buffer::new();
    /// let pending = gate.begin(&Unverified::read(&mut buffer, &text)?, now)?;
    /// // Ask the store in your own way, for example on another thread.
    /// let answer = store.admit(pending.attempt());
    /// let admitted = gate.finish(pending, answer, now)?;
    /// assert_eq!(admitted.verified().subject(), "BJ-7F3A9C2E");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A [`Rejection`] with its stable code.
    pub fn begin(&self, token: &Unverified<'_>, now: Timestamp) -> Result<Pending, Rejection> {
        self.check_clock(now)?;
        self.begin_signed(token, now).0
    }

    /// The first half, and the permit of a code with good signatures.
    fn begin_signed(
        &self,
        token: &Unverified<'_>,
        now: Timestamp,
    ) -> (Result<Pending, Rejection>, Option<PermitId>) {
        let verifier = self.verifier();
        let asked = match verifier.policy().challenge() {
            ChallengePolicy::Required => lock(&self.challenges).find(token.unverified_nonce(), now),
            _ => None,
        };
        let Judgement { verdict, signed } = self.judge_token(&verifier, token, asked.as_ref(), now);
        lock(&self.clock).observe(signed.as_ref(), now);
        let pending = self.pending(&verifier, verdict, asked, now);
        (pending, signed.map(|signed| signed.permit))
    }

    /// What the gate itself checks before it asks the store.
    fn pending(
        &self,
        verifier: &Verifier,
        verdict: Result<Verified, Rejection>,
        asked: Option<Challenge>,
        now: Timestamp,
    ) -> Result<Pending, Rejection> {
        let verified = verdict.map_err(|rejection| match rejection.code() {
            RejectionCode::ChallengeNotSupplied => {
                Rejection::plain(RejectionCode::ChallengeUnknown)
            }
            _ => lock(&self.clock).judge(rejection, now, verifier.policy()),
        })?;
        let key = verified.replay_key();
        // A slip answers no challenge, so it uses no challenge up.
        let challenge = match asked.filter(|_| verified.challenge_answered()) {
            Some(challenge) => Some(self.hold_challenge(challenge, &verified, now)?),
            None => None,
        };
        // A store that lost its memory refuses moments up to half a window ahead. So a gate must
        // never admit a moment that is further ahead.
        let latest = now.plus(self.store.retention().largest_window / 2);
        if let Some(moment) = key.moment.filter(|moment| *moment > latest) {
            return Err(Rejection::times(RejectionCode::FromTheFuture, moment, latest));
        }
        let attempt = Attempt {
            key,
            place: self.place.clone(),
            passage: self.rules.passage,
            now,
            debounce: self.rules.debounce,
            cool_down: self.cool_down(&verified, verifier.policy().skew()),
        };
        Ok(Pending::new(verified, attempt, challenge))
    }

    /// The second half of an admission. `answer` is the store's answer to [`Pending::attempt`].
    ///
    /// The gate believes the answer, so it must come from the store of this gate.
    ///
    /// # Errors
    /// A [`Rejection`] for every answer except [`Answer::Admitted`]. A [`StoreError`] is also a
    /// rejection, unless the gate has [`StoreFailurePolicy::DangerousAdmit`].
    pub fn finish(
        &self,
        pending: Pending,
        answer: Result<Answer, StoreError>,
        now: Timestamp,
    ) -> Result<Admitted, Rejection> {
        *lock(&self.store_error) = answer.as_ref().err().cloned();
        let replay_not_checked = match (answer, self.rules.store_failure) {
            (Ok(answer), _) => {
                let limits = self.store.retention();
                pending.refusal(answer, now, &limits).map_or(Ok(()), Err)?;
                false
            }
            (Err(_), StoreFailurePolicy::DangerousAdmit) => true,
            (Err(_), StoreFailurePolicy::Refuse) => {
                return Err(Rejection::plain(RejectionCode::StoreUnreachable));
            }
        };
        let verified = pending.admit(now);
        let clock_jumped = lock(&self.clock).admitted(now, self.rules.clock_jump);
        let cautions =
            GateCautions { verified: verified.cautions(), replay_not_checked, clock_jumped };
        Ok(Admitted { verified, cautions })
    }

    /// Judges the token, with the help of the credentials that this lane verified before.
    fn judge_token(
        &self,
        verifier: &Verifier,
        token: &Unverified<'_>,
        asked: Option<&Challenge>,
        now: Timestamp,
    ) -> Judgement {
        let mut context = Context::at(now);
        if let Some(challenge) = asked {
            context = context.with_challenge(challenge);
        }
        // Never wait for the cache: while another thread uses it, verify the credential again.
        let mut credentials = match self.credentials.try_lock() {
            Ok(credentials) => Some(credentials),
            Err(TryLockError::Poisoned(credentials)) => Some(credentials.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(credentials) = credentials.as_deref_mut() {
            context = context.with_cache(credentials);
        }
        verifier.judge(token, &mut context)
    }

    /// Removes the challenge from the open challenges, and holds it.
    fn hold_challenge(
        &self,
        challenge: Challenge,
        verified: &Verified,
        now: Timestamp,
    ) -> Result<HeldChallenge, Rejection> {
        let key = verified.replay_key();
        let code = (key.permit, key.moment);
        HeldChallenge::take(&self.challenges, &challenge, code, now).map_err(|challenges| {
            let debounce = self.rules.debounce;
            match challenges.answered_just_now(&challenge, code, now, debounce) {
                Some(then) => Rejection::times(RejectionCode::AlreadyAcceptedHere, now, then),
                None => Rejection::plain(RejectionCode::ChallengeUnknown),
            }
        })
    }

    /// The cool-down in seconds: the time during which two codes of one phone can both be live, or
    /// longer if the policy says so. 0 for [`CoolDownPolicy::DangerousNone`].
    fn cool_down(&self, verified: &Verified, skew: u64) -> u64 {
        let least = live_together(verified, skew, self.store.retention());
        match self.rules.cool_down {
            CoolDownPolicy::Window => least,
            CoolDownPolicy::Seconds(seconds) => seconds.max(least),
            CoolDownPolicy::DangerousNone => 0,
        }
    }
}

/// Seconds during which two codes of one phone can both be live. The longest window and the largest
/// skew of any gate on the same store count: they may be larger than this gate's.
fn live_together(verified: &Verified, skew: u64, retention: Retention) -> u64 {
    match verified.form() {
        // A slip has no window. The default window is enough: a second reading comes within
        // seconds. But no cool-down lasts longer than the store waits after a loss.
        Form::Slip => Policy::DEFAULT_WINDOW.min(retention.cool_down_limit()),
        _ => {
            let window = verified.signed_window().min(retention.largest_window);
            window.max(verified.window()).saturating_add(skew.max(retention.largest_skew))
        }
    }
}
