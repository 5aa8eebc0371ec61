//! P-256: one signature for each message and key pair that a token can carry, whatever the signer's
//! hardware gives.

use livepermit::issue::{Prepared, SignatureRefused};
use livepermit::{Recipient, RejectionCode, SecretKey, Token};
use p256::ecdsa::Signature;
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::{FieldBytes, ProjectivePoint, Scalar};
use sha2::{Digest as _, Sha256};

use livepermit_testkit::hand::{Hand, Signer};
use livepermit_testkit::{
    ed25519_device, holder, now, p256_device, presentation, verdict, verifier,
};

fn prepared(device: &SecretKey) -> Prepared<Token> {
    holder(device).prepare(Recipient::Anyone, now()).unwrap()
}

/// The low-S signature a signer gives over the default presentation.
fn signature(scalar: u8) -> Signature {
    Signature::from_slice(&Signer::p256(scalar).sign(prepared(&p256_device()).message())).unwrap()
}

fn high(signature: &Signature) -> Signature {
    let (r, s) = signature.split_scalars();
    let high = Signature::from_scalars(r, -s).unwrap();
    assert_eq!(high.normalize_s(), *signature);
    assert_ne!(high, *signature);
    high
}

fn with_signature(raw: &[u8]) -> Vec<u8> {
    let token = presentation(&p256_device());
    let bytes = token.as_bytes();
    [&bytes[..bytes.len() - 64], raw].concat()
}

#[test]
fn a_high_s_is_refused_in_a_token() {
    let low = signature(2);
    assert_eq!(verdict(&verifier(), &with_signature(&low.to_bytes()), now()), None);
    let high = high(&low);
    assert_eq!(
        verdict(&verifier(), &with_signature(&high.to_bytes()), now()),
        Some(RejectionCode::BadDeviceSignature)
    );
}

#[test]
fn numbers_outside_their_range_are_refused() {
    let good = signature(2).to_bytes();
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    for part in [[0; 32], order, [0xff; 32]] {
        for raw in
            [[&part, &good[32..]].concat(), [&good[..32], &part].concat(), [part, part].concat()]
        {
            assert_eq!(
                verdict(&verifier(), &with_signature(&raw), now()),
                Some(RejectionCode::BadDeviceSignature)
            );
            assert!(prepared(&p256_device()).attach(&raw).is_err());
        }
    }
}

#[test]
fn what_any_signer_gives_becomes_the_same_token() {
    let prepared = prepared(&p256_device());
    let low = signature(2);
    let high = high(&low);
    let expected = presentation(&p256_device());
    for given in [
        low.to_bytes().to_vec(),
        high.to_bytes().to_vec(),
        low.to_der().as_bytes().to_vec(),
        high.to_der().as_bytes().to_vec(),
    ] {
        assert_eq!(prepared.attach(&given).unwrap(), expected, "{given:02x?}");
    }
}

#[test]
fn a_randomised_signature_is_as_good() {
    let prepared = prepared(&p256_device());
    let secret = *p256::SecretKey::from_slice(&[2; 32]).unwrap().to_nonzero_scalar();
    let number = |bytes: &[u8; 32]| <Scalar as Reduce<FieldBytes>>::reduce(&(*bytes).into());
    let mut tokens = std::collections::BTreeSet::new();
    for nonce in 1..20_u64 {
        // Hardware draws its nonces; these are counted. ECDSA by hand (FIPS 186-5 §6.4.1).
        let nonce = Scalar::from(nonce + (1 << 60));
        let point = (ProjectivePoint::GENERATOR * nonce).to_affine();
        let r = number(&point.x().into());
        let s = nonce.invert().unwrap() * (number(&prepared.digest().unwrap()) + r * secret);
        let signature = Signature::from_scalars(r, s).unwrap();
        let token = prepared.attach(&signature.to_bytes()).unwrap();
        assert_eq!(verdict(&verifier(), &token, now()), None);
        tokens.insert(token.as_bytes().to_vec());
    }
    assert_eq!(tokens.len(), 19);
}

#[test]
fn only_a_signature_of_the_right_key_is_attached() {
    let prepared = prepared(&p256_device());
    let other = signature(3);
    for given in [
        other.to_bytes().to_vec(),
        high(&other).to_bytes().to_vec(),
        other.to_der().as_bytes().to_vec(),
    ] {
        assert_eq!(prepared.attach(&given), Err(SignatureRefused::DoesNotVerify));
    }
    let der = signature(2).to_der().as_bytes().to_vec();
    for garbage in [
        Vec::new(),
        vec![0x30],
        vec![0x30; 47],
        vec![0x30; 67],
        der[..der.len() - 1].to_vec(),
        [&der[..], &[1]].concat(),
        signature(2).to_bytes()[..55].to_vec(),
        vec![0xff; 10_000],
    ] {
        let refusal = prepared.attach(&garbage).unwrap_err();
        assert_eq!(refusal, SignatureRefused::Encoding { length: garbage.len() }, "{garbage:02x?}");
    }
    // Nothing was used up.
    assert_eq!(prepared.attach(&der).unwrap(), presentation(&p256_device()));
}

#[test]
fn ed25519_signatures_have_one_form() {
    let prepared = prepared(&ed25519_device());
    let good = Signer::ed25519(2).sign(prepared.message());
    assert_eq!(prepared.attach(&good).unwrap(), presentation(&ed25519_device()));
    assert_eq!(
        prepared.attach(&Signer::ed25519(3).sign(prepared.message())),
        Err(SignatureRefused::DoesNotVerify)
    );
    let p256 = Signature::from_slice(&Signer::p256(2).sign(prepared.message())).unwrap();
    assert_eq!(prepared.attach(&p256.to_bytes()), Err(SignatureRefused::DoesNotVerify));
    let der = p256.to_der();
    assert_eq!(
        prepared.attach(der.as_bytes()),
        Err(SignatureRefused::Encoding { length: der.as_bytes().len() })
    );
}

#[test]
fn the_digest_is_the_hash_of_the_message() {
    let p256 = prepared(&p256_device());
    assert_eq!(p256.digest(), Some(Sha256::digest(p256.message()).into()));
    assert_eq!(prepared(&ed25519_device()).digest(), None, "Ed25519 signs the message itself");
    let hand = Hand::p256_presentation(&Hand::credential(&p256_device()).signed());
    let structure =
        livepermit_testkit::hand::sig_structure(&hand.header.encode(), &hand.claims.encode());
    assert_eq!(p256.message(), structure);
}
