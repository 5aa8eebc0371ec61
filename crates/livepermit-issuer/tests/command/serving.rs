//! The service over real HTTP, until it is told to stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::office::Office;

struct Served {
    process: Child,
    address: String,
}

impl Served {
    fn start(office: &Office) -> Self {
        let mut process = office
            .command(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap().1.to_owned();
        Self { process, address }
    }

    /// Status line and headers, and the body.
    fn asks(&self, method: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let asked = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}connection: close\r\n\r\n"
        );
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
    }

    /// Sends SIGTERM, and waits for the end.
    fn stops(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the service does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn files_are_served_until_the_service_is_told_to_stop() {
    let office = Office::new();
    office.set("[wallets]", "trust = \"trust.cwt\"\n[wallets]");
    office.write("trust.cwt", "signed");
    let served = Served::start(&office);

    let (head, body) = served.asks("GET", "/trust", "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/vnd.lpt+cwt"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert_eq!(body, b"signed");
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let (head, body) = served.asks("GET", "/trust", &format!("if-none-match: \"0\", W/{etag}\r\n"));
    assert!(head.starts_with("HTTP/1.1 304"), "{head}");
    assert!(body.is_empty());
    // A new file is there at once.
    office.write("trust.cwt", "signed anew");
    let (_, body) = served.asks("GET", "/trust", &format!("if-none-match: {etag}\r\n"));
    assert_eq!(body, b"signed anew");

    let (head, body) = served.asks("GET", "/status", "");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, br#"{"status_lists":[]}"#);
    for path in ["/status/1", "/status/01", "/status/-1", "/status/99999999999", "/else"] {
        let (head, _) = served.asks("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
    }
    assert!(served.asks("POST", "/trust", "content-length: 0\r\n").0.starts_with("HTTP/1.1 405"));
    assert!(served.asks("GET", "/health/live", "").0.starts_with("HTTP/1.1 200"));
    assert!(served.asks("GET", "/health/ready", "").0.starts_with("HTTP/1.1 200"));
    std::fs::remove_file(office.path("trust.cwt")).unwrap();
    let (head, _) = served.asks("GET", "/trust", "");
    assert!(head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 5"), "{head}");
    served.stops();
}
