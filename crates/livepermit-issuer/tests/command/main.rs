//! The program, as an operator runs it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod demo;
mod deploy;
mod keys;
#[cfg(feature = "pkcs11")]
mod modules;
mod office;
mod register;
mod restore;
mod serving;
mod settings;
