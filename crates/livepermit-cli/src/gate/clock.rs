//! The gate's time: the system's clock, or a time that a test sets.

use std::num::NonZeroU32;

use livepermit::Timestamp;

use super::texts;
use crate::shared::failure::Failure;
use crate::shared::time;

/// The source of the gate's time. Outside of tests, each field is `None` or `false`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// This time, always.
    pub(crate) at: Option<Timestamp>,
    /// Each line begins with its time.
    pub(crate) timed_lines: bool,
    /// This many frames make a second, counted from `at`.
    pub(crate) fps: Option<NonZeroU32>,
}

impl Clock {
    pub(crate) fn now(&self) -> Result<Timestamp, Failure> {
        time::at_or_now(self.at)
    }

    /// The text of a line, and the time at which it counts as read.
    pub(super) fn of_line<'l>(&self, line: &'l str) -> Result<(&'l str, Timestamp), Failure> {
        if !self.timed_lines {
            return Ok((line, self.now()?));
        }
        let parts = line.strip_prefix('@').and_then(|rest| rest.split_once(' '));
        let (time, text) = parts.ok_or_else(texts::line_without_time)?;
        time::parse(time).map(|time| (text, time)).map_err(texts::line_with_wrong_time)
    }

    /// The time at which a frame is judged. It is not the time at which the frame was taken: a
    /// frame that waited in the pipe has become older.
    pub(super) fn of_frame(&self, number: u64) -> Result<Timestamp, Failure> {
        match self.at.zip(self.fps) {
            Some((at, fps)) => Ok(at.plus(number / u64::from(fps.get()))),
            None => self.now(),
        }
    }
}
