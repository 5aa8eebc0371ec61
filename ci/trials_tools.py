"""What the trials of ci/trials share: the command, the table, and gates that are asked."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
REQUIRED = os.environ.get("LIVEPERMIT_REQUIRE_ALL") == "1"
CLASS = "bj.example:residence"

# What no person reads: seconds since 1970, Rust's way to print values, and sentences put together.
NOT_WORDS = re.compile(r"\b1[5-9]\d{8}\b|Text\(\"|Some\(|\\u\{|\.;|\.\.\s|panicked")

# The command that is tried: set by ci/trials.
LP = None
rows = []
unworded = []


class Skipped(Exception):
    """What the trial needs is not here."""


def row(trial, expected, seen, ok):
    rows.append((trial, expected, " ".join(str(seen).split()), bool(ok)))


def lp(*words, stdin=None, cwd=None):
    """The command's exit code, standard output and standard error."""
    stdin = stdin.encode() if isinstance(stdin, str) else stdin
    ran = subprocess.run(
        [LP, *map(str, words)], input=stdin or b"", capture_output=True, cwd=cwd, timeout=120
    )
    out, err = (stream.decode(errors="replace") for stream in (ran.stdout, ran.stderr))
    if "--json" not in words:
        texts = err if words[0] == "present" else out + err
        found = NOT_WORDS.search(texts)
        if found:
            unworded.append(f"{words[0]}: {texts[max(0, found.start() - 60):found.end() + 20]}")
    return ran.returncode, out, err


def ok(*words, **more):
    code, out, err = lp(*words, **more)
    assert code == 0, f"{words}: {out}{err}"
    return out


class Base:
    """The keys, lists and codes that the trials of a folder use."""

    def __init__(self, folder):
        self.folder = folder
        self.t0 = int((folder / "T0").read_text())
        self.code = (folder / "code.txt").read_text().strip("\r\n")
        self.policy = ["--trust", folder / "trust.cwt", "--root", folder / "root.pem.pub"]
        self.policy += ["--class", CLASS, "--gate", "g"]
        self.open_policy = [*self.policy, "--revocation", "not-checked"]

    def present(self, at, credential=None, trust=None):
        """The code that the phone shows at a time."""
        trust = trust or self.policy[:4]
        credential = ["--credential", credential or self.folder / "credential.txt"]
        key = ["--device-key", self.folder / "phone.pem"]
        form = ["--format", "qr-text", "--at", at]
        return ok("present", *credential, *key, *trust, *form).strip()

    def issue(self, *words):
        issuer = ["--key", self.folder / "issuer.pem", "--issuer", "bj.example", "--class", CLASS]
        device = ["--device-key", self.folder / "phone.pem.pub"]
        at = () if "--at" in words else ("--at", self.t0)
        return lp("issue", "credential", *issuer, *device, *at, *words)

    def gate(self, stdin, *words):
        """Each answer of a gate that reads these bytes."""
        with tempfile.TemporaryDirectory() as state:
            at = () if "--dangerous-at" in words else ("--dangerous-at", self.t0)
            policy = [*self.open_policy, "--json", *at]
            _, out, err = lp("gate", *policy, "--state", state + "/s", *words, stdin=stdin)
        answers = [json.loads(line) for line in out.splitlines()]
        assert answers and all("light" in answer for answer in answers), out + err
        return answers

    def verify(self, *words):
        return lp("verify", *self.open_policy, "--at", self.t0, *words)


def told(answer):
    """What an answer of a gate says, for the table."""
    return f"{answer['light']} {answer['code']}: {answer.get('instruction') or 'Let in.'}"


def is_in(answer):
    return answer["opens"]


def is_ours(answer):
    return answer["light"] == "out-of-order"


class Running:
    """A gate that reads a pipe."""

    def __init__(self, folder, *words):
        self.folder = folder
        os.mkfifo(folder / "in")
        self.out, self.err = open(folder / "out", "wb"), open(folder / "err", "wb")
        self.gate = subprocess.Popen(
            [LP, *map(str, words), "--state", str(folder / "state"), "--input",
             str(folder / "in"), "--json"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.err)
        self.pipe = None

    def answers(self):
        lines = (self.folder / "out").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self):
        return (self.folder / "err").read_text()

    def say(self, line, deadline=60):
        """The answer to a line."""
        before = len(self.answers())
        end = time.monotonic() + deadline
        while self.pipe is None and time.monotonic() < end and self.gate.poll() is None:
            try:  # does not wait for ever for a gate that has ended
                pipe = os.open(self.folder / "in", os.O_WRONLY | os.O_NONBLOCK)
                os.set_blocking(pipe, True)
                self.pipe = os.fdopen(pipe, "w")
            except OSError:
                time.sleep(0.05)
        if self.pipe:
            print(line, file=self.pipe, flush=True)
        while time.monotonic() < end and self.gate.poll() is None:
            if len(self.answers()) > before:
                return self.answers()[-1]
            time.sleep(0.02)
        raise AssertionError(f"no answer: {self.said()}")

    def wait_for(self, is_so, deadline=60):
        end = time.monotonic() + deadline
        while not is_so() and time.monotonic() < end:
            time.sleep(0.1)

    def stop(self):
        if self.pipe:
            self.pipe.close()
        self.gate.send_signal(signal.SIGTERM)
        try:
            self.gate.wait(20)
        except subprocess.TimeoutExpired:
            self.gate.kill()


def full(answer):
    return f"{told(answer)} ({answer.get('details', '')})"
