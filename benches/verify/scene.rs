//! The tokens and gates that are measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use livepermit::issue::StatusListBuilder;
use livepermit::status::{StatusLimits, StatusList, StatusValue};
use livepermit::verify::{CredentialCache, Input, MAX_TOKEN_BYTES};
use livepermit::{
    Context, Issuer, Permit, Policy, PublicKey, Rejection, RevocationPolicy, SecretKey, Timestamp,
    Token, Trust, TrustedKey, Use, Verified, Verifier,
};
use livepermit_testkit as testkit;
use livepermit_testkit::{CLASS, GATE, ISSUER, URI, issuer_key, now, permit, reference, trust};

/// A key of the issuer's.
pub(crate) fn trusted(key: PublicKey) -> TrustedKey {
    TrustedKey::new(ISSUER, key, [Use::Pass, Use::Credential, Use::Status], [CLASS]).unwrap()
}

/// The one entry of the status lists that is not valid.
pub(crate) const REVOKED: u64 = 5;

/// A status list of so many entries.
pub(crate) fn status_list(entries: u64) -> StatusList {
    let mut list = StatusListBuilder::new(URI, 1, entries).unwrap();
    if entries > REVOKED {
        list.set(REVOKED, StatusValue::Revoked).unwrap();
    }
    let signed = testkit::status_list(&list, now(), now().plus(86_400));
    StatusList::accept(&signed, &trust(), now(), 5, |_, _| None, StatusLimits::default()).unwrap()
}

/// A gate that looks up withdrawn permits in this list.
pub(crate) fn gate(trust: Trust, list: StatusList) -> Verifier {
    let revocation = RevocationPolicy::Required { max_age: 86_400, grace: 0 };
    let policy = Policy::new(GATE, [CLASS], revocation);
    Verifier::new(trust, policy).unwrap().with_status_lists([Arc::new(list)])
}

/// The gate of most rows: one key with the default tables, a list of a million permits.
pub(crate) fn default_gate() -> Verifier {
    gate(trust(), status_list(1_000_000))
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

/// A presentation whose permit has this entry of the status list, behind the credential in it.
pub(crate) fn presentation(device: &SecretKey, index: u64) -> (Token, Token) {
    presentation_of(permit(), device, index)
}

/// The same of any permit.
pub(crate) fn presentation_of(permit: Permit, device: &SecretKey, index: u64) -> (Token, Token) {
    let permit = permit.with_status(reference(index));
    let [credential, token] = testkit::presentation_of(&permit, device);
    (credential, token)
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
