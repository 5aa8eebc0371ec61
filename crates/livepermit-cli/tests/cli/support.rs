//! A folder to run the command in, and what came of a run.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) const NOW: &str = "2026-09-21T14:13:20Z";
pub(crate) const ISSUER: [&str; 6] =
    ["--issuer-key", "issuer.pem.pub", "--issuer", "bj.example", "--class", "bj.example:residence"];

/// A fresh folder for one test.
pub(crate) struct Desk(TempDir);

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With an issuer, a phone, its credential and one presentation of it, made at [`NOW`].
    pub(crate) fn furnished(algorithm: &str) -> Self {
        let desk = Self::new();
        desk.ok(&["key", "new", "--algorithm", "ed25519", "--out", "issuer.pem"]);
        desk.ok(&["key", "new", "--algorithm", algorithm, "--out", "phone.pem"]);
        desk.ok(&[
            &[
                "issue",
                "credential",
                "--key",
                "issuer.pem",
                "--issuer",
                "bj.example",
                "--subject",
                "BJ-7F3A9C2E",
            ],
            &["--class", "bj.example:residence", "--device-key", "phone.pem.pub", "--at", NOW][..],
            &["--out", "credential.txt"],
        ]
        .concat());
        desk.ok(&[
            &["present", "--credential", "credential.txt", "--device-key", "phone.pem"][..],
            &ISSUER,
            &["--at", NOW, "--out", "code.txt"],
        ]
        .concat());
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The names of the files, sorted: nothing half written, nothing left behind.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        run_in(self.0.path(), args, input)
    }

    /// Runs what has to work.
    pub(crate) fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        ran
    }

    /// `verify` at [`NOW`] with the usual trust.
    pub(crate) fn verify(&self, args: &[&str]) -> Ran {
        self.verify_with(args, b"")
    }

    pub(crate) fn verify_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut all = vec!["verify", "--gate", "gate-3", "--revocation", "not-checked"];
        all.extend(ISSUER);
        if !args.contains(&"--at") {
            all.extend(["--at", NOW]);
        }
        all.extend(args);
        self.run_with(&all, input)
    }
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap()
    }

    /// The command could not run: exit code 2, nothing on standard output, the reason and what to
    /// do on standard error.
    pub(crate) fn failed(&self, reason: &str) {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        assert!(self.err.contains(reason), "{reason:?} is not in {:?}", self.err);
        assert!(self.err.contains("\n  try: ") || self.err.contains("--help"), "{:?}", self.err);
        assert!(!self.err.contains("panicked"), "{:?}", self.err);
    }

    /// Refused with this code: exit code 1.
    pub(crate) fn refused(&self, code: &str) {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.text().starts_with(&format!("REFUSED {code}\n")), "{}", self.text());
        assert!(!self.err.contains("panicked"), "{:?}", self.err);
    }

    pub(crate) fn accepted(&self) {
        assert_eq!(self.code, 0, "{self:?}");
        assert!(self.text().starts_with("ACCEPTED "), "{}", self.text());
        assert!(self.text().contains("CAUTION revocation-not-checked"), "{}", self.text());
    }
}

fn run_in(folder: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_livepermit"))
        .args(args)
        .current_dir(folder)
        .env("TZ", "UTC")
        .env_remove("CLICOLOR_FORCE")
        .envs([("LC_ALL", "C"), ("TZ", "UTC")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may stop reading when it has seen enough.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: output.stdout,
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
