//! Writes the test vectors: `cargo run --example regenerate_vectors -- test-vectors`.
//!
//! Fixed seeds, fixed times, no clock and no randomness: a second run changes nothing.
//! `tests/vectors.rs` includes the same module and fails when the committed files differ from what
//! it gives.

mod generate;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: regenerate_vectors DIRECTORY");
        return ExitCode::from(2);
    };
    for (name, text) in generate::files() {
        let path = directory.join(name);
        if let Err(error) = std::fs::write(&path, text) {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
        println!("{}", path.display());
    }
    ExitCode::SUCCESS
}
