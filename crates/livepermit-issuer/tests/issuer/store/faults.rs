//! A database that is gone, full, or locked: named, and nothing is half written.

use std::time::{Duration, Instant};

use livepermit_issuer::store::{Database, Settings, Store as _, StoreError};

use super::papers::{fill, issue};
use crate::place::{Place, on_both, runtime, whole};
use crate::server::{self, Server};

on_both! {
    a_full_disk_is_named,
}

/// SQLite is told a largest size. PostgreSQL says what it says when a disk is full.
async fn a_full_disk_is_named(place: Place) {
    let database = place.open().await;
    issue(&database, 1).await.unwrap();
    let (small, mut next) = if place.is_sqlite() {
        let pages = place.sql("PRAGMA page_count").await[0];
        let pages = u32::try_from(pages).unwrap() + 2;
        (Database::connect(place.settings().largest_file(pages)).await.unwrap(), 2)
    } else {
        let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                    IF (SELECT COUNT(*) FROM audit_lines) > 20 THEN RAISE EXCEPTION \
                    'could not extend file: No space left on device' USING ERRCODE = '53100'; \
                    END IF; RETURN NEW; END $$; \
                    CREATE TRIGGER full_disk BEFORE INSERT ON audit_lines \
                    FOR EACH ROW EXECUTE FUNCTION full_disk()";
        server::sql(place.url(), full).await;
        (database.clone(), 2)
    };
    let error = loop {
        match issue(&small, next).await {
            Ok(_) => next += 1,
            Err(error) => break error,
        }
        assert!(next < 1_000, "the disk never fills");
    };
    assert!(matches!(error, StoreError::DiskFull(_)), "{error}");
    assert!(!error.try_again());
    // Nothing of it is there, what was there is, and with room it goes on.
    assert_eq!(whole(&small).await, next - 1);
    if !place.is_sqlite() {
        server::sql(place.url(), "DROP TRIGGER full_disk ON audit_lines").await;
    }
    issue(&database, next).await.unwrap();
    assert_eq!(whole(&database).await, next);
}

/// Another process writes: it is waited for, as long as the settings say.
#[test]
fn a_file_that_somebody_else_writes_is_waited_for() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let database = place.open().await;
        let settings = place.settings().patience(Duration::from_millis(300));
        let other = Database::connect(settings).await.unwrap();
        let mut change = database.begin().await.unwrap();
        fill(&mut change, 1).await.unwrap();
        let begun = Instant::now();
        let error = other.begin().await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }) && error.try_again(), "{error}");
        assert!(begun.elapsed() >= Duration::from_millis(300));
        assert!(begun.elapsed() < Duration::from_secs(10));
        // Readers read what was there before.
        assert_eq!(whole(&other).await, 0);
        change.commit().await.unwrap();
        issue(&other, 2).await.unwrap();
        assert_eq!(whole(&other).await, 2);
    });
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let settings = Settings::file(&place.path("missing/register"));
        let error = Database::connect(settings).await.unwrap_err();
        assert!(matches!(error, StoreError::Storage(_)), "{error}");
        assert!(error.to_string().contains("missing/register"), "{error}");
    });
}

#[test]
fn a_server_that_is_gone_comes_back() {
    runtime().block_on(async {
        let Some(mut server) = Server::start().await else { return };
        let settings = || Settings::at(server.url("postgres"));
        let settings = [settings().patience(Duration::from_secs(60)), settings()];
        let [patient, hasty] = settings;
        let patient = Database::connect(patient).await.unwrap();
        let hasty = Database::connect(hasty.patience(Duration::from_millis(500))).await.unwrap();
        patient.migrate().await.unwrap();
        let first = issue(&patient, 1).await.unwrap();
        issue(&hasty, 2).await.unwrap();

        // In the middle of a change: nothing of it is there afterwards.
        let mut change = patient.begin().await.unwrap();
        fill(&mut change, 3).await.unwrap();
        server.kill();
        let error = change.commit().await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        let begun = Instant::now();
        let error = issue(&hasty, 4).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(20));

        // Who is patient waits until it is back.
        let waiting = patient.clone();
        let waiting = tokio::spawn(async move { issue(&waiting, 3).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.again().await;
        waiting.await.unwrap().unwrap();
        issue(&hasty, 4).await.unwrap();
        assert_eq!(whole(&patient).await, 4);
        assert_eq!(patient.entries_of(super::papers::permit_id(1)).await.unwrap()[0].entry, first);
    });
}
