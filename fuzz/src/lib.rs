//! What the targets share: keys, a verifier, and edits that turn good tokens into others.

use std::sync::LazyLock;

use livepermit::{
    AudiencePolicy, Holder, Issuer, Permit, Person, Policy, Recipient, Revocation, SecretKey,
    StatusReference, Timestamp, Token, Trust, TrustedKey, Use, Validity, Verifier,
};

pub const ISSUER: &str = "bj.example";
pub const CLASS: &str = "bj.example:residence";
pub const GATE: &str = "gate-3";
pub const NOW: u64 = 1_790_000_000;

/// `NOW` and some seconds, fewer or more.
pub fn about_now(seconds: i8) -> Timestamp {
    let now = NOW.saturating_add_signed(i64::from(seconds));
    Timestamp::from_unix(now).unwrap_or(Timestamp::MIN)
}

pub fn now() -> Timestamp {
    about_now(0)
}

pub fn issuer_key() -> &'static SecretKey {
    static KEY: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::from_ed25519_seed(&[1; 32]));
    &KEY
}

/// The device with an Ed25519 key, or the one with a P-256 key.
pub fn device(p256: bool) -> &'static SecretKey {
    static KEYS: LazyLock<[SecretKey; 2]> = LazyLock::new(|| {
        [
            SecretKey::from_ed25519_seed(&[2; 32]),
            SecretKey::from_p256_scalar(&[2; 32]).expect("below the order"),
        ]
    });
    &KEYS[usize::from(p256)]
}

pub fn trust() -> &'static Trust {
    static TRUST: LazyLock<Trust> = LazyLock::new(|| {
        let uses = [Use::Pass, Use::Credential];
        let key = TrustedKey::new(ISSUER, issuer_key().public_key(), uses, [CLASS]).expect("good names");
        Trust::new([key]).expect("one key")
    });
    &TRUST
}

pub fn verifier() -> &'static Verifier {
    static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
        let policy = Policy::new(AudiencePolicy::OwnOrAny(GATE.into()), [CLASS], Revocation::NotChecked);
        Verifier::new(trust().clone(), policy).expect("a good policy")
    });
    &VERIFIER
}

/// A permit with everything in it, so that edits find every claim.
pub fn permit() -> Permit {
    let person = Person::new("Li Na").expect("a name").with_birth_date("19900131".parse().expect("a date"));
    let claims = std::collections::BTreeMap::from([("zone", vec![Some(3), None]), ("lane", vec![])]);
    Permit::new("BJ-7F3A9C2E", CLASS)
        .expect("good names")
        .with_person(person)
        .with_status(StatusReference::new("https://s.bj.example/1", 21_893_095).expect("a URI"))
        .with_application(&claims)
        .expect("good claims")
}

pub fn pass(permit: &Permit) -> Token {
    let issuer = Issuer::new(ISSUER, issuer_key().public_key()).expect("a name");
    issuer.prepare_pass(permit, Some(GATE), now()).expect("fits").sign(issuer_key()).expect("the key")
}

pub fn credential(permit: &Permit, p256: bool) -> Token {
    let issuer = Issuer::new(ISSUER, issuer_key().public_key()).expect("a name");
    let key = device(p256).public_key();
    let prepared = issuer.prepare_credential(permit, &key, Validity::default(), now()).expect("fits");
    prepared.sign(issuer_key()).expect("the key")
}

pub fn presentation(permit: &Permit, p256: bool) -> Token {
    let mut holder = Holder::new(device(p256).public_key());
    holder.accept(credential(permit, p256).as_bytes(), trust(), now()).expect("its own");
    let prepared = holder.prepare(Recipient::Anyone, now()).expect("valid");
    prepared.sign(device(p256)).expect("the key")
}

/// Edits read from the fuzzer's input: each says in which part, where and what.
///
/// Four bytes each: part and kind, place (two), value. An edit that puts bytes in takes them from what follows.
pub fn edit(parts: &mut [&mut Vec<u8>], mut input: &[u8]) {
    while let Some(([choice, high, low, value], rest)) = input.split_first_chunk() {
        input = rest;
        let count = parts.len();
        let part = &mut parts[usize::from(*choice) % count];
        let place = usize::from(u16::from_be_bytes([*high, *low])) % (part.len() + 1);
        match choice / 32 {
            0 => part.insert(place, *value),
            1 => {
                let (bytes, rest) = input.split_at(usize::from(*value).min(input.len()));
                input = rest;
                part.splice(place..place, bytes.iter().copied());
            }
            2 => {
                let end = (place + usize::from(*value)).min(part.len());
                part.drain(place..end);
            }
            3 => {
                // A number that grows with a byte put in before it is the most common length there is.
                if let Some(byte) = part.get_mut(place) {
                    *byte = byte.wrapping_add(1);
                }
                part.insert((place + usize::from(*value)).min(part.len()), 0);
            }
            4 => {
                if let Some(byte) = part.get_mut(place) {
                    *byte ^= value;
                }
            }
            _ => {
                if let Some(byte) = part.get_mut(place) {
                    *byte = *value;
                }
            }
        }
    }
}
