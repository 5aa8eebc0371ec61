//! Used codes in a PostgreSQL server.

mod answer;
mod builder;
mod link;
mod question;
mod reactor;
mod schema;
#[cfg(feature = "postgres-tls")]
mod tls;

use core::fmt;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use livepermit::Timestamp;
use livepermit::verify::PermitId;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use super::{
    Answer, Attempt, GoOn, Record, ReplayStore, Retention, StoreError, StoreErrorKind, StoreHealth,
    Witnesses,
};
use answer::{Reply, Says, foreign, get, read_record};
use link::{Link, Plan, of_postgres};
use question::{Question, Word, as_parameter, number};
use reactor::Reactor;
use schema::seconds;

pub use builder::PostgresBuilder;

/// A zone has one shard here.
const SHARD: usize = 0;

/// A store in a PostgreSQL server, for a venue with many gates. One statement, which is one
/// transaction, checks and records a code.
///
/// ```no_run
/// use std::time::Duration;
/// use livepermit_gate::PostgresReplay;
/// use livepermit_gate::replay::{Retention, Witnesses};
///
/// let store = PostgresReplay::at("postgresql://gate@db.example/venue")
///     .password(&std::fs::read_to_string("/run/secrets/venue")?)
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
/// PostgreSQL 13 or later, a database in UTF-8, and a user. Each zone has a schema,
/// `livepermit2_` and the prefix. `connect` makes a schema that is missing, if the user may
/// (`GRANT CREATE ON DATABASE`). Otherwise an operator runs the text of
/// [`PostgresReplay::schema_text`] as the owner of the schema, and gives each gate's user
/// `GRANT USAGE ON SCHEMA`. That user can ask, and can neither read nor write the tables. An
/// operator's user also needs `GRANT EXECUTE` on the functions `go_on` and `change_settings`. The
/// functions run with the owner's rights. The owner needs `pg_control_system`, `pg_walfile_name`
/// and `pg_current_wal_lsn`, which every user may call unless an operator revoked that.
///
/// Connect directly or through a pooler in session mode.
///
/// # What the server can lose, and what is then refused
/// An admission is answered when the server has flushed it to its disk: the function switches
/// `synchronous_commit` on, whatever the server's default is. So a crash of the gate, of the server
/// process or of the machine loses no admission that opened a door. `fsync = off` and
/// `full_page_writes = off` break this promise, and are cautions in [`ReplayStore::health`].
///
/// These can lose admissions: a failover to a standby that was behind, a backup put back, tables
/// emptied or dropped, rows deleted. On the way to each admission the server compares its state
/// with what is there now: the identity of the cluster, its timeline, the start of the server, the
/// database, the file of the table, and the asking gate's [`Witness`](super::Witness). At the first
/// question of a gate, and then every ten seconds in [`ReplayStore::keep_alive`] (of a gate that is
/// never idle, every thirty seconds), the server also counts all records: rows that somebody
/// deletes by hand are noticed no sooner. A count must end within the timeout, which is half a
/// second for some millions of records.
///
/// After a loss, and after each restart of the server, because a restart looks like a backup put
/// back, the store refuses as [`Answer::Forgotten`]: codes until no lost code can be live (76 s
/// with the default limits), and everybody who enters until each lost cool-down has ended
/// (`old_master` plus [`Retention::cool_down_limit`]). An operator can end the wait:
/// [`ReplayStore::go_on`]. `VACUUM FULL` and `CLUSTER` give the table another file, so they look
/// like a loss too. `VACUUM` does not.
///
/// Not noticed: a snapshot of the running machine with its memory that is put back, until a gate
/// asks that saw a lost admission; and what an owner of the tables changes on purpose.
///
/// # Standbys
/// With `synchronous_standby_names` set to all standbys that may be promoted (for example
/// `ANY 2 (one, two)`), an admission is answered when each of them has it too. Then a failover
/// loses nothing, an old primary that was cut off cannot admit, and [`Retention::old_master`] can
/// be 0. With fewer (`ANY 1 (one, two)`), an old primary that still reaches one standby goes on:
/// then this is no bound. If the server gives up the wait for a standby, because somebody cancels
/// the statement, the admission opens nothing. Without synchronous standbys, nothing ends the life
/// of an old primary: then set [`Retention::UNBOUNDED`]. Standbys that are not waited for are a caution in
/// [`ReplayStore::health`]. A URL may name several servers
/// (`postgresql://user@one,two/database`): the gate uses the one that takes writes.
///
/// # Clocks
/// Cool-downs count by the server's clock. A gate whose clock is more than half of
/// [`Retention::clock_difference`] away from the server's is refused: [`Answer::ClockApart`].
///
/// # Settings
/// The limits of the zone stand in the schema, and a gate with others does not start, or is refused
/// from then on. An operator changes them with [`PostgresBuilder::change_settings`]; this counts as
/// a loss.
///
/// # Failures
/// An attempt that fails is not repeated, because it may have been recorded. A connection that
/// failed is not used again. Connections that the server closed are noticed while they are idle.
/// The server removes nothing when its disk is full; the answer is then [`Answer::Full`].
///
/// # Encryption
/// With the feature `postgres-tls` and the certificate of an authority
/// ([`PostgresBuilder::authority`](PostgresBuilder)), every connection is encrypted, and the name of
/// the server is checked. Otherwise no connection is encrypted: use a separate network or a tunnel.
/// A URL that asks for encryption (`sslmode=require`) is then refused.
pub struct PostgresReplay {
    reactor: Reactor,
    plan: Arc<Plan>,
    gate: Box<str>,
    retention: Retention,
    settings: String,
    capacity: Option<u64>,
    witnesses: Witnesses,
    /// The connection that was used last is at the end.
    idle: Mutex<VecDeque<Arc<Link>>>,
    health: Arc<Mutex<StoreHealth>>,
    /// When the records were counted last.
    counted: Mutex<Option<Timestamp>>,
}

impl PostgresReplay {
    /// The most idle connections that stay open.
    const MAX_IDLE: usize = 16;
    /// Seconds between two counts of all records, each about 10 ms for 100,000 records.
    const COUNT_EVERY: u64 = 10;
    /// A gate that is never idle counts with an attempt.
    const COUNT_LATEST: u64 = 30;

    /// Begins with the server at `url`: `postgresql://user@host[:port]/database`.
    pub fn at(url: &str) -> PostgresBuilder {
        PostgresBuilder::new(url)
    }

    /// The statements that make the schema of a zone, for an operator. Running them again changes
    /// nothing that is kept.
    ///
    /// # Errors
    /// [`StoreErrorKind::Setup`] when the prefix is none.
    pub fn schema_text(prefix: &str) -> Result<String, StoreError> {
        schema::schema_name(prefix).map(|name| schema::text(&name))
    }

    /// Calls a function of the schema.
    fn call(&self, function: &str, words: Vec<(Word, Type)>) -> Result<Vec<Row>, StoreError> {
        let text = format!("SELECT * FROM {}.{function}", schema::quoted(&self.plan.name));
        let (link, rows) = self.with_link(self.newest_idle(), async move |link: Arc<Link>| {
            let words: Vec<(&(dyn ToSql + Sync), Type)> =
                words.iter().map(|(word, kind)| (as_parameter(word), kind.clone())).collect();
            link.query(&text, &words).await
        })?;
        self.put_back(link);
        Ok(rows)
    }

    /// Compares the settings of the zone with those of this gate.
    fn compare_settings(&self) -> Result<(), StoreError> {
        self.ask(Question::settings(self), None, None, false).map(|_| ())
    }

    /// Takes the settings of the zone, where it has some.
    fn adopt_settings(&mut self) -> Result<(), StoreError> {
        let question = Question::settings(self);
        let (link, reply) = self.with_link(None, |link| async move {
            Reply::read(&link.ask(&question.words()).await.map_err(of_postgres)?)
        })?;
        if let Says::OtherSettings(theirs) = reply.says {
            self.retention = schema::read_settings(&theirs).ok_or_else(foreign)?;
            self.settings = theirs;
        }
        self.put_back(link);
        Ok(())
    }

    /// Gives the zone the settings of this gate.
    fn change_settings(&self, now: Timestamp) -> Result<(), StoreError> {
        let Retention { largest_window, clock_difference, old_master, .. } = self.retention;
        let known = self.witnesses.get(SHARD).known().map_or(0, |known| known.generation);
        let mut words: Vec<(Word, Type)> = vec![(Box::new(self.settings.clone()), Type::TEXT)];
        let limits =
            [largest_window, clock_difference, self.retention.cool_down_limit(), old_master];
        words.extend(limits.map(|limit| int8(seconds(limit))));
        words.extend([int8(number(known)), int8(seconds(now.as_unix()))]);
        let rows = self.call("change_settings($1, $2, $3, $4, $5, $6, $7)", words)?;
        match get(rows.first().ok_or_else(foreign)?, "change_settings")? {
            // A zone without a state takes the settings of the first question.
            None | Some(true) => Ok(()),
            Some(false) => Err(clocks_apart()),
        }
    }

    /// A connection for an attempt: the one that was used last.
    fn newest_idle(&self) -> Option<Arc<Link>> {
        let mut idle = lock(&self.idle);
        // A closed connection is dropped.
        while let Some(link) = idle.pop_back() {
            if !link.is_closed() {
                return Some(link);
            }
        }
        None
    }

    fn put_back(&self, link: Arc<Link>) {
        let mut idle = lock(&self.idle);
        if idle.len() < Self::MAX_IDLE {
            idle.push_back(link);
        }
    }

    /// Runs `task` on `link`, or on a new connection.
    fn with_link<T, F>(
        &self,
        link: Option<Arc<Link>>,
        task: impl FnOnce(Arc<Link>) -> F + Send + 'static,
    ) -> Result<(Arc<Link>, T), StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let (plan, health) = (Arc::clone(&self.plan), Arc::clone(&self.health));
        self.reactor.run(self.plan.timeout, async move {
            let link = match link {
                Some(link) => link,
                None => {
                    let (link, cautions) = Link::open(&plan).await?;
                    lock(&health).cautions = cautions;
                    Arc::new(link)
                }
            };
            let done = task(Arc::clone(&link)).await?;
            Ok((link, done))
        })
    }

    /// Asks, and takes the reply. `now` is `None` while only the settings are compared.
    fn ask(
        &self,
        question: Question,
        link: Option<Arc<Link>>,
        now: Option<Timestamp>,
        counts: bool,
    ) -> Result<Says, StoreError> {
        let (link, reply) = self.with_link(link, |link| async move {
            match link.ask(&question.words()).await {
                Ok(row) => Reply::read(&row).map(Some),
                Err(error) if error.code() == Some(&SqlState::DISK_FULL) => Ok(None),
                Err(error) => Err(of_postgres(error)),
            }
        })?;
        let Some(reply) = reply else { return Ok(Says::Answer(Answer::Full)) };
        if link.warned() {
            let reason = "the server warned, so the admission may be on one machine only";
            return Err(StoreError::new(reason));
        }
        if let Says::OtherSettings(theirs) = &reply.says {
            let reason = format!(
                "the zone has the settings ({theirs}), and this gate has ({})",
                self.settings
            );
            return Err(StoreError::of(StoreErrorKind::Setup, &reason));
        }
        let knows = reply.known.is_some();
        let taken = match reply.known {
            Some((known, admissions)) => self.witnesses.take(SHARD, known, admissions),
            None => Ok(()),
        };
        if let (Some(wait), Some(now)) = (reply.wait, now) {
            let until = wait.until(now);
            let mut health = lock(&self.health);
            health.out_of_order_until = (until > now).then_some(until);
            health.loss = reply.loss.or(health.loss);
        }
        match (taken, &reply.says) {
            (Ok(()), _) => self.put_back(link),
            // What refuses needs no proof. Its server may be an old one, so the connection is not
            // used again.
            (Err(_), Says::Answer(answer)) if *answer != Answer::Admitted => return Ok(reply.says),
            (Err(error), _) => return Err(error),
        }
        if knows && counts {
            *lock(&self.counted) = now;
        }
        Ok(reply.says)
    }

    /// Asks how the store is.
    fn beat(&self, now: Timestamp) -> Result<Says, StoreError> {
        let count = self.shall_count(now, Self::COUNT_EVERY);
        let question = Question::heartbeat(self, now, count);
        // The connection that was idle longest, so that each connection has its turn.
        let oldest = {
            let mut idle = lock(&self.idle);
            idle.retain(|link| !link.is_closed());
            idle.pop_front()
        };
        match self.ask(question, oldest, Some(now), count)? {
            says @ (Says::Well | Says::Answer(_)) => Ok(says),
            _ => Err(foreign()),
        }
    }

    /// Whether it is time to count the records.
    fn shall_count(&self, now: Timestamp, every: u64) -> bool {
        // A clock may be put back.
        let elapsed = |then: Timestamp| now.as_unix().abs_diff(then.as_unix()) >= every;
        lock(&self.counted).is_none_or(elapsed)
    }
}

impl ReplayStore for PostgresReplay {
    fn retention(&self) -> Retention {
        self.retention
    }

    fn admit(&self, attempt: &Attempt) -> Result<Answer, StoreError> {
        let count = self.shall_count(attempt.now, Self::COUNT_LATEST);
        let question = Question::attempt(self, attempt, count);
        match self.ask(question, self.newest_idle(), Some(attempt.now), count)? {
            Says::Answer(answer) => Ok(answer),
            _ => Err(foreign()),
        }
    }

    fn keep_alive(&self, now: Timestamp) -> Result<(), StoreError> {
        // A refusal for a clock that is apart is reported with the next attempt.
        self.beat(now).map(|_| ())
    }

    fn health(&self) -> StoreHealth {
        lock(&self.health).clone()
    }

    fn earlier(&self, permit: PermitId) -> Result<Option<Record>, StoreError> {
        let permit = Box::new(permit.as_bytes().to_vec());
        let rows = self.call("earlier($1)", vec![(permit, Type::BYTEA)])?;
        rows.first().map(read_record).transpose()
    }

    /// The user must be the owner of the schema, or be allowed to call its function `go_on`.
    fn go_on(&self, word: GoOn, now: Timestamp) -> Result<(), StoreError> {
        // A new zone gets its state first, and a loss is noticed first.
        if self.beat(now)? != Says::Well {
            return Err(clocks_apart());
        }
        let mut words: Vec<(Word, Type)> =
            vec![(Box::new(word == GoOn::NothingWasAdmitted), Type::BOOL)];
        let Retention { largest_window, clock_difference, old_master, .. } = self.retention;
        let limits = [now.as_unix(), largest_window, clock_difference, old_master];
        words.extend(limits.map(|limit| int8(seconds(limit))));
        let rows = self.call("go_on($1, $2, $3, $4, $5)", words)?;
        if !get::<bool>(rows.first().ok_or_else(foreign)?, "go_on")? {
            return Err(StoreError::new("somebody removed the state of the zone just now"));
        }
        self.keep_alive(now)
    }
}

impl fmt::Debug for PostgresReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresReplay")
            .field("schema", &self.plan.name)
            .field("gate", &self.gate)
            .field("retention", &self.retention)
            .field("timeout", &self.plan.timeout)
            .finish_non_exhaustive()
    }
}

fn int8(number: i64) -> (Word, Type) {
    (Box::new(number), Type::INT8)
}

fn clocks_apart() -> StoreError {
    let reason = "the clocks of this machine and of the server are too far apart: set them right";
    StoreError::of(StoreErrorKind::Setup, reason)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
