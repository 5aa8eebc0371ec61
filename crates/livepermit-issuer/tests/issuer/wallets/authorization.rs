//! The browser's way: from the wallet to the page for applicants and back, with a code.

use livepermit_issuer::domain::CaseId;
use livepermit_issuer::store::{Owner, Store as _};
use sha2::{Digest as _, Sha256};

use super::http::Answer;
use super::wallet::{Wallet, form};
use super::world::{CLIENT, REDIRECT, World};
use crate::place::{Place, on_both};
use livepermit_testkit::jwt::base64url;

on_both! {
    a_browser_comes_and_goes_back_with_a_code,
    a_code_that_is_shown_again_ends_its_session,
    a_code_is_for_one_client_one_address_and_one_secret,
    a_code_is_for_the_key_that_was_named,
    codes_and_requests_end,
    requests_that_are_wrong,
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn asked() -> Vec<(&'static str, String)> {
    [
        ("response_type", "code".to_owned()),
        ("client_id", CLIENT.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("scope", "permit".to_owned()),
        ("state", "a&b".to_owned()),
        ("code_challenge_method", "S256".to_owned()),
        ("code_challenge", base64url(&Sha256::digest(VERIFIER))),
    ]
    .into()
}

async fn authorize(world: &World, parameters: &[(&str, String)]) -> Answer {
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, &**value)).collect();
    world.get(&format!("/authorize?{}", form(&parameters))).await
}

/// The name under which the page for applicants knows what the browser wants.
async fn request(world: &World) -> String {
    request_of(authorize(world, &asked()).await, world)
}

fn request_of(answer: Answer, world: &World) -> String {
    let answer = answer.good(303);
    let address = answer.header("location").unwrap();
    address.strip_prefix(&format!("{}/apply?request=", world.issuer)).unwrap().to_owned()
}

/// The code with which the browser comes back.
fn code(address: &str, world: &World) -> String {
    let query = address.strip_prefix(&format!("{REDIRECT}?code=")).unwrap();
    let (code, rest) = query.split_once('&').unwrap();
    let issuer = form(&[("iss", &world.issuer)]);
    assert_eq!(rest, format!("state=a%26b&{issuer}"));
    code.to_owned()
}

async fn show(wallet: &Wallet<'_>, code: &str) -> Answer {
    let verifier = ("code_verifier", VERIFIER);
    let client = [("redirect_uri", REDIRECT), ("client_id", CLIENT)];
    let grant = [("grant_type", "authorization_code"), ("code", code), verifier];
    wallet.token(&[grant.as_slice(), &client].concat()).await
}

async fn for_case(world: &World) -> (CaseId, String) {
    let case = world.case().await;
    let request = request(world).await;
    let address = world.finish(&request, Owner::Case(case)).await.unwrap();
    (case, code(&address, world))
}

async fn a_browser_comes_and_goes_back_with_a_code(place: Place) {
    let world = World::new(place).await;
    let name = request(&world).await;
    let now = world.clock.now();
    let digest = livepermit_issuer::protocol::digest(&name);
    let pending = world.service().store().wallet_request(&digest, now).await.unwrap().unwrap();
    assert_eq!((&*pending.client, &*pending.redirect), (CLIENT, REDIRECT));
    let case = world.case().await;
    let address = world.finish(&name, Owner::Case(case)).await.unwrap();
    // The browser goes back once.
    assert_eq!(world.finish(&name, Owner::Case(case)).await, None);
    assert_eq!(world.finish("x", Owner::Case(case)).await, None);
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.keep(show(&wallet, &code(&address, &world)).await);
    world.approve(case).await;
    let answer = wallet.fetch().await;
    wallet.check(&answer);
}

async fn a_code_that_is_shown_again_ends_its_session(place: Place) {
    let world = World::new(place).await;
    let (case, code) = for_case(&world).await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.keep(show(&wallet, &code).await);
    world.approve(case).await;
    wallet.fetch().await.good(200);
    let answer = show(&Wallet::seeded(&world, 2), &code).await;
    assert_eq!(answer.refused(), (400, "invalid_grant".to_owned()));
    assert_eq!(wallet.fetch().await.refused(), (401, "invalid_token".to_owned()));
    assert_eq!(wallet.try_refresh().await.refused(), (400, "invalid_grant".to_owned()));
    let lines = world.service().store().audit_behind(0, 100).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.action == "session-revoked").count(), 1);
}

async fn a_code_is_for_one_client_one_address_and_one_secret(place: Place) {
    let world = World::new(place).await;
    let (_, code) = for_case(&world).await;
    let wallet = Wallet::seeded(&world, 1);
    let good = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
        ("client_id", CLIENT),
    ];
    for (at, other) in [
        (1, "x"),
        (2, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        (2, "short"),
        (3, "https://wallet.example/back/"),
        (4, "other.example"),
        (4, "nobody.example"),
    ] {
        let mut parameters = good;
        parameters[at].1 = other;
        let answer = wallet.token(&parameters).await;
        assert_eq!(answer.refused(), (400, "invalid_grant".to_owned()), "{other}");
    }
    // None of that spoiled it for the wallet that it is for.
    wallet.token(&good).await.good(200);
}

/// RFC 9449 §10: a code that somebody takes out of the browser is worth nothing, with its secret too.
async fn a_code_is_for_the_key_that_was_named(place: Place) {
    let world = World::new(place).await;
    let [mut wallet, other] = [1, 2].map(|seed| Wallet::seeded(&world, seed));
    // The members of a key stand in the order of RFC 7638.
    let named = base64url(&Sha256::digest(wallet.dpop.jwk().to_string()));
    let answer = authorize(&world, &[asked(), [("dpop_jkt", named)].into()].concat()).await;
    let name = request_of(answer, &world);
    let case = world.case().await;
    let code = code(&world.finish(&name, Owner::Case(case)).await.unwrap(), &world);
    assert_eq!(show(&other, &code).await.refused(), (400, "invalid_grant".to_owned()));
    wallet.keep(show(&wallet, &code).await);
}

async fn codes_and_requests_end(place: Place) {
    let world = World::new(place).await;
    let (case, code) = for_case(&world).await;
    world.turn(2 * 60);
    let answer = show(&Wallet::seeded(&world, 1), &code).await;
    assert_eq!(answer.refused(), (400, "invalid_grant".to_owned()));
    let name = request(&world).await;
    world.turn(24 * 60 * 60);
    assert_eq!(world.finish(&name, Owner::Case(case)).await, None);
}

async fn requests_that_are_wrong(place: Place) {
    let world = World::new(place).await;
    // Nobody is sent to an address that is not registered.
    for (at, other) in [(1, "nobody.example"), (2, "https://evil.example/back"), (2, "")] {
        let mut parameters = asked();
        parameters[at].1 = other.to_owned();
        let answer = authorize(&world, &parameters).await;
        assert_eq!((answer.status, answer.header("location")), (400, None), "{other}");
        assert!(answer.body().starts_with("This page was opened in a wrong way."));
    }
    assert_eq!(world.get("/authorize?client_id=a&client_id=b").await.status, 400);
    assert_eq!(world.get("/authorize").await.status, 400);
    for (at, other, error) in [
        (0, "token", "unsupported_response_type"),
        (3, "openid", "invalid_scope"),
        (5, "plain", "invalid_request"),
        (6, "x", "invalid_request"),
        (7, "x", "invalid_request"),
    ] {
        let mut parameters = asked();
        parameters.push(("dpop_jkt", base64url(&[1; 32])));
        parameters[at].1 = other.to_owned();
        let answer = authorize(&world, &parameters).await.good(303);
        let address = answer.header("location").unwrap();
        assert!(address.starts_with(&format!("{REDIRECT}?error={error}&")), "{address}");
        assert!(address.contains("&state=a%26b&iss="), "{address}");
    }
    // A person who does not want to apply after all.
    let name = request(&world).await;
    let mut change = world.service().store().begin().await.unwrap();
    let refuse = livepermit_issuer::http::wallets::refuse_authorization;
    let address = refuse(&world.state, &mut change, &name).await.unwrap().unwrap();
    change.commit().await.unwrap();
    assert!(address.starts_with(&format!("{REDIRECT}?error=access_denied&")), "{address}");
}
