//! What wallets and issuers say to each other, as pure rules: OpenID for Verifiable Credential
//! Issuance 1.0, OAuth 2.0 with PKCE (RFC 7636) and DPoP (RFC 9449).
//!
//! Nothing here reads a clock, draws a random number or opens a connection: times and random bytes
//! are arguments. What a standard names as an error has that name here.

mod attestation;
mod authorization;
mod dpop;
mod error;
mod form;
mod json;
mod jwk;
mod jws;
mod metadata;
mod offer;
mod pkce;
mod proof;
mod request;
mod secrets;
mod token;
mod url;

pub use attestation::{
    AndroidApp, AndroidAttestation, AttestationRefused, AttestationVerifier, ChainError, Evidence,
    NothingAttested, Root, Withdrawn,
};
pub use authorization::{AuthorizationRefused, AuthorizationRequest, Client, redirect_with};
pub use dpop::{DPOP_WINDOW, Dpop, DpopError};
pub use error::{OAuthCode, OAuthError};
pub(crate) use form::encoded;
pub use form::{Form, FormError};
pub use json::Object;
pub use jwk::{Jwk, JwkError};
pub use jws::{JwsError, LONGEST_JWS, SignedJwt};
pub use metadata::{Configuration, Display, Endpoints};
pub use offer::{TX_CODE_DIGITS, offer_uri, tx_code};
pub use pkce::Challenge;
pub use proof::{KeyProof, PROOF_TYPE, PROOF_WINDOW, ProofError};
pub use request::{CredentialRequest, DeferredRequest, Notification, NotificationEvent};
pub(crate) use secrets::{Key, not_over, split};
pub use secrets::{Nonce, Secrets, StaleSecret, digest};
pub use token::TokenRequest;
pub use url::IssuerUrl;

/// The way JOSE writes bytes: base64url without padding, and nothing left in the last sign.
pub(crate) mod base64url {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    /// The text for these bytes.
    pub(crate) fn encode(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The bytes of a text. `None` for any other writing than the one of [`encode`].
    pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(text).ok()
    }

    /// The bytes of a certificate, which JOSE writes in the other way (RFC 7515, 4.1.6).
    pub(crate) fn decode_certificate(text: &str) -> Option<Vec<u8>> {
        STANDARD.decode(text).ok()
    }

    /// The bytes of a text, if there are so many.
    pub(crate) fn decode_array<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
        decode(text)?.try_into().ok()
    }
}
