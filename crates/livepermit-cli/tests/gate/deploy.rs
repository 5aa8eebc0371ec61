//! What an operator installs: a file of settings, a unit of systemd, manual pages, completions.

use std::path::Path;
use std::process::Command;

use livepermit_testkit::servers::or_skip;

use crate::desk::{CLASS, Desk, NOW};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn settings(more: &str) -> String {
    format!(
        "gate = \"gate-3\"\ntrust = \"trust.cwt\"\nroot = [\"root.pub\"]\nclass = \"{CLASS}\"\n\
         revocation = \"not-checked\"\nstate = \"state\"\njson = true\npause = 0\n\
         dangerous-at = {NOW}\ndangerous-timed-lines = true\n{more}"
    )
}

#[test]
fn a_gate_takes_its_settings_from_a_file() {
    let desk = Desk::new();
    desk.write("gate.toml", settings("lane = \"7\"\nfull-screen = false\n"));
    let input = format!("@{NOW} {}\n", desk.pass("BJ-1", NOW));
    let told = desk.run_with(&["gate", "--config", "gate.toml"], input.as_bytes()).json();
    assert_eq!((&told["lane"], &told["opens"]), (&"7".into(), &true.into()), "{told}");
    // The command line says otherwise, and is right.
    let args = ["gate", "--config=gate.toml", "--lane=8", "--state", "other"];
    let told = desk.run_with(&args, input.as_bytes()).json();
    assert_eq!((&told["lane"], &told["opens"]), (&"8".into(), &true.into()), "{told}");
}

#[test]
fn what_is_wrong_in_the_file_is_named() {
    let desk = Desk::new();
    for (more, told) in [
        ("windw = 30\n", "no such option"),
        ("windw = 30\n", "the nearest name is window"),
        ("max_list_age = \"24h\"\n", "the nearest name is max-list-age"),
        ("full-screen = \"yes\"\n", "write full-screen = true"),
        ("lane = [\"1\", \"2\"]\n", "takes one value, not a list"),
        ("lane = 1.5\n", "neither a text nor a whole number"),
        ("window = \"soon\"\n", "--window"),
        ("lane = \"1\n", "gate.toml line 11 cannot be read"),
    ] {
        desk.write("gate.toml", settings(more));
        let ran = desk.run(&["gate", "--config", "gate.toml"]);
        assert!(ran.code == 2 && ran.err.contains(told), "{more}: {ran:?}");
    }
    desk.run(&["gate", "--config", "no.toml"]).failed("there is no file no.toml");
}

#[test]
fn a_check_starts_no_gate() {
    let desk = Desk::new();
    desk.write("gate.toml", settings(""));
    let told = desk.ok(&["gate", "--config", "gate.toml", "--check"]).json();
    assert_eq!(told["in_order"], true, "{told}");
    assert!(!desk.path("state").exists());
    // While the gate runs, the check does not disturb it.
    let mut gate = desk.start(&["gate".into(), "--config".into(), "gate.toml".into()]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-1", NOW)), "accepted");
    desk.ok(&["gate", "--config", "gate.toml", "--check"]);
    assert_eq!(gate.code(NOW, &desk.pass("BJ-2", NOW)), "accepted");
    desk.write("gate.toml", settings("window = 40\ncool-down = \"none\"\n"));
    desk.ok(&["gate", "--config", "gate.toml", "--check"]);
    desk.write("gate.toml", settings("form = \"slip\"\n"));
    assert_eq!(desk.run(&["gate", "--config", "gate.toml", "--check"]).code, 2);
    std::fs::remove_file(desk.path("trust.cwt")).unwrap();
    desk.write("gate.toml", settings(""));
    desk.run(&["gate", "--config", "gate.toml", "--check"]).failed("there is no file trust.cwt");
}

#[test]
fn the_example_of_a_file_has_only_options_that_exist() {
    let desk = Desk::new();
    let example = std::fs::read_to_string(format!("{ROOT}/deploy/gate.toml")).unwrap();
    desk.write("gate.toml", &example);
    let now = NOW.to_string();
    // Its root key has another name here, and its status list is not there.
    std::fs::copy(desk.path("root.pub"), desk.path("root.pem.pub")).unwrap();
    desk.run(&["gate", "--config", "gate.toml", "--check", "--dangerous-at", &now])
        .failed("status.cwt");
}

fn has(program: &str) -> bool {
    or_skip(Command::new(program).arg("--version").output().ok(), program).is_some()
}

#[test]
fn systemd_takes_the_unit() {
    if !has("systemd-analyze") {
        return;
    }
    let desk = Desk::new();
    let unit = std::fs::read_to_string(format!("{ROOT}/deploy/livepermit-gate@.service")).unwrap();
    // The program is installed somewhere else here.
    desk.write(
        "livepermit-gate@.service",
        unit.replace("/usr/local/bin/livepermit", env!("CARGO_BIN_EXE_livepermit")),
    );
    let ran = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "./livepermit-gate@.service"])
        .current_dir(desk.path("."))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    assert!(!told.contains("livepermit-gate"), "{told}");
}

#[test]
fn each_command_has_a_manual_page() {
    let desk = Desk::new();
    desk.ok(&["man", "man1"]);
    for page in ["livepermit", "livepermit-gate", "livepermit-issue-slip", "livepermit-man"] {
        let text = desk.text(&format!("man1/{page}.1"));
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(desk.text("man1/livepermit-gate.1").contains("\\-\\-max\\-list\\-age"));
    if !has("groff") {
        return;
    }
    let ran = Command::new("groff")
        .args(["-K", "utf8", "-man", "-Tutf8", "-ww", "-z"])
        .arg(desk.path("man1/livepermit-gate.1"))
        .output()
        .unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
}

#[test]
fn shells_complete_the_options() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.ok(&["completions", shell]).out;
        assert!(script.contains("max-list-age"), "{shell}");
        desk.write(&format!("complete.{shell}"), script);
    }
    let complete = "source complete.bash; COMP_WORDS=(livepermit gate --max-l); COMP_CWORD=2; \
                    _livepermit livepermit --max-l gate; echo \"${COMPREPLY[@]}\"";
    if Path::new("/bin/bash").exists() {
        let ran =
            Command::new("/bin/bash").args(["-c", complete]).current_dir(desk.path(".")).output();
        let told = String::from_utf8(ran.unwrap().stdout).unwrap();
        assert_eq!(told.trim(), "--max-list-age");
    }
}

#[test]
fn a_quiet_command_writes_no_remarks() {
    let desk = Desk::new();
    let words = |more: &[&'static str]| {
        let base = ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example"];
        [&base[..], &["--subject", "BJ-1", "--class", CLASS], more].concat()
    };
    assert!(desk.ok(&words(&[])).err.contains("note:"));
    let quiet = desk.ok(&words(&["--quiet"])).err;
    // The key of the test can be read by others: a warning stays.
    assert!(!quiet.contains("note:") && quiet.contains("warning:"), "{quiet}");
}
