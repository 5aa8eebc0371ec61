//! `audit`: the log of who did what.

use std::path::Path;

use clap::Subcommand;

use super::failure::Failure;
use crate::config::Config;
use crate::store::{AuditState, Database, Store as _, WrittenLine};

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Checks the whole log: a line that was changed, put in or removed is found
    Verify,
    /// Prints the lines about a case, a permit, a key or an account
    Show {
        /// `case:`, `permit:`, `key:` or `staff:`, and the id
        subject: String,
    },
}

impl Audit {
    #[expect(clippy::print_stdout, reason = "a command tells what it found")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        match self {
            Self::Verify => {
                println!("{}", whole(&database).await?);
            }
            Self::Show { subject } => {
                for line in database.audit_about(subject, 10_000).await? {
                    let WrittenLine { number, at, actor, action, detail, .. } = line;
                    println!("{number}\t{at}\t{actor}\t{action}\t{detail}");
                }
            }
        }
        Ok(())
    }
}

/// Number and hash of the last line of a log that is whole.
pub(super) async fn whole(database: &Database) -> Result<String, Failure> {
    match database.verify_audit().await? {
        AuditState::Whole { lines: 0, .. } => Ok("the log is whole, and empty".to_owned()),
        AuditState::Whole { lines, hash } => {
            Ok(format!("the log is whole: {lines} lines, the last has the hash {hash}"))
        }
        AuditState::Broken { number, why } => Err(Failure::found(format_args!(
            "line {number} of the log is not as it was written: {why}"
        ))),
    }
}
