//! A cache of credentials changes no verdict: it remembers one credential as that one, and for one
//! trust only.

use livepermit::verify::CredentialCache;
use livepermit::{Context, RejectionCode, SecretKey, Token, TrustedKey, Use, Verifier};

use livepermit_testkit::{
    CLASS, ISSUER, NOW, at, ed25519_device, issuer_key, now, p256_device, presentation,
    trusted_key, verifier, verifier_trusting,
};

fn code(verifier: &Verifier, token: &Token, cache: &mut CredentialCache) -> Option<RejectionCode> {
    verifier
        .verify(token, Context::at(now()).with_cache(cache))
        .err()
        .map(|rejection| rejection.code())
}

#[test]
fn each_presentation_is_verified_by_the_device_of_its_own_credential() {
    let devices = [ed25519_device(), p256_device(), SecretKey::from_ed25519_seed(&[9; 32])];
    let shown = devices.each_ref().map(presentation);
    // All of them fall into one set of slots.
    let (gate, mut cache) = (verifier(), CredentialCache::new(4));
    for _ in 0..3 {
        for (token, device) in shown.iter().zip(&devices) {
            let verified = gate.verify(token, Context::at(now()).with_cache(&mut cache)).unwrap();
            assert_eq!(verified.device_key(), Some(&device.public_key()));
        }
    }
    assert_eq!(cache.len(), 3);
}

#[test]
fn it_grows_no_larger_than_its_room() {
    let gate = verifier();
    let shown: Vec<Token> =
        (10..16).map(|seed| presentation(&SecretKey::from_ed25519_seed(&[seed; 32]))).collect();
    let mut cache = CredentialCache::new(1);
    for token in &shown {
        assert_eq!(code(&gate, token, &mut cache), None);
    }
    assert_eq!(cache.len(), 4);
    let mut none = CredentialCache::new(0);
    assert_eq!((code(&gate, &shown[0], &mut none), none.len()), (None, 0));
}

#[test]
fn a_change_of_trust_empties_it() {
    let token = presentation(&ed25519_device());
    let gate = verifier();
    let mut cache = CredentialCache::new(8);
    assert_eq!((code(&gate, &token, &mut cache), cache.len()), (None, 1));
    // The same keys.
    assert_eq!((code(&gate.clone(), &token, &mut cache), cache.len()), (None, 1));

    let issuer = trusted_key();
    let other = SecretKey::from_ed25519_seed(&[7; 32]).public_key();
    let in_its_place = TrustedKey::new(ISSUER, other, [Use::Credential, Use::Pass], [CLASS])
        .unwrap()
        .with_key_id(issuer.key_id())
        .unwrap();
    let replaced = verifier_trusting([in_its_place]);
    assert_eq!(
        (code(&replaced, &token, &mut cache), cache.len()),
        (Some(RejectionCode::BadSignature), 0)
    );
    assert_eq!((code(&gate, &token, &mut cache), cache.len()), (None, 1));
    let passes_only =
        TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass], [CLASS]).unwrap();
    assert_eq!(
        code(&verifier_trusting([passes_only]), &token, &mut cache),
        Some(RejectionCode::UseNotGranted)
    );
}

#[test]
fn a_remembered_credential_still_ends() {
    let token = presentation(&ed25519_device());
    let gate = verifier();
    let mut cache = CredentialCache::new(8);
    assert_eq!((code(&gate, &token, &mut cache), cache.len()), (None, 1));
    let late =
        gate.verify(&token, Context::at(at(NOW + 86_400)).with_cache(&mut cache)).unwrap_err();
    assert_eq!(late.code(), RejectionCode::Expired);
}
