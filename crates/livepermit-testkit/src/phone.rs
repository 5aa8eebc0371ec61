//! A phone.

use livepermit::{
    Holder, Issuer, Permit, PublicKey, Recipient, SecretKey, Timestamp, Token, Trust, Validity,
};

use crate::issuer::trusted;
use crate::keys::{ISSUER_SEED, public, secret};
use crate::world::{CLASS, ISSUER, now};

/// A phone with a credential, and the key that the credential is bound to.
#[derive(Debug)]
pub struct Phone {
    key: SecretKey,
    holder: Holder,
}

impl Phone {
    /// The phone of this seed and a subject of its own.
    #[must_use]
    pub fn number(seed: u8) -> Self {
        Self::of(&format!("BJ-{seed}"), seed)
    }

    /// The phone of this seed, of a person with this subject.
    #[must_use]
    pub fn of(subject: &str, seed: u8) -> Self {
        Self::with(seed, &Permit::new(subject, CLASS).unwrap(), now())
    }

    /// The phone of this seed, with a credential of `permit` issued at `now`.
    #[must_use]
    pub fn with(seed: u8, permit: &Permit, now: Timestamp) -> Self {
        Self::issued_by(ISSUER_SEED, seed, permit, Validity::default(), now)
    }

    /// The same with a credential signed by another key of the issuer.
    #[must_use]
    pub fn issued_by(
        issuer_seed: u8,
        seed: u8,
        permit: &Permit,
        validity: Validity,
        now: Timestamp,
    ) -> Self {
        let issuer = Issuer::new(ISSUER, public(issuer_seed)).unwrap();
        let key = secret(seed);
        let prepared = issuer.prepare_credential(permit, &key.public_key(), validity, now).unwrap();
        let credential = prepared.sign(&secret(issuer_seed)).unwrap();
        Self::holding(key, &credential, &Trust::new([trusted(issuer_seed)]).unwrap(), now)
    }

    /// A phone with this key and credential.
    #[must_use]
    pub fn holding(key: SecretKey, credential: &Token, trust: &Trust, now: Timestamp) -> Self {
        let mut holder = Holder::new(key.public_key());
        holder.accept(credential.as_bytes(), trust, now).unwrap();
        Self { key, holder }
    }

    /// The phone's key.
    #[must_use]
    pub fn device_key(&self) -> PublicKey {
        self.key.public_key()
    }

    /// The half of the phone that signs nothing.
    #[must_use]
    pub const fn holder(&self) -> &Holder {
        &self.holder
    }

    /// What it shows to `recipient` when its clock says `time`.
    #[must_use]
    pub fn token(&self, recipient: Recipient<'_>, time: Timestamp) -> Token {
        self.holder.prepare(recipient, time).unwrap().sign(&self.key).unwrap()
    }

    /// The code that it shows to anyone when its clock says `time`.
    #[must_use]
    pub fn code(&self, time: Timestamp) -> String {
        self.code_for(Recipient::Anyone, time)
    }

    /// The code that it shows to `recipient` when its clock says `time`.
    #[must_use]
    pub fn code_for(&self, recipient: Recipient<'_>, time: Timestamp) -> String {
        self.token(recipient, time).to_qr_text()
    }
}
