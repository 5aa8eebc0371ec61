//! The bridge for JavaScript and TypeScript: what `wasm-bindgen` exports, for the layer in
//! `bindings/js/src` alone. Users of the package see that layer.
//!
//! Built three times: with `holder` for wallets, with `gate` for gates, with `issuer`, which has
//! all, for issuers and tools. So a wallet loads no reader of camera frames, and a gate no wallet and
//! no private keys.
//!
//! A panic ends the instance: it throws its text through all frames, and nothing is cleaned up. The
//! layer above throws the instance away.
#![forbid(unsafe_op_in_unsafe_fn)]
#![expect(
    clippy::result_large_err,
    reason = "an error is a record that JavaScript gets whole; none is made in a loop"
)]

pub mod codes;
mod cross;
pub mod keys;
pub mod pictures;
mod records;
pub mod trust;

#[cfg(feature = "gate")]
pub mod anchor;
#[cfg(feature = "gate")]
pub mod camera;
#[cfg(feature = "gate")]
pub mod gate;
#[cfg(feature = "gate")]
mod gate_records;
#[cfg(feature = "issuer")]
pub mod issuer;
#[cfg(feature = "gate")]
pub mod lists;
#[cfg(feature = "issuer")]
pub mod made_lists;
#[cfg(feature = "gate")]
pub mod memory;
#[cfg(feature = "holder")]
pub mod prepared;
#[cfg(feature = "issuer")]
pub mod secret;
#[cfg(feature = "gate")]
pub mod setup;
#[cfg(feature = "issuer")]
pub mod tokens;
#[cfg(feature = "gate")]
pub mod verifier;
#[cfg(feature = "holder")]
pub mod wallet;

use wasm_bindgen::prelude::*;

/// Lets a panic say what it is. A trap alone says "unreachable".
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

/// Panics, for tests.
#[cfg(feature = "panics")]
#[wasm_bindgen(js_name = panicForTests)]
#[expect(clippy::panic, reason = "what the function is for")]
pub fn panic_for_tests() {
    panic!("a defect that a test asked for");
}

/// Traps without a word, as a stack that is used up does, for tests.
#[cfg(feature = "panics")]
#[wasm_bindgen(js_name = trapForTests)]
pub fn trap_for_tests() {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
}
