//! A folder with configuration, keys and register, and the program run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use livepermit::SecretKey;
use tempfile::TempDir;

pub(super) const CONFIG: &str = r#"
issuer = "bj.example"
public = "https://permits.bj.example"
register = "sqlite:register.sqlite"
zone = "Asia/Shanghai"
calendar = "calendar.toml"
key = "issuer.pem"
status-key = "status.pem"

[wallets]
listen = "127.0.0.1:0"
"#;

pub(super) struct Office {
    folder: TempDir,
}

impl Office {
    /// A folder with all that the program needs, and a register with its tables.
    pub(super) fn new() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        office.write("issuer.toml", CONFIG);
        office.write("calendar.toml", "known_until = \"2060-12-31\"\n");
        for (name, seed) in [("issuer.pem", 1), ("status.pem", 2)] {
            let pem = SecretKey::from_ed25519_seed(&[seed; 32]).to_pkcs8_pem();
            office.write(name, &pem);
            office.mode(name, 0o600);
        }
        office.runs(&["migrate"]);
        office
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Changes a line of the configuration.
    pub(super) fn set(&self, from: &str, to: &str) {
        assert!(CONFIG.contains(from));
        self.write("issuer.toml", &CONFIG.replace(from, to));
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
