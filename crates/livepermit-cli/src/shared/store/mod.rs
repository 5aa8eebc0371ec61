//! The memory of used codes that the command line names: a file, or a server that gates share.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod server;

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use livepermit_gate::FileReplay;
use livepermit_gate::replay::{ReplayStore, Retention, StoreError, Witnesses};

use super::failure::Failure;
use super::texts;
use super::time::parse_span;

/// The file of used codes in a state folder.
const USED: &str = "used.redb";
/// What the gate knows of its memory, whatever kind of memory it is.
const WITNESS: &str = "once.witness";
/// Where the memory of used codes is. Without an option, in the state folder.
#[derive(Debug, Args)]
#[command(next_help_heading = "Shared memory of used codes")]
pub(crate) struct StoreArgs {
    #[cfg(feature = "redis")]
    #[command(flatten)]
    redis: redis::RedisArgs,
    #[cfg(feature = "postgres")]
    #[command(flatten)]
    postgres: postgres::PostgresArgs,
    #[cfg(any(feature = "redis", feature = "postgres"))]
    #[command(flatten)]
    server: server::ServerArgs,
    /// The longest window of any gate of the zone [default: this gate's]. All gates of a zone are
    /// given the same four limits
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    zone_window: Option<u64>,
    /// The largest skew of any gate of the zone [default: this gate's]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    zone_skew: Option<u64>,
    /// The longest cool-down of any gate of the zone [default: this gate's]
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    zone_cool_down: Option<u64>,
}

impl StoreArgs {
    /// The limits of the zone: the gate's own, where nothing else was said.
    pub(crate) fn limits(&self, own: Retention) -> Retention {
        Retention {
            largest_window: self.zone_window.unwrap_or(own.largest_window),
            largest_skew: self.zone_skew.unwrap_or(own.largest_skew),
            longest_cool_down: self.zone_cool_down.unwrap_or(own.longest_cool_down),
            #[cfg(feature = "redis")]
            old_master: self.redis.old_master(),
            ..own
        }
    }

    /// Opens the memory for a gate with this state folder.
    pub(crate) fn open_for_gate(
        &self,
        folder: &Path,
        gate: &str,
        limits: Retention,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        let witnesses = open_witness(folder)?;
        match self.open_server(gate, limits, witnesses)? {
            Opened::Server(store) => Ok(store),
            Opened::None(witnesses) => open_file(&folder.join(USED), witnesses, limits),
        }
    }

    /// Opens the memory for an operator's command. A server is asked beside the gates that use it;
    /// a file only while no gate uses it.
    pub(crate) fn open_for_operator(
        &self,
        folder: Option<&Path>,
        limits: Retention,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        match (self.open_server("operator", limits, Witnesses::in_memory())?, folder) {
            (Opened::Server(store), _) => Ok(store),
            (Opened::None(_), Some(folder)) => {
                open_file(&folder.join(USED), open_witness(folder)?, limits)
            }
            (Opened::None(_), None) => Err(texts::no_store_named()),
        }
    }

    #[cfg_attr(
        not(any(feature = "redis", feature = "postgres")),
        expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "servers are features")
    )]
    fn open_server(
        &self,
        gate: &str,
        limits: Retention,
        witnesses: Witnesses,
    ) -> Result<Opened, Failure> {
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            let store = self.redis.builder(&self.server, gate, limits, witnesses)?.connect();
            return server(store, "the Redis server");
        }
        #[cfg(feature = "postgres")]
        let witnesses = match self.postgres.builder(&self.server, gate, limits, witnesses)? {
            Ok(builder) => return server(builder.connect(), "the PostgreSQL server"),
            Err(witnesses) => witnesses,
        };
        let _ = (gate, limits);
        Ok(Opened::None(witnesses))
    }

    /// Gives the zone at the server these limits.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn change_settings(
        &self,
        limits: Retention,
        now: livepermit::Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        let (gate, witnesses) = ("operator", Witnesses::in_memory());
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            let builder = self.redis.builder(&self.server, gate, limits, witnesses)?;
            return opened(builder.change_settings(now), "the Redis server");
        }
        #[cfg(feature = "postgres")]
        if let Ok(builder) =
            self.postgres.builder(&self.server, gate, limits, Witnesses::in_memory())?
        {
            return opened(builder.change_settings(now), "the PostgreSQL server");
        }
        Err(texts::no_server_named())
    }
}

enum Opened {
    #[cfg_attr(
        not(any(feature = "redis", feature = "postgres")),
        expect(dead_code, reason = "servers are features")
    )]
    Server(Arc<dyn ReplayStore>),
    /// No server is named.
    None(Witnesses),
}

#[cfg(any(feature = "redis", feature = "postgres"))]
fn opened(
    store: Result<impl ReplayStore + 'static, StoreError>,
    name: &str,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    Ok(Arc::new(store.map_err(|error| store_failure(name, &error))?))
}

#[cfg(any(feature = "redis", feature = "postgres"))]
fn server(
    store: Result<impl ReplayStore + 'static, StoreError>,
    name: &str,
) -> Result<Opened, Failure> {
    opened(store, name).map(Opened::Server)
}

fn open_witness(folder: &Path) -> Result<Witnesses, Failure> {
    let path = folder.join(WITNESS);
    Witnesses::open(&path).map_err(|error| store_failure(&path.display().to_string(), &error))
}

fn open_file(
    path: &Path,
    witnesses: Witnesses,
    limits: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let name = path.display().to_string();
    let store = FileReplay::open_with(path, witnesses, limits);
    Ok(Arc::new(store.map_err(|error| store_failure(&name, &error))?))
}

/// Opens a file of used codes that is not in a state folder.
pub(crate) fn open_store(
    path: &Path,
    retention: Retention,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let name = path.display().to_string();
    let store = FileReplay::open(path, retention).map_err(|error| store_failure(&name, &error))?;
    Ok(Arc::new(store))
}

/// Why a store cannot be opened, or cannot do what an operator says.
pub(crate) fn store_failure(name: &str, error: &StoreError) -> Failure {
    let text = error.to_string();
    // Its text ends with what to do.
    let reason =
        text.strip_suffix(error.kind().instruction()).unwrap_or(&text).trim_end_matches([';', ' ']);
    texts::store_unusable(name, reason, error.kind().instruction())
}
