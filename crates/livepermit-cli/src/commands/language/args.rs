//! The options of `language`.

use std::path::PathBuf;

use clap::Subcommand;

pub(crate) const HELP: &str = "\
A language of your own:
  livepermit language show en > pl.ftl     write each text in that file anew
  livepermit language check pl.ftl         tells what the file lacks
  livepermit gate --lang ./pl.ftl ...";

#[derive(Debug, Subcommand)]
pub(crate) enum LanguageCommand {
    /// Write the table of a language that is built in
    Show {
        /// The code of the language: en or zh
        #[arg(value_name = "LANGUAGE", default_value = "en")]
        code: String,
    },
    /// Compare the table in a file with the English one
    Check {
        /// The file, named after its language, as in pl.ftl
        file: PathBuf,
    },
}
