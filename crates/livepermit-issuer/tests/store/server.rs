//! PostgreSQL servers for tests.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

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
pub(super) struct Server {
    folder: TempDir,
    shell: Child,
    pipe: Option<ChildStdin>,
    port: u16,
    shared: bool,
}

/// Where the programs are; `None` if they are not installed.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    installed.sort();
    folders.extend(installed.into_iter().rev());
    folders.into_iter().find(|folder| {
        ["initdb", "postgres"].iter().all(|name| std::fs::canonicalize(folder.join(name)).is_ok())
    })
}

/// The user that runs servers: a server does not run as root.
fn user() -> Option<(u32, u32)> {
    let number = |arguments: &[&str]| {
        let out = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim().parse::<u32>().ok()
    };
    if number(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((number(&["-u", user])?, number(&["-g", user])?)))
}

fn as_user(mut command: Command) -> Command {
    if let Some((user, group)) = user() {
        command.uid(user).gid(group);
    }
    command.current_dir("/").stdin(Stdio::null());
    command
}

impl Server {
    /// A server of this test's own.
    pub(super) async fn start() -> Option<Self> {
        Self::start_with(false).await
    }

    async fn start_with(shared: bool) -> Option<Self> {
        let Some(programs) = programs() else {
            let missing = "PostgreSQL is not installed";
            assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "{missing}");
            println!("skipped: {missing}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = user() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let out = as_user(Command::new(programs.join("initdb")))
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (shell, pipe) = spawn(&folder, port, shared);
        let server = Self { folder, shell, pipe: Some(pipe), port, shared };
        server.wait().await;
        Some(server)
    }

    /// The URL of a database in this server.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends the server at once, as a crash does.
    pub(super) fn kill(&mut self) {
        drop(self.pipe.take());
        self.shell.wait().unwrap();
    }

    /// Starts the server after [`Server::kill`].
    pub(super) async fn again(&mut self) {
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
    let mut command = as_user(Command::new("sh"));
    command.args(["-c", UNTIL_CLOSED, "sh"]).arg(programs().unwrap().join("postgres"));
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
pub(super) async fn new_database(name: &str) -> Option<String> {
    let server = SHARED.get_or_init(|| Server::start_with(true)).await.as_ref()?;
    sql(&server.url("postgres"), &format!("CREATE DATABASE {name}")).await;
    Some(server.url(name))
}

/// Runs statements outside of the register.
pub(super) async fn sql(url: &str, text: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(text.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}
