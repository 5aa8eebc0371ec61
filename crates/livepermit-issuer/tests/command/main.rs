//! The program, as an operator runs it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod demo;
mod deploy;
mod office;
mod register;
mod serving;
mod settings;
