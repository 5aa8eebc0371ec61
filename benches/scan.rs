//! What a verdict costs beside reading the frame it comes from.
//!
//! `cargo bench --bench scan --all-features` prints the table in `docs/scanner.md`. All contenders take turns, so that
//! whatever else the machine does falls on each of them alike.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that fails may panic")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use livepermit::qr::{ErrorCorrection, QrCode};
use livepermit::scan::{FrameReader, LumaBuffer, LumaFrame, PixelLayout, ScanEvent, Scanner};
use livepermit::{
    AudiencePolicy, Checkpoint, CheckpointPolicy, ClockState, Holder, Issuer, MemoryReplay, Permit, Place,
    Policy, Recipient, Retention, Revocation, SecretKey, StatusReference, Timestamp, Trust, TrustedKey, Use,
    Validity, Verifier,
};

const ISSUER: &str = "bj.example";
const CLASS: &str = "bj.example:residence";
const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const TURNS: usize = 301;

fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap()
}

fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[1; 32])
}

fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

fn trust() -> Trust {
    let uses = [Use::Pass, Use::Credential];
    Trust::new([TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap()]).unwrap()
}

fn checkpoint(verifier: &Arc<Verifier>) -> Checkpoint {
    let store = MemoryReplay::new(100, Retention::default());
    let place = Place::new("gate-3", "1", "hall").unwrap();
    let rules = CheckpointPolicy::default();
    Checkpoint::new(Arc::clone(verifier), Arc::new(store), place, rules, ClockState::default())
}

fn permit() -> Permit {
    Permit::new("BJ-7F3A9C2E", CLASS).unwrap()
}

fn pass() -> String {
    issuer().prepare_pass(&permit(), None, now()).unwrap().sign(&issuer_key()).unwrap().to_qr_text()
}

fn presentation(device: &SecretKey) -> String {
    let permit = permit().with_status(StatusReference::new("https://s.bj.example/1", 21_893_095).unwrap());
    let credential = issuer()
        .prepare_credential(&permit, &device.public_key(), Validity::default(), now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    holder.prepare(Recipient::Anyone, now()).unwrap().sign(device).unwrap().to_qr_text()
}

/// The code at two thirds of the height on a grey wall, as a phone held up shows it.
fn picture(text: &str) -> Vec<u8> {
    let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
    let side = code.width() + 8;
    let scale = HEIGHT * 2 / 3 / side;
    let (left, top) = ((WIDTH - side * scale) / 2, (HEIGHT - side * scale) / 2);
    let mut pixels = vec![150; WIDTH * HEIGHT];
    for y in 0..side * scale {
        for x in 0..side * scale {
            let module = |at: usize| (at / scale).checked_sub(4).filter(|at| *at < code.width());
            let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            pixels[(top + y) * WIDTH + left + x] = if dark { 30 } else { 220 };
        }
    }
    pixels
}

fn main() {
    let verifier = {
        let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], Revocation::NotChecked);
        Arc::new(Verifier::new(trust(), policy).unwrap())
    };
    println!(
        "| 1280 by 720, one code | reading | verdict of a verifier | of a checkpoint | held | ratios to reading |"
    );
    println!("|---|---:|---:|---:|---:|---|");
    for (name, text) in [
        ("pass", pass()),
        ("presentation, Ed25519", presentation(&SecretKey::from_ed25519_seed(&[2; 32]))),
        ("presentation, P-256", presentation(&SecretKey::from_p256_scalar(&[2; 32]).unwrap())),
    ] {
        let pixels = picture(&text);
        let frame = LumaFrame::new(&pixels, WIDTH as u32, HEIGHT as u32, WIDTH).unwrap();
        let mut reader = FrameReader::new();
        let mut holding = Scanner::new(checkpoint(&verifier));
        holding.scan(&frame, now()).unwrap();
        // One that has not seen the code, for each turn: made before the time is taken.
        let mut checkpoints: Vec<Scanner<Checkpoint>> =
            (0..TURNS).map(|_| Scanner::new(checkpoint(&verifier))).collect();
        let [reading, by_verifier, by_checkpoint, held] = taking_turns(&mut [
            &mut || {
                assert_eq!(black_box(reader.read(&frame).unwrap()).codes().len(), 1);
            },
            &mut || {
                let mut scanner = Scanner::new(Arc::clone(&verifier));
                accepted(&black_box(scanner.scan(&frame, now()).unwrap()));
            },
            &mut || {
                let mut scanner = checkpoints.pop().unwrap();
                accepted(&black_box(scanner.scan(&frame, now()).unwrap()));
            },
            &mut || {
                let events = black_box(holding.scan(&frame, now()).unwrap());
                assert!(matches!(events.as_slice(), [ScanEvent::Held { .. }]));
            },
        ]);
        let ratio = |time: Duration| format!("{:.3}", time.as_secs_f64() / reading.as_secs_f64());
        println!(
            "| {name} | {} | {} | {} | {} | {}, {}, {} |",
            micros(reading),
            micros(by_verifier),
            micros(by_checkpoint),
            micros(held),
            ratio(by_verifier),
            ratio(by_checkpoint),
            ratio(held)
        );
    }
    layouts();
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
        let [time] = taking_turns(&mut [&mut || {
            black_box(buffer.frame(&pixels, WIDTH as u32, HEIGHT as u32, stride, layout).unwrap());
        }]);
        println!("| {layout:?} | {} |", micros(time));
    }
}

/// Medians of so many turns.
fn taking_turns<const COUNT: usize>(contenders: &mut [&mut dyn FnMut(); COUNT]) -> [Duration; COUNT] {
    let mut times = [const { Vec::new() }; COUNT];
    for _ in 0..TURNS {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let start = Instant::now();
            contender();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[TURNS / 2]
    })
}

fn micros(time: Duration) -> String {
    let tenths = time.as_nanos() / 100;
    format!("{}.{} µs", tenths / 10, tenths % 10)
}
