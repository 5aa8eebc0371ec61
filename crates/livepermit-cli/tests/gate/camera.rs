//! A gate that is fed by a camera.

use std::time::{Duration, Instant};

use livepermit::{qr::ErrorCorrection, qr::QrCode};
use serde_json::Value;

use crate::desk::{Desk, NOW};

const WIDTH: usize = 360;
const HEIGHT: usize = 360;

/// A grey frame with a code, five pixels a module.
fn frame(text: Option<&str>) -> Vec<u8> {
    let mut pixels = vec![150; WIDTH * HEIGHT];
    let Some(text) = text else { return pixels };
    let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
    let side = (code.width() + 8) * 5;
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / 5).checked_sub(4).filter(|at| *at < code.width());
            let dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            pixels[(20 + y) * WIDTH + 20 + x] = if dark { 30 } else { 220 };
        }
    }
    pixels
}

fn words(desk: &Desk, more: &[&str]) -> Vec<String> {
    let mut words = desk.gate_words(&["--frames", "360x360"]);
    words.retain(|word| word != "--dangerous-timed-lines");
    words.extend(more.iter().map(|&word| word.to_owned()));
    words
}

/// A camera that sends nothing is the gate's fault, and is shown for as long as it lasts.
#[test]
fn a_silent_camera_is_out_of_order_until_it_sends() {
    let desk = Desk::new();
    let mut gate = desk.start(&words(&desk, &[]));
    let until = |what: &str, is_done: &dyn Fn() -> bool| {
        let end = Instant::now() + Duration::from_secs(60);
        while !is_done() {
            assert!(Instant::now() < end, "in vain: {what}: {}", desk.errors());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let health = || std::fs::read_to_string(desk.path("state/health.json")).unwrap_or_default();
    until("shown", &|| health().contains("\"code\":\"frames-missing\""));
    assert!(health().contains("\"out_of_order\":true"), "{}", health());
    assert!(desk.errors().contains("no whole frame came"), "{}", desk.errors());
    gate.write(&frame(None));
    until("over", &|| desk.errors().contains("the frames are right again"));
    assert_eq!(gate.finish(), 0);
    assert!(health().contains("\"warnings\":[]"), "{}", health());
}

fn told(out: &str) -> Vec<(String, bool)> {
    let objects = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects
        .map(|object| {
            (object["code"].as_str().unwrap().to_owned(), object["opens"].as_bool().unwrap())
        })
        .collect()
}

#[test]
fn each_code_is_told_once_and_a_copy_is_refused() {
    let desk = Desk::new();
    let (one, two) = (desk.pass("BJ-1", NOW), desk.pass("BJ-2", NOW));
    let mut frames = Vec::new();
    let mut show = |text: Option<&str>, count: usize| {
        for _ in 0..count {
            frames.extend(frame(text));
        }
    };
    // Ten frames a second.
    show(Some(&one), 10);
    show(Some(&two), 10);
    show(None, 40);
    // A copy of the first, six seconds later; then a poster; then when it is stale.
    show(Some(&one), 5);
    show(Some("HTTPS://POSTER.EXAMPLE"), 5);
    show(None, 260);
    show(Some(&one), 5);
    let ran =
        desk.run_with(&words(&desk, &["--dangerous-fps", "10", "--log", "gate.jsonl"]), &frames);
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = [
        ("accepted", true),
        ("accepted", true),
        ("already-used", false),
        ("not-ours", false),
        ("stale", false),
    ];
    assert_eq!(told(&ran.out), expected.map(|(code, opens)| (code.to_owned(), opens)));
    // The log has the same, and nothing of what the poster held.
    let log = desk.text("gate.jsonl");
    assert_eq!(
        log.lines().filter(|line| line.contains("\"event\":\"code\"")).count(),
        expected.len()
    );
    assert!(!log.contains("POSTER"), "{log}");
    // Refused permits stand in the log under their id, as accepted permits do.
    let permits: Vec<Option<String>> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|event| event["event"] == "code")
        .map(|event| event["permit"].as_str().map(str::to_owned))
        .collect();
    let [first, second, copy, None, stale] = &permits[..] else { panic!("{permits:?}") };
    assert!(first.is_some() && second.is_some() && first != second, "{permits:?}");
    assert_eq!((copy, stale), (first, first));
    let health: Value = serde_json::from_str(&desk.text("state/health.json")).unwrap();
    assert_eq!(health["frames"]["total"], 335, "{health}");

    // A gate that starts again has forgotten nothing.
    let ran = desk.run_with(&words(&desk, &["--dangerous-fps", "10"]), &frame(Some(&two)));
    assert_eq!(told(&ran.out), [("already-used".to_owned(), false)]);
}

#[test]
fn misuses() {
    let desk = Desk::new();
    let one = frame(None);
    desk.run_with(&words(&desk, &[]), b"").failed("no frame came");
    desk.run_with(&words(&desk, &[]), &one[1..])
        .failed("frame 0 is cut short: 129599 bytes of 129600");
    desk.run_with(&words(&desk, &["--input", "missing"]), b"").failed("there is no file missing");
    desk.run_with(&words(&desk, &["--full-screen"]), &one).failed("--full-screen needs a terminal");
    let text: Vec<String> =
        words(&desk, &["--full-screen"]).into_iter().filter(|word| word != "--json").collect();
    desk.run_with(&text, &one).failed("--full-screen needs a terminal");
    let ran = desk.run(&desk.gate_words(&["--frames", "360"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("1280x720"), "{}", ran.err);
}

#[test]
fn the_bell_tells_who_is_let_in() {
    let desk = Desk::new();
    let pass = desk.pass("BJ-1", NOW);
    let ran = desk.run_with(&words(&desk, &["--sound"]), &frame(Some(&pass)));
    assert_eq!(ran.err.matches('\x07').count(), 1, "{ran:?}");
    let ran = desk.run_with(&words(&desk, &["--sound"]), &frame(Some("HTTPS://POSTER.EXAMPLE")));
    assert_eq!(ran.err.matches('\x07').count(), 2, "{ran:?}");
}

#[test]
fn lists_are_loaded_between_frames() {
    let desk = Desk::new();
    // Each frame is a second later than the one before.
    let mut gate = desk.start(&words(&desk, &["--dangerous-fps", "1"]));
    gate.write(&frame(Some(&desk.pass("BJ-1", NOW))));
    assert_eq!(gate.read()["code"], "accepted");
    let now = (NOW + 1).to_string();
    let list = ["--root-key", "root.pem", "--out", "trust.cwt", "--at", &now];
    let key = ["--issuer", "bj.example", "--class", crate::desk::CLASS, "--use", "pass"];
    let other = ["--issuer-key", "other.pub"];
    desk.ok(&[&["trust", "add"][..], &list, &key, &other].concat());
    desk.ok(&[&["trust", "remove", "--issuer-key", "issuer.pub"][..], &list].concat());
    gate.write(&frame(Some(&desk.pass("BJ-2", NOW))));
    assert_eq!(gate.read()["code"], "unknown-key");
    assert!(desk.errors().contains("trust.cwt is loaded"), "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
}

/// A picture as a camera takes it: light that changes slowly, and things with edges. Each frame has
/// noise of its own.
fn scene(width: usize, height: usize, bytes: usize, number: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width * height * bytes);
    for y in 0..height {
        for x in 0..width {
            let light = 40 + x * 70 / width + y * 30 / height;
            let thing = if (x / 70 + y / 50) % 3 == 0 { 50 } else { 0 };
            let noise = ((x * 73_856_093) ^ (y * 19_349_663) ^ (number * 83_492_791)) % 5;
            for colour in 0..bytes {
                pixels.push(u8::try_from(light + thing + noise + colour * 20).unwrap());
            }
        }
    }
    pixels
}

/// What the gate says on standard error about three seconds of frames.
fn said_of(frames: &[u8], size: &str, format: &str) -> String {
    let desk = Desk::new();
    let mut words =
        desk.gate_words(&["--frames", size, "--pix-fmt", format, "--dangerous-fps", "10"]);
    words.retain(|word| word != "--dangerous-timed-lines");
    desk.run_with(&words, frames).err
}

#[test]
fn frames_that_cannot_be_right_are_told() {
    let grey: Vec<u8> = (0..30).flat_map(|number| scene(640, 360, 1, number)).collect();
    let colour: Vec<u8> = (0..30).flat_map(|number| scene(640, 360, 3, number)).collect();
    // Blinds: rows that differ from the rows above them.
    let blinds = |y: usize| if y % 4 < 2 { 30 } else { 200 };
    let striped: Vec<u8> = (0..30 * 360).flat_map(|y| vec![blinds(y); 640]).collect();
    for (frames, size, format) in
        [(&grey, "640x360", "gray"), (&colour, "640x360", "rgb24"), (&striped, "640x360", "gray")]
    {
        let said = said_of(frames, size, format);
        assert!(!said.contains("cannot be"), "{size} {format}: {said}");
        assert!(said.contains("30 frame(s) came, and 0 code(s) were answered"), "{said}");
    }
    for (frames, size, format, row) in [
        (&grey, "600x360", "gray", "rows of 640 bytes do"),
        (&grey, "360x640", "gray", "rows of 640 bytes do"),
        (&grey, "320x240", "rgb24", "rows of 640 bytes do"),
        (&colour, "640x360", "gray", "rows of 1920 bytes do"),
        (&colour, "640x360", "yuyv422", "rows of 1920 bytes do"),
    ] {
        let said = said_of(frames, size, format);
        assert!(said.contains(&format!("the frames cannot be {size} {format}")), "{said}");
        assert!(said.contains(row) && said.contains("--pix-fmt"), "{size} {format}: {said}");
    }
}
