//! What can go wrong with the register, and what to do then.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;

use crate::domain::{EntryState, StatusEntry};

/// Why the register did not answer, or did not take what was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else saved the document after it was read. Nothing was written: load again, decide
    /// again.
    Changed {
        /// `case` or `permit`.
        kind: &'static str,
        /// Which document.
        id: String,
        /// The version that was read.
        read: u64,
    },
    /// Two changes waited for each other, and the database ended this one. Nothing was written: try
    /// again.
    Collided,
    /// A new document has the id, or the number, of one that is there.
    Exists {
        /// `case` or `permit`.
        kind: &'static str,
        /// Which document.
        id: String,
    },
    /// No such document.
    Missing {
        /// `case` or `permit`.
        kind: &'static str,
        /// Which document.
        id: String,
    },
    /// The document in the database cannot be read.
    Damaged {
        /// `case`, `permit`, `entry` or `list`.
        kind: &'static str,
        /// Which document.
        id: String,
        /// What the reader says; no content.
        why: String,
    },
    /// A change wrote something and names no line of the audit log. Nothing was written.
    NoAuditLine,
    /// A step of the change failed before. Nothing was written.
    Spoiled,
    /// A word of an audit line is no id: it is empty, too long, or has other signs than those of
    /// ids. What people write about people does not belong into the log.
    NotAnId {
        /// `actor`, `action`, `subject` or `detail`.
        part: &'static str,
    },
    /// The entry was not given out.
    UnknownEntry(StatusEntry),
    /// The entry is withdrawn for ever, and was to be set to something else.
    Withdrawn {
        /// Which entry.
        entry: StatusEntry,
        /// What was asked.
        asked: EntryState,
    },
    /// A rule of the database forbids what was written. Nothing was written.
    Constraint(String),
    /// The database does not answer. Nothing was written: try again later.
    Unavailable {
        /// How long it was asked.
        waited: Duration,
        /// What the last attempt said.
        why: String,
    },
    /// The connection ended while the change was handed in: it is there whole, or not at all. Read
    /// to know.
    Unsure(String),
    /// No room is left on the disk. Nothing was written: make room, then try again.
    DiskFull(String),
    /// The database cannot read or write its files.
    Storage(String),
    /// The tables are not those of this program: run `migrate` if they are older, a newer program
    /// if they are newer.
    Schema(String),
    /// The URL, or another setting, means nothing to the register.
    Settings(String),
    /// This database cannot do that.
    Unsupported(&'static str),
    /// What the database said and nothing above says.
    Database(String),
}

impl StoreError {
    /// A stable name for logs, metrics and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Collided => "collided",
            Self::Exists { .. } => "exists",
            Self::Missing { .. } => "missing",
            Self::Damaged { .. } => "damaged",
            Self::NoAuditLine => "no-audit-line",
            Self::Spoiled => "spoiled",
            Self::NotAnId { .. } => "not-an-id",
            Self::UnknownEntry(_) => "unknown-entry",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Constraint(_) => "constraint",
            Self::Unavailable { .. } => "unavailable",
            Self::Unsure(_) => "unsure",
            Self::DiskFull(_) => "disk-full",
            Self::Storage(_) => "storage",
            Self::Schema(_) => "schema",
            Self::Settings(_) => "settings",
            Self::Unsupported(_) => "unsupported",
            Self::Database(_) => "database",
        }
    }

    /// Whether nothing was written and the same, done again from the start, can succeed.
    #[must_use]
    pub const fn try_again(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::Collided | Self::Unavailable { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { kind, id, read } => {
                write!(f, "{kind} {id} was changed after version {read} was read: load it again")
            }
            Self::Collided => f.write_str("two changes collided: try again"),
            Self::Exists { kind, id } => write!(f, "{kind} {id} is there already: take another id"),
            Self::Missing { kind, id } => write!(f, "there is no {kind} {id}"),
            Self::Damaged { kind, id, why } => {
                write!(f, "{kind} {id} cannot be read: {why}; restore it from a backup")
            }
            Self::NoAuditLine => f.write_str("a change without a line for the audit log"),
            Self::Spoiled => f.write_str("a step of the change failed: begin again"),
            Self::NotAnId { part } => write!(f, "the {part} of an audit line is no id"),
            Self::UnknownEntry(entry) => write!(f, "entry {entry} was not given out"),
            Self::Withdrawn { entry, asked } => {
                write!(f, "entry {entry} is withdrawn for ever and cannot become {asked:?}")
            }
            Self::Constraint(why) => write!(f, "a rule of the database forbids the change: {why}"),
            Self::Unavailable { waited, why } => {
                write!(f, "the database does not answer for {:.1} s: {why}", waited.as_secs_f64())
            }
            Self::Unsure(why) => {
                write!(f, "the connection ended while a change was handed in: {why}; read again")
            }
            Self::DiskFull(why) => write!(f, "no room is left for the database: {why}"),
            Self::Storage(why) => write!(f, "the database cannot use its files: {why}"),
            Self::Schema(why) => write!(f, "the tables do not fit: {why}"),
            Self::Settings(why) => write!(f, "the setting of the database: {why}"),
            Self::Unsupported(what) => write!(f, "this database cannot do that: {what}"),
            Self::Database(why) => write!(f, "the database refuses: {why}"),
        }
    }
}

impl Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => told(&*error),
            sqlx::Error::Configuration(why) => Self::Settings(why.to_string()),
            sqlx::Error::Migrate(error) => Self::from(*error),
            error @ (sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed) => gone(error.to_string()),
            error => Self::Database(error.to_string()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            error => Self::Schema(error.to_string()),
        }
    }
}

fn gone(why: String) -> StoreError {
    StoreError::Unavailable { waited: Duration::ZERO, why }
}

/// What the database itself said. Codes of PostgreSQL have five signs, those of SQLite are numbers:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>,
/// <https://www.sqlite.org/rescode.html>.
fn told(error: &dyn DatabaseError) -> StoreError {
    // The message of PostgreSQL names tables and constraints, never values; its details, which do,
    // are left out.
    let why = error.message().to_owned();
    if !matches!(error.kind(), ErrorKind::Other) {
        return StoreError::Constraint(why);
    }
    let code = error.code().unwrap_or_default();
    if code.len() == 5 {
        return match &*code {
            "40001" | "40P01" | "55P03" => StoreError::Collided,
            "53100" => StoreError::DiskFull(why),
            "58030" | "58P01" => StoreError::Storage(why),
            "25006" => gone(why),
            code if code.starts_with("08") || code.starts_with("53") || code.starts_with("57") => {
                gone(why)
            }
            _ => StoreError::Database(why),
        };
    }
    // The low byte is the code, the rest says more about it.
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 | 14 => gone(why),
        8 | 10 | 11 | 26 => StoreError::Storage(why),
        13 => StoreError::DiskFull(why),
        19 => StoreError::Constraint(why),
        _ => StoreError::Database(why),
    }
}
