//! Chains of certificates with which Android proves where a key is.

use jiff::Timestamp;
use livepermit::PublicKey;
use livepermit_issuer::domain::Attestation::{
    self, AndroidStrongBox, AndroidTrustedEnvironment, Software,
};
use livepermit_issuer::protocol::{
    AndroidApp, AndroidAttestation, AttestationVerifier as _, Evidence, Root, Withdrawn,
};
use livepermit_testkit::certificates::{Certificate, Description, Factory};
use livepermit_testkit::{ed25519_device, p256_device};

const NONCE: &str = "the nonce of the proof";

fn factory() -> Factory {
    Factory::new(40)
}

fn verifier() -> AndroidAttestation {
    AndroidAttestation::trusting(vec![
        Root::from_pem(&factory().root_pem()).expect("a certificate"),
    ])
}

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().expect("a time")
}

fn key() -> PublicKey {
    p256_device().public_key()
}

fn place(verifier: &AndroidAttestation, chain: &[Vec<u8>]) -> Result<Attestation, String> {
    let evidence = Evidence::Chain { certificates: chain, nonce: NONCE };
    verifier.place_of(&key(), evidence, now()).map_err(|refused| refused.why)
}

fn described(change: impl FnOnce(&mut Description)) -> Result<Attestation, String> {
    let mut description = Description::of(NONCE);
    change(&mut description);
    place(&verifier(), &factory().honest(&key(), &description))
}

fn certified(
    change: impl FnOnce(&mut Certificate, &mut Certificate),
) -> Result<Attestation, String> {
    let factory = factory();
    let mut leaf = factory.leaf(&key(), &Description::of(NONCE));
    let mut phone = factory.phone();
    change(&mut leaf, &mut phone);
    place(&verifier(), &factory.chain(&leaf, &phone))
}

#[track_caller]
fn refused(answer: Result<Attestation, String>, said: &str) {
    let why = answer.expect_err("to be refused");
    assert!(why.contains(said), "{why}");
}

#[test]
fn an_honest_phone_is_believed() {
    assert_eq!(described(|_| ()), Ok(AndroidTrustedEnvironment));
    let strong = |d: &mut Description| (d.attested_by, d.kept_by) = (2, 2);
    assert_eq!(described(strong), Ok(AndroidStrongBox));
    // The description is worth as much as what made it.
    assert_eq!(described(|d| d.kept_by = 2), Ok(AndroidTrustedEnvironment));
    // Some phones send no root.
    let mut chain = factory().honest(&key(), &Description::of(NONCE));
    chain.pop();
    assert_eq!(place(&verifier(), &chain), Ok(AndroidTrustedEnvironment));
    // The system says nothing of the app, and the office does not ask.
    assert_eq!(described(|d| d.app = None), Ok(AndroidTrustedEnvironment));
}

#[test]
fn a_key_of_ed25519_is_believed_too() {
    let key = ed25519_device().public_key();
    let chain = factory().honest(&key, &Description::of(NONCE));
    let evidence = Evidence::Chain { certificates: &chain, nonce: NONCE };
    let place = verifier().place_of(&key, evidence, now()).unwrap();
    assert_eq!(place, AndroidTrustedEnvironment);
}

#[test]
fn what_a_description_must_say() {
    refused(described(|d| d.attested_by = 0), "kept by software");
    refused(described(|d| d.kept_by = 0), "kept by software");
    refused(described(|d| d.attested_by = 3), "cannot be read");
    refused(described(|d| d.challenge.clear()), "not made for this nonce");
    refused(described(|d| d.challenge.push(0)), "not made for this nonce");
    refused(described(|d| d.purposes = vec![2, 3]), "for signing alone");
    refused(described(|d| d.purposes = vec![7]), "for signing alone");
    refused(described(|d| d.purposes.clear()), "for signing alone");
    refused(described(|d| d.origin = Some(2)), "made in the phone's hardware");
    refused(described(|d| d.origin = None), "made in the phone's hardware");
    refused(described(|d| d.start = Some((false, 0))), "unlocked");
    for state in 1..=3 {
        refused(described(|d| d.start = Some((true, state))), "another system");
    }
    refused(described(|d| d.start = None), "unlocked");
    // What the system says without the hardware counts for nothing.
    refused(described(|d| d.by_system = true), "made in the phone's hardware");
}

#[test]
fn links_of_a_chain() {
    refused(certified(|leaf, _| leaf.issuer = "other".into()), "certificate 0 names another");
    refused(certified(|_, phone| phone.issuer = "other".into()), "certificate 1 names another");
    refused(certified(|_, phone| phone.authority = false), "certificate 1 may not sign");
    refused(certified(|leaf, _| leaf.until = "261130115959Z"), "certificate 0 is valid from");
    refused(certified(|_, phone| phone.from = "261130120001Z"), "certificate 1 is valid from");
    assert!(certified(|leaf, _| leaf.until = "261130120000Z").is_ok());
    assert!(certified(|leaf, _| leaf.from = "261130120000Z").is_ok());
    refused(certified(|leaf, _| leaf.key = factory().root().key), "that of another key");
    refused(certified(|leaf, _| leaf.descriptions.clear()), "exactly the first certificate");
    refused(certified(|leaf, _| leaf.descriptions.push(vec![])), "exactly the first certificate");
    refused(certified(|leaf, _| leaf.descriptions = vec![vec![0x30, 0]]), "cannot be read");
}

/// A key of the phone that signs for an app could sign a certificate as well.
#[test]
fn a_key_of_an_app_describes_no_other_key() {
    let description = Description::of(NONCE).to_der();
    refused(certified(|_, phone| phone.descriptions.push(description)), "exactly the first");
}

#[test]
fn strangers_are_no_root() {
    let stranger = Factory::new(60).honest(&key(), &Description::of(NONCE));
    refused(place(&verifier(), &stranger), "leads to no root");
    // A root of the same name, with another key.
    let mut chain = factory().honest(&key(), &Description::of(NONCE));
    chain[2] = stranger[2].clone();
    refused(place(&verifier(), &chain), "the signature of certificate 1");
    chain.remove(1);
    refused(place(&verifier(), &chain), "names another issuer");
    refused(place(&verifier(), &[]), "has 0 certificates");
    let long = vec![chain[0].clone(); 9];
    refused(place(&verifier(), &long), "has 9 certificates");
    refused(place(&verifier(), &[b"none".to_vec()]), "part 0 of the chain");
}

#[test]
fn no_bit_of_a_chain_can_be_changed() {
    let chain = factory().honest(&key(), &Description::of(NONCE));
    // The root is trusted by its key: the rest of its certificate is not looked at.
    for (number, certificate) in chain.iter().enumerate().take(2) {
        for at in (0..certificate.len()).step_by(3) {
            let mut changed = chain.clone();
            changed[number][at] ^= 1 << (at % 8);
            assert!(place(&verifier(), &changed).is_err(), "{number}: byte {at}");
            changed[number].truncate(at);
            assert!(place(&verifier(), &changed).is_err(), "{number}: {at} bytes");
        }
    }
}

#[test]
fn certificates_that_were_withdrawn() {
    let chain = factory().honest(&key(), &Description::of(NONCE));
    let with = |text: &str| verifier().without(Withdrawn::read(text).unwrap());
    let list = r#"{"entries": {"2b": {"status": "REVOKED", "reason": "KEY_COMPROMISE"}}}"#;
    refused(place(&with(list), &chain), "certificate 1 was withdrawn");
    for list in [r#"{"entries": {}}"#, r#"{"entries": {"2b0": {}, "b2": {}, "02c": {}}}"#] {
        assert!(place(&with(list), &chain).is_ok(), "{list}");
    }
    refused(place(&with(r#"{"entries": {"002B": {}}}"#), &chain), "certificate 1 was withdrawn");
    for text in ["", "{}", "[]", r#"{"entries": {"": {}}}"#, r#"{"entries": {"2g": {}}}"#] {
        assert!(Withdrawn::read(text).is_err(), "{text}");
    }
}

#[test]
fn keys_of_other_apps() {
    let app = |package: &str, signer| AndroidApp { package: package.to_owned(), signer };
    let chain = factory().honest(&key(), &Description::of(NONCE));
    let of = |app| place(&verifier().of_apps(vec![app]), &chain);
    assert!(of(app("org.livepermit.wallet", [7; 32])).is_ok());
    refused(of(app("org.livepermit.wallet", [8; 32])), "another app");
    refused(of(app("org.livepermit.wallet2", [7; 32])), "another app");
    let known = verifier().of_apps(vec![app("org.livepermit.wallet", [7; 32])]);
    let unknown = Description { app: None, ..Description::of(NONCE) };
    refused(place(&known, &factory().honest(&key(), &unknown)), "another app");
}

#[test]
fn an_office_can_want_more() {
    let bare = |least, evidence| {
        let verifier = verifier().at_least(least);
        verifier.place_of(&key(), evidence, now()).map_err(|refused| refused.why)
    };
    assert_eq!(bare(Software, Evidence::None), Ok(Software));
    assert_eq!(bare(Software, Evidence::Statement("a.b.c")), Ok(Software));
    refused(bare(AndroidTrustedEnvironment, Evidence::None), "trusted environment");
    refused(bare(AndroidStrongBox, Evidence::Statement("a.b.c")), "StrongBox");
    let chain = factory().honest(&key(), &Description::of(NONCE));
    let chain = Evidence::Chain { certificates: &chain, nonce: NONCE };
    assert_eq!(bare(AndroidTrustedEnvironment, chain), Ok(AndroidTrustedEnvironment));
    refused(bare(AndroidStrongBox, chain), "StrongBox");
}

#[test]
fn a_root_is_a_certificate() {
    for text in ["", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n"] {
        assert!(Root::from_pem(text).unwrap_err().contains("no certificate"), "{text}");
    }
}
