//! `completions`: what a shell needs to complete a command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output;

pub(crate) const HELP: &str = "\
Examples:
  livepermit completions bash > /etc/bash_completion.d/livepermit
  livepermit completions zsh > ~/.zfunc/_livepermit
  livepermit completions fish > ~/.config/fish/completions/livepermit.fish";

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "livepermit", &mut out);
    output::print_bytes(&out)?;
    Ok(Outcome::Done)
}
