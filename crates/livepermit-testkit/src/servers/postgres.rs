use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::free_port;

/// Where the programs are; `None` if they are not installed.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    installed.sort();
    folders.extend(installed.into_iter().rev());
    folders.into_iter().find(|folder| {
        ["initdb", "postgres", "pg_ctl", "psql", "pg_dump", "pg_basebackup"]
            .iter()
            .all(|name| fs::canonicalize(folder.join(name)).is_ok())
    })
}

/// The user that runs servers: a server does not run as root.
fn user() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let number = |option: &str, user: &str| {
        let out = Command::new("id").args([option, user]).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim().parse::<u32>().ok()
    };
    ["postgres", "nobody"].iter().find_map(|user| Some((number("-u", user)?, number("-g", user)?)))
}

/// The same program, run by the user that runs servers.
pub fn as_postgres(mut command: Command) -> Command {
    if let Some((user, group)) = user() {
        command.uid(user).gid(group);
    }
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// A program of PostgreSQL, run by the user that runs servers; `None` if PostgreSQL is not
/// installed.
pub fn postgres_program(name: &str) -> Option<Command> {
    programs().map(|folder| as_postgres(Command::new(folder.join(name))))
}

/// A folder of the user that runs servers.
pub fn postgres_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    give_to_postgres(folder.path());
    folder
}

/// Gives a file or folder to the user that runs servers.
pub fn give_to_postgres(path: &Path) {
    if let Some((user, group)) = user() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

/// A PostgreSQL server.
pub struct Postgres {
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// `None` when the programs are not here.
    pub fn start(settings: &[&str]) -> Option<Self> {
        let server = Self::empty()?;
        server.initialise(settings);
        server.run();
        Some(server)
    }

    fn empty() -> Option<Self> {
        programs()?;
        Some(Self { folder: postgres_folder(), port: free_port() })
    }

    fn initialise(&self, settings: &[&str]) {
        self.program(
            "initdb",
            &["--username=test", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        );
        let mut text = fs::read_to_string(self.data().join("postgresql.conf")).unwrap();
        for setting in settings {
            text.push_str(setting);
            text.push('\n');
        }
        fs::write(self.data().join("postgresql.conf"), text).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The port on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    fn command(&self, name: &str) -> Command {
        let mut command = postgres_program(name).unwrap();
        command.env("PGDATA", self.data());
        command
    }

    fn program(&self, name: &str, words: &[&str]) {
        let output = self.command(name).args(words).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the program, on the same port and folder as before.
    pub fn run(&self) {
        let options =
            format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", self.port);
        let log = self.folder.path().join("log");
        let log = log.to_str().unwrap();
        // The server would hold a pipe of ours open.
        let started = self
            .command("pg_ctl")
            .args(["start", "--wait", "--silent", "--timeout=90", "--log", log, "--options"])
            .arg(options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(started.unwrap().success());
    }

    /// Ends all processes at once: the server has to recover when it starts again.
    pub fn kill(&self) {
        let _ = self.command("pg_ctl").args(["stop", "--mode=immediate", "--silent"]).output();
    }

    /// A copy of the server, that follows it from now on if `standby` says so.
    pub fn copy(&self, standby: bool) -> Self {
        let copy = Self::empty().unwrap();
        let data = copy.data();
        let port = self.port.to_string();
        let mut words = vec!["-h", "127.0.0.1", "-p", &port, "-U", "test", "--checkpoint=fast"];
        words.extend(["--no-sync", "-D", data.to_str().unwrap()]);
        if standby {
            words.push("--write-recovery-conf");
        }
        self.program("pg_basebackup", &words);
        copy
    }

    /// Puts the data of `other` in the place of this server's data. Neither may run.
    pub fn take_data_of(&self, other: &Self) {
        fs::remove_dir_all(self.data()).unwrap();
        fs::rename(other.data(), self.data()).unwrap();
    }

    /// Makes a standby a server of its own.
    pub fn promote(&self) {
        self.program("pg_ctl", &["promote", "--wait", "--silent"]);
    }

    /// Runs a statement, and gives back what `psql` prints.
    pub fn ask(&self, statement: &str) -> String {
        let port = self.port.to_string();
        let output = self
            .command("psql")
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "test", "-d", "postgres", "-qAt", "-c"])
            .arg(statement)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}
