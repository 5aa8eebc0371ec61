//! Writes the test vectors: `cargo run -p livepermit-vectors-generate -- test-vectors`.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: livepermit-vectors-generate DIRECTORY");
        return ExitCode::from(2);
    };
    for (name, text) in livepermit_vectors_generate::files() {
        let path = directory.join(name);
        if let Err(error) = std::fs::write(&path, text) {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
        println!("{}", path.display());
    }
    ExitCode::SUCCESS
}
