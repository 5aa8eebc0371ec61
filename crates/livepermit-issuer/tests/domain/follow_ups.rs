//! Follow-up checks: a sample, and a queue.

use std::collections::BTreeSet;

use livepermit_issuer::domain::{DomainError, FollowUps, PermitId, SampleSize};
use proptest::{collection, prelude::*};

use crate::support::{office, on, staff};

fn id(byte: u8) -> PermitId {
    PermitId::from_bytes([byte; 16])
}

proptest! {
    #[test]
    fn a_sample_has_its_size_and_nothing_twice(
        permits in collection::vec(0_u8..20, 0..30),
        sizes in collection::vec(0_usize..10, 1..4),
        // Also numbers that a good generator would not give.
        numbers in collection::vec(0_usize..40, 1..30),
    ) {
        let moment = on("2026-03-02");
        let mut queue = FollowUps::new(office(), &moment);
        let distinct: BTreeSet<_> = permits.iter().copied().map(id).collect();
        let mut numbers = numbers.iter().copied().cycle();
        let mut left = distinct.len();
        for size in sizes {
            let permits = permits.iter().copied().map(id);
            let events = queue.sample(permits, size, |_| numbers.next().unwrap_or(0), &moment)?;
            prop_assert_eq!(events.len(), size.min(left));
            left -= events.len();
        }
        let waiting: BTreeSet<_> = queue.waiting().iter().map(|waits| waits.permit).collect();
        prop_assert_eq!(waiting.len(), queue.waiting().len());
        prop_assert!(waiting.is_subset(&distinct));
    }
}

#[test]
fn each_permit_can_be_chosen() {
    let moment = on("2026-03-02");
    let chosen: BTreeSet<_> = (0..5)
        .map(|number| {
            let mut queue = FollowUps::new(office(), &moment);
            queue.sample((0..5).map(id), 1, |_| number, &moment).expect("a good clock");
            queue.waiting()[0].permit
        })
        .collect();
    assert_eq!(chosen.len(), 5);
}

#[test]
fn the_queue_gives_each_check_to_one_officer() {
    let moment = on("2026-03-02");
    let mut queue = FollowUps::new(office(), &moment);
    queue.sample([id(1), id(2)], 1, |_| 0, &moment).expect("a good clock");
    queue.sample([id(1), id(2)], 2, |_| 0, &on("2026-03-03")).expect("a good clock");
    let (first, second) = (staff("first"), staff("second"));
    let later = on("2026-03-04");
    assert_eq!(queue.take(&first, &later).expect("one waits").len(), 1);
    assert_eq!(queue.take(&second, &later).expect("one waits").len(), 1);
    assert_eq!(queue.take(&second, &later), Ok(vec![]));
    let officers: Vec<_> = queue.waiting().iter().map(|waits| waits.officer.clone()).collect();
    assert_eq!(officers, [Some(first.clone()), Some(second.clone())]);

    let oldest = queue.waiting()[0].permit;
    let other = queue.close(oldest, &second, &later);
    assert_eq!(other, Err(DomainError::FollowUpTaken { permit: oldest, officer: first.clone() }));
    queue.close(oldest, &first, &later).expect("the officer has it");
    let unknown = queue.close(oldest, &first, &later);
    assert_eq!(unknown, Err(DomainError::FollowUpUnknown { permit: oldest }));
    assert_eq!(queue.waiting().len(), 1);
}

#[test]
fn a_check_is_given_to_somebody_else() {
    let moment = on("2026-03-02");
    let mut queue = FollowUps::new(office(), &moment);
    queue.sample([id(1)], 1, |_| 0, &moment).expect("a good clock");
    let (first, second) = (staff("first"), staff("second"));
    queue.take(&first, &moment).expect("one waits");
    queue.give(id(1), &second, &moment).expect("the first one is away");
    assert_eq!(queue.of(id(1)).and_then(|waits| waits.officer.clone()), Some(second.clone()));
    let again = queue.give(id(1), &second, &moment);
    let officer = second.clone();
    assert_eq!(again, Err(DomainError::FollowUpGivenAlready { permit: id(1), officer }));
    assert_eq!(queue.close(id(1), &first, &moment).expect_err("not his").code(), "follow-up-taken");
    queue.close(id(1), &second, &moment).expect("the officer has it");
    let unknown = queue.give(id(1), &first, &moment);
    assert_eq!(unknown, Err(DomainError::FollowUpUnknown { permit: id(1) }));
}

#[test]
fn a_sample_has_its_share_also_of_few_permits() {
    let of = |percent, permits, drawn| {
        SampleSize { percent, after_days: 30 }.of(permits, |below| drawn % below)
    };
    assert_eq!((of(5, 200, 0), of(5, 200, 99)), (10, 10));
    // Of one permit in twenty one is drawn, by luck.
    let drawn = (0..100).map(|drawn| of(5, 1, drawn)).sum::<usize>();
    assert_eq!(drawn, 5);
    assert_eq!((of(0, 1_000, 99), of(100, 7, 0), of(255, 7, 99)), (0, 7, 7));
    assert_eq!(SampleSize::default().of(1_000, |_| 99), 0);
}
