//! The options of `present`.

use std::path::PathBuf;

use clap::Args;

use crate::shared::hex::{Nonce, parse_nonce};
use crate::shared::time::TimeArg;
use crate::shared::token::TokenOut;
use crate::shared::trusted::TrustedArgs;

#[derive(Debug, Args)]
pub(crate) struct PresentArgs {
    /// The credential: a file of any format
    #[arg(long, value_name = "FILE")]
    pub(crate) credential: PathBuf,
    /// The phone's private key (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) device_key: PathBuf,
    #[command(flatten)]
    pub(crate) trusted: TrustedArgs,
    /// The gate it is for [default: every gate]
    #[arg(long, value_name = "NAME")]
    pub(crate) gate: Option<String>,
    /// The text of the code that a gate shows: LPC1: and more
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["gate", "nonce"])]
    pub(crate) gate_code: Option<String>,
    /// The nonce with which that gate asked: 6 to 32 bytes
    #[arg(long, value_name = "HEX", requires = "gate", value_parser = parse_nonce)]
    pub(crate) nonce: Option<Nonce>,
    /// Show a fresh code every few seconds until the command is ended, as a phone does: drawn on a
    /// terminal, as lines into a pipe
    #[arg(long, conflicts_with_all = ["gate_code", "nonce", "at", "out", "format", "json"])]
    pub(crate) live: bool,
    #[command(flatten)]
    pub(crate) time: TimeArg,
    #[command(flatten)]
    pub(crate) out: TokenOut,
}
