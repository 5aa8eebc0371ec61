//! A socket whose reads and writes end at a deadline.

use std::io::{self, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::address::{Address, resolve};

/// A connected socket. A read or a write that is not over at the deadline is an error of the kind
/// `TimedOut`, also when the peer sends a byte now and then.
#[derive(Debug)]
pub(super) struct Socket {
    stream: Stream,
    /// The deadline.
    pub(super) until: Instant,
}

#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub(super) fn connect(address: &Address, until: Instant) -> io::Result<Self> {
        let stream = match address {
            Address::Tcp { host, port } => Stream::Tcp(connect(host, *port, until)?),
            #[cfg(unix)]
            Address::Unix(path) => Stream::Unix(UnixStream::connect(path)?),
        };
        Ok(Self { stream, until })
    }

    /// Whether the peer has neither closed the connection nor sent anything. No server sends
    /// anything unasked, so a connection with bytes that wait cannot be used.
    pub(super) fn is_quiet(&mut self) -> bool {
        let mut byte = [0; 1];
        let (waits, found) = match &mut self.stream {
            Stream::Tcp(stream) => (stream.set_nonblocking(true), stream.read(&mut byte)),
            #[cfg(unix)]
            Stream::Unix(stream) => (stream.set_nonblocking(true), stream.read(&mut byte)),
        };
        let blocks = match &self.stream {
            Stream::Tcp(stream) => stream.set_nonblocking(false),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_nonblocking(false),
        };
        waits.is_ok()
            && blocks.is_ok()
            && found.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// Connects to the first address of the host that answers.
fn connect(host: &str, port: u16, until: Instant) -> io::Result<TcpStream> {
    let addresses = resolve(host, port, until)?;
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    let mut others = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        let left = until.saturating_duration_since(Instant::now());
        // An address that does not answer leaves time for the others.
        let share = left.checked_div(others.max(1)).unwrap_or(left);
        others = others.saturating_sub(1);
        if share.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match TcpStream::connect_timeout(&address, share) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A timeout is `WouldBlock` on some systems.
fn timed_out(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = Some(self.left()?);
            let done = match &mut self.stream {
                Stream::Tcp(stream) => {
                    stream.set_read_timeout(left)?;
                    stream.read(buffer)
                }
                #[cfg(unix)]
                Stream::Unix(stream) => {
                    stream.set_read_timeout(left)?;
                    stream.read(buffer)
                }
            };
            match done {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(timed_out),
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = Some(self.left()?);
        let done = match &mut self.stream {
            Stream::Tcp(stream) => {
                stream.set_write_timeout(left)?;
                stream.write(bytes)
            }
            #[cfg(unix)]
            Stream::Unix(stream) => {
                stream.set_write_timeout(left)?;
                stream.write(bytes)
            }
        };
        done.map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
