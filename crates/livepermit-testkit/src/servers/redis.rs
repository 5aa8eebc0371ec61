use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{free_port, until};

/// A Redis server.
pub struct Redis {
    folder: TempDir,
    process: Option<Child>,
    port: u16,
    settings: Vec<String>,
}

impl Redis {
    /// `None` when the program is not here.
    pub fn start(settings: &[&str]) -> Option<Self> {
        let settings = settings.iter().map(ToString::to_string).collect();
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self { folder, process: None, port: free_port(), settings };
        server.run()?;
        Some(server)
    }

    /// Starts the program, on the same port and folder as before.
    pub fn run(&mut self) -> Option<()> {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", "", "--dir"])
            .arg(self.folder.path())
            .args(["--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0"])
            .args(["--repl-backlog-ttl", "0"])
            .args(&self.settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.process = Some(process.ok()?);
        until("a Redis server", || {
            let answer = self.ask(&["PING"]);
            // A server that loads its data gives another answer.
            answer == "PONG" || answer.starts_with("NOAUTH")
        });
        Some(())
    }

    /// The port on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where the server keeps its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The answer to a command, as `redis-cli` prints it.
    pub fn ask(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(words)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// As a power cut ends a server, but for what the system still writes.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// The server stops in the middle of everything, and keeps its connections.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Ends [`Redis::freeze`].
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = self.process.as_ref().unwrap().id();
        let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Makes this server a replica of the server behind `port`, and waits until it has everything.
    pub fn follow(&self, port: u16) {
        self.ask(&["REPLICAOF", "127.0.0.1", &port.to_string()]);
        until("a replica", || self.ask(&["INFO", "replication"]).contains("master_link_status:up"));
    }

    /// Makes a replica a master.
    pub fn promote(&self) {
        self.ask(&["REPLICAOF", "NO", "ONE"]);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
