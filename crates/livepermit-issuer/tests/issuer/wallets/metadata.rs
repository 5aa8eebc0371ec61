//! What wallets read first, and what browsers may do.

use super::http::send;
use super::world::World;
use crate::place::{Place, on_both};

on_both! {
    the_documents_stand_where_the_standards_want_them,
    scripts_may_ask_what_is_for_them,
    what_there_is_not_is_said,
}

async fn the_documents_stand_where_the_standards_want_them(place: Place) {
    let world = World::with_path(place, "/permits").await;
    let issuer = world.get("/.well-known/openid-credential-issuer/permits").await.good(200);
    assert_eq!(issuer.header("cache-control"), Some("public, max-age=300"));
    let issuer = issuer.json();
    assert_eq!(issuer["credential_issuer"], *world.issuer);
    assert_eq!(issuer["credential_endpoint"], format!("{}/credential", world.issuer));
    let permit = &issuer["credential_configurations_supported"]["permit"];
    assert_eq!((&permit["format"], &permit["scope"]), (&"sd-cwt".into(), &"permit".into()));
    assert!(issuer.get("batch_credential_issuance").is_none(), "one permit lives on one key");
    let server =
        world.get("/.well-known/oauth-authorization-server/permits").await.good(200).json();
    assert_eq!(server["issuer"], *world.issuer);
    assert_eq!(server["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    // Each endpoint that is named is there.
    let (issuer, server) = (issuer.as_object().unwrap(), server.as_object().unwrap());
    let mut named = 0;
    for (name, value) in issuer.iter().chain(server) {
        if name.ends_with("_endpoint") {
            named += 1;
            let path = value.as_str().unwrap().strip_prefix(&*world.issuer).unwrap();
            let answer = world.post(path, &[], "").await;
            assert_ne!(answer.status, 404, "{name}");
        }
    }
    assert_eq!(named, 7);
}

async fn scripts_may_ask_what_is_for_them(place: Place) {
    let world = World::new(place).await;
    let asks = [
        ("Origin", "https://wallet.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,dpop,content-type"),
    ];
    for path in ["/token", "/nonce", "/credential", "/deferred", "/notification", "/pass"] {
        let answer = send(world.port, &format!("OPTIONS {path}"), &asks, &[]).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        let allowed = answer.header("access-control-allow-headers").unwrap();
        assert!(allowed.contains("dpop"), "{allowed}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    let answer = send(world.port, "OPTIONS /authorize", &asks, &[]).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

async fn what_there_is_not_is_said(place: Place) {
    let world = World::new(place).await;
    for path in ["/", "/tokens", "/token/", "/../token", "/.well-known/openid-credential-issuer/x"]
    {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
    for path in ["/token", "/nonce", "/credential"] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}
