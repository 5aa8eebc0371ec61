//! Demonstrating Proof of Possession (RFC 9449): each request is signed by the key that its tokens
//! are bound to.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::base64url;
use super::jws::{JwsError, SignedJwt};
use super::url::without_query;
use crate::domain::{Digest, KeyThumbprint, Seen};

/// How far the time of a proof may be from the server's, before and after. Clocks of phones are
/// wrong by minutes; a proof is seen once in this time, so a long one lets nothing be repeated.
pub const DPOP_WINDOW: SignedDuration = SignedDuration::from_mins(5);

const TYPE: &str = "dpop+jwt";
/// The longest `jti`, in bytes.
const LONGEST_ID: usize = 256;

/// A proof that was checked. Whether it was seen before is for the register to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dpop {
    /// The thumbprint of the key that signed.
    pub key: KeyThumbprint,
    /// What is seen once.
    pub seen: Seen,
}

/// Why a proof is refused. The code of each is `invalid_dpop_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DpopError {
    /// The request has no header `DPoP`, or more than one.
    Header,
    /// It is no good JWT.
    Jws(JwsError),
    /// A claim is missing, or is of another type.
    Claim {
        /// Its name.
        claim: &'static str,
    },
    /// It was made for another method.
    Method,
    /// It was made for another address.
    Address,
    /// It was made for another access token, or for none.
    Token,
    /// Its time is too far from the server's.
    Time {
        /// When it says that it was made, in seconds since 1970.
        made: i64,
        /// The server's time.
        now: Timestamp,
    },
    /// It was used before.
    Seen,
}

impl fmt::Display for DpopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("the request needs one header DPoP"),
            Self::Jws(error) => error.fmt(f),
            Self::Claim { claim } => write!(f, "the DPoP proof has no good claim {claim}"),
            Self::Method => f.write_str("the DPoP proof was made for another method"),
            Self::Address => f.write_str("the DPoP proof was made for another address"),
            Self::Token => f.write_str("the DPoP proof was made for another access token"),
            Self::Time { made, now } => write!(
                f,
                "the DPoP proof was made at {made}, and the server has {}: set the clock",
                now.as_second()
            ),
            Self::Seen => f.write_str("the DPoP proof was used before: make a new one"),
        }
    }
}

impl std::error::Error for DpopError {}

impl Dpop {
    /// Checks the proof of a request with this method to this address. With an access token, the
    /// proof has to name it.
    ///
    /// # Errors
    ///
    /// [`DpopError`]: what was not as it has to be.
    pub fn read(
        text: &str,
        method: &str,
        address: &str,
        access_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, DpopError> {
        let SignedJwt { key, claims, .. } = SignedJwt::read(text, TYPE).map_err(DpopError::Jws)?;
        let claim = |claim| claims.text(claim).ok_or(DpopError::Claim { claim });
        if claim("htm")? != method {
            return Err(DpopError::Method);
        }
        if without_query(claim("htu")?) != without_query(address) {
            return Err(DpopError::Address);
        }
        let id = claim("jti")?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(DpopError::Claim { claim: "jti" });
        }
        let made = claims.number("iat").ok_or(DpopError::Claim { claim: "iat" })?;
        let ends = within(made, now, DPOP_WINDOW).ok_or(DpopError::Time { made, now })?;
        if let Some(token) = access_token
            && claim("ath")? != base64url::encode(&Sha256::digest(token))
        {
            return Err(DpopError::Token);
        }
        let key = key.thumbprint();
        // Two keys may draw the same id: they are two proofs.
        let mut what = Sha256::new();
        what.update(b"dpop");
        what.update(key.as_bytes());
        what.update(id);
        let what = Digest::from_bytes(what.finalize().into());
        Ok(Self { key, seen: Seen { what, ends } })
    }
}

/// From when on a statement of this time is too old, if it is neither too old nor too new now.
pub(super) fn within(made: i64, now: Timestamp, window: SignedDuration) -> Option<Timestamp> {
    let made = Timestamp::from_second(made).ok()?;
    let ends = made.checked_add(window).ok()?.checked_add(SignedDuration::from_secs(1)).ok()?;
    (made.duration_since(now) <= window && now < ends).then_some(ends)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{DPOP_WINDOW, within};

    #[test]
    fn a_statement_is_good_from_window_to_window() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let window = DPOP_WINDOW.as_secs();
        for (offset, good) in
            [(-window - 1, false), (-window, true), (0, true), (window, true), (window + 1, false)]
        {
            let made = now.as_second() + offset;
            let ends = within(made, now, DPOP_WINDOW);
            assert_eq!(ends.is_some(), good, "{offset}");
            // Who forgets it then does not take it again.
            if let Some(ends) = ends {
                assert_eq!(within(made, ends, DPOP_WINDOW), None);
            }
        }
        for made in [i64::MIN, i64::MAX, 253_402_300_799] {
            assert_eq!(within(made, now, DPOP_WINDOW), None);
            assert_eq!(within(made, Timestamp::MAX, SignedDuration::ZERO), None);
        }
    }
}
