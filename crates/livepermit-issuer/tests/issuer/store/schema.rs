//! Tables: made once, left alone, checked.

use livepermit_issuer::store::{Database, Settings, StoreError};

use super::papers::issue;
use crate::place::{Place, on_both, whole};

on_both! {
    tables_are_made_once,
    two_processes_make_them_at_once,
    a_newer_program_was_here,
}

async fn tables_are_made_once(place: Place) {
    let database = Database::connect(place.settings()).await.unwrap();
    let missing = database.check_schema().await.unwrap_err();
    assert_eq!(missing.code(), "schema");
    assert!(missing.to_string().contains("migrate"), "{missing}");
    database.migrate().await.unwrap();
    database.check_schema().await.unwrap();
    issue(&database, 1).await.unwrap();
    database.migrate().await.unwrap();
    database.check_schema().await.unwrap();
    assert_eq!(whole(&database).await, 1);
}

async fn two_processes_make_them_at_once(place: Place) {
    let (one, two) =
        tokio::join!(Database::connect(place.settings()), Database::connect(place.settings()));
    let (one, two) = (one.unwrap(), two.unwrap());
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    first.unwrap();
    second.unwrap();
    one.check_schema().await.unwrap();
}

async fn a_newer_program_was_here(place: Place) {
    let database = place.open().await;
    place.sql("UPDATE _sqlx_migrations SET version = 99 WHERE version = 2").await;
    let error = database.check_schema().await.unwrap_err();
    assert!(error.to_string().contains("newer program"), "{error}");
    assert!(matches!(database.migrate().await, Err(StoreError::Schema(_))));
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    crate::place::runtime().block_on(async {
        for (settings, said) in [
            (Settings::at("mysql://host/register"), "sqlite: or postgres:"),
            (Settings::at("sqlite:x").list_size(7), "8 to"),
            (Settings::at("sqlite:x").list_size(u32::MAX), "8 to"),
        ] {
            let error = Database::connect(settings).await.unwrap_err();
            assert_eq!(error.code(), "settings");
            assert!(error.to_string().contains(said), "{error}");
        }
    });
}

/// Names of files mean nothing to URLs, and nobody but the owner reads the file.
#[cfg(unix)]
#[test]
fn any_file_name_is_good_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;

    crate::place::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("登记 100%?mode=ro#1");
        let database = Database::connect(Settings::file(&path)).await.unwrap();
        database.migrate().await.unwrap();
        issue(&database, 1).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(path.exists());
    });
}
