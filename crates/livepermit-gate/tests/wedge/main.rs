//! The reader's layer: what scanners, editors and keyboards make of a token.
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod edges;
mod ends;
mod foreign;
mod junk;
mod layouts;
mod xkb;

const BASE45: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const LINK: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
