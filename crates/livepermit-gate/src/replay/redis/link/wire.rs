//! One connection: commands go out, answers come in.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use ::redis::{Cmd, Parser, RedisError, Value};
#[cfg(feature = "redis-tls")]
use rustls::{ClientConnection, StreamOwned};

use super::super::super::StoreError;
use super::address::Address;
use super::error::Fault;
use super::socket::Socket;
use super::tls::Tls;

/// A connection. After an error, it must not be used again.
pub(super) struct Wire {
    stream: Stream,
    parser: Parser,
    /// When the last answer came.
    used: Instant,
}

enum Stream {
    Plain(Socket),
    #[cfg(feature = "redis-tls")]
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

impl Stream {
    fn reader(&mut self) -> &mut dyn Read {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "redis-tls")]
            Self::Tls(stream) => stream,
        }
    }
}

impl Wire {
    /// For how long a connection may be idle before a `PING` tests the connection. A firewall can
    /// forget a connection without a word to either side.
    const TESTED_AFTER: Duration = Duration::from_secs(5);

    /// Connects, until this time.
    pub(super) fn open(
        address: &Address,
        tls: Option<&Tls>,
        until: Instant,
    ) -> Result<Self, StoreError> {
        let failed = |error: io::Error| StoreError::new(&format!("{address}: {}", text(&error)));
        let socket = Socket::connect(address, until).map_err(failed)?;
        let stream = match tls {
            None => Stream::Plain(socket),
            #[cfg(feature = "redis-tls")]
            Some(tls) => Stream::Tls(Box::new(tls.wrap(address, socket)?)),
            #[cfg(not(feature = "redis-tls"))]
            Some(tls) => tls.never(),
        };
        Ok(Self { stream, parser: Parser::new(), used: Instant::now() })
    }

    /// Sends the commands together and reads an answer to each, until this time. An answer may be
    /// [`Value::ServerError`].
    pub(super) fn ask(&mut self, commands: &[Cmd], until: Instant) -> Result<Vec<Value>, Fault> {
        let mut bytes = Vec::new();
        for command in commands {
            command.write_packed_command(&mut bytes);
        }
        self.ask_packed(&bytes, commands.len(), until)
    }

    /// As [`Wire::ask`], with so many commands as the server reads them.
    pub(super) fn ask_packed(
        &mut self,
        commands: &[u8],
        count: usize,
        until: Instant,
    ) -> Result<Vec<Value>, Fault> {
        self.socket().until = until;
        let sent = self.write(commands);
        sent.map_err(|error| Fault::Broken(format!("sending failed: {}", text(&error)).into()))?;
        (0..count).map(|_| self.answer()).collect()
    }

    fn answer(&mut self) -> Result<Value, Fault> {
        let answer = self.parser.parse_value(self.stream.reader());
        let answer = answer.map_err(|error| Fault::Broken(lost(&error).into()))?;
        self.used = Instant::now();
        Ok(answer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            #[cfg(feature = "redis-tls")]
            Stream::Tls(stream) => {
                stream.write_all(bytes)?;
                stream.flush()
            }
        }
    }

    fn socket(&mut self) -> &mut Socket {
        match &mut self.stream {
            Stream::Plain(socket) => socket,
            #[cfg(feature = "redis-tls")]
            Stream::Tls(stream) => &mut stream.sock,
        }
    }

    /// Whether the server can still be asked through this connection: the server has not closed
    /// the connection, and after a long pause the server answers a `PING`.
    pub(super) fn is_alive(&mut self, until: Instant) -> bool {
        if !self.socket().is_quiet() {
            return false;
        }
        if self.used.elapsed() < Self::TESTED_AFTER {
            return true;
        }
        // Time must be left for a new connection.
        let left = until.saturating_duration_since(Instant::now());
        let soon = Instant::now().checked_add(left.checked_div(3).unwrap_or(left)).unwrap_or(until);
        // An error is an answer too: for example, the user may not send PING.
        self.ask(&[::redis::cmd("PING")], soon).is_ok()
    }
}

/// An error of the operating system or of TLS, in words.
pub(super) fn text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "no answer in time".into(),
        io::ErrorKind::UnexpectedEof => "the server closed the connection".into(),
        _ => error.to_string(),
    }
}

fn lost(error: &RedisError) -> String {
    if error.is_timeout() {
        return "the server did not answer in time".into();
    }
    if error.is_connection_dropped() {
        return "the server closed the connection before the answer".into();
    }
    format!("the answer cannot be read: {error}")
}
