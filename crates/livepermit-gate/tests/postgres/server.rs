//! PostgreSQL servers for tests.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{GoOn, PostgresBuilder, ReplayStore as _};
use livepermit_testkit::servers::{free_port, or_skip, postgres_folder, postgres_program};
use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{NOON, RETENTION, at};

/// How long a test waits for a server on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// No test measures this.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A folder with the data of a new server, shared by the tests that run at the same time.
static TEMPLATE: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());

/// A server of our own: stopped when dropped.
pub(super) struct Server {
    folder: TempDir,
    process: Child,
    pub(super) port: u16,
    settings: Vec<String>,
    _template: Arc<TempDir>,
}

fn template() -> Option<Arc<TempDir>> {
    let mut initdb = or_skip(postgres_program("initdb"), "PostgreSQL")?;
    let mut template = TEMPLATE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(template) = template.upgrade() {
        return Some(template);
    }
    let made = Arc::new(postgres_folder());
    let out = initdb
        .arg("-D")
        .arg(made.path().join("data"))
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    *template = Arc::downgrade(&made);
    Some(made)
}

impl Server {
    pub(super) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// Starts a new server with settings such as `fsync=off`.
    pub(super) fn start_with(settings: &[&str]) -> Option<Self> {
        let template = template()?;
        let folder = postgres_folder();
        let copied = Command::new("cp")
            .arg("-a")
            .args([template.path().join("data"), folder.path().join("data")])
            .status();
        assert!(copied.unwrap().success());
        Some(Self::over(folder, template, settings))
    }

    /// Starts a server over the folder `data` in this folder.
    fn over(folder: TempDir, template: Arc<TempDir>, settings: &[&str]) -> Self {
        let port = free_port();
        let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let process = spawn(folder.path(), port, &settings);
        let mut server = Self { folder, process, port, settings, _template: template };
        server.wait();
        server
    }

    /// Waits until the server answers.
    fn wait(&mut self) {
        let begin = Instant::now();
        while self.try_sql("SELECT 1").is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && begin.elapsed() < PATIENCE,
                "the server does not answer: {}",
                std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server at once, as a crash does, and starts it again.
    pub(super) fn crash(&mut self) {
        self.kill();
        self.again();
    }

    pub(super) fn kill(&mut self) {
        self.signal("-QUIT");
        self.process.wait().unwrap();
    }

    /// Starts the server after [`Server::kill`].
    pub(super) fn again(&mut self) {
        self.process = spawn(self.folder.path(), self.port, &self.settings);
        self.wait();
    }

    pub(super) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Starts a standby, or copies the data for one.
    pub(super) fn standby(&self) -> Self {
        let folder = self.backup(&["--write-recovery-conf"]);
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        Self::over(folder, Arc::clone(&self._template), &settings)
    }

    /// A base backup in the folder `data` of a new folder.
    pub(super) fn backup(&self, options: &[&str]) -> TempDir {
        let folder = postgres_folder();
        let out = postgres_program("pg_basebackup")
            .unwrap()
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres"])
            .args(["--checkpoint=fast", "--no-sync", "-D"])
            .arg(folder.path().join("data"))
            .args(options)
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        folder
    }

    /// Puts a base backup in the place of the data.
    pub(super) fn put_back(&mut self, backup: TempDir) {
        self.kill();
        self.folder = backup;
        self.again();
    }

    pub(super) fn url(&self) -> String {
        self.url_of("postgres", "postgres")
    }

    pub(super) fn url_of(&self, user: &str, database: &str) -> String {
        format!("postgresql://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// A gate of the zone `hall`.
    pub(super) fn gate(&self, gate: &str) -> PostgresBuilder {
        gate_at(&self.url(), gate)
    }

    /// A gate of the zone `hall`, which is new, and nothing was admitted before. It is noon.
    pub(super) fn new_zone(&self, gate: &str) -> PostgresReplay {
        self.open_zone(self.gate(gate))
    }

    pub(super) fn open_zone(&self, gate: PostgresBuilder) -> PostgresReplay {
        self.hold_clock(NOON);
        let store = gate.connect().unwrap();
        store.go_on(GoOn::NothingWasAdmitted, at(NOON)).unwrap();
        assert_eq!(store.health().out_of_order_until, None);
        store
    }

    /// Runs statements as the owner of everything.
    pub(super) fn sql(&self, text: &str) -> Vec<String> {
        self.sql_in("postgres", text)
    }

    pub(super) fn sql_in(&self, database: &str, text: &str) -> Vec<String> {
        match self.try_sql_in(database, text) {
            Ok(rows) => rows,
            Err(error) => panic!("{text}: {:?}", error.as_db_error()),
        }
    }

    pub(super) fn try_sql(&self, text: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        self.try_sql_in("postgres", text)
    }

    fn try_sql_in(&self, database: &str, text: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let url = self.url_of("postgres", database);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            let driver = tokio::spawn(connection);
            let messages = client.simple_query(text).await?;
            drop(client);
            let _ = driver.await;
            Ok(messages
                .iter()
                .filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("").to_owned()),
                    _ => None,
                })
                .collect())
        })
    }

    /// Holds the clock of the server at this time. A session that has asked for the time before does
    /// not notice the first hold.
    pub(super) fn hold_clock(&self, time: u64) {
        let held = self.sql("SELECT to_regclass('public.held_clock')");
        if held == [""] {
            self.sql(
                "ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO clock_timestamp_real; \
                 CREATE TABLE public.held_clock (at bigint); \
                 INSERT INTO public.held_clock VALUES (0); \
                 GRANT SELECT ON public.held_clock TO PUBLIC; \
                 CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz \
                 LANGUAGE sql VOLATILE AS 'SELECT to_timestamp(c.at) FROM public.held_clock c'",
            );
        }
        self.sql(&format!("UPDATE public.held_clock SET at = {time}"));
    }
}

/// A gate of the zone `hall` at this URL.
pub(super) fn gate_at(url: &str, gate: &str) -> PostgresBuilder {
    PostgresReplay::at(url).prefix("hall").gate(gate).retention(RETENTION).timeout(TIMEOUT)
}

fn spawn(folder: &Path, port: u16, settings: &[String]) -> Child {
    let data = folder.join("data");
    if std::fs::exists(&data).unwrap() {
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    match std::fs::remove_file(data.join("postmaster.pid")) {
        Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut command = postgres_program("postgres").unwrap();
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    let ours = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=16MB",
        "max_connections=50",
        "autovacuum=off",
    ];
    for setting in ours.iter().copied().chain(settings.iter().map(String::as_str)) {
        command.args(["-c", setting]);
    }
    command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.try_wait().unwrap().is_none() {
            self.signal("-CONT");
            self.kill();
        }
    }
}
