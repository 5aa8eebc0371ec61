//! Verification of many tokens: the same verdicts, with one shared inversion for the signatures of
//! many tokens.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::stages::IssuerSignature;
use super::{Context, Verified, Verifier};
use crate::bytes::text;
use crate::key::Unfinished;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::token::{Input, Unverified};

/// The number of tokens that share one inversion: enough to make the inversion cheap, and few
/// enough to fit into a processor cache.
const TOGETHER: usize = 32;

impl Verifier {
    /// Verifies many tokens, each at its own time. Returns the verdict of [`Verifier::verify`] for
    /// each token, in the same order. With the feature `parallel`, uses all cores.
    ///
    /// For back offices that check the records of gates. A forged token does not make the others
    /// slower.
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
        let decoded: Vec<_> = shown.iter().map(|(input, _)| decode(*input)).collect();
        let tokens: Vec<_> = decoded.iter().map(read).collect();

        let started = tokens
            .iter()
            .zip(shown)
            .map(|(token, (_, now))| self.start_issuer_signature(token.as_ref().ok()?, *now));
        let (places, unfinished): (Vec<_>, Vec<_>) = started.map(Option::unzip).unzip();
        let unfinished: Vec<Unfinished> = unfinished.into_iter().flatten().collect();
        let mut finished = Unfinished::finish_all(&unfinished).into_iter();

        tokens
            .into_iter()
            .zip(shown)
            .zip(places)
            .map(|((token, (_, now)), place)| {
                let known = match place {
                    // There is one finished signature for each place.
                    Some(place) if finished.next() == Some(true) => {
                        IssuerSignature::GoodUnder(place)
                    }
                    Some(_) => IssuerSignature::Bad,
                    None => IssuerSignature::Unchecked,
                };
                self.judge_knowing(&token?, &mut Context::at(*now), known).verdict
            })
            .collect()
    }
}

/// The bytes of an input. Text is decoded.
fn decode(input: Input<'_>) -> Result<Cow<'_, [u8]>, Rejection> {
    match input {
        Input::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
        Input::Text(text) => text::with_decoded(text, |bytes| Ok(Cow::Owned(bytes.to_vec()))),
    }
}

fn read<'a>(bytes: &'a Result<Cow<'_, [u8]>, Rejection>) -> Result<Unverified<'a>, Rejection> {
    match bytes {
        Ok(bytes) => Unverified::from_bytes(bytes),
        Err(rejection) => Err(*rejection),
    }
}
