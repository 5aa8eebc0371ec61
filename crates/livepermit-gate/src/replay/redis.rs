use core::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::redis::io::tcp::TcpSettings;
use ::redis::{Client, Connection, ErrorKind, IntoConnectionInfo as _, RedisError, Script, cmd};

use super::{
    Answer, Attempt, Passage, Record, ReplayStore, Retention, Sighting, StoreError, StoreErrorKind,
};
use livepermit::Timestamp;
use livepermit::field::Name;
use livepermit::verify::PermitId;

/// The longest span of time in seconds. The server would not compute longer spans exactly.
const LONGEST: u64 = 1 << 40;

/// A store in a Redis server (or Valkey), for a venue with many gates. One script checks and
/// records a code, and the server runs nothing else meanwhile.
///
/// ```no_run
/// use std::time::Duration;
/// use livepermit_gate::RedisReplay;
/// use livepermit_gate::replay::Retention;
///
/// let store = RedisReplay::connect(
///     "redis://127.0.0.1/", "hall-3", Retention::default(), Duration::from_millis(500),
/// )?;
/// # Ok::<(), livepermit_gate::replay::StoreError>(())
/// ```
///
/// # Clocks
/// All times come from the asking gate's `now`, and the clocks of the gates may differ by
/// [`Retention::clock_difference`]. Nothing expires by the server's clock (no key has a time to
/// live), so a wrong server clock does no harm. The server's clock is read in only one case, below.
///
/// # What a server can forget
/// A record lasts as long as the server keeps what it acknowledged. Set up the server so that it
/// forgets nothing:
/// - `appendonly yes` and `appendfsync always`: with `everysec`, a crash loses up to two seconds;
///   without `appendonly`, a crash loses everything.
/// - `maxmemory-policy noeviction`: with any other policy, the server deletes records when memory
///   is short. `connect` refuses such a server if it can read the setting. When the server is out
///   of memory, the answer is [`Answer::Full`].
/// - Replication is asynchronous: a failover loses what the replica had not received yet.
///   `min-replicas-to-write` reduces that loss, but does not prevent it.
///
/// Every admission has a sequence number, and each gate sends the highest number it has seen. A
/// server with a lower number has lost admissions; a server without a number is new or was emptied.
/// In both cases, the store refuses as `forgotten` every code dated up to the server's time + clock
/// difference + half a window. So with the defaults, **nobody enters for 75 seconds after the first
/// use of a new store**, and nobody enters twice after a loss. A loss is noticed only when a gate
/// asks that saw a lost admission.
///
/// # Failures
/// When the server cannot be reached or does not answer within the timeout, the attempt fails with
/// a [`StoreError`] and is not repeated. The next attempt opens a new connection. If only the
/// answer was lost, the server has recorded the code as used. After a server restart, one attempt
/// can fail for each idle connection.
///
/// The connection is not encrypted: use a separate network or a tunnel.
pub struct RedisReplay {
    client: Client,
    idle: Mutex<Vec<Connection>>,
    script: Script,
    keys: [String; 3],
    retention: Retention,
    timeout: Duration,
    capacity: u64,
    /// The highest sequence number of all answers.
    seen: AtomicU64,
}

impl RedisReplay {
    /// The most permits that a store remembers, unless [`RedisReplay::with_capacity`] sets another
    /// number; about 400 MB at the server.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;
    /// The most idle connections that stay open.
    const MAX_IDLE: usize = 64;

    /// Connects to the server at `url` (`redis://[:password@]host[:port][/database]`). Gates with
    /// the same `prefix` (1 to 128 visible ASCII characters without braces) share their used codes.
    /// Connecting, sending and receiving may each take `timeout` at most.
    ///
    /// # Errors
    /// [`StoreError`] when the server cannot be reached, deletes records when memory is short, or
    /// has records of another version, and when the URL, the prefix or the timeout cannot be used.
    pub fn connect(
        url: &str,
        prefix: &str,
        retention: Retention,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        if Name::new(prefix).is_err() || prefix.contains(['{', '}']) {
            return Err(StoreError::of(
                StoreErrorKind::Setup,
                "the prefix is no name, or has braces",
            ));
        }
        if timeout.is_zero() {
            return Err(StoreError::of(StoreErrorKind::Setup, "the timeout is zero"));
        }
        // The URL may contain a password, so errors do not repeat the URL.
        let wrong_url = |_| StoreError::of(StoreErrorKind::Setup, "the URL of the server is wrong");
        let settings = TcpSettings::default().set_nodelay(true);
        let info = url.into_connection_info().map_err(wrong_url)?.set_tcp_settings(settings);
        let store = Self {
            client: Client::open(info).map_err(wrong_url)?,
            idle: Mutex::new(Vec::new()),
            script: Script::new(include_str!("decide.lua")),
            // The braces keep the three keys on one node of a cluster.
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

    /// Remembers at most `permits` permits. A full store refuses other permits until some records
    /// are over.
    #[must_use]
    pub fn with_capacity(self, permits: u64) -> Self {
        Self { capacity: permits, ..self }
    }

    /// Runs `task` on an idle or a new connection. The connection is kept only after success.
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

    /// Runs the script. Without an attempt, the script only sets up the store.
    fn ask(&self, attempt: Option<&Attempt>) -> Result<Answer, StoreError> {
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
                call.arg(attempt.key.permit.as_bytes().as_slice());
                match attempt.key.moment {
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

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
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
    let mut sighting = || {
        let (at, gate, lane) = (lines.next()?, lines.next()?, lines.next()?);
        Some(
            (!at.is_empty())
                .then(|| Some(Sighting { at: time(at)?, gate: gate.into(), lane: lane.into() })),
        )
    };
    let (code, slip) = (sighting()?, sighting()?);
    let newest = match code {
        Some(sighting) => Some((time(newest)?, sighting?)),
        None => None,
    };
    let slip = match slip {
        Some(sighting) => Some(sighting?),
        None => None,
    };
    let mut free_from = Vec::new();
    while let Some(zone) = lines.next() {
        free_from.push((zone.into(), time(lines.next()?)?));
    }
    Some(Record { newest, slip, free_from })
}

/// The `maxmemory-policy` of the server; `None` when the server does not say.
fn eviction_policy(connection: &mut Connection) -> Result<Option<String>, RedisError> {
    let configured: Result<Vec<String>, _> =
        cmd("CONFIG").arg("GET").arg("maxmemory-policy").query(connection);
    match configured {
        // Only this command shows that a server needs a password. For the script, which comes next,
        // such a server says that the script is too long.
        Err(error) if error.code() == Some("NOAUTH") => return Err(error),
        Ok(words) => {
            if let [_, policy] = words.as_slice() {
                return Ok(Some(policy.clone()));
            }
        }
        Err(_) => {}
    }
    let Ok(info) = cmd("INFO").arg("memory").query::<String>(connection) else { return Ok(None) };
    Ok(info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:")).map(str::to_owned))
}

fn foreign() -> StoreError {
    StoreError::of(
        StoreErrorKind::Foreign,
        "the server's records are of another version or of something else",
    )
}

fn of_redis(error: RedisError) -> StoreError {
    // The client library reports a wrong password, and its error has no code.
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
