//! What a step of the demo should end in.

use livepermit::{Rejection, RejectionCode, Verified};

/// What a step of the demo should end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Accepted,
    Refused(RejectionCode),
}

impl Expected {
    pub(super) fn of(verdict: &Result<Verified, Rejection>) -> Self {
        match verdict {
            Ok(_) => Self::Accepted,
            Err(rejection) => Self::Refused(rejection.code()),
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(code) => code.as_str(),
        }
    }
}
