//! The program `livepermit-issuer`.

use std::process::ExitCode;

use livepermit_issuer::command;

fn main() -> ExitCode {
    command::main()
}
