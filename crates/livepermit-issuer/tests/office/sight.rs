//! Officers see what is their offices', and nothing tells that there is more.

use livepermit_issuer::staff::Role;
use serde_json::json;

use super::world::{With, World, id_of, run};

#[test]
fn another_offices_case_looks_like_none() {
    run(async |world: World| {
        let lin = world.north().await;
        let ada = world.officer("ada", &Role::ALL, &["south"]).await;
        let case = world.assigned(&lin, "north").await;
        let path = format!("{case}/documents?kind=other");
        let paper = world.upload(&lin, &path, b"%PDF-1.4 x").await.is(201);
        let paper = paper["documents"][0]["id"].clone();
        let paper = paper.as_str().unwrap();
        let guessed = "/office/cases/0123456789abcdef0123456789abcdef".to_owned();
        let with = With { version: Some("\"v3\""), key: None };
        let to = json!({"office": "south", "officer": "ada"});
        let why = json!({"ground": "untrue"});
        let found = json!({"finding": "as-stated"});
        for (step, body) in [
            ("assign", to),
            ("checks", found),
            ("approve", json!({})),
            ("refuse", why),
            ("withdraw", json!({})),
        ] {
            let mut bodies = Vec::new();
            for case in [&case, &guessed] {
                let reply =
                    world.post_with(&ada, &format!("{case}/{step}"), body.clone(), with).await;
                assert_eq!(reply.refused(), (404, "missing".to_owned()), "{step}");
                bodies.push(reply.body);
            }
            assert_eq!(bodies[0], bodies[1]);
        }
        for path in [String::new(), format!("/documents/{paper}")] {
            let reply = world.get(&ada, &format!("{case}{path}")).await;
            assert_eq!(reply.refused(), (404, "missing".to_owned()));
        }
        let attach = format!("{case}/documents?kind=other");
        assert_eq!(world.upload(&ada, &attach, b"%PDF-1.4 x").await.status, 404);
        let list = world.get(&ada, "/office/cases?state=assigned&office=north").await;
        assert_eq!(list.refused(), (404, "missing".to_owned()));
        assert_eq!(
            world.get(&ada, "/office/cases?state=assigned").await.is(200)["cases"],
            json!([])
        );
        // A document is read by its own case alone.
        let mine = world.assigned(&ada, "south").await;
        assert_eq!(world.get(&ada, &format!("{mine}/documents/{paper}")).await.status, 404);
        assert_eq!(world.get(&lin, &case).await.is(200)["documents"].as_array().unwrap().len(), 1);
        assert_eq!(world.get(&lin, &case).await.etag(), "\"v3\"");
    });
}

#[test]
fn another_offices_permit_looks_like_none() {
    run(async |world: World| {
        let lin = world.north().await;
        let ada = world.officer("ada", &Role::ALL, &["south"]).await;
        let permit = world.permit(&lin, "north").await;
        assert_eq!(world.get(&ada, &permit).await.status, 404);
        let with = With { version: Some("\"v1\""), key: None };
        let why = json!({"ground": "untrue"});
        for (step, body) in [
            ("suspend", json!({"ground": "misuse"})),
            ("resume", json!({})),
            ("cancel", why),
            ("device-lost", json!({})),
            ("offers", json!({})),
            ("slips", json!({})),
            ("cards", json!({"number": "1", "until": "2027-01-01"})),
            ("follow-ups", json!({"finding": "as-stated"})),
        ] {
            let reply = world.post_with(&ada, &format!("{permit}/{step}"), body, with).await;
            assert_eq!(reply.refused(), (404, "missing".to_owned()), "{step}");
        }
        let found = world.get(&ada, "/office/permits?document=11010119900307123X").await.is(200);
        assert_eq!(found["permits"], json!([]));
        let change = json!({
            "kind": "cancellation", "permit": id_of(&permit), "applicant": super::world::person(),
        });
        let reply = world.post(&ada, "/office/cases", change).await;
        assert_eq!(reply.refused(), (404, "missing".to_owned()));
        // Who looks after all offices sees it.
        let all = world.officer("all", &Role::ALL, &["*"]).await;
        assert_eq!(world.get(&all, &permit).await.status, 200);
        let list = world.get(&all, "/office/cases?state=decided&office=north").await.is(200);
        assert_eq!(list["cases"].as_array().unwrap().len(), 1);
        assert_eq!(world.get(&all, "/office/cases?state=decided").await.status, 422);
    });
}

#[test]
fn cases_that_nobody_has_are_for_intake() {
    run(async |world: World| {
        let lin = world.north().await;
        let bob = world.officer("bob", &[Role::Check, Role::Decide], &["north"]).await;
        let ada = world.officer("ada", &[Role::Intake], &["south"]).await;
        let case = world.submitted(&lin).await;
        assert_eq!(world.get(&bob, &case).await.status, 404);
        assert_eq!(world.get(&ada, &case).await.status, 200);
    });
}
