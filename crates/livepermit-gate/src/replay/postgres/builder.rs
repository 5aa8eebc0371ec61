//! How a gate reaches its zone in a PostgreSQL server.

use core::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use livepermit::Timestamp;
use livepermit::field::Name;
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use zeroize::Zeroizing;

use super::super::{ReplayStore as _, Retention, StoreError, StoreErrorKind, Witnesses};
use super::link::Plan;
use super::reactor::Reactor;
#[cfg(feature = "postgres-tls")]
use super::tls::Tls;
use super::{PostgresReplay, schema};

/// Builds a [`PostgresReplay`]: begin with [`PostgresReplay::at`], end with
/// [`PostgresBuilder::connect`].
#[must_use = "nothing happens before `connect`"]
pub struct PostgresBuilder {
    url: Zeroizing<String>,
    user: Option<String>,
    password: Option<Zeroizing<String>>,
    prefix: String,
    gate: String,
    retention: Retention,
    adopts: bool,
    timeout: Duration,
    capacity: Option<u64>,
    witnesses: Witnesses,
    #[cfg(feature = "postgres-tls")]
    authority: Option<Vec<u8>>,
}

impl PostgresBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: Zeroizing::new(url.into()),
            user: None,
            password: None,
            prefix: "livepermit".into(),
            gate: "gate".into(),
            retention: Retention::default(),
            adopts: false,
            timeout: Duration::from_millis(500),
            capacity: None,
            witnesses: Witnesses::in_memory(),
            #[cfg(feature = "postgres-tls")]
            authority: None,
        }
    }

    /// The user, instead of the user in the URL.
    pub fn user(self, user: &str) -> Self {
        Self { user: Some(user.into()), ..self }
    }

    /// The password, instead of a password in the URL. Read it from a file or the environment, so
    /// that no other process sees it.
    pub fn password(self, password: &str) -> Self {
        Self { password: Some(Zeroizing::new(password.into())), ..self }
    }

    /// Encrypts every connection, and trusts only servers whose certificate is signed by this
    /// authority (certificates in PEM) and has the name of the host in the URL.
    #[cfg(feature = "postgres-tls")]
    pub fn authority(self, pem: &[u8]) -> Self {
        Self { authority: Some(pem.to_vec()), ..self }
    }

    /// Names the zone: 1 to 40 small letters, digits, `-` and `_`; `livepermit` if none is given.
    /// Gates with the same prefix share their used codes.
    pub fn prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The name of the gate. Each gate of the zone has a name of its own, because the server
    /// counts the admissions of each gate.
    pub fn gate(self, gate: &str) -> Self {
        Self { gate: gate.into(), ..self }
    }

    /// The limits of the zone: the same at all gates.
    pub fn retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Takes the limits that stand in the zone, where the zone has some: for an operator, who may not
    /// know them. A gate names its limits, so that a zone with others is noticed.
    pub fn limits_of_the_zone(self) -> Self {
        Self { adopts: true, ..self }
    }

    /// How long an attempt may take, with a new connection if one is needed; 500 ms if none is
    /// given.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The most permits that the zone remembers; no limit but the server's disk if none is given. A
    /// zone that is full refuses other permits until some records are over. Gates that admit at the
    /// same time may exceed the limit by one permit each.
    pub fn capacity(self, permits: u64) -> Self {
        Self { capacity: Some(permits), ..self }
    }

    /// Where the gate keeps what it knows of the store. Without this, in memory only: then a
    /// restart of the gate forgets it.
    pub fn witnesses(self, witnesses: Witnesses) -> Self {
        Self { witnesses, ..self }
    }

    /// Connects, makes the zone's schema if it is missing, checks the server, and compares the
    /// settings and the memory.
    ///
    /// # Errors
    /// [`StoreErrorKind::Setup`] when the zone has other settings, when the user may not do what is
    /// needed (the text names the `GRANT`), when the schema is of another version, or when the
    /// URL, the prefix, the gate's name or the timeout cannot be used;
    /// [`StoreErrorKind::Unreachable`] when the server does not answer or is a standby.
    pub fn connect(self) -> Result<PostgresReplay, StoreError> {
        let adopts = self.adopts;
        let mut store = self.build()?;
        if adopts {
            store.adopt_settings()?;
        }
        store.compare_settings()?;
        Ok(store)
    }

    /// Gives the zone the limits of this gate, for an operator, and connects. `now` is the
    /// operator's time. The change counts as a loss of memory, because what gates did by the limits
    /// before may be unsafe by the new ones. Gates with other limits are refused from then on.
    ///
    /// The user must be the owner of the schema, or be allowed to call its function
    /// `change_settings`.
    ///
    /// # Errors
    /// Those of [`PostgresBuilder::connect`], and [`StoreErrorKind::Setup`] when the clocks of the
    /// operator and of the server are too far apart.
    pub fn change_settings(self, now: Timestamp) -> Result<PostgresReplay, StoreError> {
        let store = self.build()?;
        store.change_settings(now)?;
        store.keep_alive(now)?;
        Ok(store)
    }

    fn build(self) -> Result<PostgresReplay, StoreError> {
        let wrong = |reason: &str| Err(StoreError::of(StoreErrorKind::Setup, reason));
        let name = schema::schema_name(&self.prefix)?;
        if Name::new(&self.gate).is_err() {
            return wrong("the name of the gate is no name");
        }
        if self.timeout.is_zero() {
            return wrong("the timeout is zero");
        }
        // The URL may contain a password, so errors do not repeat the URL.
        let Ok(mut config) = self.url.parse::<Config>() else {
            return wrong("the URL of the server is wrong");
        };
        #[cfg(feature = "postgres-tls")]
        let tls = self.authority.as_deref().map(Tls::new).transpose()?;
        #[cfg(feature = "postgres-tls")]
        let is_encrypted = tls.is_some();
        #[cfg(not(feature = "postgres-tls"))]
        let is_encrypted = false;
        if is_encrypted {
            config.ssl_mode(SslMode::Require);
        } else if config.get_ssl_mode() == SslMode::Require {
            return wrong(
                "the URL asks for TLS (sslmode), and no authority is given or this program was \
                 built without the feature `postgres-tls`",
            );
        } else {
            config.ssl_mode(SslMode::Disable);
        }
        if let Some(user) = &self.user {
            config.user(user);
        }
        if let Some(password) = &self.password {
            config.password(password);
        }
        // Of several servers, the one that writes is the primary. Each has its share of the time.
        let hosts = u32::try_from(config.get_hosts().len().max(1)).unwrap_or(u32::MAX);
        if hosts > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let share = self.timeout.checked_div(hosts).unwrap_or(self.timeout);
        config.connect_timeout(share).tcp_user_timeout(self.timeout);
        config.keepalives_idle(Duration::from_secs(15)).application_name("livepermit");
        Ok(PostgresReplay {
            reactor: Reactor::start()?,
            plan: Arc::new(Plan {
                config,
                name,
                timeout: self.timeout,
                #[cfg(feature = "postgres-tls")]
                tls,
            }),
            gate: self.gate.into(),
            retention: self.retention,
            settings: schema::settings(self.retention),
            capacity: self.capacity,
            witnesses: self.witnesses,
            idle: Mutex::default(),
            health: Arc::default(),
            counted: Mutex::default(),
        })
    }
}

impl fmt::Debug for PostgresBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresBuilder")
            .field("prefix", &self.prefix)
            .field("gate", &self.gate)
            .field("retention", &self.retention)
            .field("adopts", &self.adopts)
            .field("timeout", &self.timeout)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
