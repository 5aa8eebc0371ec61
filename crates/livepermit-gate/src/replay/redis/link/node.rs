//! One server: its idle connections, and what was found when they were made.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ::redis::{Cmd, Value};
use zeroize::Zeroizing;

use super::super::super::{StoreCaution, StoreError};
use super::address::{Address, Login};
use super::error::{Fault, of_server, setup, words};
use super::lock;
use super::settings::{Found, Wanted, questions};
use super::tls::Tls;
use super::wire::Wire;

/// How the servers of the zone are reached, the same for each.
pub(super) struct Access {
    pub(super) login: Login,
    pub(super) tls: Option<Tls>,
    pub(super) wanted: Wanted,
}

impl Login {
    /// The commands of a new connection, as the server reads them, and their number. The text with
    /// the password is wiped when it is dropped, and is never moved to a longer buffer.
    fn packed(&self) -> (Zeroizing<Vec<u8>>, usize) {
        let (user, password) = (self.user.as_deref(), self.password.as_deref());
        let password = password.map_or("", |password| password.as_str());
        let length = user.map_or(0, str::len).saturating_add(password.len());
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.saturating_add(256)));
        let mut count = 0_usize;
        if self.user.is_some() || self.password.is_some() {
            let words: Vec<&str> = ["AUTH"].into_iter().chain(user).chain([password]).collect();
            pack(&mut bytes, &words);
            count = 1;
        }
        if self.database != 0 {
            pack(&mut bytes, &["SELECT", &self.database.to_string()]);
            count = count.saturating_add(1);
        }
        (bytes, count)
    }
}

/// Writes a command as the server reads it.
fn pack(bytes: &mut Vec<u8>, words: &[&str]) {
    bytes.extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
}

/// Connects, logs in, and sends `commands` right behind.
pub(super) fn greet(
    address: &Address,
    login: &Login,
    tls: Option<&Tls>,
    commands: &[Cmd],
    until: Instant,
) -> Result<(Wire, Vec<Value>), StoreError> {
    let mut wire = Wire::open(address, tls, until)?;
    let at = |fault: Fault| fault.into_error(address);
    let (greeting, count) = login.packed();
    let answers = if count == 0 {
        Vec::new()
    } else {
        wire.ask_packed(&greeting, count, until).map_err(at)?
    };
    for answer in answers {
        if let Value::ServerError(error) = answer {
            let words = words(&error);
            return Err(setup(&format!("{address}: the server refuses the login: {words}")));
        }
    }
    let answers = wire.ask(commands, until).map_err(at)?;
    Ok((wire, answers))
}

/// One server.
pub(super) struct Node {
    pub(super) address: Address,
    access: Arc<Access>,
    /// The connection that was used last is at the end.
    idle: Mutex<VecDeque<(u64, Wire)>>,
    /// Raised when all connections of this node are given up: those made before are not kept.
    age: AtomicU64,
    report: Mutex<Report>,
}

#[derive(Default)]
struct Report {
    cautions: Vec<StoreCaution>,
    read: Option<Instant>,
}

/// A connection that somebody uses.
pub(super) struct Borrowed {
    pub(super) wire: Wire,
    age: u64,
}

impl Node {
    /// The most idle connections that stay open.
    const MAX_IDLE: usize = 64;

    pub(super) fn new(address: Address, access: Arc<Access>) -> Self {
        Self {
            address,
            access,
            idle: Mutex::default(),
            age: AtomicU64::new(0),
            report: Mutex::default(),
        }
    }

    /// A connection on which the server can be asked: one that is idle and alive, or a new one.
    /// A heartbeat takes the connection that was idle longest, so that each has its turn.
    pub(super) fn borrow(&self, heartbeat: bool, until: Instant) -> Result<Borrowed, StoreError> {
        if let Some(borrowed) = self.borrow_idle(heartbeat, until) {
            return Ok(borrowed);
        }
        let age = self.age.load(Ordering::SeqCst);
        let (login, tls) = (&self.access.login, self.access.tls.as_ref());
        let commands: Vec<Cmd> = questions().collect();
        let (wire, answers) = greet(&self.address, login, tls, &commands, until)?;
        self.judge(answers)?;
        Ok(Borrowed { wire, age })
    }

    pub(super) fn borrow_idle(&self, heartbeat: bool, until: Instant) -> Option<Borrowed> {
        loop {
            let (age, mut wire) = {
                let mut idle = lock(&self.idle);
                if heartbeat { idle.pop_front() } else { idle.pop_back() }?
            };
            if wire.is_alive(until) {
                return Some(Borrowed { wire, age });
            }
        }
    }

    /// Keeps a connection for later.
    pub(super) fn give_back(&self, borrowed: Borrowed) {
        let mut idle = lock(&self.idle);
        if borrowed.age == self.age.load(Ordering::SeqCst) && idle.len() < Self::MAX_IDLE {
            idle.push_back((borrowed.age, borrowed.wire));
        }
    }

    /// Closes all connections.
    pub(super) fn forget(&self) {
        let mut idle = lock(&self.idle);
        self.age.fetch_add(1, Ordering::SeqCst);
        idle.clear();
    }

    /// Whether it is time to read the settings again. An attempt waits for that only when no
    /// heartbeat comes, because so many attempts come.
    pub(super) fn is_due(&self, every: Duration, heartbeat: bool) -> bool {
        let every = if heartbeat { every } else { every.saturating_mul(2) };
        lock(&self.report).read.is_none_or(|read| read.elapsed() >= every)
    }

    /// Reads the settings again.
    pub(super) fn check(&self, borrowed: &mut Borrowed, until: Instant) -> Result<(), StoreError> {
        let commands: Vec<Cmd> = questions().collect();
        let answers = borrowed.wire.ask(&commands, until);
        self.judge(answers.map_err(|fault| fault.into_error(&self.address))?)
    }

    fn judge(&self, answers: Vec<Value>) -> Result<(), StoreError> {
        let found = Found::read(&self.address, answers.into_iter())?;
        let cautions = found.judge(&self.address, &self.access.wanted)?;
        *lock(&self.report) = Report { cautions, read: Some(Instant::now()) };
        Ok(())
    }

    pub(super) fn cautions(&self) -> Vec<StoreCaution> {
        lock(&self.report).cautions.clone()
    }
}

/// The one answer to one command.
pub(super) fn only(at: &Address, answers: Vec<Value>) -> Result<Value, StoreError> {
    match answers.into_iter().next() {
        Some(Value::ServerError(error)) => Err(of_server(at, &error)),
        Some(answer) => Ok(answer),
        None => Err(StoreError::new(&format!("{at}: the server gave no answer"))),
    }
}
