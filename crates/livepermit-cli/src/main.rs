//! The `livepermit` command.

mod cli;
mod commands;
mod gate;
mod shared;

use std::process::ExitCode;

use cli::Cli;
use shared::failure::Outcome;
use shared::output;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    let json = cli.json;
    match cli.run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::FAILURE,
        Err(failure) => {
            output::report(&failure, json);
            ExitCode::from(2)
        }
    }
}

/// Help and version go to standard output and are no errors.
fn misunderstood(error: &clap::Error) -> ExitCode {
    // Nobody reads a message that cannot be written.
    let _ = error.print();
    if !error.use_stderr() {
        return ExitCode::SUCCESS;
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or(&text).trim_start_matches("error: ");
        output::report_usage(message, &text);
    }
    ExitCode::from(2)
}
