//! Readers that others wrote, as the second opinion.
//!
//! | crate | reads | where its rules differ from ours |
//! |---|---|---|
//! | `ciborium` | any CBOR | accepts more: ours must be a part of it |
//! | `dcbor` | deterministic CBOR (draft-mcnally-deterministic-cbor) | refuses text that is not in Unicode normal form C; takes tags, floats in shortest form, integers down to −2^64, and any depth |
//! | `coset` | COSE | accepts more, but refuses algorithm numbers it does not know, which here are compared with the key's later |
//! | `zlib-rs` | zlib | may stop before bytes behind the checksum, so what is left over is counted here |

use ciborium::Value;
use coset::{CoseError, CoseSign1, TaggedCborSerializable as _};
use livepermit::rejection::{Flaw, Malformed};
use zlib_rs::{Inflate, InflateFlush, Status};

use crate::{parse, tight};

/// What the strict reader says of a value is what `dcbor` says of it, in both directions, where
/// their rules are the same.
///
/// # Panics
/// When it is not.
pub fn check_deterministic(bytes: &[u8], ours: Result<(), Malformed>) {
    match ours.map_err(|malformed| malformed.flaw) {
        Ok(()) => assert!(is_deterministic(bytes), "dcbor refuses"),
        // Where dcbor reads on, by rules of its own.
        Err(
            Flaw::UnexpectedTag | Flaw::FloatNotAllowed | Flaw::NumberOutOfRange | Flaw::TooDeep,
        ) => {}
        Err(flaw) => assert!(dcbor::CBOR::try_from_data(bytes).is_err(), "dcbor accepts: {flaw:?}"),
    }
}

/// Whether the bytes are one item that `dcbor` reads, text that is not in normal form C aside.
pub fn is_deterministic(bytes: &[u8]) -> bool {
    matches!(dcbor::CBOR::try_from_data(bytes), Ok(_) | Err(dcbor::Error::NonCanonicalString))
}

/// `ciborium` reads the bytes, and writes them again with its keys sorted.
///
/// # Panics
/// When it does not.
pub fn check_second_writing(bytes: &[u8]) {
    let value: Value = ciborium::from_reader(bytes).expect("strict is a part of lenient");
    assert_eq!(tight(&value), bytes, "a second encoding");
}

/// Every layer of a token that was accepted: the envelope, and in it headers and claims, and those
/// of a credential inside.
///
/// # Panics
/// When another reader sees it otherwise.
pub fn check_layers(token: &[u8]) {
    check_second_writing(token);
    assert!(is_deterministic(token));
    let sign1 = known(CoseSign1::from_tagged_slice(token));
    assert!(sign1.as_ref().is_none_or(|sign1| sign1.unprotected.is_empty()));
    let Value::Tag(18, inner) = parse(token) else { panic!("the tag of COSE_Sign1") };
    let parts = inner.into_array().expect("four parts");
    for part in [0, 2] {
        let bytes = parts[part].as_bytes().expect("header and claims are in byte strings");
        check_second_writing(bytes);
        assert!(is_deterministic(bytes));
    }
    if let Some(sign1) = sign1 {
        assert_eq!(sign1.protected.original_data.as_ref(), parts[0].as_bytes());
        assert_eq!(sign1.payload.as_ref(), parts[2].as_bytes());
    }
    let header = parse(parts[0].as_bytes().expect("as before"));
    if let Some(credential) = crate::get(&header, 13) {
        check_layers(&tight(credential));
    }
}

/// What `coset` read; `None` for an algorithm it does not know.
///
/// # Panics
/// When it refuses for another reason.
pub fn known<T>(read: Result<T, CoseError>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(CoseError::UnregisteredIanaValue | CoseError::UnregisteredIanaNonPrivateValue) => None,
        Err(error) => panic!("strict is not a part of lenient: {error}"),
    }
}

/// Inflates one whole zlib stream of no more than `limit` bytes; `None` when it is none, or longer.
pub fn inflate(stream: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut state = Inflate::new(true, 15);
    let mut out = vec![0; limit + 1];
    let status = state.decompress(stream, &mut out, InflateFlush::Finish).ok()?;
    let length = usize::try_from(state.total_out()).ok()?;
    let whole = state.total_in() == stream.len() as u64;
    out.truncate(length);
    (matches!(status, Status::StreamEnd) && whole && length <= limit).then_some(out)
}
