//! Strangers: no token, somebody else's, garbage, and too much of it.

use livepermit_issuer::jobs;

use super::http::send;
use super::wallet::{FORM, JSON, Wallet, request};
use super::world::World;
use crate::place::{Place, on_both};

on_both! {
    who_shows_nothing_gets_nothing,
    tokens_of_others_are_nothing,
    garbage_is_answered,
    too_much_is_refused,
    what_serves_once_is_forgotten_after_its_time,
}

const ENDPOINTS: [&str; 4] = ["/credential", "/deferred", "/notification", "/pass"];

async fn who_shows_nothing_gets_nothing(place: Place) {
    let world = World::new(place).await;
    for path in ENDPOINTS {
        let answer = world.post(path, &[JSON], "{}").await;
        assert_eq!((answer.status, answer.body()), (401, ""), "{path}");
        let scheme = answer.header("www-authenticate").unwrap();
        assert_eq!(scheme, r#"DPoP algs="ES256 EdDSA Ed25519""#);
        for authorization in ["Bearer x", "DPoP", "dpop", "x", ""] {
            let headers = [JSON, ("Authorization", authorization)];
            let answer = world.post(path, &headers, "{}").await;
            assert_eq!(answer.status, 401, "{path} {authorization}");
        }
    }
}

async fn tokens_of_others_are_nothing(place: Place) {
    let world = World::new(place).await;
    let mine = Wallet::enrolled(&world, 1).await;
    let theirs = Wallet::enrolled(&world, 2).await;
    // My key, their token, and a proof that names it.
    let mut mixed = Wallet::seeded(&world, 1);
    theirs.access.clone_into(&mut mixed.access);
    let answer = mixed.fetch().await;
    assert_eq!(answer.refused(), (401, "invalid_token".to_owned()));
    theirs.refresh.clone_into(&mut mixed.refresh);
    assert_eq!(mixed.try_refresh().await.refused(), (400, "invalid_grant".to_owned()));
    // A proof of their key, which I saw, in my session: I have not their key, and they not mine.
    let nonce = mine.nonce().await;
    let answer = mine.fetch_with(&theirs.proof(&nonce)).await;
    assert_eq!(answer.refused(), (400, "credential_request_denied".to_owned()));
    // Two headers are none.
    let (one, two) = (mine.dpop_proof("/credential", true), theirs.dpop_proof("/credential", true));
    let authorization = format!("DPoP {}", mine.access);
    let headers = [JSON, ("DPoP", &*one), ("DPoP", &*two), ("Authorization", &authorization)];
    let answer = world.post("/credential", &headers, "{}").await;
    assert_eq!(answer.refused(), (401, "invalid_dpop_proof".to_owned()));
}

async fn garbage_is_answered(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let bodies = ["", "{", "null", "[]", "\"a\"", "{\"a\":1,\"a\":2}", "\u{0}", "a=b", "王"];
    let authorization = format!("DPoP {}", wallet.access);
    for body in bodies {
        for path in ["/credential", "/deferred", "/notification"] {
            let proof = wallet.dpop_proof(path, true);
            let headers = [JSON, ("DPoP", &*proof), ("Authorization", &authorization)];
            let answer = world.post(path, &headers, body).await;
            assert_eq!(answer.status, 400, "{path} {body:?}");
        }
        let proof = wallet.dpop_proof("/token", false);
        let answer = world.post("/token", &[FORM, ("DPoP", &proof)], body).await;
        assert_eq!(answer.refused(), (400, "invalid_request".to_owned()), "{body:?}");
    }
    // Another media type.
    let proof = wallet.dpop_proof("/credential", true);
    let headers = [FORM, ("DPoP", &*proof), ("Authorization", &authorization)];
    let answer = world.post("/credential", &headers, "{}").await;
    assert_eq!(answer.refused(), (400, "invalid_credential_request".to_owned()));
    let answer = world.post("/token", &[JSON], "{}").await;
    assert_eq!(answer.refused(), (400, "invalid_request".to_owned()));
    // No proof, and one that is none.
    let refresh = format!("grant_type=refresh_token&refresh_token={}", wallet.refresh);
    for headers in [&[FORM][..], &[FORM, ("DPoP", "x")], &[FORM, ("DPoP", "a.b.c")]] {
        let answer = world.post("/token", headers, &refresh).await;
        assert_eq!(answer.refused(), (400, "invalid_dpop_proof".to_owned()));
    }
    wallet.fetch().await.good(200);
}

async fn too_much_is_refused(place: Place) {
    let world = World::new(place).await;
    let wallet = Wallet::enrolled(&world, 1).await;
    let long = "a".repeat(livepermit_issuer::http::wallets::LONGEST_BODY + 1);
    let answer = world.post("/token", &[FORM], &long).await;
    assert_eq!(answer.refused(), (413, "invalid_request".to_owned()));
    let authorization = format!("DPoP {}", wallet.access);
    let proof = wallet.dpop_proof("/credential", true);
    let headers = [JSON, ("DPoP", &*proof), ("Authorization", &authorization)];
    assert_eq!(world.post("/credential", &headers, &long).await.status, 413);
    // A proof that is too long, within a body that is not.
    let nonce = wallet.nonce().await;
    let mut claims = wallet.proof_claims(&nonce);
    claims["x"] = "a".repeat(15_000).into();
    let proof = wallet.device.jwt("openid4vci-proof+jwt", &claims);
    let answer = wallet.ask("/credential", &request(&proof)).await;
    assert_eq!(answer.refused(), (400, "invalid_proof".to_owned()));
    let query = "a".repeat(8_000);
    let answer = send(world.port, &format!("GET /authorize?{query}"), &[], &[]).await;
    assert_eq!(answer.status, 400);
    wallet.fetch().await.good(200);
}

async fn what_serves_once_is_forgotten_after_its_time(place: Place) {
    let world = World::new(place).await;
    let mut wallet = Wallet::enrolled(&world, 1).await;
    world.offer(world.permit().await).await;
    // Two proofs and a nonce were seen; nothing has ended.
    let forget = async || jobs::forget_ended(world.service()).await.unwrap();
    assert_eq!(forget().await, 0);
    world.turn(2 * 60 * 60);
    assert_eq!(forget().await, 5, "two proofs, a nonce, two offers");
    assert_eq!(forget().await, 0);
    let count = world.place.sql("SELECT COUNT(*) FROM wallet_sessions").await;
    assert_eq!(count, [1]);
    wallet.refresh().await;
    wallet.fetch().await.good(200);
    // No secret is in the register.
    let secrets = [&wallet.access, &wallet.refresh];
    for table in ["wallet_sessions", "wallet_seen", "wallet_offers"] {
        for secret in secrets {
            let column = if table == "wallet_seen" { "what" } else { "id" };
            let column = if table == "wallet_offers" { "code" } else { column };
            let count = format!("SELECT COUNT(*) FROM {table} WHERE {column} = '{secret}'");
            assert_eq!(world.place.sql(&count).await, [0]);
        }
    }
}
