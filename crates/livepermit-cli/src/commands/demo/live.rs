//! The demo in a terminal: a phone's screen, and beside it what a gate makes of pictures of it.

use std::num::NonZeroU8;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use livepermit::hold::{
    schedule::Arrival, schedule::Schedule, schedule::Screen, schedule::Slot, schedule::Uptime,
};
use livepermit::verify::Caution;
use livepermit::{Rejection, RejectionCode, Timestamp, Token, Verified};
use livepermit::{qr::ErrorCorrection, qr::QrCode, qr::TerminalStyle};

use super::cast::{Cast, Phone, SUBJECT, altered, defect, forward, photograph};
use super::expected::Expected;
use super::folder::Folder;
use super::once::settings;
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::KeyAlgorithm;
use crate::shared::output::{self, BAD, CAUTION, FAINT, GOOD, STRONG};
use crate::shared::terminal::{Line, Terminal, Wish, bar, seconds};
use crate::shared::{signals, time};

/// Seconds after the start at which the forgers come.
const ALTERED_AT: u64 = 4;
const AHEAD_AT: u64 = 8;
/// Large enough for every camera, small enough for every screen.
const PIXELS: NonZeroU8 = match NonZeroU8::new(6) {
    Some(pixels) => pixels,
    None => NonZeroU8::MIN,
};

pub(super) fn run(
    at: Option<Timestamp>,
    stop_after: Option<u64>,
    folder: &Folder,
) -> Result<Outcome, Failure> {
    let clock = Clock { at, started: Instant::now() };
    let cast = Cast::new()?;
    let phone = cast.phone(KeyAlgorithm::Ed25519, clock.wall()?)?;
    let schedule = Schedule::new(settings(&phone)?).map_err(defect)?;
    let mut live = Live {
        cast,
        phone,
        clock,
        schedule,
        codes: Vec::new(),
        on_show: None,
        exhibits: Vec::new(),
        looked_at: None,
        folder,
    };
    // A polite kill ends the loop, so that the terminal is given back. Ctrl-C comes as a key.
    let ended = signals::flag(&[signals::END, signals::HANGUP].concat());
    let result = live.run(stop_after, &ended);
    // The terminal is the person's again: whatever there is to say stays readable.
    result?;
    live.summary()
}

/// The system's clock, or one that runs from a time that was given.
struct Clock {
    at: Option<Timestamp>,
    started: Instant,
}

impl Clock {
    fn wall(&self) -> Result<Timestamp, Failure> {
        time::at_or_now(self.at.map(|at| at.plus(self.started.elapsed().as_secs())))
    }

    fn uptime(&self) -> Uptime {
        Uptime::from(self.started.elapsed())
    }
}

/// A picture shown at the gate, and what the gate said to it last.
struct Exhibit {
    name: &'static str,
    picture: PathBuf,
    /// When the code in it was made, by the clock of who made it.
    dated: Timestamp,
    /// Always refused for this; or, with `None`, accepted until it is stale.
    refused: Option<RejectionCode>,
    verdict: Result<Verified, Rejection>,
    was_accepted: bool,
    /// Every verdict so far was the right one.
    right: bool,
}

impl Exhibit {
    fn expected(&self, now: Timestamp) -> Expected {
        match self.refused {
            Some(code) => Expected::Refused(code),
            None if now < self.dated.plus(30) => Expected::Accepted,
            None => Expected::Refused(RejectionCode::Stale),
        }
    }
}

struct Live<'a> {
    cast: Cast,
    phone: Phone,
    clock: Clock,
    schedule: Schedule,
    /// The last codes signed.
    codes: Vec<(Slot, Token, QrCode)>,
    on_show: Option<Slot>,
    exhibits: Vec<Exhibit>,
    looked_at: Option<Timestamp>,
    folder: &'a Folder,
}

impl Live<'_> {
    fn run(&mut self, stop_after: Option<u64>, ended: &AtomicBool) -> Result<(), Failure> {
        let no_terminal = |error: std::io::Error| texts::terminal_unusable(&error);
        let mut terminal = Terminal::enter().map_err(no_terminal)?;
        while !ended.load(Ordering::Relaxed) {
            let elapsed = self.clock.started.elapsed().as_secs();
            if stop_after.is_some_and(|limit| elapsed >= limit) {
                break;
            }
            let wake = self.step()?;
            self.gate(elapsed)?;
            let (columns, lines) = Terminal::size();
            let frame = self.frame(columns, lines, terminal.colours())?;
            terminal.draw(&frame, (columns, lines)).map_err(no_terminal)?;
            let wait = wake.millis_since(self.clock.uptime()).clamp(1, 200);
            if terminal.wait(Duration::from_millis(wait)) == Wish::Leave {
                break;
            }
        }
        Ok(())
    }

    /// The phone: does what the schedule says.
    fn step(&mut self) -> Result<Uptime, Failure> {
        loop {
            let (wall, uptime) = (self.clock.wall()?, self.clock.uptime());
            let step = self.schedule.at(wall, uptime);
            let shown = match step.screen {
                Screen::Code(slot) => Some(slot),
                _ => None,
            };
            if shown != self.on_show {
                self.on_show = shown;
                self.write_picture(wall)?;
            }
            let Some(slot) = step.prepare else { return Ok(step.wake) };
            let token = self.phone.show(slot.issued_at())?;
            let code = QrCode::encode(&token.to_qr_text(), ErrorCorrection::Low).map_err(defect)?;
            if self.schedule.prepared(slot, self.clock.uptime()) == Arrival::Accepted {
                self.codes.insert(0, (slot, token, code));
                self.codes.truncate(3);
            }
        }
    }

    fn current(&self) -> Option<(&Token, &QrCode)> {
        let slot = self.on_show?;
        self.codes.iter().find(|(of, ..)| *of == slot).map(|(_, token, code)| (token, code))
    }

    /// The phone's screen as a picture; somebody photographs the first one.
    fn write_picture(&mut self, now: Timestamp) -> Result<(), Failure> {
        let Some((token, _)) = self.current() else { return Ok(()) };
        let live = self.folder.path("live.png");
        photograph(token, &live, PIXELS)?;
        if self.exhibits.is_empty() {
            let dated = self.on_show.map_or(now, |slot| slot.issued_at());
            let screenshot = self.folder.path("screenshot.png");
            forward(&live, &screenshot)?;
            self.exhibit("screenshot", screenshot, dated, None)?;
        }
        Ok(())
    }

    fn exhibit(
        &mut self,
        name: &'static str,
        picture: PathBuf,
        dated: Timestamp,
        refused: Option<RejectionCode>,
    ) -> Result<(), Failure> {
        let now = self.clock.wall()?;
        let verdict = self.cast.judge(&picture, now)?;
        let mut exhibit = Exhibit {
            name,
            picture,
            dated,
            refused,
            was_accepted: verdict.is_ok(),
            verdict,
            right: true,
        };
        exhibit.right = exhibit.expected(now) == Expected::of(&exhibit.verdict);
        self.exhibits.push(exhibit);
        Ok(())
    }

    /// The gate: reads every picture file once a second.
    fn gate(&mut self, elapsed: u64) -> Result<(), Failure> {
        let now = self.clock.wall()?;
        let due = |count, second| self.exhibits.len() == count && elapsed >= second;
        if due(1, ALTERED_AT)
            && let Some((token, _)) = self.current()
        {
            let picture = self.folder.path("altered.png");
            photograph(&altered(token)?, &picture, PIXELS)?;
            self.exhibit("altered", picture, now, Some(RejectionCode::BadSignature))?;
        } else if due(2, AHEAD_AT) {
            let picture = self.folder.path("clock-ahead.png");
            photograph(&self.phone.show(now.plus(3600))?, &picture, PIXELS)?;
            self.exhibit(
                "clock ahead",
                picture,
                now.plus(3600),
                Some(RejectionCode::FromTheFuture),
            )?;
        }
        if self.looked_at == Some(now) {
            return Ok(());
        }
        self.looked_at = Some(now);
        for exhibit in &mut self.exhibits {
            // An hour later the code of the clock put ahead would be live: it is judged once.
            if exhibit.refused.is_none() {
                exhibit.verdict = self.cast.judge(&exhibit.picture, now)?;
                exhibit.right &= exhibit.expected(now) == Expected::of(&exhibit.verdict);
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.exhibits.len() == 3 && self.exhibits.iter().all(|exhibit| exhibit.verdict.is_err())
    }

    fn frame(&self, columns: usize, lines: usize, colours: bool) -> Result<Vec<String>, Failure> {
        let (wall, uptime) = (self.clock.wall()?, self.clock.uptime());
        let mut frame = Vec::new();
        let style = if colours { TerminalStyle::Ansi } else { TerminalStyle::LightOnDark };
        let code = self.current().map(|(_, code)| code);
        let needed = code.map_or((0, 0), QrCode::terminal_size);
        let small = code.map_or((0, 0), QrCode::small_terminal_size);
        // One line for the countdown.
        let has_room = |(wide, high): (usize, usize)| columns >= wide && lines > high;
        if let Some(code) = code.filter(|_| !has_room(needed) && has_room(small)) {
            let drawn = code.to_terminal_small(style);
            return self.beside(&drawn, small.0, columns, colours);
        }
        let fits = has_room(needed);
        if let Some(code) = code.filter(|_| fits) {
            frame.extend(code.to_terminal(style).lines().map(str::to_owned));
        }
        let mut words = vec![self.countdown(wall, uptime)];
        if !fits {
            let (width, height) = (needed.0, needed.1.saturating_add(1));
            let small = texts::window_too_small(columns, lines, width, height);
            words.extend(Line::wrapped(&small, columns));
            // Never cut: a path is of use only whole.
            let path: Vec<char> =
                self.folder.path("live.png").display().to_string().chars().collect();
            let rows = path.chunks(columns.max(1));
            words.extend(
                rows.map(|row| Line::default().with(STRONG, row.iter().collect::<String>())),
            );
            words.push(Line::default());
        }
        words.extend(self.words(wall));
        let room = lines.saturating_sub(frame.len());
        frame.extend(words.iter().take(room).map(|line| line.cut(columns, colours)));
        Ok(frame)
    }

    /// What the gate makes of the pictures, and what comes next.
    fn words(&self, wall: Timestamp) -> Vec<Line> {
        let mut words: Vec<_> = self.exhibits.iter().map(|exhibit| exhibit.line(wall)).collect();
        let waiting = match self.exhibits.len() {
            1 => Some(texts::forger_comes()),
            2 => Some(texts::another_comes()),
            _ if !self.is_over() => Some(texts::wait_for_stale()),
            _ => None,
        };
        words.push(match waiting {
            Some(text) => Line::default().with(FAINT, text),
            None => Line::default().with(STRONG, texts::that_is_all()),
        });
        let caution = Caution::RevocationNotChecked;
        words.push(Line::default().with(CAUTION, "CAUTION ").with(STRONG, caution.code()));
        words.push(Line::default().with(FAINT, format!("        {}", caution.instruction())));
        words.push(Line::default().with(FAINT, self.folder.describe()));
        words
    }

    /// The code in the small form, the words to its right, and the countdown below.
    fn beside(
        &self,
        drawn: &str,
        width: usize,
        columns: usize,
        colours: bool,
    ) -> Result<Vec<String>, Failure> {
        let wall = self.clock.wall()?;
        let free = columns.saturating_sub(width).saturating_sub(2);
        let mut words = self.words(wall).into_iter().flat_map(|line| line.broken(free));
        let mut frame: Vec<String> = drawn
            .lines()
            .map(|line| {
                let beside = words.next().map_or_else(String::new, |word| word.cut(free, colours));
                format!("{line}  {beside}")
            })
            .collect();
        frame.push(self.countdown(wall, self.clock.uptime()).cut(columns, colours));
        Ok(frame)
    }

    fn countdown(&self, wall: Timestamp, uptime: Uptime) -> Line {
        let Some(left) = self.schedule.remaining(wall, uptime) else {
            return Line::plain(texts::no_code(SUBJECT));
        };
        Line::default()
            .with(STRONG, SUBJECT)
            .with(GOOD, format!("  {}", bar(&left)))
            .with(STRONG, format!("  next code in {:>2} s", seconds(left.to_next)))
            .with(FAINT, format!(", this one is live for {:>2} s", seconds(left.life_left)))
            .with(FAINT, "  q leaves")
    }

    /// What is left to say when the screen is gone.
    fn summary(&self) -> Result<Outcome, Failure> {
        let mut text = String::new();
        let mut right = true;
        for exhibit in &self.exhibits {
            right &= exhibit.right;
            let verdict = match &exhibit.verdict {
                Ok(_) => format!("{GOOD}ACCEPTED{GOOD:#}"),
                Err(no) if exhibit.was_accepted => {
                    format!(
                        "{GOOD}ACCEPTED{GOOD:#} at first, then {BAD}REFUSED {}{BAD:#}",
                        no.code()
                    )
                }
                Err(no) => format!("{BAD}REFUSED {}{BAD:#}", no.code()),
            };
            text.push_str(&format!("  {:<12} {verdict}\n", exhibit.name));
        }
        if !right {
            text.push_str(&(texts::not_all_right() + "\n"));
        }
        if self.folder.kept {
            text.push_str(&format!("  {}\n", self.folder.describe()));
        }
        output::print(&text)?;
        Ok(if right { Outcome::Done } else { Outcome::Refused })
    }
}

impl Exhibit {
    fn line(&self, now: Timestamp) -> Line {
        let line = Line::default().with(STRONG, format!("{:<12}", self.name));
        let age = now.seconds_since(self.dated);
        match &self.verdict {
            Ok(verified) => {
                let left = verified.live_until().seconds_since(now);
                line.with(GOOD, "ACCEPTED").with(FAINT, format!("  {age} s old, {left} s to go"))
            }
            Err(no) => {
                let why = match no.code() {
                    RejectionCode::Stale => {
                        format!("  {}: {}", no.code(), time::span(age) + " old, window 30 s")
                    }
                    RejectionCode::BadSignature => {
                        format!("  {}: the permit number is another than signed", no.code())
                    }
                    RejectionCode::FromTheFuture => format!("  {}: dated an hour ahead", no.code()),
                    code => format!("  {code}"),
                };
                line.with(BAD, "REFUSED").with(FAINT, why)
            }
        }
    }
}
