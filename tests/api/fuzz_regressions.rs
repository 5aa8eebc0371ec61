//! Inputs that fuzzing found, each with what was wrong.

use ciborium::Value;
use ed25519_dalek::{Signer as _, SigningKey};
use livepermit::rejection::{Evidence, Flaw, ListRejection};
use livepermit::status::{StatusLimits, StatusList};
use livepermit::{PublicKey, Timestamp, Trust, TrustedKey, Use};

const NOW: u64 = 1_790_000_000;

fn written(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).unwrap();
    out
}

/// A status list with one more claim, whose value stands in it as it is, signed by a key that may.
fn accept_with_claim(value: &[u8]) -> Result<StatusList, ListRejection> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from_ed25519_bytes(key.verifying_key().as_bytes()).unwrap();
    let trusted =
        TrustedKey::new("bj.example", public, [Use::Status], ["bj.example:residence"]).unwrap();
    let header = written(&Value::Map(vec![
        (1.into(), (-19).into()),
        (4.into(), Value::Bytes(trusted.key_id().to_vec())),
        (16.into(), "application/statuslist+cwt".into()),
    ]));
    // One byte of entries: stored, not compressed, with its checksum.
    let stream: &[u8] = &[0x78, 0x01, 0x01, 0x01, 0x00, 0xfe, 0xff, 0x00, 0x00, 0x01, 0x00, 0x01];
    let list = Value::Map(vec![("bits".into(), 1.into()), ("lst".into(), stream.into())]);
    let claims = written(&Value::Map(vec![
        (2.into(), "https://s.bj.example/1".into()),
        (6.into(), NOW.into()),
        (65_533.into(), list),
        (100.into(), Value::Null),
    ]));
    // In place of the null.
    let claims = [&claims[..claims.len() - 1], value].concat();
    let signed = written(&Value::Array(vec![
        "Signature1".into(),
        Value::Bytes(header.clone()),
        Value::Bytes(Vec::new()),
        Value::Bytes(claims.clone()),
    ]));
    let signature = key.sign(&signed).to_bytes();
    let parts = [
        Value::Bytes(header),
        Value::Map(Vec::new()),
        Value::Bytes(claims),
        Value::Bytes(signature.to_vec()),
    ];
    let bytes = written(&Value::Tag(18, Box::new(Value::Array(parts.to_vec()))));
    let now = Timestamp::from_unix(NOW).unwrap();
    StatusList::accept(
        &bytes,
        &Trust::new([trusted]).unwrap(),
        now,
        0,
        |_, _| None,
        StatusLimits::default(),
    )
}

/// Two encodings of one array were two keys to the reader.
#[test]
fn a_list_with_one_key_twice_in_a_map_is_refused_whatever_the_key_is() {
    // {1: 0, 2: 0}, and {1: 0, 1: 0} with the second key in a longer form
    assert!(accept_with_claim(&[0xa2, 0x01, 0x00, 0x02, 0x00]).is_ok());
    let twice = accept_with_claim(&[0xa2, 0x01, 0x00, 0x18, 0x01, 0x00]);
    assert_eq!(flaw(twice), Some(Flaw::DuplicateKey));
    // {[1]: 0, [1]: 0} with a longer form inside the second key
    let twice = accept_with_claim(&[0xa2, 0x81, 0x01, 0x00, 0x81, 0x18, 0x01, 0x00]);
    assert_eq!(flaw(twice), Some(Flaw::WrongType));
}

fn flaw(list: Result<StatusList, ListRejection>) -> Option<Flaw> {
    match list.err()?.evidence() {
        Evidence::Malformed(malformed) => Some(malformed.flaw),
        _ => None,
    }
}
