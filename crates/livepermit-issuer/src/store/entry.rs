//! Status entries: places in status lists. Each is given out once, to one binding or one slip, at a
//! random position, and never again.

use jiff::Timestamp;
use rand::RngExt as _;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::error::StoreError;
use super::lists;
use crate::domain::{BindingId, EntryState, PermitId, SlipId, StatusEntry};

/// The value of a state in the signed list.
pub(super) const fn value(state: EntryState) -> i64 {
    match state {
        EntryState::Valid => 0,
        EntryState::Withdrawn => 1,
        EntryState::Suspended => 2,
    }
}

/// The state with this value.
pub(super) fn state(value: i64) -> Option<EntryState> {
    match value {
        0 => Some(EntryState::Valid),
        1 => Some(EntryState::Withdrawn),
        2 => Some(EntryState::Suspended),
        _ => None,
    }
}

/// Whom an entry is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryHolder {
    /// A permit on one device: all its daily credentials.
    Binding(BindingId),
    /// A printed slip.
    Slip(SlipId),
}

impl EntryHolder {
    fn columns(self) -> (&'static str, String) {
        match self {
            Self::Binding(id) => ("binding", id.to_string()),
            Self::Slip(id) => ("slip", id.to_string()),
        }
    }
}

/// What an entry is given out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryUse {
    /// The permit, which is in the register, or is added by the same change.
    pub permit: PermitId,
    /// Device or slip.
    pub holder: EntryHolder,
    /// When the last credential that carries the entry ends: until then the list speaks of it.
    pub ends: Timestamp,
}

/// An entry that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenEntry {
    /// Where it is.
    pub entry: StatusEntry,
    /// Whom it was given to. Times are whole seconds.
    pub given_to: EntryUse,
    /// What its list says.
    pub state: EntryState,
}

/// Gives out an entry of the open list, and opens a list of this size if none is open. The list's
/// row is locked until the transaction ends.
pub(super) async fn give(
    connection: &mut AnyConnection,
    size: u32,
    given_to: &EntryUse,
    now: Timestamp,
) -> Result<StatusEntry, StoreError> {
    const INSERT: &str = "INSERT INTO status_entries \
                          (list, position, status, permit, purpose, holder, ends) \
                          VALUES ($1, $2, 0, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let (list, size) = lists::take_place(connection, size, now).await?;
    let (purpose, holder) = given_to.holder.columns();
    // The list keeps places free, and its row is locked: sooner or later a position is free.
    loop {
        let index = rand::rng().random_range(0..size);
        let inserted = sqlx::query(INSERT)
            .bind(i64::from(list))
            .bind(i64::from(index))
            .bind(given_to.permit.to_string())
            .bind(purpose)
            .bind(holder.clone())
            .bind(given_to.ends.as_second())
            .execute(&mut *connection)
            .await?;
        if inserted.rows_affected() == 1 {
            return Ok(StatusEntry { list, index });
        }
    }
}

/// Sets what the list says of the entry. Tells whether that changed.
pub(super) async fn set(
    connection: &mut AnyConnection,
    entry: StatusEntry,
    asked: EntryState,
) -> Result<bool, StoreError> {
    const SELECT: &str = "SELECT status FROM status_entries WHERE list = $1 AND position = $2";
    // Two changes at once: the one that withdraws wins, in whatever order they come.
    const UPDATE: &str = "UPDATE status_entries SET status = $3 \
                          WHERE list = $1 AND position = $2 AND status <> 1 AND status <> $3";
    let (list, index) = (i64::from(entry.list), i64::from(entry.index));
    let updated = sqlx::query(UPDATE)
        .bind(list)
        .bind(index)
        .bind(value(asked))
        .execute(&mut *connection)
        .await?;
    if updated.rows_affected() == 1 {
        lists::note_change(connection, entry.list).await?;
        return Ok(true);
    }
    let row = sqlx::query(SELECT).bind(list).bind(index).fetch_optional(connection).await?;
    let row = row.ok_or(StoreError::UnknownEntry(entry))?;
    if row.try_get::<i64, _>(0)? == value(asked) {
        return Ok(false);
    }
    Err(StoreError::Withdrawn { entry, asked })
}

/// Says until when the list has to speak of the entry.
pub(super) async fn prolong(
    connection: &mut AnyConnection,
    entry: StatusEntry,
    ends: Timestamp,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE status_entries \
                          SET ends = CASE WHEN ends < $3 THEN $3 ELSE ends END \
                          WHERE list = $1 AND position = $2";
    let updated = sqlx::query(UPDATE)
        .bind(i64::from(entry.list))
        .bind(i64::from(entry.index))
        .bind(ends.as_second())
        .execute(connection)
        .await?;
    if updated.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::UnknownEntry(entry))
}

fn read(row: &AnyRow) -> Result<GivenEntry, StoreError> {
    let (list, index): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let damaged = |part: &str| StoreError::Damaged {
        kind: "entry",
        id: format!("{list}/{index}"),
        why: format!("its {part} cannot be read"),
    };
    let number = |value: i64| u32::try_from(value).map_err(|_| damaged("place"));
    let entry = StatusEntry { list: number(list)?, index: number(index)? };
    let state = state(row.try_get(2)?).ok_or_else(|| damaged("status"))?;
    let text = |column: usize| row.try_get::<String, _>(column);
    let permit = text(3)?.parse().map_err(|_| damaged("permit"))?;
    let (purpose, id) = (text(4)?, text(5)?);
    let holder = match &*purpose {
        "binding" => id.parse().map(EntryHolder::Binding),
        "slip" => id.parse().map(EntryHolder::Slip),
        _ => return Err(damaged("purpose")),
    };
    let holder = holder.map_err(|_| damaged("holder"))?;
    let ends = Timestamp::from_second(row.try_get(6)?).map_err(|_| damaged("end"))?;
    Ok(GivenEntry { entry, given_to: EntryUse { permit, holder, ends }, state })
}

/// All entries that were ever given to devices and slips of this permit.
pub(super) async fn of_permit(
    connection: &mut AnyConnection,
    permit: PermitId,
) -> Result<Vec<GivenEntry>, StoreError> {
    const SELECT: &str = "SELECT list, position, status, permit, purpose, holder, ends \
                          FROM status_entries WHERE permit = $1 ORDER BY list, position";
    let rows = sqlx::query(SELECT).bind(permit.to_string()).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}
