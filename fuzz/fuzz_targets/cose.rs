//! Envelopes, headers and keys: what is read has one encoding, and `coset` reads the same parts out
//! of it.
#![no_main]

use coset::{CborSerializable as _, CoseKey, CoseSign1, Header, TaggedCborSerializable as _};
use libfuzzer_sys::fuzz_target;
use livepermit::{PublicKey, Token, fuzzing};
use livepermit_fuzz::{memory, oracle};

fuzz_target!(|data: &[u8]| {
    let limit = memory::CONSTANT + 4 * data.len();
    if let Some(again) = memory::bounded(limit, || fuzzing::rewrite_sign1(data)) {
        assert_eq!(again, data, "a second encoding");
        let [protected, payload] = fuzzing::parts(data).expect("as before");
        // It reads the header too, which here may be anything.
        let read = CoseSign1::from_tagged_slice(data);
        let read = if fuzzing::rewrite_header(&protected).is_some() {
            oracle::known(read)
        } else {
            read.ok()
        };
        if let Some(sign1) = read {
            assert!(sign1.unprotected.is_empty());
            // An empty header has two encodings in the standard, and one here.
            if !protected.is_empty() {
                assert_eq!(sign1.protected.original_data, Some(protected));
            }
            assert_eq!((sign1.payload, sign1.signature.len()), (Some(payload), 64));
        }
    }
    if let Some(again) = memory::bounded(limit, || fuzzing::rewrite_header(data)) {
        assert_eq!(again, data, "a second encoding");
        oracle::check_second_writing(data);
        assert!(oracle::is_deterministic(data));
        if let Some(header) = oracle::known(Header::from_slice(data)) {
            assert!(header.alg.is_some() && header.crit.is_empty() && header.iv.is_empty());
            assert!(header.key_id.len() <= 32);
        }
    }
    if let Ok(key) = memory::bounded(limit, || PublicKey::from_cose_key(data)) {
        assert_eq!(key.to_cose_key(), data, "a second encoding");
        assert!(oracle::is_deterministic(data));
        CoseKey::from_slice(data).expect("strict is a part of lenient");
    }
    if Token::from_bytes(data).is_ok() {
        oracle::check_layers(data);
    }
});
