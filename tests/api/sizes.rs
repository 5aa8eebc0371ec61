//! The sizes the design promises.

use livepermit::issue::PrepareError;
use livepermit::verify::{MAX_TEXT_CHARS, MAX_TOKEN_BYTES};
use livepermit::{RejectionCode, Token};
use livepermit_testkit::{
    ed25519_device, issuer, issuer_key, now, p256_device, pass, permit, presentation_of, reference,
};

#[test]
fn a_default_pass_fits_a_9_m_code() {
    println!("{}", livepermit::inspect(&pass()).unwrap());
    assert!(pass().as_bytes().len() <= 172, "{} bytes", pass().as_bytes().len());
}

/// No person data, and a short URI of a status list: as an office would issue it.
#[test]
fn a_default_presentation_fits_a_14_m_code_with_either_device_algorithm() {
    for device in [ed25519_device(), p256_device()] {
        let [_, token] = presentation_of(&permit().with_status(reference(21_893_095)), &device);
        println!("{}", livepermit::inspect(&token).unwrap());
        assert!(token.as_bytes().len() <= 349, "{} bytes", token.as_bytes().len());
    }
}

/// The largest token there is reads back from both texts; one byte more is refused by name.
#[test]
fn the_largest_token_reads_back_from_both_texts() {
    let key = issuer_key();
    let pass = |filling: usize| {
        let claims = std::collections::BTreeMap::from([("filling", "x".repeat(filling))]);
        let permit = permit().with_application(&claims).unwrap();
        issuer().prepare_pass(&permit, None, now())
    };
    let around = MAX_TOKEN_BYTES - pass(1000).unwrap().sign(&key).unwrap().as_bytes().len() + 1000;
    let largest = pass(around).unwrap().sign(&key).unwrap();
    assert_eq!(largest.as_bytes().len(), MAX_TOKEN_BYTES);
    assert_eq!(largest.to_qr_text().len(), MAX_TEXT_CHARS);
    assert_eq!(Token::from_text(&largest.to_qr_text()).unwrap(), largest);
    assert_eq!(Token::from_text(&largest.to_link_text()).unwrap(), largest);

    let limit = MAX_TOKEN_BYTES;
    assert_eq!(pass(around + 1).unwrap_err(), PrepareError::TooLong { found: limit + 1, limit });
    for longer in [largest.to_qr_text() + "0", largest.to_link_text() + "0"] {
        assert_eq!(Token::from_text(&longer).unwrap_err().code(), RejectionCode::TooLong);
    }
}
