//! Requests that are sent again: done once.

use livepermit_issuer::staff::Role;
use serde_json::json;

use super::world::{With, World, application, run};

fn key(key: &str) -> With<'_> {
    With { version: None, key: Some(key) }
}

#[test]
fn the_same_request_is_done_once() {
    run(async |world: World| {
        let lin = world.north().await;
        let path = "/office/cases";
        let first = world.post_with(&lin, path, application(), key("a-1")).await;
        let lines = world.lines().await;
        let again = world.post_with(&lin, path, application(), key("a-1")).await;
        assert_eq!((first.status, &first.body), (201, &again.body));
        assert_eq!((again.status, again.etag()), (201, first.etag()));
        assert_eq!(world.lines().await, lines);
        // Without a key, with another, or of another officer it is another request.
        let other = world.post_with(&lin, path, application(), key("a-2")).await.is(201);
        assert_ne!(other["id"], first.json()["id"]);
        let mei = world.officer("mei", &[Role::Intake], &["north"]).await;
        let other = world.post_with(&mei, path, application(), key("a-1")).await.is(201);
        assert_ne!(other["id"], first.json()["id"]);
    });
}

#[test]
fn a_key_stands_for_one_request() {
    run(async |world: World| {
        let lin = world.north().await;
        world.post_with(&lin, "/office/cases", application(), key("k")).await.is(201);
        let used = (422, "idempotency-key-used".to_owned());
        let mut other = application();
        other["class"] = json!("student");
        let reply = world.post_with(&lin, "/office/cases", other, key("k")).await;
        assert_eq!(reply.refused(), used);
        let permit = world.permit(&lin, "north").await;
        let path = format!("{permit}/device-lost");
        let reply = world.post_with(&lin, &path, application(), key("k")).await;
        assert_eq!(reply.status, 422);
        for malformed in ["", "a b", &"x".repeat(65)] {
            let reply = world.post_with(&lin, "/office/cases", application(), key(malformed)).await;
            assert_eq!(reply.refused(), (422, "idempotency-key-malformed".to_owned()));
        }
        // After a day the key is free.
        world.turn(86_400);
        let lin = world.log_in("lin").await;
        world.post_with(&lin, "/office/cases", application(), key("k")).await.is(201);
    });
}

#[test]
fn what_was_refused_leaves_its_key_free() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let path = format!("{permit}/slips");
        let early = json!({"until": "2020-01-01"});
        let reply = world.post_with(&lin, &path, early, key("s")).await;
        assert_eq!(reply.refused(), (409, "slip-over".to_owned()));
        let slip = world.post_with(&lin, &path, json!({}), key("s")).await.is(201);
        let again = world.post_with(&lin, &path, json!({}), key("s")).await.is(201);
        assert_eq!(slip, again);
        assert_eq!(world.get(&lin, &permit).await.is(200)["slips"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_decision_is_answered_again_though_its_version_is_gone() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.checked(&lin, "north").await;
        let version = world.get(&lin, &case).await.etag();
        let with = With { version: Some(&version), key: Some("d") };
        let path = format!("{case}/approve");
        let first = world.post_with(&lin, &path, json!({}), with).await;
        let again = world.post_with(&lin, &path, json!({}), with).await;
        assert_eq!((first.status, &first.body), (200, &again.body));
        let without = With { version: Some(&version), key: None };
        let reply = world.post_with(&lin, &path, json!({}), without).await;
        assert_eq!(reply.refused(), (412, "changed".to_owned()));
    });
}

#[test]
fn eight_at_once_are_one() {
    run(async |world: World| {
        let lin = world.north().await;
        let world = std::sync::Arc::new(world);
        let mut all = Vec::new();
        for _ in 0..8 {
            let (world, lin) = (std::sync::Arc::clone(&world), lin.clone());
            all.push(tokio::spawn(async move {
                world.post_with(&lin, "/office/cases", application(), key("one")).await.is(201)
            }));
        }
        let mut cases = Vec::new();
        for one in all {
            cases.push(one.await.unwrap());
        }
        assert!(cases.windows(2).all(|pair| pair[0] == pair[1]));
        let queue = world.get(&lin, "/office/cases?state=submitted").await.is(200);
        assert_eq!(queue["cases"].as_array().unwrap().len(), 1);
    });
}
