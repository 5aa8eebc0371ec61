//! Documents: taken by what their bytes are.

use serde_json::json;

use super::world::{World, run};

#[test]
fn active_content_and_other_types_are_refused() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.submitted(&lin).await;
        let path = format!("{case}/documents?kind=residence");
        for (bytes, status, code) in [
            (
                &b"%PDF-1.4\n1 0 obj <</S /JavaScript /JS (app.alert(1))>>"[..],
                422,
                "document-active",
            ),
            (b"%PDF-1.4\n1 0 obj <</OpenAction 2 0 R>>", 422, "document-active"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "document-type"),
            (b"<html><script>alert(1)</script>", 415, "document-type"),
            (b"", 415, "document-type"),
        ] {
            let reply = world.upload(&lin, &path, bytes).await;
            assert_eq!(reply.refused(), (status, code.to_owned()));
        }
        // What the sender calls it does not count.
        let view = world.upload(&lin, &path, b"%PDF-1.4 a lease").await.is(201);
        assert_eq!(view["documents"][0]["media_type"], "application/pdf");
        let lines = world.lines().await;
        let wrong = format!("{case}/documents?kind=picture");
        assert_eq!(world.upload(&lin, &wrong, b"%PDF-1.4 x").await.refused().0, 422);
        let wrong = format!("{case}/documents?kind=other&id=1");
        let reply = world.upload(&lin, &wrong, b"%PDF-1.4 x").await;
        assert_eq!(reply.refused(), (422, "id-malformed".to_owned()));
        assert_eq!(world.lines().await, lines);
    });
}

#[test]
fn the_largest_document_is_taken_and_no_larger() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.submitted(&lin).await;
        let path = format!("{case}/documents?kind=other");
        let mut bytes = b"%PDF-1.4 ".to_vec();
        bytes.resize(10 * 1024 * 1024, b'x');
        let view = world.upload(&lin, &path, &bytes).await.is(201);
        assert_eq!(view["documents"][0]["bytes"], 10 * 1024 * 1024);
        let id = view["documents"][0]["id"].as_str().unwrap();
        let reply = world.get(&lin, &format!("{case}/documents/{id}")).await;
        assert_eq!(reply.body.len(), bytes.len());
        assert!(reply.body == bytes);
        bytes.push(b'x');
        let reply = world.upload(&lin, &path, &bytes).await;
        assert_eq!(reply.refused(), (413, "too-large".to_owned()));
    });
}

#[test]
fn a_settled_case_takes_no_document() {
    run(async |world: World| {
        let lin = world.north().await;
        let case = world.submitted(&lin).await;
        world.decide(&lin, &case, "withdraw", json!({})).await.is(200);
        let path = format!("{case}/documents?kind=other");
        let reply = world.upload(&lin, &path, b"%PDF-1.4 x").await;
        assert_eq!(reply.refused(), (409, "case-settled".to_owned()));
    });
}
