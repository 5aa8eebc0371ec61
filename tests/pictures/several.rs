//! Several codes in view, and one person after another.

use livepermit::{qr::ErrorCorrection, qr::QrCode};
use livepermit_gate::scan::ScanEvent;
use livepermit_testkit::{Phone, draw};

use super::desk::{
    HEIGHT, LEFT, RIGHT, WIDTH, at, frame, look, pass, picture, scanner, show, words,
};

#[test]
fn the_next_person_is_judged_at_once() {
    let mut scanner = scanner();
    let texts: Vec<String> = (0..5).map(|number| pass(&format!("BJ-{number}"), at(0))).collect();
    for text in &texts {
        assert_eq!(show(&mut scanner, text, at(1)), "accepted");
        assert_eq!(show(&mut scanner, text, at(1)), "held");
    }
    // The first of them again, though a moment ago it was at this place: other codes were there
    // since.
    assert_eq!(show(&mut scanner, &texts[0], at(1)), "already-accepted-here");
}

#[test]
fn two_in_one_frame_get_a_verdict_each() {
    let mut scanner = scanner();
    let (one, two) = (pass("BJ-1", at(0)), pass("BJ-2", at(0)));
    let pixels = picture(&[(&one, LEFT), (&two, RIGHT)]);
    let mut subjects = Vec::new();
    for event in scanner.scan(&frame(&pixels), at(0)).unwrap() {
        let ScanEvent::Accepted { accepted, corners } = event else { panic!("{event:?}") };
        let side = if corners[0].x < RIGHT.0 as f32 { "left" } else { "right" };
        subjects.push((side, accepted.verified().subject().to_owned()));
    }
    subjects.sort();
    assert_eq!(subjects, [("left", "BJ-1".to_owned()), ("right", "BJ-2".to_owned())]);
    assert_eq!(look(&mut scanner, &[(&one, LEFT), (&two, RIGHT)], at(1)), ["held", "held"]);
    // They change places.
    assert_eq!(look(&mut scanner, &[(&two, LEFT), (&one, RIGHT)], at(1)), ["held", "held"]);
}

#[test]
fn a_copy_beside_is_not_the_one_that_was_let_in() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(0)), ["accepted"]);
    assert_eq!(
        look(&mut scanner, &[(&text, LEFT), (&text, RIGHT)], at(1)),
        ["already-accepted-here", "held"]
    );
    assert_eq!(look(&mut scanner, &[(&text, LEFT), (&text, RIGHT)], at(2)), ["held", "held"]);
    let (mut scanner, text) = (super::desk::scanner(), pass("BJ-1", at(0)));
    assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(0)), ["accepted"]);
    for second in 1..5 {
        assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(second)), ["held"]);
    }
    assert_eq!(
        look(&mut scanner, &[(&text, LEFT), (&text, RIGHT)], at(5)),
        ["already-used", "held"]
    );
}

#[test]
fn two_copies_that_come_together_let_in_one() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    let mut first = look(&mut scanner, &[(&text, LEFT), (&text, RIGHT)], at(0));
    first.sort_unstable();
    assert_eq!(first, ["accepted", "already-accepted-here"]);
    assert_eq!(look(&mut scanner, &[(&text, LEFT), (&text, RIGHT)], at(1)), ["held", "held"]);
}

#[test]
fn the_same_permit_beside_the_phone_that_was_let_in_is_refused() {
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    let (first, next) = (phone.code(at(0)), phone.code(at(10)));
    assert_eq!(look(&mut scanner, &[(&first, LEFT)], at(9)), ["accepted"]);
    // The phone goes on to its next code; the accomplice shows the first, or the next as a relay
    // would.
    assert_eq!(
        look(&mut scanner, &[(&next, LEFT), (&first, RIGHT)], at(10)),
        ["held", "already-accepted-here"]
    );
    assert_eq!(
        look(&mut scanner, &[(&next, LEFT), (&next, RIGHT)], at(11)),
        ["held", "cooling-down"]
    );
    assert_eq!(look(&mut scanner, &[(&next, LEFT), (&next, RIGHT)], at(12)), ["held", "held"]);
}

#[test]
fn another_phone_at_the_place_of_the_one_that_was_let_in_is_judged() {
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    let (other_phone, other_person) = (Phone::of("BJ-1", 3), Phone::of("BJ-2", 4));
    assert_eq!(show(&mut scanner, &phone.code(at(0)), at(0)), "accepted");
    // The same permit on a second phone is not the visitor who was let in.
    assert_eq!(show(&mut scanner, &other_phone.code(at(1)), at(1)), "cooling-down");
    assert_eq!(show(&mut scanner, &other_person.code(at(1)), at(1)), "accepted");
    // A code of the first, older than the one it was let in with.
    let mut scanner = super::desk::scanner();
    assert_eq!(show(&mut scanner, &phone.code(at(5)), at(5)), "accepted");
    assert_eq!(show(&mut scanner, &phone.code(at(2)), at(6)), "superseded");
}

#[test]
fn a_permit_among_posters() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    let poster = "HTTPS://POSTER.EXAMPLE";
    assert_eq!(
        look(&mut scanner, &[(&text, LEFT), (poster, RIGHT)], at(0)),
        ["accepted", "foreign"]
    );
    assert_eq!(look(&mut scanner, &[(&text, LEFT), (poster, RIGHT)], at(1)), ["held", "held"]);
    assert_eq!(
        look(&mut scanner, &[(&pass("BJ-2", at(0)), LEFT), (poster, RIGHT)], at(1)),
        ["accepted", "held"]
    );
}

#[test]
fn a_small_code_beside_a_large_poster_is_judged_soon_and_held() {
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    let scene = |text: &str| {
        let mut pixels = vec![150; WIDTH * HEIGHT];
        for (text, place, scale) in [("HTTPS://POSTER.EXAMPLE", LEFT, 8), (text, RIGHT, 2)] {
            draw(
                &mut pixels,
                WIDTH,
                &QrCode::encode(text, ErrorCorrection::Medium).unwrap(),
                place,
                scale,
            );
        }
        pixels
    };
    let mut told = Vec::new();
    // Five frames a second, in which the phone changes its code twice.
    for number in 0..100 {
        let now = at(number / 5);
        let pixels = scene(&phone.code(at(number / 5 / 10 * 10)));
        let news = words(scanner.scan(&frame(&pixels), now).unwrap());
        told.extend(news.into_iter().filter(|word| *word != "held").map(|word| (number, word)));
    }
    assert_eq!(told, [(0, "foreign"), (5, "accepted")]);
}
