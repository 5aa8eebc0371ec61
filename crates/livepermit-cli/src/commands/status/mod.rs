//! `status`: an issuer's list of withdrawn permits.

mod args;
mod change;
mod mark;
mod register;
mod show;
mod texts;

use crate::shared::failure::{Failure, Outcome};

pub(crate) use args::StatusCommand;

pub(crate) fn run(command: &StatusCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        StatusCommand::New(args) => change::new(args, json),
        StatusCommand::Allocate { dir, count } => change::allocate(dir, *count, json),
        StatusCommand::Mark(args) => mark::run(args, json),
        StatusCommand::Revoke { index, sign } => change::revoke(index, sign, json),
        StatusCommand::Suspend { index, sign } => change::suspend(index, sign, json),
        StatusCommand::Restore { index, undo_revocation, sign } => {
            change::restore(index, *undo_revocation, sign, json)
        }
        StatusCommand::Sign { sign } => change::sign_again(sign, json),
        StatusCommand::Show(args) => show::run(args, json),
    }
}
