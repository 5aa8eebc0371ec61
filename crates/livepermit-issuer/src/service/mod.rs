//! What the service does with the register: each step is a [`Change`] of the store, made by the
//! rules of the domain, and signed where something is given out.
//!
//! The ports (wallets, offices, pages) and the jobs stand above. They bring who asks, and what is
//! asked; this room knows what then happens, and in which order.

mod cases;
mod clock;
mod error;
mod follow_ups;
mod keys;
mod lists;
mod permits;
mod slips;
mod tokens;

use std::sync::Arc;

use jiff::tz::TimeZone;
use rand::Rng as _;

use crate::domain::{Calendar, Moment};
use crate::store::{Change, Store};

pub use clock::Clock;
pub use error::ServiceError;
pub use keys::{ExternalSigner, Keys, SignerFailed, SigningKey};
pub(crate) use lists::etag;
pub use lists::{ListTimes, Published};
pub use slips::PrintedSlip;
pub use tokens::Issued;

/// Who issues, and how.
#[derive(Clone, Debug)]
pub struct Office {
    /// The issuer's name, as tokens and trust lists have it: `bj.example`.
    pub issuer: String,
    /// The address under which the public files are served, without a slash at its end:
    /// `https://permits.bj.example`. Every code carries the address of its status list, so a short
    /// one makes small codes.
    pub public: String,
    /// The office's time zone. It says when a day begins.
    pub zone: TimeZone,
    /// The working days.
    pub calendar: Calendar,
    /// How long a code is live, in seconds; see [`livepermit::Permit::with_window`].
    pub window: u64,
    /// How long status lists are valid.
    pub lists: ListTimes,
}

/// The service: the register, the keys and the clock, and what is done with them. Clones share all.
#[derive(Debug)]
pub struct Service<S> {
    store: S,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    office: Office,
    keys: Keys,
    clock: Clock,
    published: lists::Kept,
}

impl<S: Clone> Clone for Service<S> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S: Store> Service<S> {
    /// Brings register, keys and clock together.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Setting`] if a token could not be made with this office and these keys: it
    /// is better to learn that now than at the first permit.
    pub fn new(store: S, office: Office, keys: Keys, clock: Clock) -> Result<Self, ServiceError> {
        tokens::check(&office)?;
        let published = lists::Kept::default();
        let shared = Arc::new(Shared { office, keys, clock, published });
        Ok(Self { store, shared })
    }

    /// The register.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Who issues.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.shared.office
    }

    /// The keys that sign.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// The one clock of the process.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.shared.clock.now()
    }

    /// The time, with the office's day.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment::new(self.now(), self.shared.office.zone.clone())
    }

    /// Random bytes that nobody can guess.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }
}

/// What is done in several steps is done whole, or not at all.
trait Whole {
    /// Spoils the change if the steps failed.
    fn or_nothing(self, change: &mut Change) -> Self;
}

impl<T> Whole for Result<T, ServiceError> {
    fn or_nothing(self, change: &mut Change) -> Self {
        if self.is_err() {
            change.spoil();
        }
        self
    }
}
