//! What is found by a column and not by an id.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row as _};

use super::error::StoreError;

/// Where a document stands in an order of dates: the next page begins behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The last day of a case, or the end of a permit, as the documents' columns number them.
    pub date: i64,
    /// Of those with the same date, the order is that of their ids.
    pub id: String,
}

impl Mark {
    /// Before everything.
    #[must_use]
    pub const fn start() -> Self {
        Self { date: i64::MIN, id: String::new() }
    }
}

/// A page of marks. What the query binds last are the date and the id of the mark, and the number
/// of rows.
pub(super) async fn page(
    connection: &mut AnyConnection,
    query: Query<'static, Any, AnyArguments>,
    behind: &Mark,
    most: u32,
) -> Result<Vec<Mark>, StoreError> {
    let query = query.bind(behind.date).bind(behind.id.clone()).bind(i64::from(most));
    let read = |row: &AnyRow| Ok(Mark { date: row.try_get(0)?, id: row.try_get(1)? });
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Cases of an office in this state, the most urgent first.
pub(super) async fn cases(
    connection: &mut AnyConnection,
    office: &str,
    state: &str,
    behind: &Mark,
    most: u32,
) -> Result<Vec<Mark>, StoreError> {
    const SELECT: &str = "SELECT deadline, id FROM cases WHERE office = $1 AND state = $2 \
                          AND (deadline > $3 OR (deadline = $3 AND id > $4)) \
                          ORDER BY deadline, id LIMIT $5";
    let query = sqlx::query(SELECT).bind(office.to_owned()).bind(state.to_owned());
    page(connection, query, behind, most).await
}

/// Cases in this state that have no last day.
pub(super) async fn cases_without_deadline(
    connection: &mut AnyConnection,
    state: &str,
    most: u32,
) -> Result<Vec<String>, StoreError> {
    const SELECT: &str = "SELECT id FROM cases WHERE state = $1 AND deadline = 0 \
                          ORDER BY id LIMIT $2";
    let query = sqlx::query(SELECT).bind(state.to_owned()).bind(i64::from(most));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Permits in this state, those that end first at the beginning.
pub(super) async fn permits(
    connection: &mut AnyConnection,
    state: &str,
    behind: &Mark,
    most: u32,
) -> Result<Vec<Mark>, StoreError> {
    const SELECT: &str = "SELECT ends, id FROM permits WHERE state = $1 \
                          AND (ends > $2 OR (ends = $2 AND id > $3)) \
                          ORDER BY ends, id LIMIT $4";
    page(connection, sqlx::query(SELECT).bind(state.to_owned()), behind, most).await
}

/// The id of the permit with this number.
pub(super) async fn permit_by_number(
    connection: &mut AnyConnection,
    number: &str,
) -> Result<Option<String>, StoreError> {
    const SELECT: &str = "SELECT id FROM permits WHERE number = $1";
    let row = sqlx::query(SELECT).bind(number.to_owned()).fetch_optional(connection).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}
