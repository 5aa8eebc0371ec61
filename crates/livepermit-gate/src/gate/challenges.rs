//! The open challenges of a gate: nobody has answered them yet.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use livepermit::Timestamp;
use livepermit::hold::Challenge;
use livepermit::verify::PermitId;

use super::lock;

/// The most challenges that are open in one lane. Each visitor gets one challenge, and visitors who
/// went away leave a few unanswered.
const MAX_OPEN: usize = 16;

/// The most seconds for which spoken digits are open, because they can be guessed.
const DIGITS_LIVE: u64 = 30;

/// Bytes of the nonce of a spoken challenge.
const DIGITS: usize = 6;

/// Why a challenge cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenChallengeError {
    /// The challenge names another gate.
    OtherGate,
    /// The challenge has expired.
    Over,
    /// The challenge has spoken digits and expires in more than 30 seconds.
    DigitsLiveTooLong,
    /// The nonce has fewer than 16 bytes and is not six ASCII digits (spoken digits).
    TooShort,
    /// Other spoken digits are open in this lane: only one such challenge may be open at a time.
    DigitsOpen,
    /// A challenge with the same nonce is open: the nonce could be answered twice.
    AlreadyOpen,
}

impl OpenChallengeError {
    /// The stable code of the error, such as `nonce-too-short`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherGate => "challenge-other-gate",
            Self::Over => "challenge-over",
            Self::DigitsLiveTooLong => "digits-live-too-long",
            Self::TooShort => "nonce-too-short",
            Self::DigitsOpen => "digits-open",
            Self::AlreadyOpen => "challenge-open",
        }
    }
}

impl fmt::Display for OpenChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherGate => "the challenge names another gate",
            Self::Over => "the challenge is over already",
            Self::DigitsLiveTooLong => "spoken digits live 30 seconds at most",
            Self::TooShort => "a nonce has 16 bytes or more, or is six digits",
            Self::DigitsOpen => "other spoken digits are open in this lane",
            Self::AlreadyOpen => "the nonce is open already",
        })
    }
}

impl core::error::Error for OpenChallengeError {}

#[derive(Debug, Default)]
pub(super) struct Challenges {
    open: Vec<Challenge>,
    /// Challenges answered by a code that is being admitted.
    held: Vec<Challenge>,
    /// The last answered challenge, the code that answered it, and when.
    answered: Option<(Challenge, CodeId, Timestamp)>,
}

/// The identity of a code: its permit and its moment.
pub(super) type CodeId = (PermitId, Option<Timestamp>);

fn is_digits(challenge: &Challenge) -> bool {
    challenge.nonce().len() == DIGITS && challenge.nonce().iter().all(u8::is_ascii_digit)
}

impl Challenges {
    pub(super) fn open(
        &mut self,
        challenge: Challenge,
        own: &str,
        now: Timestamp,
    ) -> Result<(), OpenChallengeError> {
        if challenge.gate() != own {
            return Err(OpenChallengeError::OtherGate);
        }
        if challenge.expires() <= now {
            return Err(OpenChallengeError::Over);
        }
        // Digits that would be open for longer were opened before the clock was set back.
        let digits_end = now.plus(DIGITS_LIVE);
        self.open.retain(|open| {
            open.expires() > now && (!is_digits(open) || open.expires() <= digits_end)
        });
        if self.unanswered().any(|open| open.nonce() == challenge.nonce()) {
            return Err(OpenChallengeError::AlreadyOpen);
        }
        if is_digits(&challenge) {
            if challenge.expires() > now.plus(DIGITS_LIVE) {
                return Err(OpenChallengeError::DigitsLiveTooLong);
            }
            if self.unanswered().any(is_digits) {
                return Err(OpenChallengeError::DigitsOpen);
            }
        } else if challenge.nonce().len() < 16 {
            return Err(OpenChallengeError::TooShort);
        }
        if self.unanswered().count() >= MAX_OPEN && !self.open.is_empty() {
            self.open.remove(0);
        }
        self.open.push(challenge);
        Ok(())
    }

    fn unanswered(&self) -> impl Iterator<Item = &Challenge> {
        self.open.iter().chain(&self.held)
    }

    /// The challenge with this nonce, or else the newest open challenge: the verdict then says what
    /// is wrong. `None` when no challenge is open.
    ///
    /// The nonce comes from a token that is not verified, so it only chooses a challenge. The
    /// verifier compares the nonce after it has checked the signatures.
    pub(super) fn find(&self, nonce: Option<&[u8]>, now: Timestamp) -> Option<Challenge> {
        // Also search answered challenges, so that a late or second answer gets the right reason.
        let last = self.answered.iter().map(|(answered, ..)| answered);
        let asked = self.unanswered().chain(last).find(|asked| Some(asked.nonce()) == nonce);
        asked.or_else(|| self.open.iter().rev().find(|open| open.expires() > now)).cloned()
    }

    /// The time at which this code answered the challenge, if that was the last answer and fewer
    /// than `debounce` seconds have passed.
    pub(super) fn answered_just_now(
        &self,
        challenge: &Challenge,
        code: CodeId,
        now: Timestamp,
        debounce: u64,
    ) -> Option<Timestamp> {
        let (answered, by, then) = self.answered.as_ref()?;
        let just_now = now >= *then && now.seconds_since(*then) < debounce;
        (answered == challenge && *by == code && just_now).then_some(*then)
    }
}

/// A challenge that is not open while a code that answers it is being admitted. When this value is
/// dropped, the challenge is open again.
#[derive(Debug)]
pub(super) struct HeldChallenge {
    challenges: Arc<Mutex<Challenges>>,
    challenge: Challenge,
    /// Its place among the open ones, of which the newest is the last.
    place: usize,
    code: CodeId,
}

impl HeldChallenge {
    /// Holds the challenge if it is open. Otherwise returns all challenges, still locked.
    pub(super) fn take<'c>(
        challenges: &'c Arc<Mutex<Challenges>>,
        challenge: &Challenge,
        code: CodeId,
        now: Timestamp,
    ) -> Result<Self, MutexGuard<'c, Challenges>> {
        let mut known = lock(challenges);
        let place = known.open.iter().position(|open| open == challenge && open.expires() > now);
        let Some(place) = place else { return Err(known) };
        let challenge = known.open.remove(place);
        known.held.push(challenge.clone());
        Ok(Self { challenges: Arc::clone(challenges), challenge, place, code })
    }

    /// The code was admitted: the challenge is answered.
    pub(super) fn use_up(self, now: Timestamp) {
        let mut known = lock(&self.challenges);
        known.held.retain(|held| *held != self.challenge);
        known.answered = Some((self.challenge.clone(), self.code, now));
    }
}

impl Drop for HeldChallenge {
    fn drop(&mut self) {
        let mut known = lock(&self.challenges);
        // `use_up` has already removed the challenge after an admission.
        if let Some(place) = known.held.iter().position(|held| *held == self.challenge) {
            let challenge = known.held.remove(place);
            let place = self.place.min(known.open.len());
            known.open.insert(place, challenge);
        }
    }
}
