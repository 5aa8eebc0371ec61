//! Runs the files of livepermit's `test-vectors/` through the library's public API: every test of
//! every group. An unexpected acceptance is a failure, just like an unexpected refusal.
//!
//! ```no_run
//! let text = std::fs::read_to_string("test-vectors/pass.json")?;
//! assert!(livepermit_vectors::run(&text)?.passed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admit;
mod gate_code;
mod gate_setup;
mod key;
mod lists;
mod memory;
mod model;
mod report;
mod setup;
mod token;

use core::fmt;

pub use report::{Failure, FileReport, GroupReport, Seen};

use model::{File, Group};

/// The text is not a file of vectors, or is a file of a newer kind.
#[derive(Debug)]
pub struct NotVectors(serde_json::Error);

impl fmt::Display for NotVectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no file of test vectors that this version knows: {}", self.0)
    }
}

impl core::error::Error for NotVectors {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Runs every test of a file of vectors, given as its JSON text.
///
/// # Errors
/// [`NotVectors`] when the text does not fit `schema.json`. The results of the tests are in the
/// report.
pub fn run(text: &str) -> Result<FileReport, NotVectors> {
    let file: File = serde_json::from_str(text).map_err(NotVectors)?;
    let groups: Vec<GroupReport> = file.test_groups.iter().map(run_group).collect();
    let mut faults = Vec::new();
    let mut count = 0;
    for (tc_id, flags) in groups.iter().flat_map(|group| &group.numbered) {
        count += 1;
        if *tc_id != count {
            faults.push(format!("test {count} has the number {tc_id}"));
        }
        for flag in flags.iter().filter(|flag| !file.notes.contains_key(*flag)) {
            faults.push(format!("test {tc_id}: no note explains the flag {flag}"));
        }
    }
    if count != file.number_of_tests {
        faults.push(format!("{count} tests, not {}", file.number_of_tests));
    }
    Ok(FileReport { groups, faults })
}

fn run_group(group: &Group) -> GroupReport {
    let mut report = GroupReport::new(match group {
        Group::VerifyToken(group) => &group.comment,
        Group::Admit(group) => &group.comment,
        Group::Memory(group) => &group.comment,
        Group::AcceptTrustList(group) => &group.comment,
        Group::AcceptStatusList(group) => &group.comment,
        Group::GateCode(group) => &group.comment,
        Group::AcceptSetup(group) => &group.comment,
        Group::PublicKey(group) => &group.comment,
    });
    match group {
        Group::VerifyToken(group) => token::run(group, &mut report),
        Group::Admit(group) => admit::run(group, &mut report),
        Group::Memory(group) => memory::run(group, &mut report),
        Group::AcceptTrustList(group) => lists::run_trust(group, &mut report),
        Group::AcceptStatusList(group) => lists::run_status(group, &mut report),
        Group::GateCode(group) => gate_code::run(group, &mut report),
        Group::AcceptSetup(group) => gate_setup::run(group, &mut report),
        Group::PublicKey(group) => key::run(group, &mut report),
    }
    report
}
