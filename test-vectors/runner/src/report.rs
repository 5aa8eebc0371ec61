//! The results of a run.

use std::collections::BTreeMap;
use std::fmt::Display;

use livepermit::rejection::Evidence;

use crate::model::{Broken, Expected};

/// The results of one file of vectors.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileReport {
    /// The groups of the file, in order.
    pub groups: Vec<GroupReport>,
    /// What is wrong with the file as a whole: a wrong count, numbers out of order, a flag that no
    /// note explains.
    pub faults: Vec<String>,
}

/// The results of one group of tests.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct GroupReport {
    /// The description of the group.
    pub comment: String,
    /// The number of tests with an input that must be accepted.
    pub valid: usize,
    /// The number of tests with an input that must be refused.
    pub invalid: usize,
    /// The failed tests: their result differs from the vectors.
    pub failures: Vec<Failure>,
    /// Codes and flaws of the expected refusals.
    pub seen: Seen,
    /// Number and flags of every test.
    pub(crate) numbered: Vec<(usize, Vec<String>)>,
}

/// A failed test: its result differs from the vectors.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The number of the test in its file.
    pub tc_id: usize,
    /// The comment of the test.
    pub comment: String,
    /// What happened, and what was expected.
    pub reason: String,
}

/// How often each code occurred, and each flaw of a malformed input, by their stable names.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// By code of the rejection.
    pub codes: BTreeMap<&'static str, usize>,
    /// By name of the flaw.
    pub flaws: BTreeMap<&'static str, usize>,
}

impl FileReport {
    /// The number of tests that were run.
    #[must_use]
    pub fn tests(&self) -> usize {
        self.groups.iter().map(GroupReport::tests).sum()
    }

    /// Whether every test passed, and there was at least one test.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.tests() > 0
            && self.faults.is_empty()
            && self.groups.iter().all(|group| group.failures.is_empty())
    }
}

impl GroupReport {
    pub(crate) fn new(comment: &str) -> Self {
        Self { comment: comment.to_string(), ..Self::default() }
    }

    /// The number of tests that were run.
    #[must_use]
    pub const fn tests(&self) -> usize {
        self.valid.saturating_add(self.invalid)
    }

    pub(crate) fn push(
        &mut self,
        tc_id: usize,
        comment: &str,
        flags: &[String],
        expected: Expected,
        outcome: Result<(), String>,
    ) {
        match expected {
            Expected::Valid => self.valid += 1,
            Expected::Invalid => self.invalid += 1,
        }
        self.numbered.push((tc_id, flags.to_vec()));
        if let Err(reason) = outcome {
            self.failures.push(Failure { tc_id, comment: comment.to_string(), reason });
        }
    }
}

impl Seen {
    pub(crate) fn refusal(&mut self, code: &'static str, evidence: &Evidence) {
        *self.codes.entry(code).or_default() += 1;
        if let Evidence::Malformed(malformed) = evidence {
            *self.flaws.entry(malformed.flaw.name()).or_default() += 1;
        }
    }

    /// Counts a refusal, and compares it with the vector: the code and, for a malformed input, the
    /// place and the rule. Other verifiers may leave out place and rule. This verifier names them,
    /// so they must be right.
    pub(crate) fn hold_refusal(
        &mut self,
        rejection: &impl Display,
        (code, evidence): (&'static str, &Evidence),
        (expected, malformed): (Option<&str>, Option<&Broken>),
    ) -> Result<(), String> {
        self.refusal(code, evidence);
        let explained = match (evidence, malformed) {
            (Evidence::Malformed(found), Some(wanted)) => {
                (found.layer.name(), found.flaw.name())
                    == (wanted.layer.as_str(), wanted.flaw.as_str())
            }
            (Evidence::Malformed(_), None) => false,
            (_, wanted) => wanted.is_none(),
        };
        if Some(code) == expected && explained {
            Ok(())
        } else {
            Err(format!("refused as {rejection}, not {expected:?}"))
        }
    }

    /// Adds the counts of another report.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.codes, &other.codes), (&mut self.flaws, &other.flaws)] {
            for (name, times) in theirs {
                *mine.entry(name).or_default() += times;
            }
        }
    }
}
