//! Learns how the gate is, and says what became worse.

use std::collections::BTreeMap;

use livepermit::{RevocationPolicy, Timestamp};
use livepermit_gate::Gate;
use livepermit_gate::lists::{Alarm, AlarmLevel, Ending, GateLists, ListAge, ListKind, Watch};

use super::lines::list_name;
use super::{
    FetchHealth, Frames, Health, LastAnswer, ListHealth, MemoryHealth, NOT_FETCHED, SHOWN_EACH,
    Warning, is_over,
};
use crate::gate::answer::{Answer, list_waits};
use crate::gate::fetching::Fetching;
use crate::gate::texts;
use crate::shared::failure::Failure;
use crate::shared::fetch::clock;
use crate::shared::time;

/// Follows a gate while it runs.
#[derive(Debug)]
pub(crate) struct HealthWatch {
    revocation: RevocationPolicy,
    since: Timestamp,
    answers: u64,
    last: Option<LastAnswer>,
    frames: Option<Frames>,
    /// Frames before the second that is counted now, and that second.
    counted: (u64, Timestamp),
    queue: u64,
    told: BTreeMap<(ListKind, String), (AlarmLevel, Ending)>,
    /// When the state folder was last told.
    shown: Option<Timestamp>,
    /// When the log was last told.
    logged: Timestamp,
}

/// An alarm that is new or became more urgent.
#[derive(Debug)]
pub(crate) struct ListAlarm {
    pub(crate) code: &'static str,
    pub(crate) text: Failure,
}

/// What there is to look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) lists: &'a GateLists,
    pub(crate) watch: &'a Watch,
    pub(crate) fetching: &'a Fetching,
    /// What lasts about the memory of used codes.
    pub(crate) store: Option<&'a str>,
}

impl HealthWatch {
    pub(crate) fn new(revocation: RevocationPolicy) -> Self {
        let since = clock();
        Self {
            revocation,
            since,
            answers: 0,
            last: None,
            frames: None,
            counted: (0, since),
            queue: 0,
            told: BTreeMap::new(),
            shown: None,
            logged: since,
        }
    }

    pub(crate) fn answered(&mut self, answer: &Answer) {
        self.answers = self.answers.saturating_add(1);
        self.last = Some(LastAnswer {
            at: answer.now.as_unix(),
            light: answer.light().name().to_owned(),
            code: answer.code().to_owned(),
        });
    }

    pub(crate) fn saw_frame(&mut self) {
        let now = clock();
        let frames = self.frames.get_or_insert_default();
        let (before, second) = self.counted;
        if now != second {
            // A second without a frame counts too.
            let is_next = now == second.plus(1);
            frames.per_second = if is_next { frames.total.saturating_sub(before) } else { 0 };
            self.counted = (frames.total, now);
        }
        frames.total = frames.total.saturating_add(1);
    }

    pub(crate) const fn queued(&mut self, lines: u64) {
        self.queue = lines;
    }

    /// Brings what was known last to the end of the gate.
    pub(crate) fn end(&self, health: &mut Health) {
        (health.ended, health.at) = (true, clock().as_unix());
        (health.last, health.answers) = (self.last.clone(), self.answers);
        (health.frames, health.queue) = (self.frames, 0);
    }

    /// Whether it is time to tell the state folder.
    pub(crate) fn is_shown_now(&mut self, at: Timestamp) -> bool {
        due(&mut self.shown, at, SHOWN_EACH)
    }

    /// Whether it is time to write a line, every so many seconds.
    pub(crate) fn is_logged_now(&mut self, at: Timestamp, every: u64) -> bool {
        let mut logged = Some(self.logged);
        let is_now = due(&mut logged, at, every);
        self.logged = logged.unwrap_or(at);
        is_now
    }

    /// The alarms that are new or became more urgent.
    pub(crate) fn alarms(&mut self, seen: Seen<'_>, now: Timestamp) -> Vec<ListAlarm> {
        let mut news = Vec::new();
        let mut told = BTreeMap::new();
        for list in seen.lists.ages(self.revocation) {
            let Some(alarm) = list.alarm(now) else { continue };
            let key = (list.kind, list.name.clone());
            let level = (alarm.level, alarm.ending);
            if self.told.get(&key).is_none_or(|before| before.0 < alarm.level) {
                let text = alarm_text(&list, alarm, not_fetched(seen, list.kind), now);
                news.push(ListAlarm { code: alarm.ending.code(), text });
            }
            told.insert(key, level);
        }
        self.told = told;
        news
    }

    /// How the gate is now. `now` is the gate's time.
    pub(crate) fn health(&self, seen: Seen<'_>, now: Timestamp) -> Health {
        let (gate, at) = (seen.gate, clock());
        let place = gate.place();
        let ages = seen.lists.ages(self.revocation);
        let fetched: Vec<_> = seen.fetching.states().map(FetchHealth::from).collect();
        let error = gate.store_error().map(|error| error.to_string());
        let store = MemoryHealth::new(&gate.store_health(), error, now);
        let clock_offset = gate.clock_offset();
        Health {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at: at.as_unix(),
            since: self.since.as_unix(),
            ended: false,
            gate: place.gate().to_owned(),
            lane: place.lane().to_owned(),
            zone: place.zone().to_owned(),
            clock: now.as_unix(),
            clock_offset,
            lists: ages.iter().map(|list| ListHealth::new(list, now)).collect(),
            store,
            last: self.last.clone(),
            answers: self.answers,
            frames: self.frames,
            queue: self.queue,
            warnings: self.warnings(seen, &ages, &fetched, now),
            fetched,
        }
    }

    fn warnings(
        &self,
        seen: Seen<'_>,
        ages: &[ListAge],
        fetched: &[FetchHealth],
        now: Timestamp,
    ) -> Vec<Warning> {
        let warning = |code: &str, text, out_of_order| {
            let code = code.to_owned();
            Warning { code, text, out_of_order }
        };
        let mut warnings = Vec::new();
        if let Some(text) = seen.store {
            let is_silent = seen.gate.store_error().is_some();
            let code = if is_silent { "store-unreachable" } else { "memory-lost" };
            warnings.push(warning(code, text.to_owned(), true));
        }
        if let Some(offset) = seen.gate.clock_offset() {
            let span = time::span(offset.unsigned_abs());
            let text =
                if offset < 0 { texts::clock_ahead(span) } else { texts::clock_behind(span) };
            warnings.push(warning("clock-suspect", text, true));
        }
        for list in ages {
            if let Some(alarm) = list.alarm(now) {
                let text = alarm_text(list, alarm, not_fetched(seen, list.kind), now).message;
                warnings.push(warning(alarm.ending.code(), text, is_over(alarm.level)));
            }
        }
        for waiting in seen.watch.waiting() {
            warnings.push(warning(waiting.code, list_waits(&waiting), false));
        }
        let machine = clock();
        for list in fetched {
            let (Some(since), Some(reason)) = (list.failing_since, &list.reason) else { continue };
            let since = Timestamp::from_unix(since).unwrap_or(machine);
            if machine.seconds_since(since) >= NOT_FETCHED {
                let text = texts::not_fetched_since(&list.url, time::local(since), reason);
                warnings.push(warning(list.code.as_deref().unwrap_or(""), text, false));
            }
        }
        for caution in seen.gate.store_health().cautions {
            let text = texts::store_caution(&caution.text).message;
            warnings.push(warning(caution.code, text, false));
        }
        warnings
    }
}

/// Whether `every` seconds went by since `last`, or the clock was set back. Then `last` is now.
fn due(last: &mut Option<Timestamp>, at: Timestamp, every: u64) -> bool {
    let is_due = last.is_none_or(|last| at < last || at.seconds_since(last) >= every);
    if is_due {
        *last = Some(at);
    }
    is_due
}

/// Why no list of this kind is fetched, if so.
fn not_fetched(seen: Seen<'_>, kind: ListKind) -> Option<String> {
    let of_kind = |url: &str| seen.watch.kind_of(url) == Some(kind);
    let mut states = seen.fetching.states().filter(|(url, _)| of_kind(url.as_str()));
    states.find_map(|(url, state)| {
        let (since, error) = state.failing?;
        Some(texts::not_fetched_since(url, time::local(since), error))
    })
}

fn alarm_text(list: &ListAge, alarm: Alarm, why: Option<String>, now: Timestamp) -> Failure {
    let name = list_name(list.kind.name(), &list.name);
    let at = time::local(alarm.at);
    let left = time::span(alarm.at.seconds_since(now));
    let why = why.map(|why| format!("; {why}")).unwrap_or_default();
    match (alarm.ending, is_over(alarm.level)) {
        (Ending::Age, false) => {
            texts::list_ageing(name, time::span(now.seconds_since(list.made)), left, why)
        }
        (Ending::Age, true) => texts::list_too_old(name, at, why),
        (_, false) => texts::list_expiring(name, left, at, why),
        (_, true) => texts::list_expired(name, at, why),
    }
}

impl From<(&livepermit_gate::fetch::ListUrl, crate::gate::fetching::FetchState)> for FetchHealth {
    fn from(
        (url, state): (&livepermit_gate::fetch::ListUrl, crate::gate::fetching::FetchState),
    ) -> Self {
        let (since, error) = state.failing.unzip();
        Self {
            url: url.to_string(),
            answered: state.answered.map(Timestamp::as_unix),
            next: state.next.as_unix(),
            failing_since: since.map(Timestamp::as_unix),
            code: error.as_ref().map(|error| error.code().to_owned()),
            reason: error.map(|error| error.to_string()),
        }
    }
}
