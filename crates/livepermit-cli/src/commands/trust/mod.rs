//! `trust`: the list of issuer keys, kept by the owner of the root key.

mod args;
mod change;
mod show;
mod source;
mod texts;

use crate::shared::failure::{Failure, Outcome};

pub(crate) use args::TrustCommand;

pub(crate) fn run(command: &TrustCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        TrustCommand::New { name, key, sign } => change::new(name, key, sign, json),
        TrustCommand::Add { key, sign } => change::add(key, sign, json),
        TrustCommand::Retire { which, sign_until, expires, sign } => {
            change::retire(which, (*sign_until, *expires), sign, json)
        }
        TrustCommand::Remove { which, sign } => change::remove(which, sign, json),
        TrustCommand::Sign { sign } => change::sign_again(sign, json),
        TrustCommand::Show(args) => show::run(args, json),
    }
}
