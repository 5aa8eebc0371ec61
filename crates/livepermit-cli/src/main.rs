//! The `livepermit` command.

mod cli;
mod commands;
mod config;
mod gate;
mod language;
#[cfg(feature = "relay")]
mod relay;
mod shared;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use cli::Cli;
use shared::failure::Outcome;
use shared::output;

fn main() -> ExitCode {
    let words = match config::expand(std::env::args_os().collect(), &Cli::command()) {
        Ok(words) => words,
        Err(failure) => {
            let json = std::env::args_os().any(|argument| argument == "--json");
            output::report(&failure, json);
            return ExitCode::from(2);
        }
    };
    let cli = match Cli::try_parse_from(words) {
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

/// Said where nobody named a key: the message of the options knows only one of the ways.
const TWO_WAYS: &str = "\
Whose signatures count is said in one of two ways:
  --trust LIST --root KEY           the issuers of a list that a root key signed
  --issuer-key KEY --issuer NAME    one issuer, by its public key
";

/// Help and version go to standard output and are no errors.
fn misunderstood(error: &clap::Error) -> ExitCode {
    // Nobody reads a message that cannot be written.
    let _ = error.print();
    let lacks_keys = error.kind() == ErrorKind::MissingRequiredArgument
        && error.render().to_string().contains("--issuer-key");
    if lacks_keys {
        anstream::eprint!("\n{TWO_WAYS}");
    }
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
