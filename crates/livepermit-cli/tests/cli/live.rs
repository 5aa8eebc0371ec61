//! `present --live`: a phone on this machine.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::support::{Desk, ISSUER};

/// A desk whose credential is valid now.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok(&["key", "new", "--algorithm", "ed25519", "--out", "issuer.pem"]);
    desk.ok(&["key", "new", "--algorithm", "p256", "--out", "phone.pem"]);
    let credential = ["issue", "credential", "--key", "issuer.pem", "--issuer", "bj.example"];
    let permit = ["--subject", "BJ-1", "--class", "bj.example:residence"];
    let phone = ["--device-key", "phone.pem.pub", "--out", "credential.txt"];
    desk.ok(&[&credential[..], &permit, &phone].concat());
    desk
}

fn words() -> Vec<&'static str> {
    let show = ["present", "--live", "--credential", "credential.txt", "--device-key", "phone.pem"];
    [&show[..], &ISSUER].concat()
}

#[test]
fn the_first_code_comes_at_once_and_is_live() {
    let desk = desk();
    let mut phone = Command::new(env!("CARGO_BIN_EXE_livepermit"))
        .args(words())
        .current_dir(desk.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(phone.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let verify = ["verify", line.trim_end(), "--gate", "gate-3", "--revocation", "not-checked"];
    desk.ok(&[&verify[..], &ISSUER].concat());
    phone.kill().unwrap();
    phone.wait().unwrap();
}

#[test]
fn a_live_code_answers_no_question_and_is_no_file() {
    let desk = desk();
    for more in [["--gate-code", "LPC1:X"], ["--out", "code.txt"], ["--at", "1790000000"]] {
        let ran = desk.run(&[&words()[..], &more].concat());
        assert!(ran.code == 2 && ran.err.contains("cannot be used with"), "{more:?}: {}", ran.err);
    }
}

#[test]
fn a_credential_that_ended_shows_nothing() {
    let desk = Desk::furnished("ed25519");
    let ran = desk.run(&words());
    assert!(ran.code == 2 && ran.out.is_empty(), "{ran:?}");
    assert!(ran.err.contains("the credential ended at 2026-09-22"), "{}", ran.err);
}
