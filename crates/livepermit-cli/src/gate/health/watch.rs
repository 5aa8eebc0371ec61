//! Learns how the gate is, and says what became worse.

use std::collections::BTreeMap;

use livepermit::{RevocationPolicy, Timestamp};
use livepermit_gate::Gate;
use livepermit_gate::fetch::ListUrl;
use livepermit_gate::lists::{Alarm, AlarmLevel, Ending, GateLists, ListAge, ListKind, Watch};

use super::lines::list_name;
use super::{
    FetchHealth, Frames, Health, LastAnswer, ListHealth, MemoryHealth, NOT_FETCHED, SHOWN_EACH,
    Warning, is_over,
};
use crate::gate::answer::Answer;
use crate::gate::equipment::{Equipment, Standing};
use crate::gate::fetching::{FetchState, Fetching};
use crate::gate::sight::FrameTrouble;
use crate::gate::store::StoreWatch;
use crate::gate::words::{list_waits, offset as offset_words};
use crate::gate::{messages, texts};
use crate::language::{Language, english};
use crate::shared::failure::Failure;
use crate::shared::fetch::clock;

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
    pub(crate) store: &'a StoreWatch,
    pub(crate) equipment: &'a Equipment,
    /// What is wrong with the frames of the camera.
    pub(crate) frames: Option<&'a FrameTrouble>,
    /// Why the state folder cannot be written.
    pub(crate) state: Option<&'a str>,
    /// Lines of the log that could not be written since the last line that was.
    pub(crate) log_lost: u64,
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
        self.saw_frame_at(clock());
    }

    fn saw_frame_at(&mut self, now: Timestamp) {
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

    /// A camera that gives no frame any more has none in each second.
    fn frames_at(&self, now: Timestamp) -> Option<Frames> {
        let mut frames = self.frames?;
        let (_, second) = self.counted;
        if now > second.plus(1) {
            frames.per_second = 0;
        }
        Some(frames)
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
                let why = not_fetched(english(), seen, list.kind);
                let text = alarm_text(english(), &list, alarm, why, now);
                let text = if is_over(alarm.level) {
                    texts::list_over(text)
                } else {
                    texts::list_soon(text)
                };
                news.push(ListAlarm { code: alarm.ending.code(), text });
            }
            told.insert(key, level);
        }
        self.told = told;
        news
    }

    /// How the gate is now. `now` is the gate's time.
    pub(crate) fn health(&self, language: &Language, seen: Seen<'_>, now: Timestamp) -> Health {
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
            frames: self.frames_at(at),
            queue: self.queue,
            warnings: self.warnings(language, seen, &ages, &fetched, now),
            fetched,
        }
    }

    fn warnings(
        &self,
        language: &Language,
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
        if let Some(text) = seen.store.standing(language, now) {
            let is_silent = seen.gate.store_error().is_some();
            let code = if is_silent { "store-unreachable" } else { "memory-lost" };
            warnings.push(warning(code, text, true));
        }
        if let Some(Standing { code, text, out_of_order }) = seen.equipment.standing(language) {
            warnings.push(warning(code, text, out_of_order));
        }
        if let Some(trouble) = seen.frames {
            warnings.push(warning(trouble.code, trouble.text(language), true));
        }
        if let Some(reason) = seen.state {
            let text = messages::state_not_written(language, reason);
            warnings.push(warning("state-not-written", text, false));
        }
        if seen.log_lost > 0 {
            let text = messages::log_not_written(language, seen.log_lost);
            warnings.push(warning("log-not-written", text, false));
        }
        if let Some(offset) = seen.gate.clock_offset() {
            warnings.push(warning("clock-suspect", offset_words(language, offset), true));
        }
        for list in ages {
            if let Some(alarm) = list.alarm(now) {
                let why = not_fetched(language, seen, list.kind);
                let text = alarm_text(language, list, alarm, why, now);
                warnings.push(warning(alarm.ending.code(), text, is_over(alarm.level)));
            }
        }
        for waiting in seen.watch.waiting() {
            warnings.push(warning(waiting.code, list_waits(language, &waiting), false));
        }
        let machine = clock();
        for list in fetched {
            let (Some(since), Some(reason)) = (list.failing_since, &list.reason) else { continue };
            let since = Timestamp::from_unix(since).unwrap_or(machine);
            if machine.seconds_since(since) >= NOT_FETCHED {
                let text =
                    messages::not_fetched_since(language, &list.url, language.local(since), reason);
                warnings.push(warning(list.code.as_deref().unwrap_or(""), text, false));
            }
        }
        for caution in seen.gate.store_health().cautions {
            let text = messages::store_caution(language, &caution.text);
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
fn not_fetched(language: &Language, seen: Seen<'_>, kind: ListKind) -> Option<String> {
    let of_kind = |url: &ListUrl| seen.watch.kind_of(url.as_str()) == Some(kind);
    let mut states = seen.fetching.states().filter(|(url, _)| of_kind(url));
    states.find_map(|(url, state)| {
        let (since, error) = state.failing?;
        Some(messages::not_fetched_since(language, url, language.local(since), error))
    })
}

fn alarm_text(
    language: &Language,
    list: &ListAge,
    alarm: Alarm,
    why: Option<String>,
    now: Timestamp,
) -> String {
    let name = list_name(language, list.kind.name(), &list.name);
    let at = language.local(alarm.at);
    let left = language.span(alarm.at.seconds_since(now));
    let why = why.map(|why| format!("; {why}")).unwrap_or_default();
    match (alarm.ending, is_over(alarm.level)) {
        (Ending::Age, false) => messages::list_ageing(
            language,
            name,
            language.span(now.seconds_since(list.made)),
            left,
            why,
        ),
        (Ending::Age, true) => messages::list_too_old(language, name, at, why),
        (_, false) => messages::list_expiring(language, name, left, at, why),
        (_, true) => messages::list_expired(language, name, at, why),
    }
}

impl From<(&ListUrl, FetchState)> for FetchHealth {
    fn from((url, state): (&ListUrl, FetchState)) -> Self {
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

#[cfg(test)]
mod tests {
    use livepermit_gate::fetch::FetchError;

    use super::*;

    #[test]
    fn a_camera_that_stopped_has_no_frames_a_second() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let mut watch = HealthWatch::new(RevocationPolicy::NotChecked);
        assert_eq!(watch.frames_at(at(100)), None);
        watch.frames = Some(Frames { total: 90, per_second: 25 });
        watch.counted = (80, at(100));
        let told = [100, 101, 102].map(|seconds| watch.frames_at(at(seconds)));
        assert_eq!(
            told.map(|frames| frames.map(|frames| frames.per_second)),
            [Some(25), Some(25), Some(0)]
        );
        assert_eq!(told[2].map(|frames| frames.total), Some(90));
    }

    #[test]
    fn an_address_is_told_as_its_fetching_goes() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let url = ListUrl::parse("https://lists.example/a").unwrap();
        let state = FetchState {
            answered: Some(at(7)),
            next: at(9),
            failing: Some((at(8), FetchError::TimedOut)),
        };
        let told = FetchHealth {
            url: url.to_string(),
            answered: Some(7),
            next: 9,
            failing_since: Some(8),
            code: Some("list-timeout".to_owned()),
            reason: Some(FetchError::TimedOut.to_string()),
        };
        assert_eq!(FetchHealth::from((&url, state)), told);
        let state = FetchState { answered: None, next: at(9), failing: None };
        let told = FetchHealth { url: url.to_string(), next: 9, ..FetchHealth::default() };
        assert_eq!(FetchHealth::from((&url, state)), told);
    }

    #[test]
    fn frames_are_counted_for_each_second_that_is_over() {
        let mut watch = HealthWatch::new(RevocationPolicy::NotChecked);
        let start = watch.since;
        let told = [(0, 3), (1, 5), (2, 1), (4, 2), (5, 1)].map(|(second, frames)| {
            for _ in 0..frames {
                watch.saw_frame_at(start.plus(second));
            }
            watch.frames.map(|frames| (frames.total, frames.per_second)).unwrap()
        });
        // No frame came in second 3.
        assert_eq!(told, [(3, 0), (8, 3), (9, 5), (11, 0), (12, 2)]);
    }

    #[test]
    fn it_is_time_again_after_a_while_and_when_the_clock_was_set_back() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let mut last = None;
        for (seconds, is_due) in [
            (100, true),
            (100, false),
            (104, false),
            (105, true),
            (109, false),
            (104, true),
            (108, false),
            (900, true),
        ] {
            assert_eq!(due(&mut last, at(seconds), 5), is_due, "{seconds}");
        }
        let mut watch = HealthWatch::new(RevocationPolicy::NotChecked);
        let start = watch.since;
        let after = |seconds| start.plus(seconds);
        assert_eq!([0, 4, 5, 6].map(|s| watch.is_shown_now(after(s))), [true, false, true, false]);
        let logged = [0, 9, 10, 19, 20].map(|s| watch.is_logged_now(after(s), 10));
        assert_eq!(logged, [false, false, true, false, true]);
    }
}
