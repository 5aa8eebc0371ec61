use super::super::reader::Point;
use crate::rejection::Rejection;

/// What a [`Scanner`](super::Scanner) says of one code in a frame.
///
/// `A` is what an accepted code becomes: [`Admitted`](crate::Admitted) where a checkpoint judges,
/// on which a door opens; [`Verified`](crate::Verified) where a verifier does, on which none does.
/// `corners` are those of [`FoundCode::corners`](crate::scan::FoundCode::corners).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ScanEvent<A> {
    /// A code was judged, and accepted. Told once, however long it is held.
    Accepted {
        /// The verdict.
        accepted: A,
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A code was judged, and refused. Told once, however long it is held.
    Refused {
        /// Why.
        rejection: Rejection,
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A QR code that is none of ours came into view. What it holds is not looked at and not handed
    /// out. Told once.
    Foreign {
        /// Where the code is.
        corners: [Point; 4],
    },
    /// A code that was told of before is still in view: nothing new.
    Held {
        /// Where the code is now.
        corners: [Point; 4],
    },
    /// No code was read, but something with the corners of one is in view: time to say "hold
    /// still".
    Unreadable,
}

impl<A> ScanEvent<A> {
    /// Where the code is; `None` for one that could not be read.
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
