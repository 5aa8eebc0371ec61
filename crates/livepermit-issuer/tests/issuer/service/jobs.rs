//! What is done without being asked.

use livepermit_issuer::domain::{Calendar, EntryState, Permit};
use livepermit_issuer::jobs;
use livepermit_issuer::store::{Database, Loaded, Mark, Store as _};

use super::world::{OFFICER, Phone, World};
use crate::place::{Place, on_both, whole};

on_both! {
    permits_are_closed_at_their_end,
    a_list_is_signed_when_it_changed_or_is_old,
    a_large_list_waits_between_two_signatures,
}

async fn permits_are_closed_at_their_end(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    world.enrol(permit, &mut Phone::new(81)).await.unwrap();
    assert_eq!(jobs::close_ended(&world.service).await.unwrap(), 0);
    world.turn(366);
    assert_eq!(jobs::close_ended(&world.service).await.unwrap(), 1);
    assert_eq!(jobs::close_ended(&world.service).await.unwrap(), 0);
    let ended = world.service.store().permits("ended", &Mark::start(), 9).await.unwrap();
    assert_eq!(ended.len(), 1);
    let loaded: Option<Loaded<Permit>> =
        world.service.store().load(&permit.to_string()).await.unwrap();
    assert!(loaded.unwrap().document.bindings().active().is_none());
    // Its credentials have ended: a list needs no word about them.
    let entries = world.service.store().entries_of(permit).await.unwrap();
    assert!(entries.iter().all(|given| given.state == EntryState::Valid));
    whole(world.service.store()).await;
}

async fn a_list_is_signed_when_it_changed_or_is_old(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    assert_eq!(world.service.publish().await.unwrap(), 0, "no list has given an entry");
    world.enrol(permit, &mut Phone::new(82)).await.unwrap();
    assert_eq!(world.service.publish().await.unwrap(), 1);
    assert_eq!(world.service.publish().await.unwrap(), 0, "nothing changed since");
    world.service.clock().turn(jiff::SignedDuration::from_mins(6));
    assert_eq!(world.service.publish().await.unwrap(), 1, "it is old");
    let list = world.service.store().lists().await.unwrap().first().unwrap().list;
    let first = world.service.status_list(list).await.unwrap().unwrap();
    let same = world.service.status_list(list).await.unwrap().unwrap();
    assert_eq!(first.etag, same.etag);
    world.service.clock().turn(jiff::SignedDuration::from_mins(61));
    // A publisher that slept does not serve what has ended.
    let fresh = world.service.status_list(list).await.unwrap().unwrap();
    assert!(fresh.signed > first.expires);
    assert_ne!(first.etag, fresh.etag);
    assert!(world.service.status_list(list.wrapping_add(1)).await.unwrap().is_none());
}

async fn a_large_list_waits_between_two_signatures(place: Place) {
    let database = Database::connect(place.settings().list_size(40_000_000)).await.unwrap();
    database.migrate().await.unwrap();
    let calendar = Calendar::new([], [], "2060-12-31".parse().unwrap()).unwrap();
    let world = World::over(database, calendar);
    let permit = world.permit().await;
    world.enrol(permit, &mut Phone::new(83)).await.unwrap();
    assert_eq!(world.service.publish().await.unwrap(), 1);
    let mut change = world.begin().await;
    let lost = |permit: &mut Permit, moment: &_| permit.report_device_lost(moment);
    world.service.change_permit(&mut change, permit, None, OFFICER, lost).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(world.service.publish().await.unwrap(), 0, "it was signed just now");
    world.service.clock().turn(jiff::SignedDuration::from_secs(20));
    assert_eq!(world.service.publish().await.unwrap(), 1, "it changed");
}
