//! Many tokens at once: the same verdicts, with the last inversion of their signatures shared.

use alloc::vec::Vec;

use super::steps::Known;
use super::{Context, Input, Verified, Verifier};
use crate::key::Unfinished;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::token::{Shown, Timing};

/// Tokens that share one inversion: enough that it costs little each, few enough that they stay in
/// a cache.
const TOGETHER: usize = 32;

impl Verifier {
    /// Verifies many tokens, each at its own time: for every one exactly what [`Verifier::verify`]
    /// says, in the same order. With the feature `parallel` on all cores.
    ///
    /// For back offices that check what gates have recorded. What a forgery among them costs is
    /// what it costs alone.
    #[must_use]
    pub fn verify_many(
        &self,
        shown: &[(Input<'_>, Timestamp)],
    ) -> Vec<Result<Verified, Rejection>> {
        #[cfg(feature = "parallel")]
        {
            use rayon::prelude::*;
            shown.par_chunks(TOGETHER).flat_map_iter(|chunk| self.verify_chunk(chunk)).collect()
        }
        #[cfg(not(feature = "parallel"))]
        shown.chunks(TOGETHER).flat_map(|chunk| self.verify_chunk(chunk)).collect()
    }

    fn verify_chunk(&self, shown: &[(Input<'_>, Timestamp)]) -> Vec<Result<Verified, Rejection>> {
        let mut decoded = Vec::new();
        let places: Vec<_> =
            shown.iter().map(|(input, _)| decode_behind(&mut decoded, *input)).collect();
        let read = shown.iter().zip(places).map(|((input, now), place)| {
            let bytes = match (input, place?) {
                (Input::Bytes(bytes), _) => bytes,
                (Input::Text(_), (start, end)) => decoded.get(start..end).unwrap_or_default(),
            };
            Ok((bytes, Shown::read(bytes)?, *now))
        });
        let read: Vec<Result<_, Rejection>> = read.collect();

        let started: Vec<Option<(usize, Unfinished)>> = read
            .iter()
            .map(|read| {
                let (_, shown, now) = read.as_ref().ok()?;
                let issued = match shown {
                    Shown::Issued(issued) => issued,
                    Shown::Presentation(presentation) => &presentation.credential,
                };
                // What is refused before its signature is looked at costs none here either.
                let is_looked_at = match (shown, &issued.claims.timing) {
                    (Shown::Issued(_), timing) => !matches!(timing, Timing::Credential { .. }),
                    (Shown::Presentation(presentation), Timing::Credential { device_key, .. }) => {
                        presentation.algorithm == device_key.algorithm().cose_id()
                    }
                    (Shown::Presentation(_), _) => false,
                };
                if !is_looked_at {
                    return None;
                }
                self.trust.candidates(issued, *now).ok()?.start_only(issued)
            })
            .collect();
        let (places, unfinished): (Vec<_>, Vec<_>) =
            started.into_iter().map(|started| started.unzip()).unzip();
        let unfinished: Vec<Unfinished> = unfinished.into_iter().flatten().collect();
        let mut finished = Unfinished::finish_all(&unfinished).into_iter();

        read.into_iter()
            .zip(places)
            .map(|(read, place)| {
                let known = match place {
                    // As many were finished as have a place.
                    Some(place) if finished.next() == Some(true) => Known::SignedBy(place),
                    Some(_) => Known::Bad,
                    None => Known::Nothing,
                };
                let (bytes, shown, now) = read?;
                self.judge(&shown, bytes, &mut Context::at(now), known, &mut |_| {})
            })
            .collect()
    }
}

/// Decodes a text behind what is there, and says where.
fn decode_behind(decoded: &mut Vec<u8>, input: Input<'_>) -> Result<(usize, usize), Rejection> {
    let start = decoded.len();
    if let Input::Text(_) = input {
        input.with_bytes(|bytes| {
            decoded.extend_from_slice(bytes);
            Ok(())
        })?;
    }
    Ok((start, decoded.len()))
}
