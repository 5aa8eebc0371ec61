//! What the operator is told about the memory of used codes, when that changes.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use livepermit::Timestamp;
use livepermit_gate::Gate;
use livepermit_gate::replay::{Loss, StoreCaution, StoreError, StoreErrorKind, StoreHealth};

use super::clock::Clock;
use super::{messages, texts};
use crate::language::Language;
use crate::shared::failure::Failure;
use crate::shared::{output, time};

/// How often the store is asked while nobody comes.
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// The command that ends the wait after a loss.
const GO_ON: &str = "`livepermit store go-on`, the options that name this memory and its limits, and \
                     --new if the zone is new";

/// One piece of news, for standard error and for the log.
#[derive(Debug)]
pub(super) struct StoreNews {
    pub(super) code: &'static str,
    text: Told,
}

#[derive(Debug)]
enum Told {
    Warning(Failure),
    Note(String),
}

impl StoreNews {
    pub(super) const fn warning(code: &'static str, failure: Failure) -> Self {
        Self { code, text: Told::Warning(failure) }
    }

    pub(super) const fn note(code: &'static str, text: String) -> Self {
        Self { code, text: Told::Note(text) }
    }

    pub(super) fn print(&self) {
        match &self.text {
            Told::Warning(failure) => output::warning(&failure.on_one_line()),
            Told::Note(text) => output::note(text),
        }
    }

    pub(super) fn text(&self) -> String {
        match &self.text {
            Told::Warning(failure) => failure.on_one_line(),
            Told::Note(text) => text.clone(),
        }
    }
}

/// Compares how the store is with what was told before.
#[derive(Debug, Default)]
pub(super) struct StoreWatch {
    lost_until: Option<Timestamp>,
    error: Option<StoreError>,
    cautions: Vec<StoreCaution>,
    /// The store has no state yet, and this gate has let in nobody before: nothing was lost.
    is_new: bool,
}

impl StoreWatch {
    /// What changed since the last look.
    pub(super) fn look(&mut self, gate: &Gate, now: Timestamp) -> Vec<StoreNews> {
        let health = gate.store_health();
        let is_first = gate.clock_state().last_admission.is_none();
        self.is_new = is_first && health.loss == Some(Loss::NoState);
        self.learn(health, gate.store_error(), now)
    }

    /// Whether the gate waits only because its memory is new.
    pub(super) const fn warms_up(&self) -> bool {
        self.is_new
    }

    fn learn(
        &mut self,
        health: StoreHealth,
        error: Option<StoreError>,
        now: Timestamp,
    ) -> Vec<StoreNews> {
        let mut news = Vec::new();
        let before = (self.lost_until.is_some(), self.error.is_some());
        let lost_until = health.out_of_order_until.filter(|until| *until > now);
        if lost_until != self.lost_until {
            self.lost_until = lost_until;
            if let Some(until) = lost_until {
                let text = Told::Warning(lost(&health, until, self.is_new));
                news.push(StoreNews { code: "memory-lost", text });
            }
        }
        if error != self.error {
            self.error = error;
            if let Some(error) = &self.error {
                let text = Told::Warning(failed(error));
                news.push(StoreNews { code: "store-unreachable", text });
            }
        }
        let in_order = self.lost_until.is_none() && self.error.is_none();
        if in_order && before != (false, false) {
            let text = Told::Note(texts::store_remembers());
            news.push(StoreNews { code: "memory-in-order", text });
        }
        for caution in &health.cautions {
            if !self.cautions.contains(caution) {
                let text = Told::Warning(texts::store_caution(&caution.text));
                news.push(StoreNews { code: caution.code, text });
            }
        }
        self.cautions = health.cautions;
        news
    }

    /// What lasts, for a screen that waits for visitors.
    pub(super) fn standing(&self, language: &Language, now: Timestamp) -> Option<String> {
        if let Some(error) = &self.error {
            return Some(standing(language, error));
        }
        let until = self.lost_until.filter(|until| *until > now)?;
        Some(if until == Timestamp::MAX {
            messages::memory_lost_for_good(language)
        } else if self.is_new {
            let span = language.span(until.seconds_since(now));
            messages::warms_up(language, language.local(until), span)
        } else {
            messages::memory_lost(
                language,
                language.local(until),
                language.span(until.seconds_since(now)),
            )
        })
    }
}

/// Only a store that cannot be reached does not answer. Others answer what is wrong.
fn failed(error: &StoreError) -> Failure {
    match error.kind() {
        StoreErrorKind::Unreachable => texts::store_failed(error.reason()),
        kind => texts::store_unusable(error.reason(), kind.instruction()),
    }
}

/// The same for the screen.
fn standing(language: &Language, error: &StoreError) -> String {
    match error.kind() {
        StoreErrorKind::Unreachable => messages::store_failed(language, error.reason()),
        _ => messages::store_unusable(language, error.reason()),
    }
}

fn lost(health: &StoreHealth, until: Timestamp, is_new: bool) -> Failure {
    if is_new && until < Timestamp::MAX {
        return texts::store_new(time::local(until), GO_ON);
    }
    let reason = health.loss.map_or_else(texts::reason_unknown, |loss| loss.to_string());
    if until == Timestamp::MAX {
        texts::store_lost_for_good(reason, GO_ON)
    } else {
        texts::store_lost(reason, time::local(until), GO_ON)
    }
}

/// Asks the store each second on a thread of its own, so that no camera frame and no visitor waits
/// for a server that does not answer. The thread ends with the gate.
pub(crate) fn keep_alive(gate: &Arc<Gate>, clock: Clock) {
    if clock.at.is_some() || clock.timed_lines {
        // In tests, the time between two lines is not known.
        return;
    }
    let gate = Arc::downgrade(gate);
    thread::spawn(move || {
        while let Some(gate) = Weak::upgrade(&gate) {
            if let Ok(now) = clock.now() {
                gate.keep_alive(now);
            }
            drop(gate);
            thread::sleep(KEEP_ALIVE);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::english;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(seconds).unwrap()
    }

    fn lost_until(until: Timestamp) -> StoreHealth {
        let mut health = StoreHealth::default();
        health.out_of_order_until = Some(until);
        health
    }

    #[test]
    fn only_what_cannot_be_reached_does_not_answer() {
        let away = failed(&StoreError::new("no answer"));
        assert!(away.message.ends_with("does not answer: no answer"), "{}", away.message);
        let other = failed(&StoreError::of(StoreErrorKind::Setup, "the zone has other settings"));
        assert!(!other.message.contains("does not answer"), "{}", other.message);
        assert_eq!(other.help, StoreErrorKind::Setup.instruction());
    }

    fn no_answer() -> Option<StoreError> {
        Some(StoreError::new("no answer"))
    }

    fn codes(news: Vec<StoreNews>) -> Vec<&'static str> {
        news.into_iter().map(|news| news.code).collect()
    }

    #[test]
    fn what_changed_is_told_once() {
        let mut watch = StoreWatch::default();
        let mut told = |health, error, now| codes(watch.learn(health, error, at(now)));
        let fine = StoreHealth::default;
        assert_eq!(told(fine(), None, 0), [""; 0]);
        assert_eq!(told(lost_until(at(100)), None, 0), ["memory-lost"]);
        assert_eq!(told(lost_until(at(100)), None, 99), [""; 0]);
        // The wait is over, although nobody asked the store since.
        assert_eq!(told(lost_until(at(100)), None, 100), ["memory-in-order"]);
        assert_eq!(told(fine(), None, 100), [""; 0]);
        assert_eq!(
            told(lost_until(at(300)), no_answer(), 200),
            ["memory-lost", "store-unreachable"]
        );
        // An error that goes while the wait lasts is not order, and the other way round.
        assert_eq!(told(lost_until(at(300)), None, 201), [""; 0]);
        assert_eq!(told(lost_until(at(300)), no_answer(), 202), ["store-unreachable"]);
        assert_eq!(told(fine(), no_answer(), 300), [""; 0]);
        assert_eq!(told(fine(), None, 301), ["memory-in-order"]);
    }

    #[test]
    fn a_loss_that_no_time_ends_is_told_as_such() {
        let told = |until| {
            let news = StoreWatch::default().learn(lost_until(until), None, at(0));
            news.iter().map(StoreNews::text).collect::<String>()
        };
        assert!(told(at(100)).contains("nobody enters before "), "{}", told(at(100)));
        let for_good = told(Timestamp::MAX);
        assert!(for_good.contains("nobody enters until you end the wait"), "{for_good}");
    }

    #[test]
    fn a_caution_is_told_when_it_comes() {
        let mut watch = StoreWatch::default();
        let mut told = |cautions: &[&'static str]| {
            let mut health = StoreHealth::default();
            health.cautions = cautions.iter().map(|code| StoreCaution::new(code, "why")).collect();
            let news = watch.learn(health, None, at(0));
            assert!(news.iter().all(|news| news.text().contains("why")), "{news:?}");
            codes(news)
        };
        assert_eq!(told(&["one"]), ["one"]);
        assert_eq!(told(&["one"]), [""; 0]);
        assert_eq!(told(&["two", "one"]), ["two"]);
        assert_eq!(told(&[]), [""; 0]);
        assert_eq!(told(&["one"]), ["one"]);
    }

    #[test]
    fn what_lasts_is_shown_until_it_is_over() {
        let mut watch = StoreWatch::default();
        assert_eq!(watch.standing(english(), at(0)), None);
        watch.lost_until = Some(at(100));
        assert!(watch.standing(english(), at(99)).unwrap().ends_with("in 1 s"));
        assert_eq!(watch.standing(english(), at(100)), None);
        watch.lost_until = Some(Timestamp::MAX);
        assert!(watch.standing(english(), at(100)).unwrap().contains("an operator ends the wait"));
        watch.error = no_answer();
        assert!(watch.standing(english(), at(100)).unwrap().contains("does not answer"));
    }
}
