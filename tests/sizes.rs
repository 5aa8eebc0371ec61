//! The sizes the design promises.
#![expect(clippy::unwrap_used, reason = "a failing test is what a panic is for here")]

use livepermit::{
    Code, Holder, Issuer, Permit, PrepareError, Recipient, SecretKey, StatusReference, Timestamp,
    Token, Trust, TrustedKey, Use, Validity,
};

const ISSUER: &str = "bj.example";
const CLASS: &str = "bj.example:residence";

fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap()
}

/// A default permit as an office would issue it: no person data, a short status list URI.
fn permit() -> Permit {
    Permit::new("BJ-7F3A9C2E", CLASS)
        .unwrap()
        .with_status(StatusReference::new("https://s.bj.example/1", 21_893_095).unwrap())
}

#[test]
fn a_default_pass_fits_a_9_m_code() {
    let key = SecretKey::from_ed25519_seed(&[1; 32]);
    let issuer = Issuer::new(ISSUER, key.public_key()).unwrap();
    let permit = Permit::new("BJ-7F3A9C2E", CLASS).unwrap();
    let pass = issuer.prepare_pass(&permit, None, now()).unwrap().sign(&key).unwrap();
    println!("{}", livepermit::inspect(&pass).unwrap());
    assert!(pass.as_bytes().len() <= 172, "{} bytes", pass.as_bytes().len());
}

#[test]
fn a_default_presentation_fits_a_14_m_code_with_either_device_algorithm() {
    let key = SecretKey::from_ed25519_seed(&[1; 32]);
    let issuer = Issuer::new(ISSUER, key.public_key()).unwrap();
    let issuers =
        Trust::new(
            [TrustedKey::new(ISSUER, key.public_key(), [Use::Credential], [CLASS]).unwrap()],
        )
        .unwrap();
    for device in
        [SecretKey::from_ed25519_seed(&[2; 32]), SecretKey::from_p256_scalar(&[2; 32]).unwrap()]
    {
        let credential = issuer
            .prepare_credential(&permit(), &device.public_key(), Validity::default(), now())
            .unwrap()
            .sign(&key)
            .unwrap();
        let mut holder = Holder::new(device.public_key());
        holder.accept(credential.as_bytes(), &issuers, now()).unwrap();
        let token = holder.prepare(Recipient::Anyone, now()).unwrap().sign(&device).unwrap();
        println!("{}", livepermit::inspect(&token).unwrap());
        assert!(token.as_bytes().len() <= 349, "{} bytes", token.as_bytes().len());
    }
}

/// The largest token there is reads back from both texts; one byte more is refused by name.
#[test]
fn the_largest_token_reads_back_from_both_texts() {
    let key = SecretKey::from_ed25519_seed(&[1; 32]);
    let issuer = Issuer::new(ISSUER, key.public_key()).unwrap();
    let pass = |filling: usize| {
        let claims = std::collections::BTreeMap::from([("filling", "x".repeat(filling))]);
        let permit = Permit::new("BJ-7F3A9C2E", CLASS).unwrap().with_application(&claims).unwrap();
        issuer.prepare_pass(&permit, None, now())
    };
    let around = livepermit::MAX_TOKEN_BYTES
        - pass(1000).unwrap().sign(&key).unwrap().as_bytes().len()
        + 1000;
    let largest = pass(around).unwrap().sign(&key).unwrap();
    assert_eq!(largest.as_bytes().len(), livepermit::MAX_TOKEN_BYTES);
    assert_eq!(largest.to_qr_text().len(), livepermit::MAX_TEXT_CHARS);
    assert_eq!(Token::from_text(&largest.to_qr_text()).unwrap(), largest);
    assert_eq!(Token::from_text(&largest.to_link_text()).unwrap(), largest);

    let limit = livepermit::MAX_TOKEN_BYTES;
    assert_eq!(pass(around + 1).unwrap_err(), PrepareError::TooLong { found: limit + 1, limit });
    for longer in [largest.to_qr_text() + "0", largest.to_link_text() + "0"] {
        assert_eq!(Token::from_text(&longer).unwrap_err().code(), Code::TooLong);
    }
}
