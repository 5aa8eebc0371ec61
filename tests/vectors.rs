//! Every test vector, through the public API. Kept apart from `vector_files.rs`, which holds the
//! files to their generator, because mutation testing runs this one for every mutant.

use std::fs::read_to_string;

use livepermit::{Code, Flaw, ListCode};
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
    assert!(files >= 12, "{files} files");
    assert!(wrong.is_empty(), "{} failures:\n{}", wrong.len(), wrong.join("\n"));

    for code in Code::ALL {
        let name = code.as_str();
        let times = seen.codes.get(name).copied().unwrap_or_default();
        assert!(times >= 2, "{name} has {times} vectors");
    }
    for code in ListCode::ALL {
        let name = code.as_str();
        let times = seen.codes.get(name).copied().unwrap_or_default();
        assert!(times >= 2, "{name} has {times} vectors");
    }
    for flaw in Flaw::ALL {
        assert!(seen.flaws.contains_key(flaw.name()), "no vector has the flaw {flaw}");
    }
}
