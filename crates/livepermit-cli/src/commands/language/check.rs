//! Compares the table in a file with the messages that the program uses.

use std::path::Path;

use serde_json::json;

use super::compare::{Difference, differences};
use super::texts;
use crate::language;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output;

/// Tells what is missing or unknown. The exit code is 1 if a message is.
pub(super) fn run(file: &Path, json: bool) -> Result<Outcome, Failure> {
    let differences = differences(&language::read(file)?);
    if json {
        let list: Vec<_> = differences
            .iter()
            .map(|difference| match difference {
                Difference::Lacks(name) => json!({ "lacks": name }),
                Difference::Unknown(name) => json!({ "unknown": name }),
                Difference::Drops { name, value } => json!({ "drops": value, "in": name }),
            })
            .collect();
        output::print_json(&json!({ "complete": list.is_empty(), "differences": list }))?;
    } else if differences.is_empty() {
        output::note(&texts::complete(file.display()));
    } else {
        let mut out = String::new();
        for difference in &differences {
            out.push_str(&match difference {
                Difference::Lacks(name) => texts::lacks(name),
                Difference::Unknown(name) => texts::unknown(name),
                Difference::Drops { name, value } => texts::drops(name, value),
            });
            out.push('\n');
        }
        output::print(&out)?;
    }
    Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Refused })
}
