//! Mandates that are recorded after the issue, and the documents on which they rest.

use serde_json::{Value, json};

use super::world::{With, World, person, run};

#[test]
fn a_mandate_rests_on_documents_of_the_permit() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let paper = "0123456789abcdef0123456789abcdef";
        let mandate = json!({
            "kind": "relative", "person": person(), "evidence": [paper], "consent_on": "2026-01-01",
        });
        let path = format!("{permit}/representatives");
        let lines = world.lines().await;
        let missing = world.post(&lin, &path, mandate.clone()).await;
        assert_eq!(missing.refused(), (409, "evidence-not-attached".to_owned()));
        assert_eq!(world.get(&lin, &permit).await.is(200)["representatives"], json!([]));
        assert_eq!(world.lines().await, lines, "nothing of it stays");

        let attach = format!("{permit}/documents?kind=mandate&id={paper}");
        let active = world.upload(&lin, &attach, b"%PDF-1.4 <</JS (x)>>").await;
        assert_eq!(active.refused(), (422, "document-active".to_owned()));
        let view = world.upload(&lin, &attach, b"%PDF-1.4 a letter").await.is(201);
        assert_eq!(view["documents"][0]["media_type"], "application/pdf");
        let twice = world.upload(&lin, &attach, b"%PDF-1.4 a letter").await;
        assert_eq!(twice.refused(), (409, "document-attached-already".to_owned()));
        let key = With { version: None, key: Some("mandate-1") };
        let view = world.post_with(&lin, &path, mandate.clone(), key).await.is(200);
        assert_eq!(view["representatives"][0]["closed"], Value::Null);
        let again = world.post_with(&lin, &path, mandate, key).await.is(200);
        assert_eq!(again, view);

        let there = format!("{permit}/documents/{paper}");
        let bytes = world.get(&lin, &there).await;
        assert_eq!((bytes.status, &*bytes.body), (200, &b"%PDF-1.4 a letter"[..]));
        assert!(bytes.header("content-disposition").unwrap().starts_with("attachment; "));
        let ada = world.officer("ada", &livepermit_issuer::staff::Role::ALL, &["south"]).await;
        for path in [&there, &permit] {
            assert_eq!(world.get(&ada, path).await.status, 404);
        }
        assert_eq!(world.upload(&ada, &attach, b"%PDF-1.4 x").await.status, 404);
        let subject = permit.replace("/office/permits/", "/office/audit?subject=permit:");
        let log = world.get(&lin, &subject).await.is(200).to_string();
        for action in ["permit-document-attached", "representative-added", "document-read"] {
            assert!(log.contains(action), "{action}");
        }
    });
}
