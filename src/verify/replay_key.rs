use crate::time::Timestamp;
use crate::token::PermitId;

/// The part of a verdict that a replay store needs: the permit, the date of the code, and how long
/// to remember the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ReplayKey {
    /// The permit.
    pub permit: PermitId,
    /// The `iat` of the code; `None` for a slip. Codes with the same permit and moment count as one
    /// code, even if audience, nonce or bytes differ.
    pub moment: Option<Timestamp>,
    /// The first second at which the code is stale.
    pub live_until: Timestamp,
    /// The first second at which no gate with this policy accepts the code, even with its clock
    /// behind by the policy's skew.
    pub keep_until: Timestamp,
}

impl ReplayKey {
    /// Makes a key from values that came over a network, for a store on another machine. The key
    /// proves nothing.
    #[must_use]
    pub const fn new(
        permit: PermitId,
        moment: Option<Timestamp>,
        live_until: Timestamp,
        keep_until: Timestamp,
    ) -> Self {
        Self { permit, moment, live_until, keep_until }
    }
}
