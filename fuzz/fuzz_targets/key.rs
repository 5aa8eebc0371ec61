//! A key that is read is written so that it is read again as the same key; a `COSE_Key` byte for
//! byte. What it signs is verified, with tables for it and without. A key file of any form gives
//! its key or a named reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::key::{Algorithm, KeyFile, KeyFileError};
use livepermit::{Issuer, PublicKey, SecretKey, Trust, TrustedKey, Use, Verifier, fuzzing};
use livepermit_fuzz::{CLASS, ISSUER, now, small_permit, stranger, verifier};

/// What a key signs is verified, with tables for it and without; what another key signed is not,
/// either way.
fn check_signing(key: &SecretKey) {
    let Ok(issuer) = Issuer::new(ISSUER, key.public_key()) else { return };
    let pass = issuer
        .prepare_pass(&small_permit(), None, now())
        .expect("fits")
        .sign(key)
        .expect("its own key");
    let [header, claims] = fuzzing::parts(pass.as_bytes()).expect("our own token");
    let forged = fuzzing::sign1(&header, &claims, stranger());
    let trusted =
        TrustedKey::new(ISSUER, key.public_key(), [Use::Pass], [CLASS]).expect("good names");
    let trust = Trust::new([trusted]).expect("one key");
    for bytes in [0, NARROWEST_TABLES] {
        let trust = trust.clone().with_tables(bytes);
        let verifier = Verifier::new(trust, verifier().policy().clone()).expect("a good policy");
        assert!(verifier.verify(&pass, now()).is_ok());
        assert!(
            verifier.verify(&forged, now()).is_err() || key.public_key() == stranger().public_key()
        );
    }
}

/// For one key and the base point.
const NARROWEST_TABLES: usize = 130_000;

fn check(key: &PublicKey) {
    // Shown by its thumbprint, so that keys can be told apart in logs.
    let thumbprint: String =
        key.thumbprint().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert!(format!("{key:?}").contains(&thumbprint));
    let again = PublicKey::from_spki_der(&key.to_spki_der());
    assert_eq!(again.as_ref(), Ok(key));
    assert_eq!(PublicKey::from_spki_pem(&key.to_spki_pem()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_cose_key(&key.to_cose_key()).as_ref(), Ok(key));
    let point = key.to_point_bytes();
    match key.algorithm() {
        Algorithm::Ed25519 => {
            let point: [u8; 32] = point.try_into().expect("32 bytes");
            assert_eq!(PublicKey::from_ed25519_bytes(&point).as_ref(), Ok(key));
        }
        _ => assert_eq!(PublicKey::from_sec1_bytes(&point).as_ref(), Ok(key)),
    }
}

/// A file in any form: its key or a named reason, and the same for either half.
fn check_file(data: &[u8]) {
    let public = PublicKey::from_file_bytes(data);
    let secret = SecretKey::from_file_bytes(data);
    match KeyFile::read(data) {
        Ok(KeyFile::Public(key)) => {
            assert_eq!(public.as_ref(), Ok(&key));
            assert_eq!(secret.unwrap_err(), KeyFileError::PublicKey);
            check(&key);
        }
        Ok(KeyFile::Unnamed(key)) => {
            assert_eq!(public.as_ref(), Ok(&key));
            assert_eq!(secret.unwrap_err(), KeyFileError::Unnamed);
            check(&key);
        }
        Ok(KeyFile::Secret(key)) => {
            assert_eq!(public, Err(KeyFileError::PrivateKey));
            let again = SecretKey::from_file_bytes(key.to_pkcs8_pem().as_bytes());
            assert_eq!(again.expect("our own PEM").public_key(), key.public_key());
        }
        Err(error) => {
            assert_eq!((public, secret.err()), (Err(error.clone()), Some(error.clone())));
            assert!(!error.to_string().is_empty() && !error.code().is_empty());
        }
    }
    // What the strict reader reads, the lenient one reads the same.
    if let Ok(key) = PublicKey::from_spki_der(data) {
        assert_eq!(PublicKey::from_file_bytes(data), Ok(key));
    }
    if let Some(key) = str::from_utf8(data).ok().and_then(|pem| PublicKey::from_spki_pem(pem).ok())
    {
        assert_eq!(PublicKey::from_file_bytes(data), Ok(key));
    }
}

fuzz_target!(|data: &[u8]| {
    check_file(data);
    if let Ok(key) = PublicKey::from_cose_key(data) {
        assert_eq!(key.to_cose_key(), data, "a second encoding");
        check(&key);
    }
    if let Ok(key) = PublicKey::from_spki_der(data) {
        check(&key);
    }
    if let Ok(key) = PublicKey::from_sec1_bytes(data) {
        let point = key.to_point_bytes();
        let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
        assert!(data == point || data == compressed, "a third encoding");
        check(&key);
    }
    if let Ok(bytes) = data.try_into()
        && let Ok(key) = PublicKey::from_ed25519_bytes(bytes)
    {
        assert_eq!(key.to_point_bytes(), data, "a second encoding");
        check(&key);
    }
    let secrets = [
        SecretKey::from_pkcs8_der(data).ok(),
        str::from_utf8(data).ok().and_then(|pem| SecretKey::from_pkcs8_pem(pem).ok()),
        data.try_into().ok().map(SecretKey::from_ed25519_seed),
        data.try_into().ok().and_then(|scalar| SecretKey::from_p256_scalar(scalar).ok()),
    ];
    for secret in secrets.into_iter().flatten() {
        check(&secret.public_key());
        check_signing(&secret);
        let pem = secret.to_pkcs8_pem();
        let again = SecretKey::from_pkcs8_pem(&pem).expect("our own PEM");
        assert_eq!(again.public_key(), secret.public_key());
        assert_eq!(*again.to_pkcs8_pem(), *pem);
    }
    if let Ok(pem) = str::from_utf8(data)
        && let Ok(key) = PublicKey::from_spki_pem(pem)
    {
        check(&key);
    }
});
