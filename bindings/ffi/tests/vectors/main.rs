//! Every test vector through the bridge alone: what another language can do, this test does with
//! the same calls. The packages of the languages have the same test in their own words.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::result_large_err,
    reason = "a failing test is what a panic is for here, and errors are few"
)]

mod admit;
mod gate_setup;
mod json;
mod lists;
mod memory;
mod setup;
mod token;

use std::path::PathBuf;

use serde_json::Value;

use json::{Fields as _, Outcome};

/// The files, with the number of their tests, so that a file that is left out is noticed.
const FILES: [(&str, usize); 14] = [
    ("acting", 19),
    ("admission", 241),
    ("credential-and-presentation", 31),
    ("gate-codes", 102),
    ("keys", 75),
    ("memory", 201),
    ("pass", 113),
    ("rejections", 938),
    ("setups", 253),
    ("slip", 60),
    ("status-lists", 379),
    ("status", 75),
    ("trust-list-expiry", 6),
    ("trust-lists", 378),
];

#[test]
fn every_test_vector_has_its_verdict_through_the_bridge() {
    let mut failures = Vec::new();
    for (name, wanted) in FILES {
        let ran = run_file(name, &mut failures);
        assert_eq!(ran, wanted, "tests of {name}");
    }
    let first = failures.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} failures, first:\n{first}", failures.len());
}

fn run_file(name: &str, failures: &mut Vec<String>) -> usize {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("the file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let mut ran = 0;
    for group in file.list("testGroups") {
        let run: fn(&Value, &Value) -> Outcome = match group.text("type") {
            "VerifyToken" => token::run,
            "Admit" => admit::run,
            "Memory" => memory::run,
            "AcceptTrustList" => lists::run_trust,
            "AcceptStatusList" => lists::run_status,
            "GateCode" => token::run_gate_code,
            "AcceptSetup" => gate_setup::run,
            "PublicKey" => token::run_key,
            other => panic!("a group of type {other}"),
        };
        for test in group.list("tests") {
            ran += 1;
            if let Err(reason) = run(group, test) {
                failures.push(format!("{name} {}: {reason}", test["tcId"]));
            }
        }
    }
    ran
}
