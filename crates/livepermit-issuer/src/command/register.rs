//! `migrate`, `backup`, `restored`: the register as a whole.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use super::failure::Failure;
use crate::config::Config;
use crate::domain::EntryState;
use crate::store::{AuditLine, Database, Store as _};

/// Makes the tables.
#[expect(clippy::print_stdout, reason = "a command tells what it did")]
pub(super) async fn migrate(config: &Path) -> Result<(), Failure> {
    let database = Database::connect(Config::read(config)?.settings()?).await?;
    database.migrate().await?;
    println!("the tables are those of this program");
    Ok(())
}

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The new file; it must not be there
    to: PathBuf,
}

impl Backup {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        // A backup of a register that somebody changed is no backup.
        let state = super::audit::whole(&database).await?;
        database.backup_to(&self.to).await?;
        println!("{}: {state}", self.to.display());
        Ok(())
    }
}

/// What lists say of entries that were perhaps given out after the backup.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Unknown {
    /// They stay good: people keep their permits, and so does whoever was withdrawn since
    Valid,
    /// They are refused until they end: everybody who enrolled since enrols again
    Suspended,
}

#[derive(Debug, Args)]
pub(super) struct Restored {
    /// What lists say of entries that were perhaps given out after the backup
    #[arg(long, value_name = "STATE")]
    unknown: Unknown,
    /// For how many days such entries can have been given out at most: the life of a permit
    #[arg(long, value_name = "DAYS", default_value_t = 366)]
    days: u16,
}

impl Restored {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        let now = Timestamp::now();
        let span = SignedDuration::from_hours(24 * i64::from(self.days));
        let ends = now.saturating_add(span).unwrap_or(Timestamp::MAX);
        let state = match self.unknown {
            Unknown::Valid => EntryState::Valid,
            Unknown::Suspended => EntryState::Suspended,
        };
        let mut change = database.begin().await?;
        let lost = change.mark_restored(state, ends).await?;
        for list in &lost {
            let subject = format!("list:{list}");
            change.audit(AuditLine::new(now, "command:restored", "list-lost", &subject)?);
        }
        if lost.is_empty() {
            println!("no list has given an entry: nothing was marked");
            return Ok(());
        }
        change.commit().await?;
        println!("{} lists give no more entries; new entries come from new lists", lost.len());
        Ok(())
    }
}
