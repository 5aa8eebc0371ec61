"""Trials of gates that run for a while: lists that heal, disks and servers that fail, clocks."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from trials_tools import CLASS, Running, Skipped, full, is_in, is_ours, lp, ok, row


class Withdrawing:
    """An issuer that withdraws permits, and a gate that reads its lists; all under today's clock."""

    URI = "https://s.bj.example/1"
    REGISTER = ("--dir", "reg")

    def __init__(self, folder, permits):
        self.folder = folder
        for name in ("root", "issuer", "next", "phone"):
            algorithm = "p256" if name == "phone" else "ed25519"
            self.run("key", "new", "--algorithm", algorithm, "--out", name + ".pem")
        self.issuer = ("--issuer", "bj.example")
        accept = (*self.issuer, "--class", CLASS)
        self.run("trust", "new", "--name", "park.gates", "--root-key", "root.pem", "--out", "t.cwt",
                 "--issuer-key", "issuer.pem.pub", *accept, "--use", "credential", "--use",
                 "status", "--at", int(time.time()) - 60)
        self.run("status", "new", *self.REGISTER, *self.issuer, "--uri", self.URI, "--entries",
                 "1000")
        self.entries = [self.run("status", "allocate", *self.REGISTER).split()[1]
                        for _ in range(permits)]
        self.run("status", "sign", *self.REGISTER, "--key", "issuer.pem", "--out", "s.cwt", "--at",
                 int(time.time()) - 60)
        for number, entry in enumerate(self.entries):
            self.run("issue", "credential", "--key", "issuer.pem", *accept, "--subject",
                     f"R{number}", "--device-key", "phone.pem.pub", "--status-uri", self.URI,
                     "--status-index", entry, "--out", f"cr{number}")
        self.policy = ["--trust", "t.cwt", "--root", "root.pem.pub", "--class", CLASS, "--gate",
                       "g", "--revocation", "required", "--max-list-age", "24h", "--status",
                       "s.cwt"]
        self.gate = Running(folder, "gate", *self.policy)
        # From now on the gate looks at its lists.
        self.gate.say("no code")

    def run(self, *words):
        return ok(*words, cwd=self.folder)

    def withdraw(self, number, at, key="issuer.pem"):
        """The bytes of the list that withdraws this permit too."""
        (self.folder / "n.cwt").unlink(missing_ok=True)
        self.run("status", "revoke", *self.REGISTER, "--key", key, "--out", "n.cwt", "--at", at,
                 self.entries[number])
        return (self.folder / "n.cwt").read_bytes()

    def put(self, data):
        (self.folder / "m").write_bytes(data)
        (self.folder / "m").rename(self.folder / "s.cwt")

    def code(self, number):
        return self.run("present", "--credential", f"cr{number}", "--device-key", "phone.pem",
                        "--trust", "t.cwt", "--root", "root.pem.pub", "--format",
                        "qr-text").strip()


def list_ahead(folder):
    """A status list of a clock that is ahead: refused, and tried again when it has healed."""
    world = Withdrawing(folder, 1)
    gate = world.gate
    try:
        time.sleep(2)
        made = int(time.time()) + 12
        world.put(world.withdraw(0, made))
        time.sleep(3)
        warned = gate.said()
        row("list ahead: meanwhile", "the gate says that a newer list waits", warned,
            "s.cwt" in warned)
        gate.wait_for(lambda: time.time() > made + 4)
        code = world.code(0)
        answer = gate.say(code)
        fresh = lp("verify", code, *world.policy, cwd=folder)[1].splitlines()
        row("list ahead: running gate", "revoked", full(answer), answer["code"] == "revoked")
        row("list ahead: fresh process", "revoked", fresh[0], "revoked" in fresh[0])
    finally:
        gate.stop()


def lists_heal(folder):
    """A list that cannot be read or trusted at first, and can a little later."""
    page = b"<!DOCTYPE html><title>Sign in</title>"
    stages = ["cut in half", "a web page first", "empty first", "missing first", "a folder first",
              "a key that is not trusted yet"]
    world = Withdrawing(folder, len(stages))
    gate, list_file = world.gate, folder / "s.cwt"
    try:
        for number, stage in enumerate(stages):
            time.sleep(1.1)  # each list is newer, and a list has a time in seconds
            is_key = stage == stages[-1]
            data = world.withdraw(number, int(time.time()), "next.pem" if is_key else "issuer.pem")
            # Before the list changes: a gate may tell at once.
            before = gate.said()
            if stage in ("missing first", "a folder first"):
                list_file.unlink()
                if stage == "a folder first":
                    list_file.mkdir()
            else:
                first = {"cut in half": data[:len(data) // 2], "a web page first": page,
                         "empty first": b""}
                world.put(first.get(stage, data))
            gate.wait_for(lambda: gate.said() != before, 10)
            told_first = gate.said()[len(before):]
            before = gate.said()
            if is_key:
                world.run("trust", "add", "--root-key", "root.pem", "--out", "t.cwt",
                          "--issuer-key", "next.pem.pub", *world.issuer, "--class", CLASS, "--use",
                          "status")
            else:
                if list_file.is_dir():
                    list_file.rmdir()
                world.put(data)
            gate.wait_for(lambda: "s.cwt is loaded" in gate.said()[len(before):], 60)
            answer = gate.say(world.code(number))
            row(f"list heals: {stage}", "said, then revoked", f"{full(answer)} {told_first}",
                answer["code"] == "revoked" and "s.cwt" in told_first)
    finally:
        gate.stop()


def disk_full(base, folder):
    """The disk with the state folder fills up, and is freed."""
    as_root = ["sudo", "-n"] if os.geteuid() else []
    if as_root and not shutil.which("sudo"):
        raise Skipped("not root: no disk can be made")
    disk = folder / "disk"
    disk.mkdir()
    options = f"size=3m,mode=700,uid={os.geteuid()}"
    mounted = subprocess.run([*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", disk],
                             capture_output=True, check=False)
    if mounted.returncode:
        raise Skipped("no mount here: " + mounted.stderr.decode())
    gate = None
    try:
        (folder / "state").symlink_to(disk / "state")
        (disk / "state").mkdir(mode=0o700)
        gate = Running(folder, "gate", *base.open_policy, "--cool-down", "none",
                       "--dangerous-timed-lines", "--dangerous-at", base.t0)
        now = base.t0

        def say():
            nonlocal now
            now += 40
            return gate.say(f"@{now} {base.present(now)}")

        answer = say()
        row("disk full: before", "let in", full(answer), is_in(answer))
        with open(disk / "fill", "wb", buffering=0) as fill:
            try:
                while True:
                    fill.write(b"\0" * 512)
            except OSError:
                pass
        for _ in range(3):
            answer = say()
        row("disk full", "out of order, with the cause", full(answer),
            is_ours(answer) and "space" in full(answer).lower())
        (disk / "fill").unlink()
        end = time.monotonic() + 30
        answers = [say()]
        while not is_in(answers[-1]) and time.monotonic() < end:
            time.sleep(0.5)
            answers.append(say())
        row("disk freed", "let in again, without a restart", full(answers[-1]),
            is_in(answers[-1]) and not any(a["light"] == "red" for a in answers))
    finally:
        if gate:
            gate.stop()
        subprocess.run([*as_root, "umount", "--lazy", disk], check=False)


def redis(base, folder):
    """A server of used codes that closes idle connections, refuses writes and loses its data."""
    if not (shutil.which("redis-server") and shutil.which("redis-cli")):
        raise Skipped("no redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
         "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL)

    def ask(*words):
        return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True,
                              check=False, text=True).stdout

    gate = None
    try:
        end = time.monotonic() + 30
        while "PONG" not in ask("ping") and time.monotonic() < end:
            time.sleep(0.1)
        url = f"redis://127.0.0.1:{port}"
        # The server has its own clock, so this gate has the clock of today, and a credential too.
        # Short limits make a short warm-up.
        credential = folder / "credential"
        assert base.issue("--subject", "S1", "--out", credential, "--at", int(time.time()))[0] == 0
        limits = ["--window", "5", "--skew", "1", "--clock-difference", "2", "--cool-down", "none"]
        # The trust list of the folder may have ended.
        trust = ["--issuer-key", base.folder / "issuer.pem.pub", "--issuer", "bj.example"]
        trust += ["--class", CLASS]
        policy = [*trust, "--gate", "g", "--revocation", "not-checked"]
        gate = Running(folder, "gate", *policy, *limits, "--redis", url)

        def say():
            time.sleep(1.1)  # a phone makes one code a second
            return gate.say(base.present(int(time.time()), credential, trust))

        def say_until(is_so, deadline=60):
            end = time.monotonic() + deadline
            answers = [say()]
            while not is_so(answers[-1]) and time.monotonic() < end:
                answers.append(say())
            return answers

        answers = say_until(is_in)
        row("redis: a new server", "out of order, with a time, until let in", full(answers[0]),
            is_ours(answers[0]) and is_in(answers[-1])
            and not any(a["light"] == "red" for a in answers))
        ask("config", "set", "timeout", "1")
        time.sleep(4)
        answers = [say(), say()]
        row("redis: idle connections closed", "the first visitor is let in",
            "; ".join(map(full, answers)), all(map(is_in, answers)))
        ask("config", "set", "timeout", "0")
        say_until(is_in)
        ask("replicaof", "127.0.0.1", "1")
        time.sleep(0.5)
        answers = [say(), say()]
        row("redis: READONLY", "out of order, with the reason", "; ".join(map(full, answers)),
            all(is_ours(a) and "READONLY" in full(a) for a in answers))
        ask("replicaof", "no", "one")
        answer = say_until(is_in)[-1]
        row("redis: a master again", "let in", full(answer), is_in(answer))
        ask("flushall")
        answer, *more = say_until(is_in)
        row("redis: flushed", "out of order, with a time", full(answer),
            is_ours(answer) and re.search(r"\d", full(answer)))
        row("redis: flushed, a while later", "let in, and no red before", full(more[-1]),
            is_in(more[-1]) and not any(a["light"] == "red" for a in more))
        code, out, err = lp("gate", *policy, "--redis", f"rediss://127.0.0.1:{port}",
                            "--state", folder / "state2")
        row("redis: TLS to a server without TLS", "named", out + err,
            re.search("tls", out + err, re.IGNORECASE) and "panicked" not in err)
    finally:
        if gate:
            gate.stop()
        server.terminate()
        server.wait(20)


def rehearsal(base):
    """Phones and gate are set ahead, then back."""
    moments = [base.t0 + 79200, base.t0 + 60, base.t0 + 3600]
    lines = "".join(f"@{at} {base.present(at)}\n" for at in moments)
    answers = base.gate(lines, "--dangerous-timed-lines", "--max-credential-age", "48h")
    for when, answer in zip(("tomorrow", "a minute later", "an hour later"), answers):
        expected = "let in" if when == "tomorrow" else "out of order: the gate's clock"
        row(f"rehearsal: {when}", expected, full(answer),
            is_in(answer) if when == "tomorrow" else is_ours(answer))


def clocks(base):
    """A gate whose clock is wrong."""
    later = base.t0 + 3600
    first = base.gate(f"@{later} {base.code}\n", "--dangerous-timed-lines",
                      "--dangerous-at", later)[0]
    row("clock an hour ahead: first visitor", "stale, and the gate's clock may be wrong",
        full(first), first["code"] == "stale" and "clock" in full(first))
    then = base.gate(f"@{base.t0} {base.code}\n@{later} {base.code}\n",
                     "--dangerous-timed-lines")[1]
    row("a stale code, and the clock proved", "stale, and no word of the clock", full(then),
        then["code"] == "stale" and "clock" not in full(then))
    earlier = base.t0 - 3600
    first = base.gate(f"@{earlier} {base.code}\n", "--dangerous-timed-lines",
                      "--dangerous-at", earlier)[0]
    row("clock an hour behind: first visitor", "the gate's clock is named", full(first),
        "clock" in full(first))
    with tempfile.TemporaryDirectory() as state:
        words = ["gate", *base.open_policy, "--json", "--state", state + "/s"]
        for at in (base.t0 + 86400, base.t0):
            code, out, err = lp(*words, "--dangerous-at", at, stdin=base.present(at) + "\n")
            if at > base.t0:
                answer = json.loads(out.splitlines()[0])
                row("a start with the clock of tomorrow", "let in", full(answer), is_in(answer))
        answers = [json.loads(line) for line in out.splitlines() if '"light"' in line]
        row("the next start, today", "out of order, or an error: the clock",
            "; ".join(map(full, answers)) + err,
            (answers and is_ours(answers[0]) and "clock" in full(answers[0])) or "clock" in err)
    for name, damage in (("cut", lambda data: data[:len(data) // 3]),
                         ("zeros", lambda data: bytes(len(data))),
                         ("of another program", lambda data: b"SQLite format 3\0" + bytes(4096))):
        with tempfile.TemporaryDirectory() as state:
            words = ["gate", *base.open_policy, "--json", "--state", state + "/s"]
            lp(*words, "--dangerous-at", base.t0, stdin=base.code + "\n")
            store = max((f for f in pathlib.Path(state).rglob("*") if f.is_file()),
                        key=lambda f: f.stat().st_size)
            store.write_bytes(damage(store.read_bytes()))
            _, out, err = lp(*words, "--dangerous-at", base.t0, stdin=base.code + "\n")
            row(f"memory on disk: {name}", "never red, never let in; the file is named", out + err,
                '"red"' not in out and '"opens":true' not in out
                and store.name in out + err and "panicked" not in err)
