//! The command line of the service.

mod audit;
mod demo;
mod failure;
mod init;
mod keys;
mod login;
mod permits;
mod register;
mod restore;
mod seed;
mod serve;
mod staff;
mod webhook;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// The issuer's service: from application to cancellation.
#[derive(Debug, Parser)]
#[command(name = "livepermit-issuer", version, max_term_width = 80)]
struct Cli {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = "issuer.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays the whole story, from application to cancellation, on free ports of this machine
    Demo(demo::RunDemo),
    /// Makes a folder with keys, an empty register, and a configuration to be looked through
    Init(init::Init),
    /// Answers wallets, gates and offices until it is stopped
    Serve(serve::Serve),
    /// Makes the tables of the register, or brings them to what this program knows
    Migrate,
    /// Copies the register of SQLite into a new file, while the service runs
    Backup(register::Backup),
    /// Puts a backup in the place of the register of SQLite, and marks what it does not know; the
    /// service has to be stopped
    Restore(restore::Restore),
    /// Says that the register was put back from a backup: run this before anything is issued
    Restored(restore::Restored),
    /// Fills an empty register with people whom nobody knows, to try the service
    Seed(seed::Seed),
    /// The log of who did what
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Permits of the register
    #[command(subcommand)]
    Permits(permits::Permits),
    /// Accounts of officers
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Cancels a permit, by its number
    Revoke(permits::Revoke),
    /// Keys that sign
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Messages for the authority's own programs
    #[command(subcommand)]
    Webhook(webhook::Webhook),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::from(error).tell(),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let config = &cli.config;
    match cli.command {
        Command::Demo(demo) => demo.run().await,
        Command::Init(init) => init.run().await,
        Command::Serve(serve) => serve.run(config).await,
        Command::Migrate => register::migrate(config).await,
        Command::Backup(backup) => backup.run(config).await,
        Command::Restore(restore) => restore.run(config).await,
        Command::Restored(restored) => restored.run(config).await,
        Command::Seed(seed) => seed.run(config).await,
        Command::Audit(audit) => audit.run(config).await,
        Command::Permits(permits) => permits.run(config).await,
        Command::Staff(staff) => staff.run(config).await,
        Command::Revoke(revoke) => revoke.run(config).await,
        Command::Keys(keys) => keys.run(config).await,
        Command::Webhook(webhook) => webhook.run(config).await,
    }
}
