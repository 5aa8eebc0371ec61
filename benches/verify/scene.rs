//! The tokens and gates that are measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use livepermit::{
    AudiencePolicy, Context, CredentialCache, Holder, Input, Issuer, MAX_TOKEN_BYTES, Permit,
    Policy, PublicKey, Recipient, Rejection, Revocation, SecretKey, StatusLimits, StatusList,
    StatusListBuilder, StatusReference, StatusValue, Timestamp, Token, Trust, TrustedKey, Use,
    Validity, Verified, Verifier,
};

pub(crate) const ISSUER: &str = "bj.example";
pub(crate) const CLASS: &str = "bj.example:residence";
const URI: &str = "https://s.bj.example/1";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000).unwrap()
}

pub(crate) fn issuer_key() -> SecretKey {
    SecretKey::from_ed25519_seed(&[1; 32])
}

pub(crate) fn issuer() -> Issuer {
    Issuer::new(ISSUER, issuer_key().public_key()).unwrap()
}

pub(crate) fn trusted(key: PublicKey) -> TrustedKey {
    TrustedKey::new(ISSUER, key, [Use::Pass, Use::Credential, Use::Status], [CLASS]).unwrap()
}

pub(crate) fn trust() -> Trust {
    Trust::new([trusted(issuer_key().public_key())]).unwrap()
}

/// The one entry of the status lists that is not valid.
pub(crate) const REVOKED: u64 = 5;

/// A status list of so many entries.
pub(crate) fn status_list(entries: u64) -> StatusList {
    let mut list = StatusListBuilder::new(URI, 1, entries).unwrap();
    if entries > REVOKED {
        list.set(REVOKED, StatusValue::Revoked).unwrap();
    }
    let signed = list.sign(&issuer(), &issuer_key(), now(), now().plus(86_400)).unwrap();
    StatusList::accept(&signed, &trust(), now(), 5, |_, _| None, StatusLimits::default()).unwrap()
}

/// A gate that looks up withdrawn permits in this list.
pub(crate) fn gate(trust: Trust, list: StatusList) -> Verifier {
    let revocation = Revocation::Required { max_age: 86_400, grace: 0 };
    let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), [CLASS], revocation);
    Verifier::new(trust, policy).unwrap().with_status_lists([Arc::new(list)])
}

/// The gate of most rows: one key with the default tables, a list of a million permits.
pub(crate) fn default_gate() -> Verifier {
    gate(trust(), status_list(1_000_000))
}

pub(crate) fn permit() -> Permit {
    Permit::new("BJ-7F3A9C2E", CLASS).unwrap()
}

/// A pass signed by any key.
pub(crate) fn pass_by(key: &SecretKey, permit: &Permit) -> Token {
    Issuer::new(ISSUER, key.public_key())
        .unwrap()
        .prepare_pass(permit, None, now())
        .unwrap()
        .sign(key)
        .unwrap()
}

pub(crate) fn pass() -> Token {
    pass_by(&issuer_key(), &permit())
}

/// A presentation whose permit has this entry of the status list, behind the credential in it.
pub(crate) fn presentation(device: &SecretKey, index: u64) -> (Token, Token) {
    presentation_of(permit(), device, index)
}

/// The same of any permit.
pub(crate) fn presentation_of(permit: Permit, device: &SecretKey, index: u64) -> (Token, Token) {
    let permit = permit.with_status(StatusReference::new(URI, index).unwrap());
    let credential = issuer()
        .prepare_credential(&permit, &device.public_key(), Validity::default(), now())
        .unwrap()
        .sign(&issuer_key())
        .unwrap();
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust(), now()).unwrap();
    let token = holder.prepare(Recipient::Anyone, now()).unwrap().sign(device).unwrap();
    (credential, token)
}

pub(crate) fn ed25519_device() -> SecretKey {
    SecretKey::from_ed25519_seed(&[2; 32])
}

pub(crate) fn p256_device() -> SecretKey {
    SecretKey::from_p256_scalar(&[2; 32]).unwrap()
}

/// The largest token there is: a pass with one long application claim.
pub(crate) fn largest() -> Token {
    let with = |length: usize| {
        permit().with_application(&BTreeMap::from([("note", "x".repeat(length))])).unwrap()
    };
    let overhead = pass_by(&issuer_key(), &with(2000)).as_bytes().len() - 2000;
    let largest = pass_by(&issuer_key(), &with(MAX_TOKEN_BYTES - overhead));
    assert_eq!(largest.as_bytes().len(), MAX_TOKEN_BYTES);
    largest
}

/// A token with the bytes changed, as a QR text.
pub(crate) fn changed(token: &Token, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = token.as_bytes().to_vec();
    change(&mut bytes);
    base45(&bytes)
}

/// The text of bytes that are no token (RFC 9285).
pub(crate) fn base45(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut text = String::from("LP1:");
    for pair in bytes.chunks(2) {
        let mut value = pair.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        for _ in 0..=pair.len() {
            text.push(char::from(ALPHABET[value % 45]));
            value /= 45;
        }
    }
    text
}

/// What a gate says to a text, with what it remembers of credentials.
pub(crate) fn ask(
    gate: &Verifier,
    text: &str,
    cache: Option<&mut CredentialCache>,
    now: Timestamp,
) -> Result<Verified, Rejection> {
    let context = Context::at(now);
    let context = match cache {
        Some(cache) => context.with_cache(cache),
        None => context,
    };
    gate.verify(Input::Text(text), context)
}
