//! The state of the store as numbers in the file, one row each.

use std::collections::BTreeMap;

use livepermit::Timestamp;
use redb::{ReadableTable, Table, TableDefinition};

use super::super::{Incarnation, StoreError, StoreId, StoreState};
use super::errors::{damaged, of_redb};

pub(super) const META: TableDefinition<'_, &str, u64> =
    TableDefinition::new("livepermit-replay-meta");

pub(super) const FORMAT: &str = "format";
pub(super) const FORMAT_VERSION: u64 = 2;
/// The format before the store had a state. Its only other row is [`REMEMBERS_FROM`].
pub(super) const FORMAT_WITHOUT_STATE: u64 = 1;
/// [`StoreState::forgotten`] of the format without state; absent if nothing was forgotten.
pub(super) const REMEMBERS_FROM: &str = "remembers-from";

/// The two halves of [`StoreState::id`].
const ID: [&str; 2] = ["id-1", "id-2"];
const GENERATION: &str = "generation";
const FORGOTTEN: &str = "forgotten";
const LOST: &str = "lost";
const CLOSED_UNTIL: &str = "closed-until";
const RECORDS: &str = "records";
const ADMISSIONS: &str = "admissions";

/// The name under which the store counts its admissions. One witness knows the store for all gates
/// of the process, so a count for each gate would be less than the witness knows.
pub(super) const EVERY_GATE: &str = "*";

pub(super) fn read(meta: &impl ReadableTable<&'static str, u64>) -> Result<StoreState, StoreError> {
    let number = |name: &str| Ok(meta.get(name).map_err(of_redb)?.ok_or_else(damaged)?.value());
    let time = |name: &str| Timestamp::from_unix(number(name)?).ok_or_else(damaged);
    let [first, second] = ID;
    let id = u128::from(number(first)?) << 64 | u128::from(number(second)?);
    let id = StoreId::from_bytes(id.to_be_bytes());
    let mut state = StoreState::new(id, Incarnation::of_store(id));
    state.generation = number(GENERATION)?;
    state.forgotten = time(FORGOTTEN)?;
    state.lost = time(LOST)?;
    state.closed_until = time(CLOSED_UNTIL)?;
    state.records = number(RECORDS)?;
    state.admissions = BTreeMap::from([(EVERY_GATE.into(), number(ADMISSIONS)?)]);
    Ok(state)
}

pub(super) fn write(
    meta: &mut Table<'_, &'static str, u64>,
    state: &StoreState,
) -> Result<(), StoreError> {
    let id = u128::from_be_bytes(*state.id.as_bytes());
    let half = |number: u128| u64::try_from(number).unwrap_or(0);
    let [first, second] = ID;
    let rows = [
        (FORMAT, FORMAT_VERSION),
        (first, half(id >> 64)),
        (second, half(id & u128::from(u64::MAX))),
        (GENERATION, state.generation),
        (FORGOTTEN, state.forgotten.as_unix()),
        (LOST, state.lost.as_unix()),
        (CLOSED_UNTIL, state.closed_until.as_unix()),
        (RECORDS, state.records),
        (ADMISSIONS, state.admissions_of(EVERY_GATE)),
    ];
    for (name, number) in rows {
        meta.insert(name, number).map_err(of_redb)?;
    }
    Ok(())
}
