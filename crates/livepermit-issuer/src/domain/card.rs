//! Physical cards that are out. They stay valid until their end, whatever happens to the permit.

use core::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A physical card of the holder: recorded and shown, not replaced. `Debug` leaves out the number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The number on the card.
    pub number: String,
    /// The first day on which the card is valid no longer.
    pub until: Date,
}

impl Card {
    /// Whether the card is valid on the day `today`.
    #[must_use]
    pub fn is_valid_on(&self, today: Date) -> bool {
        today < self.until
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").field("until", &self.until).finish_non_exhaustive()
    }
}
