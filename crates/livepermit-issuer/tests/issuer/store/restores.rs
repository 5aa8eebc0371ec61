//! A restore from an old backup: what was given out since then is never given again.

use std::collections::HashSet;

use livepermit_issuer::domain::EntryState;
use livepermit_issuer::store::{Database, ListState, Store as _, StoreError};

use super::papers::{NOON, at, issue, line};
use crate::place::{Place, on_both, whole};

on_both! {
    a_restore_gives_no_entry_twice,
}

async fn a_restore_gives_no_entry_twice(place: Place) {
    let database = place.open().await;
    let mut given = HashSet::new();
    for number in 0..10 {
        given.insert(issue(&database, number).await.unwrap());
    }
    place.back_up(&database).await;
    let database = place.open().await;
    // Out of the list that the backup knows, and of one that it does not know.
    let mut since = Vec::new();
    for number in 10..100 {
        since.push(issue(&database, number).await.unwrap());
    }
    let old = since[0].list;
    assert!(since.iter().any(|entry| entry.list != old));
    given.extend(since.iter().copied());
    assert_eq!(given.len(), 100);
    database.close().await;

    place.put_back().await;
    let database = place.open().await;
    assert_eq!(whole(&database).await, 10);
    let mut change = database.begin().await.unwrap();
    let lost = change.mark_restored(EntryState::Suspended, at(NOON + 86_400)).await.unwrap();
    change.audit(line("register-restored", "job:restore"));
    change.commit().await.unwrap();
    assert_eq!(lost, [old]);
    for number in 200..400 {
        assert!(given.insert(issue(&database, number).await.unwrap()));
    }
    assert_eq!(given.len(), 300);

    // The list that was known says of what is unknown what the office decided.
    let statuses = database.statuses(old).await.unwrap();
    assert_eq!(statuses.info.state, ListState::Lost);
    let forgotten = since.iter().filter(|entry| entry.list == old);
    for entry in forgotten {
        assert!(statuses.set.contains(&(entry.index, EntryState::Suspended)));
    }
    assert_eq!(statuses.set.len(), 54);
    assert_eq!(whole(&database).await, 211);
}

#[test]
fn a_backup_of_postgres_names_its_own_programs() {
    crate::place::runtime().block_on(async {
        let Some(place) = Place::postgres().await else { return };
        let database: Database = place.open().await;
        let error = database.backup_to(&place.path("backup")).await.unwrap_err();
        assert!(matches!(error, StoreError::Unsupported(said) if said.contains("pg_dump")));
    });
}
