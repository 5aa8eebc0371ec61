//! Documents: read whole, saved whole, never over somebody else's change.

use livepermit_issuer::store::{Loaded, Mark, Store as _, StoreError};

use super::papers::{Case, Permit, case, issue, line, permit, permit_id};
use crate::place::{Place, on_both, whole};

on_both! {
    a_document_comes_back_as_it_was,
    a_document_that_changed_is_not_overwritten,
    what_is_not_handed_in_leaves_nothing,
    a_change_has_a_line_of_the_log,
    ids_and_numbers_are_unique,
    pages_of_cases_are_in_the_order_of_deadlines,
    permits_are_found_by_number_and_end,
    a_damaged_document_is_named_and_not_shown,
}

async fn a_document_comes_back_as_it_was(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    let added = change.add(permit(1)).await.unwrap();
    assert_eq!(added.version(), 1);
    change.audit(line("permit-issued", "permit:1"));
    change.commit().await.unwrap();

    let mut loaded: Loaded<Permit> =
        database.load(&permit(1).id.to_string()).await.unwrap().unwrap();
    assert_eq!(loaded, added);
    loaded.document.holder = "李娜".to_owned();
    let mut change = database.begin().await.unwrap();
    change.save(&mut loaded).await.unwrap();
    change.audit(line("permit-changed", "permit:1"));
    change.commit().await.unwrap();
    assert_eq!(loaded.version(), 2);
    assert_eq!(database.load(&permit(1).id.to_string()).await.unwrap(), Some(loaded));
    assert_eq!(database.load::<Permit>("nobody").await.unwrap(), None);
}

async fn a_document_that_changed_is_not_overwritten(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    let mut mine = change.add(case("c1")).await.unwrap();
    change.audit(line("case-submitted", "case:c1"));
    change.commit().await.unwrap();
    let mut theirs: Loaded<Case> = database.load("c1").await.unwrap().unwrap();

    for (document, state) in [(&mut theirs, "approved"), (&mut mine, "refused")] {
        document.document.state = state.to_owned();
        let mut change = database.begin().await.unwrap();
        change.audit(line("case-decided", "case:c1"));
        match (state, change.save(document).await) {
            ("approved", Ok(())) => change.commit().await.unwrap(),
            ("refused", Err(StoreError::Changed { kind: "case", id, read: 1 })) if id == "c1" => {}
            other => panic!("{other:?}"),
        }
    }
    let stands: Loaded<Case> = database.load("c1").await.unwrap().unwrap();
    assert_eq!((stands.document.state.as_str(), stands.version()), ("approved", 2));
    assert_eq!(whole(&database).await, 2);

    // What is not there cannot be saved either.
    let mut change = database.begin().await.unwrap();
    mine.document.id = "c2".to_owned();
    let missing = change.save(&mut mine).await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing { kind: "case", .. }), "{missing}");
    let missing = change.load::<Case>("c2").await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing { kind: "case", .. }), "{missing}");
}

async fn what_is_not_handed_in_leaves_nothing(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    super::papers::fill(&mut change, 1).await.unwrap();
    drop(change);
    assert_eq!(database.load::<Permit>(&permit_id(1).to_string()).await.unwrap(), None);
    assert_eq!(database.lists().await.unwrap(), []);
    assert_eq!(whole(&database).await, 0);
    issue(&database, 1).await.unwrap();
}

async fn a_change_has_a_line_of_the_log(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    change.add(case("c1")).await.unwrap();
    assert!(matches!(change.commit().await, Err(StoreError::NoAuditLine)));
    assert_eq!(database.load::<Case>("c1").await.unwrap(), None);
    // A change that only read needs none.
    issue(&database, 1).await.unwrap();
    let mut change = database.begin().await.unwrap();
    let found: Loaded<Permit> = change.load(&permit_id(1).to_string()).await.unwrap();
    assert_eq!(found.version(), 1);
    change.commit().await.unwrap();
}

async fn ids_and_numbers_are_unique(place: Place) {
    let database = place.open().await;
    issue(&database, 1).await.unwrap();
    let mut second = permit(2);
    second.number = permit(1).number;
    for document in [permit(1), second] {
        let mut change = database.begin().await.unwrap();
        change.audit(line("permit-issued", "permit:2"));
        let error = change.add(document).await.unwrap_err();
        assert!(matches!(error, StoreError::Exists { kind: "permit", .. }), "{error}");
    }
    assert_eq!(whole(&database).await, 1);
}

async fn pages_of_cases_are_in_the_order_of_deadlines(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    for number in 0..25_i64 {
        let mut document = case(&format!("c{number:02}"));
        // Some have the same deadline, and those that came later are more urgent.
        document.deadline -= number / 3;
        change.add(document).await.unwrap();
    }
    let mut elsewhere = case("elsewhere");
    elsewhere.office = "chaoyang".to_owned();
    change.add(elsewhere).await.unwrap();
    let mut decided = case("decided");
    decided.state = "decided".to_owned();
    change.add(decided).await.unwrap();
    change.audit(line("cases-imported", "office:haidian"));
    change.commit().await.unwrap();

    let (mut found, mut behind) = (Vec::new(), Mark::start());
    loop {
        let page = database.cases("haidian", "submitted", &behind, 4).await.unwrap();
        assert!(page.len() <= 4);
        let Some(last) = page.last() else { break };
        behind = last.clone();
        found.extend(page);
    }
    assert_eq!(found.len(), 25);
    assert!(found.is_sorted() && found.first().unwrap().id == "c24", "{found:?}");
}

async fn permits_are_found_by_number_and_end(place: Place) {
    let database = place.open().await;
    for number in 1..=3 {
        issue(&database, number).await.unwrap();
    }
    let found = database.permit_by_number("BJ-000002").await.unwrap();
    assert_eq!(found, Some(permit_id(2).to_string()));
    assert_eq!(database.permit_by_number("BJ-000009").await.unwrap(), None);
    // What looks like a statement is a number that nobody has.
    assert_eq!(database.permit_by_number("' OR '1' = '1").await.unwrap(), None);
    let ends = database.permits("active", &Mark::start(), 2).await.unwrap();
    assert_eq!(ends.len(), 2);
    let ends = database.permits("active", &ends[1], 2).await.unwrap();
    assert_eq!(ends.len(), 1);
}

async fn a_damaged_document_is_named_and_not_shown(place: Place) {
    let database = place.open().await;
    issue(&database, 1).await.unwrap();
    place.sql(r#"UPDATE permits SET body = '{"holder":"Secret Name","number":7}'"#).await;
    let error = database.load::<Permit>(&permit_id(1).to_string()).await.unwrap_err();
    assert_eq!(error.code(), "damaged");
    let said = format!("{error} {error:?}");
    assert!(said.contains(&permit_id(1).to_string()) && !said.contains("Secret"), "{said}");
}
