//! Signing in two steps gives what signing in one gives, for every form and key.

use livepermit::issue::{
    PrepareError, Prepared, SignatureRefused, SignedList, StatusListBuilder, TrustListBuilder,
};
use livepermit::status::StatusValue;
use livepermit::trust::TrustAnchor;
use livepermit::{Form, PublicKey, Recipient, SecretKey, Token, Validity};

use livepermit_testkit::hand::Signer;
use livepermit_testkit::{
    ISSUER_SEED, NOW, URI, accept_status_list, at, ed25519_device, holder, issuer, issuer_key, now,
    p256_device, permit, public, secret, trusted, verdict, verifier,
};

fn prepare_credential(
    device: &PublicKey,
    validity: Validity,
) -> Result<Prepared<Token>, PrepareError> {
    issuer().prepare_credential(&permit(), device, validity, now())
}

fn other_key(expected: &PublicKey, found: &SecretKey) -> SignatureRefused {
    let id = |key: &PublicKey| *key.thumbprint().first_chunk().unwrap();
    SignatureRefused::OtherKey { expected: id(expected), found: id(&found.public_key()) }
}

#[test]
fn both_ways_give_the_same_token() {
    let show = |device: &SecretKey| holder(device).prepare(Recipient::Anyone, now()).unwrap();
    let (ed25519, p256) = (ed25519_device(), p256_device());
    let cases: [(Prepared<Token>, SecretKey, Signer, Form, u64); 5] = [
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
        assert_eq!(prepared.sign(&wrong), Err(other_key(prepared.signer(), &wrong)));
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

/// The root key, whose lists everything rests on, can stay in an HSM, and so can the issuer's.
#[test]
fn lists_are_signed_in_two_steps_too() {
    let (root, end) = (secret(8), at(NOW + 86_400));
    let trusted = TrustListBuilder::new("keys.example", 1, [trusted(ISSUER_SEED)]).unwrap();
    let mut withdrawn = StatusListBuilder::new(URI, 2, 64).unwrap();
    withdrawn.set(3, StatusValue::Revoked).unwrap();
    let cases: [(Prepared<SignedList>, SecretKey, Signer); 2] = [
        (trusted.prepare(&root.public_key(), now(), end).unwrap(), root, Signer::ed25519(8)),
        (withdrawn.prepare(&issuer(), now(), end).unwrap(), issuer_key(), Signer::ed25519(1)),
    ];
    for (prepared, key, signer) in &cases {
        assert_eq!((prepared.signer(), prepared.digest()), (&key.public_key(), None));
        let signature = signer.sign(prepared.message());
        let list = prepared.attach(&signature).unwrap();
        assert_eq!(list, prepared.sign(key).unwrap());
        assert_eq!(format!("{list:?}"), format!("SignedList({} bytes)", list.as_bytes().len()));
        assert_eq!(list.clone().into_bytes(), list.as_bytes());
        // A signature of another key, of another message, and one that is cut.
        let stranger = Signer::ed25519(99).sign(prepared.message());
        assert_eq!(prepared.attach(&stranger), Err(SignatureRefused::DoesNotVerify));
        let other = signer.sign(b"another message");
        assert_eq!(prepared.attach(&other), Err(SignatureRefused::DoesNotVerify));
        let cut = prepared.attach(&signature[..63]);
        assert_eq!(cut, Err(SignatureRefused::Encoding { length: 63 }));
        let refused = other_key(prepared.signer(), &secret(99));
        assert_eq!(prepared.sign(&secret(99)), Err(refused));
    }
    let [keys, list] = cases.map(|(prepared, key, _)| prepared.sign(&key).unwrap().into_bytes());
    let mut anchor = TrustAnchor::new("keys.example", [public(8)], 0).unwrap();
    assert_eq!(anchor.accept(&keys, now(), 5).unwrap().version(), 1);
    assert_eq!(accept_status_list(&list, now()).unwrap().get(3), Some(StatusValue::Revoked));
}
