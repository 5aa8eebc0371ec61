//! The command as people and scripts use it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod flow;
mod help;
mod keys;
mod live;
mod misuse;
mod pictures;
mod scan;
mod support;
mod vectors;
mod wording;
