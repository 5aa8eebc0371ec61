//! How a gate is, in lines for people.

use livepermit::Timestamp;

use super::{FetchHealth, Health, ListHealth};
use crate::gate::texts;
use crate::shared::time;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap_or(Timestamp::MAX)
}

fn span(later: u64, earlier: u64) -> String {
    time::span(later.saturating_sub(earlier))
}

impl Health {
    /// The whole state, one thing in each line: what lasts first, then the rest.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.head()];
        lines.extend(self.warnings.iter().map(|warning| texts::health_warning(&warning.text)));
        lines.push(self.clock_line());
        lines.extend(self.lists.iter().map(|list| list.line(self.clock)));
        lines.extend(self.fetched.iter().map(|list| list.line(self.at)));
        lines.push(self.store_line());
        lines.push(self.last_line());
        if let Some(frames) = self.frames {
            lines.push(texts::health_frames(frames.per_second, frames.total));
        }
        if self.queue > 0 {
            lines.push(texts::health_queue(self.queue));
        }
        lines
    }

    fn head(&self) -> String {
        let place = texts::place(&self.gate, &self.lane, &self.zone);
        let since = time::local(at(self.since));
        if self.ended {
            texts::health_ended(place, time::local(at(self.at)))
        } else if self.is_in_order() {
            texts::health_in_order(place, since, &self.version)
        } else {
            texts::health_out_of_order(place, since, &self.version)
        }
    }

    fn clock_line(&self) -> String {
        let clock = time::local(at(self.clock));
        match self.clock_offset {
            None => texts::health_clock(clock),
            Some(offset) if offset < 0 => {
                texts::health_clock_ahead(clock, time::span(offset.unsigned_abs()))
            }
            Some(offset) => texts::health_clock_behind(clock, time::span(offset.unsigned_abs())),
        }
    }

    fn store_line(&self) -> String {
        let until = self.store.out_of_order_until;
        match (&self.store.error, until) {
            (Some(error), _) => texts::store_failed(error).message,
            (None, Some(until)) if at(until) == Timestamp::MAX => texts::memory_lost_for_good(),
            (None, Some(until)) => {
                texts::memory_lost(time::local(at(until)), span(until, self.clock))
            }
            (None, None) => texts::health_store(),
        }
    }

    fn last_line(&self) -> String {
        match &self.last {
            None => texts::health_no_answer(),
            Some(last) => {
                let ago = span(self.clock, last.at);
                texts::health_last(ago, &last.light, &last.code, self.answers)
            }
        }
    }
}

impl ListHealth {
    fn line(&self, now: u64) -> String {
        let name = list_name(&self.kind, &self.name);
        let age = span(now, self.made);
        let end = |end: u64, soon: fn(String) -> String, over: fn(String) -> String| {
            if end > now { soon(span(end, now)) } else { over(span(now, end)) }
        };
        let too_old =
            self.too_old.map(|at| end(at, texts::health_too_old_in, texts::health_too_old));
        let expires =
            self.expires.map(|at| end(at, texts::health_ends_in, texts::health_ended_ago));
        let ends: Vec<String> = too_old.into_iter().chain(expires).collect();
        texts::health_list(name, age, ends.join(", "))
    }
}

/// A list, as texts name it.
pub(super) fn list_name(kind: &str, name: &str) -> String {
    if kind == "trust" { texts::trust_list(name) } else { texts::status_list(name) }
}

impl FetchHealth {
    fn line(&self, now: u64) -> String {
        let next = span(self.next, now);
        match (self.failing_since, &self.reason, self.answered) {
            (Some(since), Some(reason), _) => {
                texts::health_not_fetched(&self.url, time::local(at(since)), reason, next)
            }
            (_, _, Some(answered)) => texts::health_fetched(&self.url, span(now, answered), next),
            _ => texts::health_not_fetched_yet(&self.url),
        }
    }
}
