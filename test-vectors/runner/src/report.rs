//! What a run found.

use std::collections::BTreeMap;
use std::fmt::Display;

use livepermit::Evidence;

use crate::model::{Broken, Expected};

/// One file of vectors, run.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileReport {
    /// Its groups, in order.
    pub groups: Vec<GroupReport>,
    /// What is wrong with the file as a whole: a wrong count, numbers out of order, a flag that no
    /// note explains.
    pub faults: Vec<String>,
}

/// One group of tests, run.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct GroupReport {
    /// What it holds, in words.
    pub comment: String,
    /// How many tests there are whose input is to be accepted.
    pub valid: usize,
    /// How many there are whose input is to be refused.
    pub invalid: usize,
    /// The tests that went otherwise than the vectors say.
    pub failures: Vec<Failure>,
    /// Codes and flaws of the refusals that were as expected.
    pub seen: Seen,
    /// Number and flags of every test.
    pub(crate) numbered: Vec<(usize, Vec<String>)>,
}

/// A test that went otherwise than the vectors say.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The number of the test in its file.
    pub tc_id: usize,
    /// What it is about.
    pub comment: String,
    /// What happened in place of what was expected.
    pub reason: String,
}

/// How often each code was given, and each flaw of a malformed input, by their stable names.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// By code of the rejection.
    pub codes: BTreeMap<&'static str, usize>,
    /// By name of the flaw.
    pub flaws: BTreeMap<&'static str, usize>,
}

impl FileReport {
    /// How many tests were run.
    #[must_use]
    pub fn tests(&self) -> usize {
        self.groups.iter().map(GroupReport::tests).sum()
    }

    /// Whether every test went as the vectors say, and there was one.
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

    /// How many tests were run.
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

    /// Notes a refusal and holds it to what the vector says: the code and, of a malformed input,
    /// place and rule. Other verifiers need not name those; this one does, and has to name the
    /// right ones.
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

    /// Adds what was seen elsewhere.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.codes, &other.codes), (&mut self.flaws, &other.flaws)] {
            for (name, times) in theirs {
                *mine.entry(name).or_default() += times;
            }
        }
    }
}
