//! The audit log: every line stays, and a check finds what was changed.

use livepermit_issuer::domain::{CaseId, EntryState, Event};
use livepermit_issuer::store::{AuditLine, AuditState, Break, Store as _, StoreError};

use super::papers::{NOON, at, bytes, issue, line, permit_id};
use crate::place::{Place, on_both, whole};

on_both! {
    lines_come_back_in_order,
    the_database_refuses_changed_lines,
    a_changed_line_is_found,
    removed_lines_are_found,
    lines_of_events_say_ids,
    the_clock_may_be_set_back,
}

#[test]
fn words_of_lines_are_ids() {
    for (actor, subject) in [
        ("", "case:1"),
        ("officer:7", "王小明"),
        ("a b", "case:1"),
        ("officer:7", &"x".repeat(201)),
    ] {
        let error = AuditLine::new(at(NOON), actor, "case-decided", subject).unwrap_err();
        assert!(matches!(error, StoreError::NotAnId { .. }), "{error}");
    }
    let good = line("case-decided", "case:1");
    assert!(matches!(
        good.with("note", "met on site"),
        Err(StoreError::NotAnId { part: "detail" })
    ));
}

async fn lines_come_back_in_order(place: Place) {
    let database = place.open().await;
    for number in 0..3 {
        let mut change = database.begin().await.unwrap();
        for part in 0..2 {
            let written = line("noted", &format!("case:{number}"));
            change.audit(written.with("part", &part.to_string()).unwrap());
        }
        change.commit().await.unwrap();
    }
    let lines = database.audit_behind(0, 100).await.unwrap();
    let said: Vec<_> = lines.iter().map(|l| (l.number, &*l.subject, &*l.detail)).collect();
    let part = ["part=0", "part=1"];
    let expected: Vec<_> =
        (0..6).map(|n| (n as u64 + 1, format!("case:{}", n / 2), part[n % 2])).collect();
    let expected: Vec<_> = expected.iter().map(|(n, s, d)| (*n, s.as_str(), *d)).collect();
    assert_eq!(said, expected);
    assert_eq!(database.audit_behind(4, 1).await.unwrap(), lines[4..5]);
    assert_eq!(database.audit_about("case:1", 100).await.unwrap(), lines[2..4]);
    let AuditState::Whole { lines: 6, hash } = database.verify_audit().await.unwrap() else {
        panic!("the log is broken");
    };
    assert_eq!(hash, lines[5].hash);
}

async fn the_database_refuses_changed_lines(place: Place) {
    let database = place.open().await;
    issue(&database, 1).await.unwrap();
    for statement in [
        "UPDATE audit_lines SET actor = 'nobody'",
        "DELETE FROM audit_lines",
        "DELETE FROM status_entries",
    ] {
        let error = place.refused(statement).await;
        assert!(error.contains("never") || error.contains("stay"), "{statement}: {error}");
    }
    assert_eq!(whole(&database).await, 1);
}

/// Somebody who owns the database removes the triggers, and changes lines.
async fn a_changed_line_is_found(place: Place) {
    let database = place.open().await;
    let actions = ["one", "two", "three"];
    for action in actions {
        let mut change = database.begin().await.unwrap();
        change.audit(line(action, "case:1"));
        change.commit().await.unwrap();
    }
    drop_triggers(&place).await;
    for (change, back) in [
        ("actor = 'nobody'", "actor = 'officer:7'"),
        ("at = at + 1", "at = at - 1"),
        ("subject = 'case:2'", "subject = 'case:1'"),
        ("action = 'too'", "action = 'two'"),
        ("detail = 'x=y'", "detail = ''"),
        // The line's parts, cut in another place.
        ("actor = 'officer:', action = '7two'", "actor = 'officer:7', action = 'two'"),
    ] {
        place.sql(&format!("UPDATE audit_lines SET {change} WHERE number = 2")).await;
        let found = database.verify_audit().await.unwrap();
        assert_eq!(found, AuditState::Broken { number: 2, why: Break::Changed }, "{change}");
        place.sql(&format!("UPDATE audit_lines SET {back} WHERE number = 2")).await;
        assert_eq!(whole(&database).await, 3);
    }
}

async fn removed_lines_are_found(place: Place) {
    let database = place.open().await;
    for _ in 0..3 {
        let mut change = database.begin().await.unwrap();
        change.audit(line("noted", "case:1"));
        change.commit().await.unwrap();
    }
    drop_triggers(&place).await;
    // The end that the log names moves back: lines stand behind it.
    name_end(&place, 2).await;
    let behind = AuditState::Broken { number: 3, why: Break::BehindTheEnd };
    assert_eq!(database.verify_audit().await.unwrap(), behind);
    name_end(&place, 3).await;
    assert_eq!(whole(&database).await, 3);
    for number in [3, 2] {
        place.sql(&format!("DELETE FROM audit_lines WHERE number = {number}")).await;
        let missing = AuditState::Broken { number, why: Break::Missing };
        assert_eq!(database.verify_audit().await.unwrap(), missing);
    }
}

/// Lets the log name this line as its last one.
async fn name_end(place: &Place, number: u64) {
    let hash = format!("(SELECT hash FROM audit_lines WHERE number = {number})");
    place.sql(&format!("UPDATE audit_head SET lines = {number}, hash = {hash}")).await;
}

async fn drop_triggers(place: &Place) {
    let statements: &[&str] = if place.is_sqlite() {
        &["DROP TRIGGER audit_lines_stay", "DROP TRIGGER audit_lines_remain"]
    } else {
        &["DROP TRIGGER audit_lines_stay ON audit_lines"]
    };
    for statement in statements {
        place.sql(statement).await;
    }
}

async fn lines_of_events_say_ids(place: Place) {
    let database = place.open().await;
    let entry = issue(&database, 1).await.unwrap();
    let (permit, case) = (permit_id(1), CaseId::from_bytes(bytes(2)));
    let mut change = database.begin().await.unwrap();
    let events = [
        Event::CaseCarriedOut { case, permit },
        Event::EntryChanged { permit, entry, state: EntryState::Withdrawn },
    ];
    change.record(at(NOON), "officer:7", &events).await.unwrap();
    change.commit().await.unwrap();

    let about_case = database.audit_about(&format!("case:{case}"), 9).await.unwrap();
    assert_eq!(about_case.len(), 1);
    assert_eq!(about_case[0].action, "case-carried-out");
    assert!(about_case[0].detail.contains(&permit.to_string()));
    let about_permit = database.audit_about(&format!("permit:{permit}"), 9).await.unwrap();
    assert_eq!(about_permit.len(), 2);
    // What the event says of the entry is what the list says.
    let statuses = database.statuses(entry.list).await.unwrap();
    assert_eq!(statuses.set, [(entry.index, EntryState::Withdrawn)]);
    assert_eq!(whole(&database).await, 3);
}

async fn the_clock_may_be_set_back(place: Place) {
    let database = place.open().await;
    for seconds in [NOON, NOON - 86_400, 0, NOON + 1] {
        let mut change = database.begin().await.unwrap();
        let back = AuditLine::new(at(seconds), "officer:7", "noted", "case:1").unwrap();
        change.audit(back);
        change.commit().await.unwrap();
    }
    let lines = database.audit_behind(0, 9).await.unwrap();
    let times: Vec<_> = lines.iter().map(|line| line.at).collect();
    assert_eq!(times, [NOON, NOON - 86_400, 0, NOON + 1]);
    assert_eq!(whole(&database).await, 4);
}
