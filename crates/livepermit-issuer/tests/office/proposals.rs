//! Many permits are cancelled by two.

use livepermit_issuer::staff::Role;
use serde_json::json;

use super::world::{World, id_of, run};

#[test]
fn one_proposes_and_another_approves() {
    run(async |world: World| {
        let lin = world.north().await;
        let mei = world.officer("mei", &[Role::Decide], &["north"]).await;
        let permits = [world.permit(&lin, "north").await, world.permit(&lin, "north").await];
        let why = json!({"ground": "issued-in-error"});
        world.decide(&lin, &permits[1], "cancel", why.clone()).await.is(200);
        let ids: Vec<_> = permits.iter().map(|permit| id_of(permit)).collect();
        let body = json!({"permits": [ids[0], ids[1], ids[0]], "reason": why});
        let made = world.post(&lin, "/office/proposals", body).await.is(201);
        assert_eq!((&made["state"], &made["proposed_by"]), (&json!("open"), &json!("lin")));
        assert_eq!(world.get(&lin, &permits[0]).await.is(200)["state"]["name"], "active");
        let open = world.get(&mei, "/office/proposals").await.is(200);
        assert_eq!(open["proposals"][0]["id"], made["id"]);

        let path = format!("/office/proposals/{}", made["id"].as_str().unwrap());
        let own = world.post(&lin, &format!("{path}/approve"), json!({})).await;
        assert_eq!(own.refused(), (409, "own-proposal".to_owned()));
        let done = world.post(&mei, &format!("{path}/approve"), json!({})).await.is(200);
        assert_eq!((&done["cancelled"], &done["over"]), (&json!(1), &json!(1)));
        assert_eq!(done["proposal"]["decided_by"], "mei");
        let state = world.get(&lin, &permits[0]).await.is(200)["state"].clone();
        assert_eq!((&state["name"], &state["by"]), (&json!("cancelled"), &json!("mei")));
        for step in ["approve", "reject"] {
            let again = world.post(&mei, &format!("{path}/{step}"), json!({})).await;
            assert_eq!(again.refused(), (409, "changed".to_owned()));
        }
        let subject = format!("/office/audit?subject=proposal:{}", made["id"].as_str().unwrap());
        let log = world.get(&lin, &subject).await.is(200);
        assert_eq!(log["lines"][1]["detail"], "proposed-by=lin");
        world.lines().await;
    });
}

#[test]
fn a_proposal_is_rejected_or_ends() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let body = json!({"permits": [id_of(&permit)], "reason": {"ground": "untrue"}});
        let made = world.post(&lin, "/office/proposals", body.clone()).await.is(201);
        let path = format!("/office/proposals/{}/reject", made["id"].as_str().unwrap());
        let view = world.post(&lin, &path, json!({})).await.is(200);
        assert_eq!(view["state"], "rejected");
        let made = world.post(&lin, "/office/proposals", body).await.is(201);
        world.turn(7 * 86_400);
        let mei = world.officer("mei", &[Role::Decide], &["north"]).await;
        let path = format!("/office/proposals/{}/approve", made["id"].as_str().unwrap());
        let late = world.post(&mei, &path, json!({})).await;
        assert_eq!(late.refused(), (409, "proposal-ended".to_owned()));
        for permits in [json!([]), json!(["x"]), json!([id_of(&permit), "0".repeat(32)])] {
            let body = json!({"permits": permits, "reason": {"ground": "untrue"}});
            let status = world.post(&mei, "/office/proposals", body).await.status;
            assert!(matches!(status, 404 | 422), "{status}");
        }
        let many = json!({"permits": vec![id_of(&permit); 201], "reason": {"ground": "untrue"}});
        let reply = world.post(&mei, "/office/proposals", many).await;
        assert_eq!(reply.refused(), (422, "proposal-malformed".to_owned()));
    });
}

#[test]
fn other_offices_neither_see_nor_approve_it() {
    run(async |world: World| {
        let lin = world.north().await;
        let ada = world.officer("ada", &Role::ALL, &["south"]).await;
        let permit = world.permit(&lin, "north").await;
        let body = json!({"permits": [id_of(&permit)], "reason": {"ground": "untrue"}});
        let theirs = world.post(&ada, "/office/proposals", body.clone()).await;
        assert_eq!(theirs.refused(), (404, "missing".to_owned()));
        let made = world.post(&lin, "/office/proposals", body).await.is(201);
        assert_eq!(world.get(&ada, "/office/proposals").await.is(200)["proposals"], json!([]));
        let path = format!("/office/proposals/{}/approve", made["id"].as_str().unwrap());
        let reply = world.post(&ada, &path, json!({})).await;
        assert_eq!(reply.refused(), (404, "missing".to_owned()));
        assert_eq!(world.get(&lin, &permit).await.is(200)["state"]["name"], "active");
    });
}
