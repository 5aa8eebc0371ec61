//! An operator ends a wait after a loss.

use livepermit::Timestamp;
use livepermit_gate::replay::{Answer, GoOn, Loss, ReplayStore as _, Retention};

use super::server::Server;
use super::{RETENTION, another, builder, clock, code, gate, leaving, now, refused_until, slip};

#[test]
fn a_new_zone_waits_until_an_operator_says_that_it_is_new() {
    let Some(server) = Server::start(&[]) else { return };
    let north = another(&server, "north");
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().loss, Some(Loss::NoState));
    refused_until(north.admit(&code("north", 1, clock())));
    refused_until(north.admit(&slip("north", 2)));
    another(&server, "operator").go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    assert_eq!(north.admit(&code("north", 1, clock())), Ok(Answer::Admitted));
    assert_eq!(north.admit(&slip("north", 2)), Ok(Answer::Admitted));
    assert_eq!(north.health().out_of_order_until, None);
    // The word does not hold for the next loss.
    server.command::<()>(&["FLUSHALL"]);
    refused_until(north.admit(&code("north", 1, clock())));
}

#[test]
fn lost_cool_downs_can_be_given_up_and_lost_codes_cannot() {
    let Some(server) = Server::start(&[]) else { return };
    let north = gate(&server, "north");
    let moment = clock();
    assert_eq!(north.admit(&code("north", 1, moment)), Ok(Answer::Admitted));
    server.command::<()>(&["FLUSHALL"]);
    let operator = another(&server, "operator");
    operator.keep_alive(now()).unwrap();
    // Each gate that knew the store before comes to the new one: for each, this is a loss.
    north.keep_alive(now()).unwrap();
    assert_eq!(north.health().loss, Some(Loss::OtherStore));
    operator.go_on(GoOn::CoolDownsLost, now()).unwrap();
    assert_eq!(operator.health().loss, Some(Loss::NoState));
    assert_eq!(north.admit(&slip("north", 2)), Ok(Answer::Admitted));
    let until = refused_until(north.admit(&code("north", 1, moment)));
    assert!((moment + 76..=clock() + 76).contains(&until), "{until}");
}

#[test]
fn where_nothing_ends_an_old_master_only_an_operator_ends_the_wait() {
    let endless = Retention { old_master: Retention::UNBOUNDED, ..RETENTION };
    let Some(server) = Server::start(&[]) else { return };
    let north = builder(&server.url(), "north").retention(endless).connect().unwrap();
    let first = clock();
    let until = refused_until(north.admit(&code("north", 1, first)));
    assert_eq!(until, Timestamp::MAX.as_unix());
    refused_until(north.admit(&leaving(code("north", 1, first))));
    assert_eq!(north.health().out_of_order_until, Some(Timestamp::MAX));
    north.go_on(GoOn::CoolDownsLost, now()).unwrap();
    let until = refused_until(north.admit(&code("north", 1, first)));
    assert!((first + 76..=clock() + 76).contains(&until), "{until}");
    assert_eq!(north.admit(&slip("north", 2)), Ok(Answer::Admitted));
    north.go_on(GoOn::NothingWasAdmitted, now()).unwrap();
    assert_eq!(north.admit(&code("north", 1, first)), Ok(Answer::Admitted));
}
