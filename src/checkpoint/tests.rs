use super::*;
use crate::holder::{Holder, Recipient};
use crate::issuer::{Issuer, Validity};
use crate::key::SecretKey;
use crate::replay::{MemoryReplay, Retention};
use crate::token::{Permit, Token};
use crate::trust::{Trust, TrustedKey, Use};
use crate::verifier::{AudiencePolicy, Policy, Revocation};

const CLASS: &str = "bj.example:residence";

fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap()
}

fn key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[1; 32])
}

fn trust() -> Trust {
    Trust::new([
        TrustedKey::new("bj.example", key().public_key(), [Use::Credential], [CLASS]).unwrap()
    ])
    .unwrap()
}

fn verifier(trust: Trust) -> Arc<Verifier> {
    let policy =
        Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], Revocation::NotChecked);
    Arc::new(Verifier::new(trust, policy).unwrap())
}

fn presentation() -> Token {
    let device = SecretKey::from_ed25519_seed(&[2; 32]);
    let issuer = Issuer::new("bj.example", key().public_key()).unwrap();
    let permit = Permit::new("BJ-7F3A9C2E", CLASS).unwrap();
    let credential =
        issuer.prepare_credential(&permit, &device.public_key(), Validity::default(), now());
    let credential = credential.unwrap().sign(&key()).unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    holder.prepare(Recipient::Anyone, now()).unwrap().sign(&device).unwrap()
}

#[test]
fn remembers_credentials_for_as_long_as_the_trust_is_the_same() {
    let place = Place::new("north", "lane-1", "hall").unwrap();
    let store = Arc::new(MemoryReplay::new(10, Retention::default()));
    let gate = Checkpoint::new(
        verifier(trust()),
        store,
        place,
        CheckpointPolicy::default(),
        ClockState::default(),
    );
    let remembered = || lock(&gate.credentials).len();
    let shown = presentation();
    assert_eq!(remembered(), 0);
    assert!(gate.admit(&shown, now()).is_ok());
    assert_eq!(remembered(), 1);
    let again = gate.admit(&shown, now()).unwrap_err();
    assert_eq!(again.code(), Code::AlreadyAcceptedHere);

    // While another thread has them, it goes on without.
    let held = lock(&gate.credentials);
    assert_eq!(gate.admit(&shown, now()).unwrap_err().code(), Code::AlreadyAcceptedHere);
    drop(held);

    // The key is trusted no more: the credential is worth nothing, whatever was remembered.
    gate.replace_verifier(verifier(Trust::new([]).unwrap()));
    assert_eq!(gate.admit(&shown, now()).unwrap_err().code(), Code::UnknownKey);
    gate.replace_verifier(verifier(trust()));
    assert_eq!(gate.admit(&shown, now()).unwrap_err().code(), Code::AlreadyAcceptedHere);
    assert_eq!(remembered(), 1);
}
