//! What the targets share.

mod edit;
pub mod evidence;
pub mod memory;
pub mod oracle;
mod scene;
mod tree;

pub use edit::{Input, edit_bytes};
pub use scene::*;
pub use tree::{
    edit_tree, get, has_container_key, loose, number, parse, place_of, sorted, text, tight, written,
};
