//! Servers of our own: each has a folder of its own and is killed when dropped.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use livepermit_testkit::servers::free_port;
use redis::Value;
use tempfile::TempDir;

use super::until;

/// What keeps each admission.
pub(crate) const DURABLE: [&str; 6] =
    ["--appendonly", "yes", "--appendfsync", "always", "--repl-backlog-ttl", "0"];

/// Whether the program is there. A missing program is an error where all is required.
pub(crate) fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let found = command.status();
    match found {
        // openssl does not know the word.
        Ok(_) => true,
        Err(error) => {
            assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "{program}: {error}");
            println!("skipped: {program}: {error}");
            false
        }
    }
}

pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    settings: Vec<String>,
    password: Option<String>,
}

impl Server {
    /// A server with these settings, or `None` where there is no `redis-server`.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        has("redis-server").then(|| Self::launch(settings))
    }

    pub(crate) fn launch(settings: &[&str]) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let settings: Vec<String> = settings.iter().map(|word| (*word).to_owned()).collect();
        let password = settings.iter().position(|word| word == "--requirepass");
        let password = password.map(|place| settings[place + 1].clone());
        let process = spawn(port, &folder, &settings);
        let server = Self { process, port, folder, settings, password };
        server.wait();
        server
    }

    /// `redis-server --sentinel` with this configuration.
    pub(crate) fn sentinel(configuration: &str) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let file = folder.path().join("sentinel.conf");
        std::fs::write(&file, format!("bind 127.0.0.1\nport {port}\n{configuration}")).unwrap();
        let mut command = Command::new("redis-server");
        command.arg(&file).arg("--sentinel").current_dir(&folder);
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        let server = Self { process, port, folder, settings: Vec::new(), password: None };
        server.wait();
        server
    }

    fn wait(&self) {
        until("redis-server answers", || self.try_command(&["PING"]).is_ok());
        // INFO has no such line at a sentinel.
        let loading = || self.text(&["INFO", "persistence"]).contains("loading:1");
        until("redis-server has read its file", || !loading());
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn try_command(&self, words: &[&str]) -> redis::RedisResult<Value> {
        let url = match &self.password {
            None => self.url(),
            Some(password) => format!("redis://:{password}@127.0.0.1:{}/", self.port),
        };
        let wait = Duration::from_secs(20);
        let mut connection = redis::Client::open(url)?.get_connection_with_timeout(wait)?;
        connection.set_read_timeout(Some(wait))?;
        redis::cmd(words[0]).arg(&words[1..]).query(&mut connection)
    }

    /// Asks again where the server has closed the connection: one that becomes master does so.
    pub(crate) fn command(&self, words: &[&str]) -> Value {
        let first = self.try_command(words);
        match first {
            Err(error) if error.is_io_error() => self.try_command(words).unwrap(),
            first => first.unwrap(),
        }
    }

    pub(crate) fn text(&self, words: &[&str]) -> String {
        redis::from_redis_value(self.command(words)).unwrap()
    }

    pub(crate) fn set(&self, name: &str, value: &str) {
        self.command(&["CONFIG", "SET", name, value]);
    }

    /// Closes the connections of everybody else, and waits until they are closed. Sentinels come
    /// back at once, so the connections are told by their numbers and not counted.
    pub(crate) fn close_connections(&self) {
        let before = self.text(&["CLIENT", "LIST", "TYPE", "normal"]);
        let open: Vec<&str> = before.lines().filter_map(connection_number).collect();
        self.command(&["CLIENT", "KILL", "TYPE", "normal"]);
        until("connections are closed", || {
            let left = self.text(&["CLIENT", "LIST", "TYPE", "normal"]);
            !left.lines().filter_map(connection_number).any(|number| open.contains(&number))
        });
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts again at the same port, with the same folder.
    pub(crate) fn restart(&mut self) {
        self.process = spawn(self.port, &self.folder, &self.settings);
        self.wait();
    }

    /// Waits until so many replicas follow this server and have all.
    pub(crate) fn wait_for_replicas(&self, count: usize) {
        until("replicas are online", || {
            let info = self.text(&["INFO", "replication"]);
            info.lines().filter(|line| line.contains("state=online")).count() == count
        });
    }
}

/// `id=7` of a line of `CLIENT LIST`: no other connection of this server ever has that number.
fn connection_number(line: &str) -> Option<&str> {
    line.split(' ').find(|word| word.starts_with("id="))
}

fn spawn(port: u16, folder: &TempDir, settings: &[String]) -> Child {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--dir"])
        .arg(folder.path())
        .args(settings)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
