//! The memory of used codes that the command line names: a file, or a server that gates share.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "redis", feature = "postgres"))]
mod server;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use livepermit::Timestamp;
use livepermit::field::Name;
use livepermit_gate::replay::{ReplayStore, Retention, StoreError, Witnesses};

use livepermit_gate::{FileReplay, GatePlace};

use super::failure::Failure;
use super::time::parse_span;
use super::{files, lists, texts};

/// The file of used codes in a state folder.
const USED: &str = "used.redb";
/// What the gate knows of its memory, whatever kind of memory it is.
const WITNESS: &str = "once.witness";
/// The longest cool-down that the gate ever had, in seconds, where it is not the usual one. So a
/// loss of the file is waited for as long as a lost cool-down can last, whoever notices the loss.
const LONGEST: &str = "once.limits";
/// A folder that a gate used.
const OF_A_GATE: &str = "state.json";

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
            #[cfg(any(feature = "redis", feature = "postgres"))]
            old_master: self.server.old_master(),
            ..own
        }
    }

    /// Opens the memory for a gate with this state folder. `last` is the latest time that the gate
    /// knows of: now, or its last admission if the clock went back. `was_used` says that the gate
    /// has admitted before.
    pub(crate) fn open_for_gate(
        &self,
        folder: &Path,
        place: &GatePlace,
        limits: Retention,
        (last, was_used): (Timestamp, bool),
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        let gone = !folder.join(USED).exists() && !folder.join(WITNESS).exists();
        let witnesses = open_witness(folder, was_used && gone && !self.names_server())?;
        match self.open_server(&asker(place), limits, witnesses)? {
            Opened::Server(store) => Ok(store),
            Opened::None(witnesses) => {
                let limits = with_longest(folder, limits)?;
                open_file(&folder.join(USED), witnesses, limits, last)
            }
        }
    }

    #[cfg_attr(
        not(any(feature = "redis", feature = "postgres")),
        expect(clippy::unused_self, reason = "servers are features")
    )]
    fn names_server(&self) -> bool {
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            return true;
        }
        #[cfg(feature = "postgres")]
        if self.postgres.is_named() {
            return true;
        }
        false
    }

    /// Opens the memory for an operator's command. A server is asked beside the gates that use it;
    /// a file only while no gate uses it, and only in the state folder of a gate.
    pub(crate) fn open_for_operator(
        &self,
        folder: Option<&Path>,
        limits: Retention,
        now: Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        match (self.open_server("operator", limits, Witnesses::in_memory())?, folder) {
            (Opened::Server(store), _) => Ok(store),
            (Opened::None(_), Some(folder)) => {
                if !folder.join(OF_A_GATE).exists() {
                    return Err(texts::no_state_folder(folder.display()));
                }
                // Checks the folder, and that no gate uses it now.
                drop(lists::folder(folder)?);
                let limits = with_longest(folder, limits)?;
                open_file(&folder.join(USED), open_witness(folder, false)?, limits, now)
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
            return server(store, "the Redis server", false);
        }
        #[cfg(feature = "postgres")]
        let witnesses = match self.postgres.builder(&self.server, gate, limits, witnesses)? {
            Ok(builder) => {
                let strict = self.server.is_strict();
                return server(builder.connect(), "the PostgreSQL server", strict);
            }
            Err(witnesses) => witnesses,
        };
        #[cfg(any(feature = "redis", feature = "postgres"))]
        self.server.needs_no_server()?;
        let _ = (gate, limits);
        Ok(Opened::None(witnesses))
    }

    /// Gives the zone at the server these limits.
    #[cfg(any(feature = "redis", feature = "postgres"))]
    pub(crate) fn change_settings(
        &self,
        limits: Retention,
        now: Timestamp,
    ) -> Result<Arc<dyn ReplayStore>, Failure> {
        let (gate, witnesses) = ("operator", Witnesses::in_memory);
        #[cfg(feature = "redis")]
        if self.redis.is_named() {
            let builder = self.redis.builder(&self.server, gate, limits, witnesses())?;
            return opened(builder.change_settings(now), "the Redis server");
        }
        #[cfg(feature = "postgres")]
        if let Ok(builder) = self.postgres.builder(&self.server, gate, limits, witnesses())? {
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
    strict: bool,
) -> Result<Opened, Failure> {
    let store = opened(store, name)?;
    if let Some(caution) = store.health().cautions.first().filter(|_| strict) {
        return Err(texts::server_too_weak(name, &caution.text));
    }
    Ok(Opened::Server(store))
}

/// The name under which a lane's admissions are counted: each process has its own count. Names that
/// are too long together (over 128 characters) leave out the lane.
fn asker(place: &GatePlace) -> String {
    let name = format!("{}/{}", place.gate(), place.lane());
    if Name::new(&name).is_ok() { name } else { place.gate().to_owned() }
}

/// `was_there` says that there was a witness, so that a missing one is a loss.
fn open_witness(folder: &Path, was_there: bool) -> Result<Witnesses, Failure> {
    let path = folder.join(WITNESS);
    let opened = if was_there { Witnesses::open_lost(&path) } else { Witnesses::open(&path) };
    opened.map_err(|error| store_failure(&path.display().to_string(), &error))
}

/// The limits with the longest cool-down that the gate in this folder ever had. A longer one is
/// written there.
fn with_longest(folder: &Path, limits: Retention) -> Result<Retention, Failure> {
    let path = folder.join(LONGEST);
    let usual = Retention { longest_cool_down: 0, ..limits }.cool_down_limit();
    let kept = fs::read_to_string(&path).ok();
    let kept = kept.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let longest = limits.cool_down_limit().max(kept);
    if longest > kept && longest > usual {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| {
                file.write_all(longest.to_string().as_bytes())?;
                file.sync_all()
            })
            .map_err(|error| files::cannot_write(&path, &error))?;
    }
    Ok(Retention { longest_cool_down: longest, ..limits })
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
    let text = error.to_string();
    // Its text ends with what to do.
    let reason =
        text.strip_suffix(error.kind().instruction()).unwrap_or(&text).trim_end_matches([';', ' ']);
    texts::store_unusable(name, reason, error.kind().instruction())
}
