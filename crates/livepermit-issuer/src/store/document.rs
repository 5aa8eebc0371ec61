//! Documents with versions: each is read whole, changed in memory by the rules of the domain, and
//! saved whole if nobody saved it meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row as _};

use super::error::StoreError;
use super::words::Word;

/// A copy of a part of a document that the database searches by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// An id or a state.
    Text(String),
    /// A number that sorts as what it stands for.
    Number(i64),
}

/// The statements that read and write documents of one kind. `$1` is the id; `$2` the version to
/// be written or the one that was read, `$3` the body, `$4` to `$6` the columns.
#[derive(Clone, Copy, Debug)]
pub struct Statements {
    pub(super) select: &'static str,
    pub(super) lock: &'static str,
    pub(super) insert: &'static str,
    pub(super) update: &'static str,
}

macro_rules! statements {
    ($table:literal, $a:literal, $b:literal, $c:literal) => {
        $crate::store::document::Statements {
            select: concat!("SELECT version, body FROM ", $table, " WHERE id = $1"),
            lock: concat!("SELECT version, body FROM ", $table, " WHERE id = $1 FOR UPDATE"),
            insert: concat!(
                "INSERT INTO ",
                $table,
                " (id, version, body, ",
                $a,
                ", ",
                $b,
                ", ",
                $c,
                ") VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            update: concat!(
                "UPDATE ",
                $table,
                " SET version = version + 1, body = $3, ",
                $a,
                " = $4, ",
                $b,
                " = $5, ",
                $c,
                " = $6 WHERE id = $1 AND version = $2"
            ),
        }
    };
}

/// The statements for documents of the table `cases`.
pub const CASES: Statements = statements!("cases", "office", "state", "deadline");
/// The statements for documents of the table `permits`.
pub const PERMITS: Statements = statements!("permits", "number", "state", "ends");
/// The statements for documents of the table `follow_ups`.
pub const FOLLOW_UPS: Statements = statements!("follow_ups", "waiting", "untaken", "oldest");

/// What the register keeps as a document.
pub trait Document: Serialize + DeserializeOwned + Send + Sync {
    /// What errors call it.
    const KIND: &'static str;
    /// Which table keeps it.
    const STATEMENTS: Statements;

    /// Its id, which never changes.
    fn id(&self) -> String;

    /// What is searched by, in the order of the table's statements.
    fn columns(&self) -> [Column; 3];

    /// What a permit is searched by beside its columns, to be kept under a key; `None` for what
    /// nobody searches so. Words that a document has no longer are forgotten.
    fn words(&self) -> Option<Vec<Word>> {
        None
    }
}

/// A document and the version that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<D> {
    /// To be changed by the rules of the domain.
    pub document: D,
    version: u64,
}

impl<D> Loaded<D> {
    /// Counts from 1, and grows by one with each save.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
}

fn read<D: Document>(row: &AnyRow, id: &str) -> Result<Loaded<D>, StoreError> {
    of(row.try_get(0)?, &row.try_get::<String, _>(1)?, id)
}

/// A document from what the database keeps of it.
pub(super) fn of<D: Document>(version: i64, body: &str, id: &str) -> Result<Loaded<D>, StoreError> {
    // The whole message of serde could name what is in the document: its place is enough.
    let document = serde_json::from_str(body).map_err(|error| StoreError::Damaged {
        kind: D::KIND,
        id: id.to_owned(),
        why: format!("{:?} error in column {}", error.classify(), error.column()),
    })?;
    Ok(Loaded { document, version: version.cast_unsigned() })
}

async fn select<D: Document>(
    connection: &mut AnyConnection,
    statement: &'static str,
    id: &str,
) -> Result<Option<Loaded<D>>, StoreError> {
    let row = sqlx::query(statement).bind(id.to_owned()).fetch_optional(connection).await?;
    row.map(|row| read(&row, id)).transpose()
}

/// Reads a document.
pub(super) async fn load<D: Document>(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<Loaded<D>>, StoreError> {
    select(connection, D::STATEMENTS.select, id).await
}

/// Reads a document, and keeps others from saving it until the transaction ends.
pub(super) async fn lock<D: Document>(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<Loaded<D>>, StoreError> {
    select(connection, D::STATEMENTS.lock, id).await
}

fn bound<D: Document>(
    statement: &'static str,
    document: &D,
    version: u64,
) -> Result<Query<'static, Any, AnyArguments>, StoreError> {
    let body = serde_json::to_string(document).map_err(|error| StoreError::Damaged {
        kind: D::KIND,
        id: document.id(),
        why: format!("{:?} error when written", error.classify()),
    })?;
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let mut query = sqlx::query(statement).bind(document.id()).bind(version).bind(body);
    for column in document.columns() {
        query = match column {
            Column::Text(text) => query.bind(text),
            Column::Number(number) => query.bind(number),
        };
    }
    Ok(query)
}

/// Keeps a new document.
pub(super) async fn add<D: Document>(
    connection: &mut AnyConnection,
    document: D,
) -> Result<Loaded<D>, StoreError> {
    let exists = || StoreError::Exists { kind: D::KIND, id: document.id() };
    match bound(D::STATEMENTS.insert, &document, 1)?.execute(connection).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(exists()),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(Loaded { document, version: 1 }),
    }
}

/// Saves a document if the version in the database is still the one that was read.
pub(super) async fn save<D: Document>(
    connection: &mut AnyConnection,
    loaded: &mut Loaded<D>,
) -> Result<(), StoreError> {
    let query = bound(D::STATEMENTS.update, &loaded.document, loaded.version)?;
    if query.execute(&mut *connection).await?.rows_affected() == 1 {
        loaded.version += 1;
        return Ok(());
    }
    let id = loaded.document.id();
    Err(match load::<D>(connection, &id).await? {
        Some(_) => StoreError::Changed { kind: D::KIND, id, read: loaded.version },
        None => StoreError::Missing { kind: D::KIND, id },
    })
}
