//! Codes followed from frame to frame.

use sha2::{Digest as _, Sha256};

use super::super::reader::{FoundCode, Point};
use crate::key::PublicKey;
use crate::rejection::{Code, Fault, Rejection};
use crate::time::Timestamp;
use crate::verifier::{PermitId, Signed, Verified};

/// Seconds without being seen after which a code is forgotten.
pub(super) const GONE_AFTER: u64 = 3;
/// Seconds without being seen after which a code that is read elsewhere, or another one at its
/// place, is not its continuation.
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
        Self {
            x: (a.x + b.x + c.x + d.x) / 4.0,
            y: (a.y + b.y + c.y + d.y) / 4.0,
            reach: diagonals / 4.0,
        }
    }

    fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Whether the middle of each lies within the other, or nearly: what a hand moves a phone by
    /// between two frames. Two phones side by side are further apart.
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

/// The phone that shows a code, and the newest of its codes that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Showing {
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

    pub(super) fn signed(signed: Signed<'_>) -> Self {
        Self {
            permit: signed.permit,
            device: signed.device_key.map(PublicKey::thumbprint),
            moment: Some(signed.issued_at),
        }
    }

    /// Whether the other one is of the same phone and not older. A slip is continued by nothing.
    fn goes_on_as(&self, next: &Self) -> bool {
        let is_newer = self.moment.is_some_and(|moment| Some(moment) <= next.moment);
        next.permit == self.permit && next.device == self.device && is_newer
    }
}

/// A code that is followed.
#[derive(Debug)]
pub(super) struct Track {
    seen: Seen,
    last: Timestamp,
    /// The frame it was seen in last.
    frame: u64,
    pub(super) standing: Standing,
    /// The phone that was let in before what is refused now, and until when it was there. A single
    /// reading that went wrong must not make it another visitor.
    before: Option<(Showing, Timestamp)>,
}

impl Track {
    /// What is said of the code seen now.
    pub(super) fn say(&mut self, standing: Standing, now: Timestamp) {
        self.before = match (&standing, &self.standing) {
            (Standing::Accepted(_), _) => None,
            (_, Standing::Accepted(showing)) => Some((*showing, now)),
            _ => self.before,
        };
        self.standing = standing;
    }

    /// Takes it for the next code of the phone that was let in, or tells that it is none.
    fn go_on_as(&mut self, next: Showing) -> bool {
        let goes_on = match (&self.standing, self.before) {
            // The same moment in another text is a copy.
            (Standing::Accepted(showing), _) => {
                showing.goes_on_as(&next) && showing.moment != next.moment
            }
            (_, Some((showing, _))) => showing.goes_on_as(&next),
            _ => false,
        };
        if goes_on {
            (self.standing, self.before) = (Standing::Accepted(next), None);
        }
        goes_on
    }

    /// Whether a phone was let in that may show its next code here.
    const fn was_let_in(&self) -> bool {
        matches!(self.standing, Standing::Accepted(_)) || self.before.is_some()
    }

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
    /// The same text at the same place: of two phones with one text the one at the known place is
    /// the known one, and the other a copy.
    Stayed,
    /// The next code of the same phone at the same place, before an old one elsewhere, which is
    /// then a copy.
    Next,
    /// The same text elsewhere, before another one here: people change places.
    Moved,
    /// Another text at the same place.
    Changed,
}

/// The codes that are followed. Their numbers hold until the next one is added.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    /// Frames so far.
    frame: u64,
}

impl Tracks {
    pub(super) const fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Another frame: forgets what was not in view for long.
    pub(super) fn begin_frame(&mut self, now: Timestamp) {
        self.frame = self.frame.wrapping_add(1);
        for track in &mut self.tracks {
            // The clock was set back: what is left of the time runs from here.
            track.last = track.last.min(now);
            if let Standing::Refused { judged, .. } = &mut track.standing {
                *judged = (*judged).min(now);
            }
            track.before = track.before.map(|(showing, until)| (showing, until.min(now)));
            track.before = track.before.filter(|(_, until)| now.seconds_since(*until) < GONE_AFTER);
        }
        self.tracks.retain(|track| track.unseen_for(now) < GONE_AFTER);
    }

    pub(super) fn get_mut(&mut self, step: Step) -> Option<&mut Track> {
        match step {
            Step::Same(at) | Step::Next(at) | Step::Changed(at) => self.tracks.get_mut(at),
            Step::New => None,
        }
    }

    /// Tells for each code of a frame what it continues; every track is continued once at most.
    /// `shows` is asked, once, which phone shows the code with a number, where it may be one that
    /// was let in.
    pub(super) fn follow(
        &mut self,
        codes: &[Seen],
        now: Timestamp,
        mut shows: impl FnMut(usize) -> Option<Showing>,
    ) -> Vec<Step> {
        let mut asked = vec![None; codes.len()];
        let mut steps = vec![Step::New; codes.len()];
        let mut taken = vec![false; self.tracks.len()];
        for way in [Way::Stayed, Way::Next, Way::Moved, Way::Changed] {
            for (code, at) in self.pairs(codes, way, now) {
                let (Some(step), Some(asked), Some(taken), Some(track)) = (
                    steps.get_mut(code),
                    asked.get_mut(code),
                    taken.get_mut(at),
                    self.tracks.get_mut(at),
                ) else {
                    continue;
                };
                if *step != Step::New || *taken {
                    continue;
                }
                *step = match way {
                    Way::Stayed | Way::Moved => Step::Same(at),
                    Way::Changed => Step::Changed(at),
                    Way::Next => {
                        if !track.was_let_in() {
                            continue;
                        }
                        match *asked.get_or_insert_with(|| shows(code)) {
                            Some(next) if track.go_on_as(next) => Step::Next(at),
                            _ => continue,
                        }
                    }
                };
                *taken = true;
            }
        }
        let frame = self.frame;
        for (step, seen) in steps.iter().zip(codes) {
            if let Some(track) = self.get_mut(*step) {
                (track.seen, track.last, track.frame) = (*seen, now, frame);
            }
        }
        steps
    }

    /// Codes and tracks that may belong together in this way, the nearest first.
    fn pairs(&self, codes: &[Seen], way: Way, now: Timestamp) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (code, seen) in codes.iter().enumerate() {
            for (at, track) in self.tracks.iter().enumerate() {
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

    /// Follows one more; where there are too many, the one not seen for longest is forgotten, which
    /// no code of this frame is.
    pub(super) fn add(&mut self, seen: Seen, standing: Standing, now: Timestamp) {
        let track = Track { seen, last: now, frame: self.frame, standing, before: None };
        if self.tracks.len() < MAX_TRACKS {
            self.tracks.push(track);
        } else if let Some(oldest) = self.tracks.iter_mut().min_by_key(|track| track.frame) {
            *oldest = track;
        }
    }
}
