//! Stage 2, and the issuer's half of stage 3: which trusted key signed.

use crate::key::{KeyTables, SIGNATURE_BYTES, Started, Unfinished};
use crate::rejection::{Rejection, RejectionCode};
use crate::time::Timestamp;
use crate::token::IssuerSigned;
use crate::trust::{Trust, TrustedKey};

/// The keys that may have signed a token: at least one key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidates<'t> {
    keys: &'t [TrustedKey],
    /// The place of the first of these keys in the trust.
    first_place: usize,
    tables: Option<&'t KeyTables>,
    algorithm: i64,
}

/// An entry of the trust, and its place in the trust.
pub(crate) type Placed<'t> = (usize, &'t TrustedKey);

/// Stage 2: the entries with the token's key id and algorithm.
pub(crate) fn candidates<'t>(
    trust: &'t Trust,
    token: &IssuerSigned<'_>,
    now: Timestamp,
) -> Result<Candidates<'t>, Rejection> {
    if let Some(expires) = trust.expires()
        && now >= expires
    {
        return Err(Rejection::times(RejectionCode::TrustListExpired, now, expires));
    }
    let (first_place, same_id) = trust.places_of(token.kid);
    let Some(first) = same_id.first() else {
        return Err(Rejection::plain(RejectionCode::UnknownKey));
    };
    if same_id.iter().all(|key| key.algorithm().cose_id() != token.algorithm) {
        let expected = first.algorithm().cose_id();
        return Err(Rejection::numbers(
            RejectionCode::AlgorithmMismatch,
            token.algorithm,
            expected,
        ));
    }
    Ok(Candidates {
        keys: same_id,
        first_place,
        tables: trust.tables(),
        algorithm: token.algorithm,
    })
}

impl<'t> Candidates<'t> {
    /// Stage 3, first half: the entry whose key verifies the issuer's signature.
    pub(crate) fn verify(&self, token: &IssuerSigned<'_>) -> Result<Placed<'t>, Rejection> {
        let message = token.sign1.sig_structure();
        let message = &message.pieces();
        let signature = token.sign1.signature;
        self.placed()
            .find(|(place, key)| match self.start(*place, key, message, signature) {
                Started::NoTable => key.public_key().verifies_pieces(message, signature),
                Started::Bad => false,
                Started::Unfinished(unfinished) => unfinished.finish(),
            })
            .ok_or(Rejection::plain(RejectionCode::BadSignature))
    }

    /// Like `verify`, but stops before the last inversion. `None` unless there is exactly one
    /// candidate and the candidate has a table.
    pub(crate) fn start_only(&self, token: &IssuerSigned<'_>) -> Option<(usize, Unfinished)> {
        let mut candidates = self.placed();
        let (place, key) = candidates.next()?;
        if candidates.next().is_some() {
            return None;
        }
        let message = token.sign1.sig_structure();
        match self.start(place, key, &message.pieces(), token.sign1.signature) {
            Started::Unfinished(unfinished) => Some((place, unfinished)),
            Started::NoTable | Started::Bad => None,
        }
    }

    /// The candidate at a place of the trust.
    pub(crate) fn at(&self, place: usize) -> Option<Placed<'t>> {
        self.placed().find(|(candidate, _)| *candidate == place)
    }

    fn placed(&self) -> impl Iterator<Item = Placed<'t>> + use<'t> {
        let algorithm = self.algorithm;
        (self.first_place..)
            .zip(self.keys)
            .filter(move |(_, key)| key.algorithm().cose_id() == algorithm)
    }

    fn start(
        &self,
        place: usize,
        key: &TrustedKey,
        message: &[&[u8]],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Started {
        self.tables.map_or(Started::NoTable, |tables| {
            tables.start(place, key.public_key(), message, signature)
        })
    }
}
