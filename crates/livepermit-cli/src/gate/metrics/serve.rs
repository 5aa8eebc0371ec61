//! A small web server for one page, on a thread of its own.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::numbers::Metrics;
use crate::gate::texts;
use crate::shared::failure::Failure;

/// How long one question and its answer may take. One is answered after the other, so that many
/// connections cost the gate nothing.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most bytes of a question that are read.
const MAX_QUESTION: usize = 8 << 10;
/// The text form of Prometheus.
const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Serves `metrics` at this address, on this machine only unless `anywhere`. Gives the address with
/// its port.
pub(crate) fn serve(
    address: SocketAddr,
    anywhere: bool,
    metrics: &Arc<Metrics>,
) -> Result<SocketAddr, Failure> {
    if !address.ip().is_loopback() && !anywhere {
        return Err(texts::metrics_beyond_this_machine(address));
    }
    let failed = |error: io::Error| texts::metrics_not_served(address, error);
    let listener = TcpListener::bind(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let metrics = Arc::downgrade(metrics);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Some(metrics) = metrics.upgrade() else { return };
            match stream {
                // Whoever asks and goes away gets no answer.
                Ok(stream) => drop(answer(stream, &metrics)),
                // No more files can be opened: wait, and do not spin.
                Err(_) => thread::sleep(PATIENCE),
            }
        }
    });
    Ok(bound)
}

fn answer(mut stream: TcpStream, metrics: &Metrics) -> io::Result<()> {
    let question = read(&mut stream)?;
    let line = question.lines().next().unwrap_or("");
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let path = path.split('?').next().unwrap_or("");
    let (status, body) = match (method, path) {
        ("GET" | "HEAD", "/metrics") => ("200 OK", metrics.text()),
        ("GET" | "HEAD", "/") => ("200 OK", "the numbers are at /metrics\n".to_owned()),
        ("GET" | "HEAD", _) => ("404 Not Found", "the numbers are at /metrics\n".to_owned()),
        _ => ("405 Method Not Allowed", "only GET\n".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {TYPE}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(head.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(body.as_bytes())?;
    }
    stream.flush()
}

/// Reads a question up to its empty line.
fn read(stream: &mut TcpStream) -> io::Result<String> {
    let end = Instant::now().checked_add(PATIENCE);
    let mut question = Vec::new();
    let mut chunk = [0; 1024];
    while !question.windows(4).any(|four| four == b"\r\n\r\n") {
        let left = end.map_or(PATIENCE, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() || question.len() > MAX_QUESTION {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        question.extend_from_slice(chunk.get(..read).unwrap_or(&chunk));
    }
    Ok(String::from_utf8_lossy(&question).into_owned())
}
