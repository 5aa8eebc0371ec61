//! Signing in two steps gives what signing in one gives, for every form and key.

use livepermit::{
    Form, PrepareError, Prepared, PublicKey, Recipient, SecretKey, SignatureRefused, Token,
    Validity,
};

use crate::common::hand::Signer;
use crate::common::{
    NOW, at, ed25519_device, holder, issuer, issuer_key, now, p256_device, permit, verdict,
    verifier,
};

fn prepare_credential(device: &PublicKey, validity: Validity) -> Result<Prepared, PrepareError> {
    issuer().prepare_credential(&permit(), device, validity, now())
}

#[test]
fn both_ways_give_the_same_token() {
    let show = |device: &SecretKey| holder(device).prepare(Recipient::Anyone, now()).unwrap();
    let (ed25519, p256) = (ed25519_device(), p256_device());
    let cases: [(Prepared, SecretKey, Signer, Form, u64); 5] = [
        (
            issuer().prepare_pass(&permit(), None, now()).unwrap(),
            issuer_key(),
            Signer::ed25519(1),
            Form::Pass,
            NOW,
        ),
        (
            prepare_credential(&ed25519.public_key(), Validity::default()).unwrap(),
            issuer_key(),
            Signer::ed25519(1),
            Form::Credential,
            NOW - 300,
        ),
        (
            prepare_credential(&p256.public_key(), Validity::default()).unwrap(),
            issuer_key(),
            Signer::ed25519(1),
            Form::Credential,
            NOW - 300,
        ),
        (show(&ed25519), ed25519, Signer::ed25519(2), Form::Presentation, NOW),
        (show(&p256), p256, Signer::p256(2), Form::Presentation, NOW),
    ];
    for (prepared, key, signer, form, dated) in cases {
        assert_eq!((prepared.form(), prepared.issued_at()), (form, at(dated)));
        assert_eq!(prepared.signer(), &key.public_key());
        let one = prepared.sign(&key).unwrap();
        let message = prepared.message().to_vec();
        let two = prepared.clone().attach(&signer.sign(&message)).unwrap();
        assert_eq!(one, two);
        assert_eq!(one.form(), form);
        for again in [
            Token::from_bytes(one.as_bytes()),
            Token::from_text(&one.to_qr_text()),
            Token::from_text(&one.to_link_text()),
        ] {
            assert_eq!(again.unwrap(), one);
        }
        if form != Form::Credential {
            assert_eq!(verdict(&verifier(), &one, now()), None);
        }
    }
}

#[test]
fn a_key_of_another_is_refused_before_a_token_is_made() {
    let prepared = issuer().prepare_pass(&permit(), None, now()).unwrap();
    for wrong in [ed25519_device(), p256_device()] {
        assert_eq!(prepared.sign(&wrong), Err(SignatureRefused::DoesNotVerify));
    }
    // A signature of the right key over another message.
    let later = issuer().prepare_pass(&permit(), None, at(NOW + 1)).unwrap();
    let signature = Signer::ed25519(1).sign(later.message());
    assert_eq!(prepared.attach(&signature), Err(SignatureRefused::DoesNotVerify));
    later.attach(&signature).unwrap();
}

#[test]
fn a_validity_without_a_second_in_it_is_refused() {
    let device = ed25519_device().public_key();
    for backdate in [0, 300] {
        let empty = Validity { backdate, lifetime: 0 };
        assert_eq!(prepare_credential(&device, empty).unwrap_err(), PrepareError::EmptyValidity);
    }
    let endless = Validity { backdate: 0, lifetime: u64::MAX };
    assert_eq!(prepare_credential(&device, endless).unwrap_err(), PrepareError::TimeOutOfRange);
    let one = prepare_credential(&device, Validity { backdate: u64::MAX, lifetime: 1 }).unwrap();
    assert_eq!(one.issued_at(), at(0));
    let pinned = issuer().pinned_to_eddsa().prepare_credential(
        &permit(),
        &device,
        Validity::default(),
        now(),
    );
    assert_eq!(pinned.unwrap_err(), PrepareError::PinnedToEdDsa);
}
