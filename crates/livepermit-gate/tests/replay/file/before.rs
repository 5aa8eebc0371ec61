//! Files of the format before the store had a state.

use std::path::Path;

use super::super::{RETENTION, at, enter, hall};
use super::{NOON, key_of};
use livepermit::verify::PermitId;
use livepermit_gate::replay::{Answer, ReplayStore as _, StoreHealth};
use livepermit_gate::{FileReplay, GatePlace};
use sha2::{Digest as _, Sha256};

fn time(seconds: u64) -> Vec<u8> {
    seconds.to_be_bytes()[3..].to_vec()
}

fn name(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// The record of a permit that the north gate admitted at this moment.
fn record(permit: PermitId, moment: u64) -> Vec<u8> {
    let mut bytes = vec![1, 1];
    bytes.extend([time(moment), time(moment), name("north"), name("1")].concat());
    bytes.extend([name("hall"), time(moment + 35)].concat());
    let check = Sha256::new().chain_update(permit.as_bytes()).chain_update(&bytes).finalize();
    bytes.extend(&check[..4]);
    bytes
}

fn file_of_before(path: &Path) {
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_write().unwrap();
    let records = redb::TableDefinition::<[u8; 32], &[u8]>::new("livepermit-replay");
    let meta = redb::TableDefinition::<&str, u64>::new("livepermit-replay-meta");
    {
        let mut records = transaction.open_table(records).unwrap();
        for permit in 0..5 {
            let permit = key_of(permit, NOON).permit;
            records.insert(permit.as_bytes(), &*record(permit, NOON)).unwrap();
        }
        let mut meta = transaction.open_table(meta).unwrap();
        meta.insert("format", 1).unwrap();
        meta.insert("remembers-from", NOON - 200).unwrap();
    }
    transaction.commit().unwrap();
}

#[test]
fn a_file_of_the_format_before_is_used_with_what_it_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("used");
    let place = hall();
    file_of_before(&path);
    for _ in 0..2 {
        let store = FileReplay::open(&path, RETENTION).unwrap();
        assert_eq!((store.len(), store.remembers_from()), (Ok(5), Ok(at(NOON - 200))));
        for permit in 0..5 {
            let answer = store.admit(&enter(key_of(permit, NOON), &place, NOON + 9));
            assert_eq!(answer, Ok(Answer::AlreadyUsed { then: at(NOON) }));
        }
        let old = store.admit(&enter(key_of(7, NOON - 201), &place, NOON));
        assert_eq!(old, Ok(Answer::Forgotten { until: at(NOON - 200) }));
        // It is not known by which clock the cool-down ends.
        let last = NOON + 35 + 60 - 1;
        let again = |now| store.admit(&enter(key_of(1, now), &place, now));
        assert_eq!(again(last), Ok(Answer::CoolingDown { until: at(last + 1) }));
        assert_eq!(store.health(), StoreHealth::default());
    }
    let store = FileReplay::open(&path, RETENTION).unwrap();
    let next = NOON + 35 + 60;
    assert_eq!(store.admit(&enter(key_of(1, next), &place, next)), Ok(Answer::Admitted));
    // From now on it is known.
    let soon = next + 35;
    assert_eq!(store.admit(&enter(key_of(1, soon), &place, soon)), Ok(Answer::Admitted));
    let south = GatePlace::new("south", "1", "hall").unwrap();
    let other_clock = store.admit(&enter(key_of(1, soon + 94), &south, soon + 94));
    assert_eq!(other_clock, Ok(Answer::CoolingDown { until: at(soon + 95) }));
    drop(store);
    // The converted store is one store, and its witness knows it.
    std::fs::remove_file(&path).unwrap();
    let store = FileReplay::open(&path, RETENTION).unwrap();
    store.keep_alive(at(NOON)).unwrap();
    assert_eq!(store.health().out_of_order_until, Some(at(NOON + 76)));
}
