//! The audit log: what was done, by whom, to what. Lines are only ever added; each carries a hash
//! over the one before and over itself, so that a line that was changed, removed or put in shows.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row as _};

use super::error::StoreError;
use crate::domain::Event;
use crate::hex::hex;

/// The longest word of a line, in bytes.
const LONGEST_WORD: usize = 200;
/// How many lines are read at once.
const PAGE: u32 = 1_000;

/// A line for the audit log: ids alone, nothing about people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    at: i64,
    actor: String,
    action: &'static str,
    subject: String,
    detail: String,
}

impl AuditLine {
    /// Says that this actor (an officer's or a device's id, or the name of a job) did this to this
    /// subject (the id of a case, permit, list or key).
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAnId`] for a word that is empty, longer than 200 bytes, or has other signs
    /// than ASCII letters, digits and `. _ : / -`.
    pub fn new(
        at: Timestamp,
        actor: &str,
        action: &'static str,
        subject: &str,
    ) -> Result<Self, StoreError> {
        let (actor, subject) = (word("actor", actor)?, word("subject", subject)?);
        word("action", action)?;
        Ok(Self { at: at.as_second(), actor, action, subject, detail: String::new() })
    }

    /// Says that this actor did what the event tells. The detail is the event as JSON.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAnId`] for the actor, as of [`AuditLine::new`].
    pub fn of(at: Timestamp, actor: &str, event: &Event) -> Result<Self, StoreError> {
        let action = event.name();
        let unwritable = |_| StoreError::NotAnId { part: "detail" };
        let detail = serde_json::to_value(event).map_err(unwritable)?;
        let kind = if action.starts_with("case-") { "case" } else { "permit" };
        let id = detail.get(kind).and_then(serde_json::Value::as_str).unwrap_or_default();
        let mut line = Self::new(at, actor, action, &format!("{kind}:{id}"))?;
        line.detail = detail.to_string();
        Ok(line)
    }

    /// Adds a detail, such as `reason` and `untrue-data`, or `entry` and an entry's name.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAnId`], as of [`AuditLine::new`].
    pub fn with(mut self, name: &str, id: &str) -> Result<Self, StoreError> {
        let (name, id) = (word("detail", name)?, word("detail", id)?);
        if !self.detail.is_empty() {
            self.detail.push(' ');
        }
        let _ = write!(self.detail, "{name}={id}");
        Ok(self)
    }
}

/// A line of the log, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenLine {
    /// Counts from 1.
    pub number: u64,
    /// When it happened, by the clock of the one who wrote, in seconds since 1970. Clocks can be
    /// set back: numbers say the order.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The event as JSON, or `name=id` pairs with spaces between them.
    pub detail: String,
    /// SHA-256 over the hash before and the line, in hex.
    pub hash: String,
}

/// What a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditState {
    /// Every line is as it was written. Who keeps the number and the hash elsewhere notices later
    /// also a log that was written anew as a whole.
    Whole {
        /// How many lines there are.
        lines: u64,
        /// The hash of the last one; empty without lines.
        hash: String,
    },
    /// The first line that is not as it was written.
    Broken {
        /// Its number.
        number: u64,
        /// What is wrong.
        why: Break,
    },
}

/// How a log is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Break {
    /// The line is not there.
    Missing,
    /// The hash does not fit to the line and the ones before.
    Changed,
    /// The line is behind the end that the log itself names.
    BehindTheEnd,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the line is not there",
            Self::Changed => "its hash does not fit to the line and the ones before",
            Self::BehindTheEnd => "it is behind the end that the log itself names",
        })
    }
}

fn word(part: &'static str, word: &str) -> Result<String, StoreError> {
    let fits = |sign: u8| sign.is_ascii_alphanumeric() || b"._:/-".contains(&sign);
    if word.is_empty() || word.len() > LONGEST_WORD || !word.bytes().all(fits) {
        return Err(StoreError::NotAnId { part });
    }
    Ok(word.to_owned())
}

/// Every part goes in with its length before it: no two lines have the same bytes.
fn hash(previous: &str, number: i64, at: i64, words: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    part(b"livepermit audit 1");
    part(previous.as_bytes());
    part(&number.to_be_bytes());
    part(&at.to_be_bytes());
    for word in words {
        part(word.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    lines: i64,
    hash: String,
}

/// Binds a line and its hash: `$1` to `$7` of the statement.
fn bound(
    statement: &'static str,
    number: i64,
    line: &AuditLine,
    hash: &str,
) -> Query<'static, Any, AnyArguments> {
    sqlx::query(statement)
        .bind(number)
        .bind(line.at)
        .bind(line.actor.clone())
        .bind(line.action)
        .bind(line.subject.clone())
        .bind(line.detail.clone())
        .bind(hash.to_owned())
}

/// Adds lines at the end. The head's row is locked until the transaction ends: of two that write,
/// one waits here. It is therefore the last that a transaction does.
///
/// Who knows where the log ends adds a line by one question. The head is compared all the same:
/// another process may have written.
pub(super) async fn append(
    connection: &mut AnyConnection,
    lines: &[AuditLine],
    known: Option<Head>,
) -> Result<Head, StoreError> {
    // Of SQLite alone, which takes two statements at once and tells what the first has changed.
    const ADD: &str = "UPDATE audit_head SET lines = $1, hash = $7 \
                       WHERE one = 1 AND lines = $1 - 1 AND hash = $8; \
                       INSERT INTO audit_lines \
                       (number, at, actor, action, subject, detail, hash) \
                       SELECT $1, $2, $3, $4, $5, $6, $7 WHERE changes() = 1";
    const LOCK: &str =
        "UPDATE audit_head SET lines = lines + $1 WHERE one = 1 RETURNING lines, hash";
    const INSERT: &str = "INSERT INTO audit_lines \
                          (number, at, actor, action, subject, detail, hash) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7)";
    const HEAD: &str = "UPDATE audit_head SET hash = $1 WHERE one = 1";
    if let (Some(known), [line]) = (known, lines) {
        let head = known.with(line);
        let query = bound(ADD, head.lines, line, &head.hash).bind(known.hash);
        if query.execute(&mut *connection).await?.rows_affected() == 2 {
            return Ok(head);
        }
    }
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let locked = sqlx::query(LOCK).bind(count).fetch_one(&mut *connection).await?;
    let mut head = Head { lines: locked.try_get::<i64, _>(0)? - count, hash: locked.try_get(1)? };
    for line in lines {
        head = head.with(line);
        bound(INSERT, head.lines, line, &head.hash).execute(&mut *connection).await?;
    }
    sqlx::query(HEAD).bind(head.hash.clone()).execute(&mut *connection).await?;
    Ok(head)
}

impl Head {
    /// The end after this line.
    fn with(&self, line: &AuditLine) -> Self {
        let number = self.lines + 1;
        let words: [&str; 4] = [&line.actor, line.action, &line.subject, &line.detail];
        Self { lines: number, hash: hash(&self.hash, number, line.at, words) }
    }
}

fn read(row: &AnyRow) -> Result<WrittenLine, StoreError> {
    Ok(WrittenLine {
        number: row.try_get::<i64, _>(0)?.cast_unsigned(),
        at: row.try_get(1)?,
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        subject: row.try_get(4)?,
        detail: row.try_get(5)?,
        hash: row.try_get(6)?,
    })
}

/// The lines behind this number, in order.
pub(super) async fn behind(
    connection: &mut AnyConnection,
    number: u64,
    most: u32,
) -> Result<Vec<WrittenLine>, StoreError> {
    const SELECT: &str = "SELECT number, at, actor, action, subject, detail, hash \
                          FROM audit_lines WHERE number > $1 ORDER BY number LIMIT $2";
    let rows = sqlx::query(SELECT)
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(i64::from(most))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The lines about this subject, in order.
pub(super) async fn about(
    connection: &mut AnyConnection,
    subject: &str,
    most: u32,
) -> Result<Vec<WrittenLine>, StoreError> {
    const SELECT: &str = "SELECT number, at, actor, action, subject, detail, hash \
                          FROM audit_lines WHERE subject = $1 ORDER BY number LIMIT $2";
    let rows = sqlx::query(SELECT)
        .bind(subject.to_owned())
        .bind(i64::from(most))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Goes through the whole log, a page at a time. Lines that are added meanwhile are not looked at:
/// the end is the one that was there at the beginning.
pub(super) async fn verify(connection: &mut AnyConnection) -> Result<AuditState, StoreError> {
    const HEAD: &str = "SELECT lines, hash FROM audit_head WHERE one = 1";
    // A line without its head can only be seen when nobody writes: the head moves with each line.
    const LATER: &str = "SELECT l.number FROM audit_lines l, audit_head h \
                         WHERE h.one = 1 AND (l.number > h.lines OR l.number < 1) \
                         ORDER BY l.number LIMIT 1";
    let head = sqlx::query(HEAD).fetch_one(&mut *connection).await?;
    let (lines, last): (i64, String) = (head.try_get(0)?, head.try_get(1)?);
    let (mut done, mut previous) = (0_i64, String::new());
    let broken = |number: i64, why| AuditState::Broken { number: number.cast_unsigned(), why };
    while done < lines {
        let page = behind(&mut *connection, done.cast_unsigned(), PAGE).await?;
        if page.is_empty() {
            return Ok(broken(done + 1, Break::Missing));
        }
        for line in page {
            if done == lines {
                break;
            }
            done += 1;
            if line.number != done.cast_unsigned() {
                return Ok(broken(done, Break::Missing));
            }
            let words: [&str; 4] = [&*line.actor, &line.action, &line.subject, &line.detail];
            previous = hash(&previous, done, line.at, words);
            if previous != line.hash {
                return Ok(broken(done, Break::Changed));
            }
        }
    }
    if previous != last {
        return Ok(broken(lines, Break::Changed));
    }
    if let Some(row) = sqlx::query(LATER).fetch_optional(connection).await? {
        return Ok(broken(row.try_get(0)?, Break::BehindTheEnd));
    }
    Ok(AuditState::Whole { lines: lines.cast_unsigned(), hash: last })
}
