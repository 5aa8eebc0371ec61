//! The table of records, and how records that are over leave it.

use std::sync::{Mutex, PoisonError};

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use redb::{ReadOnlyTable, ReadableTable, Table, TableDefinition};

use super::super::record::decode;
use super::super::{Record, Retention, StoreError, StoreState};
use super::errors::{damaged, of_redb};

pub(super) const RECORDS: TableDefinition<'_, [u8; 32], &[u8]> =
    TableDefinition::new("livepermit-replay");

/// Records that each admission checks, to forget the records that are over. More than one, so that
/// the file stops growing.
const SWEEP: usize = 8;
/// The same number when the store is full.
const SWEEP_FULL: usize = 4096;

pub(super) type RecordTable<'a> = Table<'a, [u8; 32], &'static [u8]>;
pub(super) type ReadRecordTable = ReadOnlyTable<[u8; 32], &'static [u8]>;

pub(super) fn record(
    records: &impl ReadableTable<[u8; 32], &'static [u8]>,
    permit: PermitId,
) -> Result<Option<Record>, StoreError> {
    records
        .get(permit.as_bytes())
        .map_err(of_redb)?
        .map(|value| read(permit, value.value()))
        .transpose()
}

fn read(permit: PermitId, bytes: &[u8]) -> Result<Record, StoreError> {
    decode(permit, bytes).map_err(|_| damaged())
}

/// Where the next sweep begins.
#[derive(Debug, Default)]
pub(super) struct Sweeper(Mutex<[u8; 32]>);

impl Sweeper {
    /// Checks the next records, and removes the records that are over at `cutoff`.
    pub(super) fn sweep(
        &self,
        records: &mut RecordTable<'_>,
        state: &mut StoreState,
        cutoff: Timestamp,
        retention: Retention,
        full: bool,
    ) -> Result<(), StoreError> {
        let count = if full { SWEEP_FULL } else { SWEEP };
        let mut cursor = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut over = Vec::new();
        let mut seen = 0_usize;
        let mut last = [0; 32];
        for entry in records.range(*cursor..).map_err(of_redb)?.take(count) {
            let (key, value) = entry.map_err(of_redb)?;
            seen = seen.saturating_add(1);
            last = key.value();
            let record = read(PermitId::from_bytes(last), value.value())?;
            if record.is_over(cutoff, retention) {
                state.forget(&record);
                over.push(last);
            }
        }
        for key in &over {
            records.remove(key).map_err(of_redb)?;
        }
        // After the end, start from the beginning again. The next sweep also checks the last record
        // again, because the key after it is not known.
        *cursor = if seen < count { [0; 32] } else { last };
        Ok(())
    }
}
