//! How a gate is, in lines for people.

use livepermit::Timestamp;

use super::{FetchHealth, Health, ListHealth};
use crate::gate::messages;
use crate::language::Language;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap_or(Timestamp::MAX)
}

fn span(language: &Language, later: u64, earlier: u64) -> String {
    language.span(later.saturating_sub(earlier))
}

impl Health {
    /// The whole state, one thing in each line: what lasts first, then the rest.
    pub(crate) fn lines(&self, language: &Language) -> Vec<String> {
        let mut lines = vec![self.head(language)];
        let warnings = self.warnings.iter();
        lines.extend(warnings.map(|warning| messages::health_warning(language, &warning.text)));
        lines.extend(self.details(language));
        lines
    }

    /// Clock, lists, memory, the last scan and the camera.
    pub(crate) fn details(&self, language: &Language) -> Vec<String> {
        let mut lines = vec![self.clock_line(language)];
        lines.extend(self.lists.iter().map(|list| list.line(language, self.clock)));
        lines.extend(self.fetched.iter().map(|list| list.line(language, self.at)));
        lines.push(self.store_line(language));
        lines.push(self.last_line(language));
        if let Some(frames) = self.frames {
            lines.push(messages::health_frames(language, frames.per_second, frames.total));
        }
        if self.queue > 0 {
            lines.push(messages::health_queue(language, self.queue));
        }
        lines
    }

    fn head(&self, language: &Language) -> String {
        let place = messages::place(language, &self.gate, &self.lane, &self.zone);
        let since = language.local(at(self.since));
        if self.ended {
            messages::health_ended(language, place, language.local(at(self.at)))
        } else if self.is_in_order() {
            messages::health_in_order(language, place, since, &self.version)
        } else {
            messages::health_out_of_order(language, place, since, &self.version)
        }
    }

    fn clock_line(&self, language: &Language) -> String {
        let clock = language.local(at(self.clock));
        match self.clock_offset {
            None => messages::health_clock(language, clock),
            Some(offset) if offset < 0 => {
                messages::health_clock_ahead(language, clock, language.span(offset.unsigned_abs()))
            }
            Some(offset) => {
                messages::health_clock_behind(language, clock, language.span(offset.unsigned_abs()))
            }
        }
    }

    fn store_line(&self, language: &Language) -> String {
        let until = self.store.out_of_order_until;
        match (&self.store.error, until) {
            (Some(error), _) => messages::store_failed(language, error),
            (None, Some(until)) if at(until) == Timestamp::MAX => {
                messages::memory_lost_for_good(language)
            }
            (None, Some(until)) => messages::memory_lost(
                language,
                language.local(at(until)),
                span(language, until, self.clock),
            ),
            (None, None) => messages::health_store(language),
        }
    }

    fn last_line(&self, language: &Language) -> String {
        match &self.last {
            None => messages::health_no_answer(language),
            Some(last) => {
                let ago = span(language, self.clock, last.at);
                messages::health_last(language, ago, &last.light, &last.code, self.answers)
            }
        }
    }
}

/// Says a span of time.
type Said = fn(&Language, String) -> String;

impl ListHealth {
    fn line(&self, language: &Language, now: u64) -> String {
        let name = list_name(language, &self.kind, &self.name);
        let age = span(language, now, self.made);
        let end = |end: u64, soon: Said, over: Said| {
            if end > now {
                soon(language, span(language, end, now))
            } else {
                over(language, span(language, now, end))
            }
        };
        let too_old =
            self.too_old.map(|at| end(at, messages::health_too_old_in, messages::health_too_old));
        let expires =
            self.expires.map(|at| end(at, messages::health_ends_in, messages::health_ended_ago));
        let ends: Vec<String> = too_old.into_iter().chain(expires).collect();
        messages::health_list(language, name, age, ends.join(", "))
    }
}

/// A list, as texts name it.
pub(super) fn list_name(language: &Language, kind: &str, name: &str) -> String {
    if kind == "trust" {
        messages::trust_list(language, name)
    } else {
        messages::status_list(language, name)
    }
}

impl FetchHealth {
    fn line(&self, language: &Language, now: u64) -> String {
        let next = span(language, self.next, now);
        match (self.failing_since, &self.reason, self.answered) {
            (Some(since), Some(reason), _) => messages::health_not_fetched(
                language,
                &self.url,
                language.local(at(since)),
                reason,
                next,
            ),
            (_, _, Some(answered)) => {
                messages::health_fetched(language, &self.url, span(language, now, answered), next)
            }
            _ => messages::health_not_fetched_yet(language, &self.url),
        }
    }
}

#[cfg(test)]
mod tests;
