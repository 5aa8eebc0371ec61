//! The verifier on the library itself, without an operating system.
//!
//! The functions have the signatures, the codes and the texts of those on the bridge; what is not
//! here does not exist without an operating system. Memory comes from the caller's `malloc` and
//! `free`. A panic ends in the caller's `lp_panic_handler`, because nothing unwinds here.

mod number;
mod runtime;
mod status;
mod trust;
mod verdict;
mod verify;

pub use status::*;
pub use trust::*;
pub use verify::*;
