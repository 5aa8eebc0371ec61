use livepermit::Rejection;
use livepermit::verify::PermitId;
use livepermit_qr::read::Point;

/// What a [`Scanner`](super::Scanner) reports about one code in a frame.
///
/// `A` is the type of an acceptance. A gate returns [`Admitted`](crate::Admitted): a door may open.
/// A verifier returns [`Verified`](crate::Verified), and [`Scanner::begin`](super::Scanner::begin)
/// returns [`Asked`](super::Asked): no door opens. `corners` are those of
/// [`FoundCode::corners`](super::FoundCode::corners).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ScanEvent<A> {
    /// A code was accepted. Reported once, however long the code is held.
    Accepted {
        /// The verdict.
        accepted: A,
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A code was refused. Reported once, however long the code is held.
    Refused {
        /// Why the code was refused.
        rejection: Rejection,
        /// The permit, if every signature of the code is good under a trusted key. For a log.
        permit: Option<PermitId>,
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A QR code came into view that is not a permit code, such as a poster, or one part of a text
    /// that is split over several codes. Its content is not examined and not returned. Reported
    /// once.
    Foreign {
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A code that was reported before is still in view: nothing new.
    Held {
        /// Where the code is now.
        corners: [Point; 4],
    },
    /// No code could be read, but something with the corners of a code is in view. Tell the visitor
    /// to hold still.
    Unreadable,
}

impl<A> ScanEvent<A> {
    /// Where the code is; `None` for [`Unreadable`](Self::Unreadable).
    #[must_use]
    pub const fn corners(&self) -> Option<[Point; 4]> {
        match self {
            Self::Accepted { corners, .. }
            | Self::Refused { corners, .. }
            | Self::Foreign { corners }
            | Self::Held { corners } => Some(*corners),
            Self::Unreadable => None,
        }
    }
}
