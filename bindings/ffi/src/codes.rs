//! The tables of stable codes.

use livepermit::rejection::{ListRejectionCode, RejectionCode, SetupRejectionCode};

#[cfg(feature = "gate")]
use crate::verify::Caution;

/// What a stable code means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CodeFacts {
    /// The code.
    pub code: String,
    /// The step of verification that gives the code; nothing for lists and setups.
    pub stage: Option<String>,
    /// Who has to act; nothing for lists and setups.
    pub fault: Option<String>,
    /// The cause, in one sentence.
    pub cause: String,
    /// What to do.
    pub instruction: String,
}

/// Every code with which a token is refused, in the order of the checks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn rejection_codes() -> Vec<CodeFacts> {
    let facts = |code: &RejectionCode| CodeFacts {
        code: code.as_str().into(),
        stage: Some(code.stage().name().into()),
        fault: Some(code.fault().name().into()),
        cause: code.cause().into(),
        instruction: code.instruction().into(),
    };
    RejectionCode::ALL.iter().map(facts).collect()
}

/// Every code with which a trust list or a status list is refused.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn list_rejection_codes() -> Vec<CodeFacts> {
    let facts = |code: &ListRejectionCode| CodeFacts {
        code: code.as_str().into(),
        stage: None,
        fault: None,
        cause: code.cause().into(),
        instruction: code.instruction().into(),
    };
    ListRejectionCode::ALL.iter().map(facts).collect()
}

/// Every code with which a setup is refused.
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn setup_rejection_codes() -> Vec<CodeFacts> {
    let facts = |code: &SetupRejectionCode| CodeFacts {
        code: code.as_str().into(),
        stage: None,
        fault: None,
        cause: code.cause().into(),
        instruction: code.instruction().into(),
    };
    SetupRejectionCode::ALL.iter().map(facts).collect()
}

/// Every caution that an accepted code can carry.
#[cfg(feature = "gate")]
#[cfg_attr(feature = "uniffi", uniffi::export)]
#[must_use]
pub fn caution_codes() -> Vec<Caution> {
    livepermit_gate::GateCaution::ALL.iter().map(|caution| Caution::of(*caution)).collect()
}

#[cfg(feature = "gate")]
impl Caution {
    pub(crate) fn of(caution: livepermit_gate::GateCaution) -> Self {
        Self::new(caution.code(), caution.instruction())
    }
}
