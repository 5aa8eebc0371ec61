//! Status lists: cut by size, filled one after the other, closed when all they speak of has ended.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::entry;
use super::error::StoreError;
use crate::domain::EntryState;

/// Whether a list gives entries, and has to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListState {
    /// New entries come from here. Of all lists, at most one is open.
    Open,
    /// No more entries are given.
    Full,
    /// A backup that was restored knew the list: nobody knows what was given out of it since then,
    /// and it gives no more.
    Lost,
    /// All it spoke of has ended: it is no longer signed.
    Closed,
}

impl ListState {
    fn read(name: &str, list: i64) -> Result<Self, StoreError> {
        match name {
            "open" => Ok(Self::Open),
            "full" => Ok(Self::Full),
            "lost" => Ok(Self::Lost),
            "closed" => Ok(Self::Closed),
            _ => Err(damaged(list, "has an unknown state")),
        }
    }
}

/// A status list, without its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusListInfo {
    /// Its number, drawn at random: the last part of the list's address.
    pub list: u32,
    /// How many entries the signed list has.
    pub size: u32,
    /// How many were given out.
    pub given: u32,
    /// Whether it gives entries and is signed.
    pub state: ListState,
    /// Grows whenever an entry's status changes: a list that was signed with this number needs no
    /// new signature but for its time.
    pub changed: u64,
}

/// What a list says, to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statuses {
    /// Which list.
    pub info: StatusListInfo,
    /// The entries that are not valid, in the order of their places.
    pub set: Vec<(u32, EntryState)>,
}

fn damaged(list: i64, why: &str) -> StoreError {
    StoreError::Damaged { kind: "list", id: list.to_string(), why: why.to_owned() }
}

/// One place in eight stays free: the random search for a free one takes eight attempts at worst,
/// in the mean.
const fn capacity(size: u32) -> u32 {
    size - size / 8
}

/// Takes a place in the open list, opens a list of this size if there is none. Tells the list and
/// its size.
pub(super) async fn take_place(
    connection: &mut AnyConnection,
    size: u32,
    now: Timestamp,
) -> Result<(u32, u32), StoreError> {
    // On PostgreSQL the row stays locked until the transaction ends, and whoever waited looks
    // again whether the list is still open.
    const TAKE: &str = "UPDATE status_lists SET given = given + 1, \
                        state = CASE WHEN given + 1 >= capacity THEN 'full' ELSE 'open' END \
                        WHERE state = 'open' AND given < capacity RETURNING id, size";
    // Of two that open a list at once one conflicts with the other's, by the index over 'open'. The
    // number is random: a list that a restored backup forgot had another one, but for one case in
    // four thousand million.
    const OPEN: &str = "INSERT INTO status_lists \
                        (id, size, capacity, given, state, changed, opened) \
                        VALUES ($1, $2, $3, 0, 'open', 0, $4) ON CONFLICT DO NOTHING";
    loop {
        if let Some(row) = sqlx::query(TAKE).fetch_optional(&mut *connection).await? {
            return Ok((number(&row, 0)?, number(&row, 1)?));
        }
        sqlx::query(OPEN)
            .bind(i64::from(rand::random::<u32>()))
            .bind(i64::from(size))
            .bind(i64::from(capacity(size)))
            .bind(now.as_second())
            .execute(&mut *connection)
            .await?;
    }
}

/// Says that the list has to be signed anew.
pub(super) async fn note_change(
    connection: &mut AnyConnection,
    list: u32,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE status_lists SET changed = changed + 1 WHERE id = $1";
    sqlx::query(UPDATE).bind(i64::from(list)).execute(connection).await?;
    Ok(())
}

/// After a restore: of all lists that the backup knew no entry is given any more. What was given
/// out since the backup was made has this state, and ends at this time at the latest. Tells the
/// lists.
pub(super) async fn mark_all_lost(
    connection: &mut AnyConnection,
    state: EntryState,
    ends: Timestamp,
) -> Result<Vec<u32>, StoreError> {
    // A full list had no room for anything that the backup does not know.
    const OPEN: &str = "SELECT id, size FROM status_lists WHERE state = 'open' ORDER BY id";
    let rows = sqlx::query(OPEN).fetch_all(&mut *connection).await?;
    let mut lists = Vec::with_capacity(rows.len());
    for row in rows {
        let (list, size) = (number(&row, 0)?, number(&row, 1)?);
        mark_lost(connection, list, 0..=size.saturating_sub(1), state, ends).await?;
        lists.push(list);
    }
    Ok(lists)
}

/// Of this list nothing is given any more; what the register does not know in this range has this
/// state. A list that the register does not know is from now on one of the size of the range.
pub(super) async fn mark_lost(
    connection: &mut AnyConnection,
    list: u32,
    range: RangeInclusive<u32>,
    state: EntryState,
    ends: Timestamp,
) -> Result<(), StoreError> {
    const CLOSE: &str = "INSERT INTO status_lists \
                         (id, size, capacity, given, state, changed, opened) \
                         VALUES ($1, $2, 0, 0, 'lost', 1, 0) ON CONFLICT (id) DO UPDATE \
                         SET state = 'lost', changed = status_lists.changed + 1";
    const MARK: &str = "INSERT INTO status_lost (list, first, last, status, ends) \
                        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (list, first) DO UPDATE \
                        SET last = excluded.last, status = excluded.status, ends = excluded.ends";
    let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
    sqlx::query(CLOSE).bind(i64::from(list)).bind(last + 1).execute(&mut *connection).await?;
    sqlx::query(MARK)
        .bind(i64::from(list))
        .bind(first)
        .bind(last)
        .bind(entry::value(state))
        .bind(ends.as_second())
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes the lists that give nothing any more and speak only of what has ended. Tells which.
pub(super) async fn close_ended(
    connection: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<u32>, StoreError> {
    const CLOSE: &str = "UPDATE status_lists SET state = 'closed' \
        WHERE state IN ('full', 'lost') \
        AND NOT EXISTS \
        (SELECT 1 FROM status_entries e WHERE e.list = status_lists.id AND e.ends > $1) \
        AND NOT EXISTS \
        (SELECT 1 FROM status_lost l WHERE l.list = status_lists.id AND l.ends > $1) \
        RETURNING id";
    let rows = sqlx::query(CLOSE).bind(now.as_second()).fetch_all(connection).await?;
    rows.iter().map(|row| number(row, 0)).collect()
}

fn number(row: &AnyRow, column: usize) -> Result<u32, StoreError> {
    let value = row.try_get::<i64, _>(column)?;
    u32::try_from(value).map_err(|_| damaged(value, "is no number of a list"))
}

fn read(row: &AnyRow) -> Result<StatusListInfo, StoreError> {
    let list = number(row, 0)?;
    Ok(StatusListInfo {
        list,
        size: number(row, 1)?,
        given: number(row, 2)?,
        state: ListState::read(&row.try_get::<String, _>(3)?, list.into())?,
        changed: row.try_get::<i64, _>(4)?.cast_unsigned(),
    })
}

/// All lists in this register, the oldest first.
pub(super) async fn all(connection: &mut AnyConnection) -> Result<Vec<StatusListInfo>, StoreError> {
    const SELECT: &str = "SELECT id, size, given, state, changed FROM status_lists \
                          ORDER BY opened, id";
    let rows = sqlx::query(SELECT).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

fn place(row: &AnyRow, list: u32, status: usize) -> Result<(u32, EntryState), StoreError> {
    let state = entry::state(row.try_get(status)?);
    let state = state.ok_or_else(|| damaged(list.into(), "has an unknown status"))?;
    Ok((number(row, 0)?, state))
}

/// What this list says. Without lost ranges, only entries that are not valid are read.
pub(super) async fn statuses(
    connection: &mut AnyConnection,
    list: u32,
) -> Result<Statuses, StoreError> {
    const LIST: &str = "SELECT id, size, given, state, changed FROM status_lists WHERE id = $1";
    const LOST: &str = "SELECT first, last, status FROM status_lost WHERE list = $1 ORDER BY first";
    const KNOWN: &str = "SELECT position, status FROM status_entries \
                         WHERE list = $1 ORDER BY position";
    const SET: &str = "SELECT position, status FROM status_entries \
                       WHERE list = $1 AND status <> 0 ORDER BY position";
    let id = i64::from(list);
    // The list first: what changes meanwhile has a higher number, and is signed again.
    let row = sqlx::query(LIST).bind(id).fetch_optional(&mut *connection).await?;
    let row = row.ok_or_else(|| StoreError::Missing { kind: "list", id: list.to_string() })?;
    let info = read(&row)?;
    let lost = sqlx::query(LOST).bind(id).fetch_all(&mut *connection).await?;
    let entries = if lost.is_empty() { SET } else { KNOWN };
    let rows = sqlx::query(entries).bind(id).fetch_all(connection).await?;
    let known: Vec<_> = rows.iter().map(|row| place(row, list, 1)).collect::<Result<_, _>>()?;
    let is_set = |(_, state): &&(u32, EntryState)| *state != EntryState::Valid;
    let mut set: Vec<_> = known.iter().filter(is_set).copied().collect();
    for row in &lost {
        let (first, state) = place(row, list, 2)?;
        let last = number(row, 1)?.min(info.size.saturating_sub(1));
        if state != EntryState::Valid {
            let unknown = |at: &u32| known.binary_search_by_key(at, |(at, _)| *at).is_err();
            set.extend((first..=last).filter(unknown).map(|at| (at, state)));
        }
    }
    set.sort_by_key(|(at, _)| *at);
    set.dedup_by_key(|(at, _)| *at);
    Ok(Statuses { info, set })
}
