//! A folder with an issuer, a root and their lists; runs of the command; a gate that goes on
//! running.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use livepermit::issue::StatusReference;
use livepermit::{Issuer, Permit, SecretKey, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const NOW: u64 = 1_790_000_000;
const BIN: &str = env!("CARGO_BIN_EXE_livepermit");
pub(crate) const CLASS: &str = "bj.example:residence";

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

pub(crate) struct Desk {
    folder: TempDir,
    issuer: SecretKey,
}

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// With the keys of a root and an issuer, and a trust list `trust.cwt` made at [`NOW`].
    pub(crate) fn new() -> Self {
        let issuer = SecretKey::from_ed25519_seed(&[7; 32]);
        let desk = Self { folder: tempfile::tempdir().unwrap(), issuer };
        for (name, seed) in [("root", 1), ("issuer", 7), ("other", 9), ("phone", 5)] {
            let key = SecretKey::from_ed25519_seed(&[seed; 32]);
            desk.write(&format!("{name}.pem"), key.to_pkcs8_pem().as_bytes());
            desk.write(&format!("{name}.pub"), key.public_key().to_spki_pem());
        }
        desk.ok(&desk.trust_command("new", &["--name", "bj.gates"], NOW));
        desk
    }

    /// `trust new` or `trust add` with the issuer's key.
    pub(crate) fn trust_command(&self, verb: &str, more: &[&str], now: u64) -> Vec<String> {
        let now = now.to_string();
        let words = [
            &["trust", verb, "--root-key", "root.pem", "--out", "trust.cwt", "--at", &now][..],
            &["--issuer-key", "issuer.pub", "--issuer", "bj.example", "--class", CLASS],
            &["--use", "credential", "--use", "pass", "--use", "slip", "--use", "status"],
            more,
        ]
        .concat();
        words.into_iter().map(str::to_owned).collect()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap().trim_end().to_owned()
    }

    /// The files of the folder, sorted: nothing half written.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let names = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A pass made at this second, for a subject of its own.
    pub(crate) fn pass(&self, subject: &str, now: u64) -> String {
        self.pass_with_status(subject, None, now)
    }

    /// A pass that is live for `window` seconds.
    pub(crate) fn pass_of_window(&self, subject: &str, window: u64, now: u64) -> String {
        self.sign_pass(&Permit::new(subject, CLASS).unwrap().with_window(window).unwrap(), now)
    }

    /// A presentation made at [`NOW`] of a credential issued `age` seconds before, for `gate-3`.
    pub(crate) fn presentation(&self, subject: &str, age: u64) -> String {
        self.presentation_at(subject, NOW - age, NOW)
    }

    /// A presentation made at `now` of a credential issued at `issued`, for `gate-3`.
    pub(crate) fn presentation_at(&self, subject: &str, issued: u64, now: u64) -> String {
        let (issued, now) = (issued.to_string(), now.to_string());
        let issue = ["issue", "credential", "--key", "issuer.pem", "--issuer", "bj.example"];
        let of = ["--subject", subject, "--class", CLASS, "--device-key", "phone.pub"];
        let times = ["--lifetime", "240h", "--backdate", "0", "--at", &issued];
        self.ok(&[&issue[..], &of, &times, &["--out", "credential"]].concat());
        let present = ["present", "--credential", "credential", "--device-key", "phone.pem"];
        let trust = ["--trust", "trust.cwt", "--root", "root.pub"];
        let code = ["--gate", "gate-3", "--format", "qr-text", "--at", &now];
        self.ok(&[&present[..], &trust, &code].concat()).out.trim_end().to_owned()
    }

    pub(crate) fn pass_with_status(
        &self,
        subject: &str,
        status: Option<(&str, u64)>,
        now: u64,
    ) -> String {
        let mut permit = Permit::new(subject, CLASS).unwrap();
        if let Some((uri, index)) = status {
            permit = permit.with_status(StatusReference::new(uri, index).unwrap());
        }
        self.sign_pass(&permit, now)
    }

    fn sign_pass(&self, permit: &Permit, now: u64) -> String {
        let issuer = Issuer::new("bj.example", self.issuer.public_key()).unwrap();
        let prepared = issuer.prepare_pass(permit, None, at(now)).unwrap();
        prepared.sign(&self.issuer).unwrap().to_qr_text()
    }

    pub(crate) fn run<A: AsRef<str>>(&self, args: &[A]) -> Ran {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with<A: AsRef<str>>(&self, args: &[A], input: &[u8]) -> Ran {
        self.run_by(BIN, &[], args, input)
    }

    /// Runs another program, which runs the command.
    pub(crate) fn run_by<A: AsRef<str>>(
        &self,
        program: &str,
        first: &[&str],
        args: &[A],
        input: &[u8],
    ) -> Ran {
        let mut child = self.spawn(Command::new(program).args(first), args, Stdio::piped());
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            // It may stop reading when it has seen enough.
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap()
        });
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn spawn<A: AsRef<str>>(&self, command: &mut Command, args: &[A], stderr: Stdio) -> Child {
        command
            .args(args.iter().map(AsRef::as_ref))
            .current_dir(self.folder.path())
            .env("TZ", "UTC")
            .env_remove("CLICOLOR_FORCE")
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap()
    }

    pub(crate) fn ok<A: AsRef<str>>(&self, args: &[A]) -> Ran {
        let ran = self.run(args);
        let words: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
        ran
    }

    /// The words of a gate: state in `state`, each line with its own time, trust from the list,
    /// unless `more` names another value.
    pub(crate) fn gate_words(&self, more: &[&str]) -> Vec<String> {
        let now = NOW.to_string();
        let usual = [("--state", "state"), ("--dangerous-at", now.as_str()), ("--pause", "0")];
        words(&["gate", "--json", "--dangerous-timed-lines"], &usual, more)
    }

    /// `verify --json` of a code at this time, with the trust and the place of a gate.
    pub(crate) fn verify(&self, code: &str, now: u64, more: &[&str]) -> Ran {
        self.run(&self.verify_words(code, now, more))
    }

    pub(crate) fn verify_words(&self, code: &str, now: u64, more: &[&str]) -> Vec<String> {
        words(&["--json", "verify", code], &[("--at", &now.to_string())], more)
    }

    pub(crate) fn gate(&self, more: &[&str]) -> Gate {
        self.start(&self.gate_words(more))
    }

    /// A gate with exactly these words.
    pub(crate) fn start(&self, words: &[String]) -> Gate {
        let errors = std::fs::File::create(self.path("stderr")).unwrap();
        let mut child = self.spawn(&mut Command::new(BIN), words, errors.into());
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Gate { child, input, output }
    }

    /// What a gate said on standard error so far.
    pub(crate) fn errors(&self) -> String {
        String::from_utf8(self.read("stderr")).unwrap()
    }
}

/// A command that judges codes: with trust from the list and without revocation, unless `more`
/// names another value.
fn words(command: &[&str], usual: &[(&str, &str)], more: &[&str]) -> Vec<String> {
    let mut words = command.to_vec();
    let rules = [("--gate", "gate-3"), ("--class", CLASS), ("--revocation", "not-checked")];
    let trust = [("--trust", "trust.cwt"), ("--root", "root.pub")];
    let by_hand = more.contains(&"--issuer-key");
    let trust = trust.into_iter().filter(|_| !by_hand);
    for (option, value) in usual.iter().copied().chain(rules).chain(trust) {
        if !more.contains(&option) {
            words.extend([option, value]);
        }
    }
    words.extend(more);
    words.into_iter().map(str::to_owned).collect()
}

/// A running gate. Ends when dropped.
pub(crate) struct Gate {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Gate {
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn read(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    pub(crate) fn ask(&mut self, now: u64, code: &str) -> Value {
        self.write(format!("@{now} {code}\n").as_bytes());
        self.read()
    }

    /// Asks, and gives the code of the answer.
    pub(crate) fn code(&mut self, now: u64, code: &str) -> String {
        let answer = self.ask(now, code);
        answer["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether its process has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Closes its input and waits for it. Gives its exit code.
    pub(crate) fn finish(mut self) -> i32 {
        drop(self.input.take());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Could not run: exit code 2, the reason, and what to do; a program is told too.
    pub(crate) fn failed(&self, reason: &str) {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.err.contains(reason), "{reason:?} is not in {:?}", self.err);
        assert!(self.err.contains("\n  try: ") || self.err.contains("--help"), "{:?}", self.err);
        assert!(!self.err.contains("panicked"), "{:?}", self.err);
        if !self.out.is_empty() {
            let told = self.json();
            assert!(told["error"].is_string() && told["help"].is_string(), "{told}");
            assert!(told["id"].as_str().is_some_and(|id| !id.is_empty()), "{told}");
        }
    }
    /// A list that is refused: exit code 1.
    pub(crate) fn refused(&self, code: &str) {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.out.starts_with(&format!("REFUSED {code}")), "{}", self.out);
    }
}
