//! `gate setup`: the code that makes a phone or a page a gate.

mod args;
mod new;
mod show;
mod texts;

use crate::shared::failure::{Failure, Outcome};

pub(crate) use args::SetupCommand;

pub(super) fn run(command: &SetupCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        SetupCommand::New(args) => new::run(args, json),
        SetupCommand::Show(args) => show::run(args, json),
    }
}
