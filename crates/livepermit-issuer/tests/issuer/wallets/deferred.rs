//! A credential that was asked for while the case is open.

use livepermit_issuer::domain::CaseId;
use livepermit_issuer::store::Owner;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::http::Answer;
use super::wallet::{Wallet, form};
use super::world::{CLIENT, REDIRECT, World};
use crate::place::{Place, on_both};
use livepermit_testkit::jwt::{Key, base64url};

on_both! {
    eight_days_pass,
    a_case_that_is_refused_is_denied,
    a_transaction_is_for_one_session_and_is_used_once,
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A wallet with a session for an application.
pub(super) async fn applied(world: &World, seed: u8) -> (CaseId, Wallet<'_>) {
    let case = world.case().await;
    let challenge = base64url(&Sha256::digest(VERIFIER));
    let asked = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "permit"),
        ("code_challenge_method", "S256"),
        ("code_challenge", &challenge),
    ];
    let answer = world.get(&format!("/authorize?{}", form(&asked))).await.good(303);
    let (_, request) = answer.header("location").unwrap().split_once('=').unwrap();
    let address = world.finish(request, Owner::Case(case)).await.unwrap();
    let code = address.split_once("code=").unwrap().1.split('&').next().unwrap();
    let mut wallet = Wallet::new(world, Key::p256(seed), Key::p256(seed + 100));
    wallet.redeem(code, VERIFIER).await;
    (case, wallet)
}

pub(super) async fn ask(wallet: &Wallet<'_>, transaction: &str) -> Answer {
    wallet.ask("/deferred", &json!({ "transaction_id": transaction })).await
}

async fn eight_days_pass(place: Place) {
    let world = World::new(place).await;
    let (case, mut wallet) = applied(&world, 1).await;
    let answer = wallet.fetch().await.good(202);
    assert_eq!(answer.json()["interval"], 3600);
    assert!(answer.json().get("credentials").is_none());
    let transaction = answer.text("transaction_id");
    for _ in 0..8 {
        world.turn(24 * 60 * 60);
        assert_eq!(ask(&wallet, &transaction).await.refused().0, 401, "the access token has ended");
        wallet.refresh().await;
        let answer = ask(&wallet, &transaction).await.good(202);
        assert_eq!(answer.text("transaction_id"), transaction);
    }
    let permit = world.approve(case).await;
    let answer = ask(&wallet, &transaction).await.good(200);
    wallet.check(&answer);
    assert!(answer.json().get("notification_id").is_none(), "wallets in use refuse it here");
    assert!(world.load(permit).await.bindings().active().is_some());
    // From now on it is a session like any other.
    let again = wallet.fetch().await;
    wallet.check(&again);
    assert_eq!(ask(&wallet, &transaction).await.refused().1, "invalid_transaction_id");
}

async fn a_case_that_is_refused_is_denied(place: Place) {
    let world = World::new(place).await;
    let (case, wallet) = applied(&world, 1).await;
    let transaction = wallet.fetch().await.good(202).text("transaction_id");
    world.refuse(case).await;
    for answer in [ask(&wallet, &transaction).await, wallet.fetch().await] {
        assert_eq!(answer.refused(), (400, "credential_request_denied".to_owned()));
        assert!(answer.text("error_description").contains("refused"), "{answer:?}");
    }
}

async fn a_transaction_is_for_one_session_and_is_used_once(place: Place) {
    let world = World::new(place).await;
    let (case, wallet) = applied(&world, 1).await;
    let (_, other) = applied(&world, 2).await;
    let first = wallet.fetch().await.good(202).text("transaction_id");
    let theirs = other.fetch().await.good(202).text("transaction_id");
    let second = wallet.fetch().await.good(202).text("transaction_id");
    world.approve(case).await;
    let unknown = (400, "invalid_transaction_id".to_owned());
    for transaction in [&*first, &theirs, "", "x"] {
        assert_eq!(ask(&wallet, transaction).await.refused(), unknown, "{transaction}");
    }
    assert_eq!(ask(&other, &second).await.refused(), unknown);
    let answer = ask(&wallet, &second).await;
    wallet.check(&answer);
    assert_eq!(ask(&wallet, &second).await.refused(), unknown);
}
