//! Several at once: each change is there whole or not at all, and none is lost.

use std::collections::HashSet;
use std::time::Instant;

use livepermit_issuer::store::{Database, Loaded, Store as _, StoreError};

use super::papers::{Case, Permit, case, for_device, issue, line, permit_id};
use super::papers::{NOON, at};
use crate::place::{LIST_GIVES, Place, on_both, whole};

on_both! {
    two_officers_decide_at_once,
    two_officers_decide_what_they_read_before,
    two_phones_enrol_at_once,
    eight_tasks_take_entries_at_once,
    the_log_stays_whole_while_many_write,
    changes_that_wait_for_each_other_collide,
}

/// Each reads within its change: the second sees what the first decided.
async fn two_officers_decide_at_once(place: Place) {
    let database = place.open().await;
    new_case(&database, "c1").await;
    let mut officers = Vec::new();
    for _ in 0..8 {
        let database = database.clone();
        officers.push(tokio::spawn(async move {
            let mut change = database.begin().await.unwrap();
            let mut loaded: Loaded<Case> = change.load("c1").await.unwrap();
            if loaded.document.state != "submitted" {
                return false;
            }
            loaded.document.state = "decided".to_owned();
            loaded.document.decisions += 1;
            change.save(&mut loaded).await.unwrap();
            change.audit(line("case-decided", "case:c1"));
            change.commit().await.unwrap();
            true
        }));
    }
    let mut decided = 0;
    for officer in officers {
        decided += u32::from(officer.await.unwrap());
    }
    let stands: Loaded<Case> = database.load("c1").await.unwrap().unwrap();
    assert_eq!((decided, stands.document.decisions, stands.version()), (1, 1, 2));
    assert_eq!(whole(&database).await, 2);
}

/// Each has the page open since before: all but one are told that the case has changed.
async fn two_officers_decide_what_they_read_before(place: Place) {
    let database = place.open().await;
    new_case(&database, "c1").await;
    let read: Loaded<Case> = database.load("c1").await.unwrap().unwrap();
    let mut officers = Vec::new();
    for number in 0..8 {
        let (database, mut loaded) = (database.clone(), read.clone());
        loaded.document.state = format!("decided by {number}");
        officers.push(tokio::spawn(async move {
            let mut change = database.begin().await?;
            change.save(&mut loaded).await?;
            change.audit(line("case-decided", "case:c1"));
            change.commit().await
        }));
    }
    let mut decided = 0;
    for officer in officers {
        match officer.await.unwrap() {
            Ok(()) => decided += 1,
            Err(StoreError::Changed { read: 1, .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(decided, 1);
    assert_eq!(whole(&database).await, 2);
}

/// Two phones of one holder: both entries were given, and the permit names the last one. An entry
/// without a permit, or a permit with two devices, would be a mistake.
async fn two_phones_enrol_at_once(place: Place) {
    let database = place.open().await;
    issue(&database, 1).await.unwrap();
    let mut phones = Vec::new();
    for _ in 0..8 {
        let database = database.clone();
        phones.push(tokio::spawn(async move {
            let mut change = database.begin().await.unwrap();
            let mut loaded: Loaded<Permit> = change.load(&permit_id(1).to_string()).await.unwrap();
            let old = loaded.document.device.unwrap();
            let entry = change.give_entry(&for_device(1), at(NOON)).await.unwrap();
            let withdrawn = livepermit_issuer::domain::EntryState::Withdrawn;
            assert!(change.set_state(old, withdrawn).await.unwrap());
            loaded.document.device = Some(entry);
            change.save(&mut loaded).await.unwrap();
            change.audit(line("device-bound", &format!("permit:{}", permit_id(1))));
            change.commit().await.unwrap();
        }));
    }
    for phone in phones {
        phone.await.unwrap();
    }
    let stands: Loaded<Permit> = database.load(&permit_id(1).to_string()).await.unwrap().unwrap();
    let entries = database.entries_of(permit_id(1)).await.unwrap();
    assert_eq!((entries.len(), stands.version()), (9, 9));
    let valid = entries.iter().filter(|e| e.state == livepermit_issuer::domain::EntryState::Valid);
    let valid: Vec<_> = valid.map(|given| given.entry).collect();
    assert_eq!(valid, [stands.document.device.unwrap()]);
    assert_eq!(whole(&database).await, 9);
}

async fn eight_tasks_take_entries_at_once(place: Place) {
    let database = place.open().await;
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..8 {
        let database = database.clone();
        tasks.push(tokio::spawn(async move {
            let mut given = Vec::new();
            for number in 0..25 {
                given.push(issue(&database, task * 1_000 + number).await.unwrap());
            }
            given
        }));
    }
    let mut given = Vec::new();
    for task in tasks {
        given.extend(task.await.unwrap());
    }
    println!("200 permits by 8 tasks in {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(given.iter().collect::<HashSet<_>>().len(), 200);
    let lists = database.lists().await.unwrap();
    assert_eq!(lists.len(), 200_usize.div_ceil(LIST_GIVES as usize));
    assert_eq!(lists.iter().map(|list| list.given).sum::<u32>(), 200);
    assert_eq!(whole(&database).await, 200);
}

async fn the_log_stays_whole_while_many_write(place: Place) {
    let database = place.open().await;
    let mut writers = Vec::new();
    for writer in 0..8 {
        let database = database.clone();
        writers.push(tokio::spawn(async move {
            for _ in 0..10 {
                let mut change = database.begin().await.unwrap();
                change.audit(line("noted", &format!("case:{writer}")));
                change.audit(line("noted", &format!("case:{writer}")));
                change.commit().await.unwrap();
            }
        }));
    }
    // Checked while it grows.
    for _ in 0..5 {
        whole(&database).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(whole(&database).await, 160);
    // The two lines of one change stand beside each other.
    let lines = database.audit_behind(0, 1_000).await.unwrap();
    assert!(lines.chunks(2).all(|pair| pair[0].subject == pair[1].subject));
}

/// On PostgreSQL two changes can each hold what the other wants: one is told to begin again. SQLite
/// lets nobody begin before the other has ended.
async fn changes_that_wait_for_each_other_collide(place: Place) {
    let database = place.open().await;
    new_case(&database, "c1").await;
    new_case(&database, "c2").await;
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let both = !place.is_sqlite();
    let decide = |first: &'static str, second: &'static str| {
        let (database, barrier) = (database.clone(), std::sync::Arc::clone(&barrier));
        tokio::spawn(async move {
            let mut change = database.begin().await?;
            let mut one: Loaded<Case> = change.load(first).await?;
            if both {
                barrier.wait().await;
            }
            let mut two: Loaded<Case> = change.load(second).await?;
            change.save(&mut one).await?;
            change.save(&mut two).await?;
            change.audit(line("cases-joined", "case:c1"));
            change.commit().await
        })
    };
    let (one, two) = (decide("c1", "c2"), decide("c2", "c1"));
    let results = [one.await.unwrap(), two.await.unwrap()];
    let done = results.iter().filter(|result| result.is_ok()).count();
    for error in results.into_iter().filter_map(Result::err) {
        assert!(matches!(error, StoreError::Collided) && error.try_again(), "{error}");
    }
    assert_eq!(done, if both { 1 } else { 2 });
    assert_eq!(whole(&database).await, 2 + done as u64);
}

async fn new_case(database: &Database, id: &str) {
    let mut change = database.begin().await.unwrap();
    change.add(case(id)).await.unwrap();
    change.audit(line("case-submitted", &format!("case:{id}")));
    change.commit().await.unwrap();
}
