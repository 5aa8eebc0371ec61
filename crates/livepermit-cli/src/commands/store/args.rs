//! The options of `store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use livepermit::Policy;
use livepermit_gate::replay::Retention;

use crate::shared::store::{Limits, StoreArgs};
use crate::shared::time::{TimeArg, parse_span};

pub(crate) const HELP: &str = "\
After a loss of memory, gates let nobody enter until the loss cannot matter any
more. If you know better, end the wait:
  livepermit store go-on --state /var/lib/gate-3
Name the memory with the options of `gate`: --state for a file (stop the gate
first), or the options of a server. Limits of the zone need not be named; those
that are named must be those of the zone.";

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Show whether the memory is in order, until when it lets nobody enter, and what its server
    /// can forget
    Show(MemoryArgs),
    /// End the wait after a loss of memory: cool-downs and slips that were lost can be used again.
    /// Say this only when no server of before answers gates any more
    GoOn(GoOnArgs),
    /// Give the zone at the server the limits of these options. Start all gates again with the same
    /// limits; until no code of before is live, nobody enters
    #[cfg(any(feature = "redis", feature = "postgres"))]
    Settings(MemoryArgs),
}

/// Which memory.
#[derive(Debug, Args)]
pub(crate) struct MemoryArgs {
    /// The state folder of a gate that remembers in a file
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    #[command(flatten)]
    pub(super) store: StoreArgs,
    /// By how many seconds the clocks of gates that share a memory differ at most
    /// [default: what stands in the zone; 60 for a new one]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    clock_difference: Option<u64>,
    #[command(flatten)]
    pub(super) time: TimeArg,
}

#[derive(Debug, Args)]
pub(crate) struct GoOnArgs {
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    /// Nothing was admitted before: the zone is new, so codes need not wait either
    #[arg(long)]
    pub(super) new: bool,
}

impl MemoryArgs {
    /// The limits of the zone: those of a gate with its defaults, where nothing else was said.
    pub(super) fn limits(&self) -> Retention {
        let usual = Retention::default();
        self.store.limits(Retention {
            largest_window: Policy::DEFAULT_WINDOW,
            clock_difference: self.clock_difference.unwrap_or(usual.clock_difference),
            ..usual
        })
    }

    /// The limits that a zone must have; without a word about them, those that stand in the zone.
    pub(super) fn expected(&self) -> Limits {
        if self.clock_difference.is_some() || self.store.names_limits() {
            Limits::Named(self.limits())
        } else {
            Limits::OfTheZone(self.limits())
        }
    }
}
