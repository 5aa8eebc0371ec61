//! Any sequence of people, codes and pauses: what holds whatever happens.

use std::collections::{HashMap, HashSet};

use livepermit_gate::Gate;
use livepermit_gate::scan::{ScanEvent, Scanner};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use livepermit_testkit::Phone;

use super::desk::{LEFT, RIGHT, at, frame, picture, scanner};

struct Random(Xoshiro256PlusPlus);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0.next_u64() % count
    }
}

#[test]
fn nobody_is_let_in_twice_or_for_another() {
    let mut random = Random(Xoshiro256PlusPlus::seed_from_u64(5));
    let phones: Vec<Phone> =
        (0..3_u8).map(|number| Phone::of(&format!("BJ-{number}"), number + 2)).collect();
    let mut scanner = scanner();
    let mut now = 0_u64;
    // When each permit was let in last; and the texts of which a verdict was told.
    let mut let_in: HashMap<String, u64> = HashMap::new();
    let mut told: HashSet<String> = HashSet::new();
    // The codes of those who were let in, and who of them was seen last at each side.
    let mut let_in_with: HashSet<String> = HashSet::new();
    let mut seen_at: HashMap<bool, (String, u64)> = HashMap::new();
    let (mut accepted_events, mut held_events, mut refused_events) = (0, 0, 0);
    for _ in 0..220 {
        now += [0, 0, 0, 1, 1, 4, 11][random.below(7) as usize];
        let mut shown = Vec::new();
        for place in [LEFT, RIGHT] {
            if random.below(4) > 0 {
                let who = random.below(3);
                // What its screen shows, or showed up to half a minute ago.
                let made = (now / 10 * 10).saturating_sub(random.below(4) * 10);
                shown.push((format!("BJ-{who}"), phones[who as usize].code(at(made)), place));
            }
        }
        let codes: Vec<(&str, (usize, usize))> =
            shown.iter().map(|(_, text, place)| (text.as_str(), *place)).collect();
        let events = scanner.scan(&frame(&picture(&codes)), at(now)).unwrap();
        assert_eq!(events.len(), shown.len(), "every code is told of, and nothing else");
        for event in events {
            let corners = event.corners().unwrap();
            let is_left = corners[0].x < RIGHT.0 as f32;
            let (subject, text, _) =
                shown.iter().find(|(_, _, place)| (*place == LEFT) == is_left).unwrap();
            match event {
                ScanEvent::Accepted { accepted, .. } => {
                    assert_eq!(accepted.verified().subject(), subject);
                    let before = let_in.insert(subject.clone(), now);
                    assert!(
                        before.is_none_or(|before| now >= before + 35),
                        "let in within the cool-down"
                    );
                    told.insert(text.clone());
                    let_in_with.insert(text.clone());
                    seen_at.insert(is_left, (subject.clone(), now));
                    accepted_events += 1;
                }
                ScanEvent::Refused { .. } => {
                    told.insert(text.clone());
                    refused_events += 1;
                }
                ScanEvent::Held { .. } => {
                    // Told of before, or the next code of somebody who was let in and was here a
                    // moment ago.
                    if !told.contains(text) {
                        let (who, when) = seen_at.get(&is_left).expect("held, but nobody was here");
                        assert_eq!(who, subject, "held for another");
                        assert!(
                            now - when < Scanner::<Gate>::GONE_AFTER,
                            "held, but away for long"
                        );
                        let_in_with.insert(text.clone());
                        told.insert(text.clone());
                    }
                    if let_in_with.contains(text) {
                        seen_at.insert(is_left, (subject.clone(), now));
                    }
                    held_events += 1;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(accepted_events > 5 && held_events > 20 && refused_events > 20);
}
