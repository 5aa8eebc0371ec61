//! How a call reaches the right server.

mod address;
mod cluster;
mod error;
mod node;
mod route;
mod script;
mod sentinel;
mod settings;
mod slots;
mod socket;
mod tls;
mod wire;

use std::slice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ::redis::{Cmd, ServerError, Value};

use super::super::{Retention, StoreCaution, StoreError};
use super::{Demands, Failover, RedisServers};
use address::Address;
use error::{Fault, setup};
use node::{Borrowed, Node};
use route::Route;
use script::Script;

pub(super) use error::LinkError;

/// What a link must reach.
pub(super) struct Plan {
    pub(super) servers: RedisServers,
    pub(super) failover: Failover,
    pub(super) demands: Demands,
    /// How long a call may take, with a new connection if one is needed.
    pub(super) timeout: Duration,
    pub(super) retention: Retention,
    /// The hash slot of each shard.
    pub(super) slots: Vec<u16>,
}

/// One run of the script.
pub(super) struct Call {
    pub(super) shard: usize,
    pub(super) keys: Vec<String>,
    pub(super) args: Vec<Vec<u8>>,
    /// Whether the script may admit, so that replicas must have it with [`Failover::Waited`].
    pub(super) admits: bool,
}

/// The connections to the servers.
pub(super) struct Link {
    route: Route,
    script: Script,
    timeout: Duration,
    /// The hash slot of each shard.
    slots: Vec<u16>,
    /// How often the settings of the servers are read again.
    check_every: Duration,
}

impl Link {
    /// The most servers that one call is sent on to. A server that sends a call on has not run the
    /// script.
    const MAX_HOPS: usize = 5;

    /// Connects, and checks the settings of the servers.
    pub(super) fn open(plan: Plan, script: &'static str) -> Result<Self, StoreError> {
        let waited = match plan.failover {
            Failover::Waited { replicas } => Some(replicas),
            _ => None,
        };
        let link = Self {
            script: Script::new(script, waited),
            timeout: plan.timeout,
            check_every: plan.servers.check_every,
            route: Route::open(&plan)?,
            slots: plan.slots,
        };
        for slot in &link.slots {
            let until = link.deadline();
            let node = link.route.node(*slot, until)?;
            // Connects to each server once: the next shard finds the connection.
            node.give_back(node.borrow(true, until)?);
        }
        Ok(link)
    }

    /// Runs the script once. A call that may have run is never repeated.
    pub(super) fn ask(&self, call: &Call) -> Result<Value, LinkError> {
        let heartbeat = !call.admits;
        self.route_call(call.shard, |node, asking, until| {
            let mut borrowed = node.borrow(heartbeat, until).map_err(Fault::NotSent)?;
            if node.is_due(self.check_every, heartbeat) {
                self.check_again(node, &mut borrowed, until).map_err(Fault::NotSent)?;
            }
            let answer = self.script.run(&mut borrowed.wire, call, asking, until);
            // After an error of the server, the connection is as good as before.
            if !matches!(answer, Err(Fault::Broken(_))) {
                node.give_back(borrowed);
            }
            answer
        })
    }

    /// Reads again what may have changed since the connection was made.
    fn check_again(
        &self,
        node: &Node,
        borrowed: &mut Borrowed,
        until: Instant,
    ) -> Result<(), StoreError> {
        let confirmed = self.route.confirm(node, until).and_then(|()| node.check(borrowed, until));
        confirmed.inspect_err(|_| node.forget())
    }

    /// Runs a command that writes nothing.
    pub(super) fn read(&self, shard: usize, command: &Cmd) -> Result<Value, StoreError> {
        let asked = [::redis::cmd("ASKING"), command.clone()];
        let answer = self.route_call(shard, |node, asking, until| {
            let mut borrowed = node.borrow(false, until).map_err(Fault::NotSent)?;
            let commands = if asking { asked.as_slice() } else { slice::from_ref(command) };
            let mut answers = borrowed.wire.ask(commands, until)?;
            node.give_back(borrowed);
            match answers.pop() {
                Some(Value::ServerError(error)) => Err(Fault::Said(error)),
                Some(answer) => Ok(answer),
                None => Err(Fault::Broken("the server gave no answer".into())),
            }
        });
        answer.map_err(|error| match error {
            LinkError::Store(error) => error,
            LinkError::OutOfMemory => StoreError::new("the server has no memory to answer (OOM)"),
        })
    }

    /// What the servers promise less than they could.
    pub(super) fn cautions(&self) -> Vec<StoreCaution> {
        self.route.nodes().iter().flat_map(|node| node.cautions()).collect()
    }

    fn deadline(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.timeout).unwrap_or(now)
    }

    /// Finds the server of a shard, and lets `run` ask there. A server that cannot be reached, or
    /// that says that another server is the right one, has run nothing: then the other one is
    /// asked.
    fn route_call(
        &self,
        shard: usize,
        run: impl Fn(&Node, bool, Instant) -> Result<Value, Fault>,
    ) -> Result<Value, LinkError> {
        let until = self.deadline();
        let slot = self.slots.get(shard).copied();
        let slot = slot.ok_or_else(|| setup("there is no such shard"))?;
        let mut node = self.route.node(slot, until)?;
        let mut asking = false;
        for hop in 0..=Self::MAX_HOPS {
            let fault = match run(&node, asking, until) {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let next = match &fault {
                _ if hop == Self::MAX_HOPS => None,
                Fault::Broken(_) => {
                    // The other connections to this server are probably broken too.
                    node.forget();
                    self.route.doubt(&node);
                    None
                }
                Fault::NotSent(_) => {
                    self.route.doubt(&node);
                    self.route.instead_of(&node, slot, until).map(|other| (other, false))
                }
                Fault::Unconfirmed(_) => {
                    // The master may be one that was cut off.
                    self.route.doubt(&node);
                    None
                }
                Fault::Said(error) => self.sent_on(error, &node, slot, until),
            };
            let Some(next) = next else { return Err(fault.into_link_error(&node.address)) };
            (node, asking) = next;
        }
        Err(StoreError::new("the servers send the call on in a circle").into())
    }

    /// The server that shall be asked instead, and whether the slot is on its way there.
    fn sent_on(
        &self,
        error: &ServerError,
        node: &Arc<Node>,
        slot: u16,
        until: Instant,
    ) -> Option<(Arc<Node>, bool)> {
        match error.code() {
            code @ ("MOVED" | "ASK") => {
                // "3999 10.0.0.2:6381"
                let (_, place) = error.details()?.split_once(' ')?;
                let address = Address::beside(&node.address, place)?;
                if code == "ASK" {
                    Some((self.route.at(address)?, true))
                } else {
                    Some((self.route.moved(slot, address)?, false))
                }
            }
            // A replica writes nothing, so the script has written nothing.
            "READONLY" => {
                node.forget();
                self.route.doubt(node);
                Some((self.route.instead_of(node, slot, until)?, false))
            }
            "MASTERDOWN" | "CLUSTERDOWN" | "NOREPLICAS" => {
                self.route.doubt(node);
                None
            }
            _ => None,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
