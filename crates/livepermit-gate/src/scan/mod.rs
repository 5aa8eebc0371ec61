//! From frames to verdicts: follows the codes in view from one frame to the next.
//!
//! A gate with a camera uses [`Scanner`]: frames in, verdicts out. The frames themselves are read
//! by `livepermit_qr::read`, which returns text and does not judge the text.

mod asked;
mod event;
mod judge;
mod track;

use core::cell::{Cell, OnceCell};
use core::fmt;

use livepermit::verify::{Buffer, PermitId};
use livepermit::{Rejection, Timestamp, Unverified};

pub use asked::Asked;
pub use event::ScanEvent;
pub use judge::Judge;
pub use livepermit_qr::read::{
    FoundCode, FrameError, FrameReader, FrameReading, LumaBuffer, LumaFrame, Part, PixelLayout,
    Point,
};

use judge::Read;
use track::{Continuation, Seen, Standing, Tracks};

use crate::visitor::Bearer;

/// Turns a camera's frames into verdicts, one verdict for each code.
///
/// A scanner owns a [`Judge`]: a [`Gate`](crate::Gate), whose acceptance opens a door, or only a
/// [`Verifier`](crate::Verifier), whose acceptance opens no door. Use one scanner for each camera.
///
/// Thirty frames of one code give one verdict. After the verdict, the scanner follows the code from
/// frame to frame and reports [`Held`](ScanEvent::Held), whatever the verdict was. It judges the
/// code again when
///
/// - the text changes: another person's code is at the same place, or a refused phone shows its
///   next code;
/// - the code was out of view for [`GONE_AFTER`](Self::GONE_AFTER) seconds, so that a picture that
///   is shown again is noticed;
/// - the code was refused for a reason that may end while the code is shown (the gate's own fault,
///   or a code dated ahead): once a second. Only a different verdict is reported.
///
/// After an admission, the phone may show its next code at the same place, signed for the same
/// permit by the same device. That is still the same visitor: the code is `Held`, neither used up
/// nor refused. A code of the same permit at another place is judged, and a gate then refuses it.
/// Only [`Accepted`](ScanEvent::Accepted) admits anybody, and only the judge accepts.
///
/// The scanner remembers a hash and a place of at most 32 codes, never a text. The camera must take
/// at least two frames a second: with fewer, the next code of an admitted phone is judged like a
/// new code.
///
/// ```
/// use livepermit_gate::scan::{LumaFrame, ScanEvent, Scanner};
/// # use livepermit_gate::replay::Retention;
/// # use livepermit_gate::{Gate, Issuer, MemoryReplay, Permit, RevocationPolicy, SecretKey};
/// # use livepermit_gate::{Timestamp, Trust, TrustedKey, Use};
/// # use livepermit_qr::draw::{ErrorCorrection, QrCode};
/// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let classes = ["bj.example:residence"];
/// # let trusted = TrustedKey::new("bj.example", key.public_key(), [Use::Pass], classes)?;
/// # let trust = Trust::new([trusted])?;
/// # let gate = Gate::at("gate-3").zone("hall").trusting(trust).accepting(classes)
/// #     .revocation(RevocationPolicy::NotChecked)
/// #     .store(MemoryReplay::new(100, Retention::default())).build()?;
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let pass = Issuer::new("bj.example", key.public_key())?
/// #     .prepare_pass(&Permit::new("BJ-7F3A9C2E", "bj.example:residence")?, None, now)?
/// #     .sign(&key)?;
/// # let code = QrCode::encode(&pass.to_qr_text(), ErrorCorrection::Medium)?;
/// # let (width, height) = (400_u32, 400_u32);
/// # let module = |at: u32| (at / 5).checked_sub(8);
/// # let dark = |x: u32, y: u32| module(x).zip(module(y)).is_some_and(|(x, y)| {
/// #     let (x, y) = (x as usize, y as usize);
/// #     x < code.width() && y < code.width() && code.is_dark(x, y)
/// # });
/// # let luma = |at: u32| if dark(at % width, at / width) { 20 } else { 230 };
/// # let camera: Vec<u8> = (0..width * height).map(luma).collect();
/// let mut scanner = Scanner::new(gate);
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
///             ScanEvent::Refused { rejection, .. } => {
///                 println!("{rejection}. {}", rejection.instruction());
///             }
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
    /// Frames since the last frame with a new event.
    quiet: u32,
    /// A small code is in view. Beside a large code, the quick search would miss it.
    small: bool,
}

/// A large code that stays in view, such as a poster, hides small codes from the quick search. So
/// every fourth frame gets a thorough search.
const QUIET_FRAMES: u32 = 4;

/// The most codes of a frame that get a verdict: half of those that are remembered, so that none
/// in view is forgotten.
const MAX_IN_VIEW: usize = 16;

impl<J: Judge> Scanner<J> {
    /// Seconds after which the scanner forgets a code that is no longer in view. Frame times are
    /// whole seconds, so the true time is two to three seconds. Equal to the default debounce of a
    /// [`Gate`](crate::Gate).
    pub const GONE_AFTER: u64 = track::GONE_AFTER;

    /// A scanner that has seen no frame yet.
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

    /// The judge. Use it to give newer lists or challenges to a gate.
    #[must_use]
    pub const fn judge(&self) -> &J {
        &self.judge
    }

    /// Replaces the judge, for example by a verifier with newer lists, and returns the previous
    /// judge. The verdicts on codes in view stay.
    pub const fn replace_judge(&mut self, judge: J) -> J {
        core::mem::replace(&mut self.judge, judge)
    }

    /// Reads a frame that was taken at `now`. Returns one event for each code in view, and no event
    /// if there is no code.
    ///
    /// The work is that of [`FrameReader::read`], plus one verification for a new code, or two if
    /// the new code appears at the place of an accepted code. At most 16 codes of a frame are read.
    /// `now` comes from the gate's clock. If it is earlier than at the last frame, the scanner
    /// assumes that no time has passed.
    ///
    /// # Errors
    /// Only [`FrameError::ReaderPanicked`]: the frame is skipped, and the scanner's memory stays as
    /// it was.
    pub fn scan(
        &mut self,
        frame: &LumaFrame<'_>,
        now: Timestamp,
    ) -> Result<Vec<ScanEvent<J::Accepted>>, FrameError> {
        self.look(frame, now, |judge, token, _| {
            let (verdict, permit) = judge.judge(token, now);
            let seen =
                |accepted| (Standing::Accepted(Bearer::of(J::verified(&accepted))), accepted);
            (verdict.map(seen), permit)
        })
    }

    fn look<A>(
        &mut self,
        frame: &LumaFrame<'_>,
        now: Timestamp,
        verdict: impl Fn(&J, &Read<'_>, [Point; 4]) -> Judged<A>,
    ) -> Result<Vec<ScanEvent<A>>, FrameError> {
        let is_thorough = self.small || self.quiet >= QUIET_FRAMES;
        let reading =
            if is_thorough { self.reader.read_all(frame)? } else { self.reader.read(frame)? };
        self.small = reading.has_small();
        if is_thorough || reading.codes().is_empty() {
            self.quiet = 0;
        }
        self.quiet = self.quiet.saturating_add(1);
        self.tracks.begin_frame(now);
        if reading.codes().is_empty() {
            let unread = reading.has_unread().then_some(ScanEvent::Unreadable);
            return Ok(unread.into_iter().collect());
        }
        let codes = &largest(reading.into_codes());
        let seen: Vec<Seen> = codes.iter().map(Seen::new).collect();
        let mut buffers = vec![Buffer::new(); codes.len()];
        let tokens: Vec<_> = codes.iter().zip(&mut buffers).map(TokenOnce::new).collect();
        let judge = &self.judge;
        let steps = self.tracks.follow(&seen, now, |number| {
            judge.bearer(tokens.get(number)?.read().as_ref()?.as_ref().ok()?, now)
        });
        // A new track changes the numbers of the tracks, so new tracks are added last.
        let mut new = Vec::new();
        let mut events = Vec::with_capacity(codes.len());
        for ((token, seen), step) in tokens.iter().zip(seen).zip(steps) {
            let judge = |judge: &J| judged(token, now, |read| verdict(judge, read, token.corners));
            events.push(
                self.event(token.corners, step, now, judge, |standing| new.push((seen, standing))),
            );
        }
        if events.iter().any(|event| !matches!(event, ScanEvent::Held { .. })) {
            self.quiet = 0;
        }
        for (seen, standing) in new {
            self.tracks.add(seen, standing, now);
        }
        Ok(events)
    }

    fn event<A>(
        &mut self,
        corners: [Point; 4],
        step: Continuation,
        now: Timestamp,
        judge: impl FnOnce(&J) -> (Standing, ScanEvent<A>),
        add: impl FnOnce(Standing),
    ) -> ScanEvent<A> {
        let held = ScanEvent::Held { corners };
        let Some(track) = self.tracks.get_mut(step) else {
            let (standing, event) = judge(&self.judge);
            add(standing);
            return event;
        };
        let known = match (step, &mut track.standing) {
            (Continuation::Changed(_), _) => None,
            (Continuation::Same(_), Standing::Refused { code, judged, may_pass: true })
                if now.seconds_since(*judged) > 0 =>
            {
                *judged = now;
                Some(*code)
            }
            _ => return held,
        };
        let (mut standing, event) = judge(&self.judge);
        if let Standing::Asked { before, .. } = &mut standing {
            *before = known;
        }
        if known.is_some_and(|known| standing.is_refused_for(known)) {
            return held;
        }
        track.say(standing, now);
        event
    }
}

/// What a judge says of a token: what to remember of an acceptance beside the acceptance, or why
/// the token is refused; the permit of good signatures.
type Judged<A> = (Result<(Standing, A), Rejection>, Option<PermitId>);

/// Judges a code. Returns what to remember, and what to report.
fn judged<A>(
    token: &TokenOnce<'_>,
    now: Timestamp,
    verdict: impl FnOnce(&Read<'_>) -> Judged<A>,
) -> (Standing, ScanEvent<A>) {
    let corners = token.corners;
    let Some(token) = token.read() else {
        return (Standing::Foreign, ScanEvent::Foreign { corners });
    };
    match verdict(token) {
        (Ok((standing, accepted)), _) => (standing, ScanEvent::Accepted { accepted, corners }),
        (Err(rejection), permit) => {
            (Standing::refused(&rejection, now), ScanEvent::Refused { rejection, permit, corners })
        }
    }
}

/// A code of a frame. Its text is read on demand, and only once.
struct TokenOnce<'a> {
    corners: [Point; 4],
    text: Option<&'a str>,
    buffer: Cell<Option<&'a mut Buffer>>,
    token: OnceCell<Option<Read<'a>>>,
}

impl<'a> TokenOnce<'a> {
    fn new((code, buffer): (&'a FoundCode, &'a mut Buffer)) -> Self {
        Self {
            corners: code.corners(),
            text: code.text(),
            buffer: Cell::new(Some(buffer)),
            token: OnceCell::new(),
        }
    }

    /// `None` for a code that does not even claim to be a token: a poster, a link, a gate's own
    /// code, one part of a longer text.
    fn read(&self) -> &Option<Read<'a>> {
        self.token.get_or_init(|| {
            let read = Unverified::read(self.buffer.take()?, self.text?);
            let is_foreign = read.as_ref().is_err_and(|refused| refused.code().is_foreign());
            (!is_foreign).then_some(read)
        })
    }
}

/// Shows how many codes are followed, and nothing of their content.
impl<J> fmt::Debug for Scanner<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("following", &self.tracks.len()).finish_non_exhaustive()
    }
}

/// The codes that get a verdict: the largest ones. They stand before a wall of others.
fn largest(mut codes: Vec<FoundCode>) -> Vec<FoundCode> {
    if codes.len() > MAX_IN_VIEW {
        let size = |code: &FoundCode| {
            let [a, b, c, d] = code.corners();
            (a.x - c.x).hypot(a.y - c.y) + (b.x - d.x).hypot(b.y - d.y)
        };
        codes.sort_by(|left, right| size(right).total_cmp(&size(left)));
        codes.truncate(MAX_IN_VIEW);
    }
    codes
}
