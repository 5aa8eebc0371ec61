//! Faults of the issuer are never the wallet's.

use super::wallet::Wallet;
use super::world::{CLIENT, REDIRECT, World};
use crate::place::{Place, on_both};

on_both! {
    a_register_that_is_away_is_said_to_be_away,
    a_clock_that_went_back_is_our_fault,
}

async fn a_register_that_is_away_is_said_to_be_away(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let nonce = wallet.nonce().await;
    world.service().store().close().await;
    for answer in [wallet.try_refresh().await, wallet.fetch_with(&wallet.proof(&nonce)).await] {
        assert_eq!(answer.refused(), (503, "temporarily_unavailable".to_owned()));
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    // A browser goes back with it.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let asked = super::wallet::form(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "permit"),
        ("code_challenge_method", "S256"),
        ("code_challenge", challenge),
    ]);
    let answer = world.get(&format!("/authorize?{asked}")).await.good(303);
    let address = answer.header("location").unwrap();
    assert!(
        address.starts_with(&format!("{REDIRECT}?error=temporarily_unavailable&")),
        "{address}"
    );
    // What needs no register is answered.
    wallet.nonce().await;
    world.get("/.well-known/openid-credential-issuer").await.good(200);
}

async fn a_clock_that_went_back_is_our_fault(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    world.turn(-600);
    let answer = wallet.fetch().await;
    assert_eq!(answer.refused(), (503, "temporarily_unavailable".to_owned()));
    world.turn(600);
    wallet.fetch().await.good(200);
}
