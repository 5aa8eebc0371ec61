//! `present --live`: shows a credential as a phone does, a fresh code every few seconds.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use livepermit::hold::HeldCredential;
use livepermit::hold::schedule::{Arrival, Schedule, ScheduleSettings, Screen, Slot, Uptime};
use livepermit::qr::{ErrorCorrection, QrCode, TerminalStyle};
use livepermit::{Recipient, SecretKey, Token};

use super::texts;
use crate::shared::drawing::draw_failure;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::output::{self, FAINT, GOOD, STRONG};
use crate::shared::terminal::{Line, Terminal, Wish, bar, seconds};
use crate::shared::token::prepare_failure;
use crate::shared::{signals, time};

/// How often the countdown is drawn, in milliseconds.
const DRAW_EACH: u64 = 200;

/// A phone: a credential, its key, and the codes that were signed last.
pub(super) struct Phone<'a> {
    pub(super) held: &'a HeldCredential,
    pub(super) key: &'a SecretKey,
    pub(super) recipient: Recipient<'a>,
}

/// Shows codes until somebody ends the command: on a terminal as QR codes, into a pipe as lines.
pub(super) fn run(phone: &Phone<'_>) -> Result<Outcome, Failure> {
    let settings = ScheduleSettings::new(phone.held.not_before(), phone.held.expires())
        .window(phone.held.window());
    let schedule = Schedule::new(settings).map_err(texts::no_schedule)?;
    let started = Instant::now();
    let show = Show { phone, schedule, codes: Vec::new(), on_show: None, started };
    let ended = signals::flag(&[signals::END, signals::HANGUP].concat());
    if io::stdout().is_terminal() { show.on_terminal(&ended) } else { show.into_pipe(&ended) }
}

struct Show<'a> {
    phone: &'a Phone<'a>,
    schedule: Schedule,
    codes: Vec<(Slot, Token)>,
    on_show: Option<Slot>,
    started: Instant,
}

impl Show<'_> {
    fn uptime(&self) -> Uptime {
        Uptime::from(self.started.elapsed())
    }

    /// Does what the schedule says. Returns when to look again, and the code if another one is
    /// shown now.
    fn step(&mut self) -> Result<(Uptime, Option<&Token>), Failure> {
        loop {
            let step = self.schedule.at(time::at_or_now(None)?, self.uptime());
            let shown = match step.screen {
                Screen::Code(slot) => Some(slot),
                _ => None,
            };
            if let Some(slot) = step.prepare {
                let prepared = self.phone.held.prepare(self.phone.recipient, slot.issued_at());
                let prepared = prepared.map_err(|error| prepare_failure(&error))?;
                let token = prepared.sign(self.phone.key).map_err(texts::other_device_key)?;
                if self.schedule.prepared(slot, self.uptime()) == Arrival::Accepted {
                    self.codes.insert(0, (slot, token));
                    self.codes.truncate(3);
                }
                continue;
            }
            let is_new = shown != self.on_show;
            self.on_show = shown;
            return Ok((step.wake, self.current().filter(|_| is_new)));
        }
    }

    fn current(&self) -> Option<&Token> {
        let slot = self.on_show?;
        self.codes.iter().find(|(of, _)| *of == slot).map(|(_, token)| token)
    }

    fn is_over(&self) -> Result<bool, Failure> {
        Ok(time::at_or_now(None)? >= self.schedule.expires())
    }

    fn into_pipe(mut self, ended: &AtomicBool) -> Result<Outcome, Failure> {
        while !ended.load(Ordering::Relaxed) && !self.is_over()? {
            let (wake, token) = self.step()?;
            if let Some(token) = token {
                // A reader that is gone ends the command.
                let mut line = token.to_qr_text();
                line.push('\n');
                if !output::print_or_end(&line)? {
                    return Ok(Outcome::Done);
                }
            }
            let wait = wake.millis_since(self.uptime()).clamp(1, DRAW_EACH);
            std::thread::sleep(Duration::from_millis(wait));
        }
        self.end()
    }

    fn on_terminal(mut self, ended: &AtomicBool) -> Result<Outcome, Failure> {
        let unusable = |error: io::Error| texts::terminal_unusable(error);
        {
            let mut terminal = Terminal::enter().map_err(unusable)?;
            while !ended.load(Ordering::Relaxed) && !self.is_over()? {
                let (wake, _) = self.step()?;
                let window = Terminal::size();
                let frame = self.frame(window, terminal.colours())?;
                terminal.draw(&frame, window).map_err(unusable)?;
                let wait = wake.millis_since(self.uptime()).clamp(1, DRAW_EACH);
                if terminal.wait(Duration::from_millis(wait)) == Wish::Leave {
                    break;
                }
            }
        }
        self.end()
    }

    /// The code in the largest form that fits, and the countdown.
    fn frame(
        &self,
        (columns, lines): (usize, usize),
        colours: bool,
    ) -> Result<Vec<String>, Failure> {
        let mut frame = Vec::new();
        if let Some(token) = self.current() {
            let code = QrCode::encode(&token.to_qr_text(), ErrorCorrection::Low)
                .map_err(|error| draw_failure(&error))?;
            let style = if colours { TerminalStyle::Ansi } else { TerminalStyle::LightOnDark };
            let has_room = |(wide, high): (usize, usize)| columns >= wide && lines > high;
            let small = code.small_terminal_size();
            if has_room(code.terminal_size()) {
                frame.extend(code.to_terminal(style).lines().map(str::to_owned));
            } else if has_room(small) {
                frame.extend(code.to_terminal_small(style).lines().map(str::to_owned));
            } else {
                let text = texts::window_too_small(small.0, small.1.saturating_add(1));
                let lines = Line::wrapped(&text, columns).into_iter();
                frame.extend(lines.map(|line| line.cut(columns, colours)));
            }
        }
        frame.push(self.countdown()?.cut(columns, colours));
        Ok(frame)
    }

    fn countdown(&self) -> Result<Line, Failure> {
        let wall = time::at_or_now(None)?;
        let Some(left) = self.schedule.remaining(wall, self.uptime()) else {
            return Ok(Line::plain(texts::no_code_now()));
        };
        Ok(Line::default()
            .with(GOOD, bar(&left))
            .with(STRONG, texts::next_code(seconds(left.to_next)))
            .with(FAINT, texts::leave()))
    }

    fn end(&self) -> Result<Outcome, Failure> {
        if self.is_over()? {
            return Err(texts::credential_over(time::text(self.schedule.expires())));
        }
        Ok(Outcome::Done)
    }
}
