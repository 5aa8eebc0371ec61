//! Codes followed from frame to frame.

use sha2::{Digest as _, Sha256};

use livepermit::rejection::Fault;
use livepermit::{Rejection, RejectionCode, Timestamp};
use livepermit_qr::read::{FoundCode, Point};

use crate::visitor::Bearer;

/// Seconds out of view after which a code is forgotten.
pub(super) const GONE_AFTER: u64 = 3;
/// Seconds out of view after which a code no longer continues at another place or with another
/// text.
const UNSEEN: u64 = 1;
/// The most codes that are remembered: all that two frames can show.
const MAX_TRACKS: usize = 32;

/// Where a code is, and how large.
#[derive(Debug, Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
    /// Half the mean diagonal.
    reach: f32,
}

impl Spot {
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

    /// Whether the middle of each code lies (nearly) within the other code. A hand moves a phone by
    /// this much between two frames. Two phones side by side are further apart.
    fn is_at(self, other: Self) -> bool {
        self.distance(other) < self.reach.min(other.reach)
    }
}

/// A code in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    digest: [u8; 32],
    place: Spot,
}

impl Seen {
    pub(super) fn new(code: &FoundCode) -> Self {
        let mut digest = Sha256::digest(code.bytes());
        if let Some(part) = code.part() {
            // One part of a text is not the whole code with the same bytes.
            let whole = Sha256::new_with_prefix(digest);
            digest = whole.chain_update([part.number, part.of, part.parity]).finalize();
        }
        Self { digest: digest.into(), place: Spot::of(code.corners()) }
    }
}

/// The last verdict on a code.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    Accepted(Bearer),
    /// The store of used codes is asked. `before` is why it was refused when it was judged last.
    Asked {
        bearer: Bearer,
        before: Option<RejectionCode>,
    },
    Refused {
        code: RejectionCode,
        judged: Timestamp,
        /// Whether the same code may be accepted a moment later.
        may_pass: bool,
    },
    Foreign,
}

impl Standing {
    pub(super) fn refused(rejection: &Rejection, now: Timestamp) -> Self {
        let code = rejection.code();
        let may_pass = rejection.fault() == Fault::Ours || code == RejectionCode::FromTheFuture;
        Self::Refused { code, judged: now, may_pass }
    }

    pub(super) fn is_refused_for(&self, reason: RejectionCode) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == reason)
    }
}

/// A code that is followed.
#[derive(Debug)]
pub(super) struct Track {
    seen: Seen,
    last: Timestamp,
    /// The number of the frame in which the code was last seen.
    frame: u64,
    pub(super) standing: Standing,
    /// The phone that was admitted before the code that is refused now, and until when the phone
    /// was there. One wrong reading must not turn the phone into another visitor.
    before: Option<(Bearer, Timestamp)>,
}

impl Track {
    /// Sets the verdict on the code seen now.
    pub(super) fn say(&mut self, standing: Standing, now: Timestamp) {
        self.before = match (&standing, &self.standing) {
            (Standing::Accepted(_), _) => None,
            (_, Standing::Accepted(bearer)) => Some((*bearer, now)),
            _ => self.before,
        };
        self.standing = standing;
    }

    fn is_asked_about(&self, phone: &Bearer) -> bool {
        matches!(&self.standing, Standing::Asked { bearer, .. } if bearer.is_phone_of(phone))
    }

    /// Sets the verdict that was asked for. Returns whether it is another one than before.
    fn answer(&mut self, rejection: Option<&Rejection>, now: Timestamp) -> bool {
        let Standing::Asked { bearer, before } = self.standing else { return true };
        let standing = match rejection {
            Some(rejection) => Standing::refused(rejection, now),
            None => Standing::Accepted(bearer),
        };
        let is_new = !before.is_some_and(|before| standing.is_refused_for(before));
        self.say(standing, now);
        is_new
    }

    /// Continues with `next` if `next` is the next code of the admitted phone. Returns whether it
    /// is.
    fn go_on_as(&mut self, next: Bearer) -> bool {
        let goes_on = match (&self.standing, self.before) {
            // Another text with the same moment is a copy.
            (Standing::Accepted(bearer) | Standing::Asked { bearer, .. }, _) => {
                bearer.goes_on_with_newer(&next)
            }
            (_, Some((bearer, _))) => bearer.goes_on_as(&next),
            _ => false,
        };
        match &mut self.standing {
            // The answer about the code before decides for the phone.
            Standing::Asked { bearer, .. } if goes_on => *bearer = next,
            standing if goes_on => (*standing, self.before) = (Standing::Accepted(next), None),
            _ => {}
        }
        goes_on
    }

    /// Whether an admitted phone may show its next code here.
    const fn was_let_in(&self) -> bool {
        matches!(self.standing, Standing::Accepted(_) | Standing::Asked { .. })
            || self.before.is_some()
    }

    fn unseen_for(&self, now: Timestamp) -> u64 {
        now.seconds_since(self.last)
    }
}

/// What a code in a frame continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continuation {
    /// The same text as the track with this number, still in view.
    Same(usize),
    /// The next code of the admitted phone, at the place of the track with this number.
    Next(usize),
    /// Another text at the place of the track with this number.
    Changed(usize),
    New,
}

/// The ways to continue a track, the most certain way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The same text at the same place. If two phones show one text, the phone at the known place
    /// is the known phone, and the other phone shows a copy.
    Stayed,
    /// The next code of the same phone at the same place. It counts before the old text at another
    /// place, which is then a copy.
    Next,
    /// The same text at another place. It counts before another text at this place: people change
    /// places.
    Moved,
    /// Another text at the same place.
    Changed,
}

/// The codes that are followed. Their numbers are valid until the next code is added.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    /// The number of frames so far.
    frame: u64,
}

impl Tracks {
    pub(super) const fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Begins a frame: forgets codes that were out of view for too long.
    pub(super) fn begin_frame(&mut self, now: Timestamp) {
        self.frame = self.frame.wrapping_add(1);
        for track in &mut self.tracks {
            // If the clock was set back, the rest of the time runs from `now`.
            track.last = track.last.min(now);
            if let Standing::Refused { judged, .. } = &mut track.standing {
                *judged = (*judged).min(now);
            }
            track.before = track.before.map(|(bearer, until)| (bearer, until.min(now)));
            track.before = track.before.filter(|(_, until)| now.seconds_since(*until) < GONE_AFTER);
        }
        self.tracks.retain(|track| track.unseen_for(now) < GONE_AFTER);
    }

    pub(super) fn get_mut(&mut self, step: Continuation) -> Option<&mut Track> {
        match step {
            Continuation::Same(at) | Continuation::Next(at) | Continuation::Changed(at) => {
                self.tracks.get_mut(at)
            }
            Continuation::New => None,
        }
    }

    /// Takes the answer of the store to the question about this phone, seen at this place. Returns
    /// whether it is another verdict than before.
    pub(super) fn answered(
        &mut self,
        asked: &Bearer,
        corners: [Point; 4],
        rejection: Option<&Rejection>,
        now: Timestamp,
    ) -> bool {
        let place = Spot::of(corners);
        let distance = |track: &Track| track.seen.place.distance(place);
        let same = self.tracks.iter_mut().filter(|track| track.is_asked_about(asked));
        let nearest = same.min_by(|left, right| distance(left).total_cmp(&distance(right)));
        // It went out of view.
        nearest.is_none_or(|track| track.answer(rejection, now))
    }

    /// Finds for each code of a frame which track it continues. A track is continued once at most.
    /// `shows` returns the phone that shows the code with a number. It is called once at most for
    /// each code, and only if an admitted phone may show the code.
    pub(super) fn follow(
        &mut self,
        codes: &[Seen],
        now: Timestamp,
        mut shows: impl FnMut(usize) -> Option<Bearer>,
    ) -> Vec<Continuation> {
        let mut asked = vec![None; codes.len()];
        let mut steps = vec![Continuation::New; codes.len()];
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
                if *step != Continuation::New || *taken {
                    continue;
                }
                *step = match way {
                    Way::Stayed | Way::Moved => Continuation::Same(at),
                    Way::Changed => Continuation::Changed(at),
                    Way::Next => {
                        if !track.was_let_in() {
                            continue;
                        }
                        match *asked.get_or_insert_with(|| shows(code)) {
                            Some(next) if track.go_on_as(next) => Continuation::Next(at),
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

    /// Pairs of a code and a track that this way may join, the nearest pair first.
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

    /// Follows one more code. If there are too many, forgets the code that was out of view for
    /// longest, which is never a code of this frame.
    pub(super) fn add(&mut self, seen: Seen, standing: Standing, now: Timestamp) {
        let track = Track { seen, last: now, frame: self.frame, standing, before: None };
        if self.tracks.len() < MAX_TRACKS {
            self.tracks.push(track);
        } else if let Some(oldest) = self.tracks.iter_mut().min_by_key(|track| track.frame) {
            *oldest = track;
        }
    }
}
