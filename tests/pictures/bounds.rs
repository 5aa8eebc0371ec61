//! What a scanner remembers, however long it runs and whatever it is shown.

use livepermit::Verifier;
use livepermit_gate::Gate;
use livepermit_gate::scan::{Judge, Scanner};

use super::desk::{LEFT, RIGHT, at, look, pass, scanner, show};

/// How many codes it follows, as its Debug says.
fn following<J: Judge>(scanner: &Scanner<J>) -> usize {
    let shown = format!("{scanner:?}");
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn at_most_32_codes_are_remembered_and_none_for_long() {
    let mut scanner = scanner();
    let mut most = 0;
    // Each at a place of its own, so that none continues another.
    for number in 0..55 {
        let text = format!("LP1:{number:03}");
        let place = (LEFT.0 + number % 11 * 64, LEFT.1 + number / 11 * 64);
        assert_eq!(look(&mut scanner, &[(&text, place)], at(0)), ["malformed"]);
        most = most.max(following(&scanner));
    }
    assert_eq!(most, 32);
    assert_eq!(look(&mut scanner, &[], at(3)), [""; 0]);
    assert_eq!(following(&scanner), 0);
}

#[test]
fn who_stays_in_view_is_not_forgotten_for_all_that_comes_and_goes_beside() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(0)), ["accepted"]);
    // Within one second, each at a place of its own: left of it, right of it, and below.
    let columns = [20, 84, 148, 212, 276, 704].map(|x| [20, 84, 148, 212, 276].map(|y| (x, y)));
    let places = columns.into_iter().flatten().chain([440, 504, 568, 632].map(|x| (x, 276)));
    for (number, place) in places.enumerate() {
        let other = format!("LP1:{number:03}");
        let mut told = look(&mut scanner, &[(&other, place), (&text, RIGHT)], at(0));
        told.sort_unstable();
        assert_eq!(told, ["held", "malformed"], "{number}");
    }
    assert_eq!(following(&scanner), 32);
}

#[test]
fn a_clock_that_is_set_back_forgets_nobody_at_once_and_keeps_nobody_for_ever() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(1000)));
    assert_eq!(show(&mut scanner, &text, at(1000)), "accepted");
    assert_eq!(show(&mut scanner, &text, at(999)), "held");
    assert_eq!(look(&mut scanner, &[], at(10)), [""; 0]);
    assert_eq!(following(&scanner), 1);
    assert_eq!(look(&mut scanner, &[], at(13)), [""; 0]);
    assert_eq!(following(&scanner), 0);
}

#[test]
fn a_scanner_can_be_sent_to_another_thread() {
    fn sendable<T: Send + 'static>() {}
    sendable::<Scanner<Gate>>();
    sendable::<Scanner<Verifier>>();
    sendable::<Scanner<std::sync::Arc<Gate>>>();
}
