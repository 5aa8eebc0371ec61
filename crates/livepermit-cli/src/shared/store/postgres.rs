//! The memory in a PostgreSQL server.

use clap::Args;
use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{PostgresBuilder, Retention, Witnesses};

use super::server::{Failover, ServerArgs};
use crate::shared::failure::Failure;
use crate::shared::texts;

#[derive(Debug, Args)]
pub(super) struct PostgresArgs {
    /// Share the memory with other gates, through this PostgreSQL server (postgres://HOST/DATABASE)
    #[arg(long, value_name = "URL")]
    #[cfg_attr(feature = "redis", arg(conflicts_with = "redis"))]
    postgres: Option<String>,
}

impl PostgresArgs {
    pub(super) fn url(&self) -> Option<&str> {
        self.postgres.as_deref()
    }
}

pub(super) fn builder(
    url: &str,
    server: &ServerArgs,
    gate: &str,
    limits: Retention,
    witnesses: Witnesses,
) -> Result<PostgresBuilder, Failure> {
    if matches!(server.failover(), Failover::Waited(_)) {
        return Err(texts::postgres_waits_by_itself());
    }
    let mut builder = PostgresReplay::at(url)
        .prefix(server.prefix())
        .gate(gate)
        .retention(limits)
        .witnesses(witnesses);
    if let Some(user) = server.user() {
        builder = builder.user(user);
    }
    if let Some(password) = server.password()? {
        builder = builder.password(&password);
    }
    if let Some(authority) = server.authority()? {
        builder = builder.authority(authority.as_bytes());
    }
    Ok(builder)
}
