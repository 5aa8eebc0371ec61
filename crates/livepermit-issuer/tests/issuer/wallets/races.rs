//! Several at once.

use livepermit_issuer::store::Store as _;

use super::wallet::Wallet;
use super::world::World;
use crate::place::{Place, on_both, whole};
use livepermit_testkit::jwt::Key;

on_both! {
    of_two_phones_that_enrol_at_once_one_wins,
    of_two_keys_in_one_session_one_wins,
    an_offer_that_two_take_at_once_is_taken_once,
    a_nonce_that_is_used_twice_at_once_serves_once,
}

async fn of_two_phones_that_enrol_at_once_one_wins(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let (mut one, mut two) = (Wallet::seeded(&world, 1), Wallet::seeded(&world, 2));
    one.take(&world.offer(permit).await).await;
    two.take(&world.offer(permit).await).await;
    let (first, second) = tokio::join!(one.fetch(), two.fetch());
    let (winner, won, lost) = match first.status {
        200 => (&one, first, second),
        _ => (&two, second, first),
    };
    winner.check(&won);
    // The other one is told, either that the enrolment is closed or that its session is over.
    let refused = lost.refused();
    let told = [(400, "credential_request_denied".to_owned()), (401, "invalid_token".to_owned())];
    assert!(told.contains(&refused), "{lost:?}");
    assert!(world.load(permit).await.bindings().past().is_empty());
    assert_eq!(world.service().store().entries_of(permit).await.unwrap().len(), 1);
    whole(world.service().store()).await;
}

async fn of_two_keys_in_one_session_one_wins(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let mut one = Wallet::seeded(&world, 1);
    one.take(&world.offer(permit).await).await;
    let mut two = Wallet::new(&world, one.dpop.clone(), Key::p256(9));
    one.access.clone_into(&mut two.access);
    let (first, second) = tokio::join!(one.fetch(), two.fetch());
    let statuses = [first.status, second.status];
    assert!(statuses == [200, 400] || statuses == [400, 200], "{first:?} {second:?}");
    assert_eq!(world.service().store().entries_of(permit).await.unwrap().len(), 1);
}

async fn an_offer_that_two_take_at_once_is_taken_once(place: Place) {
    let world = World::new(place).await;
    let offer = world.offer(world.permit().await).await;
    let (one, two) = (Wallet::seeded(&world, 1), Wallet::seeded(&world, 2));
    let (first, second) =
        tokio::join!(one.try_take(&offer, &offer.tx_code), two.try_take(&offer, &offer.tx_code));
    let statuses = [first.status, second.status];
    assert!(statuses == [200, 400] || statuses == [400, 200], "{first:?} {second:?}");
}

async fn a_nonce_that_is_used_twice_at_once_serves_once(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    for _ in 0..5 {
        let nonce = wallet.nonce().await;
        let proof = wallet.proof(&nonce);
        let (first, second) = tokio::join!(wallet.fetch_with(&proof), wallet.fetch_with(&proof));
        let statuses = [first.status, second.status];
        assert!(statuses == [200, 400] || statuses == [400, 200], "{first:?} {second:?}");
    }
}
