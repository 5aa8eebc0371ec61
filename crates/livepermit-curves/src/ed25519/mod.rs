//! Ed25519 (RFC 8032): keys, and verification with and without tables.

mod comb;
mod field;
mod key;
mod point;
mod signature;
mod small_order;
mod tables;
#[cfg(test)]
mod tests;

pub use key::{Ed25519Key, InvalidKey};
pub use tables::{Ed25519Tables, Started, Unfinished};
