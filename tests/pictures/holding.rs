//! One person before the camera: held, refreshed, gone, and back.

use livepermit::hold::Challenge;
use livepermit::verify::ChallengePolicy;
use livepermit::{Form, Recipient};
use livepermit_gate::CoolDownPolicy;
use livepermit_gate::replay::Passage;

use livepermit_testkit::{Phone, gate_with, policy, verifier};

use super::desk::{LEFT, RIGHT, at, look, pass, scanner, show, slip};
use livepermit_gate::scan::Scanner;

#[test]
fn thirty_frames_are_one_acceptance_and_no_replay() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &text, at(1)), "accepted");
    for frame in 1..30 {
        assert_eq!(show(&mut scanner, &text, at(1 + frame / 10)), "held", "frame {frame}");
    }
}

#[test]
fn a_code_held_longer_than_it_lives_stays_accepted_and_is_told_once() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &text, at(1)), "accepted");
    for second in 2..60 {
        assert_eq!(show(&mut scanner, &text, at(second)), "held", "second {second}");
    }
}

#[test]
fn the_next_codes_of_the_phone_that_was_let_in_are_held() {
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    assert_eq!(show(&mut scanner, &phone.code(at(0)), at(0)), "accepted");
    // Longer than the cool-down, after which a gate asked again would let it in a second
    // time.
    for second in 1..=60 {
        assert_eq!(
            show(&mut scanner, &phone.code(at(second / 10 * 10)), at(second)),
            "held",
            "{second}"
        );
    }
    // Held up again a while later, it is somebody who comes in once more.
    assert_eq!(look(&mut scanner, &[], at(61)), [""; 0]);
    assert_eq!(show(&mut scanner, &phone.code(at(70)), at(70)), "accepted");
}

#[test]
fn without_a_cool_down_a_held_phone_still_lets_in_one() {
    let gate = gate_with(policy(), |gate| gate.cool_down(CoolDownPolicy::DangerousNone));
    let mut scanner = Scanner::new(gate);
    let phone = Phone::of("BJ-1", 2);
    assert_eq!(show(&mut scanner, &phone.code(at(0)), at(0)), "accepted");
    assert_eq!(show(&mut scanner, &phone.code(at(1)), at(1)), "held");
    assert_eq!(look(&mut scanner, &[], at(2)), [""; 0]);
    assert_eq!(show(&mut scanner, &phone.code(at(5)), at(5)), "accepted");
}

#[test]
fn the_same_code_after_a_while_is_judged_anew() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &text, at(0)), "accepted");
    // Away for a moment, as long as a hand takes.
    assert_eq!(look(&mut scanner, &[], at(1)), [""; 0]);
    assert_eq!(show(&mut scanner, &text, at(2)), "held");
    // A screenshot of it, shown again.
    assert_eq!(look(&mut scanner, &[], at(4)), [""; 0]);
    assert_eq!(show(&mut scanner, &text, at(5)), "already-used");
    assert_eq!(show(&mut scanner, &text, at(6)), "held");
    assert_eq!(show(&mut scanner, &text, at(9)), "already-used");
    assert_eq!(show(&mut scanner, &text, at(40)), "stale");
}

#[test]
fn a_moved_phone_is_still_held() {
    let (mut scanner, text) = (scanner(), pass("BJ-1", at(0)));
    assert_eq!(look(&mut scanner, &[(&text, LEFT)], at(0)), ["accepted"]);
    assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(1)), ["held"]);
    assert_eq!(look(&mut scanner, &[(&text, LEFT)], at(2)), ["held"]);
    // Elsewhere after it was gone: perhaps a copy in another hand.
    assert_eq!(look(&mut scanner, &[(&text, RIGHT)], at(4)), ["already-used"]);
}

#[test]
fn a_verifier_alone_gives_verdicts_and_uses_nothing_up() {
    let (mut scanner, text) = (Scanner::new(verifier()), pass("BJ-1", at(0)));
    assert_eq!(show(&mut scanner, &text, at(0)), "accepted");
    assert_eq!(show(&mut scanner, &text, at(1)), "held");
    assert_eq!(show(&mut scanner, &pass("BJ-1", at(2)), at(2)), "held");
    assert_eq!(show(&mut scanner, &text, at(20)), "accepted");
    assert_eq!(show(&mut scanner, &text, at(31)), "stale");
    let shared = std::sync::Arc::new(verifier());
    let mut scanner = Scanner::new(std::sync::Arc::clone(&shared));
    assert_eq!(show(&mut scanner, &text, at(0)), "accepted");
    assert!(std::sync::Arc::ptr_eq(scanner.judge(), &shared));
    scanner.replace_judge(std::sync::Arc::new(verifier()));
    assert_eq!(show(&mut scanner, &text, at(1)), "held");
}

#[test]
fn the_answer_to_a_challenge_may_change_while_it_is_held() {
    let policy = policy().with_challenge(ChallengePolicy::Required);
    let mut scanner = Scanner::new(gate_with(policy, |gate| gate));
    let challenge = Challenge::new("gate-3", &[9; 16], at(60)).unwrap();
    scanner.judge().open_challenge(challenge, at(0)).unwrap();
    let phone = Phone::of("BJ-1", 2);
    let recipient = Recipient::Challenge { gate: "gate-3", nonce: &[9; 16] };
    let answer = |second| phone.code_for(recipient, at(second));
    assert_eq!(show(&mut scanner, &phone.code(at(1)), at(1)), "challenge-missing");
    assert_eq!(show(&mut scanner, &answer(2), at(2)), "accepted");
    assert_eq!(show(&mut scanner, &answer(3), at(3)), "held");
    // The question is used up for everybody else.
    assert_eq!(look(&mut scanner, &[], at(5)), [""; 0]);
    assert_eq!(show(&mut scanner, &answer(6), at(6)), "challenge-unknown");
}

#[test]
fn a_phone_whose_clock_is_ahead_is_let_in_once_and_held() {
    // Its codes are dated further ahead than the skew allows, one after the other.
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    assert_eq!(show(&mut scanner, &phone.code(at(0)), at(0)), "accepted");
    for second in 1..=80 {
        let made = at((second + 7) / 10 * 10);
        assert_eq!(show(&mut scanner, &phone.code(made), at(second)), "held", "{second}");
    }
}

#[test]
fn a_challenge_that_ends_does_not_make_another_visitor_of_who_answered_it() {
    let policy = policy().with_challenge(ChallengePolicy::Required);
    let mut scanner = Scanner::new(gate_with(policy, |gate| gate));
    scanner
        .judge()
        .open_challenge(Challenge::new("gate-3", &[9; 16], at(4)).unwrap(), at(0))
        .unwrap();
    let phone = Phone::of("BJ-1", 2);
    let answer = |second| {
        phone.code_for(Recipient::Challenge { gate: "gate-3", nonce: &[9; 16] }, at(second))
    };
    assert_eq!(show(&mut scanner, &answer(2), at(2)), "accepted");
    scanner
        .judge()
        .open_challenge(Challenge::new("gate-3", &[8; 16], at(60)).unwrap(), at(3))
        .unwrap();
    for second in 3..50 {
        assert_eq!(show(&mut scanner, &answer(second), at(second)), "held", "{second}");
    }
}

#[test]
fn a_reading_that_went_wrong_does_not_make_another_visitor() {
    let (mut scanner, phone) = (scanner(), Phone::of("BJ-1", 2));
    let code = phone.code(at(0));
    let (start, end) = code.split_at(code.len() - 1);
    let misread = format!("{start}{}", if end == "0" { "1" } else { "0" });
    assert_eq!(show(&mut scanner, &code, at(0)), "accepted");
    let told = show(&mut scanner, &misread, at(1));
    assert!(["bad-device-signature", "malformed"].contains(&told), "{told}");
    assert_eq!(show(&mut scanner, &code, at(1)), "held");
    assert_eq!(show(&mut scanner, &misread, at(2)), told);
    assert_eq!(show(&mut scanner, &phone.code(at(3)), at(3)), "held");
    // Three seconds of something else, and it was away.
    assert_eq!(show(&mut scanner, "POSTER", at(4)), "foreign");
    assert_eq!(show(&mut scanner, "POSTER", at(5)), "held");
    assert_eq!(show(&mut scanner, "POSTER", at(7)), "held");
    assert_eq!(show(&mut scanner, &phone.code(at(3)), at(7)), "cooling-down");
}

#[test]
fn nothing_is_the_next_code_of_a_slip() {
    let policy = policy().with_forms([Form::Pass, Form::Slip]);
    let mut scanner = Scanner::new(gate_with(policy, |gate| gate));
    let slip = slip("BJ-1");
    assert_eq!(show(&mut scanner, &slip, at(0)), "accepted");
    assert_eq!(show(&mut scanner, &slip, at(1)), "held");
    assert_eq!(show(&mut scanner, &pass("BJ-1", at(1)), at(1)), "cooling-down");
}

#[test]
fn leaving_is_followed_as_entering_is() {
    let mut scanner = Scanner::new(gate_with(policy(), |gate| gate.passage(Passage::Leave)));
    let phone = Phone::of("BJ-1", 2);
    assert_eq!(show(&mut scanner, &phone.code(at(0)), at(0)), "accepted");
    assert_eq!(show(&mut scanner, &phone.code(at(1)), at(1)), "held");
}
