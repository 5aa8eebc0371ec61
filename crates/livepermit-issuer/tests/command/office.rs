//! A folder with configuration, keys and register, and the program run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

pub(super) struct Office {
    folder: TempDir,
}

impl Office {
    /// What `init` makes, on free ports.
    pub(super) fn new() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let folder = office.folder.path().join("issuer");
        let mut command = Command::new(env!("CARGO_BIN_EXE_livepermit-issuer"));
        command.arg("init").arg(&folder).args(["--issuer", "bj.example"]);
        let output = command.args(["--public", "https://permits.bj.example"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        office.write("calendar.toml", "known_until = \"2060-12-31\"\n");
        let free = fs::read_to_string(office.path("issuer.toml")).unwrap();
        let free = free.replace("127.0.0.1:8480", "127.0.0.1:0");
        office.write("issuer.toml", &free.replace("127.0.0.1:8481", "127.0.0.1:0"));
        fs::copy(office.path("issuer.toml"), office.path("first.toml")).unwrap();
        office
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("issuer").join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Changes the first configuration in one place.
    pub(super) fn set(&self, from: &str, to: &str) {
        let first = fs::read_to_string(self.path("first.toml")).unwrap();
        assert!(first.contains(from), "{from}");
        self.write("issuer.toml", &first.replace(from, to));
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_livepermit-issuer"));
        command.args(arguments).arg("--config").arg(self.path("issuer.toml"));
        command
    }

    /// What the program prints, which succeeds.
    pub(super) fn runs(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    /// The exit code, and what the program says on standard error, which fails.
    pub(super) fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let Output { status, stderr, .. } = self.command(arguments).output().unwrap();
        assert!(!status.success());
        (status.code().unwrap(), String::from_utf8(stderr).unwrap())
    }
}
