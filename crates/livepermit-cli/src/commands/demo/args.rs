//! The options of `demo`.

use clap::Args;

use crate::shared::time::{TimeArg, parse_span};

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Run through it in simulated time, without a terminal, and check every verdict
    #[arg(long)]
    pub(crate) once: bool,
    /// Keep the pictures when the demo ends
    #[arg(long)]
    pub(crate) keep: bool,
    /// Leave the live demo by itself after this time
    #[arg(long, value_name = "SPAN", value_parser = parse_span, conflicts_with = "once")]
    pub(crate) stop_after: Option<u64>,
    #[command(flatten)]
    pub(crate) time: TimeArg,
}
