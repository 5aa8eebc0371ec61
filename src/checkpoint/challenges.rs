//! Challenges a gate has asked and that are not answered yet.

use core::fmt;

use crate::time::Timestamp;
use crate::token::{Challenge, Shown};
use crate::verifier::PermitId;

/// Challenges open at once in one lane: each visitor gets one, and a few are left over from those
/// who went away.
const MAX_OPEN: usize = 16;

/// Spoken digits can be guessed, so they live this many seconds at most.
const DIGITS_LIVE: u64 = 30;

/// Bytes of a challenge that is spoken.
const DIGITS: usize = 6;

/// Why a challenge cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenChallengeError {
    /// It names another gate than the one whose verifier this is.
    OtherGate,
    /// It is over already.
    Over,
    /// Spoken digits live 30 seconds at most.
    DigitsLiveTooLong,
    /// Spoken digits are six ASCII digits; other nonces have 16 bytes or more.
    TooShort,
    /// Spoken digits are open already: one at a time in a lane.
    DigitsOpen,
    /// The same nonce is open already: it could be answered twice.
    AlreadyOpen,
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
    /// The last that was answered, by which showing, and when.
    answered: Option<(Challenge, Showing, Timestamp)>,
}

/// A permit and its moment.
pub(super) type Showing = (PermitId, Option<Timestamp>);

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
        self.open.retain(|open| open.expires() > now);
        if self.open.iter().any(|open| open.nonce() == challenge.nonce()) {
            return Err(OpenChallengeError::AlreadyOpen);
        }
        if is_digits(&challenge) {
            if challenge.expires() > now.plus(DIGITS_LIVE) {
                return Err(OpenChallengeError::DigitsLiveTooLong);
            }
            if self.open.iter().any(is_digits) {
                return Err(OpenChallengeError::DigitsOpen);
            }
        } else if challenge.nonce().len() < 16 {
            return Err(OpenChallengeError::TooShort);
        }
        if self.open.len() >= MAX_OPEN {
            self.open.remove(0);
        }
        self.open.push(challenge);
        Ok(())
    }

    /// The challenge a token answers, or else the newest, whose verdict then says what is wrong.
    /// `None` when none is open.
    ///
    /// What the token says is only used to choose: the verifier compares it after the signatures.
    pub(super) fn find(&self, bytes: &[u8], now: Timestamp) -> Option<Challenge> {
        let nonce = match Shown::read(bytes) {
            Ok(Shown::Presentation(presentation)) => presentation.claims.nonce,
            _ => None,
        };
        // An answer that comes too late or again is told so.
        let last = self.answered.iter().map(|(answered, ..)| answered);
        let asked = self.open.iter().chain(last).find(|asked| Some(asked.nonce()) == nonce);
        asked.or_else(|| self.open.iter().rev().find(|open| open.expires() > now)).cloned()
    }

    pub(super) fn is_open(&self, challenge: &Challenge, now: Timestamp) -> bool {
        challenge.expires() > now && self.open.contains(challenge)
    }

    /// When this very showing answered the challenge, if the answer is the last one and `debounce`
    /// is not over.
    pub(super) fn answered_just_now(
        &self,
        challenge: &Challenge,
        showing: Showing,
        now: Timestamp,
        debounce: u64,
    ) -> Option<Timestamp> {
        let (answered, by, then) = self.answered.as_ref()?;
        let just_now = now >= *then && now.seconds_since(*then) < debounce;
        (answered == challenge && *by == showing && just_now).then_some(*then)
    }

    pub(super) fn use_up(&mut self, challenge: &Challenge, showing: Showing, now: Timestamp) {
        self.open.retain(|open| open != challenge);
        self.answered = Some((challenge.clone(), showing, now));
    }
}
