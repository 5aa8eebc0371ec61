//! A gate with a camera, and pictures of what is held before it.

use livepermit::issue::{Person, StatusReference};
use livepermit::qr::{ErrorCorrection, QrCode};
use livepermit::{Permit, Policy, Timestamp};
use livepermit_gate::replay::Retention;
use livepermit_gate::scan::{Judge, ScanEvent, Scanner};
use livepermit_gate::{Gate, MemoryReplay};
use livepermit_qr::read::LumaFrame;
use livepermit_testkit::{CLASS, default_gate, draw, gate_with, issuer, issuer_key, now};

/// So many seconds after everybody got their permits.
pub(crate) fn at(seconds: u64) -> Timestamp {
    now().plus(seconds)
}

/// A gate whose store has room for so many permits.
pub(crate) fn gate_with_room(policy: Policy, capacity: usize) -> Gate {
    let store = MemoryReplay::new(capacity, Retention::default());
    gate_with(policy, |gate| gate.store(store))
}

pub(crate) fn scanner() -> Scanner<Gate> {
    Scanner::new(default_gate())
}

/// A pass of its own subject, made then.
pub(crate) fn pass(subject: &str, made: Timestamp) -> String {
    let permit = Permit::new(subject, CLASS).unwrap();
    issuer().prepare_pass(&permit, None, made).unwrap().sign(&issuer_key()).unwrap().to_qr_text()
}

/// A printed slip, for a year.
pub(crate) fn slip(subject: &str) -> String {
    let status = StatusReference::new("https://bj.example/status/1", 3).unwrap();
    let person = Person::new("王小明").unwrap();
    let permit = Permit::new(subject, CLASS).unwrap().with_person(person).with_status(status);
    let prepared = issuer().prepare_slip(&permit, "48151623", at(0), at(31_536_000)).unwrap();
    prepared.sign(&issuer_key()).unwrap().to_qr_text()
}

pub(crate) const WIDTH: usize = 840;
pub(crate) const HEIGHT: usize = 420;
const SCALE: usize = 4;
/// Where a code lies at the left, and at the right.
pub(crate) const LEFT: (usize, usize) = (20, 20);
pub(crate) const RIGHT: (usize, usize) = (440, 20);

/// What the camera sees: codes with their quiet zones on a grey wall, the left upper corner of
/// each.
pub(crate) fn picture(codes: &[(&str, (usize, usize))]) -> Vec<u8> {
    let mut pixels = vec![150; WIDTH * HEIGHT];
    for (text, place) in codes {
        let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
        draw(&mut pixels, WIDTH, &code, *place, SCALE);
    }
    pixels
}

pub(crate) fn frame(pixels: &[u8]) -> LumaFrame<'_> {
    LumaFrame::new(pixels, WIDTH as u32, HEIGHT as u32, WIDTH).unwrap()
}

/// What a scanner says of a frame with these codes, from left to right: the code of a refusal, or a
/// word.
pub(crate) fn look<J: Judge>(
    scanner: &mut Scanner<J>,
    codes: &[(&str, (usize, usize))],
    now: Timestamp,
) -> Vec<&'static str> {
    words(scanner.scan(&frame(&picture(codes)), now).unwrap())
}

/// One code, at the left.
pub(crate) fn show<J: Judge>(scanner: &mut Scanner<J>, text: &str, now: Timestamp) -> &'static str {
    match look(scanner, &[(text, LEFT)], now).as_slice() {
        [word] => word,
        words => panic!("{words:?}"),
    }
}

pub(crate) fn words<A>(mut events: Vec<ScanEvent<A>>) -> Vec<&'static str> {
    events.sort_by(|a, b| {
        let left = |event: &ScanEvent<A>| event.corners().map_or(0.0, |corners| corners[0].x);
        left(a).total_cmp(&left(b))
    });
    events
        .iter()
        .map(|event| match event {
            ScanEvent::Accepted { .. } => "accepted",
            ScanEvent::Refused { rejection, .. } => rejection.code().as_str(),
            ScanEvent::Foreign { .. } => "foreign",
            ScanEvent::Held { .. } => "held",
            ScanEvent::Unreadable => "unreadable",
            _ => panic!("an event that the tests do not know"),
        })
        .collect()
}
