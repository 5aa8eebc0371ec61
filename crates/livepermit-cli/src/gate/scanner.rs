//! A gate with a hand scanner: each line gets one verdict.

use super::clock::Clock;
use super::desk::{Desk, IDLE};
use super::lines::{Event, Lines};
use super::texts;
use crate::shared::failure::{Failure, Outcome};

/// Answers line by line, until the input ends or somebody ends the gate.
pub(crate) fn run(desk: &mut Desk, mut input: Lines, clock: Clock) -> Result<Outcome, Failure> {
    desk.screen.ready(desk.gate.place());
    desk.begin(&clock)?;
    loop {
        if !desk.goes_on() {
            return Ok(Outcome::Done);
        }
        match input.next(IDLE) {
            Event::Line(line) => {
                let (text, now) = clock.of_line(&line.text)?;
                desk.queued(input.waiting());
                desk.reload_lists(now)?;
                desk.judge(text, line.too_long, now)?;
            }
            // In tests, the time between two lines is not known.
            Event::Idle if clock.timed_lines => {}
            Event::Idle => desk.reload_lists(clock.now()?)?,
            Event::End => return Ok(Outcome::Done),
            Event::Broken(error) => return Err(texts::scanner_gone(error)),
        }
    }
}
