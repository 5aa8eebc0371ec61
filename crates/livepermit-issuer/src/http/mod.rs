//! The ports: what is asked over HTTP.

mod public;

pub use public::{PublicState, public};
