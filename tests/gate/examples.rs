//! The examples work together, as README says to type: the phone's first code opens the gate.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder to which cargo builds examples, beside that of the tests.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    folder.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

#[test]
fn the_first_code_of_the_phone_is_green_at_a_new_gate() {
    if !built("phone").exists() {
        // `cargo test --test gate` builds no examples; `cargo test --workspace` does.
        assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "the examples are not built");
        println!("skipped: the examples are not built; `cargo build --examples` builds them");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut phone = Command::new(built("phone")).stdout(Stdio::piped()).spawn().unwrap();
    let mut gate = Command::new(built("gate"))
        .env("TMPDIR", folder.path())
        .stdin(phone.stdout.take().unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(gate.stdout.take().unwrap()).read_line(&mut line).unwrap();
    for program in [&mut phone, &mut gate] {
        // Either may have ended by itself.
        let _ = program.kill();
        program.wait().unwrap();
    }
    assert_eq!(line.trim_end(), "GREEN   BJ-7F3A9C2E");
}
