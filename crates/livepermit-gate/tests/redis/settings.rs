//! The settings of a zone stand in the server, and a gate with others does not start.

use livepermit_gate::replay::{
    Answer, GoOn, ReplayStore as _, Retention, StoreError, StoreErrorKind,
};

use super::server::Server;
use super::{RETENTION, another, builder, clock, code, gate, now, permit, refused_until};

/// The error names the value of both sides.
#[track_caller]
fn names(error: &StoreError, words: &str) {
    assert_eq!(error.kind(), StoreErrorKind::Setup, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_gate_with_other_settings_does_not_start() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let cases = [
        (Retention { largest_window: 31, ..RETENTION }, "largest window: 30 s there, 31 s here"),
        (Retention { largest_skew: 6, ..RETENTION }, "largest skew: 5 s there, 6 s here"),
        (Retention { clock_difference: 5, ..RETENTION }, "clock difference: 60 s there, 5 s here"),
        (
            Retention { longest_cool_down: 301, ..RETENTION },
            "longest cool-down: 300 s there, 301 s here",
        ),
        (
            Retention { old_master: Retention::UNBOUNDED, ..RETENTION },
            "old master: 0 s there, unbounded here",
        ),
    ];
    for (retention, words) in cases {
        let other = builder(&server.url(), "south").retention(retention);
        names(&other.connect().unwrap_err(), words);
    }
    for shards in [2, 64] {
        let other = builder(&server.url(), "south").shards(shards).connect().unwrap_err();
        names(&other, &format!("shards: 1 there, {shards} here"));
    }
    let text = builder(&server.url(), "south").retention(cases[0].0).connect().unwrap_err();
    assert!(!text.to_string().contains("skew"), "only what differs: {text}");
    assert_eq!(north.admit(&code("north", 1, clock())), Ok(Answer::Admitted));
    assert_eq!(north.retention(), RETENTION);
    let shown = format!("{north:?} {:?}", builder("redis://:secret@127.0.0.1/", "north"));
    assert!(shown.contains("RedisReplay") && !shown.contains("secret"), "{shown}");
}

#[test]
fn changed_settings_count_as_a_loss_and_stop_the_gates_with_the_old_ones() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    let small = Retention { clock_difference: 10, longest_cool_down: 0, ..RETENTION };
    let changed = || builder(&server.url(), "operator").retention(small).change_settings(now());
    let operator = changed().unwrap();
    for error in [
        north.admit(&code("north", 2, clock())).unwrap_err(),
        north.keep_alive(now()).unwrap_err(),
        builder(&server.url(), "north").connect().unwrap_err(),
    ] {
        names(&error, "clock difference: 10 s there, 60 s here; longest cool-down: 35 s there");
    }
    // What was admitted before counts by the old limits.
    let south = builder(&server.url(), "south").retention(small).connect().unwrap();
    let until = refused_until(south.admit(&super::leaving(code("south", 1, moment))));
    assert!((moment + 76..=clock() + 76).contains(&until), "{until}");
    let until = refused_until(south.admit(&code("south", 1, moment)));
    assert!((moment + 299..=clock() + 300).contains(&until), "{until}");
    operator.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let used = south.admit(&code("south", 1, moment)).unwrap();
    assert!(matches!(used, Answer::AlreadyUsed { .. }), "the records are still there: {used:?}");
    assert_eq!(south.admit(&code("south", 2, clock())), Ok(Answer::Admitted));
    // Another change to the same settings is a loss too, by these settings.
    let until = refused_until(changed().unwrap().admit(&code("operator", 3, clock())));
    assert!(until <= clock() + 35, "{until}");
}

#[test]
fn settings_are_given_to_a_zone_that_has_none() {
    let Some(server) = Server::start(&[]) else { return };
    let store = builder(&server.url(), "operator").change_settings(now()).unwrap();
    let first = clock();
    let until = refused_until(store.admit(&super::leaving(code("operator", 1, first))));
    assert!((first + 75..=clock() + 76).contains(&until), "a new store: {until}");
    another(&server, "north");
    let late = builder(&server.url(), "operator").change_settings(super::at(5)).unwrap_err();
    names(&late, "s apart");
}

/// A zone with fewer or more shards: no gate goes on with the old number, and no code is admitted
/// in the old shard and in the new one.
#[test]
fn the_number_of_shards_can_be_changed() {
    let Some(server) = Server::start(&[]) else { return };
    let with = |name: &str, shards| builder(&server.url(), name).shards(shards);
    let one = gate(&server, "one");
    let moment = clock();
    for number in 0..40 {
        assert_eq!(one.admit(&code("one", number, moment)), Ok(Answer::Admitted));
    }
    let four = with("four", 4).change_settings(now()).unwrap();
    names(&one.admit(&code("one", 50, moment)).unwrap_err(), "shards: 4 there, 1 here");
    for number in 0..40 {
        refused_until(four.admit(&code("four", number, moment)));
    }
    four.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let later = clock();
    let fresh = |number: u8| code("four", number, later);
    let admitted = (100..200).filter(|&number| four.admit(&fresh(number)) == Ok(Answer::Admitted));
    assert_eq!(admitted.count(), 100);
    // Back to two: the gate with four is refused in all four.
    let two = with("two", 2).change_settings(now()).unwrap();
    for number in 100..200 {
        let error = four.admit(&fresh(number)).unwrap_err();
        names(&error, "shards: 2 there, 4 here");
        refused_until(two.admit(&code("two", number, later)));
        assert_eq!(two.health().loss, None, "settings were changed, nothing was lost");
    }
    assert!(two.earlier(permit(77)).unwrap().is_none());
    let none = with("none", 0).connect().unwrap_err();
    names(&none, "shards");
}

/// Two zones whose keys are the same by accident do not share them.
#[test]
fn a_zone_is_not_a_shard_of_another() {
    let Some(server) = Server::start(&[]) else { return };
    let hall = builder(&server.url(), "north").shards(3).connect().unwrap();
    hall.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let roof = builder(&server.url(), "north").prefix("test:1").shards(3).connect().unwrap_err();
    names(&roof, "number of this shard: 1 there, 0 here");
}
