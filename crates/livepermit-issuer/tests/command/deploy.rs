//! How the program is installed.

use std::process::Command;

use livepermit_testkit::servers::or_skip;

use super::office::Office;

#[test]
fn systemd_takes_the_unit() {
    let version = Command::new("systemd-analyze").arg("--version").output().ok();
    if or_skip(version, "systemd-analyze").is_none() {
        return;
    }
    let office = Office::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let unit = std::fs::read_to_string(format!("{root}/deploy/livepermit-issuer.service")).unwrap();
    // The program is installed somewhere else here.
    let program = env!("CARGO_BIN_EXE_livepermit-issuer");
    let unit = unit.replace("/usr/local/bin/livepermit-issuer", program);
    office.write("livepermit-issuer.service", &unit);
    let ran = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "./livepermit-issuer.service"])
        .current_dir(office.path("."))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    assert!(!told.contains("livepermit-issuer"), "{told}");
}
