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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(1_790_000_000 + seconds).unwrap()
    }

    fn clock(timed_lines: bool, fps: u32) -> Clock {
        Clock { at: Some(at(0)), timed_lines, fps: NonZeroU32::new(fps) }
    }

    #[test]
    fn frames_go_on_from_the_time_of_the_first() {
        let times = [0, 9, 10, 25, 600].map(|number| clock(false, 10).of_frame(number).unwrap());
        assert_eq!(times, [0, 0, 1, 2, 60].map(at));
        assert_eq!(clock(false, 0).of_frame(600).unwrap(), at(0));
        assert_eq!(clock(false, 10).now().unwrap(), at(0));
    }

    #[test]
    fn a_line_says_its_time_only_where_a_test_wants_it() {
        let line = "@1790000005 a b";
        assert_eq!(clock(false, 0).of_line(line).unwrap(), (line, at(0)));
        assert_eq!(clock(true, 0).of_line(line).unwrap(), ("a b", at(5)));
        for wrong in ["a b", "@1790000005", "@soon a", ""] {
            assert!(clock(true, 0).of_line(wrong).is_err(), "{wrong}");
        }
    }
}
