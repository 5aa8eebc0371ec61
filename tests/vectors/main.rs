//! Every test vector, through the public API, and the documents that are made of vectors or name
//! them. That the files are what their generator writes is held in its own crate
//! (`test-vectors/generate`): mutation testing runs this binary for every mutant.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a failing test is what a panic is for here"
)]

#[cfg(feature = "qr")]
mod docs;
mod threat_model;

use std::fs::read_to_string;

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, ListRejectionCode, SetupRejectionCode};
use livepermit_vectors::Seen;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors");

#[test]
fn every_vector() {
    let mut seen = Seen::default();
    let mut wrong = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(DIRECTORY).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") || name == "schema.json" {
            continue;
        }
        files += 1;
        let report = livepermit_vectors::run(&read_to_string(&path).unwrap()).unwrap();
        assert!(report.tests() > 0, "{name}");
        wrong.extend(report.faults.iter().map(|fault| format!("{name}: {fault}")));
        for group in &report.groups {
            seen.merge(&group.seen);
            wrong.extend(group.failures.iter().map(|test| {
                format!(
                    "{name}, {} {}, {}: {}",
                    group.comment, test.tc_id, test.comment, test.reason
                )
            }));
        }
    }
    assert!(files >= 14, "{files} files");
    assert!(wrong.is_empty(), "{} failures:\n{}", wrong.len(), wrong.join("\n"));

    for code in RejectionCode::ALL {
        let name = code.as_str();
        let times = seen.codes.get(name).copied().unwrap_or_default();
        assert!(times >= 2, "{name} has {times} vectors");
    }
    for code in ListRejectionCode::ALL {
        let name = code.as_str();
        let times = seen.codes.get(name).copied().unwrap_or_default();
        assert!(times >= 2, "{name} has {times} vectors");
    }
    for code in SetupRejectionCode::ALL {
        let name = code.as_str();
        let times = seen.codes.get(name).copied().unwrap_or_default();
        assert!(times >= 2, "{name} has {times} vectors");
    }
    for flaw in Flaw::ALL {
        assert!(seen.flaws.contains_key(flaw.name()), "no vector has the flaw {flaw}");
    }
}
