//! A program that asks the store itself: the same events as from a gate that asks.

use livepermit::Timestamp;
use livepermit_gate::replay::{Answer, ReplayStore, Retention, StoreError};
use livepermit_gate::scan::{ScanEvent, Scanner};
use livepermit_gate::{Admitted, Gate, MemoryReplay};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use livepermit_testkit::{Phone, policy};

use super::desk::{LEFT, RIGHT, at, frame, gate_with_room, look, pass, picture, scanner, words};

/// A scanner whose gate has a store without room: only the store that the program asks lets in.
struct Asking {
    scanner: Scanner<Gate>,
    store: MemoryReplay,
}

impl Asking {
    fn new() -> Self {
        Self::with_room(100)
    }

    fn with_room(permits: usize) -> Self {
        let scanner = Scanner::new(gate_with_room(policy(), 0));
        Self { scanner, store: MemoryReplay::new(permits, Retention::default()) }
    }

    fn look(
        &mut self,
        codes: &[(&str, (usize, usize))],
        now: Timestamp,
        answer: impl Fn(Result<Answer, StoreError>) -> Result<Answer, StoreError>,
    ) -> Vec<&'static str> {
        let mut events = Vec::new();
        for event in self.scanner.begin(&frame(&picture(codes)), now).unwrap() {
            events.push(match event {
                ScanEvent::Accepted { accepted: asked, .. } => {
                    let said = self.store.admit(asked.attempt());
                    self.scanner.finish(asked, answer(said), now)
                }
                other => without_verdict(other),
            });
        }
        words(events)
    }
}

fn without_verdict<A>(event: ScanEvent<A>) -> ScanEvent<Admitted> {
    match event {
        ScanEvent::Refused { rejection, permit, corners } => {
            ScanEvent::Refused { rejection, permit, corners }
        }
        ScanEvent::Foreign { corners } => ScanEvent::Foreign { corners },
        ScanEvent::Held { corners } => ScanEvent::Held { corners },
        ScanEvent::Unreadable => ScanEvent::Unreadable,
        _ => panic!("an acceptance is asked about"),
    }
}

const AS_IT_IS: fn(Result<Answer, StoreError>) -> Result<Answer, StoreError> = |answer| answer;

#[test]
fn both_ways_say_the_same_of_any_sequence() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
    let mut below = |count: u64| random.next_u64() % count;
    let phones: Vec<Phone> =
        (0..3_u8).map(|number| Phone::of(&format!("BJ-{number}"), number + 2)).collect();
    let (mut one, mut other) = (scanner(), Asking::new());
    let (mut now, mut accepted, mut refused) = (0_u64, 0, 0);
    for step in 0..160 {
        now += [0, 0, 0, 1, 1, 4, 11][below(7) as usize];
        let mut shown = Vec::new();
        for place in [LEFT, RIGHT] {
            if below(4) > 0 {
                let made = (now / 10 * 10).saturating_sub(below(4) * 10);
                shown.push((phones[below(3) as usize].code(at(made)), place));
            }
        }
        let codes: Vec<_> = shown.iter().map(|(text, place)| (text.as_str(), *place)).collect();
        let said = look(&mut one, &codes, at(now));
        assert_eq!(other.look(&codes, at(now), AS_IT_IS), said, "step {step}");
        accepted += said.iter().filter(|word| **word == "accepted").count();
        refused += said.iter().filter(|word| !matches!(**word, "accepted" | "held")).count();
    }
    assert!(accepted > 10 && refused > 10, "{accepted} accepted, {refused} refused");
}

#[test]
fn one_text_at_two_places_lets_in_one() {
    let (mut camera, text) = (Asking::new(), pass("BJ-1", at(0)));
    let both = [(text.as_str(), LEFT), (text.as_str(), RIGHT)];
    let mut said = camera.look(&both, at(0), AS_IT_IS);
    said.sort_unstable();
    assert_eq!(said, ["accepted", "already-accepted-here"]);
    assert_eq!(camera.look(&both, at(1), AS_IT_IS), ["held", "held"]);
}

#[test]
fn a_store_that_fails_is_told_once_and_asked_again_each_second() {
    let (mut camera, text) = (Asking::new(), pass("BJ-1", at(0)));
    let code = [(text.as_str(), LEFT)];
    let failed = |_| Err(StoreError::new("no disk"));
    // The question does not reach the store, so nothing is recorded there.
    let mut silent = Asking::with_room(0);
    std::mem::swap(&mut silent.store, &mut camera.store);
    assert_eq!(camera.look(&code, at(0), failed), ["store-unreachable"]);
    assert_eq!(camera.look(&code, at(0), failed), ["held"], "within the same second");
    assert_eq!(camera.look(&code, at(1), failed), ["held"], "the same once more");
    assert_eq!(camera.look(&code, at(2), AS_IT_IS), ["store-full"], "another reason");
    std::mem::swap(&mut silent.store, &mut camera.store);
    assert_eq!(camera.look(&code, at(3), AS_IT_IS), ["accepted"]);
    assert_eq!(camera.look(&code, at(4), AS_IT_IS), ["held"]);
}

#[test]
fn a_phone_that_waits_for_its_answer_may_show_its_next_code() {
    let (mut camera, phone) = (Asking::new(), Phone::of("BJ-1", 2));
    let (first, next) = (phone.code(at(0)), phone.code(at(10)));
    let seen = |text: &str| picture(&[(text, LEFT)]);
    let mut begun = camera.scanner.begin(&frame(&seen(&first)), at(9)).unwrap();
    let Some(ScanEvent::Accepted { accepted: asked, .. }) = begun.pop() else { panic!() };
    // The store is slow, and the screen goes on.
    let held = camera.scanner.begin(&frame(&seen(&next)), at(10)).unwrap();
    assert!(matches!(held.as_slice(), [ScanEvent::Held { .. }]), "{held:?}");
    let said = camera.store.admit(asked.attempt());
    let end = camera.scanner.finish(asked, said, at(10));
    assert!(matches!(end, ScanEvent::Accepted { .. }), "{end:?}");
    assert_eq!(camera.look(&[(&phone.code(at(20)), LEFT)], at(11), AS_IT_IS), ["held"]);
}

#[test]
fn a_question_that_is_dropped_uses_nothing() {
    let (mut camera, text) = (Asking::new(), pass("BJ-1", at(0)));
    let code = [(text.as_str(), LEFT)];
    drop(camera.scanner.begin(&frame(&picture(&code)), at(0)).unwrap());
    assert_eq!(camera.look(&code, at(1), AS_IT_IS), ["held"], "nobody knows");
    assert_eq!(camera.look(&[], at(2), AS_IT_IS), [""; 0]);
    assert_eq!(camera.look(&code, at(6), AS_IT_IS), ["accepted"]);
}

#[test]
fn whoever_was_let_in_before_a_refusal_is_still_held() {
    // Another phone passes before the camera while the first one is held.
    let (mut camera, phone) = (Asking::new(), Phone::of("BJ-1", 2));
    let used = pass("BJ-2", at(0));
    assert_eq!(camera.look(&[(&used, RIGHT)], at(0), AS_IT_IS), ["accepted"]);
    assert_eq!(camera.look(&[], at(2), AS_IT_IS), [""; 0]);
    assert_eq!(camera.look(&[], at(5), AS_IT_IS), [""; 0]);
    assert_eq!(camera.look(&[(&phone.code(at(6)), LEFT)], at(6), AS_IT_IS), ["accepted"]);
    assert_eq!(camera.look(&[(&used, LEFT)], at(7), AS_IT_IS), ["already-used"]);
    assert_eq!(camera.look(&[(&phone.code(at(8)), LEFT)], at(8), AS_IT_IS), ["held"]);
}
