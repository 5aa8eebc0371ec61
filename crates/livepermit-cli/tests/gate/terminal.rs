//! A gate in a terminal: signals, and a terminal that goes away.
#![cfg(unix)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcsetwinsize};

use crate::desk::{Desk, NOW};
use crate::once::words_by_the_clock;

pub(crate) fn send(process: u32, signal: Signal) {
    let process = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A new terminal: the end of a window, and the end of a program.
pub(crate) fn terminal() -> (OwnedFd, File) {
    let window = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    // A gate that holds the window itself would never miss it.
    fcntl_setfd(&window, FdFlags::CLOEXEC).unwrap();
    grantpt(&window).unwrap();
    unlockpt(&window).unwrap();
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(rustix::fs::OFlags::NOCTTY.bits().cast_signed())
        .open(name_of(&window))
        .unwrap();
    (window, program)
}

/// What a window is sent, as it comes.
pub(crate) fn what_is_sent_to(window: OwnedFd) -> Receiver<Vec<u8>> {
    let (sender, chunks) = channel();
    let mut window = File::from(window);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = window.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    chunks
}

/// The path of the program's end.
fn name_of(window: &OwnedFd) -> PathBuf {
    let name = ptsname(window, Vec::new()).unwrap();
    std::ffi::OsStr::from_bytes(name.as_bytes()).into()
}

pub(crate) fn spawn(
    desk: &Desk,
    words: &[String],
    out: impl Into<Stdio>,
    err: impl Into<Stdio>,
) -> Child {
    Command::new(env!("CARGO_BIN_EXE_livepermit"))
        .args(words)
        .current_dir(desk.path("."))
        .envs([("LC_ALL", "C"), ("TZ", "UTC")])
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(err)
        .spawn()
        .unwrap()
}

#[test]
fn a_gate_whose_terminal_is_gone_ends() {
    let desk = Desk::new();
    let (window, program) = terminal();
    let words = desk.gate_words(&["--log", "log.jsonl"]);
    let err = program.try_clone().unwrap();
    let mut gate = spawn(&desk, &words, Stdio::piped(), err);
    let mut input = gate.stdin.take().unwrap();
    let mut output = BufReader::new(gate.stdout.take().unwrap());
    let mut ask = |code: &str| {
        input.write_all(format!("@{NOW} {code}\n").as_bytes()).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains("\"code\":\"not-ours\""), "{line:?}");
    };
    ask("a");
    // While the terminal is there, the signal is about the log.
    std::fs::rename(desk.path("log.jsonl"), desk.path("old")).unwrap();
    send(gate.id(), Signal::HUP);
    wait_until("no new log", || desk.path("log.jsonl").exists());
    ask("b");
    drop(window);
    // Programs that another test starts at this moment hold the window for a moment more.
    wait_until("the terminal stays", || !program.is_terminal());
    send(gate.id(), Signal::HUP);
    wait_until("it goes on", || gate.try_wait().unwrap().is_some());
    assert_eq!(gate.wait().unwrap().code(), Some(0));
}

#[test]
fn a_polite_end_gives_the_terminal_back() {
    for (signal, log) in
        [(Signal::INT, false), (Signal::TERM, false), (Signal::HUP, false), (Signal::TERM, true)]
    {
        let desk = Desk::new();
        let (window, program) = terminal();
        let more: &[&str] = if log { &["--log", "log.jsonl"] } else { &[] };
        let mut words = desk.gate_words(&[more, &["--full-screen"]].concat());
        words.retain(|word| word != "--json");
        let err = program.try_clone().unwrap();
        let mut gate = spawn(&desk, &words, program, err);
        let mut window = File::from(window);
        let mut shown = Vec::new();
        let mut buffer = [0; 4096];
        let has = |shown: &[u8], text: &str| String::from_utf8_lossy(shown).contains(text);
        while !has(&shown, "Show your code") {
            let count = window.read(&mut buffer).unwrap();
            shown.extend(&buffer[..count]);
        }
        send(gate.id(), signal);
        // On Linux the end of a terminal is an error.
        while let Ok(count @ 1..) = window.read(&mut buffer) {
            shown.extend(&buffer[..count]);
        }
        assert_eq!(gate.wait().unwrap().code(), Some(0), "{signal:?}");
        assert!(has(&shown, "\u{1b}[?1049l"), "{signal:?}: the terminal is not given back");
    }
}

#[test]
fn a_screen_that_waits_says_that_the_memory_was_lost() {
    let desk = Desk::new();
    let mut words = words_by_the_clock(&desk, &[]);
    desk.ok(&words);
    std::fs::remove_file(desk.path("state/used.redb")).unwrap();
    words.retain(|word| word != "--json");
    words.push("--full-screen".to_owned());
    let (window, program) = terminal();
    let size = Winsize { ws_row: 24, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&window, size).unwrap();
    let mut gate = spawn(&desk, &words, program, Stdio::null());
    let chunks = what_is_sent_to(window);
    // Nobody comes, and who stands beside sees it all the same.
    let mut shown = Vec::new();
    while !String::from_utf8_lossy(&shown).contains("the memory of used codes was lost") {
        let chunk = chunks.recv_timeout(Duration::from_secs(60));
        shown.extend(chunk.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&shown))));
    }
    send(gate.id(), Signal::TERM);
    assert_eq!(gate.wait().unwrap().code(), Some(0));
}

/// A serial device hands on what comes at once, echoes nothing, and has no end.
#[test]
fn a_scanner_that_is_unplugged_ends_the_gate_with_an_error() {
    let desk = Desk::new();
    let (window, program) = terminal();
    let device = name_of(&window);
    let words = desk.gate_words(&["--input", device.to_str().unwrap(), "--pause", "100"]);
    let mut gate = spawn(&desk, &words, Stdio::piped(), Stdio::piped());
    let mut output = BufReader::new(gate.stdout.take().unwrap());
    // Before, the terminal waits for the end of a line and echoes.
    let is_raw = || {
        let modes = rustix::termios::tcgetattr(&program).unwrap().local_modes;
        !modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
    };
    wait_until("the device is not set up", is_raw);
    let mut window = File::from(window);
    window.write_all(format!("@{NOW} {}", desk.pass("BJ-1", NOW)).as_bytes()).unwrap();
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.contains("\"opens\":true"), "{line:?}");
    drop((window, program));
    let ended = gate.wait_with_output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{told}");
    assert!(told.contains("the scanner is gone"), "{told}");
}
