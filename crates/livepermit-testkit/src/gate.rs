//! The gate of this world, and its answers.

use std::sync::Arc;

use livepermit::{Policy, Rejection, RejectionCode};
use livepermit_gate::replay::Retention;
use livepermit_gate::{Admitted, Gate, GateBuilder, GatePlace, MemoryReplay};

use crate::verifier::{policy, verifier_with};
use crate::world::GATE;

/// A reader of the gate.
#[must_use]
pub fn place(lane: &str, zone: &str) -> GatePlace {
    GatePlace::new(GATE, lane, zone).unwrap()
}

/// A store of its own, that lost nothing.
#[must_use]
pub fn store() -> Arc<MemoryReplay> {
    let limits = Retention { longest_cool_down: 3600, ..Retention::default() };
    Arc::new(MemoryReplay::new(1000, limits))
}

/// Lane `1` into `hall`, with the default policy and a store of its own.
#[must_use]
pub fn default_gate() -> Gate {
    gate_with(policy(), |gate| gate)
}

/// The same with another policy, whose gate it is, and with what `set` sets.
pub fn gate_with(policy: Policy, set: impl FnOnce(GateBuilder) -> GateBuilder) -> Gate {
    let builder = Gate::at(policy.gate()).zone("hall").store(store());
    set(builder.verifying(Arc::new(verifier_with(policy)))).build().unwrap()
}

/// It was refused with this code.
#[track_caller]
pub fn refused<T>(result: Result<T, Rejection>, code: RejectionCode) -> Rejection {
    match result {
        Ok(_) => panic!("accepted, expected {code}"),
        Err(rejection) => {
            assert_eq!(rejection.code(), code, "{rejection}");
            rejection
        }
    }
}

/// It was admitted.
#[track_caller]
pub fn admitted(result: Result<Admitted, Rejection>) -> Admitted {
    match result {
        Ok(admitted) => admitted,
        Err(rejection) => panic!("refused: {rejection}"),
    }
}
