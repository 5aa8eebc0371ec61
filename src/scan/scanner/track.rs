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
}

/// Whose code was accepted, and the newest of its codes that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Showing {
    permit: PermitId,
    device: Option<PublicKey>,
    /// None for a slip: it has one text for ever.
    moment: Option<Timestamp>,
}

impl Showing {
    pub(super) fn of(verified: &Verified) -> Self {
        Self {
            permit: verified.permit_id(),
            device: verified.device_key().cloned(),
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
    /// Another text at the place of the track with this number.
    Changed(usize),
    New,
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
            Step::Same(at) | Step::Changed(at) => self.0.get_mut(at),
            Step::New => None,
        }
    }

    /// Tells for each code of a frame what it continues; every track is continued once at most.
    ///
    /// Texts first, the nearest first: of two phones with the same text the one at the known place is the known one, and the
    /// other a copy.
    pub(super) fn follow(&mut self, codes: &[Seen], now: Timestamp) -> Vec<Step> {
        let mut steps = vec![Step::New; codes.len()];
        let mut taken = vec![false; self.0.len()];
        for is_same in [true, false] {
            for (code, track) in self.pairs(codes, is_same, now) {
                let (Some(step), Some(taken)) = (steps.get_mut(code), taken.get_mut(track)) else { continue };
                if *step == Step::New && !*taken {
                    *taken = true;
                    *step = if is_same { Step::Same(track) } else { Step::Changed(track) };
                }
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

    /// Codes and tracks that may belong together, the nearest first.
    fn pairs(&self, codes: &[Seen], is_same: bool, now: Timestamp) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (code, seen) in codes.iter().enumerate() {
            for (at, track) in self.0.iter().enumerate() {
                if (track.seen.digest == seen.digest) != is_same {
                    continue;
                }
                let (is_here, is_recent) =
                    (track.seen.place.is_at(seen.place), track.unseen_for(now) <= UNSEEN);
                // The same text was moved, or it came back to its place; another text does neither.
                if if is_same { is_here || is_recent } else { is_here && is_recent } {
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
