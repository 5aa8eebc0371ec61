//! Who stands before the camera, and what they show.

use livepermit::{Permit, SecretKey, Timestamp, Validity};
use livepermit_testkit::camera::{Pose, Random};
use livepermit_testkit::{CLASS, Phone, issuer, issuer_key, trust};

use super::gate::RecordedGate;

/// Somebody with a permit.
pub(crate) struct Person {
    pub(crate) subject: String,
    permit: Permit,
    /// None for one whose codes come from the issuer's server.
    phone: Option<Phone>,
}

impl Person {
    /// With a phone of one or the other algorithm.
    pub(crate) fn new(gate: &mut RecordedGate, random: &mut Random) -> Self {
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
        person.phone = Some(Phone::holding(key, &credential, &trust(), gate.now()));
        person
    }

    pub(crate) fn with_pass(gate: &mut RecordedGate) -> Self {
        Self::named(gate.number())
    }

    fn named(number: u32) -> Self {
        let subject = format!("BJ-{number:06}");
        Self { permit: Permit::new(&subject, CLASS).unwrap(), subject, phone: None }
    }

    /// What the screen shows then: a code dated to the last full ten seconds.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        let made = now.minus(now.as_unix() % 10);
        match &self.phone {
            Some(phone) => phone.code(made),
            None => {
                let prepared = issuer().prepare_pass(&self.permit, None, made).unwrap();
                prepared.sign(&issuer_key()).unwrap().to_qr_text()
            }
        }
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
