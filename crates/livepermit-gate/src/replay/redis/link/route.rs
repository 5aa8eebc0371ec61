//! Which server a call goes to.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use zeroize::Zeroizing;

use super::super::super::StoreError;
use super::super::servers::Place as Given;
use super::Plan;
use super::address::{Address, Login, Place};
use super::cluster::Cluster;
use super::error::setup;
use super::node::{Access, Node};
use super::sentinel::{Sentinel, Sentinels};
use super::settings::Wanted;
use super::tls::Tls;

/// Which server a call goes to.
pub(super) enum Route {
    One(Arc<Node>),
    Sentinels(Sentinels),
    Cluster(Cluster),
}

/// The port of a server whose address names none.
const PORT: u16 = 6379;

impl Route {
    pub(super) fn open(plan: &Plan) -> Result<Self, StoreError> {
        match &plan.servers.place {
            Given::One(url) => {
                let Place { address, tls, login } = Place::read(url, PORT)?;
                let access = access(plan, tls, login, false)?;
                Ok(Self::One(Arc::new(Node::new(address, access))))
            }
            Given::Sentinels { addresses, master } => {
                let (places, tls) = read_all(addresses, Sentinels::PORT)?;
                let nobody = Login { user: None, password: None, database: 0 };
                let sentinels = places.into_iter();
                Ok(Self::Sentinels(Sentinels {
                    sentinels: sentinels
                        .map(|Place { address, login, .. }| Sentinel { address, login })
                        .collect(),
                    name: master.clone(),
                    access: access(plan, tls, nobody, false)?,
                    master: Mutex::default(),
                    first: AtomicUsize::new(0),
                }))
            }
            Given::Cluster(addresses) => {
                let (places, tls) = read_all(addresses, PORT)?;
                let mut seeds = Vec::new();
                // One user for all nodes: the first that an address names.
                let mut login = Login { user: None, password: None, database: 0 };
                for place in places {
                    seeds.push(place.address);
                    if login.user.is_none() && login.password.is_none() {
                        login = place.login;
                    }
                }
                let access = access(plan, tls, login, true)?;
                let now = Instant::now();
                let until = now.checked_add(plan.timeout).unwrap_or(now);
                Ok(Self::Cluster(Cluster::open(access, seeds, until)?))
            }
        }
    }

    /// The server of a slot.
    pub(super) fn node(&self, slot: u16, until: Instant) -> Result<Arc<Node>, StoreError> {
        match self {
            Self::One(node) => Ok(Arc::clone(node)),
            Self::Sentinels(sentinels) => sentinels.node(until),
            Self::Cluster(cluster) => cluster.node(slot, until),
        }
    }

    /// This server may not be the right one any more.
    pub(super) fn doubt(&self, node: &Arc<Node>) {
        match self {
            Self::One(_) => {}
            Self::Sentinels(sentinels) => sentinels.doubt(node),
            Self::Cluster(cluster) => cluster.doubt(node),
        }
    }

    /// Whether nobody names another server in place of this one, which answers.
    pub(super) fn confirm(&self, node: &Node, until: Instant) -> Result<(), StoreError> {
        match self {
            Self::Sentinels(sentinels) => sentinels.confirm(node, until),
            // A master that was cut off from its cluster says so.
            Self::One(_) | Self::Cluster(_) => Ok(()),
        }
    }

    /// The server of a slot, if it is another than `node` by now.
    pub(super) fn instead_of(
        &self,
        node: &Arc<Node>,
        slot: u16,
        until: Instant,
    ) -> Option<Arc<Node>> {
        match self {
            Self::One(_) => None,
            Self::Sentinels(sentinels) => sentinels.instead_of(node, until),
            Self::Cluster(cluster) => cluster.instead_of(node, slot, until),
        }
    }

    /// The slot is at this address by now. `None` if the zone was not told that its server is part
    /// of a cluster.
    pub(super) fn moved(&self, slot: u16, address: Address) -> Option<Arc<Node>> {
        match self {
            Self::Cluster(cluster) => Some(cluster.moved(slot, address)),
            _ => None,
        }
    }

    /// The node of a cluster at this address.
    pub(super) fn at(&self, address: Address) -> Option<Arc<Node>> {
        match self {
            Self::Cluster(cluster) => Some(cluster.at(address)),
            _ => None,
        }
    }

    /// The servers that were used.
    pub(super) fn nodes(&self) -> Vec<Arc<Node>> {
        match self {
            Self::One(node) => vec![Arc::clone(node)],
            Self::Sentinels(sentinels) => super::lock(&sentinels.master).iter().cloned().collect(),
            Self::Cluster(cluster) => cluster.nodes(),
        }
    }
}

/// Reads the addresses. Either all of them ask for TLS, or none.
fn read_all(addresses: &[Zeroizing<String>], port: u16) -> Result<(Vec<Place>, bool), StoreError> {
    let places: Result<Vec<_>, _> =
        addresses.iter().map(|address| Place::read(address, port)).collect();
    let places = places?;
    let Some(first) = places.first() else { return Err(setup("no address of a server is given")) };
    let tls = first.tls;
    if places.iter().any(|place| place.tls != tls) {
        return Err(setup("some addresses ask for TLS, and others do not"));
    }
    if places.iter().any(|place| place.login.database != 0) {
        return Err(setup("only the address of one server can name a database"));
    }
    Ok((places, tls))
}

/// How the servers that hold used codes are reached.
fn access(
    plan: &Plan,
    tls: bool,
    mut login: Login,
    cluster: bool,
) -> Result<Arc<Access>, StoreError> {
    let servers = &plan.servers;
    if let Some(user) = &servers.user {
        login.user = Some(user.clone());
    }
    if let Some(password) = &servers.password {
        login.password = Some(Zeroizing::new(password.as_str().to_owned()));
    }
    if !tls && (servers.authority.is_some() || servers.identity.is_some()) {
        return Err(setup(
            "a certificate is given, and the address does not ask for TLS: begin it with rediss://",
        ));
    }
    let tls = tls.then(|| Tls::new(servers)).transpose()?;
    let wanted = Wanted {
        failover: plan.failover,
        demands: plan.demands,
        old_master: plan.retention.old_master,
        cluster,
    };
    Ok(Arc::new(Access { login, tls, wanted }))
}
