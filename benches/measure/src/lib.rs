//! What the benches share. [`table`] times jobs against each other at many depths of the stack, and
//! counts their instructions; [`taking_turns`] gives plain medians of contenders that take turns.

mod jobs;
mod turns;

pub use jobs::{
    Cost, Job, deeper, evicted, grouped, hot, instructions, median, ordered, table, time,
    was_called,
};
pub use turns::{micros, taking_turns};
