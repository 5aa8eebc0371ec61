//! Follow-up checks: a sample, and a queue.

use std::collections::BTreeSet;

use livepermit_issuer::domain::{DomainError, FollowUps, PermitId};
use proptest::{collection, prelude::*};

use crate::support::{on, staff};

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
        let mut queue = FollowUps::new(&moment);
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
            let mut queue = FollowUps::new(&moment);
            queue.sample((0..5).map(id), 1, |_| number, &moment).expect("a good clock");
            queue.waiting()[0].permit
        })
        .collect();
    assert_eq!(chosen.len(), 5);
}

#[test]
fn the_queue_gives_each_check_to_one_officer() {
    let moment = on("2026-03-02");
    let mut queue = FollowUps::new(&moment);
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
