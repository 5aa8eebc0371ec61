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
    pub(super) const fn is_named(&self) -> bool {
        self.postgres.is_some()
    }

    /// `None` when no server is named.
    pub(super) fn builder(
        &self,
        server: &ServerArgs,
        gate: &str,
        limits: Retention,
        witnesses: Witnesses,
    ) -> Result<Result<PostgresBuilder, Witnesses>, Failure> {
        let Some(url) = &self.postgres else { return Ok(Err(witnesses)) };
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
        Ok(Ok(builder))
    }
}
