//! The options of `gate relay`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::shared::store::StoreArgs;
use crate::shared::time::parse_span;

#[derive(Debug, Args)]
pub(crate) struct RelayArgs {
    /// The gates that may ask, each with its key: `gate setup new --relay-gates` writes the file. It
    /// is read again when it changes; a gate whose line is gone is not answered any more
    #[arg(long, value_name = "FILE")]
    pub(super) gates: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    pub(super) listen: SocketAddr,
    /// The certificate of this server and those that vouch for it (PEM): gates then ask by https://
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_certificate: Option<PathBuf>,
    /// The private key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(super) tls_key: Option<PathBuf>,
    /// Listen for other machines without TLS: only where a proxy in front has it
    #[arg(long)]
    pub(super) dangerous_plain_http: bool,
    /// The origin of gates that are pages (https://gate.example); may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(super) origin: Vec<String>,
    /// The folder for the memory of used codes, for this relay alone [default: in memory; each start
    /// then waits until no older code is live]
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// Nothing was admitted before: the zone is new, and its gates open at once
    #[arg(long)]
    pub(super) new: bool,
    /// By how many seconds the clocks of gates differ at most
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "60")]
    pub(super) clock_difference: u64,
    #[command(flatten)]
    pub(super) store: StoreArgs,
}
