//! `language`: the tables of what visitors, guards and paper are told.

mod args;
mod check;
mod compare;
mod texts;

use crate::language::{BUILT_IN, english_table};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output;

pub(crate) use args::{HELP, LanguageCommand};

pub(crate) fn run(command: &LanguageCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        LanguageCommand::Show { code } => {
            let table = match BUILT_IN.into_iter().find(|(known, _)| known == code) {
                // The English texts of the codes stand in the library.
                Some(("en", _)) => english_table(),
                Some((_, table)) => table.to_owned(),
                None => {
                    return Err(texts::not_built_in(
                        code,
                        BUILT_IN.map(|(known, _)| known).join(", "),
                    ));
                }
            };
            output::print(&table)?;
            Ok(Outcome::Done)
        }
        LanguageCommand::Check { file } => check::run(file, json),
    }
}
