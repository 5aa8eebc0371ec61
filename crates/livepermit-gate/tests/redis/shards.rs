//! A zone in several shards, each with its own state.

use livepermit_gate::replay::{Answer, GoOn, Loss, ReplayStore as _, StoreErrorKind};

use super::server::Server;
use super::{RedisReplay, builder, clock, code, now, permit, refused_until};

const SHARDS: usize = 5;

fn zone(server: &Server, name: &str) -> RedisReplay {
    builder(&server.url(), name).shards(SHARDS).connect().unwrap()
}

fn sizes(server: &Server) -> Vec<u64> {
    (0..SHARDS).map(|shard| server.command(&["HLEN", &key(shard, "used")])).collect()
}

fn key(shard: usize, name: &str) -> String {
    if shard == 0 { format!("{{test}}:{name}") } else { format!("{{test:{shard}}}:{name}") }
}

#[test]
fn permits_spread_and_each_is_admitted_once() {
    let Some(server) = Server::start(&[]) else { return };
    let (north, south) = (zone(&server, "north"), zone(&server, "south"));
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let moment = clock();
    for number in 0..200 {
        assert_eq!(north.admit(&code("north", number, moment)), Ok(Answer::Admitted));
        let again = south.admit(&code("south", number, moment)).unwrap();
        assert!(matches!(again, Answer::AlreadyUsed { .. }), "{again:?}");
        let record = south.earlier(permit(number)).unwrap().unwrap();
        assert_eq!(&*record.newest.unwrap().1.gate, "north");
    }
    assert_eq!(south.earlier(permit(201)), Ok(None));
    let sizes = sizes(&server);
    assert!(sizes.iter().sum::<u64>() == 200 && sizes.iter().all(|size| *size > 15), "{sizes:?}");
}

#[test]
fn a_loss_concerns_its_shard_and_the_worst_shard_is_told() {
    let Some(server) = Server::start(&[]) else { return };
    let north = zone(&server, "north");
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let moment = clock();
    for number in 0..50 {
        assert_eq!(north.admit(&code("north", number, moment)), Ok(Answer::Admitted));
    }
    assert_eq!(north.health().out_of_order_until, None);
    server.command::<()>(&["DEL", &key(3, "used")]);
    // The heartbeat finds the loss before a visitor does.
    north.keep_alive(now()).unwrap();
    let health = north.health();
    assert_eq!(health.loss, Some(Loss::OtherRecords));
    let until = health.out_of_order_until.unwrap().as_unix();
    assert!((moment + 299..=clock() + 300).contains(&until), "{until}");
    let mut shut = 0;
    for number in 50..150 {
        match north.admit(&code("north", number, moment)) {
            Ok(Answer::Admitted) => {}
            answer => {
                refused_until(answer);
                shut += 1;
            }
        }
    }
    assert!((5..50).contains(&shut), "{shut} of 100");
    north.keep_alive(now()).unwrap();
    assert!(north.health().out_of_order_until.is_some(), "four shards are well, one is not");
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    assert_eq!(north.health().out_of_order_until, None);
}

#[test]
fn each_shard_has_its_share_of_the_room() {
    let Some(server) = Server::start(&[]) else { return };
    let north = builder(&server.url(), "north").shards(SHARDS).capacity(15).connect().unwrap();
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    let moment = clock();
    let answers = (0..100).map(|number| north.admit(&code("north", number, moment)).unwrap());
    let (admitted, full): (Vec<_>, Vec<_>) =
        answers.partition(|answer| *answer == Answer::Admitted);
    assert_eq!((admitted.len(), full.len()), (15, 85));
    assert!(full.iter().all(|answer| *answer == Answer::Full));
    assert_eq!(sizes(&server), [3; SHARDS]);
}

/// A heartbeat goes on behind a shard that fails.
#[test]
fn a_shard_that_fails_does_not_hide_the_others() {
    let Some(server) = Server::start(&[]) else { return };
    let north = zone(&server, "north");
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    server.command::<()>(&["DEL", &key(1, "meta")]);
    server.command::<()>(&["SET", &key(1, "meta"), "something else"]);
    server.command::<()>(&["DEL", &key(2, "meta")]);
    let error = north.keep_alive(now()).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
    let there = || server.command::<u64>(&["EXISTS", &key(2, "meta")]);
    assert_eq!(there(), 0, "the shard behind was not asked");
    north.keep_alive(now()).unwrap_err();
    assert_eq!(there(), 1);
    assert!(north.health().out_of_order_until.is_some());
}
