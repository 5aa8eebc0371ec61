//! Where a reader stands, and what it remembers of used codes.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use livepermit::Verifier;
use livepermit_gate::replay::{Passage, ReplayStore, Retention};
use livepermit_gate::{ClockState, CoolDownPolicy, Gate, GateError, GatePlace, StoreFailurePolicy};

use super::failure::Failure;
use super::keys::claim_failure;
use super::texts;
use super::time::parse_span;

/// What a gate has beside a verifier's policy.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the gate stands")]
pub(crate) struct PlaceArgs {
    /// Where the gate leads: gates of one zone admit a permit once, if they share a memory of used
    /// codes [default: the gate's name]
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    /// Which reader of the gate this is
    #[arg(long, value_name = "NAME", default_value = "1")]
    lane: String,
    /// Which way the gate leads; leaving ends the cool-down
    #[arg(long, value_enum, default_value = "enter")]
    passage: PassageArg,
    /// How long the zone accepts no other code of an admitted permit: a time, or none, which lets
    /// several people in with one phone [default: the window and the skew]
    #[arg(long, value_name = "SPAN|none", value_parser = parse_cool_down)]
    cool_down: Option<CoolDownArg>,
    /// By how many seconds the clocks of gates that share a memory differ at most
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
    /// Let everybody in, with a caution: copies are let in too
    Admit,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct CoolDownArg(CoolDownPolicy);

fn parse_cool_down(text: &str) -> Result<CoolDownArg, String> {
    if text == "none" {
        return Ok(CoolDownArg(CoolDownPolicy::DangerousNone));
    }
    parse_span(text).map(|seconds| CoolDownArg(CoolDownPolicy::Seconds(seconds)))
}

impl PlaceArgs {
    /// The names of the gate, the lane and the zone.
    pub(crate) fn place(&self, gate: &str) -> Result<GatePlace, Failure> {
        let zone = self.zone.as_deref().unwrap_or(gate);
        GatePlace::new(gate, &self.lane, zone).map_err(|error| claim_failure(&error))
    }

    /// Makes the library's gate. No other function makes a gate.
    pub(crate) fn gate(
        &self,
        place: &GatePlace,
        verifier: Verifier,
        store: Arc<dyn ReplayStore>,
        clock: ClockState,
    ) -> Result<Gate, Failure> {
        let store_failure = match self.on_store_failure {
            StoreFailureArg::Refuse => StoreFailurePolicy::Refuse,
            StoreFailureArg::Admit => StoreFailurePolicy::DangerousAdmit,
        };
        Gate::at(place.gate())
            .lane(place.lane())
            .zone(place.zone())
            .verifying(Arc::new(verifier))
            .store(store)
            .cool_down(self.cool_down())
            .passage(self.passage())
            .store_failure(store_failure)
            .clock(clock)
            .build()
            .map_err(|error| gate_failure(&error))
    }

    /// Which way people go.
    pub(crate) const fn passage(&self) -> Passage {
        match self.passage {
            PassageArg::Enter => Passage::Enter,
            PassageArg::Leave => Passage::Leave,
        }
    }

    /// How soon the zone admits the same permit again.
    pub(crate) fn cool_down(&self) -> CoolDownPolicy {
        self.cool_down.map_or(CoolDownPolicy::Window, |arg| arg.0)
    }

    /// Whether everybody is let in when the memory fails.
    pub(crate) fn admits_without_store(&self) -> bool {
        self.on_store_failure == StoreFailureArg::Admit
    }

    /// The limits of a gate that has its zone for itself: its own settings.
    pub(crate) fn retention(&self, window: u64, skew: u64) -> Retention {
        let longest_cool_down = match self.cool_down {
            Some(CoolDownArg(CoolDownPolicy::Seconds(seconds))) => seconds,
            _ => 0,
        };
        Retention {
            largest_window: window,
            largest_skew: skew,
            clock_difference: self.clock_difference,
            longest_cool_down,
            ..Retention::default()
        }
    }

    /// These options need `--replay`.
    pub(crate) fn refuse_without_replay(&self) -> Result<(), Failure> {
        let said = self.zone.is_some()
            || self.cool_down.is_some()
            || self.passage != PassageArg::Enter
            || self.on_store_failure != StoreFailureArg::Refuse;
        if said {
            return Err(texts::options_need_replay());
        }
        Ok(())
    }
}

/// Why a gate cannot be built, or why its verifier cannot be replaced.
pub(crate) fn gate_failure(error: &GateError) -> Failure {
    match error {
        GateError::Claim(error) => claim_failure(error),
        error => texts::gate_unusable(error),
    }
}
