//! How a gate reaches its zone in Redis servers.

use core::fmt;
use std::time::Duration;

use livepermit::Timestamp;
use livepermit::field::Name;

use super::super::{Retention, StoreError, StoreErrorKind, Witnesses};
use super::{RedisReplay, RedisServers};

/// What keeps a master from admitting after another server took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failover {
    /// There is one server, and no other takes its place.
    None,
    /// A door opens when this many replicas have the admission too. An admission that fewer have
    /// in time is recorded, and opens nothing.
    Waited {
        /// The number of replicas.
        replicas: usize,
    },
    /// A master that was cut off stops within [`Retention::old_master`] seconds, because
    /// `min-replicas-to-write` is at least 1. The server's settings are checked.
    Bounded,
    /// Nothing ends the life of an old master. After each loss, an operator must say go on.
    Unbounded,
}

/// What is done about a server that promises less than it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demands {
    /// Such a server is refused: [`StoreErrorKind::Setup`].
    Strict,
    /// Such a server is used, and [`StoreHealth::cautions`](super::super::StoreHealth::cautions)
    /// tells.
    Tell,
}

/// Builds a [`RedisReplay`]: begin with [`RedisReplay::through`], end with
/// [`RedisReplayBuilder::connect`].
#[must_use = "nothing happens before `connect`"]
pub struct RedisReplayBuilder {
    pub(super) servers: RedisServers,
    pub(super) prefix: String,
    pub(super) gate: String,
    pub(super) retention: Retention,
    pub(super) adopts: bool,
    pub(super) witnesses: Witnesses,
    pub(super) shards: usize,
    pub(super) failover: Failover,
    pub(super) demands: Demands,
    pub(super) timeout: Duration,
    pub(super) capacity: u64,
}

impl RedisReplayBuilder {
    pub(super) fn new(servers: RedisServers) -> Self {
        Self {
            servers,
            prefix: "livepermit".into(),
            gate: "gate".into(),
            retention: Retention::default(),
            adopts: false,
            witnesses: Witnesses::in_memory(),
            shards: 1,
            failover: Failover::None,
            demands: Demands::Tell,
            timeout: Duration::from_millis(500),
            capacity: RedisReplay::DEFAULT_CAPACITY,
        }
    }

    /// Names the zone: 1 to 128 visible ASCII characters without braces; `livepermit` if none is
    /// given. Gates with the same prefix share their used codes.
    pub fn prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The name of the gate. Each gate of the zone has a name of its own, because the server
    /// counts the admissions of each gate.
    pub fn gate(self, gate: &str) -> Self {
        Self { gate: gate.into(), ..self }
    }

    /// The limits of the zone: the same at all gates.
    pub fn retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Takes the limits that stand in the zone, where the zone has some: for an operator, who may not
    /// know them. A gate names its limits, so that a zone with others is noticed.
    pub fn limits_of_the_zone(self) -> Self {
        Self { adopts: true, ..self }
    }

    /// Where the gate keeps what it knows of the store. Without this, in memory only: then a
    /// restart of the gate forgets it.
    pub fn witnesses(self, witnesses: Witnesses) -> Self {
        Self { witnesses, ..self }
    }

    /// Into how many shards the permits are split, 1 to 1024: the same at all gates; 1 if none is
    /// given. In a cluster, shards lie on different masters.
    pub fn shards(self, shards: usize) -> Self {
        Self { shards, ..self }
    }

    /// What happens to an old master; [`Failover::None`] if none is given.
    pub fn failover(self, failover: Failover) -> Self {
        Self { failover, ..self }
    }

    /// What is done about a server that promises less than it could; [`Demands::Tell`] if none is
    /// given.
    pub fn demands(self, demands: Demands) -> Self {
        Self { demands, ..self }
    }

    /// How long an attempt may take, with a new connection if one is needed; 500 ms if none is
    /// given.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The most permits that the zone remembers, in equal shares for the shards;
    /// [`RedisReplay::DEFAULT_CAPACITY`] if none is given. A full store refuses other permits until
    /// some records are over.
    pub fn capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// Connects, and compares the settings of the zone.
    ///
    /// # Errors
    /// [`StoreErrorKind::Setup`] when the zone has other settings, when the user may not do what is
    /// needed, when the server deletes records if memory is short, or when a setting of this
    /// builder cannot be used; [`StoreErrorKind::Foreign`] when the zone's keys hold something
    /// else or records of another version; [`StoreErrorKind::Unreachable`] when no server answers.
    pub fn connect(self) -> Result<RedisReplay, StoreError> {
        self.check()?;
        RedisReplay::open(self)
    }

    /// Connects, and gives the zone the limits of this builder, also when it has others. `now` is
    /// the operator's time. For every shard this counts as a loss of memory, and the gates wait as
    /// after one. Stop the gates before: a gate with other limits does not start, and one that runs
    /// gets an error at each attempt.
    ///
    /// # Errors
    /// As [`RedisReplayBuilder::connect`], and [`StoreErrorKind::Setup`] when `now` is too far from
    /// the server's time. After an error, some shards may have the new limits. Call this again.
    pub fn change_settings(self, now: Timestamp) -> Result<RedisReplay, StoreError> {
        self.check()?;
        RedisReplay::change(self, now)
    }

    fn check(&self) -> Result<(), StoreError> {
        let wrong = |reason: &str| Err(StoreError::of(StoreErrorKind::Setup, reason));
        if Name::new(&self.prefix).is_err() || self.prefix.contains(['{', '}']) {
            return wrong("the prefix is no name, or has braces");
        }
        if Name::new(&self.gate).is_err() {
            return wrong("the name of the gate is no name");
        }
        if !(1..=RedisReplay::MAX_SHARDS).contains(&self.shards) {
            return wrong("the number of shards is not from 1 to 1024");
        }
        if self.timeout.is_zero() {
            return wrong("the timeout is zero");
        }
        Ok(())
    }
}

impl fmt::Debug for RedisReplayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplayBuilder")
            .field("servers", &self.servers)
            .field("prefix", &self.prefix)
            .field("gate", &self.gate)
            .field("retention", &self.retention)
            .field("adopts", &self.adopts)
            .field("shards", &self.shards)
            .field("failover", &self.failover)
            .field("demands", &self.demands)
            .field("timeout", &self.timeout)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
