//! Damage of every kind to the file or its witness: the last used code never opens again.
#![expect(
    clippy::panic,
    clippy::unreachable,
    reason = "a failing test is what a panic is for here"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::super::{RETENTION, at, enter, hall};
use super::{NOON, key_of};
use livepermit_gate::FileReplay;
use livepermit_gate::replay::{Answer, Attempt, ReplayStore as _, StoreErrorKind};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const PAGE: usize = 4096;
const ADMISSIONS: u64 = 12;

/// The bytes of the store and of its witness.
#[derive(Clone)]
struct Files {
    store: Option<Vec<u8>>,
    witness: Vec<u8>,
}

impl Files {
    /// What a process that is killed now leaves.
    fn copy(path: &Path) -> Self {
        let witness = std::fs::read(path.with_file_name("used.witness")).unwrap();
        Self { store: Some(std::fs::read(path).unwrap()), witness }
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        self.store.as_mut().unwrap()
    }
}

fn attempt_of(number: u64, now: u64) -> Attempt {
    // Three permits with several codes each.
    enter(key_of(number % 3, NOON + number * 40), &hall(), now)
}

/// What a kill leaves after each admission.
fn history(salt: u64) -> Vec<Files> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let store = FileReplay::open(&path, RETENTION).unwrap();
    let mut history = vec![Files::copy(&path)];
    for number in 0..ADMISSIONS {
        let attempt = attempt_of(number + salt, NOON + (number + salt) * 40);
        assert_eq!(store.admit(&attempt), Ok(Answer::Admitted));
        history.push(Files::copy(&path));
    }
    history
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The file does not open: it is damaged.
    Damaged,
    /// The file does not open: it is no longer a store.
    Foreign,
    /// The store opens, and noticed that it lost admissions.
    Loss,
    /// The store opens and has lost nothing.
    Harmless,
    /// A used code opened again. There is no such case.
    OpenedAgain,
}

/// Opens what is left and shows the used codes again.
fn try_again(files: &Files, name: &dyn fmt::Display) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    if let Some(bytes) = &files.store {
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::write(folder.path().join("used.witness"), &files.witness).unwrap();
    let refused = |kind| match kind {
        StoreErrorKind::Damaged => Outcome::Damaged,
        StoreErrorKind::Foreign => Outcome::Foreign,
        other => panic!("{name}: {other:?}"),
    };
    let store = match FileReplay::open(&path, RETENTION) {
        Ok(store) => store,
        Err(error) => return refused(error.kind()),
    };
    let now = NOON + ADMISSIONS * 40;
    for number in (0..ADMISSIONS).rev() {
        match store.admit(&attempt_of(number, now)) {
            Ok(Answer::Admitted) => {
                println!("{name}: code {number} opened again");
                return Outcome::OpenedAgain;
            }
            Ok(
                Answer::AlreadyUsed { .. } | Answer::Superseded { .. } | Answer::Forgotten { .. },
            ) => {}
            Ok(other) => panic!("{name}: {other:?}"),
            Err(error) => return refused(error.kind()),
        }
    }
    if store.health().loss.is_some() { Outcome::Loss } else { Outcome::Harmless }
}

/// One row for each kind of damage, with the number of cases of each outcome.
#[derive(Default)]
struct Table(BTreeMap<&'static str, BTreeMap<Outcome, u32>>);

impl Table {
    fn case(&mut self, kind: &'static str, name: &dyn fmt::Display, files: &Files) -> Outcome {
        let outcome = try_again(files, &format_args!("{kind}, {name}"));
        *self.0.entry(kind).or_default().entry(outcome).or_default() += 1;
        outcome
    }

    fn cases(&self) -> u32 {
        self.0.values().flat_map(BTreeMap::values).sum()
    }

    fn opened_again(&self) -> u32 {
        self.0.values().filter_map(|outcomes| outcomes.get(&Outcome::OpenedAgain)).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, outcomes) in &self.0 {
            writeln!(f, "{kind:32} {outcomes:?}")?;
        }
        write!(f, "{} cases, opened again: {}", self.cases(), self.opened_again())
    }
}

/// `share` is the number of random cases of each kind. `all` adds each byte that the last commit
/// wrote, each byte of the header and of the witness, and each choice of pages of the last commit.
fn damage(share: usize, all: bool) -> Table {
    let mut table = Table::default();
    let mut rng = StdRng::seed_from_u64(14);
    let (history, others) = (history(0), history(100));
    let (before, last) = match &history[..] {
        [.., before, last] => (before.clone(), last.clone()),
        _ => unreachable!("there are admissions"),
    };
    let (old, new) = (before.store.clone().unwrap(), last.store.clone().unwrap());
    assert_eq!(table.case("killed", &"last", &last), Outcome::Harmless);
    // What the last commit wrote.
    let changed: Vec<usize> =
        (0..new.len()).filter(|index| old.get(*index) != new.get(*index)).collect();
    let mut pages: Vec<usize> = changed.iter().map(|index| index / PAGE).collect();
    pages.dedup();
    let put_back = |files: &mut Files, page: usize| {
        let range = page * PAGE..(page + 1) * PAGE;
        files.bytes()[range.clone()].copy_from_slice(&old[range]);
    };
    for _ in 0..share {
        let mut files = last.clone();
        let index = changed[rng.random_range(0..changed.len())];
        let flip = 1 << rng.random_range(0..8);
        files.bytes()[index] ^= flip;
        table.case("byte of the last commit", &format_args!("{index} ^ {flip}"), &files);

        // The header says which commit is the last, among others.
        let mut files = last.clone();
        let (index, flip) = (rng.random_range(0..320), 1 << rng.random_range(0..8));
        files.bytes()[index] ^= flip;
        table.case("byte of the header", &format_args!("{index} ^ {flip}"), &files);

        let mut files = last.clone();
        let length = rng.random_range(0..new.len());
        files.bytes().truncate(length);
        table.case("cut", &length, &files);

        // Some pages of the last commit did not reach the disk.
        let mut files = last.clone();
        let some: Vec<usize> = pages.iter().copied().filter(|_| rng.random_bool(0.5)).collect();
        some.iter().for_each(|page| put_back(&mut files, *page));
        table.case("pages of the last commit", &format_args!("{some:?}"), &files);

        // One of the two slots of the witness.
        let mut files = last.clone();
        let (slot, byte) = (rng.random_range(0..2), rng.random_range(0..128));
        files.witness[slot * PAGE + byte] ^= 1 << rng.random_range(0..8);
        table.case("byte of the witness", &format_args!("{slot}, {byte}"), &files);

        let mut files = last.clone();
        files.witness.truncate(rng.random_range(0..PAGE));
        if files.witness.is_empty() {
            files.witness.push(0);
        }
        let length = files.witness.len();
        table.case("witness cut", &length, &files);

        let back = rng.random_range(0..history.len() - 1);
        let files = Files { store: history[back].store.clone(), ..last.clone() };
        assert_eq!(table.case("old file put back", &back, &files), Outcome::Loss);

        let other = rng.random_range(0..others.len());
        let files = Files { store: others[other].store.clone(), ..last.clone() };
        assert_eq!(table.case("another store", &other, &files), Outcome::Loss);

        let files = Files {
            store: None,
            witness: history[rng.random_range(1..history.len())].witness.clone(),
        };
        assert_eq!(table.case("removed", &"", &files), Outcome::Loss);
    }
    if all {
        for index in changed.iter().copied().chain(0..320) {
            let mut files = last.clone();
            files.bytes()[index] ^= 1 << rng.random_range(0..8);
            table.case("each byte", &index, &files);
        }
        for index in (0..128).chain(PAGE..PAGE + 128) {
            let mut files = last.clone();
            files.witness[index] ^= 1 << rng.random_range(0..8);
            table.case("each byte of the witness", &index, &files);
        }
        assert!(pages.len() < 12, "{pages:?}");
        for choice in 1..1_u32 << pages.len() {
            let mut files = last.clone();
            for (bit, page) in pages.iter().enumerate() {
                if choice & 1 << bit != 0 {
                    put_back(&mut files, *page);
                }
            }
            table.case("each choice of pages", &choice, &files);
        }
    }
    for page in &pages {
        let mut files = last.clone();
        put_back(&mut files, *page);
        table.case("page of the last commit", page, &files);
    }
    // A kill after any admission, or between the commit and the witness, is no loss.
    for (number, files) in history.iter().enumerate().rev().take(share) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("used");
        std::fs::write(&path, files.store.as_ref().unwrap()).unwrap();
        let witness = &history[number - number % 2].witness;
        std::fs::write(folder.path().join("used.witness"), witness).unwrap();
        let store = FileReplay::open(&path, RETENTION).unwrap();
        assert_eq!(store.len().unwrap(), (number as u64).min(3));
        store.keep_alive(at(NOON)).unwrap();
        assert_eq!(store.health().loss, None, "killed after {number}");
    }
    table
}

#[test]
fn damage_of_any_kind_is_noticed_or_harmless() {
    let table = damage(6, false);
    println!("{table}");
    assert!(table.cases() > 50 && table.opened_again() == 0, "{table}");
}

/// Each byte, each choice of pages, and hundreds of random cases of each kind, for `ci/long`.
#[test]
#[ignore = "takes minutes"]
fn long_damage_of_any_kind_is_noticed_or_harmless() {
    let table = damage(400, true);
    println!("{table}");
    assert!(table.cases() > 3000 && table.opened_again() == 0, "{table}");
}
