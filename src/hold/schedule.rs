//! When to sign the next code, when to show it, and when to show none.

mod parts;

pub use parts::{Arrival, Countdown, ScheduleError, ScheduleSettings, Screen, Slot, Step, Uptime};

use crate::Timestamp;

/// Milliseconds by which the two clocks may differ before this counts as a change. One second is
/// for rounding to whole seconds, one for the time between the two readings.
const CLOCK_TOLERANCE: i64 = 2_000;
/// Milliseconds to wait after a failed signing, so that a broken signer is not called in a tight
/// loop.
const RETRY: u64 = 1_000;

/// The display loop of a phone, without I/O: it gets two clock readings and says what to do.
///
/// A code is live at a gate from its `iat` until its window is over. The schedule orders the next
/// code early, by the time that recent signings took, and dates the code to the moment of the
/// change. At the change the old code is still live, so a scan succeeds with either code. After
/// each call of [`at`](Self::at), the code on the screen is neither stale nor from the future by
/// the phone's clock, even if the clocks jump. [`Step::wake`] is never later than the end of the
/// code on the screen. The schedule does not rely on the skew of gates.
///
/// Wall clocks are read in whole seconds, and the schedule rounds to the safe side: a code may be
/// up to two seconds old when it appears, but is never from the future, and the last second of its
/// life is not used.
///
/// Signing may take up to two refreshes. If signing takes longer, every code is dropped as too
/// late.
///
/// # Driving it
///
/// [`at`](Self::at) gives each order to sign exactly once, and remembers the clocks to compare them
/// with the next reading. Call it at any time and as often as you like, from a thread that sleeps
/// until [`Step::wake`] or from a timer. Call it also
///
/// - when a signature has come, after [`prepared`](Self::prepared),
/// - when the app comes to the front or the device wakes, **before anything is drawn**,
/// - when the system says that its clock was set.
///
/// The schedule cannot wake the app at these moments. Signing may run in the loop, after the screen
/// was updated, or in another thread.
///
/// ```
/// use livepermit::Timestamp;
/// use livepermit::hold::schedule::{Arrival, Schedule, ScheduleSettings, Screen, Uptime};
///
/// // On a phone these are the system's clocks, and `sleep` is a sleep.
/// let noon = Timestamp::from_unix(1_790_000_000).unwrap();
/// let mut millis = 0;
///
/// let mut schedule = Schedule::new(ScheduleSettings::new(noon.minus(300), noon.plus(86_100)))?;
/// let mut codes = Vec::new(); // the last two drawn codes, each under its slot
/// let mut screen = None;
/// let mut changes = Vec::new(); // what was seen, and when it came
///
/// while millis < 35_000 {
///     let step = schedule.at(noon.plus(millis / 1000), Uptime::from_millis(millis));
///
///     // First the screen.
///     screen = match step.screen {
///         Screen::Code(slot) => codes.iter().find(|(of, _)| *of == slot).map(|(_, code)| *code),
///         Screen::Waiting => None, // a spinner
///         _ => None,               // say why: not valid yet, or ended
///     };
///     if let Some(code) = screen && changes.last().is_none_or(|(_, last)| *last != code) {
///         changes.push((millis, code));
///     }
///
///     // Then the order to sign.
///     if let Some(slot) = step.prepare {
///         let code = slot.issued_at(); // stands for: present, draw
///         millis += 400; // which takes its time
///         if schedule.prepared(slot, Uptime::from_millis(millis)) == Arrival::Accepted {
///             codes.insert(0, (slot, code));
///             codes.truncate(2);
///         }
///         continue; // look again at once
///     }
///     millis = step.wake.as_millis(); // sleep
/// }
/// let times: Vec<u64> = changes.iter().map(|(at, _)| *at).collect();
/// assert_eq!(times, [400, 10_000, 20_000, 30_000]);
/// # Ok::<(), livepermit::hold::schedule::ScheduleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schedule {
    settings: ScheduleSettings,
    /// The last pair of readings of the two clocks that serves as reference.
    anchor: Option<(Timestamp, Uptime)>,
    shown: Option<TimedCode>,
    /// Signed, waiting for its time.
    ready: Option<TimedCode>,
    /// Ordered, not signed yet.
    open: Option<TimedCode>,
    next_number: u64,
    /// Slots below this number are withdrawn.
    withdrawn_below: u64,
    retry_at: Option<Uptime>,
    /// Milliseconds that the last signings took, the newest first.
    signings: [u64; 4],
}

#[derive(Debug, Clone, Copy)]
struct TimedCode {
    slot: Slot,
    /// The first second in which gates refuse the code.
    ends: Timestamp,
    /// When the code replaces a live code.
    show_at: Uptime,
}

impl TimedCode {
    /// Milliseconds for which the code is certainly live. A clock in whole seconds cannot tell how
    /// much of the last second is left, so that second is not used.
    fn sure_millis(&self, wall: Timestamp) -> u64 {
        millis_until(self.ends.minus(1), wall)
    }

    fn is_live(&self, wall: Timestamp) -> bool {
        self.slot.issued_at <= wall && self.sure_millis(wall) > 0
    }
}

impl Schedule {
    /// Makes a schedule for one credential, with no code on the screen.
    ///
    /// # Errors
    /// [`ScheduleError`] if the validity is empty, the window is not 1 to 86,400 seconds, or the
    /// refresh is 0 or not shorter than the window.
    pub const fn new(settings: ScheduleSettings) -> Result<Self, ScheduleError> {
        if let Err(error) = settings.check() {
            return Err(error);
        }
        Ok(Self {
            settings,
            anchor: None,
            shown: None,
            ready: None,
            open: None,
            next_number: 0,
            withdrawn_below: 0,
            retry_at: None,
            signings: [0; 4],
        })
    }

    /// Continues with another credential. A shown or ready code stays as long as planned. An open
    /// order is withdrawn and given again for the new credential. If the old credential must not be
    /// shown any more, for example because it was withdrawn, use [`Schedule::new`] instead.
    ///
    /// # Errors
    /// As [`Schedule::new`]. An error changes nothing.
    pub fn renew(&mut self, settings: ScheduleSettings) -> Result<(), ScheduleError> {
        settings.check()?;
        self.settings = settings;
        self.withdraw_open();
        Ok(())
    }

    /// Says what to do now. Read the wall clock and the monotonic counter right after each other.
    pub fn at(&mut self, wall: Timestamp, uptime: Uptime) -> Step {
        let clock_changed = self.compare_clocks(wall, uptime);
        self.shown = self.shown.filter(|code| code.is_live(wall));
        self.ready = self.ready.filter(|code| code.sure_millis(wall) > 0);
        self.open = self.open.filter(|code| uptime <= self.given_up_at(code));
        let replaced = self.replace(wall, uptime);
        let prepare = self.order(wall, uptime);
        let idle = self.shown.is_none() && self.ready.is_none() && self.open.is_none();
        if replaced || prepare.is_some() || idle {
            self.anchor = Some((wall, uptime));
        }
        Step {
            screen: self.screen(wall),
            prepare,
            clock_changed,
            fetch: wall >= self.fetch_from(),
            wake: self.wake(wall, uptime),
        }
    }

    /// Reports that the code of `slot` is signed and drawn, at `now`. Then look again with
    /// [`at`](Self::at).
    ///
    /// The time since the order, waiting included, decides how early the next codes are ordered.
    pub fn prepared(&mut self, slot: Slot, now: Uptime) -> Arrival {
        if slot.number < self.withdrawn_below || slot.number >= self.next_number {
            return Arrival::Withdrawn;
        }
        if [self.shown, self.ready].iter().flatten().any(|code| code.slot == slot) {
            return Arrival::Accepted;
        }
        self.remember_signing(now.millis_since(slot.ordered_at));
        let open = self.open.take_if(|code| code.slot == slot);
        if now > slot.due {
            return Arrival::TooLate { by_millis: now.millis_since(slot.due) };
        }
        match open {
            Some(code) => {
                self.ready = Some(code);
                Arrival::Accepted
            }
            None => Arrival::Withdrawn,
        }
    }

    /// Reports that the code of `slot` could not be signed (the user refused, the keystore is
    /// locked). Another code is ordered after a second. The code on the screen stays while it is
    /// live.
    pub fn failed(&mut self, slot: Slot, now: Uptime) {
        if self.open.take_if(|code| code.slot == slot).is_some() {
            self.retry_at = Some(now.plus_millis(RETRY));
        }
    }

    /// When to fetch the next credential: after half of this credential's life. See
    /// [`Step::fetch`].
    #[must_use]
    pub const fn fetch_from(&self) -> Timestamp {
        let life = self.settings.expires.seconds_since(self.settings.not_before);
        self.settings.not_before.plus(life / 2)
    }

    /// When the credential in use expires.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.settings.expires
    }

    /// How long the code on the screen still has; `None` when there should be none. Changes
    /// nothing, so call it for every frame.
    #[must_use]
    pub fn remaining(&self, wall: Timestamp, uptime: Uptime) -> Option<Countdown> {
        let code = self.shown.filter(|code| code.is_live(wall))?;
        let refresh = code.slot.due.millis_since(code.show_at);
        let life = millis_until(code.ends, code.slot.issued_at);
        // The counter makes it run smoothly; the clock keeps it right.
        let smooth = code.show_at.plus_millis(life).millis_since(uptime.plus_millis(1000));
        Some(Countdown {
            to_next: code.slot.due.millis_since(uptime).min(refresh),
            refresh,
            life_left: smooth.clamp(code.sure_millis(wall), millis_until(code.ends, wall)),
            life,
        })
    }

    /// Gives up everything made under another clock.
    fn compare_clocks(&mut self, wall: Timestamp, uptime: Uptime) -> Option<i64> {
        let (then, since) = self.anchor?;
        let walked = difference(wall.as_unix(), then.as_unix()).saturating_mul(1000);
        let ran = difference(uptime.as_millis(), since.as_millis());
        let apart = walked.saturating_sub(ran);
        let future = self.shown.is_some_and(|code| code.slot.issued_at > wall);
        let within = -CLOCK_TOLERANCE..=CLOCK_TOLERANCE;
        if within.contains(&apart) && ran >= -CLOCK_TOLERANCE && !future {
            return None;
        }
        self.withdraw_open();
        (self.shown, self.ready, self.retry_at) = (None, None, None);
        Some(apart / 1000)
    }

    fn withdraw_open(&mut self) {
        self.open = None;
        self.withdrawn_below = self.next_number;
    }

    fn replace(&mut self, wall: Timestamp, uptime: Uptime) -> bool {
        let shown = self.shown.is_some();
        let next =
            self.ready.take_if(|code| code.is_live(wall) && (!shown || uptime >= code.show_at));
        self.shown = next.or(self.shown);
        next.is_some()
    }

    fn order(&mut self, wall: Timestamp, uptime: Uptime) -> Option<Slot> {
        let busy = self.open.is_some() || self.ready.is_some();
        if busy || wall < self.settings.not_before || !self.is_worth_signing(wall) {
            return None;
        }
        if self.order_at(wall, uptime) > uptime {
            return None;
        }
        // With nothing live to stand in, aim to arrive half a refresh after `iat`: room for
        // surprises on either side.
        let blank = self.longest_signing().saturating_sub(self.settings.refresh_millis() / 2);
        let mut ahead = match self.shown {
            Some(code) => {
                let change =
                    self.change_at(&code, wall, uptime).millis_since(uptime).max(self.lead());
                if change <= code.sure_millis(wall) { change } else { blank }
            }
            None => blank,
        };
        let mut issued_at = wall.plus(ahead / 1000);
        if let Some(code) = self.shown {
            issued_at = issued_at.max(code.slot.issued_at.plus(1));
        }
        if !self.is_worth_signing(issued_at) {
            if self.shown.is_some() {
                return None;
            }
            (ahead, issued_at) = (0, wall);
        }
        let show_at = uptime.plus_millis(ahead);
        let due = show_at.plus_millis(self.settings.refresh_millis());
        let slot = Slot { number: self.next_number, issued_at, ordered_at: uptime, due };
        let ends = issued_at.plus(self.settings.window).min(self.settings.expires);
        self.next_number = self.next_number.saturating_add(1);
        self.open = Some(TimedCode { slot, ends, show_at });
        Some(slot)
    }

    /// A code dated in the credential's last second could not be shown.
    fn is_worth_signing(&self, issued_at: Timestamp) -> bool {
        issued_at.plus(1) < self.settings.expires
    }

    /// When to order the next code; a past time means now.
    fn order_at(&self, wall: Timestamp, uptime: Uptime) -> Uptime {
        let retry = self.retry_at.unwrap_or(Uptime::from_millis(0));
        let Some(code) = self.shown else { return retry };
        let change = self.change_at(&code, wall, uptime);
        retry.max(Uptime::from_millis(change.as_millis().saturating_sub(self.lead())))
    }

    /// When the next code should replace the shown code: at the refresh, or at its end if a renewed
    /// credential lives longer.
    fn change_at(&self, code: &TimedCode, wall: Timestamp, uptime: Uptime) -> Uptime {
        let end = uptime.plus_millis(code.sure_millis(wall));
        if code.ends < self.settings.expires { end.min(code.slot.due) } else { code.slot.due }
    }

    /// No second order is given before this time: a signer with one request at a time would only
    /// fall further behind.
    fn given_up_at(&self, open: &TimedCode) -> Uptime {
        let twice = self.settings.refresh_millis().saturating_mul(2);
        open.slot.due.max(open.slot.ordered_at.plus_millis(twice))
    }

    fn screen(&self, wall: Timestamp) -> Screen {
        match self.shown {
            Some(code) => Screen::Code(code.slot),
            None if wall < self.settings.not_before => {
                Screen::NotYetValid { from: self.settings.not_before }
            }
            None if !self.is_worth_signing(wall) => Screen::Ended { at: self.settings.expires },
            None => Screen::Waiting,
        }
    }

    fn wake(&self, wall: Timestamp, uptime: Uptime) -> Uptime {
        let reach = |time| uptime.plus_millis(millis_until(time, wall));
        let order_at = match (self.open, self.ready) {
            (None, None) => Some(self.order_at(wall, uptime)),
            _ => None,
        };
        [
            self.shown.map(|code| uptime.plus_millis(code.sure_millis(wall))),
            self.ready.map(|code| code.show_at),
            self.ready.map(|code| reach(code.slot.issued_at)),
            self.open.map(|code| self.given_up_at(&code).plus_millis(1)),
            order_at,
            Some(reach(self.settings.not_before)),
        ]
        .into_iter()
        .flatten()
        .filter(|at| *at > uptime)
        .fold(uptime.plus_millis(self.settings.refresh_millis()), Uptime::min)
    }

    fn longest_signing(&self) -> u64 {
        self.signings.into_iter().fold(0, u64::max)
    }

    /// How long before the change the order is given. With more than one refresh, codes would come
    /// more slowly, not earlier.
    fn lead(&self) -> u64 {
        self.longest_signing().min(self.settings.refresh_millis())
    }

    /// Stores the last few signings. A signing of two refreshes or more is ignored, because the
    /// device slept or waited for its user.
    fn remember_signing(&mut self, millis: u64) {
        if millis < self.settings.refresh_millis().saturating_mul(2) {
            self.signings.rotate_right(1);
            if let Some(newest) = self.signings.first_mut() {
                *newest = millis;
            }
        }
    }
}

fn millis_until(time: Timestamp, wall: Timestamp) -> u64 {
    time.seconds_since(wall).saturating_mul(1000)
}

fn difference(a: u64, b: u64) -> i64 {
    let size = i64::try_from(a.abs_diff(b)).unwrap_or(i64::MAX);
    if a >= b { size } else { size.saturating_neg() }
}
