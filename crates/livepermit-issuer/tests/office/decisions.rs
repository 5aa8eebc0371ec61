//! Decisions name the version that they are made on.

use livepermit_issuer::staff::Role;
use serde_json::{Value, json};

use super::world::{With, World, run};

#[test]
fn a_decision_names_its_version() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let case = world.submitted(&lin).await;
        let to = json!({"office": "north", "officer": "lin"});
        let why = json!({"ground": "untrue"});
        let review = json!({"ground": "under-review"});
        let steps = [
            (&case, "assign", to),
            (&case, "checks", json!({"finding": "as-stated"})),
            (&case, "approve", json!({})),
            (&case, "refuse", why.clone()),
            (&case, "withdraw", json!({})),
            (&permit, "suspend", review),
            (&permit, "resume", json!({})),
            (&permit, "cancel", why),
        ];
        for (thing, step, body) in steps {
            let path = format!("{thing}/{step}");
            for version in [None, Some("*")] {
                let with = With { version, key: None };
                let reply = world.post_with(&lin, &path, body.clone(), with).await;
                assert_eq!(reply.refused(), (428, "version-missing".to_owned()), "{step}");
            }
            for version in ["\"v99\"", "W/\"v1\"", "\"v1\", \"v2\"", "\"\""] {
                let with = With { version: Some(version), key: None };
                let reply = world.post_with(&lin, &path, body.clone(), with).await;
                assert_eq!(reply.refused(), (412, "changed".to_owned()), "{step} {version}");
            }
        }
        let with = With { version: Some("v1"), key: None };
        let reply = world.post_with(&lin, &format!("{case}/withdraw"), json!({}), with).await;
        assert_eq!(reply.refused(), (422, "if-match-malformed".to_owned()));
        // What is no decision heeds a version too, if it is named.
        let with = With { version: Some("\"v99\""), key: None };
        let reply = world.post_with(&lin, &format!("{permit}/offers"), json!({}), with).await;
        assert_eq!(reply.status, 412);
    });
}

#[test]
fn of_two_who_decide_at_once_one_is_told() {
    run(async |world: World| {
        let lin = world.north().await;
        let mei = world.officer("mei", &[Role::Decide], &["north"]).await;
        for _ in 0..4 {
            let case = world.checked(&lin, "north").await;
            let version = world.get(&lin, &case).await.etag();
            let with = With { version: Some(&version), key: None };
            let (approve, refuse) = (format!("{case}/approve"), format!("{case}/refuse"));
            let (a, b) = tokio::join!(
                world.post_with(&lin, &approve, json!({}), with),
                world.post_with(&mei, &refuse, json!({"ground": "untrue"}), with),
            );
            let mut statuses = [a.status, b.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412]);
            let approved = world.get(&lin, &case).await.is(200)["decision"]["approved"].clone();
            assert_eq!(approved, Value::Bool(a.status == 200));
        }
        world.lines().await;
    });
}

#[test]
fn cases_go_to_officers_who_look_on_site() {
    run(async |world: World| {
        let lin = world.north().await;
        world.account("mei", &[Role::Decide], &["north"]).await;
        world.account("ada", &[Role::Check], &["south"]).await;
        world.account("bob", &[Role::Check], &["north"]).await;
        let case = world.submitted(&lin).await;
        for (office, officer, code) in [
            ("north", "mei", "officer-unfit"),
            ("north", "ada", "officer-unfit"),
            ("north", "nobody", "officer-unfit"),
            ("south", "ada", "office-of-others"),
        ] {
            let to = json!({"office": office, "officer": officer});
            let reply = world.decide(&lin, &case, "assign", to).await;
            assert_eq!(reply.refused(), (409, code.to_owned()));
        }
        world.close_account("bob").await;
        let to = json!({"office": "north", "officer": "bob"});
        let reply = world.decide(&lin, &case, "assign", to).await;
        assert_eq!(reply.refused().1, "officer-unfit");
        // Who looks is the one who has the case.
        let ben = world.officer("ben", &[Role::Check], &["north"]).await;
        let to = json!({"office": "north", "officer": "lin"});
        world.decide(&lin, &case, "assign", to).await.is(200);
        let found = json!({"finding": "as-stated"});
        let reply = world.decide(&ben, &case, "checks", found).await;
        assert_eq!(reply.refused(), (409, "case-of-another-officer".to_owned()));
        let early = json!({"finding": "as-stated", "at": "2020-01-01T00:00:00Z"});
        let reply = world.decide(&lin, &case, "checks", early).await;
        assert_eq!(reply.refused(), (409, "check-time".to_owned()));
    });
}

#[test]
fn nobody_sets_what_is_not_theirs_to_set() {
    run(async |world: World| {
        let lin = world.north().await;
        for (member, value) in [
            ("id", json!("00000000000000000000000000000001")),
            ("state", json!("decided")),
            ("channel", json!("website")),
            ("submitted", json!("2020-01-01T00:00:00Z")),
            ("documents", json!([])),
        ] {
            let mut application = super::world::application();
            application[member] = value;
            let reply = world.post(&lin, "/office/cases", application).await;
            assert_eq!(reply.refused(), (422, "malformed".to_owned()), "{member}");
        }
        let case = world.checked(&lin, "north").await;
        let by = json!({"by": "mei"});
        let reply = world.decide(&lin, &case, "approve", by).await;
        assert_eq!(reply.refused(), (422, "malformed".to_owned()));
        let found = json!({"finding": "as-stated", "by": "mei"});
        let reply = world.decide(&lin, &case, "checks", found).await;
        assert_eq!(reply.refused(), (422, "malformed".to_owned()));
    });
}

#[test]
fn applications_that_contradict_themselves_are_refused() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let id = super::world::id_of(&permit);
        let person = super::world::person();
        for body in [
            json!({"kind": "new", "applicant": person}),
            json!({"kind": "new", "class": "resident", "permit": id, "applicant": person}),
            json!({"kind": "change", "applicant": person}),
            json!({"kind": "change", "class": "resident", "permit": id, "applicant": person}),
        ] {
            let reply = world.post(&lin, "/office/cases", body).await;
            assert_eq!(reply.refused(), (422, "request-malformed".to_owned()));
        }
        let body = json!({"kind": "change", "permit": "x", "applicant": person});
        assert_eq!(world.post(&lin, "/office/cases", body).await.refused().1, "id-malformed");
        let mut noone = json!({"kind": "change", "permit": id, "applicant": person});
        noone["applicant"]["name"] = json!("\u{0}");
        let reply = world.post(&lin, "/office/cases", noone).await;
        assert_eq!(reply.refused().1, "person-malformed");
        let mut unborn = super::world::application();
        unborn["applicant"]["born"] = json!("2090-01-01");
        let reply = world.post(&lin, "/office/cases", unborn).await;
        assert_eq!(reply.refused(), (409, "born-in-future".to_owned()));
        // A change of the data goes the whole way.
        let mut change = json!({"kind": "change", "permit": id, "applicant": person});
        change["applicant"]["name"] = json!("王大明");
        let case = world.post(&lin, "/office/cases", change).await.is(201);
        let case = format!("/office/cases/{}", case["id"].as_str().unwrap());
        let to = json!({"office": "north", "officer": "lin"});
        world.decide(&lin, &case, "assign", to).await.is(200);
        world.decide(&lin, &case, "checks", json!({"finding": "as-stated"})).await.is(200);
        let done = world.decide(&lin, &case, "approve", json!({})).await.is(200);
        assert_eq!(done["permit"]["holder"]["name"], "王大明");
    });
}
