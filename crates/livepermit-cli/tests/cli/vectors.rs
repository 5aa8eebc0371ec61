//! `vectors run`: agreement, both kinds of disagreement, and files that are no vectors.

use serde_json::Value;

use crate::support::Desk;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-vectors");

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()
}

#[test]
fn the_whole_folder_and_one_file() {
    let desk = Desk::new();
    let ran = desk.ok(&["vectors", "run", FOLDER]);
    let text = ran.text();
    assert!(text.contains("default policy") && text.contains("rejections.json"), "{text}");
    assert!(text.contains(" tests, 0 failed\n"), "{text}");

    let ran = desk.ok(&["vectors", "run", "--json", &format!("{FOLDER}/pass.json")]);
    let report: Value = serde_json::from_str(ran.text()).unwrap();
    let expected: Value = serde_json::from_str(&file("pass.json")).unwrap();
    assert_eq!(report["tests"], expected["numberOfTests"]);
    assert_eq!((&report["passed"], &report["failed"]), (&Value::Bool(true), &Value::from(0)));
}

#[test]
fn an_unexpected_acceptance_fails_as_an_unexpected_refusal_does() {
    let desk = Desk::new();
    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    let test = &mut vectors["testGroups"][0]["tests"][0];
    assert_eq!(test["result"], "valid");
    test["result"] = "invalid".into();
    test["code"] = "stale".into();
    test["stage"] = "freshness".into();
    test.as_object_mut().unwrap().remove("verdict");
    desk.write("accepts.json", vectors.to_string());
    let ran = desk.run(&["vectors", "run", "accepts.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("tcId 1") && ran.text().contains("accepted"), "{}", ran.text());

    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["testGroups"][0]["tests"][0]["now"] = 1.into();
    desk.write("refuses.json", vectors.to_string());
    let ran = desk.run(&["vectors", "run", "refuses.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("from-the-future"), "{}", ran.text());

    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["testGroups"][0]["tests"][0]["verdict"]["subject"] = "somebody-else".into();
    desk.write("differs.json", vectors.to_string());
    assert_eq!(desk.run(&["vectors", "run", "differs.json"]).code, 1);

    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["numberOfTests"] = 1.into();
    desk.write("short.json", vectors.to_string());
    let ran = desk.run(&["vectors", "run", "short.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("tests, not 1"), "{}", ran.text());
}

#[test]
fn no_vectors() {
    let desk = Desk::new();
    desk.run(&["vectors", "run", "."]).failed("there are no vector files");
    desk.run(&["vectors", "run", "missing"]).failed("there is no file missing");
    desk.write("other.json", "{\"a\": 1}");
    desk.run(&["vectors", "run", "other.json"]).failed("no file of test vectors");
    desk.run(&["vectors", "run", &format!("{FOLDER}/schema.json")])
        .failed("no file of test vectors");
    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["testGroups"][0]["type"] = "Unheard".into();
    desk.write("newer.json", vectors.to_string());
    desk.run(&["vectors", "run", "newer.json"]).failed("Unheard");
    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["testGroups"][0]["tests"][0]["expectation"] = "new".into();
    desk.write("field.json", vectors.to_string());
    desk.run(&["vectors", "run", "field.json"]).failed("expectation");
    let mut vectors: Value = serde_json::from_str(&file("pass.json")).unwrap();
    vectors["testGroups"] = serde_json::json!([]);
    vectors["numberOfTests"] = 0.into();
    desk.write("nothing.json", vectors.to_string());
    let ran = desk.run(&["vectors", "run", "nothing.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("nothing to run"), "{}", ran.text());
}
