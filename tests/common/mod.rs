//! What the tests share: one issuer, two devices, one gate, and a way to build tokens by hand.

pub(crate) mod cbor;
pub(crate) mod hand;

use livepermit::{
    AudiencePolicy, Code, Context, Holder, Input, Issuer, Permit, Policy, Recipient, Rejection,
    Revocation, SecretKey, Timestamp, Token, Trust, TrustedKey, Use, Validity, Verifier,
};

pub(crate) const ISSUER: &str = "bj.example";
pub(crate) const CLASS: &str = "bj.example:residence";
pub(crate) const SUBJECT: &str = "BJ-7F3A9C2E";
pub(crate) const GATE: &str = "gate-3";
/// When everything is issued unless a test says otherwise.
pub(crate) const NOW: u64 = 1_790_000_000;

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

pub(crate) fn now() -> Timestamp {
    at(NOW)
}

pub(crate) fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[1; 32])
}

/// A device with an Ed25519 key.
pub(crate) fn ed25519_device() -> SecretKey {
    SecretKey::from_ed25519_seed(&[2; 32])
}

/// A device with a P-256 key.
pub(crate) fn p256_device() -> SecretKey {
    SecretKey::from_p256_scalar(&[2; 32]).unwrap()
}

pub(crate) fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

pub(crate) fn permit() -> Permit {
    Permit::new(SUBJECT, CLASS).unwrap()
}

/// The issuer's key, trusted for everything the tests issue.
pub(crate) fn trusted_key() -> TrustedKey {
    TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Credential, Use::Pass], [CLASS])
        .unwrap()
}

pub(crate) fn trust() -> Trust {
    Trust::new([trusted_key()]).unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy::new(AudiencePolicy::OwnOrAny(GATE.into()), [CLASS], Revocation::NotChecked)
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new(trust(), policy()).unwrap()
}

pub(crate) fn verifier_with(policy: Policy) -> Verifier {
    Verifier::new(trust(), policy).unwrap()
}

pub(crate) fn verifier_trusting(keys: impl IntoIterator<Item = TrustedKey>) -> Verifier {
    Verifier::new(Trust::new(keys).unwrap(), policy()).unwrap()
}

pub(crate) fn pass() -> Token {
    issuer().prepare_pass(&permit(), None, now()).unwrap().sign(&issuer_key()).unwrap()
}

pub(crate) fn credential(device: &SecretKey) -> Token {
    credential_lasting(device, Validity::default())
}

pub(crate) fn credential_lasting(device: &SecretKey, validity: Validity) -> Token {
    issuer()
        .prepare_credential(&permit(), &device.public_key(), validity, now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap()
}

pub(crate) fn holder(device: &SecretKey) -> Holder {
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential(device).as_bytes(), &trust(), now()).unwrap();
    holder
}

pub(crate) fn presentation(device: &SecretKey) -> Token {
    presentation_to(device, Recipient::Anyone)
}

pub(crate) fn presentation_to(device: &SecretKey, recipient: Recipient<'_>) -> Token {
    holder(device).prepare(recipient, now()).unwrap().sign(device).unwrap()
}

/// Each form with each algorithm that shows it, by name.
pub(crate) fn every_token() -> [(&'static str, Token); 3] {
    [
        ("pass", pass()),
        ("presentation, Ed25519", presentation(&ed25519_device())),
        ("presentation, P-256", presentation(&p256_device())),
    ]
}

/// The rejection of what must not be accepted.
pub(crate) fn refused<'i, 'c>(
    verifier: &Verifier,
    input: impl Into<Input<'i>>,
    context: impl Into<Context<'c>>,
) -> Rejection {
    verifier.verify(input, context).unwrap_err()
}

/// The code of a rejection, or `None` when the token is accepted.
pub(crate) fn verdict<'i>(
    verifier: &Verifier,
    input: impl Into<Input<'i>>,
    now: Timestamp,
) -> Option<Code> {
    verifier.verify(input, now).err().map(|rejection| rejection.code())
}
