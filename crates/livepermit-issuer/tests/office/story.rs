//! The whole way of a case, from the counter to the end of its permit.

use livepermit_issuer::domain::{Attestation, Party, PermitId};
use livepermit_issuer::store::Store as _;
use serde_json::{Value, json};

use super::world::{World, application, id_of, run};

#[test]
fn from_the_counter_to_a_cancellation() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.submitted(&lin).await;
        let view = world.get(&lin, &case).await.is(200);
        assert_eq!(view["channel"], "office");
        assert_eq!(view["standing"], json!({"standing": "calm", "days": 8}));
        let queue = world.get(&lin, "/office/cases?state=submitted").await.is(200);
        assert_eq!(queue["cases"][0]["id"], id_of(&case));

        let photo = b"\xff\xd8\xff\xe0 a face \xff\xd9";
        let path = format!("{case}/documents?kind=portrait");
        let view = world.upload(&lin, &path, photo).await.is(201);
        let document = &view["documents"][0];
        assert_eq!(document["media_type"], "image/jpeg");
        let path = format!("{case}/documents/{}", document["id"].as_str().unwrap());
        let reply = world.get(&lin, &path).await;
        assert_eq!((reply.status, &*reply.body), (200, &photo[..]));
        assert!(reply.header("content-disposition").unwrap().starts_with("attachment; "));
        assert!(reply.header("content-security-policy").unwrap().starts_with("sandbox;"));

        let to = json!({"office": "north", "officer": "lin"});
        world.decide(&lin, &case, "assign", to).await.is(200);
        let early = world.decide(&lin, &case, "approve", json!({})).await;
        assert_eq!(early.refused(), (409, "check-missing".to_owned()));
        world.turn(60);
        let found = json!({"finding": "as-stated", "note": "Met 王小明."});
        world.decide(&lin, &case, "checks", found).await.is(200);
        let queue = world.get(&lin, "/office/cases?state=checked").await.is(200);
        assert_eq!(queue["cases"][0]["officer"], "lin");
        let reply = world.decide(&lin, &case, "approve", json!({})).await;
        let done = reply.is(200);
        assert_eq!(done["case"]["decision"]["approved"], true);
        assert_eq!(done["case"]["decision"]["permit"], done["permit"]["id"]);
        assert_eq!(reply.etag(), world.get(&lin, &case).await.etag());

        let permit = format!("/office/permits/{}", done["permit"]["id"].as_str().unwrap());
        life(&world, &lin, &permit, &done["permit"]).await;
        let path = format!("/office/audit?subject=permit:{}", id_of(&permit));
        let actions: Vec<_> = world.get(&lin, &path).await.is(200)["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["action"].as_str().unwrap().to_owned())
            .collect();
        for action in ["permit-issued", "slip-printed", "offer-made", "permit-cancelled"] {
            assert!(actions.iter().any(|known| known == action), "{action}: {actions:?}");
        }
        let log = world.get(&lin, "/office/audit/verify").await.is(200);
        assert_eq!((&log["whole"], &log["line"]), (&json!(true), &json!(world.lines().await)));
    });
}

async fn life(world: &World, lin: &super::world::Officer, permit: &str, view: &Value) {
    let until = json!({"until": "2026-01-01"});
    let early = world.post(lin, &format!("{permit}/slips"), until).await;
    assert_eq!(early.refused(), (409, "slip-over".to_owned()));
    let slip = world.post(lin, &format!("{permit}/slips"), json!({})).await.is(201);
    assert!(slip["token"].as_str().unwrap().starts_with("LP1:"));
    assert_eq!(slip["check_number"].as_str().unwrap().len(), 8);
    assert_eq!(slip["until"], view["ends"]);
    let close = format!("{permit}/slips/{}/close", slip["id"].as_str().unwrap());
    let closed = world.post(lin, &close, json!({"why": "lost"})).await.is(200);
    assert_eq!(closed["slips"][0]["why"], "lost");
    let again = world.post(lin, &close, json!({"why": "lost"})).await;
    assert_eq!(again.refused(), (409, "slip-closed".to_owned()));

    // A phone at the counter.
    let offer = world.post(lin, &format!("{permit}/offers"), json!({})).await.is(201);
    assert_eq!((&offer["tx_code"], &offer["code"]), (&json!("123456"), &json!("holder")));
    let id: PermitId = id_of(permit).parse().unwrap();
    let device = livepermit::SecretKey::from_ed25519_seed(&[7; 32]).public_key();
    let mut change = world.service.store().begin().await.unwrap();
    let enrolled =
        world.service.enrol(&mut change, id, &device, Attestation::Software, Party::Holder).await;
    enrolled.unwrap();
    change.commit().await.unwrap();
    let view = world.get(lin, permit).await.is(200);
    assert_eq!(view["device"]["attestation"], "software");
    assert_eq!(view["enrolment_open"], false);
    let lost = world.post(lin, &format!("{permit}/device-lost"), json!({})).await.is(200);
    assert_eq!(lost["device"], Value::Null);
    world.post(lin, &format!("{permit}/offers"), json!({})).await.is(201);
    assert_eq!(world.get(lin, permit).await.is(200)["enrolment_open"], true);

    let card = json!({"number": "K-1", "until": "2027-01-01"});
    let carded = world.post(lin, &format!("{permit}/cards"), card.clone()).await.is(200);
    assert_eq!(carded["cards"], json!([card]));
    let twice = world.post(lin, &format!("{permit}/cards"), card).await;
    assert_eq!(twice.refused(), (409, "card-recorded-already".to_owned()));
    let followed = json!({"finding": "nobody-met"});
    let followed = world.post(lin, &format!("{permit}/follow-ups"), followed).await.is(200);
    assert_eq!(followed["permit"]["follow_ups"][0]["finding"], "nobody-met");
    assert_eq!(followed["case"], Value::Null);

    let why = json!({"ground": "misuse", "note": "two phones"});
    let view = world.decide(lin, permit, "suspend", why).await.is(200);
    assert_eq!(view["state"]["ground"], "misuse");
    let refused = world.post(lin, &format!("{permit}/slips"), json!({})).await;
    assert_eq!(refused.refused(), (409, "permit-suspended".to_owned()));
    let view = world.decide(lin, permit, "resume", json!({})).await.is(200);
    assert_eq!(view["state"]["name"], "active");
    let why = json!({"ground": "untrue"});
    let view = world.decide(lin, permit, "cancel", why.clone()).await.is(200);
    assert_eq!(view["state"]["name"], "cancelled");
    let twice = world.decide(lin, permit, "cancel", why).await;
    assert_eq!(twice.refused(), (409, "permit-cancelled".to_owned()));
}

#[test]
fn a_case_is_refused_or_withdrawn_once() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.assigned(&lin, "north").await;
        let why = json!({"ground": "incomplete", "note": "No lease."});
        let view = world.decide(&lin, &case, "refuse", why).await.is(200);
        assert_eq!(view["decision"]["ground"], "incomplete");
        let settled = (409, "case-settled".to_owned());
        assert_eq!(world.decide(&lin, &case, "approve", json!({})).await.refused(), settled);
        let case = world.submitted(&lin).await;
        let view = world.decide(&lin, &case, "withdraw", json!({})).await.is(200);
        assert_eq!(view["state"], "withdrawn");
        assert_eq!(world.decide(&lin, &case, "withdraw", json!({})).await.refused(), settled);
    });
}

#[test]
fn a_child_comes_with_a_guardian() {
    run(async |world: World| {
        let lin = world.north().await;
        let paper = "0123456789abcdef0123456789abcdef";
        let mut child = application();
        child["applicant"]["born"] = json!("2015-06-01");
        child["mandate"] = json!({
            "kind": "guardian",
            "person": super::world::person(),
            "evidence": [paper],
            "consent_on": "2026-01-01",
        });
        let case = world.post(&lin, "/office/cases", child.clone()).await.is(201);
        assert_eq!(case["mandate"]["evidence"], json!([paper]));
        let case = format!("/office/cases/{}", case["id"].as_str().unwrap());
        let to = json!({"office": "north", "officer": "lin"});
        world.decide(&lin, &case, "assign", to).await.is(200);
        world.decide(&lin, &case, "checks", json!({"finding": "as-stated"})).await.is(200);
        let missing = world.decide(&lin, &case, "approve", json!({})).await;
        assert_eq!(missing.refused(), (409, "evidence-not-attached".to_owned()));
        let path = format!("{case}/documents?kind=mandate&id={paper}");
        world.upload(&lin, &path, b"%PDF-1.4 x").await.is(201);
        let twice = world.upload(&lin, &path, b"%PDF-1.4 x").await;
        assert_eq!(twice.refused(), (409, "document-attached-already".to_owned()));
        let done = world.decide(&lin, &case, "approve", json!({})).await.is(200);
        let permit = format!("/office/permits/{}", done["permit"]["id"].as_str().unwrap());
        let guardian = &done["permit"]["representatives"][0];
        assert_eq!(guardian["kind"], "guardian");
        let theirs = json!({"representative": guardian["id"]});
        let offers = format!("{permit}/offers");
        let offer = world.post(&lin, &offers, theirs.clone()).await.is(201);
        assert_eq!(offer["code"], "other");
        let close = format!("{permit}/representatives/{}/close", guardian["id"].as_str().unwrap());
        let view = world.post(&lin, &close, json!({})).await.is(200);
        assert_ne!(view["representatives"][0]["closed"], Value::Null);
        let over = world.post(&lin, &offers, theirs).await;
        assert_eq!(over.refused(), (404, "representative-unknown".to_owned()));
        let relative = json!({
            "kind": "relative",
            "person": super::world::person(),
            "evidence": [paper],
            "consent_on": "2026-01-01",
            "until": "2026-01-02",
        });
        let over = world.post(&lin, &format!("{permit}/representatives"), relative).await;
        assert_eq!(over.refused(), (409, "mandate-over".to_owned()));

        child["mandate"]["evidence"] = json!([]);
        let none = world.post(&lin, "/office/cases", child).await;
        assert_eq!(none.refused(), (409, "evidence-missing".to_owned()));
    });
}
