//! A token that is read is written again byte for byte, can be shown, and is not accepted unless it
//! was issued.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use livepermit::verify::Buffer;
use livepermit::{Token, Unverified, fuzzing, inspect};
use livepermit_fuzz::{memory, now, oracle, pass, permit, presentation, small_permit, verifier};

/// The seeds, which are the only tokens that anybody signed.
static ISSUED: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| {
    [permit(), small_permit()]
        .iter()
        .flat_map(|permit| [pass(permit), presentation(permit, false), presentation(permit, true)])
        .map(|token| token.as_bytes().to_vec())
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let read = memory::bounded(memory::CONSTANT, || Token::from_bytes(data));
    assert_eq!(read.is_ok(), inspect(data).is_ok());
    assert_eq!(
        fuzzing::rewrite_token(data).as_deref(),
        read.is_ok().then_some(data),
        "a second encoding"
    );
    if let Ok(token) = &read {
        oracle::check_layers(data);
        assert_eq!(Token::from_text(&token.to_qr_text()).as_ref(), Ok(token));
        assert_eq!(Token::from_text(&token.to_link_text()).as_ref(), Ok(token));
    }
    let mut buffer = Buffer::new();
    let unverified = Unverified::read(&mut buffer, data);
    assert_eq!(unverified.as_ref().map(Unverified::to_token).ok().as_ref(), read.as_ref().ok());
    let verdict = verifier().verify(data, now());
    assert_eq!(verdict.is_ok(), ISSUED.contains(data), "forged");
});
