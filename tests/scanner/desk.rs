//! A gate with a camera, phones, and pictures of what is held before it.

use std::sync::Arc;

use super::drawing::draw;

use livepermit::qr::{ErrorCorrection, QrCode};
use livepermit::scan::{Judge, LumaFrame, ScanEvent, Scanner};
use livepermit::{
    AudiencePolicy, Checkpoint, CheckpointPolicy, ClockState, Holder, Issuer, MemoryReplay, Permit,
    Person, Place, Policy, Recipient, Retention, Revocation, SecretKey, StatusReference, Timestamp,
    Trust, TrustedKey, Use, Validity, Verifier,
};

const ISSUER: &str = "bj.example";
const CLASS: &str = "bj.example:residence";

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap().plus(seconds)
}

fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[7; 32])
}

fn trust() -> Trust {
    let uses = [Use::Credential, Use::Pass, Use::Slip];
    Trust::new([TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).unwrap()])
        .unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], Revocation::NotChecked)
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new(trust(), policy()).unwrap()
}

pub(crate) fn checkpoint_with(
    policy: Policy,
    rules: CheckpointPolicy,
    capacity: usize,
) -> Checkpoint {
    let store = MemoryReplay::new(capacity, Retention::default());
    let verifier = Verifier::new(trust(), policy).unwrap();
    let place = Place::new("gate-3", "1", "hall").unwrap();
    Checkpoint::new(Arc::new(verifier), Arc::new(store), place, rules, ClockState::default())
}

pub(crate) fn scanner() -> Scanner<Checkpoint> {
    Scanner::new(checkpoint_with(policy(), CheckpointPolicy::default(), 100))
}

/// A pass of its own subject, made then.
pub(crate) fn pass(subject: &str, made: Timestamp) -> String {
    let issuer = Issuer::new(ISSUER, issuer_key().public_key()).unwrap();
    let permit = Permit::new(subject, CLASS).unwrap();
    issuer.prepare_pass(&permit, None, made).unwrap().sign(&issuer_key()).unwrap().to_qr_text()
}

/// A printed slip, for a year.
pub(crate) fn slip(subject: &str) -> String {
    let issuer = Issuer::new(ISSUER, issuer_key().public_key()).unwrap();
    let status = StatusReference::new("https://bj.example/status/1", 3).unwrap();
    let person = Person::new("王小明").unwrap();
    let permit = Permit::new(subject, CLASS).unwrap().with_person(person).with_status(status);
    let prepared = issuer.prepare_slip(&permit, "48151623", at(0), at(31_536_000)).unwrap();
    prepared.sign(&issuer_key()).unwrap().to_qr_text()
}

/// A phone with a credential of its own.
pub(crate) struct Phone {
    key: SecretKey,
    holder: Holder,
}

impl Phone {
    pub(crate) fn of(subject: &str, seed: u8) -> Self {
        let key = SecretKey::from_ed25519_seed(&[seed; 32]);
        let issuer = Issuer::new(ISSUER, issuer_key().public_key()).unwrap();
        let permit = Permit::new(subject, CLASS).unwrap();
        let prepared = issuer
            .prepare_credential(&permit, &key.public_key(), Validity::default(), at(0))
            .unwrap();
        let credential = prepared.sign(&issuer_key()).unwrap();
        let mut holder = Holder::new(key.public_key());
        holder.accept(credential.as_bytes(), &trust(), at(0)).unwrap();
        Self { key, holder }
    }

    pub(crate) fn code(&self, made: Timestamp) -> String {
        self.code_for(Recipient::Anyone, made)
    }

    pub(crate) fn code_for(&self, recipient: Recipient<'_>, made: Timestamp) -> String {
        self.holder.prepare(recipient, made).unwrap().sign(&self.key).unwrap().to_qr_text()
    }
}

pub(crate) const WIDTH: usize = 840;
pub(crate) const HEIGHT: usize = 420;
const SCALE: usize = 4;
/// Where a code lies at the left, and at the right.
pub(crate) const LEFT: (usize, usize) = (20, 20);
pub(crate) const RIGHT: (usize, usize) = (440, 20);

/// What the camera sees: codes with their quiet zones on a grey wall, the left upper corner of
/// each.
pub(crate) fn picture(codes: &[(&str, (usize, usize))]) -> Vec<u8> {
    let mut pixels = vec![150; WIDTH * HEIGHT];
    for (text, place) in codes {
        let code = QrCode::encode(text, ErrorCorrection::Medium).unwrap();
        draw(&mut pixels, WIDTH, &code, *place, SCALE);
    }
    pixels
}

pub(crate) fn frame(pixels: &[u8]) -> LumaFrame<'_> {
    LumaFrame::new(pixels, WIDTH as u32, HEIGHT as u32, WIDTH).unwrap()
}

/// What a scanner says of a frame with these codes, from left to right: the code of a refusal, or a
/// word.
pub(crate) fn look<J: Judge>(
    scanner: &mut Scanner<J>,
    codes: &[(&str, (usize, usize))],
    now: Timestamp,
) -> Vec<&'static str> {
    words(scanner.scan(&frame(&picture(codes)), now).unwrap())
}

/// One code, at the left.
pub(crate) fn show<J: Judge>(scanner: &mut Scanner<J>, text: &str, now: Timestamp) -> &'static str {
    match look(scanner, &[(text, LEFT)], now).as_slice() {
        [word] => word,
        words => panic!("{words:?}"),
    }
}

pub(crate) fn words<A>(mut events: Vec<ScanEvent<A>>) -> Vec<&'static str> {
    events.sort_by(|a, b| {
        let left = |event: &ScanEvent<A>| event.corners().map_or(0.0, |corners| corners[0].x);
        left(a).total_cmp(&left(b))
    });
    events
        .iter()
        .map(|event| match event {
            ScanEvent::Accepted { .. } => "accepted",
            ScanEvent::Refused { rejection, .. } => rejection.code().as_str(),
            ScanEvent::Foreign { .. } => "foreign",
            ScanEvent::Held { .. } => "held",
            ScanEvent::Unreadable => "unreadable",
            _ => panic!("an event that the tests do not know"),
        })
        .collect()
}
