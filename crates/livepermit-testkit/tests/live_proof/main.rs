//! The whole way, played: phones whose codes change on schedule, before a camera with its noise,
//! into a scanner; people with slips of paper; beside them people who show a recording of another's
//! screen, or a copy of another's slip. 200 frames by default; `LIVEPERMIT_PROOF_FRAMES=10000` plays more.
//!
//! `cargo test -p livepermit-testkit --features camera --test live_proof -- --nocapture` prints the
//! figures of `docs/scanning.md`.
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

mod cast;
mod gate;

use cast::{Person, Role};
use gate::RecordedGate;
use livepermit_testkit::camera::{Creases, Pose, Random, Sheet};

/// Frames a second.
const RATE: u64 = 30;

#[test]
fn the_first_is_let_in_once_and_every_recording_refused() {
    let frames =
        std::env::var("LIVEPERMIT_PROOF_FRAMES").map_or(200, |count| count.parse().unwrap());
    let mut gate = RecordedGate::new();
    let mut random = Random::new(20_260_921);
    let scenes: [fn(&mut RecordedGate, &mut Random); 7] = [
        recording_afterwards,
        recording_beside,
        hand_over,
        side_by_side,
        frozen_app,
        passes,
        slips,
    ];
    // Whole rounds, so that a short run has every scene too.
    while gate.frames() < frames {
        for scene in scenes {
            scene(&mut gate, &mut random);
            // Nobody for a while: the next visitors are others.
            gate.wait(120);
        }
    }
    gate.report();
}

fn one(random: &mut Random) -> Pose {
    Pose { distance: random.between(280.0, 340.0), x: random.between(-0.1, 0.1), ..tilted(random) }
}

fn left(random: &mut Random) -> Pose {
    Pose { distance: random.between(320.0, 350.0), x: -0.25, ..tilted(random) }
}

fn right(random: &mut Random) -> Pose {
    Pose { x: 0.25, ..left(random) }
}

fn tilted(random: &mut Random) -> Pose {
    Pose {
        yaw: random.between(-12.0, 12.0),
        pitch: random.between(-12.0, 12.0),
        roll: random.between(-8.0, 8.0),
        y: random.between(-0.05, 0.05),
        ..Pose::default()
    }
}

/// A visitor stays for the next code of the phone. The recording comes 10 s, 30 s and a day later,
/// alone.
fn recording_afterwards(gate: &mut RecordedGate, random: &mut Random) {
    let (person, start) = (Person::new(gate, random), gate.now());
    let pose = one(random);
    let holder = gate.role(Role::Holder(&person));
    gate.approach(&[holder.showing(person.code(start), pose)], random);
    // Every tenth frame, until after the next code.
    for _ in 0..RATE * 12 / 10 {
        gate.skip(10);
        gate.look(&[holder.showing(person.code(gate.now()), pose)], random);
    }
    let (first, second) = (person.code(start), person.code(start.plus(10)));
    for (delay, first_verdict, second_verdict) in [
        (10, "already-used", "cooling-down"),
        (30, "stale", "stale"),
        (86_400, "expired", "expired"),
    ] {
        gate.wait_until(start.plus(delay));
        gate.wait(4);
        let pose = one(random);
        let recorded = gate.role(Role::Copy(first_verdict));
        gate.approach(&[recorded.showing(first.clone(), pose)], random);
        gate.wait_until(start.plus(delay + 10));
        let recorded = gate.role(Role::Copy(second_verdict));
        gate.approach(&[recorded.showing(second.clone(), pose)], random);
    }
}

/// The visitor stays; at the other side somebody shows what the screen showed 10 s and 30 s ago.
fn recording_beside(gate: &mut RecordedGate, random: &mut Random) {
    let (person, start) = (Person::new(gate, random), gate.now());
    let (here, there) = (left(random), right(random));
    let holder = gate.role(Role::Holder(&person));
    gate.approach(&[holder.showing(person.code(start), here)], random);
    let mut recorded = None;
    for _ in 0..RATE * 42 / 15 {
        gate.skip(15);
        let now = gate.now();
        let mut shown = vec![holder.showing(person.code(now), here)];
        let age = now.seconds_since(start);
        let (number, verdict) = match age {
            11..20 => (1, "already-used"),
            20..30 => (2, "cooling-down"),
            // The code of the beginning, half a minute old.
            30.. => (3, "stale"),
            _ => (0, ""),
        };
        if number > 0 {
            let (_, copy) = recorded
                .take_if(|(known, _)| *known == number)
                .unwrap_or_else(|| (number, gate.role(Role::Copy(verdict))));
            let made = if number == 2 { start.plus(10) } else { start };
            shown.push(copy.showing(person.code(made), there));
            recorded = Some((number, copy));
        }
        gate.look(&shown, random);
    }
}

/// One after another at the same place, without a pause between.
fn hand_over(gate: &mut RecordedGate, random: &mut Random) {
    let pose = one(random);
    for _ in 0..4 {
        let person = Person::new(gate, random);
        let holder = gate.role(Role::Holder(&person));
        for _ in 0..6 {
            gate.look(&[holder.showing(person.code(gate.now()), pose)], random);
        }
    }
}

/// Two with permits of their own, who change places, then one with a poster beside.
fn side_by_side(gate: &mut RecordedGate, random: &mut Random) {
    let (one, two) = (Person::new(gate, random), Person::new(gate, random));
    let (first, second) = (gate.role(Role::Holder(&one)), gate.role(Role::Holder(&two)));
    let (here, there) = (left(random), right(random));
    let start = gate.now();
    let texts = (one.code(start), two.code(start));
    gate.approach(
        &[first.showing(texts.0.clone(), here), second.showing(texts.1.clone(), there)],
        random,
    );
    for _ in 0..3 {
        gate.look(
            &[first.showing(texts.0.clone(), there), second.showing(texts.1.clone(), here)],
            random,
        );
    }
    let three = Person::new(gate, random);
    let (third, poster) = (gate.role(Role::Holder(&three)), gate.role(Role::Poster));
    for _ in 0..5 {
        let text = "HTTPS://POSTER.EXAMPLE/A-LONG-WAY-TO-READ-BUT-NO-PERMIT-AT-ALL".to_owned();
        gate.look(&[third.showing(three.code(start), here), poster.showing(text, there)], random);
    }
}

/// The app shows an old picture, then its live code.
fn frozen_app(gate: &mut RecordedGate, random: &mut Random) {
    let person = Person::new(gate, random);
    let (start, pose) = (gate.now(), one(random));
    gate.wait(60);
    let frozen = gate.role(Role::Copy("stale"));
    gate.approach(&[frozen.showing(person.code(start), pose)], random);
    let live = gate.role(Role::Holder(&person));
    let now = gate.now();
    gate.approach(&[live.showing(person.code(now), pose)], random);
}

/// A pass, which is bound to no phone: the screenshot of it beside is a copy all the same.
fn passes(gate: &mut RecordedGate, random: &mut Random) {
    let person = Person::with_pass(gate);
    let (start, here, there) = (gate.now(), left(random), right(random));
    let holder = gate.role(Role::Holder(&person));
    let shown = holder.showing(person.code(start), here);
    gate.approach(std::slice::from_ref(&shown), random);
    gate.wait(2);
    gate.look(std::slice::from_ref(&shown), random);
    gate.wait(2);
    let copy = gate.role(Role::Copy("already-used"));
    for _ in 0..6 {
        gate.look(&[shown.clone(), copy.showing(person.code(start), there)], random);
    }
}

/// As paper lies in a hand: flat, bent, folded before, or crumpled before.
fn paper(random: &mut Random) -> Sheet {
    let bent = |random: &mut Random, tip: f32| Sheet::Bent {
        half_angle: random.between(-12.0, 12.0),
        direction: random.between(0.0, 360.0),
        tip,
    };
    match random.below(5) {
        0 => Sheet::Flat,
        1 => bent(random, f32::INFINITY),
        2 => {
            let tip = random.between(2.0, 5.0);
            bent(random, tip)
        }
        3 => Sheet::Folded {
            angle: random.between(-10.0, 10.0),
            direction: random.between(0.0, 360.0),
            offset: random.between(-12.0, 12.0),
            radius: random.between(0.3, 2.0),
        },
        _ => Sheet::Crumpled(Creases::random(6.0, random)),
    }
}

/// Slips, one after another at the same place. Of the first, somebody beside shows a photocopy, and
/// a third a photo on a phone afterwards. Nothing but the cool-down keeps copies of slips out, so
/// the copies come before its end.
fn slips(gate: &mut RecordedGate, random: &mut Random) {
    let (here, there) = (left(random), right(random));
    let person = Person::with_slip(gate);
    let text = person.code(gate.now());
    let holder = gate.role(Role::Holder(&person));
    let slip = holder.showing(text.clone(), here).on(paper(random));
    gate.approach(std::slice::from_ref(&slip), random);
    for _ in 0..2 {
        gate.wait(2);
        gate.look(std::slice::from_ref(&slip), random);
    }
    let copy = gate.role(Role::SlipCopy("cooling-down"));
    let copied = copy.showing(text.clone(), there).on(paper(random));
    for _ in 0..6 {
        gate.look(&[slip.clone(), copied.clone()], random);
    }
    gate.wait(10);
    let photo = gate.role(Role::SlipCopy("cooling-down"));
    gate.approach(&[photo.showing(text, one(random))], random);
    let pose = one(random);
    for _ in 0..3 {
        let person = Person::with_slip(gate);
        let holder = gate.role(Role::Holder(&person));
        let slip = holder.showing(person.code(gate.now()), pose).on(paper(random));
        for _ in 0..6 {
            gate.look(std::slice::from_ref(&slip), random);
        }
    }
}
