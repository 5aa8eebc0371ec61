//! Where a test keeps its register: a file of SQLite, or a database in PostgreSQL.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use livepermit_issuer::store::{AuditState, Database, Settings, Store as _};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};
use tempfile::TempDir;

use crate::server;

/// Small, so that tests fill lists.
pub(crate) const LIST_SIZE: u32 = 64;
/// How many entries such a list gives.
pub(crate) const LIST_GIVES: u32 = 56;

static COUNT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Place {
    url: String,
    folder: TempDir,
}

/// Makes two tests of each function: `sqlite::name` and `postgres::name`.
macro_rules! on_both {
    ($($name:ident,)+) => {
        mod sqlite {
            $(#[test] fn $name() { crate::place::run(false, super::$name); })+
        }
        mod postgres {
            $(#[test] fn $name() { crate::place::run(true, super::$name); })+
        }
    };
}
pub(crate) use on_both;

/// Runs a test over a new register, on two threads.
pub(crate) fn run<T: Future<Output = ()>>(postgres: bool, test: impl FnOnce(Place) -> T) {
    runtime().block_on(async {
        let place = if postgres { Place::postgres().await } else { Some(Place::sqlite()) };
        if let Some(place) = place {
            test(place).await;
        }
    });
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("register").display());
        Self { url, folder }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let name = format!("register_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let url = server::new_database(&name).await?;
        Some(Self { url, folder: tempfile::tempdir().unwrap() })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A file in a folder of this test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings::at(&self.url).list_size(LIST_SIZE).patience(Duration::from_secs(30))
    }

    /// The register, with its tables.
    pub(crate) async fn open(&self) -> Database {
        let database = Database::connect(self.settings()).await.unwrap();
        database.migrate().await.unwrap();
        database
    }

    /// Runs one statement past the register, and tells the numbers in the first column.
    pub(crate) async fn sql(&self, statement: &str) -> Vec<i64> {
        let mut connection = self.direct().await;
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        let rows = sqlx::query(statement).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Runs one statement past the register, which is to be refused.
    pub(crate) async fn refused(&self, statement: &str) -> String {
        let mut connection = self.direct().await;
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        let error = connection.execute(statement).await.unwrap_err();
        connection.close().await.unwrap();
        error.to_string()
    }

    async fn direct(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect(&self.url).await.unwrap()
    }

    /// Keeps a copy of the register, and closes it.
    pub(crate) async fn back_up(&self, database: &Database) {
        if self.is_sqlite() {
            database.backup_to(&self.path("backup")).await.unwrap();
            database.close().await;
            return;
        }
        database.close().await;
        let (server, name) = self.url.rsplit_once('/').unwrap();
        let copy = format!("CREATE DATABASE {name}_backup TEMPLATE {name}");
        server::sql(&format!("{server}/postgres"), &copy).await;
    }

    /// Puts the copy in the place of the register, which is closed.
    pub(crate) async fn put_back(&self) {
        if self.is_sqlite() {
            for left in ["register-wal", "register-shm"] {
                let _ = std::fs::remove_file(self.path(left));
            }
            std::fs::copy(self.path("backup"), self.path("register")).unwrap();
            return;
        }
        let (server, name) = self.url.rsplit_once('/').unwrap();
        let server = format!("{server}/postgres");
        server::sql(&server, &format!("DROP DATABASE {name}")).await;
        server::sql(&server, &format!("CREATE DATABASE {name} TEMPLATE {name}_backup")).await;
    }
}

/// Checks the audit log, and tells how many lines it has.
pub(crate) async fn whole(database: &Database) -> u64 {
    match database.verify_audit().await.unwrap() {
        AuditState::Whole { lines, .. } => lines,
        broken => panic!("{broken:?}"),
    }
}
