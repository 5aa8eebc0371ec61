use super::super::{Frames, LastAnswer, MemoryHealth, Warning};
use super::*;
use crate::language::english;

const NOW: u64 = 1_790_000_000;

fn local(seconds: u64) -> String {
    english().local(at(seconds))
}

/// A gate that has just started.
fn health() -> Health {
    Health {
        version: "1".to_owned(),
        at: NOW,
        since: NOW - 60,
        gate: "North".to_owned(),
        lane: "2".to_owned(),
        zone: "park".to_owned(),
        clock: NOW,
        ..Health::default()
    }
}

fn place() -> String {
    messages::place(english(), "North", "2", "park")
}

#[test]
fn a_gate_that_has_just_started() {
    let since = local(NOW - 60);
    assert_eq!(
        health().lines(english()),
        [
            format!("{}: in order, runs since {since} (livepermit 1)", place()),
            format!("clock: {}", local(NOW)),
            "memory of used codes: in order".to_owned(),
            "last scan: none since the start".to_owned(),
        ]
    );
}

#[test]
fn what_lasts_stands_behind_the_head() {
    let head = |health: &Health| health.lines(english()).remove(0);
    let mut health = health();
    let warning = |text: &str, out_of_order| Warning {
        text: text.to_owned(),
        out_of_order,
        ..Warning::default()
    };
    health.warnings = vec![warning("a", false)];
    assert!(head(&health).contains(": in order, "));
    health.warnings.push(warning("b", true));
    assert!(head(&health).contains(": OUT OF ORDER, "));
    assert_eq!(health.lines(english())[1..3], ["warning: a", "warning: b"]);
    assert_eq!(health.lines(english())[3..], health.details(english()));
    health.ended = true;
    assert_eq!(head(&health), format!("{}: ended at {}", place(), local(NOW)));
}

#[test]
fn a_clock_is_ahead_or_behind() {
    for (offset, told) in [
        (Some(-125), ", 2 min 5 s ahead of several phones"),
        (Some(125), ", 2 min 5 s behind several phones"),
    ] {
        let health = Health { clock_offset: offset, ..health() };
        assert_eq!(health.details(english())[0], format!("clock: {}{told}", local(NOW)));
    }
}

#[test]
fn a_memory_says_what_it_lacks() {
    let store = |error: Option<&str>, until| {
        let error = error.map(str::to_owned);
        let store = MemoryHealth { error, out_of_order_until: until, loss: None };
        Health { store, ..health() }.details(english()).remove(1)
    };
    let reason = "no answer";
    let silent = "the memory of used codes does not answer: no answer";
    assert_eq!(store(Some(reason), None), silent);
    assert_eq!(store(Some(reason), Some(NOW + 5)), silent);
    let lost = store(None, Some(NOW + 125));
    let from = format!("accepted again from {}, in 2 min 5 s", local(NOW + 125));
    assert!(lost.ends_with(&from), "{lost}");
    let for_good = store(None, Some(Timestamp::MAX.as_unix()));
    assert_eq!(for_good, messages::memory_lost_for_good(english()));
}

#[test]
fn the_last_scan_the_camera_and_who_waits() {
    let last = LastAnswer { at: NOW - 7, light: "green".to_owned(), code: "accepted".to_owned() };
    let mut health = Health { last: Some(last), answers: 3, queue: 1, ..health() };
    health.frames = Some(Frames { total: 90, per_second: 25 });
    assert_eq!(
        health.details(english())[2..],
        [
            "last scan: 7 s ago, green accepted; 3 since the start",
            "camera: 25 frames a second, 90 since the start",
            "1 line(s) wait for an answer",
        ]
    );
}

#[test]
fn a_list_is_named_with_its_ends() {
    let list = |kind: &str, too_old, expires| {
        let (kind, name) = (kind.to_owned(), "a".to_owned());
        let list = ListHealth { kind, name, made: NOW - 10, expires, too_old, alarm: None };
        list.line(english(), NOW)
    };
    assert_eq!(
        list("trust", Some(NOW + 1), Some(NOW + 2)),
        "trust list a: made 10 s ago, too old in 1 s, ends in 2 s"
    );
    assert_eq!(
        list("status", Some(NOW), Some(NOW - 3)),
        "status list a: made 10 s ago, too old for 0 s, ended 3 s ago"
    );
}

#[test]
fn an_address_says_when_it_answered() {
    let list = |answered, failing_since, reason: Option<&str>| {
        let reason = reason.map(str::to_owned);
        let url = "https://a.example".to_owned();
        FetchHealth { url, answered, next: NOW + 9, failing_since, code: None, reason }
            .line(english(), NOW)
    };
    assert_eq!(list(None, None, None), "https://a.example: asked now");
    assert_eq!(
        list(Some(NOW - 4), None, None),
        "https://a.example: fetched 4 s ago, asked again in 9 s"
    );
    let since = local(NOW - 100);
    assert_eq!(
        list(Some(NOW - 4), Some(NOW - 100), Some("no network")),
        format!("https://a.example: not fetched since {since}: no network; asked again in 9 s")
    );
}
