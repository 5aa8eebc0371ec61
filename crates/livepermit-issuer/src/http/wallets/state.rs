//! What the port of wallets needs beside the service.

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use livepermit::PublicKey;

use crate::domain::{Attestation, SessionId};
use crate::http::limit::PerMinute;
use crate::protocol::{
    AttestationRefused, AttestationVerifier, Client, Configuration, Endpoints, Evidence, IssuerUrl,
    Secrets,
};
use crate::service::Service;
use crate::store::Store;

/// How long things are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// A nonce.
    pub nonce: SignedDuration,
    /// An access token.
    pub access: SignedDuration,
    /// A code with which a browser goes back.
    pub code: SignedDuration,
    /// What a browser wants, while a person fills in the application.
    pub request: SignedDuration,
    /// An offer of the office.
    pub offer: SignedDuration,
    /// A session that nobody uses. One that is used is prolonged when half of it is over.
    pub session: SignedDuration,
    /// A credential that was asked for while its case is open.
    pub deferred: SignedDuration,
    /// How long wallets are told to wait before they ask again for a credential whose case is open.
    pub interval: SignedDuration,
}

impl Default for Times {
    fn default() -> Self {
        let minutes = SignedDuration::from_mins;
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self {
            nonce: minutes(5),
            access: minutes(10),
            code: minutes(2),
            request: days(1),
            offer: minutes(60),
            session: days(400),
            deferred: days(90),
            interval: minutes(60),
        }
    }
}

/// How the port is set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which wallets know the issuer.
    pub issuer: IssuerUrl,
    /// What it gives.
    pub configuration: Configuration,
    /// The wallets that may send a browser.
    pub clients: Vec<Client>,
    /// The page for applicants. A browser that comes from a wallet goes there with `?request=`.
    pub apply: String,
    /// How long things are good for.
    pub times: Times,
}

/// All that the handlers share. Clones share it.
pub struct WalletsState<S> {
    service: Service<S>,
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    endpoints: Endpoints,
    secrets: Secrets,
    attestation: Box<dyn AttestationVerifier>,
    passes: PerMinute<SessionId>,
    credential_issuer: Bytes,
    authorization_server: Bytes,
}

impl<S: Store> Clone for WalletsState<S> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S> fmt::Debug for WalletsState<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalletsState")
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}

impl<S: Store> WalletsState<S> {
    /// Brings all together. The secret is the same in all processes of the service, and is known to
    /// nobody else: whoever has it makes access tokens.
    pub fn new(
        service: Service<S>,
        settings: Settings,
        secret: &[u8; 32],
        attestation: impl AttestationVerifier + 'static,
    ) -> Self {
        let endpoints = Endpoints::of(settings.issuer.clone());
        let text = |value: serde_json::Value| Bytes::from(value.to_string());
        let shared = Shared {
            credential_issuer: text(endpoints.credential_issuer(&settings.configuration)),
            authorization_server: text(endpoints.authorization_server(&settings.configuration)),
            endpoints,
            secrets: Secrets::derive(secret),
            attestation: Box::new(attestation),
            passes: PerMinute::default(),
            settings,
        };
        Self { service, shared: Arc::new(shared) }
    }

    /// What is done below.
    #[must_use]
    pub const fn service(&self) -> &Service<S> {
        &self.service
    }

    /// How the port is set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The addresses.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.shared.secrets
    }

    pub(super) fn passes(&self) -> &PerMinute<SessionId> {
        &self.shared.passes
    }

    pub(super) fn documents(&self) -> (Bytes, Bytes) {
        (self.shared.credential_issuer.clone(), self.shared.authorization_server.clone())
    }

    pub(super) fn place_of(
        &self,
        key: &PublicKey,
        evidence: Evidence<'_>,
    ) -> Result<Attestation, AttestationRefused> {
        self.shared.attestation.place_of(key, evidence, self.service.now())
    }

    /// The time after this span.
    pub(super) fn after(&self, span: SignedDuration) -> Timestamp {
        self.service.now().saturating_add(span).unwrap_or(Timestamp::MAX)
    }

    /// A secret that nobody can guess, as text.
    pub(super) fn secret(&self) -> String {
        crate::protocol::base64url::encode(&self.service.random::<32>())
    }
}
