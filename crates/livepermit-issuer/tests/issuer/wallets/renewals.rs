//! The daily credential, and all that is no renewal.

use serde_json::json;

use super::http::Answer;
use super::wallet::{FORM, Wallet, form, request};
use super::world::World;
use crate::place::{Place, on_both};
use livepermit_testkit::jwt::Key;

on_both! {
    a_year_of_days,
    a_nonce_serves_once,
    a_dpop_proof_serves_once,
    proofs_of_requests_that_are_wrong,
    proofs_of_keys_that_are_wrong,
    a_session_renews_its_own_device_alone,
    a_refresh_token_is_for_the_key_that_it_was_given_to,
}

async fn a_year_of_days(place: Place) {
    let world = World::new(place).await;
    let mut wallet = Wallet::enrolled(&world, 1).await;
    // Some days of the year, with its last one; a session that is used goes on.
    for days in [1, 1, 30, 150, 150, 30] {
        world.turn(days * 86_400);
        wallet.refresh().await;
        let answer = wallet.fetch().await;
        wallet.check(&answer);
    }
    world.turn(5 * 86_400);
    wallet.refresh().await;
    let answer = wallet.fetch().await;
    assert_eq!(answer.refused(), (400, "credential_request_denied".to_owned()));
    assert!(answer.text("error_description").contains("has been over"), "{answer:?}");
    // Nobody used it for so long.
    world.turn(401 * 86_400);
    assert_eq!(wallet.try_refresh().await.refused(), (400, "invalid_grant".to_owned()));
}

fn is(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.refused(), (status, error.to_owned()), "{answer:?}");
    if status == 401 {
        let scheme = answer.header("www-authenticate").unwrap();
        assert!(scheme.starts_with("DPoP ") && scheme.contains(error), "{scheme}");
    }
}

async fn a_nonce_serves_once(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let nonce = wallet.nonce().await;
    wallet.fetch_with(&wallet.proof(&nonce)).await.good(200);
    is(&wallet.fetch_with(&wallet.proof(&nonce)).await, 400, "invalid_nonce");
    // A nonce that met a fault before it was used is still good.
    let nonce = wallet.nonce().await;
    let mut claims = wallet.proof_claims(&nonce);
    claims["aud"] = "https://other.example".into();
    let wrong = wallet.device.jwt("openid4vci-proof+jwt", &claims);
    is(&wallet.fetch_with(&wrong).await, 400, "invalid_proof");
    wallet.fetch_with(&wallet.proof(&nonce)).await.good(200);
    // One that is too old, and one that is not ours.
    let nonce = wallet.nonce().await;
    world.turn(5 * 60);
    is(&wallet.fetch_with(&wallet.proof(&nonce)).await, 400, "invalid_nonce");
    is(&wallet.fetch_with(&wallet.proof("x")).await, 400, "invalid_nonce");
}

async fn a_dpop_proof_serves_once(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let nonce = wallet.nonce().await;
    let proof = wallet.dpop_proof("/credential", true);
    let body = request(&wallet.proof(&nonce));
    wallet.ask_with("/credential", &proof, &body).await.good(200);
    let body = request(&wallet.proof(&wallet.nonce().await));
    is(&wallet.ask_with("/credential", &proof, &body).await, 401, "invalid_dpop_proof");
    // At the token endpoint too.
    let proof = wallet.dpop_proof("/token", false);
    let body = form(&[("grant_type", "refresh_token"), ("refresh_token", &wallet.refresh)]);
    let headers = [FORM, ("DPoP", &*proof)];
    world.post("/token", &headers, &body).await.good(200);
    is(&world.post("/token", &headers, &body).await, 400, "invalid_dpop_proof");
}

async fn proofs_of_requests_that_are_wrong(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let nonce = wallet.nonce().await;
    let body = request(&wallet.proof(&nonce));
    let good = wallet.dpop_claims("/credential", true);
    for (name, value) in [
        ("htm", json!("GET")),
        ("htm", json!("post")),
        ("htu", json!(format!("{}/token", world.issuer))),
        ("htu", json!("https://bj.example/credential")),
        ("iat", json!(wallet.seconds() - 302)),
        ("iat", json!(wallet.seconds() + 310)),
        ("iat", json!("now")),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("jti", json!("j".repeat(257))),
        ("ath", json!("x")),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        let proof = wallet.dpop.jwt("dpop+jwt", &claims);
        let answer = wallet.ask_with("/credential", &proof, &body).await;
        is(&answer, 401, "invalid_dpop_proof");
    }
    let mut claims = good.clone();
    claims.as_object_mut().unwrap().remove("ath");
    let proof = wallet.dpop.jwt("dpop+jwt", &claims);
    is(&wallet.ask_with("/credential", &proof, &body).await, 401, "invalid_dpop_proof");
    // A token of one key is nothing in the hands of another.
    let thief = Key::p256(99).jwt("dpop+jwt", &good);
    is(&wallet.ask_with("/credential", &thief, &body).await, 401, "invalid_token");
    // A query and the writing of the host do not matter.
    let mut claims = good;
    claims["htu"] = format!("{}/credential?a=b", world.issuer.replace("http", "HTTP")).into();
    let proof = wallet.dpop.jwt("dpop+jwt", &claims);
    wallet.ask_with("/credential", &proof, &body).await.good(200);
}

async fn proofs_of_keys_that_are_wrong(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let nonce = wallet.nonce().await;
    let good = wallet.proof_claims(&nonce);
    let typ = "openid4vci-proof+jwt";
    for (name, value) in [
        ("aud", json!("https://bj.example")),
        ("aud", json!(format!("{}/", world.issuer))),
        ("aud", json!([world.issuer])),
        ("iat", json!(wallet.seconds() - 602)),
        ("iat", json!(wallet.seconds() + 610)),
        ("iat", json!(null)),
        ("nonce", json!(7)),
        ("iss", json!("other.example")),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        is(&wallet.fetch_with(&wallet.device.jwt(typ, &claims)).await, 400, "invalid_proof");
    }
    for typ in ["JWT", "dpop+jwt", "openid4vci-proof+JWT"] {
        is(&wallet.fetch_with(&wallet.device.jwt(typ, &good)).await, 400, "invalid_proof");
    }
    for name in ["kid", "x5c"] {
        let mut header = wallet.device.header(typ);
        header[name] = "x".into();
        is(&wallet.fetch_with(&wallet.device.sign(&header, &good)).await, 400, "invalid_proof");
    }
    let proof = wallet.proof(&nonce);
    let two = json!({
        "credential_configuration_id": "permit",
        "proofs": { "jwt": [proof, proof] },
    });
    is(&wallet.ask("/credential", &two).await, 400, "invalid_proof");
    let (signed, _) = proof.rsplit_once('.').unwrap();
    is(&wallet.fetch_with(&format!("{signed}.")).await, 400, "invalid_proof");
    // None of that has used the nonce. What a phone says of its key is not checked, and not an
    // error: the register says that nothing attests the key.
    let mut header = wallet.device.header(typ);
    header["key_attestation"] = "a.b.c".into();
    wallet.fetch_with(&wallet.device.sign(&header, &good)).await.good(200);
}

async fn a_session_renews_its_own_device_alone(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&world.offer(permit).await).await;
    wallet.fetch().await.good(200);
    // The thief has all tokens, and the key of the requests, but not the key of the device.
    world.office(permit, |permit, moment| permit.open_enrolment(moment)).await;
    let own = std::mem::replace(&mut wallet.device, Key::ed25519(77));
    is(&wallet.fetch().await, 400, "credential_request_denied");
    wallet.device = own;
    wallet.fetch().await.good(200);
    // A new phone with an offer: the old session is over, and the old device too.
    let mut new = Wallet::seeded(&world, 2);
    new.take(&world.offer(permit).await).await;
    let answer = new.fetch().await;
    new.check(&answer);
    is(&wallet.fetch().await, 401, "invalid_token");
    is(&wallet.try_refresh().await, 400, "invalid_grant");
    // Another offer does not bring the old key back.
    world.office(permit, |permit, moment| permit.open_enrolment(moment)).await;
    wallet.take(&world.offer(permit).await).await;
    is(&wallet.fetch().await, 400, "credential_request_denied");
    // An offer to a phone that has the permit already is a renewal.
    let mut again = Wallet::new(&world, Key::p256(5), new.device.clone());
    again.take(&world.offer(permit).await).await;
    let answer = again.fetch().await;
    again.check(&answer);
    assert_eq!(world.load(permit).await.bindings().past().len(), 1);
}

async fn a_refresh_token_is_for_the_key_that_it_was_given_to(place: Place) {
    let world = World::new(place).await;
    let mut wallet = Wallet::enrolled(&world, 1).await;
    let own = std::mem::replace(&mut wallet.dpop, Key::p256(88));
    is(&wallet.try_refresh().await, 400, "invalid_grant");
    wallet.dpop = own;
    let client = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*wallet.refresh),
        ("client_id", "other.example"),
    ];
    is(&wallet.token(&client).await, 400, "invalid_grant");
    // It is not used up by that, nor by being used.
    for _ in 0..3 {
        wallet.refresh().await;
    }
    world.turn(10 * 60);
    is(&wallet.fetch().await, 401, "invalid_token");
}
