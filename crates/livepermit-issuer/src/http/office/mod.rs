//! The offices' port: what officers do, as JSON over HTTP. The desk of pages uses the same steps.
//!
//! Every answer that refuses is a [`Problem`](super::problem::Problem). Every operation stands
//! once, in `routes.rs`: with its handler, the roles that may do it, and what the document at
//! `/office/openapi.json` says of it.

mod api;
mod ask;
mod audit;
mod bodies;
mod cases;
mod cursor;
mod documents;
mod follow_ups;
mod login;
mod openapi;
mod paper;
mod passwords;
mod permits;
mod proposals;
mod routes;
mod scan;
mod session;
mod sight;
mod slips;
mod views;

pub(crate) use scan::media_type;

use std::pin::Pin;
use std::sync::Arc;

use crate::domain::{Party, PermitId};
use crate::http::wallets::Offer;
use crate::service::{Service, ServiceError};
use crate::staff::StaffKey;
use crate::store::{Change, Store};

pub use passwords::Passwords;
pub use routes::router;

/// The answer of [`Offers::offer`], when it comes.
pub type Offering<'a> = Pin<Box<dyn Future<Output = Result<Offer, ServiceError>> + Send + 'a>>;

/// Who makes offers for wallets: the wallets' port.
pub trait Offers: Send + Sync {
    /// Makes an offer for a permit whose enrolment is open, to the phone of this party, inside the
    /// caller's change.
    fn offer<'a>(&'a self, change: &'a mut Change, permit: PermitId, party: Party) -> Offering<'a>;
}

/// What the port needs. Clones share it.
pub struct OfficeState<S> {
    service: Service<S>,
    key: StaffKey,
    passwords: Arc<Passwords>,
    offers: Option<Arc<dyn Offers>>,
}

impl<S: Store> OfficeState<S> {
    /// The port over this service, with the key of the staff's accounts.
    #[must_use]
    pub fn new(service: Service<S>, key: StaffKey) -> Self {
        Self { service, key, passwords: Arc::new(Passwords::new()), offers: None }
    }

    /// With offers for wallets. Without, the operation that makes one is refused.
    #[must_use]
    pub fn with_offers(mut self, offers: Arc<dyn Offers>) -> Self {
        self.offers = Some(offers);
        self
    }

    /// What is done below.
    #[must_use]
    pub const fn service(&self) -> &Service<S> {
        &self.service
    }

    /// With this counter of password checks, to be looked at from outside.
    #[must_use]
    pub fn with_passwords(mut self, passwords: Arc<Passwords>) -> Self {
        self.passwords = passwords;
        self
    }
}

impl<S: Clone> Clone for OfficeState<S> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            key: self.key.clone(),
            passwords: Arc::clone(&self.passwords),
            offers: self.offers.clone(),
        }
    }
}

impl<S> std::fmt::Debug for OfficeState<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfficeState").finish_non_exhaustive()
    }
}
