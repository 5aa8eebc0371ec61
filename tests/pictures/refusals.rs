//! Codes that are refused, and what makes them anything else.

use livepermit_gate::ClockState;
use livepermit_gate::scan::Scanner;

use livepermit_testkit::policy;

use super::desk::{LEFT, at, frame, gate_with_room, look, pass, picture, scanner, show};

#[test]
fn a_stale_code_is_refused_once_and_the_next_one_accepted() {
    let (mut scanner, old) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &old, at(40)), "stale");
    for second in 40..50 {
        assert_eq!(show(&mut scanner, &old, at(second)), "held");
    }
    assert_eq!(show(&mut scanner, &pass("BJ-1", at(50)), at(50)), "accepted");
}

#[test]
fn a_code_dated_ahead_is_accepted_once_its_time_has_come() {
    let (mut scanner, early) = (scanner(), pass("BJ-1", at(8)));
    assert_eq!(show(&mut scanner, &early, at(0)), "from-the-future");
    assert_eq!(show(&mut scanner, &early, at(1)), "held");
    assert_eq!(show(&mut scanner, &early, at(2)), "held");
    assert_eq!(show(&mut scanner, &early, at(3)), "accepted");
    assert_eq!(show(&mut scanner, &early, at(4)), "held");
}

#[test]
fn what_is_the_gates_own_fault_is_tried_again() {
    // A clock state from a time to come: the clock was set back.
    let gate = gate_with_room(policy(), 0);
    assert_eq!(gate.clock_state(), ClockState::default());
    let (mut scanner, text) = (Scanner::new(gate), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &text, at(0)), "store-full");
    assert_eq!(show(&mut scanner, &text, at(1)), "held");
    scanner.replace_judge(gate_with_room(policy(), 10));
    // Within the same second nobody is asked again.
    assert_eq!(show(&mut scanner, &text, at(1)), "held");
    assert_eq!(show(&mut scanner, &text, at(2)), "accepted");
    // So too when the clock was set back meanwhile.
    let mut scanner = Scanner::new(gate_with_room(policy(), 0));
    let text = pass("BJ-1", at(0));
    assert_eq!(show(&mut scanner, &text, at(20)), "store-full");
    scanner.replace_judge(gate_with_room(policy(), 10));
    assert_eq!(show(&mut scanner, &text, at(10)), "held");
    assert_eq!(show(&mut scanner, &text, at(11)), "accepted");
    // What is not, is not: the verdict on a code does not change while it is held.
    let mut scanner = super::desk::scanner();
    assert_eq!(show(&mut scanner, &text, at(30)), "stale");
    assert_eq!(show(&mut scanner, &text, at(10)), "held");
}

#[test]
fn foreign_codes_are_told_once_and_never_opened() {
    let mut scanner = scanner();
    let foreign = ["HTTPS://POSTER.EXAMPLE/SECRET", "WIFI:S:NET", "12345", "LPC1:ABC", "ANYTHING"];
    for (number, text) in foreign.into_iter().enumerate() {
        let pixels = picture(&[(text, LEFT)]);
        let events = scanner.scan(&frame(&pixels), at(number as u64)).unwrap();
        let shown = format!("{events:?} {scanner:?}");
        assert!(shown.starts_with("[Foreign { corners: ") && !shown.contains("SECRET"), "{shown}");
        assert_eq!(show(&mut scanner, text, at(number as u64)), "held", "{text}");
    }
    // What claims to be a permit is judged.
    assert_eq!(show(&mut scanner, "LP1:ABC", at(9)), "malformed");
    assert_eq!(show(&mut scanner, "LP2:ABC", at(9)), "other-version");
}

#[test]
fn permits_are_not_shown_by_debug() {
    let (mut scanner, text) = (scanner(), pass("BJ-SECRET", at(0)));
    let shown = format!(
        "{:?} {scanner:?}",
        scanner.scan(&frame(&picture(&[(&text, LEFT)])), at(90)).unwrap()
    );
    assert!(
        shown.contains("Stale") && !shown.contains("SECRET") && !shown.contains(&text),
        "{shown}"
    );
}

#[test]
fn a_forged_code_is_refused() {
    let mut scanner = scanner();
    let text = pass("BJ-1", at(0));
    // The last two characters carry the last byte of the signature.
    let (start, end) = text.split_at(text.len() - 1);
    let forged = format!("{start}{}", if end == "0" { "1" } else { "0" });
    let verdict = show(&mut scanner, &forged, at(0));
    assert!(["bad-signature", "malformed"].contains(&verdict), "{verdict}");
    assert_eq!(show(&mut scanner, &text, at(0)), "accepted");
}

#[test]
fn what_is_cut_off_is_unreadable() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    let mut pixels = picture(&[(&text, LEFT)]);
    // Glare over all but the corners.
    let (left, top) = LEFT;
    for y in top + 50..top + 200 {
        let from = y * super::desk::WIDTH + left + 50;
        pixels[from..from + 150].fill(220);
    }
    let events = scanner.scan(&frame(&pixels), at(0)).unwrap();
    assert_eq!(super::desk::words(events), ["unreadable"]);
    assert_eq!(look(&mut scanner, &[], at(0)), [""; 0]);
    assert_eq!(show(&mut scanner, &text, at(0)), "accepted");
}
