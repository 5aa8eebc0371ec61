//! A connection to the issuer that is kept, as a proxy keeps it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

pub(crate) struct Connection(BufReader<TcpStream>);

/// A request, ready to be sent.
pub(crate) type Sent = Vec<u8>;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn post(port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Sent {
    request("POST", port, path, headers, body)
}

pub(crate) fn get(port: u16, path: &str, headers: &[(&str, &str)]) -> Sent {
    request("GET", port, path, headers, "")
}

fn request(method: &str, port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Sent {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

impl Connection {
    pub(crate) fn open(port: u16) -> Self {
        let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
        connection.set_nodelay(true).unwrap();
        Self(BufReader::new(connection))
    }

    pub(crate) fn ask(&mut self, sent: &Sent) -> Answer {
        self.0.get_mut().write_all(sent).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut etag) = (0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("etag", value)) => value.clone_into(&mut etag),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Answer { status, etag, body }
    }

    /// The body of an answer that has to be a success.
    pub(crate) fn json(&mut self, sent: &Sent) -> Value {
        let answer = self.ask(sent);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    }
}
