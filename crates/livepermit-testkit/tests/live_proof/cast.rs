//! Who stands before the camera, and what they show.

use livepermit::{Permit, SecretKey, Timestamp, Validity};
use livepermit_testkit::camera::{Pose, Random, Sheet};
use livepermit_testkit::{CLASS, Phone, issuer, issuer_key, reference, trust};

use super::gate::RecordedGate;

/// Somebody with a permit.
pub(crate) struct Person {
    pub(crate) subject: String,
    permit: Permit,
    shows: Shows,
}

/// Where a person's codes come from.
enum Shows {
    /// From a phone that signs them.
    Phone(Box<Phone>),
    /// From the issuer's server.
    Passes,
    /// From paper: always the same code.
    Slip(String),
}

/// Seconds that a slip is valid.
const MONTH: u64 = 30 * 86_400;

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
        let phone = Phone::holding(key, &credential, &trust(), gate.now());
        person.shows = Shows::Phone(Box::new(phone));
        person
    }

    pub(crate) fn with_pass(gate: &mut RecordedGate) -> Self {
        Self::named(gate.number())
    }

    /// With a slip: its name is as long as names are, and the code as dense as those of slips.
    pub(crate) fn with_slip(gate: &mut RecordedGate) -> Self {
        let number = gate.number();
        let mut person = Self::named(number);
        let name = livepermit::issue::Person::new("李雷 Li Lei").unwrap();
        let permit = person.permit.with_person(name).with_status(reference(number.into()));
        let (start, check_number) = (gate.now(), format!("{:08}", 48_000_000 + number));
        let prepared = issuer().prepare_slip(&permit, &check_number, start, start.plus(MONTH));
        person.permit = permit;
        person.shows = Shows::Slip(prepared.unwrap().sign(&issuer_key()).unwrap().to_qr_text());
        person
    }

    fn named(number: u32) -> Self {
        let subject = format!("BJ-{number:06}");
        Self { permit: Permit::new(&subject, CLASS).unwrap(), subject, shows: Shows::Passes }
    }

    pub(crate) const fn has_slip(&self) -> bool {
        matches!(self.shows, Shows::Slip(_))
    }

    /// What the screen or the slip shows then: a code dated to the last full ten seconds, or the
    /// code of the slip.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        let made = now.minus(now.as_unix() % 10);
        match &self.shows {
            Shows::Phone(phone) => phone.code(made),
            Shows::Slip(text) => text.clone(),
            Shows::Passes => {
                let prepared = issuer().prepare_pass(&self.permit, None, made).unwrap();
                prepared.sign(&issuer_key()).unwrap().to_qr_text()
            }
        }
    }
}

/// What a screen or a slip before the camera is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role<'a> {
    /// The phone or the slip of whom the permit belongs to: let in once.
    Holder(&'a Person),
    /// A picture or recording of another's screen: refused with this code, once.
    Copy(&'static str),
    /// A photocopy or photo of another's slip: refused with this code, once.
    SlipCopy(&'static str),
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
        Shown { part: self, text, pose, paper: None }
    }
}

/// A screen or a slip in one frame.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) part: Part,
    pub(crate) text: String,
    pub(crate) pose: Pose,
    /// How the paper lies; none for a screen.
    pub(crate) paper: Option<Sheet>,
}

impl Shown {
    pub(crate) const fn on(mut self, paper: Sheet) -> Self {
        self.paper = Some(paper);
        self
    }
}
