//! What people apply for, and by which way.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{CancelGround, Class, Mandate, PermitId};

/// The way on which an application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The pages of the service.
    Website,
    /// The city's app.
    App,
    /// An office, where a clerk types.
    Office,
}

/// What is applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// A permit.
    New {
        /// The class of the permit.
        class: Class,
        /// Who acts for the applicant, if somebody does.
        mandate: Option<Mandate>,
    },
    /// Other data in a permit: the applicant of the case becomes the holder's new data.
    Change {
        /// The permit.
        permit: PermitId,
    },
    /// Another year for a permit.
    Endorsement {
        /// The permit.
        permit: PermitId,
    },
    /// A permit on another phone.
    NewDevice {
        /// The permit.
        permit: PermitId,
    },
    /// The end of a permit.
    Cancellation {
        /// The permit.
        permit: PermitId,
        /// Why: the holder asked for it, or a check after the issue showed something else.
        #[serde(default = "asked", skip_serializing_if = "is_asked")]
        ground: CancelGround,
    },
}

const fn asked() -> CancelGround {
    CancelGround::HolderAsked
}

fn is_asked(ground: &CancelGround) -> bool {
    *ground == asked()
}

/// The kind of a [`Request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// [`Request::New`].
    New,
    /// [`Request::Change`].
    Change,
    /// [`Request::Endorsement`].
    Endorsement,
    /// [`Request::NewDevice`].
    NewDevice,
    /// [`Request::Cancellation`].
    Cancellation,
}

impl Request {
    /// The kind of the request.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        match self {
            Self::New { .. } => RequestKind::New,
            Self::Change { .. } => RequestKind::Change,
            Self::Endorsement { .. } => RequestKind::Endorsement,
            Self::NewDevice { .. } => RequestKind::NewDevice,
            Self::Cancellation { .. } => RequestKind::Cancellation,
        }
    }

    /// The permit that the request speaks of; `None` for a new one.
    #[must_use]
    pub const fn permit(&self) -> Option<PermitId> {
        match self {
            Self::New { .. } => None,
            Self::Change { permit }
            | Self::Endorsement { permit }
            | Self::NewDevice { permit }
            | Self::Cancellation { permit, .. } => Some(*permit),
        }
    }
}

impl RequestKind {
    /// Whether an officer has to look on site before the request is approved.
    #[must_use]
    pub const fn needs_check(self) -> bool {
        matches!(self, Self::New | Self::Change)
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Change => "change",
            Self::Endorsement => "endorsement",
            Self::NewDevice => "new-device",
            Self::Cancellation => "cancellation",
        })
    }
}
