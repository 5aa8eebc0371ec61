//! The limits of a zone stand in the server.

use super::server::Server;
use super::{NOON, RETENTION, at, code, forgotten};
use livepermit_gate::replay::{
    Answer, GoOn, ReplayStore as _, Retention, StoreError, StoreErrorKind, Witnesses,
};

const WIDER: Retention = Retention { largest_window: 90, clock_difference: 50, ..RETENTION };

fn names_both(error: &StoreError) {
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    let text = error.to_string();
    let values = ["largest window 30", "largest window 90", "difference 60", "difference 50"];
    assert!(values.iter().all(|value| text.contains(value)), "{text}");
}

#[test]
fn a_gate_with_other_limits_does_not_start_and_the_text_names_both() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    assert_eq!(store.retention(), RETENTION);
    names_both(&server.gate("south").retention(WIDER).connect().unwrap_err());
    for (name, other) in [
        ("largest skew 6", Retention { largest_skew: 6, ..RETENTION }),
        ("longest cool-down 36", Retention { longest_cool_down: 36, ..RETENTION }),
        ("old master 7", Retention { old_master: 7, ..RETENTION }),
        ("unbounded", Retention { old_master: Retention::UNBOUNDED, ..RETENTION }),
    ] {
        let error = server.gate("south").retention(other).connect().unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    // As long as the default.
    let same = Retention { longest_cool_down: 35, ..RETENTION };
    server.gate("south").retention(same).connect().unwrap();
    // The zones of a server do not share limits.
    server.gate("south").prefix("other").retention(WIDER).connect().unwrap();
}

#[test]
fn an_operator_changes_the_limits_and_this_counts_as_a_loss() {
    let Some(server) = Server::start() else { return };
    let store = server.new_zone("north");
    assert_eq!(store.admit(&code(1, NOON, "north", NOON)), Ok(Answer::Admitted));
    // A zone without a state takes them from the first question.
    let other = server.gate("operator").prefix("other").retention(WIDER);
    let other = other.change_settings(at(NOON)).unwrap();
    assert_eq!(other.health().out_of_order_until, Some(at(NOON + 50 + 45 + 1).max(at(NOON + 95))));
    names_both(&server.gate("south").prefix("other").connect().unwrap_err());

    let operator = || server.gate("operator").retention(WIDER);
    let wrong = operator().change_settings(at(NOON + 26)).unwrap_err();
    assert_eq!(wrong.kind(), StoreErrorKind::Setup, "a clock that is apart: {wrong}");
    assert_eq!(store.admit(&code(2, NOON, "north", NOON)), Ok(Answer::Admitted), "as before");
    let changed = operator().change_settings(at(NOON)).unwrap();
    // By the larger of the old and the new limits: the clocks were allowed to be 60 s apart.
    let (lost, closed) = (NOON + 60 + 45 + 1, NOON + 95);
    assert_eq!(changed.retention(), WIDER);
    assert_eq!(changed.health().out_of_order_until, Some(at(lost)));
    assert_eq!(changed.admit(&code(3, NOON, "operator", NOON)), Ok(forgotten(lost)));
    // What was admitted is remembered.
    changed.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
    let used = changed.admit(&code(1, NOON, "operator", NOON));
    assert_eq!(used, Ok(Answer::AlreadyUsed { then: at(NOON) }));
    // Gates that are at work are told, and open nothing.
    names_both(&store.admit(&code(3, NOON, "north", NOON)).unwrap_err());
    names_both(&store.keep_alive(at(NOON)).unwrap_err());
    let store = server.gate("north").retention(WIDER).connect().unwrap();
    server.hold_clock(closed);
    let fresh = code(3, lost, "north", lost);
    assert_eq!(store.admit(&fresh), Ok(Answer::Admitted));
    // The same limits again: the same rule.
    server.hold_clock(lost);
    let again = operator().change_settings(at(lost)).unwrap();
    assert_eq!(again.health().out_of_order_until, Some(at(lost + 96)));
}

#[test]
fn a_change_is_newer_than_what_any_gate_knows() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let witness = || Witnesses::open(folder.path().join("witness")).unwrap();
    drop(server.open_zone(server.gate("north").witnesses(witness())));
    let changed = server.gate("north").retention(WIDER).witnesses(witness());
    drop(changed.change_settings(at(NOON)).unwrap());
    let generation = server.sql("SELECT generation FROM livepermit2_hall.state");
    assert_eq!(generation, ["2"]);
    let known = witness().get(0);
    assert_eq!(known.known().unwrap().generation, 2, "the operator's gate has it from the answer");
}
