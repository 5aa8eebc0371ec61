//! Where a reader stands, and what it remembers of used codes.

use std::path::Path;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use livepermit::{
    CheckpointPolicy, CoolDown, FileReplay, Passage, Place, ReplayStore, Retention, StoreError,
    StoreFailure,
};

use crate::failure::Failure;
use crate::keys::claim_failure;
use crate::time::parse_span;

/// What a checkpoint has beside a verifier's policy.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// Where the gate leads: gates of one zone count a permit together, where they share a memory
    /// of used codes [default: the gate's name]
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    /// Which reader of the gate this is
    #[arg(long, value_name = "NAME", default_value = "1")]
    lane: String,
    /// Which way the gate leads; leaving ends the cool-down
    #[arg(long, value_enum, default_value = "enter")]
    passage: PassageArg,
    /// How long the zone takes no other code of an admitted permit: a time, or none, which lets
    /// several people in with one phone [default: the window and the skew]
    #[arg(long, value_name = "SPAN|none", value_parser = parse_cool_down)]
    cool_down: Option<CoolDownArg>,
    /// Seconds the clocks of gates that share a memory differ at most
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "60")]
    clock_difference: u64,
    /// What to do when the memory of used codes cannot be asked
    #[arg(long, value_enum, default_value = "refuse")]
    on_store_failure: StoreFailureArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PassageArg {
    Enter,
    Leave,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreFailureArg {
    /// The gate is out of order
    Refuse,
    /// Let in, with a caution: copies are let in too
    Admit,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct CoolDownArg(CoolDown);

fn parse_cool_down(text: &str) -> Result<CoolDownArg, String> {
    if text == "none" {
        return Ok(CoolDownArg(CoolDown::DangerousNone));
    }
    parse_span(text).map(|seconds| CoolDownArg(CoolDown::Seconds(seconds)))
}

impl PlaceArgs {
    pub(crate) fn place(&self, gate: &str) -> Result<Place, Failure> {
        let zone = self.zone.as_deref().unwrap_or(gate);
        Place::new(gate, &self.lane, zone).map_err(|error| claim_failure(&error))
    }

    pub(crate) fn rules(&self) -> CheckpointPolicy {
        let mut rules = CheckpointPolicy::default();
        rules.cool_down = self.cool_down.map_or(CoolDown::Window, |arg| arg.0);
        rules.passage = match self.passage {
            PassageArg::Enter => Passage::Enter,
            PassageArg::Leave => Passage::Leave,
        };
        rules.store_failure = match self.on_store_failure {
            StoreFailureArg::Refuse => StoreFailure::Refuse,
            StoreFailureArg::Admit => StoreFailure::DangerousAdmit,
        };
        rules
    }

    pub(crate) fn retention(&self, window: u64) -> Retention {
        Retention { largest_window: window, clock_difference: self.clock_difference }
    }

    /// What only a checkpoint uses says nothing where there is none.
    pub(crate) fn refuse_without_replay(&self) -> Result<(), Failure> {
        let said = self.zone.is_some()
            || self.cool_down.is_some()
            || self.passage != PassageArg::Enter
            || self.on_store_failure != StoreFailureArg::Refuse;
        if said {
            return Err(Failure::new(
                "--zone, --passage, --cool-down and --on-store-failure mean something only where codes are used up",
                "add --replay FILE, or leave them away",
            ));
        }
        Ok(())
    }
}

/// Opens a file of used codes.
pub(crate) fn open_store(
    path: &Path,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let name = path.display().to_string();
    let store = FileReplay::open(path, retention).map_err(|error| store_failure(&name, &error))?;
    Ok(Arc::new(store))
}

/// Why a store cannot be opened.
pub(crate) fn store_failure(name: &str, error: &StoreError) -> Failure {
    let text = error.to_string();
    // Its text ends with what to do.
    let reason =
        text.strip_suffix(error.kind().instruction()).unwrap_or(&text).trim_end_matches([';', ' ']);
    Failure::new(format!("{name}: {reason}"), error.kind().instruction())
}
