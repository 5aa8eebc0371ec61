//! Which servers hold the used codes, and as whom the gate connects.

use core::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

/// The Redis or Valkey servers of a store, and how the gate proves who it is.
///
/// The password is wiped from memory when the value is dropped, and no text of this type shows it.
///
/// # What the user needs
/// The rights of the ACL that a gate needs, for the prefix `hall-3`:
///
/// ```text
/// ACL SETUSER gate on >… ~{hall-3*}:* +eval +evalsha +info +time +exists +del +@hash +@sortedset
///     +config|get +ping +wait +cluster|slots +asking
/// ```
///
/// The store asks with `INFO` whether the server is another one than before, so without `+info` a
/// gate does not start. `+config|get` is for the checks below, `+wait` for
/// [`Failover::Waited`](super::Failover::Waited), the last two for a cluster. A sentinel needs
/// `+sentinel|get-master-addr-by-name`.
///
/// # What is checked
/// Each new connection is checked, and once a minute an old one: the server is a master, and its
/// `maxmemory-policy` is `noeviction`. Otherwise it is not used. What the server promises less than
/// it could is a [`StoreCaution`](super::super::StoreCaution), or with
/// [`Demands::Strict`](super::Demands::Strict) an error:
///
/// - `redis-appendonly-off`: `appendonly` is `no`. A restart loses all used codes.
/// - `redis-appendfsync-not-always`: a crash loses the last admissions.
/// - `redis-failover-not-named`: there are replicas, and the gate was told `Failover::None`.
/// - `redis-old-master-not-bounded`: with `Failover::Bounded`, `min-replicas-to-write` is 0, or
///   `old_master` is shorter than `min-replicas-max-lag` + 2 s or than `cluster-node-timeout`; with
///   `Failover::Unbounded`, `old_master` is bounded.
/// - `redis-too-few-replicas`: with `Failover::Waited`, fewer replicas than the gate waits for.
/// - `redis-waits-for-too-few-replicas`: with `Failover::Waited`, more than it waits for.
/// - `redis-backlog-ends`: there are replicas, and `repl-backlog-ttl` is not 0. When all replicas
///   are away for that long, a false alarm comes.
/// - `redis-settings-not-readable`: the user may not read what the checks need.
///
/// # Connections that break
/// The gate notices a connection that the server closed before it sends an attempt, and connects
/// anew. A connection that was idle for 5 s is tested with a `PING`. A call is sent to another
/// server only when the first one cannot have run it: no connection, `MOVED`, `ASK` or `READONLY`.
#[must_use]
pub struct RedisServers {
    pub(super) place: Place,
    pub(super) user: Option<Box<str>>,
    pub(super) password: Option<Zeroizing<String>>,
    pub(super) authority: Option<Box<[u8]>>,
    pub(super) identity: Option<Identity>,
    pub(super) check_every: Duration,
}

/// What the gate shows to a server that asks for the certificates of its clients. In PEM.
#[cfg_attr(not(feature = "redis-tls"), expect(dead_code, reason = "only TLS has certificates"))]
pub(super) struct Identity {
    pub(super) certificates: Box<[u8]>,
    pub(super) key: Zeroizing<Vec<u8>>,
}

/// How the master is found. A URL may contain a password.
pub(super) enum Place {
    /// The server at this URL.
    One(Zeroizing<String>),
    /// The master of this name, which the sentinels at these addresses know.
    Sentinels { addresses: Vec<Zeroizing<String>>, master: Box<str> },
    /// The masters of a cluster, of which some nodes are at these addresses.
    Cluster(Vec<Zeroizing<String>>),
}

impl RedisServers {
    /// One server: `redis://[user:password@]host[:port][/database]`, with `rediss://` for TLS
    /// (feature `redis-tls`) and `redis+unix:///path` for a socket of this machine.
    pub fn one(url: &str) -> Self {
        Self::at(Place::One(Zeroizing::new(url.to_owned())))
    }

    /// The master that sentinels watch under the name `master`. `addresses` are the addresses of
    /// the sentinels: `host[:port]`, or a URL as in [`RedisServers::one`]. The port is 26379 if
    /// none is given. A user and a password in such a URL are for that sentinel;
    /// [`RedisServers::user`] and [`RedisServers::password`] are for the master. With `rediss://`,
    /// sentinels and master are asked through TLS.
    ///
    /// The sentinels are asked at the start, after each connection that broke, when the server says
    /// that it is a replica or has too few replicas, and with each check of the settings. Then the
    /// gate leaves a master that answers when most sentinels name another.
    pub fn sentinels<'a>(addresses: impl IntoIterator<Item = &'a str>, master: &str) -> Self {
        Self::at(Place::Sentinels { addresses: owned(addresses), master: master.into() })
    }

    /// A Redis Cluster. `addresses` are some of its nodes: `host[:port]`, or a URL as in
    /// [`RedisServers::one`]. The nodes tell about the other nodes. All nodes have the same user
    /// and password. With `rediss://`, all nodes are asked through TLS, and each certificate must
    /// be for the name or the IP address that the node announces.
    pub fn cluster<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        Self::at(Place::Cluster(owned(addresses)))
    }

    fn at(place: Place) -> Self {
        let check_every = Duration::from_secs(60);
        Self { place, user: None, password: None, authority: None, identity: None, check_every }
    }

    /// The user, instead of a user in an address.
    pub fn user(self, user: &str) -> Self {
        Self { user: Some(user.into()), ..self }
    }

    /// The password, instead of a password in an address. Read it from a file or the environment,
    /// so that no other process sees it.
    pub fn password(self, password: &str) -> Self {
        Self { password: Some(Zeroizing::new(password.to_owned())), ..self }
    }

    /// The certificates, in PEM, of the authorities that sign the servers' certificates. Addresses
    /// that ask for TLS need this. The authorities of the operating system do not count, unless
    /// this is their file (on Debian `/etc/ssl/certs/ca-certificates.crt`).
    pub fn authority(self, pem: &[u8]) -> Self {
        Self { authority: Some(pem.into()), ..self }
    }

    /// The gate's own certificate, with those between it and the authority, and its private key,
    /// all in PEM, for servers that ask for the certificates of their clients (`tls-auth-clients
    /// yes`, the default of a Redis server).
    pub fn identity(self, certificates: &[u8], key: &[u8]) -> Self {
        let key = Zeroizing::new(key.to_vec());
        Self { identity: Some(Identity { certificates: certificates.into(), key }), ..self }
    }

    /// How often the gate reads the servers' settings again, with a heartbeat, to notice settings
    /// that somebody changed; 60 s if none is given. The settings are also read at each new
    /// connection.
    pub fn check_settings_every(self, interval: Duration) -> Self {
        Self { check_every: interval, ..self }
    }
}

fn owned<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Vec<Zeroizing<String>> {
    addresses.into_iter().map(|address| Zeroizing::new(address.to_owned())).collect()
}

impl fmt::Debug for RedisServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &self.place {
            Place::One(_) => "one server",
            Place::Sentinels { .. } => "sentinels",
            Place::Cluster(_) => "cluster",
        };
        f.debug_struct("RedisServers").field("place", &place).finish_non_exhaustive()
    }
}
