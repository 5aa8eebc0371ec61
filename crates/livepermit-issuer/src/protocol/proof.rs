//! The proof that a wallet has the key for which it asks a credential (proof type `jwt`,
//! OpenID4VCI 1.0 appendix F.1).

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use livepermit::PublicKey;

use super::attestation::Evidence;
use super::dpop::within;
use super::jws::{JwsError, SignedJwt};

/// The `typ` of a proof.
pub const PROOF_TYPE: &str = "openid4vci-proof+jwt";

/// How far the time of a proof may be from the server's, before and after. The nonce says that a
/// proof is fresh; the time only finds clocks that are wrong.
pub const PROOF_WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// A proof that was checked. Whether its nonce is one of ours, and unused, is for the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyProof {
    /// The key for the credential.
    pub key: PublicKey,
    /// The nonce that it was made for.
    pub nonce: String,
    /// The client that it names (`iss`), if it does.
    pub client: Option<String>,
    /// What the wallet's maker says of the place of the key (`key_attestation`).
    pub statement: Option<String>,
    /// The chain of certificates of the key, in DER, if the proof has one in place of a `jwk`.
    pub chain: Option<Vec<Vec<u8>>>,
}

/// Why a proof is refused. The code of each is `invalid_proof`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// It is no good JWT.
    Jws(JwsError),
    /// Its header names a key in two ways.
    TwoKeys,
    /// It was made for another issuer.
    Audience,
    /// It names another client than the session's.
    Client,
    /// A claim is missing, or is of another type.
    Claim {
        /// Its name.
        claim: &'static str,
    },
    /// Its time is too far from the server's.
    Time {
        /// When it says that it was made, in seconds since 1970.
        made: i64,
        /// The server's time.
        now: Timestamp,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jws(error) => error.fmt(f),
            Self::TwoKeys => f.write_str("the proof has kid beside its key"),
            Self::Audience => f.write_str("the aud of the proof is not this credential issuer"),
            Self::Client => f.write_str("the iss of the proof is not the client of the token"),
            Self::Claim { claim } => write!(f, "the proof has no good claim {claim}"),
            Self::Time { made, now } => write!(
                f,
                "the proof was made at {made}, and the server has {}: set the clock",
                now.as_second()
            ),
        }
    }
}

impl std::error::Error for ProofError {}

impl KeyProof {
    /// Checks a proof for this issuer.
    ///
    /// # Errors
    ///
    /// [`ProofError`]: what was not as it has to be.
    pub fn read(text: &str, issuer: &str, now: Timestamp) -> Result<Self, ProofError> {
        let jwt = SignedJwt::read_with_chain(text, PROOF_TYPE);
        let jwt = jwt.map_err(ProofError::Jws)?;
        if jwt.header.has("kid") {
            return Err(ProofError::TwoKeys);
        }
        let claim = |claim| jwt.claims.text(claim).ok_or(ProofError::Claim { claim });
        if claim("aud")? != issuer {
            return Err(ProofError::Audience);
        }
        let nonce = claim("nonce")?.to_owned();
        let made = jwt.claims.number("iat").ok_or(ProofError::Claim { claim: "iat" })?;
        within(made, now, PROOF_WINDOW).ok_or(ProofError::Time { made, now })?;
        let statement = jwt.header.text("key_attestation").map(str::to_owned);
        let client = jwt.claims.text("iss").map(str::to_owned);
        let point = |_| ProofError::Jws(JwsError::Key(super::jwk::JwkError::Point));
        let key = jwt.key.to_public_key().map_err(point)?;
        Ok(Self { key, nonce, client, statement, chain: jwt.chain })
    }

    /// What the wallet sends about the place of the key.
    #[must_use]
    pub fn evidence(&self) -> Evidence<'_> {
        match (&self.chain, &self.statement) {
            (Some(certificates), _) => Evidence::Chain { certificates, nonce: &self.nonce },
            (None, Some(statement)) => Evidence::Statement(statement),
            (None, None) => Evidence::None,
        }
    }

    /// Whether the client that the proof names is the one that got the access token. A client that
    /// nobody named is empty.
    ///
    /// # Errors
    ///
    /// [`ProofError::Client`].
    pub fn is_by(&self, client: &str) -> Result<(), ProofError> {
        match &self.client {
            Some(named) if named != client => Err(ProofError::Client),
            _ => Ok(()),
        }
    }
}
