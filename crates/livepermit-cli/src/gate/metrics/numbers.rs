//! The numbers, and their text form (version 0.0.4).

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::gate::health::Health;

/// The upper bounds of the histograms, in microseconds and as they are written.
const BOUNDS: [(u128, &str); 12] = [
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

/// What a gate counts. Nothing here names a person or a permit.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    health: Health,
    answers: BTreeMap<(&'static str, &'static str), u64>,
    answer_time: Histogram,
    store_time: Histogram,
    store_errors: u64,
}

#[derive(Debug, Default)]
struct Histogram {
    /// How many were not longer than each bound.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

impl Histogram {
    fn add(&mut self, time: Duration) {
        for (bucket, (bound, _)) in self.buckets.iter_mut().zip(BOUNDS) {
            *bucket = bucket.saturating_add(u64::from(time.as_micros() <= bound));
        }
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(time);
    }
}

impl Metrics {
    pub(crate) fn answered(&self, light: &'static str, code: &'static str, time: Option<Duration>) {
        let mut numbers = self.lock();
        let count = numbers.answers.entry((light, code)).or_default();
        *count = count.saturating_add(1);
        if let Some(time) = time {
            numbers.answer_time.add(time);
        }
    }

    pub(super) fn asked_store(&self, time: Option<Duration>, failed: bool) {
        let mut numbers = self.lock();
        if let Some(time) = time {
            numbers.store_time.add(time);
        }
        numbers.store_errors = numbers.store_errors.saturating_add(u64::from(failed));
    }

    pub(crate) fn is(&self, health: Health) {
        self.lock().health = health;
    }

    /// How the gate was the last time that somebody said so.
    pub(crate) fn last(&self) -> Option<Health> {
        Some(self.lock().health.clone()).filter(|health| health.at > 0)
    }

    /// All numbers as Prometheus reads them.
    pub(super) fn text(&self) -> String {
        self.lock().text()
    }

    /// Every change is whole, so a panic of another thread leaves numbers.
    fn lock(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Numbers {
    fn text(&self) -> String {
        let health = &self.health;
        let mut page = Page::default();
        page.head("build_info", "gauge", "The version of the program.");
        page.number("build_info", &[("version", &health.version)], 1);
        page.head("start_time_seconds", "gauge", "When the gate started, in seconds since 1970.");
        page.number("start_time_seconds", &[], health.since);
        page.head("in_order", "gauge", "1 if visitors who are in order get in, else 0.");
        page.number("in_order", &[], u8::from(health.is_in_order()));
        page.head("warnings", "gauge", "Standing warnings, by code.");
        let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
        for warning in &health.warnings {
            let count = codes.entry(&warning.code).or_default();
            *count = count.saturating_add(1);
        }
        for (code, count) in codes {
            page.number("warnings", &[("code", code)], count);
        }

        page.head("answers_total", "counter", "Answers since the start, by light and code.");
        for ((light, code), count) in &self.answers {
            page.number("answers_total", &[("light", light), ("code", code)], count);
        }
        page.histogram(
            "answer_seconds",
            "The time from a line or frame to its answer.",
            &self.answer_time,
        );
        if let Some(last) = &health.last {
            page.head("last_answer_timestamp_seconds", "gauge", "When the last answer was given.");
            page.number("last_answer_timestamp_seconds", &[], last.at);
        }
        page.head("queue_lines", "gauge", "Lines that wait for their answer.");
        page.number("queue_lines", &[], health.queue);
        if let Some(frames) = health.frames {
            page.head("frames_total", "counter", "Frames of the camera since the start.");
            page.number("frames_total", &[], frames.total);
        }

        page.histogram(
            "store_seconds",
            "The time of an admission at the memory of used codes.",
            &self.store_time,
        );
        page.head("store_errors_total", "counter", "Questions that the memory did not answer.");
        page.number("store_errors_total", &[], self.store_errors);
        page.head("store_up", "gauge", "1 if the memory of used codes answered the last time.");
        page.number("store_up", &[], u8::from(health.store.error.is_none()));
        if let Some(until) = health.store.out_of_order_until {
            let help = "Until when nobody enters after a loss of memory.";
            page.head("store_out_of_order_until_timestamp_seconds", "gauge", help);
            page.number("store_out_of_order_until_timestamp_seconds", &[], until);
        }
        if let Some(offset) = health.clock_offset {
            let help = "How slow the gate's clock is, if several phones agree that it is wrong.";
            page.head("clock_offset_seconds", "gauge", help);
            page.number("clock_offset_seconds", &[], offset);
        }
        self.lists(&mut page);
        page.0
    }

    fn lists(&self, page: &mut Page) {
        let health = &self.health;
        page.head("list_made_timestamp_seconds", "gauge", "When a list in use was made.");
        page.head_of_lists(health, "list_made_timestamp_seconds", |list| Some(list.made));
        page.head("list_age_seconds", "gauge", "How old a list in use is.");
        let age = |made: u64| health.clock.saturating_sub(made);
        page.head_of_lists(health, "list_age_seconds", |list| Some(age(list.made)));
        page.head("list_too_old_timestamp_seconds", "gauge", "When a list is too old.");
        page.head_of_lists(health, "list_too_old_timestamp_seconds", |list| list.too_old);
        page.head("list_expires_timestamp_seconds", "gauge", "When a list ends by its own word.");
        page.head_of_lists(health, "list_expires_timestamp_seconds", |list| list.expires);

        page.head("list_fetched_timestamp_seconds", "gauge", "When a server last answered well.");
        // Addresses that differ behind `?` are shown alike, and no name may stand on a page twice.
        // The worse one counts.
        let mut fetched: BTreeMap<&str, (Option<u64>, bool)> = BTreeMap::new();
        for list in &health.fetched {
            let (answered, failing) = (list.answered, list.failing_since.is_some());
            let worst = fetched.entry(&list.url).or_insert((answered, failing));
            *worst = (worst.0.min(answered), worst.1 || failing);
        }
        for (url, (answered, _)) in &fetched {
            if let Some(answered) = answered {
                page.number("list_fetched_timestamp_seconds", &[("url", url)], answered);
            }
        }
        page.head("list_fetch_failing", "gauge", "1 if a server did not answer well last time.");
        for (url, (_, failing)) in &fetched {
            page.number("list_fetch_failing", &[("url", url)], u8::from(*failing));
        }
    }
}

/// The text of all numbers.
#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a `String` does not fail.
        let _ = writeln!(self.0, "# HELP livepermit_gate_{name} {help}");
        let _ = writeln!(self.0, "# TYPE livepermit_gate_{name} {kind}");
    }

    fn number(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let _ = write!(self.0, "livepermit_gate_{name}");
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        if !labels.is_empty() {
            let _ = write!(self.0, "{{{}}}", labels.join(","));
        }
        let _ = writeln!(self.0, " {value}");
    }

    fn head_of_lists(
        &mut self,
        health: &Health,
        name: &str,
        value: impl Fn(&crate::gate::health::ListHealth) -> Option<u64>,
    ) {
        for list in &health.lists {
            if let Some(value) = value(list) {
                self.number(name, &[("kind", &list.kind), ("name", &list.name)], value);
            }
        }
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        for (count, (_, bound)) in histogram.buckets.iter().zip(BOUNDS) {
            self.number(&bucket, &[("le", bound)], count);
        }
        self.number(&bucket, &[("le", "+Inf")], histogram.count);
        let sum = histogram.sum;
        self.number(
            &format!("{name}_sum"),
            &[],
            format_args!("{}.{:09}", sum.as_secs(), sum.subsec_nanos()),
        );
        self.number(&format!("{name}_count"), &[], histogram.count);
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::health::{FetchHealth, ListHealth};

    #[test]
    fn times_fall_into_each_bucket_that_is_long_enough() {
        let metrics = Metrics::default();
        for micros in [1, 1000, 1001, 30_000, 20_000_000] {
            metrics.answered("green", "accepted", Some(Duration::from_micros(micros)));
        }
        metrics.answered("red", "stale", None);
        let text = metrics.text();
        for line in [
            "livepermit_gate_answers_total{light=\"green\",code=\"accepted\"} 5",
            "livepermit_gate_answers_total{light=\"red\",code=\"stale\"} 1",
            "livepermit_gate_answer_seconds_bucket{le=\"0.001\"} 2",
            "livepermit_gate_answer_seconds_bucket{le=\"0.0025\"} 3",
            "livepermit_gate_answer_seconds_bucket{le=\"0.05\"} 4",
            "livepermit_gate_answer_seconds_bucket{le=\"10\"} 4",
            "livepermit_gate_answer_seconds_bucket{le=\"+Inf\"} 5",
            "livepermit_gate_answer_seconds_sum 20.032002000",
            "livepermit_gate_answer_seconds_count 5",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}: {text}");
        }
    }

    #[test]
    fn labels_are_escaped_and_each_name_stands_once() {
        let metrics = Metrics::default();
        let name = "a\"b\\c\nd".to_owned();
        let list = ListHealth { kind: "trust".to_owned(), name, ..ListHealth::default() };
        let fetched = |answered, failing_since| FetchHealth {
            url: "https://lists.example/a?…".to_owned(),
            answered,
            failing_since,
            ..FetchHealth::default()
        };
        let fetched = vec![fetched(Some(8), Some(9)), fetched(Some(7), None)];
        metrics.is(Health { lists: vec![list], fetched, ..Health::default() });
        let text = metrics.text();
        assert!(text.contains("{kind=\"trust\",name=\"a\\\"b\\\\c\\nd\"} 0\n"), "{text}");
        let of_url = |line: &&str| line.contains("lists.example");
        let of_url: Vec<_> = text.lines().filter(of_url).collect();
        assert_eq!(
            of_url,
            [
                "livepermit_gate_list_fetched_timestamp_seconds{url=\"https://lists.example/a?…\"} 7",
                "livepermit_gate_list_fetch_failing{url=\"https://lists.example/a?…\"} 1",
            ]
        );
    }
}
