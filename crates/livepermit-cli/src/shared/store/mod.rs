//! The memory of used codes that the command line names: a file, or a server that gates share.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "relay")]
mod relay;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use livepermit::Timestamp;
use livepermit::field::Name;
use livepermit_gate::lists::{FolderError, GateLists};
use livepermit_gate::replay::{ReplayStore, Retention, StoreError, Witnesses};
use livepermit_gate::{FileReplay, GatePlace};

use super::failure::Failure;
use super::time::parse_span;
use super::{lists, texts};

/// The file of used codes in a state folder.
const USED: &str = "used.redb";
/// What the gate knows of its memory, whatever kind of memory it is.
const WITNESS: &str = "once.witness";
/// A folder that a gate used.
const OF_A_GATE: &str = "state.json";
/// The name under which a relay asks a server.
#[cfg(feature = "relay")]
const RELAY: &str = "relay";
/// The name under which an operator asks a server.
const OPERATOR: &str = "operator";

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
    #[cfg(feature = "relay")]
    #[command(flatten)]
    relay: relay::RelayStoreArgs,
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

/// The limits of a zone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limits {
    /// These. A zone that has others is refused.
    Named(Retention),
    /// Those that stand in the zone; these for a zone that has none.
    OfTheZone(Retention),
}

#[cfg(any(feature = "redis", feature = "postgres"))]
impl Limits {
    const fn named(self) -> Retention {
        let (Self::Named(limits) | Self::OfTheZone(limits)) = self;
        limits
    }

    const fn is_of_the_zone(self) -> bool {
        matches!(self, Self::OfTheZone(_))
    }
}

impl StoreArgs {
    /// The limits of the zone: the gate's own, where nothing else was said.
    pub(crate) fn limits(&self, own: Retention) -> Retention {
        Retention {
            largest_window: self.zone_window.unwrap_or(own.largest_window),
            largest_skew: self.zone_skew.unwrap_or(own.largest_skew),
            longest_cool_down: self.zone_cool_down.unwrap_or(own.longest_cool_down),
            #[cfg(any(feature = "redis", feature = "postgres"))]
            old_master: self.server.old_master(),
            ..own
        }
    }

    /// Whether the command line names a limit of the zone.
    pub(crate) fn names_limits(&self) -> bool {
        #[cfg(any(feature = "redis", feature = "postgres"))]
        let names_old_master = self.server.failover() != server::Failover::None;
        #[cfg(not(any(feature = "redis", feature = "postgres")))]
        let names_old_master = false;
        self.zone_window.is_some()
            || self.zone_skew.is_some()
            || self.zone_cool_down.is_some()
            || names_old_master
    }

    /// Opens the memory for a gate with this state folder and these lists in it.
    pub(crate) fn open_for_gate(
        &self,
        folder: &Path,
        lists: &GateLists,
        place: &GatePlace,
        limits: Retention,
        now: Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        #[cfg(feature = "relay")]
        if let Some(store) = self.relay.open(place.gate(), limits)? {
            return Ok(store);
        }
        let witness = || open_witness(folder, Witnesses::open);
        if let Some(store) = self.open_server(&asker(place), Limits::Named(limits), witness)? {
            return Ok(store);
        }
        let longest = |seconds, usual| lists.keep_longest_cool_down(seconds, usual);
        let limits = with_longest(limits, longest)?;
        let admitted = lists.clock().last_admission;
        // The clock may have gone back while the gate was off.
        let last = admitted.map_or(now, |last| last.max(now));
        let is_gone = [USED, WITNESS].iter().all(|name| !folder.join(name).exists());
        let witnesses = if admitted.is_some() && is_gone {
            open_witness(folder, Witnesses::open_lost)?
        } else {
            open_witness(folder, Witnesses::open)?
        };
        open_file(&folder.join(USED), witnesses, limits, last)
    }

    /// Opens the memory that a relay keeps: at a server, or in its folder. `None` if neither is named.
    #[cfg(feature = "relay")]
    pub(crate) fn open_for_relay(
        &self,
        folder: Option<&Path>,
        limits: Retention,
        now: Timestamp,
    ) -> Result<Option<Arc<dyn ReplayStore>>, Failure> {
        self.relay.refuse()?;
        // Checks the folder, and keeps others out of it.
        let own = folder.map(lists::folder).transpose()?;
        let witness = || match folder {
            Some(folder) => open_witness(folder, Witnesses::open),
            None => Ok(Witnesses::in_memory()),
        };
        if let Some(store) = self.open_server(RELAY, Limits::Named(limits), witness)? {
            return Ok(Some(store));
        }
        let (Some(folder), Some(own)) = (folder, own) else { return Ok(None) };
        let longest = |seconds, usual| own.keep_longest_cool_down(seconds, usual);
        let limits = with_longest(limits, longest)?;
        open_file(&folder.join(USED), witness()?, limits, now).map(Some)
    }

    /// Opens the memory for an operator's command, with `limits`, or with those that stand at the
    /// server. A server is asked beside the gates that use it;
    /// a file only while no gate uses it, and only in the state folder of a gate.
    pub(crate) fn open_for_operator(
        &self,
        folder: Option<&Path>,
        limits: Limits,
        now: Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        let witness = || Ok(Witnesses::in_memory());
        if let Some(store) = self.open_server(OPERATOR, limits, witness)? {
            return Ok(store);
        }
        let (Limits::Named(limits) | Limits::OfTheZone(limits)) = limits;
        let folder = folder.ok_or_else(texts::no_store_named)?;
        if !folder.join(OF_A_GATE).exists() {
            return Err(texts::no_state_folder(folder.display()));
        }
        // Checks the folder, and that no gate uses it now.
        let own = lists::folder(folder)?;
        let longest = |seconds, usual| own.keep_longest_cool_down(seconds, usual);
        let limits = with_longest(limits, longest)?;
        open_file(&folder.join(USED), open_witness(folder, Witnesses::open)?, limits, now)
    }

    /// Opens the memory at the server. `None` if no server is named.
    #[cfg_attr(
        not(any(feature = "redis", feature = "postgres")),
        expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "servers are features")
    )]
    fn open_server(
        &self,
        gate: &str,
        limits: Limits,
        witnesses: impl FnOnce() -> Result<Witnesses, Failure>,
    ) -> Result<Option<Arc<dyn ReplayStore>>, Failure> {
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            let builder = self.redis.builder(&self.server, gate, limits.named(), witnesses()?)?;
            let builder =
                if limits.is_of_the_zone() { builder.limits_of_the_zone() } else { builder };
            return opened(builder.connect(), "the Redis server").map(Some);
        }
        #[cfg(feature = "postgres")]
        if let Some(url) = self.postgres.url() {
            let limits_named = limits.named();
            let builder = postgres::builder(url, &self.server, gate, limits_named, witnesses()?)?;
            let builder =
                if limits.is_of_the_zone() { builder.limits_of_the_zone() } else { builder };
            let store = opened(builder.connect(), "the PostgreSQL server")?;
            let cautions = store.health().cautions;
            return match cautions.first().filter(|_| self.server.is_strict()) {
                Some(caution) => Err(texts::server_too_weak(&caution.text)),
                None => Ok(Some(store)),
            };
        }
        #[cfg(any(feature = "redis", feature = "postgres"))]
        self.server.needs_no_server()?;
        let _ = (gate, limits, witnesses);
        Ok(None)
    }

    /// Gives the zone at the server these limits.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn change_settings(
        &self,
        limits: Retention,
        now: Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            let witnesses = Witnesses::in_memory();
            let builder = self.redis.builder(&self.server, OPERATOR, limits, witnesses)?;
            return opened(builder.change_settings(now), "the Redis server");
        }
        #[cfg(feature = "postgres")]
        if let Some(url) = self.postgres.url() {
            let witnesses = Witnesses::in_memory();
            let builder = postgres::builder(url, &self.server, OPERATOR, limits, witnesses)?;
            return opened(builder.change_settings(now), "the PostgreSQL server");
        }
        Err(texts::no_server_named())
    }
}

#[cfg(any(feature = "redis", feature = "postgres"))]
fn opened(
    store: Result<impl ReplayStore + 'static, StoreError>,
    name: &str,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    Ok(Arc::new(store.map_err(|error| store_failure(name, &error))?))
}

/// The name under which a lane's admissions are counted: each process has its own count. Names that
/// are too long together (over 128 characters) leave out the lane.
fn asker(place: &GatePlace) -> String {
    let name = format!("{}/{}", place.gate(), place.lane());
    if Name::new(&name).is_ok() { name } else { place.gate().to_owned() }
}

fn open_witness(
    folder: &Path,
    open: impl FnOnce(PathBuf) -> Result<Witnesses, StoreError>,
) -> Result<Witnesses, Failure> {
    let path = folder.join(WITNESS);
    let name = path.display().to_string();
    open(path).map_err(|error| store_failure(&name, &error))
}

/// The limits with the longest cool-down that the gate ever had, which `keep` keeps and returns.
fn with_longest(
    limits: Retention,
    keep: impl FnOnce(u64, u64) -> Result<u64, FolderError>,
) -> Result<Retention, Failure> {
    let usual = Retention { longest_cool_down: 0, ..limits }.cool_down_limit();
    let longest = keep(limits.cool_down_limit(), usual);
    let longest_cool_down = longest.map_err(|error| lists::folder_failure(&error))?;
    Ok(Retention { longest_cool_down, ..limits })
}

fn open_file(
    path: &Path,
    witnesses: Witnesses,
    limits: Retention,
    last: Timestamp,
) -> Result<Arc<dyn ReplayStore>, Failure> {
    let name = path.display().to_string();
    let store = FileReplay::open_with(path, witnesses, limits);
    let store = store.map_err(|error| store_failure(&name, &error))?.not_before(last);
    Ok(Arc::new(store))
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
    texts::store_unusable(name, error.reason(), error.kind().instruction())
}
