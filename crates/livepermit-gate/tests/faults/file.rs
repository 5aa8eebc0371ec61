//! The faults of a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use livepermit::Timestamp;
use livepermit_gate::replay::{
    Answer, Attempt, RedisServers, ReplayStore, Retention, StoreError, Witnesses,
};
use livepermit_gate::{FileReplay, RedisReplay};
use livepermit_testkit::servers::Redis;
use tempfile::TempDir;

use super::crowd::{Crowd, Lane, Outcome};
use super::table::Row;
use super::{LIMITS, rounds};

/// One gate whose program is ended and started again, while visitors come to its three lanes.
#[derive(Clone, Default)]
struct Gate(Arc<RwLock<Option<Box<dyn ReplayStore>>>>);

impl Gate {
    fn stop(&self) {
        *self.0.write().unwrap() = None;
    }

    fn start(&self, store: impl ReplayStore + 'static) {
        *self.0.write().unwrap() = Some(Box::new(store));
    }

    fn ask<T>(
        &self,
        ask: impl FnOnce(&dyn ReplayStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let store = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ask(&**store.as_ref().ok_or_else(|| StoreError::new("the gate is off"))?)
    }
}

impl ReplayStore for Gate {
    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        self.ask(|store| store.admit(attempt))
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        self.ask(|store| store.keep_alive(now))
    }

    fn retention(&self) -> Retention {
        LIMITS
    }
}

/// The state folder of a gate.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn used(&self) -> PathBuf {
        self.folder.path().join("used.redb")
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("kept.redb")
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses::open(self.folder.path().join("once.witness")).unwrap()
    }

    fn open(&self) -> FileReplay {
        FileReplay::open_with(self.used(), self.witnesses(), LIMITS).unwrap()
    }
}

fn crowd_at(gate: &Gate) -> Crowd {
    Crowd::begin((0..3).map(|_| Lane::new(gate.clone())).collect())
}

/// The gate is off, something happens to its files, and the gate starts again.
fn while_off(happens: impl Fn(&Folder)) -> Option<(u32, Outcome)> {
    let folder = Folder { folder: tempfile::tempdir().unwrap() };
    let gate = Gate::default();
    gate.start(folder.open());
    let mut crowd = crowd_at(&gate);
    for _ in 0..rounds() {
        crowd.until_admits(std::time::Instant::now());
        gate.stop();
        fs::copy(folder.used(), folder.kept()).unwrap();
        gate.start(folder.open());
        crowd.round(|| {
            gate.stop();
            happens(&folder);
            gate.start(folder.open());
        });
    }
    Some((rounds(), crowd.end()))
}

/// The file moves away: a new file begins.
fn remove(path: &Path) {
    fs::remove_file(path).unwrap();
}

/// The gate changes to Redis, and back to the file of before.
fn exchanged() -> Option<(u32, Outcome)> {
    let server = Redis::start(&["--appendonly", "yes", "--appendfsync", "always"])?;
    let folder = Folder { folder: tempfile::tempdir().unwrap() };
    let gate = Gate::default();
    gate.start(folder.open());
    let mut crowd = crowd_at(&gate);
    for _ in 0..rounds() {
        crowd.round(|| {
            gate.stop();
            let url = format!("redis://127.0.0.1:{}", server.port());
            let store = RedisReplay::through(RedisServers::one(&url))
                .gate("gate-0")
                .retention(LIMITS)
                .timeout(Duration::from_secs(2))
                .witnesses(folder.witnesses())
                .connect();
            gate.start(store.unwrap());
        });
        crowd.round(|| {
            gate.stop();
            gate.start(folder.open());
        });
    }
    Some((rounds() * 2, crowd.end()))
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::never("gate ended and started again", || while_off(|_| {})),
        Row::never("the file removed", || while_off(|folder| remove(&folder.used()))),
        Row::never("an older copy of the file put back", || {
            while_off(|folder| {
                fs::copy(folder.kept(), folder.used()).unwrap();
            })
        }),
        Row::never("the file exchanged for another gate's", || {
            while_off(|folder| {
                remove(&folder.used());
                let other = folder.folder.path().join("other.witness");
                let other = Witnesses::open(other).unwrap();
                drop(FileReplay::open_with(folder.used(), other, LIMITS).unwrap());
            })
        }),
        Row::never("the witness damaged", || {
            while_off(|folder| {
                fs::write(folder.folder.path().join("once.witness"), [0xA5; 8192]).unwrap();
            })
        }),
        Row::never("the file exchanged for Redis, and back", exchanged),
    ]
}
