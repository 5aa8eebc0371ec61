//! PostgreSQL servers for tests.

use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use livepermit_testkit::servers::{
    as_postgres, free_port, or_skip, postgres_folder, postgres_program,
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// How long a test waits for a server on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a server until the pipe behind its input is closed: also a test that is killed leaves no
/// server behind. The folder is removed by the shell if this program has ended then.
const UNTIL_CLOSED: &str =
    r#""$@" & cat >/dev/null; kill -QUIT $!; wait $!; [ -z "$REMOVE" ] || rm -rf "$REMOVE""#;

/// The server that the tests of this program share. Each has a database of its own in it. It ends
/// with the program, because nothing but the program has the pipe.
static SHARED: OnceCell<Option<Server>> = OnceCell::const_new();

/// A server, which ends with this value or with this program.
pub(crate) struct Server {
    folder: TempDir,
    shell: Child,
    pipe: Option<ChildStdin>,
    port: u16,
    shared: bool,
}

impl Server {
    /// A server of this test's own.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(false).await
    }

    async fn start_with(shared: bool) -> Option<Self> {
        let mut initdb = or_skip(postgres_program("initdb"), "PostgreSQL")?;
        let folder = postgres_folder();
        let out = initdb
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let port = free_port();
        let (shell, pipe) = spawn(&folder, port, shared);
        let server = Self { folder, shell, pipe: Some(pipe), port, shared };
        server.wait().await;
        Some(server)
    }

    /// The URL of a database in this server.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends the server at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        drop(self.pipe.take());
        self.shell.wait().unwrap();
    }

    /// Starts the server after [`Server::kill`].
    pub(crate) async fn again(&mut self) {
        let (shell, pipe) = spawn(&self.folder, self.port, self.shared);
        self.shell = shell;
        self.pipe = Some(pipe);
        self.wait().await;
    }

    async fn wait(&self) {
        let begun = Instant::now();
        while let Err(error) = PgConnection::connect(&self.url("postgres")).await {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "the server does not answer: {error}\n{log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn spawn(folder: &TempDir, port: u16, shared: bool) -> (Child, ChildStdin) {
    let data = folder.path().join("data");
    let _ = std::fs::remove_file(data.join("postmaster.pid"));
    let mut log = std::fs::File::options();
    let log = log.create(true).append(true).open(folder.path().join("log")).unwrap();
    let postgres = postgres_program("postgres").unwrap();
    let mut command = as_postgres(Command::new("sh"));
    command.args(["-c", UNTIL_CLOSED, "sh"]).arg(postgres.get_program());
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    let settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=16MB",
        "max_connections=60",
        "autovacuum=off",
    ];
    for setting in settings {
        command.args(["-c", setting]);
    }
    if shared {
        command.env("REMOVE", folder.path());
    }
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
    let mut shell = command.spawn().unwrap();
    let pipe = shell.stdin.take().unwrap();
    (shell, pipe)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Makes a new database in the server that is shared, and tells its URL.
pub(crate) async fn new_database(name: &str) -> Option<String> {
    let server = SHARED.get_or_init(|| Server::start_with(true)).await.as_ref()?;
    sql(&server.url("postgres"), &format!("CREATE DATABASE {name}")).await;
    Some(server.url(name))
}

/// Runs statements outside of the register.
pub(crate) async fn sql(url: &str, text: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(text.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}
