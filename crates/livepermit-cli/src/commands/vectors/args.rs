//! The options of `vectors`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// Run vectors and report per group: an unexpected acceptance fails as an unexpected refusal
    /// does
    Run {
        /// The folder test-vectors, or one file of it
        #[arg(value_name = "DIR|FILE")]
        path: PathBuf,
    },
}
