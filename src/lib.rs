//! livepermit: a permit that can be shown, but not copied.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::cast_possible_truncation)
)]

extern crate alloc;

mod time;

#[cfg(feature = "qr")]
pub mod qr;
#[cfg(feature = "scan")]
pub mod scan;

pub use time::{TimeOutOfRange, Timestamp};
