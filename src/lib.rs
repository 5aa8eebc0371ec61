//! livepermit: a permit that can be shown, but not copied.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::cast_possible_truncation)
)]

extern crate alloc;

mod holder;
mod time;

pub use holder::{Arrival, Countdown, Schedule, ScheduleError, ScheduleSettings, Screen, Slot, Step, Uptime};
pub use time::{TimeOutOfRange, Timestamp};
