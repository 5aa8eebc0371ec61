//! `migrate` and `backup`: the register as a whole.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::config::Config;
use crate::store::Database;

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
