//! The `livepermit` command.

fn main() {}
