use core::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::redis::io::tcp::TcpSettings;
use ::redis::{Client, Connection, ErrorKind, IntoConnectionInfo as _, RedisError, Script, cmd};

use super::{
    Answer, Attempt, Passage, Record, ReplayStore, Retention, Showing, StoreError, StoreErrorKind,
};
use crate::time::Timestamp;
use crate::token::check_name;
use crate::verifier::PermitId;

/// No span of time is longer; larger ones would not be exact at the server.
const LONGEST: u64 = 1 << 40;

/// A store in a Redis server (or Valkey), for a venue with many gates. Checking and recording are
/// one script, which the server runs alone.
///
/// ```no_run
/// use std::time::Duration;
/// use livepermit::{RedisReplay, Retention};
///
/// let store = RedisReplay::connect(
///     "redis://127.0.0.1/", "hall-3", Retention::default(), Duration::from_millis(500),
/// )?;
/// # Ok::<(), livepermit::StoreError>(())
/// ```
///
/// # Clocks
/// Times are the gates' own: cool-downs and what is over are told by the `now` of the gate that
/// asks, and gates may differ by [`Retention::clock_difference`]. Nothing expires by the server's
/// clock (no key has a time to live): it may step without harm. The server's clock is read in one
/// case only, below.
///
/// # What a server can forget
/// A record lasts as long as the server keeps what it acknowledged. For nothing to be forgotten:
/// - `appendonly yes` and `appendfsync always`: with `everysec`, a crash forgets up to two seconds;
///   without, everything.
/// - `maxmemory-policy noeviction`: under any other the server throws records away when memory is
///   short. `connect` refuses such a server when it can read the setting. A server out of memory
///   answers [`Answer::Full`].
/// - Replication is asynchronous: a failover forgets what the replica had not got yet.
///   `min-replicas-to-write` makes that less, not nothing.
///
/// Every admission has a sequence number, and a gate tells the highest it has seen. A server that
/// knows less than a gate has lost admissions; one that knows nothing is new or was flushed. Both
/// then refuse, as stale, every code dated up to the server's time + clock difference + half a
/// window: with the defaults, **for 75 seconds after a new store is first used** nobody enters, and
/// after a loss nobody enters twice. A loss stays unnoticed until a gate asks that saw what was
/// lost.
///
/// # Failures
/// When the server cannot be reached or does not answer within the timeout, the attempt is a
/// [`StoreError`], and is not repeated: the next one connects anew. The server may have recorded an
/// attempt whose answer was lost; its code is then used. So the first attempt after a server
/// restart can fail once for each idle connection.
///
/// The connection is not encrypted: keep it in a network of its own, or tunnel it.
pub struct RedisReplay {
    client: Client,
    idle: Mutex<Vec<Connection>>,
    script: Script,
    keys: [String; 3],
    retention: Retention,
    timeout: Duration,
    capacity: u64,
    /// The highest sequence number any answer had.
    seen: AtomicU64,
}

impl RedisReplay {
    /// Permits held at most unless [`RedisReplay::with_capacity`] says otherwise; about 400 MB at
    /// the server.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;
    /// Connections kept open when nobody asks.
    const MAX_IDLE: usize = 64;

    /// Connects to the server at `url` (`redis://[:password@]host[:port][/database]`). Gates with
    /// the same `prefix` (1 to 128 visible ASCII characters without braces) share what was used.
    /// Each of connecting, sending and receiving takes at most `timeout`.
    ///
    /// # Errors
    /// [`StoreError`] for a server that cannot be reached, one that evicts records when memory is
    /// short, one whose records are of another version, and for a URL or prefix that cannot be
    /// used.
    pub fn connect(
        url: &str,
        prefix: &str,
        retention: Retention,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        if check_name(prefix).is_err() || prefix.contains(['{', '}']) {
            return Err(StoreError::of(
                StoreErrorKind::Setup,
                "the prefix is no name, or has braces",
            ));
        }
        if timeout.is_zero() {
            return Err(StoreError::of(StoreErrorKind::Setup, "the timeout is zero"));
        }
        // The URL may hold a password: errors do not repeat it.
        let wrong_url = |_| StoreError::of(StoreErrorKind::Setup, "the URL of the server is wrong");
        let settings = TcpSettings::default().set_nodelay(true);
        let info = url.into_connection_info().map_err(wrong_url)?.set_tcp_settings(settings);
        let store = Self {
            client: Client::open(info).map_err(wrong_url)?,
            idle: Mutex::new(Vec::new()),
            script: Script::new(include_str!("decide.lua")),
            // The braces keep them together in a cluster.
            keys: ["used", "over", "meta"].map(|name| format!("{{{prefix}}}:{name}")),
            retention,
            timeout,
            capacity: Self::DEFAULT_CAPACITY,
            seen: AtomicU64::new(0),
        };
        let policy = store.with_connection(eviction_policy).map_err(of_redis)?;
        if let Some(policy) = policy.filter(|policy| policy != "noeviction") {
            let reason =
                format!("the server's maxmemory-policy is {policy}, it must be noeviction");
            return Err(StoreError::of(StoreErrorKind::Setup, &reason));
        }
        store.ask(None)?;
        Ok(store)
    }

    /// Holds at most so many permits; further ones are refused until others are over.
    #[must_use]
    pub fn with_capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// Runs `task` on a connection of its own, which is kept only if all went well.
    fn with_connection<T>(
        &self,
        task: impl FnOnce(&mut Connection) -> Result<T, RedisError>,
    ) -> Result<T, RedisError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = self.client.get_connection_with_timeout(self.timeout)?;
                connection.set_read_timeout(Some(self.timeout))?;
                connection.set_write_timeout(Some(self.timeout))?;
                connection
            }
        };
        let done = task(&mut connection)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < Self::MAX_IDLE {
            idle.push(connection);
        }
        Ok(done)
    }

    /// Runs the script; without an attempt it only sets up.
    fn ask(&self, attempt: Option<&Attempt<'_>>) -> Result<Answer, StoreError> {
        let seconds = |span: u64| span.min(LONGEST);
        let mut call = self.script.prepare_invoke();
        for key in &self.keys {
            call.key(key);
        }
        match attempt {
            None => (0..9).for_each(|_| {
                call.arg("");
            }),
            Some(attempt) => {
                call.arg(attempt.claim.permit.as_bytes().as_slice());
                match attempt.claim.moment {
                    Some(moment) => call.arg(moment.as_unix()),
                    None => call.arg(""),
                };
                call.arg(attempt.now.as_unix())
                    .arg(seconds(attempt.debounce))
                    .arg(seconds(attempt.cool_down))
                    .arg(attempt.place.gate())
                    .arg(attempt.place.lane())
                    .arg(attempt.place.zone())
                    .arg(u8::from(attempt.passage == Passage::Enter));
            }
        }
        call.arg(seconds(self.retention.largest_window))
            .arg(seconds(self.retention.clock_difference))
            .arg(seconds(self.capacity))
            .arg(self.seen.load(Ordering::SeqCst));
        let answer = self.with_connection(|connection| call.invoke::<(u8, u64, u64)>(connection));
        let (code, time, sequence) = match answer {
            Err(error) if error.code() == Some("OOM") => return Ok(Answer::Full),
            answer => answer.map_err(of_redis)?,
        };
        self.seen.fetch_max(sequence, Ordering::SeqCst);
        let time = Timestamp::from_unix(time).ok_or_else(foreign)?;
        match code {
            0 => Ok(Answer::Admitted),
            1 => Ok(Answer::AlreadyAcceptedHere { then: time }),
            2 => Ok(Answer::AlreadyUsed { then: time }),
            3 => Ok(Answer::Superseded { newest: time }),
            4 => Ok(Answer::CoolingDown { until: time }),
            5 => Ok(Answer::BehindHorizon { horizon: time }),
            6 => Ok(Answer::Full),
            _ => Err(foreign()),
        }
    }
}

impl fmt::Debug for RedisReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplay")
            .field("keys", &self.keys)
            .field("retention", &self.retention)
            .field("timeout", &self.timeout)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl ReplayStore for RedisReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt<'_>) -> Result<Answer, StoreError> {
        self.ask(Some(attempt))
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let [used, ..] = &self.keys;
        let text: Option<String> = self
            .with_connection(|connection| {
                cmd("HGET").arg(used).arg(permit.as_bytes().as_slice()).query(connection)
            })
            .map_err(of_redis)?;
        text.map(|text| parse(&text).ok_or_else(foreign)).transpose()
    }
}

/// The record as the script writes it.
fn parse(text: &str) -> Option<Record> {
    let mut lines = text.split_terminator('\n');
    let time = |line: &str| Timestamp::from_unix(line.parse().ok()?);
    let newest = lines.next()?;
    let mut showing = || {
        let (at, gate, lane) = (lines.next()?, lines.next()?, lines.next()?);
        Some(
            (!at.is_empty())
                .then(|| Some(Showing { at: time(at)?, gate: gate.into(), lane: lane.into() })),
        )
    };
    let (code, slip) = (showing()?, showing()?);
    let newest = match code {
        Some(showing) => Some((time(newest)?, showing?)),
        None => None,
    };
    let slip = match slip {
        Some(showing) => Some(showing?),
        None => None,
    };
    let mut free_from = Vec::new();
    while let Some(zone) = lines.next() {
        free_from.push((zone.into(), time(lines.next()?)?));
    }
    Some(Record { newest, slip, free_from })
}

/// `None` when the server does not tell.
fn eviction_policy(connection: &mut Connection) -> Result<Option<String>, RedisError> {
    let configured: Result<Vec<String>, _> =
        cmd("CONFIG").arg("GET").arg("maxmemory-policy").query(connection);
    match configured {
        // A server that wants a password says so here only: of the script, which comes next, it
        // says that it is too long.
        Err(error) if error.code() == Some("NOAUTH") => return Err(error),
        Ok(words) => {
            if let [_, policy] = words.as_slice() {
                return Ok(Some(policy.clone()));
            }
        }
        Err(_) => {}
    }
    let info = cmd("INFO").arg("memory").query::<String>(connection).unwrap_or_default();
    Ok(info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:")).map(str::to_owned))
}

fn foreign() -> StoreError {
    StoreError::of(
        StoreErrorKind::Foreign,
        "the server's records are of another version or of something else",
    )
}

fn of_redis(error: RedisError) -> StoreError {
    // A wrong password is told by the client, which gives the error no code.
    if error.kind() == ErrorKind::AuthenticationFailed {
        return StoreError::of(StoreErrorKind::Setup, &error.to_string());
    }
    match error.code() {
        Some("WRONGTYPE") => foreign(),
        Some("NOPERM" | "NOAUTH" | "WRONGPASS") => {
            StoreError::of(StoreErrorKind::Setup, &error.to_string())
        }
        _ => StoreError::new(&error.to_string()),
    }
}
