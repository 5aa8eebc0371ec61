//! From frames to verdicts: what is in view, followed from one frame to the next.

mod event;
mod judge;
mod pixels;
mod track;

use core::fmt;

pub use event::ScanEvent;
pub use judge::Judge;
pub use pixels::{LumaBuffer, PixelLayout};

use judge::is_foreign;
use track::{Seen, Showing, Standing, Step, Tracks};

use super::frame::{FrameError, FrameReader, LumaFrame};
use super::reader::FoundCode;
use crate::time::Timestamp;

/// Takes a camera's frames and gives verdicts, each code one.
///
/// It holds who judges ([`Judge`]): a [`Checkpoint`](crate::Checkpoint), whose verdict opens a
/// door, or a [`Verifier`](crate::Verifier) alone, whose verdict opens none. One for each camera.
///
/// Thirty frames of one code are one verdict: a code that is followed from frame to frame is
/// [`Held`](ScanEvent::Held), whatever was said of it. It is judged anew when
///
/// - its text changes: another person's code at the same place, or the next one of a phone that was
///   refused;
/// - it was out of view for [`GONE_AFTER`](Self::GONE_AFTER) seconds, so that a picture shown again
///   is found out;
/// - it was refused for a reason that may pass while it is shown (the gate's own fault, or a code
///   dated ahead), once a second. Only another verdict is told.
///
/// Where somebody was let in and the phone's next code appears at the same place, signed for the
/// same permit by the same device, the visitor is still the same one: it is `Held`, neither used up
/// nor refused. A code of the same permit anywhere else is judged, and then refused by a
/// checkpoint. Nothing but [`Accepted`](ScanEvent::Accepted) ever lets anybody in, and that takes
/// the judge's word.
///
/// Of at most 32 codes it remembers a hash and a place, never a text. Cameras that take at least
/// two frames a second are assumed; with fewer, the next code of a phone that was let in is judged
/// on its own.
///
/// ```
/// use livepermit::scan::{LumaFrame, ScanEvent, Scanner};
/// # use livepermit::{AudiencePolicy, Issuer, Permit, Policy, Revocation, SecretKey, Timestamp, Trust};
/// # use livepermit::{Checkpoint, CheckpointPolicy, ClockState, MemoryReplay, Place, Retention, TrustedKey, Use, Verifier};
/// # use livepermit::qr::{ErrorCorrection, QrCode};
/// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let classes = ["bj.example:residence"];
/// # let trust = Trust::new([TrustedKey::new("bj.example", key.public_key(), [Use::Pass], classes)?])?;
/// # let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), classes, Revocation::NotChecked);
/// # let store = MemoryReplay::new(100, Retention::default());
/// # let place = Place::new("gate-3", "lane-1", "hall")?;
/// # let (rules, clock) = (CheckpointPolicy::default(), ClockState::default());
/// # let checkpoint = Checkpoint::new(Verifier::new(trust, policy)?.into(), std::sync::Arc::new(store), place, rules, clock);
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let pass = Issuer::new("bj.example", key.public_key())?
/// #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?.sign(&key)?;
/// # let code = QrCode::encode(&pass.to_qr_text(), ErrorCorrection::Medium)?;
/// # let (width, height) = (400_u32, 400_u32);
/// # let dark = |x: u32, y: u32| (x / 5).checked_sub(8).zip((y / 5).checked_sub(8)).is_some_and(|(x, y)| {
/// #     let (x, y) = (x as usize, y as usize);
/// #     x < code.width() && y < code.width() && code.is_dark(x, y)
/// # });
/// # let camera: Vec<u8> = (0..width * height).map(|at| if dark(at % width, at / width) { 20 } else { 230 }).collect();
/// let mut scanner = Scanner::new(checkpoint);
/// let mut opened = 0;
/// for _ in 0..30 {
///     // 8-bit luma, as most cameras give it; `LumaBuffer` makes it of other layouts.
///     let frame = LumaFrame::new(&camera, width, height, width as usize)?;
///     for event in scanner.scan(&frame, now)? {
///         match event {
///             ScanEvent::Accepted { accepted, .. } => {
///                 println!("{} may pass", accepted.verified().subject());
///                 opened += 1;
///             }
///             ScanEvent::Refused { rejection, .. } => println!("{rejection}. {}", rejection.instruction()),
///             ScanEvent::Foreign { .. } => println!("this is not a permit code"),
///             ScanEvent::Unreadable => println!("hold still"),
///             _ => {} // ScanEvent::Held: nothing new
///         }
///     }
/// }
/// assert_eq!(opened, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Scanner<J> {
    judge: J,
    reader: FrameReader,
    tracks: Tracks,
    /// Frames since the last one that brought news.
    quiet: u32,
    /// A small code is in view, which the reader would miss beside a large one.
    small: bool,
}

/// A large code that stays in view, such as a poster, hides small ones from the quick search: every
/// fourth frame is searched for them too.
const QUIET_FRAMES: u32 = 4;

impl<J: Judge> Scanner<J> {
    /// Seconds after which a code that is not in view any more is forgotten: by frame time, whose
    /// seconds are whole, so two to three by a watch. As long as the debounce of a
    /// [`CheckpointPolicy`](crate::CheckpointPolicy).
    pub const GONE_AFTER: u64 = track::GONE_AFTER;

    /// A scanner that has seen nothing.
    #[must_use]
    pub fn new(judge: J) -> Self {
        Self {
            judge,
            reader: FrameReader::new(),
            tracks: Tracks::default(),
            quiet: 0,
            small: false,
        }
    }

    /// Who judges. A checkpoint takes newer lists and challenges through it.
    #[must_use]
    pub const fn judge(&self) -> &J {
        &self.judge
    }

    /// Has another judge from now on, such as a verifier with newer lists, and gives back the one
    /// before. What was said of codes in view stands.
    pub const fn replace_judge(&mut self, judge: J) -> J {
        core::mem::replace(&mut self.judge, judge)
    }

    /// Looks at a frame, taken at `now`: one event for each code in view, and none where there is
    /// none.
    ///
    /// The work is that of [`FrameReader::read`] and, for a code that is new, one verification, or
    /// two where it appears at the place of one that was accepted. A frame has 16 codes at most.
    /// Time goes by the gate's clock: a time before that of the last frame counts as no time gone
    /// by.
    ///
    /// # Errors
    /// [`FrameError::ReaderPanicked`] only: the frame was not looked at, and what is known stays as
    /// it was.
    pub fn scan(
        &mut self,
        frame: &LumaFrame<'_>,
        now: Timestamp,
    ) -> Result<Vec<ScanEvent<J::Accepted>>, FrameError> {
        let is_thorough = self.small || self.quiet >= QUIET_FRAMES;
        let reading =
            if is_thorough { self.reader.read_all(frame)? } else { self.reader.read(frame)? };
        self.small = reading.has_small();
        if is_thorough || reading.codes().is_empty() {
            self.quiet = 0;
        }
        self.quiet = self.quiet.saturating_add(1);
        self.tracks.begin_frame(now);
        let codes = reading.codes();
        if codes.is_empty() {
            let unread = reading.has_unread().then_some(ScanEvent::Unreadable);
            return Ok(unread.into_iter().collect());
        }
        let seen: Vec<Seen> = codes.iter().map(Seen::new).collect();
        let judge = &self.judge;
        let steps =
            self.tracks.follow(&seen, now, |number| judge.shows(codes.get(number)?.text()?, now));
        // The numbers of the steps hold until one is added, so those come last.
        let mut new = Vec::new();
        let mut events = Vec::with_capacity(codes.len());
        for ((code, seen), step) in codes.iter().zip(seen).zip(steps) {
            events.push(self.event(code, step, now, |standing| new.push((seen, standing))));
        }
        if events.iter().any(|event| !matches!(event, ScanEvent::Held { .. })) {
            self.quiet = 0;
        }
        for (seen, standing) in new {
            self.tracks.add(seen, standing, now);
        }
        Ok(events)
    }

    fn event(
        &mut self,
        code: &FoundCode,
        step: Step,
        now: Timestamp,
        add: impl FnOnce(Standing),
    ) -> ScanEvent<J::Accepted> {
        let held = ScanEvent::Held { corners: code.corners() };
        let Some(track) = self.tracks.get_mut(step) else {
            let (standing, event) = verdict(&self.judge, code, now);
            add(standing);
            return event;
        };
        let known = match (step, &mut track.standing) {
            (Step::Changed(_), _) => None,
            (Step::Same(_), Standing::Refused { code, judged, may_pass: true })
                if now.seconds_since(*judged) > 0 =>
            {
                *judged = now;
                Some(*code)
            }
            _ => return held,
        };
        let (standing, event) = verdict(&self.judge, code, now);
        if known.is_some_and(|known| standing.is_refused_for(known)) {
            return held;
        }
        track.say(standing, now);
        event
    }
}

/// What is said of a code, and what of that is remembered.
fn verdict<J: Judge>(
    judge: &J,
    code: &FoundCode,
    now: Timestamp,
) -> (Standing, ScanEvent<J::Accepted>) {
    let corners = code.corners();
    let Some(text) = code.text().filter(|text| !is_foreign(text)) else {
        return (Standing::Foreign, ScanEvent::Foreign { corners });
    };
    match judge.judge(text, now) {
        Ok(accepted) => {
            let showing = Showing::of(J::verified(&accepted));
            (Standing::Accepted(showing), ScanEvent::Accepted { accepted, corners })
        }
        Err(rejection) => {
            (Standing::refused(&rejection, now), ScanEvent::Refused { rejection, corners })
        }
    }
}

/// Shows how many codes it follows, nothing of what they hold.
impl<J> fmt::Debug for Scanner<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("following", &self.tracks.len()).finish_non_exhaustive()
    }
}
