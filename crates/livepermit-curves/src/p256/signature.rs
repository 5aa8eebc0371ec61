//! Signatures as two numbers, and the keys that a signature tells.

use super::field::FieldElement;
use super::point::CurvePoint;
use super::scalar::{ORDER, Scalar};
use super::{LARGEST_S, P256Key, PRIME_MINUS_ORDER, sum_of_multiples};
use crate::SIGNATURE_BYTES;

/// The two numbers of a P-256 signature, big-endian, as one signature with s at most half the group
/// order: if s is above, n − s takes its place, which is as good (SEC 1 §4.1.4).
///
/// `None` if a number is 0 or not below the group order: then they are no signature.
#[must_use]
pub fn with_low_s(r: &[u8; 32], s: &[u8; 32]) -> Option<[u8; SIGNATURE_BYTES]> {
    let (r_number, s_number) = (Scalar::from_bytes(r)?, Scalar::from_bytes(s)?);
    if r_number.is_zero() || s_number.is_zero() {
        return None;
    }
    let s = if *s > LARGEST_S { s_number.negated().to_bytes() } else { *s };
    let mut signature = [0; SIGNATURE_BYTES];
    let (first, last) = signature.split_at_mut(32);
    first.copy_from_slice(r);
    last.copy_from_slice(&s);
    Some(signature)
}

impl P256Key {
    /// The keys under which this signature is good for a message with this SHA-256 digest (SEC 1
    /// §4.1.6): two as a rule, none if the signature is good under no key.
    ///
    /// Whoever has a signature can find them, so that a signature is good under such a key says
    /// nothing of who made the signature.
    pub fn recovered(
        digest: &[u8; 32],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> impl Iterator<Item = Self> {
        let digest = *digest;
        let signature = *signature;
        let candidates = [(false, false), (false, true), (true, false), (true, true)];
        candidates.into_iter().filter_map(move |(order_added, y_is_odd)| {
            let key = Self::of_nonce_point(&digest, &signature, order_added, y_is_odd)?;
            key.verifies_digest(&digest, &signature).then_some(key)
        })
    }

    /// From sR = zG + rQ follows Q = (s/r)R − (z/r)G. R has the x r, or r + n, and a y of either
    /// sign.
    fn of_nonce_point(
        digest: &[u8; 32],
        signature: &[u8; SIGNATURE_BYTES],
        order_added: bool,
        y_is_odd: bool,
    ) -> Option<Self> {
        let (r_bytes, s) = signature.split_first_chunk::<32>()?;
        let (r, s) = (Scalar::from_bytes(r_bytes)?, Scalar::from_bytes(s.first_chunk()?)?);
        let x = match order_added {
            false => *r_bytes,
            true if *r_bytes < PRIME_MINUS_ORDER => {
                let order = FieldElement::from_bytes_below_p(ORDER);
                FieldElement::from_bytes_below_p(*r_bytes).plus(&order).to_bytes()
            }
            true => return None,
        };
        let nonce_point = CurvePoint::decompressed(&x, y_is_odd)?;
        let inverse = r.inverted();
        let of_generator = Scalar::reduced(digest).times(&inverse).negated();
        let sum = sum_of_multiples(&of_generator, &s.times(&inverse), &nonce_point);
        (!sum.is_neutral()).then(|| Self(sum.to_affine(&sum.z.inverted())))
    }
}
