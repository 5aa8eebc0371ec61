//! A token that is read is written again byte for byte, can be shown, and is not accepted unless it was issued.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit::{Permit, Token, fuzzing, inspect};
use livepermit_fuzz::{CLASS, now, pass, permit, presentation, verifier};

/// The seeds, which are the only tokens that anybody signed.
static ISSUED: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| {
    let small = Permit::new("BJ-7F3A9C2E", CLASS).expect("good names");
    [permit(), small]
        .iter()
        .flat_map(|permit| [pass(permit), presentation(permit, false), presentation(permit, true)])
        .map(|token| token.as_bytes().to_vec())
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let read = Token::from_bytes(data);
    assert_eq!(read.is_ok(), inspect(data).is_ok());
    assert_eq!(fuzzing::rewrite_token(data).as_deref(), read.is_ok().then_some(data), "a second encoding");
    if let Ok(token) = &read {
        assert_eq!(Token::from_text(&token.to_qr_text()).as_ref(), Ok(token));
        assert_eq!(Token::from_text(&token.to_link_text()).as_ref(), Ok(token));
    }
    let verdict = verifier().verify(data, now());
    assert_eq!(verdict.is_ok(), ISSUED.contains(data), "forged");
});
