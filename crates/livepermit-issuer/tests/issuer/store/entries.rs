//! Status entries: given once, at random, never again; lists that open, fill, are lost and close.

use std::collections::HashSet;

use livepermit_issuer::domain::{EntryState, StatusEntry};
use livepermit_issuer::store::{EntryHolder, ListState, Store as _, StoreError};

use super::papers::{NOON, at, fill, for_device, for_slip, issue, line, permit_id};
use crate::place::{LIST_GIVES, LIST_SIZE, Place, on_both, whole};

on_both! {
    lists_fill_and_no_entry_is_given_twice,
    entries_are_not_in_the_order_of_their_giving,
    an_entry_belongs_to_a_permit_that_is_there,
    a_permit_knows_all_its_entries,
    what_is_withdrawn_stays_withdrawn,
    a_list_that_changed_says_so,
    lists_close_when_all_has_ended,
    a_lost_range_is_never_given_and_keeps_its_state,
}

async fn lists_fill_and_no_entry_is_given_twice(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    let mut given = HashSet::new();
    for number in 0..u64::from(2 * LIST_GIVES + 1) {
        assert!(given.insert(fill(&mut change, number).await.unwrap()));
    }
    change.commit().await.unwrap();
    let lists = database.lists().await.unwrap();
    let mut states: Vec<_> = lists.iter().map(|list| (list.given, list.state)).collect();
    states.sort_by_key(|(given, _)| *given);
    let full = (LIST_GIVES, ListState::Full);
    assert_eq!(states, [(1, ListState::Open), full, full]);
    assert!(lists.iter().all(|list| list.size == LIST_SIZE));
    assert!(given.iter().all(|entry| entry.index < LIST_SIZE));
    assert_eq!(whole(&database).await, u64::from(2 * LIST_GIVES + 1));
}

/// Who sees two entries learns nothing of which permit was issued first.
async fn entries_are_not_in_the_order_of_their_giving(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    let mut places = Vec::new();
    for number in 0..u64::from(LIST_GIVES) {
        places.push(fill(&mut change, number).await.unwrap().index);
    }
    change.commit().await.unwrap();
    // A fair order of 56 has 27.5 pairs that rise, with a deviation of 2.2.
    let rising = places.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((12..44).contains(&rising), "{places:?}");
}

async fn an_entry_belongs_to_a_permit_that_is_there(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    change.give_entry(&for_device(1), at(NOON)).await.unwrap();
    change.audit(line("device-bound", "permit:1"));
    let error = change.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::Constraint(_)), "{error}");
    assert_eq!(whole(&database).await, 0);
    assert_eq!(database.lists().await.unwrap(), []);
}

async fn a_permit_knows_all_its_entries(place: Place) {
    let database = place.open().await;
    let first = issue(&database, 1).await.unwrap();
    issue(&database, 2).await.unwrap();
    let mut change = database.begin().await.unwrap();
    let uses = [for_device(1), for_slip(1)];
    let device = change.give_entry(&uses[0], at(NOON)).await.unwrap();
    let slip = change.give_entry(&uses[1], at(NOON)).await.unwrap();
    // The new device takes the place of the old one.
    assert!(change.set_state(first, EntryState::Withdrawn).await.unwrap());
    assert_eq!(change.entries_of(permit_id(1)).await.unwrap().len(), 3);
    change.audit(line("device-bound", "permit:1"));
    change.commit().await.unwrap();

    let found = database.entries_of(permit_id(1)).await.unwrap();
    let mut said: Vec<_> = found.iter().map(|given| (given.entry, given.state)).collect();
    said.sort();
    let valid = EntryState::Valid;
    let mut expected = [(first, EntryState::Withdrawn), (device, valid), (slip, valid)];
    expected.sort();
    assert_eq!(said, expected);
    let of_slip = found.iter().find(|given| given.entry == slip).unwrap();
    assert_eq!(of_slip.given_to, uses[1]);
    assert!(matches!(of_slip.given_to.holder, EntryHolder::Slip(_)));
    assert_eq!(database.entries_of(permit_id(9)).await.unwrap(), []);
}

async fn what_is_withdrawn_stays_withdrawn(place: Place) {
    let database = place.open().await;
    let entry = issue(&database, 1).await.unwrap();
    let mut change = database.begin().await.unwrap();
    assert!(change.set_state(entry, EntryState::Suspended).await.unwrap());
    assert!(!change.set_state(entry, EntryState::Suspended).await.unwrap());
    assert!(change.set_state(entry, EntryState::Valid).await.unwrap());
    assert!(change.set_state(entry, EntryState::Withdrawn).await.unwrap());
    assert!(!change.set_state(entry, EntryState::Withdrawn).await.unwrap());
    change.audit(line("entry-changed", "permit:1"));
    change.commit().await.unwrap();
    for asked in [EntryState::Valid, EntryState::Suspended] {
        let mut change = database.begin().await.unwrap();
        let error = change.set_state(entry, asked).await.unwrap_err();
        assert!(matches!(error, StoreError::Withdrawn { .. }), "{error}");
        // What comes after a failed step is not written either.
        fill(&mut change, 2).await.unwrap();
        assert!(matches!(change.commit().await, Err(StoreError::Spoiled)));
    }
    let unknown = StatusEntry { list: entry.list, index: LIST_SIZE };
    let mut change = database.begin().await.unwrap();
    let error = change.set_state(unknown, EntryState::Withdrawn).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownEntry(found) if found == unknown), "{error}");
    drop(change);
    assert_eq!(whole(&database).await, 2);
    // Also past the register.
    let error = place.refused("UPDATE status_entries SET status = 0").await;
    assert!(error.contains("never") || error.contains("stay"), "{error}");
    let statuses = database.statuses(entry.list).await.unwrap();
    assert_eq!(statuses.set, [(entry.index, EntryState::Withdrawn)]);
}

async fn a_list_that_changed_says_so(place: Place) {
    let database = place.open().await;
    let mut entries = Vec::new();
    for number in 0..4 {
        entries.push(issue(&database, number).await.unwrap());
    }
    let list = entries[0].list;
    let before = database.statuses(list).await.unwrap();
    assert_eq!((before.set.len(), before.info.given), (0, 4));
    let mut change = database.begin().await.unwrap();
    change.set_state(entries[2], EntryState::Withdrawn).await.unwrap();
    change.set_state(entries[1], EntryState::Suspended).await.unwrap();
    change.audit(line("entries-changed", "permit:1"));
    change.commit().await.unwrap();
    let after = database.statuses(list).await.unwrap();
    assert!(after.info.changed > before.info.changed);
    let mut expected =
        [(entries[2].index, EntryState::Withdrawn), (entries[1].index, EntryState::Suspended)];
    expected.sort();
    assert_eq!(after.set, expected);
    let error = database.statuses(list.wrapping_add(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { kind: "list", .. }), "{error}");
}

async fn lists_close_when_all_has_ended(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    let mut last = None;
    for number in 0..u64::from(LIST_GIVES) {
        last = Some(fill(&mut change, number).await.unwrap());
    }
    let last = last.unwrap();
    let end = NOON + 86_400;
    change.prolong_entry(last, at(end + 10)).await.unwrap();
    // An earlier end is the end of some credentials, not of all.
    change.prolong_entry(last, at(end - 10)).await.unwrap();
    fill(&mut change, 1_000).await.unwrap();
    change.commit().await.unwrap();

    let close = async |now: i64| {
        let mut change = database.begin().await.unwrap();
        let closed = change.close_lists(at(now)).await.unwrap();
        change.audit(line("lists-closed", "job:lists"));
        change.commit().await.unwrap();
        closed
    };
    assert_eq!(close(end).await, Vec::<u32>::new());
    assert_eq!(close(end + 9).await, Vec::<u32>::new());
    assert_eq!(close(end + 10).await, [last.list]);
    // The open list goes on, and the clock that is set back opens nothing again.
    assert_eq!(close(end + 10).await, Vec::<u32>::new());
    assert_eq!(close(0).await, Vec::<u32>::new());
    let lists = database.lists().await.unwrap();
    let state = |list: u32| lists.iter().find(|info| info.list == list).unwrap().state;
    assert_eq!(state(last.list), ListState::Closed);
    assert!(lists.iter().any(|info| info.state == ListState::Open));
}

async fn a_lost_range_is_never_given_and_keeps_its_state(place: Place) {
    let database = place.open().await;
    let known = issue(&database, 1).await.unwrap();
    let mut change = database.begin().await.unwrap();
    // A list that only its published file knows, and one of which a part is known.
    let published = known.list ^ 1;
    change.mark_lost(published, 0..=9, EntryState::Withdrawn, at(NOON + 5)).await.unwrap();
    change.mark_lost(known.list, 0..=63, EntryState::Suspended, at(NOON + 5)).await.unwrap();
    change.audit(line("lists-lost", "job:restore"));
    change.commit().await.unwrap();

    let statuses = database.statuses(published).await.unwrap();
    assert_eq!(statuses.info.state, ListState::Lost);
    let all: Vec<_> = (0..10).map(|index| (index, EntryState::Withdrawn)).collect();
    assert_eq!(statuses.set, all);
    let statuses = database.statuses(known.list).await.unwrap();
    assert_eq!(statuses.set.len(), 63);
    assert!(statuses.set.iter().all(|(index, _)| *index != known.index));
    // What was given out before can still be withdrawn.
    let mut change = database.begin().await.unwrap();
    change.set_state(known, EntryState::Withdrawn).await.unwrap();
    let next = change.give_entry(&for_slip(1), at(NOON)).await.unwrap();
    assert!(next.list != known.list && next.list != published);
    change.audit(line("permit-cancelled", "permit:1"));
    change.commit().await.unwrap();
    let statuses = database.statuses(known.list).await.unwrap();
    assert_eq!(statuses.set.len(), 64);
    assert!(statuses.set.contains(&(known.index, EntryState::Withdrawn)));

    let mut change = database.begin().await.unwrap();
    assert_eq!(change.close_lists(at(NOON + 5)).await.unwrap(), [published]);
    drop(change);
}
