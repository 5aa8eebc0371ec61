//! Who stands before the camera, and what they show.

use livepermit::{
    Holder, Issuer, Permit, Recipient, SecretKey, Timestamp, Trust, TrustedKey, Use, Validity,
};
use livepermit_frames::{Pose, Random};

use super::gate::Gate;

pub(crate) const ISSUER: &str = "bj.example";
pub(crate) const CLASS: &str = "bj.example:residence";

pub(crate) fn trust() -> Trust {
    let uses = [Use::Credential, Use::Pass];
    Trust::new([TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap()])
        .unwrap()
}

fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[7; 32])
}

fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

/// Somebody with a permit.
pub(crate) struct Person {
    pub(crate) subject: String,
    permit: Permit,
    /// None for one whose codes come from the issuer's server.
    phone: Option<(SecretKey, Holder)>,
}

impl Person {
    /// With a phone of one or the other algorithm.
    pub(crate) fn new(gate: &mut Gate, random: &mut Random) -> Self {
        let number = gate.number();
        let mut seed = [3; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let key = if random.once_in(2) {
            SecretKey::from_ed25519_seed(&seed)
        } else {
            SecretKey::from_p256_scalar(&seed).unwrap()
        };
        let mut person = Self::named(number);
        let prepared = issuer().prepare_credential(
            &person.permit,
            &key.public_key(),
            Validity::default(),
            gate.now(),
        );
        let credential = prepared.unwrap().sign(&issuer_key()).unwrap();
        let mut holder = Holder::new(key.public_key());
        holder.accept(credential.as_bytes(), &trust(), gate.now()).unwrap();
        person.phone = Some((key, holder));
        person
    }

    pub(crate) fn with_pass(gate: &mut Gate) -> Self {
        Self::named(gate.number())
    }

    fn named(number: u32) -> Self {
        let subject = format!("BJ-{number:06}");
        Self { permit: Permit::new(&subject, CLASS).unwrap(), subject, phone: None }
    }

    /// What the screen shows then: a code dated to the last full ten seconds.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        let made = now.minus(now.as_unix() % 10);
        let token = match &self.phone {
            Some((key, holder)) => holder.prepare(Recipient::Anyone, made).unwrap().sign(key),
            None => issuer().prepare_pass(&self.permit, None, made).unwrap().sign(&issuer_key()),
        };
        token.unwrap().to_qr_text()
    }
}

/// What a screen before the camera is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role<'a> {
    /// The phone of whom the permit belongs to: let in once.
    Holder(&'a Person),
    /// A picture or recording of another's screen: refused with this code, once.
    Copy(&'static str),
    /// No permit.
    Poster,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.subject)
    }
}

/// A role that was given: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) usize);

impl Part {
    pub(crate) const fn showing(self, text: String, pose: Pose) -> Shown {
        Shown { part: self, text, pose }
    }
}

/// A screen in one frame.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) part: Part,
    pub(crate) text: String,
    pub(crate) pose: Pose,
}
