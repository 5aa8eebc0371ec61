//! Tokens that an honest issuer and honest phones make at [`NOW`](crate::NOW).

use livepermit::issue::Person;
use livepermit::{Holder, Permit, Recipient, SecretKey, Token, Validity};

use crate::issuer::{issuer, permit, reference, trust};
use crate::keys::{ed25519_device, issuer_key, p256_device};
use crate::world::now;

/// A pass of the default permit.
#[must_use]
pub fn pass() -> Token {
    issuer().prepare_pass(&permit(), None, now()).unwrap().sign(&issuer_key()).unwrap()
}

/// The default permit with what a slip needs: a person, and an entry of the status list.
#[must_use]
pub fn slip_permit() -> Permit {
    permit().with_person(Person::new("王小明").unwrap()).with_status(reference(3))
}

/// A slip of [`slip_permit`] for a year, with the check number 48151623.
#[must_use]
pub fn slip() -> Token {
    let until = now().plus(365 * 86_400);
    let prepared = issuer().prepare_slip(&slip_permit(), "48151623", now(), until).unwrap();
    prepared.sign(&issuer_key()).unwrap()
}

/// A credential of the default permit for a device.
#[must_use]
pub fn credential(device: &SecretKey) -> Token {
    credential_lasting(device, Validity::default())
}

/// The same with another validity.
#[must_use]
pub fn credential_lasting(device: &SecretKey, validity: Validity) -> Token {
    issuer()
        .prepare_credential(&permit(), &device.public_key(), validity, now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap()
}

/// A holder with the [`credential`] of this device.
#[must_use]
pub fn holder(device: &SecretKey) -> Holder {
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential(device).as_bytes(), &trust(), now()).unwrap();
    holder
}

/// A presentation by this device, for whoever reads it.
#[must_use]
pub fn presentation(device: &SecretKey) -> Token {
    presentation_to(device, Recipient::Anyone)
}

/// A presentation by this device.
#[must_use]
pub fn presentation_to(device: &SecretKey, recipient: Recipient<'_>) -> Token {
    holder(device).prepare(recipient, now()).unwrap().sign(device).unwrap()
}

/// A presentation of any permit by this device, for whoever reads it; before it the credential in
/// it.
#[must_use]
pub fn presentation_of(permit: &Permit, device: &SecretKey) -> [Token; 2] {
    let credential = issuer()
        .prepare_credential(permit, &device.public_key(), Validity::default(), now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    let token = holder.prepare(Recipient::Anyone, now()).unwrap().sign(device).unwrap();
    [credential, token]
}

/// Each live form with each algorithm that shows it, by name.
#[must_use]
pub fn every_token() -> [(&'static str, Token); 3] {
    [
        ("pass", pass()),
        ("presentation, Ed25519", presentation(&ed25519_device())),
        ("presentation, P-256", presentation(&p256_device())),
    ]
}
