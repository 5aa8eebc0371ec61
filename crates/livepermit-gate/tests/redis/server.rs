//! A `redis-server` of a test's own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use livepermit_testkit::servers::free_port;
use redis::{FromRedisValue, RedisResult};

use super::PATIENCE;

/// A server of our own: killed when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    settings: Vec<String>,
}

impl Server {
    /// Starts a server. `None`, with a note, where the program is missing.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let settings: Vec<String> = settings.iter().map(|&word| word.to_owned()).collect();
        let port = free_port();
        let process = run(port, folder.path(), &settings)?;
        let server = Self { process, port, folder, settings };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let begin = Instant::now();
        while self.try_command::<String>(&["PING"]).is_err() {
            assert!(begin.elapsed() < PATIENCE, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills the server, lets `between` change its folder, and starts it again.
    pub(crate) fn restart(&mut self, between: impl FnOnce(&Path)) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        between(self.folder.path());
        let begin = Instant::now();
        self.process = loop {
            let mut process = run(self.port, self.folder.path(), &self.settings).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            // The port may still be taken for a moment.
            if process.try_wait().unwrap().is_none() {
                break process;
            }
            assert!(begin.elapsed() < PATIENCE, "redis-server does not start again");
        };
        self.wait();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn connection(&self) -> RedisResult<redis::Connection> {
        redis::Client::open(self.url())?.get_connection_with_timeout(PATIENCE)
    }

    pub(crate) fn try_command<T: FromRedisValue>(&self, words: &[&str]) -> RedisResult<T> {
        redis::cmd(words[0]).arg(&words[1..]).query(&mut self.connection()?)
    }

    #[track_caller]
    pub(crate) fn command<T: FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_command(words).unwrap()
    }

    /// Sends a signal to the process: `-KILL`, `-STOP`, `-CONT`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

fn run(port: u16, folder: &Path, settings: &[String]) -> Option<Child> {
    let started = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--dir"])
        .arg(folder)
        .args(settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(process) => Some(process),
        Err(error) => {
            let required = std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_some();
            assert!(!required, "redis-server: {error}");
            println!("skipped: redis-server: {error}");
            None
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
