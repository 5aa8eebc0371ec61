//! The holder's side: accepts credentials and shows them.

mod held;
mod holder;
pub mod schedule;

pub use held::{AcceptError, HeldCredential};
pub use holder::{Holder, Recipient};

pub use crate::token::{Challenge, GateCode};
