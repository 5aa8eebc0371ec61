use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::free_port;

/// A PostgreSQL server.
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
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
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let newest = versions.flatten().map(|version| version.path().join("bin")).max()?;
        let folder = tempfile::tempdir().unwrap();
        let server = Self { folder, programs: newest, port: free_port() };
        if rustix::process::geteuid().is_root() {
            // PostgreSQL does not run as root.
            let done = Command::new("chown").arg("nobody").arg(server.folder.path()).status();
            assert!(done.unwrap().success());
        }
        Some(server)
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
        let path = self.programs.join(name);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "nobody", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/").env("PGDATA", self.data());
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
