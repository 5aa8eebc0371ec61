//! The master that sentinels name.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ::redis::{Value, cmd};

use super::super::super::{StoreError, StoreErrorKind};
use super::address::{Address, Login};
use super::error::setup;
use super::lock;
use super::node::{Access, Node, greet, only};

/// A sentinel, and as whom the gate asks the sentinel.
pub(super) struct Sentinel {
    pub(super) address: Address,
    pub(super) login: Login,
}

/// The sentinels, and the master that they named last.
pub(super) struct Sentinels {
    pub(super) sentinels: Vec<Sentinel>,
    pub(super) name: Box<str>,
    pub(super) access: Arc<Access>,
    pub(super) master: Mutex<Option<Arc<Node>>>,
    /// The sentinel that answered last.
    pub(super) first: AtomicUsize,
}

impl Sentinels {
    /// The port of a sentinel whose address names none.
    pub(super) const PORT: u16 = 26379;

    /// The master.
    pub(super) fn node(&self, until: Instant) -> Result<Arc<Node>, StoreError> {
        let known = lock(&self.master).clone();
        known.map_or_else(|| self.find(until), Ok)
    }

    /// Asks the sentinels again before the next call.
    pub(super) fn doubt(&self, node: &Arc<Node>) {
        let mut master = lock(&self.master);
        if master.as_ref().is_some_and(|master| Arc::ptr_eq(master, node)) {
            *master = None;
        }
    }

    /// The master, if the sentinels name one in place of `node`, which does not answer.
    pub(super) fn instead_of(&self, node: &Arc<Node>, until: Instant) -> Option<Arc<Node>> {
        self.find(until).ok().filter(|found| found.address != node.address)
    }

    /// An error when most sentinels name another master than `node`. One that was cut off with an
    /// old master does not count.
    pub(super) fn confirm(&self, node: &Node, until: Instant) -> Result<(), StoreError> {
        let mut others: Vec<(usize, Address)> = Vec::new();
        let count = self.sentinels.len();
        for ((index, sentinel), left) in self.sentinels.iter().enumerate().zip((1..=count).rev()) {
            // Half of the time is for the call.
            if let Ok(address) = self.ask(sentinel, share(until, left.saturating_mul(2)))
                && address != node.address
            {
                others.push((index, address));
            }
        }
        for (index, address) in &others {
            let votes = others.iter().filter(|(_, other)| other == address).count();
            if votes.saturating_mul(2) > count {
                self.first.store(*index, Ordering::SeqCst);
                let reason = format!("the sentinels name {address} in place of {}", node.address);
                return Err(StoreError::new(&reason));
            }
        }
        Ok(())
    }

    /// Asks the sentinels until one names a server that says that it is the master. A sentinel that
    /// was cut off may name the old one.
    fn find(&self, until: Instant) -> Result<Arc<Node>, StoreError> {
        let count = self.sentinels.len();
        let start = self.first.load(Ordering::SeqCst);
        let mut failed = StoreError::of(StoreErrorKind::Setup, "no sentinel is given");
        let mut refused: Vec<Address> = Vec::new();
        for (place, left) in (0..count).zip((1..=count).rev()) {
            let index = start.wrapping_add(place).checked_rem(count).unwrap_or(0);
            let Some(sentinel) = self.sentinels.get(index) else { continue };
            // A sentinel that hangs leaves time for the others.
            let until = share(until, left);
            let address = match self.ask(sentinel, until) {
                Ok(address) => address,
                Err(error) => {
                    failed = error;
                    continue;
                }
            };
            if refused.contains(&address) {
                continue;
            }
            let node = Arc::new(Node::new(address, Arc::clone(&self.access)));
            match node.borrow(false, until) {
                Ok(wire) => {
                    node.give_back(wire);
                    self.first.store(index, Ordering::SeqCst);
                    return Ok(self.take(node));
                }
                Err(error) => {
                    failed = error;
                    refused.push(node.address.clone());
                }
            }
        }
        Err(failed)
    }

    /// Keeps the master that was found, unless somebody found the same server meanwhile.
    fn take(&self, node: Arc<Node>) -> Arc<Node> {
        let mut master = lock(&self.master);
        match master.as_ref().filter(|master| master.address == node.address) {
            Some(known) => Arc::clone(known),
            None => Arc::clone(master.insert(node)),
        }
    }

    fn ask(&self, sentinel: &Sentinel, until: Instant) -> Result<Address, StoreError> {
        let mut question = cmd("SENTINEL");
        question.arg("get-master-addr-by-name").arg(&*self.name);
        let Sentinel { address, login } = sentinel;
        let tls = self.access.tls.as_ref();
        let (_, answers) = greet(address, login, tls, &[question], until)?;
        let (name, answer) = (&self.name, only(address, answers)?);
        if answer == Value::Nil {
            return Err(setup(&format!(
                "the sentinel {address} does not know a master of the name {name}"
            )));
        }
        let named: Option<(String, u16)> = ::redis::from_redis_value(answer).ok();
        named.and_then(|(host, port)| Address::with_host(address, &host, port)).ok_or_else(|| {
            StoreError::new(&format!("the sentinel {address} names a master that cannot be read"))
        })
    }
}

/// The end of this try, when so many tries share the time until `until`.
pub(super) fn share(until: Instant, tries: usize) -> Instant {
    let now = Instant::now();
    let left: Duration = until.saturating_duration_since(now);
    let tries = u32::try_from(tries).unwrap_or(u32::MAX).max(1);
    now.checked_add(left.checked_div(tries).unwrap_or(left)).unwrap_or(until)
}
