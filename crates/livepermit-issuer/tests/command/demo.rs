//! The demonstration.

use std::process::Command;

#[test]
fn the_whole_story_comes_out_as_it_should() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_livepermit-issuer"));
    let output = command.args(["demo", "--once"]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("19 steps in "), "{told}");
    assert!(told.contains(" 0 not as they should be"), "{told}");
    assert!(!told.contains('✗'), "{told}");
}
