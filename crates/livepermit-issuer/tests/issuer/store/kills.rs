//! `kill -9` in the middle of issuing. The program of these tests starts itself as the process that
//! is killed.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use livepermit_issuer::domain::StatusEntry;
use livepermit_issuer::store::{Database, Loaded, Store as _};
use rand::RngExt as _;

use super::papers::{Permit, issue, permit_id};
use crate::place::{Place, on_both, runtime, whole};

/// Names the register to the process that is killed.
const URL: &str = "LIVEPERMIT_STORE_CHILD";
/// Where its numbers begin.
const FIRST: &str = "LIVEPERMIT_STORE_CHILD_FIRST";
/// How often it is killed; 20 if not said.
const KILLS: &str = "LIVEPERMIT_STORE_KILLS";

on_both! {
    what_was_told_stays_after_kills,
}

/// Issues permits until it is killed, two at a time, and tells each one that was handed in.
#[test]
fn child() {
    let (Ok(url), Ok(first)) = (std::env::var(URL), std::env::var(FIRST)) else { return };
    let first: u64 = first.parse().unwrap();
    runtime().block_on(async {
        let settings = livepermit_issuer::store::Settings::at(url).list_size(1 << 20);
        let database = Database::connect(settings).await.unwrap();
        let worker = async |begin: u64| {
            for number in (begin..).step_by(2) {
                let entry = issue(&database, number).await.unwrap();
                let told = format!("issued {number} {} {}\n", entry.list, entry.index);
                std::io::stdout().write_all(told.as_bytes()).unwrap();
            }
        };
        tokio::join!(worker(first), worker(first + 1));
    });
}

async fn what_was_told_stays_after_kills(place: Place) {
    let kills: u64 = std::env::var(KILLS).map_or(20, |text| text.parse().unwrap());
    drop(place.open().await);
    let mut told: HashMap<u64, StatusEntry> = HashMap::new();
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["store::kills::child", "--exact", "--nocapture"])
            .env(URL, place.url())
            .env(FIRST, (kill * 1_000_000).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // After its first permit, at some moment of one of the next ones.
        let mut seen = 0;
        let mut read = |line: std::io::Result<String>| {
            if let Some((number, entry)) = parse(&line.unwrap_or_default()) {
                assert_eq!(told.insert(number, entry), None);
                seen += 1;
                return true;
            }
            false
        };
        while !read(lines.next().unwrap()) {}
        tokio::time::sleep(Duration::from_micros(rand::rng().random_range(0..40_000))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            read(line);
        }
        assert!(seen > 0);
    }

    let database = place.open().await;
    let lines = whole(&database).await;
    println!("{kills} kills, {} permits told, {lines} in the log", told.len());
    // A permit has its line, and a line its permit; entries are those of permits.
    assert_eq!(place.sql("SELECT COUNT(*) FROM permits").await, [lines.cast_signed()]);
    assert_eq!(place.sql("SELECT COUNT(*) FROM status_entries").await, [lines.cast_signed()]);
    let given = "SELECT given FROM status_lists";
    assert_eq!(place.sql(given).await.iter().sum::<i64>(), lines.cast_signed());
    let without = "SELECT COUNT(*) FROM permits p WHERE NOT EXISTS \
                   (SELECT 1 FROM audit_lines a WHERE a.subject = 'permit:' || p.id)";
    assert_eq!(place.sql(without).await, [0]);
    // What was told is there, as it was told.
    for (number, entry) in told {
        let id = permit_id(number);
        let found: Loaded<Permit> = database.load(&id.to_string()).await.unwrap().unwrap();
        assert_eq!(found.document.device, Some(entry));
        let entries = database.entries_of(id).await.unwrap();
        assert_eq!(entries.iter().map(|given| given.entry).collect::<Vec<_>>(), [entry]);
    }
}

/// Only a line that came whole counts.
fn parse(line: &str) -> Option<(u64, StatusEntry)> {
    // The harness writes the name of the test before the first one.
    let (_, told) = line.split_once("issued ")?;
    let mut parts = told.split(' ');
    let number = parts.next()?.parse().ok()?;
    let list = parts.next()?.parse().ok()?;
    let index = parts.next()?.parse().ok()?;
    Some((number, StatusEntry { list, index }))
}
