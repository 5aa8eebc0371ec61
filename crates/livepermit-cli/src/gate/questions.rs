//! The questions of a gate: a code or six digits, which a phone answers.

use clap::ValueEnum;
use livepermit::Timestamp;
use livepermit::hold::{Challenge, GateCode};
use livepermit::qr::{ErrorCorrection, QrCode, TerminalStyle};
use livepermit_gate::{Gate, GatePlace, OpenChallengeError};
use serde_json::{Value, json};

use super::lights::wrap;
use super::{messages, texts};
use crate::language::Language;
use crate::shared::drawing::draw_failure;
use crate::shared::failure::Failure;
use crate::shared::question::{self, CODE_LIVES, DIGITS_LIVE};
use crate::shared::time;

/// How a gate asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asks {
    /// A QR code that the phone scans
    Qr,
    /// Six digits that the holder types into the phone
    Digits,
}

/// A code that was photographed just before it changed can still be answered for this long.
const STILL_OPEN: u64 = 15;

/// The open question of a lane.
#[derive(Debug)]
pub(crate) struct Questions {
    asks: Asks,
    open: Option<Question>,
}

impl Questions {
    pub(crate) const fn new(asks: Asks) -> Self {
        Self { asks, open: None }
    }

    /// The last question was answered: the next visitor gets another one.
    pub(super) fn answered(&mut self) {
        self.open = None;
    }

    /// The question that is shown now, and whether it is new.
    pub(super) fn at(
        &mut self,
        gate: &Gate,
        now: Timestamp,
    ) -> Result<Option<(&Question, bool)>, Failure> {
        let (lives, spare) = match self.asks {
            Asks::Qr => (CODE_LIVES, STILL_OPEN),
            // Other digits are opened only when these are over.
            Asks::Digits => (DIGITS_LIVE, 0),
        };
        let is_due = |open: &Question| {
            let rest = open.challenge.expires().seconds_since(now);
            // A clock that went back: the question would be open for too long.
            rest <= spare || rest > lives
        };
        if self.open.as_ref().is_some_and(|open| !is_due(open)) {
            return Ok(self.open.as_ref().map(|open| (open, false)));
        }
        let digits = self.asks == Asks::Digits;
        let challenge = question::ask(gate.place().gate(), digits, now.plus(lives))?;
        match gate.open_challenge(challenge.clone(), now) {
            Ok(()) => self.open = Some(Question::new(challenge, digits)?),
            // Answered, and being admitted by another thread. Ask again in a second.
            Err(OpenChallengeError::DigitsOpen | OpenChallengeError::AlreadyOpen) => {
                return Ok(self.open.as_ref().map(|open| (open, false)));
            }
            Err(error) => return Err(texts::question_refused(error)),
        }
        Ok(self.open.as_ref().map(|open| (open, true)))
    }
}

/// A question as people and programs see it.
#[derive(Debug)]
pub(super) struct Question {
    challenge: Challenge,
    text: String,
    /// The digits, or the lines of the QR code.
    digits: Option<String>,
    code: QrCode,
}

impl Question {
    fn new(challenge: Challenge, digits: bool) -> Result<Self, Failure> {
        let text = GateCode::Challenge(challenge.clone()).to_qr_text();
        let code =
            QrCode::encode(&text, ErrorCorrection::Low).map_err(|error| draw_failure(&error))?;
        let digits = digits.then(|| String::from_utf8_lossy(challenge.nonce()).into_owned());
        Ok(Self { challenge, text, digits, code })
    }

    fn seconds(&self, now: Timestamp) -> u64 {
        self.challenge.expires().seconds_since(now)
    }

    pub(super) fn to_json(&self, place: &GatePlace, now: Timestamp) -> Value {
        json!({
            "event": "challenge", "at": now.as_unix(), "text": self.text, "digits": self.digits,
            "expires": self.challenge.expires().as_unix(),
            "gate": place.gate(), "lane": place.lane(), "zone": place.zone(),
        })
    }

    /// One line, for whoever reads the answers.
    pub(super) fn to_line(&self, now: Timestamp) -> String {
        let span = time::span(self.seconds(now));
        match &self.digits {
            Some(digits) => texts::question_digits(digits, span),
            None => texts::question_code(&self.text, span),
        }
    }

    /// The code for a terminal with colours.
    pub(super) fn drawn(&self) -> Option<String> {
        self.digits.is_none().then(|| self.code.to_terminal(TerminalStyle::Ansi))
    }

    /// The lines of a screen of this many columns and rows, black on white.
    pub(super) fn lines(
        &self,
        language: &Language,
        (columns, rows): (usize, usize),
        now: Timestamp,
    ) -> Vec<String> {
        let span = language.span(self.seconds(now));
        if let Some(digits) = &self.digits {
            let spaced: Vec<String> = digits.chars().map(String::from).collect();
            return vec![
                messages::type_digits(language),
                String::new(),
                spaced.join(" "),
                String::new(),
                span,
            ];
        }
        let (width, height) = self.code.terminal_size();
        if columns < width || rows < height.saturating_add(2) {
            let needed = messages::window_too_small(language, width, height.saturating_add(2));
            return wrap(&needed, columns);
        }
        let drawn = self.code.to_terminal(TerminalStyle::DarkOnLight);
        let mut lines: Vec<String> = drawn.lines().map(str::to_owned).collect();
        lines.extend(wrap(&messages::scan_question(language, span), columns));
        lines
    }
}
