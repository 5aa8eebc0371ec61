//! Who asks: an access token, and the proof that its key signed the request.

use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use super::answer::Refusal;
use super::body::one;
use super::state::WalletsState;
use crate::domain::{Permit, Seen, SessionId};
use crate::protocol::{Dpop, DpopError, OAuthCode, OAuthError};
use crate::store::{Change, Loaded, Session, Store};

/// A session that may be there, and a proof that may have been used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    session: SessionId,
    seen: Seen,
}

fn unauthorized(code: OAuthCode, why: impl std::fmt::Display) -> Refusal {
    Refusal::Unauthorized(Some(OAuthError::new(code, why)))
}

impl Access {
    /// Checks the headers of a request to this address. The register is not asked.
    pub(super) fn read<S: Store>(
        state: &WalletsState<S>,
        headers: &HeaderMap,
        address: &str,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if !headers.contains_key(header::AUTHORIZATION) {
            return Err(Refusal::Unauthorized(None));
        }
        let given = one(headers, "authorization").and_then(|value| value.split_once(' '));
        let token = match given {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("dpop") => token.trim(),
            _ => {
                let why = "the header Authorization has to be DPoP and the access token";
                return Err(unauthorized(OAuthCode::InvalidToken, why));
            }
        };
        let wrong = |error: DpopError| unauthorized(OAuthCode::InvalidDpopProof, error);
        let proof = one(headers, "dpop").ok_or(DpopError::Header).map_err(wrong)?;
        let dpop = Dpop::read(proof, "POST", address, Some(token), now).map_err(wrong)?;
        let session = state.secrets().read_access_token(token, dpop.key, now).map_err(|stale| {
            unauthorized(OAuthCode::InvalidToken, format!("the access token {stale}"))
        })?;
        Ok(Self { session, seen: dpop.seen })
    }

    /// The proof, which serves once.
    pub(super) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The refusal of a proof that was used before.
    pub(super) fn seen_before() -> Refusal {
        unauthorized(OAuthCode::InvalidDpopProof, DpopError::Seen)
    }

    /// Finds the session, and notes that the proof was used.
    pub(super) async fn enter(
        &self,
        change: &mut Change,
        now: Timestamp,
    ) -> Result<Session, Refusal> {
        if !change.see(&self.seen).await? {
            return Err(Self::seen_before());
        }
        self.session(change, now).await
    }

    /// Finds the session, and the permit that it is about, if it is about one.
    pub(super) async fn session_with_permit(
        &self,
        change: &mut Change,
        now: Timestamp,
    ) -> Result<(Session, Option<Loaded<Permit>>), Refusal> {
        match change.session_with_permit(self.session, now).await? {
            Some((session, permit)) => Ok((session, Some(permit))),
            None => Ok((self.session(change, now).await?, None)),
        }
    }

    async fn session(&self, change: &mut Change, now: Timestamp) -> Result<Session, Refusal> {
        let ended = || unauthorized(OAuthCode::InvalidToken, "the session of the token has ended");
        change.session(self.session, now).await?.ok_or_else(ended)
    }
}
