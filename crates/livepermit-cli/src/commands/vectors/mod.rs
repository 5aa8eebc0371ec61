//! `vectors run`: the test vectors, through this build of the library.

mod args;
mod texts;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use livepermit_vectors::{FileReport, GroupReport};
use serde_json::{Value, json};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::files;
use crate::shared::output::{self, BAD, FAINT, GOOD, STRONG};

pub(crate) use args::VectorsCommand;

/// Many times the size of the largest file.
const MAX_FILE: u64 = 64 << 20;
/// The number of failures that are printed in full. The others are only counted.
const TOLD: usize = 20;

pub(crate) fn run(command: &VectorsCommand, json: bool) -> Result<Outcome, Failure> {
    let VectorsCommand::Run { path } = command;
    let mut reports = Vec::new();
    for file in vector_files(path)? {
        let name = file.display().to_string();
        let text = files::read_text(&file, MAX_FILE)?;
        let report = livepermit_vectors::run(&text)
            .map_err(|error| texts::vectors_unusable(&name, unusable(&error)))?;
        reports.push((name, report));
    }
    let passed = reports.iter().all(|(_, report)| report.passed());
    if json {
        output::print_json(&to_json(&reports, passed))?;
    } else {
        output::print(&to_text(&reports, passed))?;
    }
    Ok(if passed { Outcome::Done } else { Outcome::Refused })
}

/// The file itself, or all vector files of the folder, sorted by name. The schema in the folder
/// contains no tests.
fn vector_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let cannot_list = |error| texts::cannot_list(path.display(), &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot_list)? {
        let file = entry.map_err(cannot_list)?.path();
        let is_json = file.extension().is_some_and(|extension| extension == "json");
        if is_json && file.file_name().is_some_and(|name| name != "schema.json") {
            found.push(file);
        }
    }
    if found.is_empty() {
        return Err(texts::no_vectors(path.display()));
    }
    found.sort();
    Ok(found)
}

fn failed(report: &FileReport) -> usize {
    report.groups.iter().map(|group| group.failures.len()).sum::<usize>() + report.faults.len()
}

fn to_text(reports: &[(String, FileReport)], passed: bool) -> String {
    let mut out = String::new();
    // Writing into a `String` does not fail.
    let _ = writeln!(out, "{FAINT}{:>6} {:>7} {:>6}  group{FAINT:#}", "valid", "invalid", "failed");
    for (name, report) in reports {
        let _ = writeln!(out, "{STRONG}{name}{STRONG:#}");
        for group in &report.groups {
            let failed = group.failures.len();
            let style = if failed == 0 { GOOD } else { BAD };
            let _ = writeln!(
                out,
                "{:>6} {:>7} {style}{failed:>6}{style:#}  {}",
                group.valid, group.invalid, group.comment
            );
        }
    }
    let failures: Vec<String> =
        reports.iter().flat_map(|(name, report)| explain(name, report)).collect();
    for failure in failures.iter().take(TOLD) {
        let _ = writeln!(out, "{BAD}failed{BAD:#} {failure}");
    }
    if failures.len() > TOLD {
        let _ = writeln!(out, "{}", texts::and_more(failures.len() - TOLD));
    }
    let tests: usize = reports.iter().map(|(_, report)| report.tests()).sum();
    let wrong: usize = reports.iter().map(|(_, report)| failed(report)).sum();
    let style = if passed { GOOD } else { BAD };
    let _ = writeln!(out, "{style}{}{style:#}", texts::counted(tests, wrong));
    if tests == 0 {
        let _ = writeln!(out, "{}", texts::nothing_to_run());
    }
    out
}

fn explain(name: &str, report: &FileReport) -> Vec<String> {
    let of_file = report.faults.iter().map(|fault| format!("{name}: {fault}"));
    let of_tests = report.groups.iter().flat_map(|group| {
        group.failures.iter().map(move |failure| {
            format!(
                "{name}, {}, tcId {}, {}: {}",
                group.comment, failure.tc_id, failure.comment, failure.reason
            )
        })
    });
    of_file.chain(of_tests).collect()
}

fn to_json(reports: &[(String, FileReport)], passed: bool) -> Value {
    let group = |group: &GroupReport| {
        let failures: Vec<Value> = group
            .failures
            .iter()
            .map(|failure| {
                let (comment, reason) = (&failure.comment, &failure.reason);
                json!({ "tcId": failure.tc_id, "comment": comment, "reason": reason })
            })
            .collect();
        json!({
            "comment": group.comment, "valid": group.valid, "invalid": group.invalid,
            "failures": failures,
        })
    };
    let file = |(name, report): &(String, FileReport)| {
        let groups: Vec<Value> = report.groups.iter().map(group).collect();
        json!({ "file": name, "tests": report.tests(), "faults": report.faults, "groups": groups })
    };
    json!({
        "passed": passed,
        "tests": reports.iter().map(|(_, report)| report.tests()).sum::<usize>(),
        "failed": reports.iter().map(|(_, report)| failed(report)).sum::<usize>(),
        "files": reports.iter().map(file).collect::<Vec<Value>>(),
    })
}

/// Why a file is none of vectors.
fn unusable(error: &livepermit_vectors::NotVectors) -> String {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
    cause.map_or_else(
        || error.to_string(),
        |cause| texts::no_vectors_here(crate::shared::json::words(cause)),
    )
}
