//! Codes followed from frame to frame.

use sha2::{Digest as _, Sha256};

use super::super::reader::{FoundCode, Point};
use crate::key::PublicKey;
use crate::rejection::{Code, Fault, Rejection};
use crate::time::Timestamp;
use crate::verifier::{PermitId, Verified};

/// Seconds without being seen after which a code is forgotten.
pub(super) const GONE_AFTER: u64 = 3;
/// Seconds without being seen after which a code that is read elsewhere, or another one at its place, is not its continuation.
const UNSEEN: u64 = 1;
/// Codes remembered: all that two frames can show.
const MAX_TRACKS: usize = 32;

/// Where a code is, and how large.
#[derive(Debug, Clone, Copy)]
struct Place {
    x: f32,
    y: f32,
    /// Half its diagonals.
    reach: f32,
}

impl Place {
    fn of(corners: [Point; 4]) -> Self {
        let [a, b, c, d] = corners;
        let diagonals = (a.x - c.x).hypot(a.y - c.y) + (b.x - d.x).hypot(b.y - d.y);
        Self { x: (a.x + b.x + c.x + d.x) / 4.0, y: (a.y + b.y + c.y + d.y) / 4.0, reach: diagonals / 4.0 }
    }

    fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Whether the middle of each lies within the other, or nearly: what a hand moves a phone by between two frames. Two phones
    /// side by side are further apart.
    fn is_at(self, other: Self) -> bool {
        self.distance(other) < self.reach.min(other.reach)
    }
}

/// A code in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    digest: [u8; 32],
    place: Place,
}

impl Seen {
    pub(super) fn new(code: &FoundCode) -> Self {
        Self { digest: Sha256::digest(code.bytes()).into(), place: Place::of(code.corners()) }
    }
}

/// What was said of a code.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    Accepted(Showing),
    Refused {
        code: Code,
        judged: Timestamp,
        /// Whether the same code may fare better in a moment.
        may_pass: bool,
    },
    Foreign,
}

impl Standing {
    pub(super) fn refused(rejection: &Rejection, now: Timestamp) -> Self {
        let code = rejection.code();
        let may_pass = rejection.fault() == Fault::Ours || code == Code::FromTheFuture;
        Self::Refused { code, judged: now, may_pass }
    }

    pub(super) fn is_refused_for(&self, reason: Code) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == reason)
    }
}

/// Whose code was accepted, and the newest of its codes that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Showing {
    permit: PermitId,
    /// The thumbprint of the device's key; a pass has none.
    device: Option<[u8; 32]>,
    /// A slip has none: it has one text for ever.
    moment: Option<Timestamp>,
}

impl Showing {
    pub(super) fn of(verified: &Verified) -> Self {
        Self {
            permit: verified.permit_id(),
            device: verified.device_key().map(PublicKey::thumbprint),
            moment: verified.claim().moment,
        }
    }

    /// The next code of the same phone, where this is one: newer, of the same permit and device.
    pub(super) fn next(&self, verified: &Verified) -> Option<Self> {
        let next = Self::of(verified);
        let is_next = next.permit == self.permit && next.device == self.device && next.moment > self.moment;
        is_next.then_some(next)
    }
}

/// A code that is followed.
#[derive(Debug)]
pub(super) struct Track {
    seen: Seen,
    last: Timestamp,
    pub(super) standing: Standing,
}

impl Track {
    fn unseen_for(&self, now: Timestamp) -> u64 {
        now.seconds_since(self.last)
    }
}

/// What a code in a frame continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The same text, still in view: of the track with this number.
    Same(usize),
    /// The next code of the phone that was let in, at its place.
    Next(usize),
    /// Another text at the place of the track with this number.
    Changed(usize),
    New,
}

/// The ways to continue a track, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The same text at the same place: of two phones with one text the one at the known place is the known one, and the
    /// other a copy.
    Stayed,
    /// The next code of the same phone at the same place, before an old one elsewhere, which is then a copy.
    Next,
    /// The same text elsewhere, before another one here: people change places.
    Moved,
    /// Another text at the same place.
    Changed,
}

/// The codes that are followed. Their numbers hold until the next one is added.
#[derive(Debug, Default)]
pub(super) struct Tracks(Vec<Track>);

impl Tracks {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn forget_gone(&mut self, now: Timestamp) {
        for track in &mut self.0 {
            // The clock was set back: what is left of the time runs from here.
            track.last = track.last.min(now);
        }
        self.0.retain(|track| track.unseen_for(now) < GONE_AFTER);
    }

    pub(super) fn get_mut(&mut self, step: Step) -> Option<&mut Track> {
        match step {
            Step::Same(at) | Step::Next(at) | Step::Changed(at) => self.0.get_mut(at),
            Step::New => None,
        }
    }

    /// Tells for each code of a frame what it continues; every track is continued once at most. `verify` is asked what the code
    /// with a number says, where it may be the next one of a phone that was let in.
    pub(super) fn follow(
        &mut self,
        codes: &[Seen],
        now: Timestamp,
        mut verify: impl FnMut(usize) -> Option<Verified>,
    ) -> Vec<Step> {
        let mut steps = vec![Step::New; codes.len()];
        let mut taken = vec![false; self.0.len()];
        for way in [Way::Stayed, Way::Next, Way::Moved, Way::Changed] {
            for (code, at) in self.pairs(codes, way, now) {
                let (Some(step), Some(taken), Some(track)) =
                    (steps.get_mut(code), taken.get_mut(at), self.0.get_mut(at))
                else {
                    continue;
                };
                if *step != Step::New || *taken {
                    continue;
                }
                *step = match way {
                    Way::Stayed | Way::Moved => Step::Same(at),
                    Way::Changed => Step::Changed(at),
                    Way::Next => {
                        let Standing::Accepted(showing) = &mut track.standing else { continue };
                        let Some(next) = verify(code).and_then(|next| showing.next(&next)) else { continue };
                        *showing = next;
                        Step::Next(at)
                    }
                };
                *taken = true;
            }
        }
        // All of them before one is added, which takes the room of the one not seen for longest.
        for (step, seen) in steps.iter().zip(codes) {
            if let Some(track) = self.get_mut(*step) {
                (track.seen, track.last) = (*seen, now);
            }
        }
        steps
    }

    /// Codes and tracks that may belong together in this way, the nearest first.
    fn pairs(&self, codes: &[Seen], way: Way, now: Timestamp) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (code, seen) in codes.iter().enumerate() {
            for (at, track) in self.0.iter().enumerate() {
                let (is_same, is_here) =
                    (track.seen.digest == seen.digest, track.seen.place.is_at(seen.place));
                let is_recent = track.unseen_for(now) <= UNSEEN;
                let may_be = match way {
                    Way::Stayed => is_same && is_here,
                    Way::Moved => is_same && is_recent,
                    Way::Next | Way::Changed => !is_same && is_here && is_recent,
                };
                if may_be {
                    pairs.push((track.seen.place.distance(seen.place), code, at));
                }
            }
        }
        pairs.sort_by(|left, right| left.0.total_cmp(&right.0));
        pairs.into_iter().map(|(_, code, track)| (code, track)).collect()
    }

    /// Follows one more; where there are too many, the one not seen for longest is forgotten.
    pub(super) fn add(&mut self, seen: Seen, standing: Standing, now: Timestamp) {
        let track = Track { seen, last: now, standing };
        if self.0.len() < MAX_TRACKS {
            self.0.push(track);
        } else if let Some(oldest) = self.0.iter_mut().min_by_key(|track| track.last) {
            *oldest = track;
        }
    }
}
