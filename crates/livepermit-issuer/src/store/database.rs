//! The connection to SQLite or PostgreSQL, and the tables.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Executor as _, Row as _, SqlSafeStr as _,
};
use tokio::sync::Mutex;

use super::change::Change;
use super::error::StoreError;
use super::settings::Settings;
use super::turn::{Taken, Turn, Work};
use super::words::SearchKey;

/// The statements that make the tables, the same for both databases.
const REGISTER: &str = include_str!("../../migrations/0001_register.sql");
const SQLITE_ONLY: &str = include_str!("../../migrations/0002_append_only.sqlite.sql");
const POSTGRES_ONLY: &str = include_str!("../../migrations/0002_append_only.postgres.sql");
const WALLETS: &str = include_str!("../../migrations/0003_wallets.sql");
const STAFF: &str = include_str!("../../migrations/0004_staff.sql");
const APPLICANTS: &str = include_str!("../../migrations/0005_applicants.sql");
const JOBS: &str = include_str!("../../migrations/0006_jobs.sql");
const KEYS: &str = include_str!("../../migrations/0007_keys.sql");
const FOLLOW_UPS: &str = include_str!("../../migrations/0008_follow_ups.sql");

/// Which database keeps the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

/// The register: a pool of connections. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
    engine: Engine,
    /// Of SQLite: PostgreSQL takes many changes at once.
    turn: Option<Arc<Mutex<Turn>>>,
    settings: Arc<Settings>,
}

impl Database {
    /// Connects, and waits for a server that does not answer yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Settings`] for a URL that is none, or lists that are too small or too large;
    /// [`StoreError::Unavailable`] and those of the database.
    pub async fn connect(settings: Settings) -> Result<Self, StoreError> {
        let engine = match settings.url().split(':').next() {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres" | "postgresql") => Engine::Postgres,
            _ => return Err(StoreError::Settings("begins with sqlite: or postgres:".to_owned())),
        };
        if !(8..=1 << 28).contains(&settings.entries()) {
            let why = format!("lists have 8 to {} entries, not {}", 1 << 28, settings.entries());
            return Err(StoreError::Settings(why));
        }
        if engine == Engine::Sqlite {
            make_file(settings.url())?;
        }
        sqlx::any::install_default_drivers();
        let each = session(engine, &settings);
        let most = settings.most_connections().unwrap_or(match engine {
            Engine::Sqlite => 4,
            Engine::Postgres => 16,
        });
        let pool = AnyPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(settings.waits())
            // SQLite is in this process: it answers, or its file does not.
            .test_before_acquire(engine == Engine::Postgres)
            .after_connect(move |connection, _| {
                let each = each.clone();
                Box::pin(async move { prepare(connection, each).await })
            })
            .connect_lazy(settings.url())?;
        let mut database = Self { pool, engine, turn: None, settings: Arc::new(settings) };
        drop(database.connection().await?);
        if engine == Engine::Sqlite {
            database.turn = Some(Turn::new(database.patiently(|| database.writer()).await?));
        }
        Ok(database)
    }

    /// Makes the tables, or brings them to what this program knows. Whatever is there stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Schema`] for tables of a newer program, and those of the database.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let steps = migrator(self.engine);
        // PostgreSQL has a lock for this; two processes that find no table in SQLite would both
        // make it.
        if self.engine == Engine::Sqlite {
            let mut change = self.patiently(|| self.pool.begin_with("BEGIN IMMEDIATE")).await?;
            steps.run_direct(None, &mut *change, false).await?;
            return Ok(change.commit().await?);
        }
        let mut connection = self.connection().await?;
        Ok(steps.run_direct(None, &mut *connection, false).await?)
    }

    /// Whether the tables are those that this program knows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Schema`] if they are not, and those of the database.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        const SELECT: &str = "SELECT version FROM _sqlx_migrations ORDER BY version";
        let mut connection = self.connection().await?;
        let rows = match sqlx::query(SELECT).fetch_all(&mut *connection).await {
            Err(sqlx::Error::Database(error)) if error.message().contains("_sqlx_migrations") => {
                return Err(StoreError::Schema("there are none: run `migrate`".to_owned()));
            }
            rows => rows?,
        };
        let found = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
        let known: Vec<i64> = migrator(self.engine).iter().map(|step| step.version).collect();
        if found == known {
            return Ok(());
        }
        let last = |steps: &[i64]| steps.last().copied().unwrap_or_default();
        let (found, known) = (last(&found), last(&known));
        Err(StoreError::Schema(format!(
            "they are of step {found}, and this program knows step {known}: {}",
            if found > known { "run a newer program" } else { "run `migrate`" }
        )))
    }

    /// Copies the register of SQLite into a new file, while it is used.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unsupported`] for PostgreSQL, which has programs for that, and those of the
    /// database.
    pub async fn backup_to(&self, path: &Path) -> Result<(), StoreError> {
        if self.engine != Engine::Sqlite {
            return Err(StoreError::Unsupported("use pg_dump or pg_basebackup"));
        }
        let path = path.to_str().ok_or(StoreError::Unsupported("the path is no UTF-8"))?;
        let mut connection = self.connection().await?;
        sqlx::query("VACUUM INTO $1").bind(path.to_owned()).execute(&mut *connection).await?;
        Ok(())
    }

    /// Ends all connections, and brings the register of SQLite into one file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if another process has the register open;
    /// [`StoreError::Unsupported`] for PostgreSQL; and those of the database.
    pub async fn settle(self) -> Result<(), StoreError> {
        if self.engine != Engine::Sqlite {
            return Err(StoreError::Unsupported("PostgreSQL keeps its own files"));
        }
        self.close().await;
        let mut connection = AnyConnection::connect(self.settings.url()).await?;
        connection.execute("PRAGMA busy_timeout = 200").await?;
        // SQLite gives its log file up only to a process that is alone.
        let mode = sqlx::query("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await?;
        let mode: String = mode.try_get(0)?;
        connection.close().await?;
        if mode == "delete" {
            return Ok(());
        }
        let why = "another process has it open".to_owned();
        Err(StoreError::Unavailable { waited: Duration::from_millis(200), why })
    }

    /// Ends all connections, and waits until what is under way has ended.
    pub async fn close(&self) {
        self.pool.close().await;
        if let Some(turn) = &self.turn {
            turn.lock().await.close().await;
        }
    }

    /// The key of searches.
    pub(super) fn search_key(&self) -> Result<&SearchKey, StoreError> {
        let none = || StoreError::Unsupported("without a key permits are found by number alone");
        self.settings.search_key().ok_or_else(none)
    }

    /// A connection that answers.
    pub(super) async fn connection(&self) -> Result<PoolConnection<Any>, StoreError> {
        self.patiently(|| self.pool.acquire()).await
    }

    /// Begins a change. SQLite takes one at a time: they wait here in the order in which they come.
    pub(super) async fn change(&self) -> Result<Change, StoreError> {
        let work = match self.turn().await? {
            None => Work::Postgres(self.patiently(|| self.pool.begin_with("BEGIN")).await?),
            Some(mut taken) => {
                self.open(&mut taken, || sqlx::query("BEGIN IMMEDIATE")).await?;
                Work::Sqlite(taken)
            }
        };
        Ok(self.begun(work))
    }

    /// What a change is whose transaction was begun.
    pub(super) fn begun(&self, work: Work) -> Change {
        Change::new(work, self.engine, Arc::clone(&self.settings))
    }

    /// The turn to write to SQLite; `None` for PostgreSQL.
    pub(super) async fn turn(&self) -> Result<Option<Taken>, StoreError> {
        let Some(turn) = &self.turn else { return Ok(None) };
        let taken = Taken::of(turn).await;
        if self.pool.is_closed() {
            let why = "the register was closed".to_owned();
            return Err(StoreError::Unavailable { waited: Duration::ZERO, why });
        }
        Ok(Some(taken))
    }

    /// Asks SQLite for what begins a change, or is one; again for a while, by a new connection, if
    /// it does not answer.
    pub(super) async fn open(
        &self,
        taken: &mut Taken,
        query: impl Fn() -> Query<'static, Any, AnyArguments> + Send + Sync,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let state = Mutex::new((taken.turn(), false));
        self.patiently(|| async {
            let (turn, failed) = &mut *state.lock().await;
            if std::mem::replace(failed, true) {
                turn.replace(self.writer().await?);
            }
            query().fetch_all(turn.opened().await).await
        })
        .await
    }

    /// A connection to SQLite that writes.
    async fn writer(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut connection = AnyConnection::connect(self.settings.url()).await?;
        prepare(&mut connection, session(self.engine, &self.settings)).await?;
        Ok(connection)
    }

    /// Asks a database that does not answer again for a while. What is tried writes nothing.
    async fn patiently<T, A>(&self, attempt: impl Fn() -> A + Send + Sync) -> Result<T, StoreError>
    where
        A: Future<Output = Result<T, sqlx::Error>> + Send,
    {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            match attempt().await.map_err(StoreError::from) {
                Err(StoreError::Unavailable { why, .. }) => {
                    let waited = begun.elapsed();
                    if self.pool.is_closed() || waited + pause > self.settings.waits() {
                        return Err(StoreError::Unavailable { waited, why });
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(500));
                }
                answer => return answer,
            }
        }
    }
}

/// Asks a new connection for these statements.
async fn prepare(
    connection: &mut AnyConnection,
    statements: Vec<String>,
) -> Result<(), sqlx::Error> {
    for statement in statements {
        connection.execute(sqlx::AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

/// What each connection does first.
fn session(engine: Engine, settings: &Settings) -> Vec<String> {
    match engine {
        Engine::Sqlite => {
            let patience = settings.waits().as_millis();
            let mut statements = vec![
                // First: what follows waits for others by this.
                format!("PRAGMA busy_timeout = {patience}"),
                "PRAGMA journal_mode = WAL".to_owned(),
                // A change that was handed in stays when the power fails.
                "PRAGMA synchronous = FULL".to_owned(),
                "PRAGMA foreign_keys = ON".to_owned(),
                // What was erased is not to be found in the file.
                "PRAGMA secure_delete = ON".to_owned(),
            ];
            if let Some(pages) = settings.most_pages() {
                statements.push(format!("PRAGMA max_page_count = {pages}"));
            }
            statements
        }
        Engine::Postgres => [
            "SET synchronous_commit = on",
            // Who waited for a row sees what the other has written.
            "SET default_transaction_isolation = 'read committed'",
            "SET statement_timeout = '60s'",
            "SET lock_timeout = '10s'",
            "SET idle_in_transaction_session_timeout = '60s'",
        ]
        .map(str::to_owned)
        .into(),
    }
}

/// Makes the file of SQLite, which nobody but its owner reads: there are people in it.
fn make_file(url: &str) -> Result<(), StoreError> {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split('?').next().unwrap_or_default();
    let path = decoded(path).ok_or_else(|| StoreError::Settings("is no path".to_owned()))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::Storage(format!("{path}: {error}"))),
    }
}

/// The path of a URL: `%` and two hexadecimal digits are a byte.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut left = path.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, rest) = left.split_at_checked(2)?;
        left = rest;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn migrator(engine: Engine) -> Migrator {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let append_only = match engine {
        Engine::Sqlite => SQLITE_ONLY,
        Engine::Postgres => POSTGRES_ONLY,
    };
    Migrator::with_migrations(vec![
        step(1, "register", REGISTER),
        step(2, "append only", append_only),
        step(3, "wallets", WALLETS),
        step(4, "staff", STAFF),
        step(5, "applicants", APPLICANTS),
        step(6, "jobs", JOBS),
        step(7, "keys", KEYS),
        step(8, "follow ups", FOLLOW_UPS),
    ])
}
