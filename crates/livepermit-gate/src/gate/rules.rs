use livepermit::setup::CoolDownPolicy;

use crate::replay::Passage;

/// What the gate does when the store of used codes fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFailurePolicy {
    /// The gate is out of order: it refuses everybody with `store-unreachable`.
    Refuse,
    /// The gate admits the permit with the caution
    /// [`GateCaution::ReplayNotChecked`](crate::GateCaution::ReplayNotChecked). It would also admit
    /// a copy.
    DangerousAdmit,
}

/// The settings of a gate that the verifier does not need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) debounce: u64,
    pub(super) cool_down: CoolDownPolicy,
    pub(super) store_failure: StoreFailurePolicy,
    pub(super) passage: Passage,
    pub(super) clock_jump: u64,
    /// Whether the window may be longer than the store remembers.
    pub(super) short_retention: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            debounce: 3,
            cool_down: CoolDownPolicy::Window,
            store_failure: StoreFailurePolicy::Refuse,
            passage: Passage::Enter,
            clock_jump: 86_400,
            short_retention: false,
        }
    }
}
