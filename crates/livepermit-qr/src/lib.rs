//! QR codes for [livepermit](https://docs.rs/livepermit): [`draw`] makes codes, [`read`] finds them
//! in pictures and camera frames.
//!
//! This crate knows text only. It knows nothing about permits and does not judge the text that it
//! reads: whoever shows a code has written the text.
//!
//! # Features
//!
//! `draw` (default): QR codes as module matrix, PNG, SVG and terminal text. `read`: QR codes from
//! pictures (PNG, JPEG, WebP, GIF, BMP, ICO, TIFF, PNM) and from camera frames.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        // No input of a stranger may stop the program or lose a bit silently: docs/assurance.md in
        // the repository.
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::infinite_loop,
        clippy::panic_in_result_fn,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_in_result
    )
)]

#[cfg(feature = "draw")]
pub mod draw;
#[cfg(feature = "read")]
#[cfg_attr(
    not(test),
    expect(clippy::float_arithmetic, reason = "where a code lies in a picture, and nothing else")
)]
pub mod read;
#[cfg(any(feature = "draw", feature = "read"))]
mod standard;
