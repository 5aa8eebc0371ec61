//! What a full screen shows, from the smallest terminal to a wall, as a person would see it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use rustix::process::Signal;
use rustix::termios::{Winsize, tcsetwinsize};
use unicode_width::UnicodeWidthStr as _;

use crate::desk::{Desk, NOW};
use crate::terminal::{send, spawn, terminal, what_is_sent_to};

const SIZES: [(u16, u16); 6] = [(30, 8), (40, 10), (80, 24), (120, 40), (24, 50), (200, 60)];

/// The lines of the last whole picture in what a terminal was sent, without colours.
fn last_picture(sent: &str) -> Vec<String> {
    let picture = sent.rsplit("\u{1b}[1;1H").next().unwrap_or_default();
    let mut parts = picture.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // An escape sequence ends with a letter.
        let text = part.split_once(|c: char| c.is_ascii_alphabetic());
        plain.push_str(text.map_or("", |(_, text)| text));
    }
    // The terminal adds a carriage return of its own.
    plain.replace('\r', "").split('\n').map(str::to_owned).collect()
}

/// Waits until a whole picture contains `text`.
fn wait_for(
    text: &str,
    (columns, rows): (u16, u16),
    chunks: &Receiver<Vec<u8>>,
    sent: &mut Vec<u8>,
) -> Vec<String> {
    loop {
        let picture = last_picture(&String::from_utf8_lossy(sent));
        let joined: String = picture.iter().map(|line| line.trim()).collect();
        let is_whole = picture.len() == usize::from(rows)
            && picture.last().is_some_and(|line| line.width() == usize::from(columns));
        if is_whole && joined.contains(text) {
            return picture;
        }
        let chunk = chunks.recv_timeout(Duration::from_secs(60));
        sent.extend(chunk.unwrap_or_else(|_| panic!("no {text}: {picture:#?}")));
    }
}

/// The screens of a gate of this size and language: waiting, then after each code.
fn screens(
    (columns, rows): (u16, u16),
    lang: &str,
    codes: &[(String, &str)],
    waiting: &str,
) -> Vec<Vec<String>> {
    let desk = Desk::new();
    let (window, program) = terminal();
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&window, size).unwrap();
    let mut words = desk.gate_words(&["--full-screen", "--lang", lang]);
    words.retain(|word| word != "--json");
    let mut gate = spawn(&desk, &words, program, Stdio::null());
    let mut input = gate.stdin.take().unwrap();
    let chunks = what_is_sent_to(window);
    let mut sent = Vec::new();
    let mut shown = vec![wait_for(waiting, (columns, rows), &chunks, &mut sent)];
    for (code, expected) in codes {
        input.write_all(format!("@{NOW} {code}\n").as_bytes()).unwrap();
        shown.push(wait_for(expected, (columns, rows), &chunks, &mut sent));
    }
    send(gate.id(), Signal::TERM);
    assert_eq!(gate.wait().unwrap().code(), Some(0));
    shown
}

#[test]
fn every_light_fits_every_screen_and_has_a_shape_of_its_own() {
    let desk = Desk::new();
    for (lang, waiting, yellow, red) in [
        ("en", "Show your code", "YELLOW", "RED"),
        ("zh", "请出示二维码", "通行并核对", "禁止通行"),
    ] {
        for size in SIZES {
            let codes = [
                (desk.pass("BJ-1", NOW), yellow),
                (desk.pass("BJ-2", NOW - 90), red),
                (desk.pass("BJ-3", NOW), yellow),
            ];
            let shown = screens(size, lang, &codes, waiting);
            let mut shapes = BTreeSet::new();
            for picture in &shown {
                for line in picture {
                    assert_eq!(line.width(), usize::from(size.0), "{lang} {size:?}: {line:?}");
                }
            }
            for picture in &shown[1..] {
                let is_shape = |c: char| "█▀▄✓✗!=".contains(c);
                let shape: Vec<String> = picture
                    .iter()
                    .map(|line| line.chars().filter(|c| is_shape(*c)).collect())
                    .collect();
                assert!(shape.iter().any(|line| !line.is_empty()), "{picture:#?}");
                shapes.insert(shape);
            }
            // Yellow twice, and red.
            assert_eq!(shapes.len(), 2, "{lang} {size:?}");
            print_for_people(lang, size, &shown);
        }
    }
}

/// `LIVEPERMIT_SCREENS=FOLDER` keeps the screens for people who look at them.
fn print_for_people(lang: &str, (columns, rows): (u16, u16), shown: &[Vec<String>]) {
    let Some(folder) = std::env::var_os("LIVEPERMIT_SCREENS") else { return };
    for (number, picture) in shown.iter().enumerate() {
        let name = format!("{lang}-{columns}x{rows}-{number}.txt");
        std::fs::write(std::path::Path::new(&folder).join(name), picture.join("\n")).unwrap();
    }
}
