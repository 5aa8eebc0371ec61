//! Used codes in Redis servers.

mod answer;
mod builder;
mod change;
mod health;
mod keys;
mod link;
mod question;
mod servers;
mod settings;

use core::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::redis::cmd;
use livepermit::Timestamp;
use livepermit::verify::PermitId;
use rand::TryRng as _;
use rand::rngs::SysRng;

use super::{
    Answer, Attempt, GoOn, Record, ReplayStore, Retention, StoreError, StoreErrorKind, StoreHealth,
    StoreId, Witness, Witnesses,
};
use answer::{Memory, Reply, Says, foreign};
use health::Health;
use keys::Keys;
use link::{Call, Link, LinkError, Plan};
use question::{Mode, Question};
use settings::Settings;

pub use builder::{Demands, Failover, RedisReplayBuilder};
pub use servers::RedisServers;

/// A store in Redis or Valkey servers, for a venue with many gates. One script checks and records a
/// code, and the server runs nothing else meanwhile.
///
/// ```no_run
/// use std::time::Duration;
/// use livepermit_gate::RedisReplay;
/// use livepermit_gate::replay::{RedisServers, Retention, Witnesses};
///
/// let servers = RedisServers::one("redis://127.0.0.1/")
///     .user("gate")
///     .password(&std::fs::read_to_string("/run/secrets/venue")?);
/// let store = RedisReplay::through(servers)
///     .prefix("hall-3")
///     .gate("north")
///     .retention(Retention::default())
///     .timeout(Duration::from_millis(500))
///     .witnesses(Witnesses::open("/var/lib/livepermit/north/store")?)
///     .connect()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What the server needs
/// - Scripts, and a user with the rights that [`RedisServers`] lists. `INFO` is one of the
///   `@dangerous` commands. Without it the server does not say who it is, and `connect` refuses it.
/// - `maxmemory-policy noeviction`: with any other policy, the server deletes records when memory
///   is short. `connect` refuses such a server if it can read the setting. When the server is out
///   of memory, the answer is [`Answer::Full`].
/// - `appendonly yes` and `appendfsync always`, so that few restarts lose admissions. A restart
///   that loses some is noticed all the same.
/// - A clock that runs steadily, not more than half of [`Retention::clock_difference`] away from
///   the clock of any gate. Other gates are answered [`Answer::ClockApart`].
/// - `repl-backlog-ttl 0` where there are replicas, because of the false alarms below.
///
/// # What the server can lose, and what is then refused
/// Redis acknowledges before a replica has an admission, and with most settings before its disk has
/// it. So a restart, a failover, a flush, a backup put back, an eviction or a deletion can lose
/// admissions that opened a door. The store does not prevent this. It notices it, and opens nothing
/// until what was lost cannot matter:
///
/// - On the way to each admission, and in each [`ReplayStore::keep_alive`], the script compares the
///   server's identity (`master_replid`) with the identity that wrote the state. It changes at each
///   start of a master and at each promotion, so whichever gate asks first notices.
/// - It compares the number of records with the number in the state, and the asking gate's
///   [`Witness`] with the state: store, generation, own admissions.
///
/// After a loss the answer is [`Answer::Forgotten`]: for each code made up to clock difference +
/// half a window + 1 seconds after the loss was noticed (with the default limits **76 seconds**; 21
/// seconds with a clock difference of 5), and for everybody who enters, with a code or a slip,
/// until the longest cool-down of the zone has ended ([`Retention::cool_down_limit`], 35 seconds by
/// default). Both wait for [`Retention::old_master`] seconds more. Who leaves with a slip, leaves.
/// A new zone waits as after a loss. An operator can end a wait: [`ReplayStore::go_on`].
///
/// A refusal that follows from what is there is given at once, before this check.
///
/// ## False alarms
/// `master_replid` also changes when nothing is lost: at a clean restart; when the first replica
/// connects to a server that has no replication backlog; and when the last replica has been away
/// for `repl-backlog-ttl` seconds (3600 by default). Each costs one wait. After the store was
/// emptied or exchanged, each gate that knew the store before costs one wait when it first asks the
/// new one, also a gate that starts days later.
///
/// ## Not noticed
/// - A memory put back together with its identity, by a snapshot of the running machine or by
///   somebody who writes the keys, until a gate asks that saw a lost admission. Until then, what
///   was lost can be used again.
/// - An old master that goes on for longer than [`Retention::old_master`], for the gates that hear
///   only that master. See [`Failover`].
/// - The server's memory and a gate's witness put back together.
///
/// # Settings
/// The limits of the zone and the number of shards stand in the server. A gate with others is
/// refused: [`StoreErrorKind::Setup`] names the values of both sides. To change them, stop the
/// gates and use [`RedisReplayBuilder::change_settings`]. Records of earlier versions of this
/// library are [`StoreErrorKind::Foreign`]: name another prefix.
///
/// # Clocks
/// Cool-downs count by the server's clock, however far the clocks of the gates are apart. After a
/// loss, a cool-down that was set before counts longer by the clock difference, because another
/// server's clock may have set it. No key expires.
///
/// # Failures
/// When the server cannot be reached or does not answer in time, the attempt fails with a
/// [`StoreError`] and is not repeated: it may have been recorded. An answer that was on its way
/// while the gate heard of a loss opens nothing.
pub struct RedisReplay {
    link: Link,
    keys: Keys,
    gate: Box<str>,
    retention: Retention,
    witnesses: Witnesses,
    /// The most records of a shard.
    capacity: u64,
    health: Health,
    /// The shard that the next heartbeat asks first.
    first: AtomicUsize,
}

/// What the link runs.
const SCRIPT: &str = include_str!("script.lua");

impl RedisReplay {
    /// The most permits that a zone remembers, unless [`RedisReplayBuilder::capacity`] sets another
    /// number; about 400 MB at the servers.
    pub const DEFAULT_CAPACITY: u64 = 1_000_000;
    /// The most shards of a zone.
    const MAX_SHARDS: usize = 1024;

    /// Begins with the servers.
    pub fn through(servers: RedisServers) -> RedisReplayBuilder {
        RedisReplayBuilder::new(servers)
    }

    fn open(builder: RedisReplayBuilder) -> Result<Self, StoreError> {
        let (slots, adopts) = (builder.shards, builder.adopts);
        let mut store = Self::linked(builder, slots)?;
        if adopts && let Some(theirs) = store.theirs(0)? {
            store.retention = theirs.limits;
        }
        for shard in 0..store.keys.shards() {
            match store.says(shard, Mode::Check, Timestamp::MIN)? {
                Says::SameSettings => {}
                _ => return Err(foreign()),
            }
        }
        Ok(store)
    }

    /// Connects to the servers of this many shards, and asks nothing.
    fn linked(builder: RedisReplayBuilder, slots: usize) -> Result<Self, StoreError> {
        let keys = Keys::new(&builder.prefix, builder.shards);
        let plan = Plan {
            servers: builder.servers,
            failover: builder.failover,
            demands: builder.demands,
            timeout: builder.timeout,
            retention: builder.retention,
            slots: (0..slots).map(|shard| keys.slot(shard)).collect(),
        };
        let shards = u64::try_from(builder.shards).unwrap_or(u64::MAX);
        Ok(Self {
            link: Link::open(plan, SCRIPT)?,
            health: Health::new(keys.shards()),
            keys,
            gate: builder.gate.into(),
            retention: builder.retention,
            witnesses: builder.witnesses,
            capacity: builder.capacity.div_ceil(shards.max(1)),
            first: AtomicUsize::new(0),
        })
    }

    fn settings(&self, shard: usize) -> Settings {
        Settings::new(self.retention, self.keys.shards(), shard)
    }

    /// Runs the script with this question, and reads the reply.
    fn ask(&self, shard: usize, question: &Question<'_>) -> Result<Reply, LinkError> {
        let admits = matches!(question.mode, Mode::Admit(..));
        let call = Call { shard, keys: self.keys.of(shard), args: question.args(), admits };
        Ok(Reply::read(&self.link.ask(&call)?)?)
    }

    /// Asks a shard, and takes the reply. When the reply opens a door, what the gate knows by it is
    /// on the disk.
    fn says(&self, shard: usize, mode: Mode<'_>, now: Timestamp) -> Result<Says, StoreError> {
        let witness = self.witnesses.get(shard);
        let (settings, limits) = (self.settings(shard), self.retention);
        match self.ask(shard, &self.question(mode, settings, limits, now, &witness)?) {
            Ok(reply) => self.take(shard, reply, witness, now),
            Err(LinkError::Store(error)) => Err(error),
            Err(LinkError::OutOfMemory) => Ok(Says::Answer(Answer::Full)),
        }
    }

    fn question<'a>(
        &'a self,
        mode: Mode<'a>,
        settings: Settings,
        limits: Retention,
        now: Timestamp,
        witness: &'a Witness,
    ) -> Result<Question<'a>, StoreError> {
        Ok(Question { mode, settings, limits, gate: &self.gate, now, witness, fresh: fresh()? })
    }

    /// Takes a reply to a question with this witness.
    fn take(
        &self,
        shard: usize,
        reply: Reply,
        witness: Witness,
        now: Timestamp,
    ) -> Result<Says, StoreError> {
        let Reply { says, wait, memory } = reply;
        match &says {
            Says::OtherSettings(theirs) => {
                let theirs = Settings::parse(theirs).ok_or_else(foreign)?;
                return Err(self.settings(shard).refused_by(theirs));
            }
            Says::NoIdentity(why) => return Err(no_identity(why)),
            _ => {}
        }
        let loss = memory.as_ref().map(|memory| memory.loss);
        if let Some(Memory { admissions, state, .. }) = memory {
            let known = match state {
                Some((settings, known)) if settings == self.settings(shard) => known,
                Some(_) => return Err(foreign()),
                None => witness.known().cloned().ok_or_else(foreign)?,
            };
            let taken = self.witnesses.take(shard, known, admissions);
            match says {
                // What refuses needs no proof. But nothing is learnt from an old answer.
                Says::Answer(answer) if answer != Answer::Admitted => {
                    if taken.is_err() {
                        return Ok(says);
                    }
                }
                _ => taken?,
            }
        }
        if let Some(wait) = wait {
            self.health.note(shard, now, wait, loss);
        }
        Ok(says)
    }

    /// Asks a shard how it is.
    fn keep(&self, shard: usize, now: Timestamp) -> Result<(), StoreError> {
        match self.says(shard, Mode::Keep, now)? {
            // A refusal for a clock that is apart is reported with the next attempt.
            Says::Well | Says::Answer(Answer::ClockApart { .. }) => Ok(()),
            Says::Answer(Answer::Full) => Err(out_of_memory()),
            _ => Err(foreign()),
        }
    }
}

impl ReplayStore for RedisReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        let shard = self.keys.shard(attempt.key.permit);
        match self.says(shard, Mode::Admit(attempt, self.capacity), attempt.now)? {
            Says::Answer(Answer::Full) => {
                // A server without memory refused before the script forgot what is over. The next
                // attempt may then find room.
                let _ = self.keep(shard, attempt.now);
                Ok(Answer::Full)
            }
            Says::Answer(answer) => Ok(answer),
            _ => Err(foreign()),
        }
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        let shards = self.keys.shards();
        let first = self.first.load(Ordering::Relaxed);
        for shard in (first..shards).chain(0..first) {
            if let Err(error) = self.keep(shard, now) {
                // A heartbeat waits for one dead server at most. The next one begins behind.
                let next = shard.saturating_add(1).checked_rem(shards).unwrap_or(0);
                self.first.store(next, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    }

    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        for shard in 0..self.keys.shards() {
            operated(&self.says(shard, Mode::GoOn(word), now)?, now)?;
        }
        Ok(())
    }

    fn health(&self) -> StoreHealth {
        StoreHealth { cautions: self.link.cautions(), ..self.health.get() }
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let shard = self.keys.shard(permit);
        let mut command = cmd("HGET");
        command.arg(self.keys.used(shard)).arg(permit.as_bytes().as_slice());
        answer::read_record(&self.link.read(shard, &command)?)
    }
}

impl fmt::Debug for RedisReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplay")
            .field("keys", &self.keys)
            .field("gate", &self.gate)
            .field("retention", &self.retention)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

/// What an operator's command came to.
fn operated(says: &Says, now: Timestamp) -> Result<(), StoreError> {
    match says {
        Says::Well => Ok(()),
        Says::Answer(Answer::ClockApart { theirs }) => {
            let apart = now.as_unix().abs_diff(theirs.as_unix());
            let reason = format!("the clock here and the server's clock are {apart} s apart");
            Err(StoreError::of(StoreErrorKind::Setup, &reason))
        }
        Says::Answer(Answer::Full) => Err(out_of_memory()),
        _ => Err(foreign()),
    }
}

/// A new identity for a store.
fn fresh() -> Result<StoreId, StoreError> {
    let mut bytes = [0; 16];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| {
        StoreError::of(StoreErrorKind::Storage, "the operating system gives no random bytes")
    })?;
    Ok(StoreId::from_bytes(bytes))
}

fn no_identity(why: &str) -> StoreError {
    let reason = format!(
        "the server does not say who it is ({why}); the user needs +info, also inside scripts"
    );
    StoreError::of(StoreErrorKind::Setup, &reason)
}

fn out_of_memory() -> StoreError {
    let reason = "the server has no memory left for its own state (maxmemory)";
    StoreError::of(StoreErrorKind::Storage, reason)
}
