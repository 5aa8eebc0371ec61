//! The memory in a Redis or Valkey server.

use std::path::PathBuf;

use clap::Args;
use livepermit_gate::RedisReplay;
use livepermit_gate::replay::{
    self, Demands, RedisReplayBuilder, RedisServers, Retention, Witnesses,
};

use super::server::{Failover, ServerArgs, read_file};
use crate::shared::failure::Failure;
use crate::shared::texts;

#[derive(Debug, Args)]
pub(super) struct RedisArgs {
    /// Share the memory with other gates, through this Redis or Valkey server (redis://HOST, or
    /// rediss://HOST for TLS). Say it several times for sentinels and for nodes of a cluster
    #[arg(long, value_name = "URL")]
    redis: Vec<String>,
    /// The addresses are sentinels, and they call the master so
    #[arg(long, value_name = "NAME", requires = "redis")]
    redis_sentinel: Option<String>,
    /// The addresses are nodes of a cluster
    #[arg(long, requires = "redis", conflicts_with = "redis_sentinel")]
    redis_cluster: bool,
    /// Divide the memory into this number of parts, for the nodes of a cluster
    #[arg(long, value_name = "N", requires = "redis", default_value = "1")]
    redis_shards: usize,
    /// Show the server this certificate of the gate (PEM); servers with TLS ask for one by default
    #[arg(long, value_name = "FILE", requires = "redis_key")]
    redis_certificate: Option<PathBuf>,
    /// The private key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "redis_certificate")]
    redis_key: Option<PathBuf>,
}

impl RedisArgs {
    pub(super) const fn is_named(&self) -> bool {
        !self.redis.is_empty()
    }

    pub(super) fn builder(
        &self,
        server: &ServerArgs,
        gate: &str,
        limits: Retention,
        witnesses: Witnesses,
    ) -> Result<RedisReplayBuilder, Failure> {
        let addresses = self.redis.iter().map(String::as_str);
        let mut servers = match (&self.redis_sentinel, self.redis_cluster, self.redis.as_slice()) {
            (Some(master), ..) => RedisServers::sentinels(addresses, master),
            (None, true, _) => RedisServers::cluster(addresses),
            (None, false, [address]) => RedisServers::one(address),
            (None, false, _) => return Err(texts::several_servers()),
        };
        if let Some(user) = server.user() {
            servers = servers.user(user);
        }
        if let Some(password) = server.password()? {
            servers = servers.password(&password);
        }
        if let Some(authority) = server.authority()? {
            servers = servers.authority(authority.as_bytes());
        }
        if let (Some(certificate), Some(key)) = (&self.redis_certificate, &self.redis_key) {
            let (certificate, key) = (read_file(certificate)?, read_file(key)?);
            servers = servers.identity(certificate.as_bytes(), key.as_bytes());
        }
        let demands = if server.is_strict() { Demands::Strict } else { Demands::Tell };
        Ok(RedisReplay::through(servers)
            .prefix(server.prefix())
            .gate(gate)
            .retention(limits)
            .witnesses(witnesses)
            .shards(self.redis_shards)
            .failover(match server.failover() {
                Failover::None => replay::Failover::None,
                Failover::Waited(replicas) => replay::Failover::Waited { replicas },
                Failover::Bounded(_) => replay::Failover::Bounded,
                Failover::Unbounded => replay::Failover::Unbounded,
            })
            .demands(demands))
    }
}
