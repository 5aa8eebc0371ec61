//! Checks after the issue, as officers ask for them.

use livepermit_issuer::domain::SampleSize;
use livepermit_issuer::jobs;
use livepermit_issuer::staff::Role;
use serde_json::{Value, json};

use super::world::{Officer, With, World, id_of, run};

/// Draws all permits that there are.
pub(super) async fn draw(world: &World) -> usize {
    let all = SampleSize { percent: 100, after_days: 0 };
    jobs::draw_follow_ups(&world.service, all).await.unwrap()
}

async fn queue(world: &World, officer: &Officer) -> Vec<Value> {
    let page = world.get(officer, "/office/follow-ups").await.is(200);
    page["follow_ups"].as_array().unwrap().clone()
}

#[test]
fn a_check_is_taken_recorded_and_leads_to_a_cancellation() {
    run(async |world: World| {
        let lin = world.north().await;
        let mei = world.officer("mei", &[Role::Check], &["north"]).await;
        let permit = world.permit(&lin, "north").await;
        assert_eq!(queue(&world, &mei).await, [] as [Value; 0]);
        let none = world.post(&mei, "/office/follow-ups/take", json!({})).await.is(200);
        assert_eq!(none["follow_up"], Value::Null);
        assert_eq!(draw(&world).await, 1);

        let key = With { version: None, key: Some("take-1") };
        let path = "/office/follow-ups/take";
        let taken = world.post_with(&mei, path, json!({"office": "north"}), key).await.is(200);
        assert_eq!(taken["follow_up"]["permit"]["id"], id_of(&permit));
        assert_eq!(taken["follow_up"]["officer"], "mei");
        let again = world.post_with(&mei, path, json!({"office": "north"}), key).await.is(200);
        assert_eq!(taken, again);
        assert_eq!(queue(&world, &lin).await[0]["officer"], "mei");

        let follow = format!("{permit}/follow-ups");
        let other = world.post(&lin, &follow, json!({"finding": "as-stated"})).await;
        assert_eq!(other.refused(), (409, "follow-up-taken".to_owned()));
        let body = json!({"finding": "as-stated", "cancellation": "untrue"});
        let unfounded = world.post(&mei, &follow, body).await;
        assert_eq!(unfounded.refused(), (409, "cancellation-unfounded".to_owned()));
        let body = json!({"finding": "not-as-stated", "cancellation": "untrue", "note": "Empty."});
        let done = world.post(&mei, &follow, body).await.is(200);
        assert_eq!(done["permit"]["follow_ups"][0]["note"], "Empty.");
        assert_eq!(done["permit"]["state"]["name"], "active", "somebody else decides");
        assert_eq!(
            (&done["case"]["kind"], &done["case"]["ground"]),
            (&json!("cancellation"), &json!("untrue"))
        );
        assert_eq!(queue(&world, &lin).await, [] as [Value; 0]);

        let case = format!("/office/cases/{}", done["case"]["id"].as_str().unwrap());
        let view = world.decide(&lin, &case, "approve", json!({})).await.is(200);
        let state = &view["permit"]["state"];
        assert_eq!((&state["name"], &state["by"]), (&json!("cancelled"), &json!("lin")));
        assert_eq!(state["ground"], "untrue");
        world.lines().await;
    });
}

#[test]
fn a_check_is_given_and_dropped() {
    run(async |world: World| {
        let lin = world.north().await;
        let mei = world.officer("mei", &[Role::Check], &["north"]).await;
        world.account("ada", &[Role::Check], &["south"]).await;
        let permit = world.permit(&lin, "north").await;
        let at = format!("/office/follow-ups/{}", id_of(&permit));
        let give = format!("{at}/give");
        let unknown = world.post(&lin, &give, json!({"officer": "mei"})).await;
        assert_eq!(unknown.refused(), (404, "follow-up-unknown".to_owned()));
        draw(&world).await;
        for officer in ["ada", "nobody"] {
            let unfit = world.post(&lin, &give, json!({"officer": officer})).await;
            assert_eq!(unfit.refused(), (409, "officer-unfit".to_owned()), "{officer}");
        }
        world.post(&lin, &give, json!({"officer": "mei"})).await.is(200);
        let twice = world.post(&lin, &give, json!({"officer": "mei"})).await;
        assert_eq!(twice.refused(), (409, "follow-up-given-already".to_owned()));
        let role = world.post(&mei, &give, json!({"officer": "lin"})).await;
        assert_eq!(role.refused(), (403, "role-missing".to_owned()));

        let close = format!("{at}/close");
        let due = world.post(&mei, &close, json!({})).await;
        assert_eq!(due.refused(), (409, "follow-up-due".to_owned()));
        world.decide(&lin, &permit, "cancel", json!({"ground": "died"})).await.is(200);
        assert_eq!(queue(&world, &lin).await[0]["permit"]["state"], "cancelled");
        world.post(&mei, &close, json!({})).await.is(200);
        assert_eq!(queue(&world, &lin).await, [] as [Value; 0]);
    });
}

#[test]
fn a_queue_has_pages_and_belongs_to_its_office() {
    run(async |world: World| {
        let lin = world.north().await;
        let ada = world.officer("ada", &Role::ALL, &["south"]).await;
        let mut permits = Vec::new();
        for _ in 0..3 {
            let permit = world.permit(&lin, "north").await;
            permits.push(id_of(&permit).to_owned());
        }
        assert_eq!(draw(&world).await, 3);
        let (mut seen, mut behind) = (Vec::new(), String::new());
        loop {
            let path = format!("/office/follow-ups?most=2{behind}");
            let page = world.get(&lin, &path).await.is(200);
            let rows = page["follow_ups"].as_array().unwrap();
            seen.extend(rows.iter().map(|row| row["permit"]["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            behind = format!("&behind={next}");
        }
        seen.sort();
        permits.sort();
        assert_eq!(seen, permits);
        assert_eq!(queue(&world, &ada).await, [] as [Value; 0]);
        let theirs = world.get(&ada, "/office/follow-ups?office=north").await;
        assert_eq!(theirs.refused(), (404, "missing".to_owned()));
        let take = world.post(&ada, "/office/follow-ups/take", json!({"office": "north"})).await;
        assert_eq!(take.refused(), (404, "missing".to_owned()));
        let give = format!("/office/follow-ups/{}/give", permits[0]);
        let give = world.post(&ada, &give, json!({"officer": "ada"})).await;
        assert_eq!(give.refused(), (404, "missing".to_owned()));
    });
}
