//! The masters of a cluster, and which slots each serves.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Instant;

use ::redis::{Cmd, Value, cmd};

use super::super::super::{StoreError, StoreErrorKind};
use super::address::Address;
use super::error::setup;
use super::lock;
use super::node::{Access, Node, greet, only};
use super::sentinel::share;
use super::slots::Slots;

/// A cluster.
pub(super) struct Cluster {
    access: Arc<Access>,
    /// The addresses that the operator gave.
    seeds: Vec<Address>,
    known: Mutex<Known>,
    /// Held by who reads the map.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Known {
    slots: Slots,
    nodes: BTreeMap<Address, Arc<Node>>,
    /// The map may be old, and these nodes did not answer.
    doubt: Option<BTreeSet<Address>>,
}

impl Cluster {
    /// Reads the map of the slots.
    pub(super) fn open(
        access: Arc<Access>,
        seeds: Vec<Address>,
        until: Instant,
    ) -> Result<Self, StoreError> {
        let cluster = Self { access, seeds, known: Mutex::default(), reading: Mutex::new(()) };
        cluster.read_map(until)?;
        Ok(cluster)
    }

    /// The master of a slot.
    pub(super) fn node(&self, slot: u16, until: Instant) -> Result<Arc<Node>, StoreError> {
        if lock(&self.known).doubt.is_some() {
            // With the old map, the call may still find its master.
            let _ = self.read_map(until);
        }
        self.known_node(slot).ok_or_else(|| {
            StoreError::new(&format!("no master of the cluster serves slot {slot} (CLUSTERDOWN)"))
        })
    }

    fn known_node(&self, slot: u16) -> Option<Arc<Node>> {
        let address = lock(&self.known).slots.master(slot)?.clone();
        Some(self.at(address))
    }

    /// The node at this address.
    pub(super) fn at(&self, address: Address) -> Arc<Node> {
        let mut known = lock(&self.known);
        let node = known.nodes.entry(address).or_insert_with_key(|address| {
            Arc::new(Node::new(address.clone(), Arc::clone(&self.access)))
        });
        Arc::clone(node)
    }

    /// Reads the map again before the next call.
    pub(super) fn doubt(&self, node: &Arc<Node>) {
        let mut known = lock(&self.known);
        known.doubt.get_or_insert_default().insert(node.address.clone());
    }

    /// The master of a slot, if another than `node`, which does not answer, is now the master.
    pub(super) fn instead_of(
        &self,
        node: &Arc<Node>,
        slot: u16,
        until: Instant,
    ) -> Option<Arc<Node>> {
        self.read_map(until).ok()?;
        self.known_node(slot).filter(|found| found.address != node.address)
    }

    /// A node said that the slot is now at this address.
    pub(super) fn moved(&self, slot: u16, address: Address) -> Arc<Node> {
        {
            let mut known = lock(&self.known);
            known.slots.moved(slot, address.clone());
            known.doubt.get_or_insert_default();
        }
        self.at(address)
    }

    /// All nodes that were used.
    pub(super) fn nodes(&self) -> Vec<Arc<Node>> {
        lock(&self.known).nodes.values().map(Arc::clone).collect()
    }

    /// Reads the map from the first node that answers. Nodes that did not answer before are asked
    /// last.
    fn read_map(&self, until: Instant) -> Result<(), StoreError> {
        let _reading = match self.reading.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            // Somebody else reads the map at this moment.
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        let candidates = self.candidates();
        let mut failed = StoreError::of(StoreErrorKind::Setup, "no node of the cluster is given");
        let count = candidates.len();
        for (address, left) in candidates.into_iter().zip((1..=count).rev()) {
            match self.ask_map(&address, share(until, left)) {
                Ok(slots) => {
                    let mut known = lock(&self.known);
                    known.nodes.retain(|address, _| slots.names(address));
                    (known.slots, known.doubt) = (slots, None);
                    return Ok(());
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    fn candidates(&self) -> Vec<Address> {
        let known = lock(&self.known);
        let mut seen = BTreeSet::new();
        let all = known.nodes.keys().chain(known.slots.masters()).chain(&self.seeds);
        let all: Vec<Address> =
            all.filter(|address| seen.insert((*address).clone())).cloned().collect();
        let silent =
            |address: &Address| known.doubt.as_ref().is_some_and(|silent| silent.contains(address));
        let (last, mut first): (Vec<_>, Vec<_>) = all.into_iter().partition(silent);
        first.extend(last);
        first
    }

    fn ask_map(&self, address: &Address, until: Instant) -> Result<Slots, StoreError> {
        let answer = self.ask_node(address, &question(), until)?;
        let slots = Slots::read(address, answer).ok_or_else(|| {
            StoreError::new(&format!("{address}: the map of the cluster cannot be read"))
        })?;
        if slots.masters().next().is_none() {
            let reason = format!("{address}: no node of the cluster serves any slot (CLUSTERDOWN)");
            return Err(StoreError::new(&reason));
        }
        Ok(slots)
    }

    /// Asks a node, through an idle connection if there is one. A replica may be asked too.
    fn ask_node(
        &self,
        address: &Address,
        question: &Cmd,
        until: Instant,
    ) -> Result<Value, StoreError> {
        let node = lock(&self.known).nodes.get(address).map(Arc::clone);
        if let Some(node) = node
            && let Some(mut borrowed) = node.borrow_idle(false, until)
        {
            let answers = borrowed.wire.ask(slice::from_ref(question), until);
            let answers = answers.map_err(|fault| fault.into_error(address))?;
            node.give_back(borrowed);
            return only(address, answers).map_err(|error| explain(address, error));
        }
        let (login, tls) = (&self.access.login, self.access.tls.as_ref());
        let (_, answers) = greet(address, login, tls, slice::from_ref(question), until)?;
        only(address, answers).map_err(|error| explain(address, error))
    }
}

/// `CLUSTER SHARDS` tells more, and Redis 6 does not have it.
fn question() -> Cmd {
    let mut question = cmd("CLUSTER");
    question.arg("SLOTS");
    question
}

fn explain(address: &Address, error: StoreError) -> StoreError {
    let text = error.to_string();
    if text.contains("NOPERM") {
        return setup(&format!(
            "{address}: the user may not call CLUSTER SLOTS: give the user +cluster|slots"
        ));
    }
    if text.contains("cluster support disabled") {
        return setup(&format!("{address}: the server is not part of a cluster"));
    }
    error
}
