//! What a hand scanner types, before the strict token text: a reader's layer ("keyboard wedge").
//!
//! A hand scanner types a code as a keyboard does. It can be set to add a prefix, a suffix, a TAB
//! or a line end, and to escape characters. The computer can assume another keyboard layout. None
//! of this is the visitor's doing, so none of this may become the visitor's refusal.
//!
//! [`read`] cuts off what was added and undoes escapes. It returns the one strict token text of the
//! line, or the [`Fault`] of the equipment, or the text as it is. A text that was repaired by
//! guessing a keyboard layout is never a token: that is a [`Fault`].
//!
//! The functions are pure. They know nothing of keys and times: give the text of a
//! [`Reading::Token`] to [`Gate::admit`](crate::Gate::admit).
//!
//! ```
//! use livepermit_gate::wedge::{Fault, Reading, read};
//! # use livepermit_gate::{Issuer, Permit, SecretKey, Timestamp};
//! # let key = SecretKey::from_ed25519_seed(&[7; 32]);
//! # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
//! # let text = Issuer::new("bj.example", key.public_key())?
//! #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?
//! #     .sign(&key)?
//! #     .to_qr_text();
//! let Reading::Token(token) = read(&format!("]Q1{text}\t")) else { panic!() };
//! assert_eq!(token.text(), text);
//!
//! // A German keyboard has Ö where the American keyboard has the colon.
//! let typed = text.replace(':', "Ö").replace('-', "ß").replace('/', "-");
//! assert!(matches!(read(&typed), Reading::Fault(Fault::Layout(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod find;
mod layout;
mod layouts;
mod line;
mod undo;

use livepermit::Token;

pub use line::{Ending, ending};
pub use undo::{decode, trim};

/// What one line of a scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// The line holds exactly one token.
    Token(TokenText),
    /// The scanner, or the keyboard layout of the computer, is set up wrong.
    Fault(Fault),
    /// Anything else, without what scanners add. The strict reader says what is wrong with it.
    Other(String),
}

/// The strict text of the one token in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenText {
    text: String,
    case_changed: bool,
}

impl TokenText {
    /// The text: one whole token.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the letters arrived with their case changed: Caps Lock is on, or the code itself was
    /// printed so. The text has the right case again.
    #[must_use]
    pub const fn case_changed(&self) -> bool {
        self.case_changed
    }
}

/// What is set up wrong. A person changes the setting; the code of the line is not used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The scanner types for an American keyboard, and the computer has another layout: the one
    /// with this English name, or one that is not known by name.
    Layout(Option<&'static str>),
    /// The line holds two different tokens: the scanner sends nothing between two codes. Nobody can
    /// say which visitor stands at the door, so neither token is judged.
    SeveralCodes,
    /// The line is the beginning of a token and ends too early: the scanner cuts long codes.
    CutLine,
}

/// The most characters that a scanner adds before a token, and behind a token.
const MOST_ADDED: usize = 64;

/// Lines shorter than this are no part of a token that a scanner cut off: somebody drew them so.
const LEAST_CUT: usize = 64;

/// Reads one line, without its end.
///
/// The line is first tried as it is, because most lines are a token and nothing else. The work
/// is bounded: a few dozen readings of the line.
#[must_use]
pub fn read(line: &str) -> Reading {
    if Token::from_text(line).is_ok() {
        return Reading::Token(TokenText { text: line.to_owned(), case_changed: false });
    }
    let forms = undo::forms(line);
    for form in &forms {
        if let Some(reading) = only_token(form, false) {
            return reading;
        }
    }
    for form in &forms {
        for form in undo::cases(form) {
            if let Some(reading) = only_token(&form, true) {
                return reading;
            }
        }
    }
    let is_cut = |form: &String| form.len() >= LEAST_CUT && find::is_cut(form, MOST_ADDED);
    if forms.iter().any(is_cut) {
        return Reading::Fault(Fault::CutLine);
    }
    match layout::detect(line) {
        Some(name) => Reading::Fault(Fault::Layout(name)),
        None => Reading::Other(find::claim(trim(line)).to_owned()),
    }
}

/// The one token of a text, if nothing but a scanner's additions stands beside it.
fn only_token(text: &str, case_changed: bool) -> Option<Reading> {
    let found = find::tokens(text);
    let ((first, _), last) = (*found.first()?, found.last()?);
    if found.iter().any(|(_, token)| *token != found.first().map_or("", |(_, first)| *first)) {
        return Some(Reading::Fault(Fault::SeveralCodes));
    }
    let token = last.1;
    let before = text.get(..first)?;
    let behind = text.get(last.0.saturating_add(token.len())..)?;
    if find::last_extent(behind).is_some() {
        return Some(Reading::Fault(Fault::SeveralCodes));
    }
    let is_short = |added: &str| added.chars().count() <= MOST_ADDED;
    (is_short(before) && is_short(behind))
        .then(|| Reading::Token(TokenText { text: token.to_owned(), case_changed }))
}
