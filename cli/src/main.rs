//! The `livepermit` command.

mod args;
mod challenge;
mod demo;
mod failure;
mod files;
mod frames;
mod gate;
mod input;
mod inspect;
mod issue;
mod keys;
mod lists;
mod output;
mod policy;
mod present;
mod qr;
mod scan;
mod sizes;
mod slip;
mod state;
mod status;
mod time;
mod trust;
mod trusted;
mod vectors;
mod verdict;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use failure::Outcome;

fn main() -> ExitCode {
    let Cli { json, command } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no errors. Nobody reads a message that
            // cannot be written.
            let _ = error.print();
            if !error.use_stderr() {
                return ExitCode::SUCCESS;
            }
            if std::env::args_os().any(|argument| argument == "--json") {
                output::usage_json(&error);
            }
            return ExitCode::from(2);
        }
    };
    let result = match command {
        Command::Key(command) => keys::run(command, json),
        Command::Issue(command) => issue::run(*command, json),
        Command::Present(args) => present::run(&args, json),
        Command::Qr(args) => qr::run(&args, json),
        Command::Verify(args) => verify::run(&args, json),
        Command::Scan(args) => scan::run(&args, json),
        Command::Gate(args) => gate::run(&args, json),
        Command::Challenge(args) => challenge::run(&args, json),
        Command::Trust(command) => trust::run(&command, json),
        Command::Status(command) => status::run(&command, json),
        Command::Inspect(args) => inspect::run(&args, json),
        Command::Vectors(command) => vectors::run(&command, json),
        Command::Demo(args) => demo::run(&args, json),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::FAILURE,
        Err(failure) => {
            output::report(&failure, json);
            ExitCode::from(2)
        }
    }
}
