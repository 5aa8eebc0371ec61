//! livepermit for C and C++. The header is made of this crate; `bindings/c/README.md` has examples.
//!
//! - **Handles** are opaque. Each has a function that frees it, which NULL does not harm.
//! - **Results** are written into structs and buffers of the caller. Pointers of a result point into
//!   the buffer, so they are over when the buffer is used again. Nothing of a result is freed.
//! - **Every function returns a code**: [`LP_OK`], or why there is no result. A visitor who is
//!   refused is a result.
//! - **Threads**: all functions can be called from several threads at once with the same handles. A
//!   handle is freed when no call with it runs any more. A buffer, an `lp_error` and a result belong
//!   to one call at a time.
//! - **Numbers**: times are seconds since 1970 and spans are seconds, in an `int64_t`. Fields of
//!   choices have no meaning for 0, so a choice that was forgotten is an error.
//! - A pointer that is NULL where no NULL is foreseen gives `pointer-wrong`. Other wrong pointers
//!   are not noticed: C cannot do better.
//!
//! With the feature `std` (default) all stands on the bridge, `livepermit-ffi`. Without, the
//! verifier alone stands on the library, for machines without an operating system.
#![cfg_attr(not(feature = "std"), no_std)]
#![expect(non_camel_case_types, reason = "names of C")]
#![expect(clippy::missing_safety_doc, reason = "the rules of pointers are those above, for all")]

extern crate alloc;

mod buffer;
/// cbindgen:ignore
#[cfg(not(feature = "std"))]
mod embedded;
mod error;
mod handle;
mod permit;
mod text;
mod trust;
mod verdict;
mod verify;

#[cfg(feature = "std")]
mod codes;
#[cfg(feature = "std")]
mod draw;
#[cfg(feature = "std")]
mod gate;
#[cfg(feature = "std")]
mod hold;
#[cfg(feature = "std")]
mod inspect;
#[cfg(feature = "std")]
mod issue;
#[cfg(feature = "std")]
mod key;
#[cfg(feature = "std")]
mod lists;
#[cfg(feature = "std")]
mod memory;
#[cfg(feature = "scan")]
mod scan;
#[cfg(feature = "std")]
mod schedule;
#[cfg(feature = "std")]
mod setup;
mod status;
#[cfg(feature = "std")]
mod store;

pub use buffer::*;
#[cfg(not(feature = "std"))]
pub use embedded::*;
pub use error::*;
pub use permit::*;
#[cfg(feature = "scan")]
pub use scan::*;
pub use status::*;
pub use text::*;
pub use trust::*;
pub use verdict::*;
pub use verify::*;
#[cfg(feature = "std")]
pub use {
    codes::*, draw::*, gate::*, hold::*, inspect::*, issue::*, key::*, lists::*, memory::*,
    schedule::*, setup::*, store::*,
};
