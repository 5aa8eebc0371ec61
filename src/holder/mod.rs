//! The holder's side: what a phone does between taking a credential in and showing a code.

mod schedule;

pub use schedule::{
    Arrival, Countdown, Schedule, ScheduleError, ScheduleSettings, Screen, Slot, Step, Uptime,
};
