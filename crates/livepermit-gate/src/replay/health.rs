//! How a store is, for the screen of a gate.

use livepermit::Timestamp;

use super::Loss;

/// What a store promises less than it could, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreCaution {
    /// A stable code in kebab-case.
    pub code: &'static str,
    /// What was found, what it means, and what to change.
    pub text: Box<str>,
}

impl StoreCaution {
    /// Makes a caution.
    #[must_use]
    pub fn new(code: &'static str, text: &str) -> Self {
        Self { code, text: text.into() }
    }
}

/// How a store was at its last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreHealth {
    /// The store lost its memory: until this time, by the gate's clock, it admits nobody who
    /// enters. [`Timestamp::MAX`] if only an operator can end the wait. `None` after that time.
    pub out_of_order_until: Option<Timestamp>,
    /// How the store noticed its last loss, if this gate was told.
    pub loss: Option<Loss>,
    /// What lasts until somebody changes the server's settings.
    pub cautions: Vec<StoreCaution>,
}
