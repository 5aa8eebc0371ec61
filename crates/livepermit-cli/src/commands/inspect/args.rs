//! The options of `inspect`.

use clap::Args;

use crate::shared::input::InputArgs;

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
}
