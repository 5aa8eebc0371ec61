//! Passes, for wallets that cannot make codes.

use livepermit::{Form, Policy, RevocationPolicy, Token, Verifier};
use livepermit_issuer::http::wallets::PASSES_A_MINUTE;
use serde_json::json;

use super::wallet::Wallet;
use super::world::World;
use crate::place::{Place, on_both};

on_both! {
    a_pass_is_live_now,
    passes_are_not_fetched_too_fast,
    a_phone_that_was_lost_gets_none,
}

async fn a_pass_is_live_now(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let answer = wallet.ask("/pass", &json!({})).await.good(200);
    assert_eq!(answer.json()["expires_in"], 30);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let pass = Token::from_text(&answer.text("pass")).unwrap();
    assert_eq!(pass.form(), Form::Pass);
    let policy = Policy::new("gate-1", ["bj.example:resident"], RevocationPolicy::NotChecked);
    let verifier = Verifier::new(world.trust(), policy).unwrap();
    verifier.verify(pass.as_bytes(), world.now()).unwrap();
    // A session without a device has none.
    let mut other = Wallet::seeded(&world, 2);
    other.take(&world.offer(world.permit().await).await).await;
    let answer = other.ask("/pass", &json!({})).await;
    assert_eq!(answer.refused(), (400, "credential_request_denied".to_owned()));
}

async fn passes_are_not_fetched_too_fast(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    // At the beginning of a minute, so that no other begins meanwhile.
    let into = wallet.seconds() % 60;
    world.turn(60 - into);
    for _ in 0..PASSES_A_MINUTE {
        wallet.ask("/pass", &json!({})).await.good(200);
    }
    let answer = wallet.ask("/pass", &json!({})).await;
    assert_eq!(answer.refused(), (429, "slow_down".to_owned()));
    let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    world.turn(wait);
    wallet.ask("/pass", &json!({})).await.good(200);
}

async fn a_phone_that_was_lost_gets_none(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&world.offer(permit).await).await;
    wallet.fetch().await.good(200);
    world.office(permit, |permit, moment| permit.report_device_lost(moment)).await;
    let denied = (400, "credential_request_denied".to_owned());
    assert_eq!(wallet.ask("/pass", &json!({})).await.refused(), denied);
    assert_eq!(wallet.fetch().await.refused(), denied);
}
