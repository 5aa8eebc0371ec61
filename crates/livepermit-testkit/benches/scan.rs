//! What a verdict costs beside reading the frame it comes from.
//!
//! `cargo bench -p livepermit-testkit --features camera` prints the table in `docs/scanning.md`.
//! All contenders take turns, so that whatever else the machine does falls on each of them alike.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that fails may panic")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use livepermit::{Permit, SecretKey, Token, Verifier};
use livepermit_gate::Gate;
use livepermit_gate::scan::{ScanEvent, Scanner};
use livepermit_measure::{micros, taking_turns};
use livepermit_qr::draw::{ErrorCorrection, QrCode};
use livepermit_qr::read::{FrameReader, LumaBuffer, LumaFrame, PixelLayout};
use livepermit_testkit::camera::{CONDITIONS, LEVELS, Size};
use livepermit_testkit::{
    CLASS, GATE, draw, ed25519_device, now, p256_device, pass, permit, presentation_of, reference,
    store, verifier,
};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const TURNS: usize = 301;
/// Turns for each of several frames.
const FEWER_TURNS: usize = 41;
/// The entry of the status list that permits name: one of a large list.
const INDEX: u64 = 21_893_095;

fn gate(verifier: &Arc<Verifier>) -> Gate {
    Gate::at(GATE).verifying(Arc::clone(verifier)).store(store()).build().unwrap()
}

/// What a device shows of this permit, which has an entry of the status list.
fn presentation(permit: Permit, device: &SecretKey, index: u64) -> Token {
    let [_, token] = presentation_of(&permit.with_status(reference(index)), device);
    token
}

/// The code at two thirds of the height on a grey wall, sharp and straight: nothing is read more
/// quickly.
fn drawn(text: &str) -> Vec<u8> {
    let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
    let side = code.width() + 8;
    let scale = HEIGHT * 2 / 3 / side;
    let (left, top) = ((WIDTH - side * scale) / 2, (HEIGHT - side * scale) / 2);
    let mut pixels = vec![150; WIDTH * HEIGHT];
    draw(&mut pixels, WIDTH, &code, (left, top), scale);
    pixels
}

/// A phone that shows it, as a camera sees it under a condition of the generator, at each of its
/// levels.
fn seen(text: &str, condition: &str) -> Vec<Vec<u8>> {
    let condition = CONDITIONS.iter().find(|one| one.name == condition).unwrap();
    let places = (0..LEVELS).flat_map(|level| (0..3).map(move |seed| (level, seed)));
    places
        .map(|(level, seed)| condition.frame_showing(text, Size::HD, level, seed).pixels)
        .collect()
}

fn main() {
    let verifier = Arc::new(verifier());
    println!(
        "| 1280 by 720, one code | reading | verdict of a verifier | of a gate | held | ratios to reading |"
    );
    println!("|---|---:|---:|---:|---:|---|");
    for (name, token) in [
        ("pass", pass()),
        ("presentation, Ed25519", presentation(permit(), &ed25519_device(), INDEX)),
        ("presentation, P-256", presentation(permit(), &p256_device(), INDEX)),
    ] {
        let text = token.to_qr_text();
        print_row(&format!("{name}; drawn"), &[measured(&drawn(&text), &verifier, TURNS)]);
        for condition in ["clean", "in a hand"] {
            let all: Vec<_> = seen(&text, condition)
                .iter()
                .map(|pixels| measured(pixels, &verifier, FEWER_TURNS))
                .collect();
            print_row(&format!("{name}; {condition}"), &all);
        }
    }
    layouts();
}

/// Reading a frame, the verdict of a verifier on it, of a gate, and the frame behind. As at a
/// gate, a scanner is kept, with its memory for frames; it forgets the code between two turns by a
/// frame of one pixel, ten seconds later, which costs nothing.
fn measured(pixels: &[u8], verifier: &Arc<Verifier>, turns: usize) -> [Duration; 4] {
    let frame = LumaFrame::new(pixels, WIDTH as u32, HEIGHT as u32, WIDTH).unwrap();
    let nothing = LumaFrame::new(&[0], 1, 1, 1).unwrap();
    let later = now().plus(10);
    let mut reader = FrameReader::new();
    let mut holding = Scanner::new(gate(verifier));
    holding.scan(&frame, now()).unwrap();
    let mut desk = Scanner::new(Arc::clone(verifier));
    // A gate that has not seen the code, but somebody else's before, for each turn: made
    // before the time is taken, and dropped after.
    let before = presentation(Permit::new("BJ-BEFORE", CLASS).unwrap(), &ed25519_device(), 1);
    let in_use = || {
        let lane = gate(verifier);
        lane.admit(&before, now()).unwrap();
        lane
    };
    let mut unused: Vec<Gate> = (0..turns).map(|_| in_use()).collect();
    let mut used = Vec::with_capacity(turns);
    let mut lane = Scanner::new(gate(verifier));
    taking_turns(
        turns,
        &mut [
            &mut || {
                assert_eq!(black_box(reader.read(&frame).unwrap()).codes().len(), 1);
            },
            &mut || {
                accepted(&black_box(desk.scan(&frame, now()).unwrap()));
                desk.scan(&nothing, later).unwrap();
            },
            &mut || {
                used.push(lane.replace_judge(unused.pop().unwrap()));
                accepted(&black_box(lane.scan(&frame, now()).unwrap()));
                lane.scan(&nothing, later).unwrap();
            },
            &mut || {
                let events = black_box(holding.scan(&frame, now()).unwrap());
                assert!(matches!(events.as_slice(), [ScanEvent::Held { .. }]));
            },
        ],
    )
}

/// Medians over the frames: of times, and of the ratios in each of them.
fn print_row(name: &str, frames: &[[Duration; 4]]) {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
    };
    let time = |at: usize| {
        let seconds = frames.iter().map(|times| times[at].as_secs_f64()).collect();
        micros(Duration::from_secs_f64(middle(seconds)))
    };
    let ratio = |at: usize| {
        middle(
            frames.iter().map(|times| times[at].as_secs_f64() / times[0].as_secs_f64()).collect(),
        )
    };
    println!(
        "| {name} | {} | {} | {} | {} | {:.3}, {:.3}, {:.3} |",
        time(0),
        time(1),
        time(2),
        time(3),
        ratio(1),
        ratio(2),
        ratio(3)
    );
}

fn accepted<A>(events: &[ScanEvent<A>]) {
    let [ScanEvent::Accepted { .. }] = events else { panic!("not accepted") };
}

fn layouts() {
    println!("\n| 1280 by 720 to luma | |\n|---|---:|");
    for layout in [PixelLayout::Luma, PixelLayout::Yuyv, PixelLayout::Rgb, PixelLayout::Rgba] {
        let stride = layout.bytes_per_row(WIDTH as u32);
        let pixels = vec![90; stride * HEIGHT];
        let mut buffer = LumaBuffer::new();
        let [time] = taking_turns(
            TURNS,
            &mut [&mut || {
                black_box(
                    buffer.frame(&pixels, WIDTH as u32, HEIGHT as u32, stride, layout).unwrap(),
                );
            }],
        );
        println!("| {layout:?} | {} |", micros(time));
    }
}
