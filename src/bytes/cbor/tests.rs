//! The reader and the writer against each other, and both against `ciborium`.

use alloc::string::String;
use alloc::vec::Vec;

use ciborium::Value;
use proptest::prelude::*;

use super::{Label, MAX_DEPTH, Reader, Writer, diagnose};
use crate::bytes::malformed::{Flaw, Layer};
use crate::fuzzing::is_application_value;

fn reader(bytes: &[u8]) -> Reader<'_> {
    Reader::new(bytes, 0, Layer::Payload)
}

/// Any value an application claim may hold, up to four levels deep, in any order.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u64..300).prop_map(Value::from),
        (-300_i64..0).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        ".{0,12}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((inner.clone(), inner), 0..6).prop_map(Value::Map),
        ]
    })
}

fn ciborium_bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).unwrap();
    out
}

/// The same value with the keys of every map sorted as they are encoded; `None` when a map has a
/// key twice.
fn sorted(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect::<Option<_>>()?),
        Value::Map(pairs) => {
            let mut encoded = Vec::new();
            for (key, value) in pairs {
                let (key, value) = (sorted(key)?, sorted(value)?);
                encoded.push((ciborium_bytes(&key), key, value));
            }
            encoded.sort_by(|a, b| a.0.cmp(&b.0));
            if encoded.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return None;
            }
            Value::Map(encoded.into_iter().map(|(_, key, value)| (key, value)).collect())
        }
        other => other.clone(),
    })
}

/// Strict is a part of lenient: what is accepted here reads there, and has one encoding.
fn check_against_ciborium(bytes: &[u8]) -> Result<(), TestCaseError> {
    if is_application_value(bytes) {
        let value: Value = ciborium::from_reader(bytes).expect("what is read here, ciborium reads");
        let again = sorted(&value).map(|value| ciborium_bytes(&value));
        prop_assert_eq!(again.as_deref(), Some(bytes));
        // What nests no deeper can be shown.
        prop_assert!(diagnose(bytes, Layer::Payload).is_ok());
    } else {
        let _ = diagnose(bytes, Layer::Payload);
    }
    Ok(())
}

proptest! {
    #[test]
    fn integers_come_back(value in any::<i64>()) {
        let mut out = Writer::new();
        out.integer(value);
        let bytes = out.into_bytes();
        prop_assert_eq!(&bytes, &ciborium_bytes(&Value::from(value)));
        prop_assert_eq!(reader(&bytes).integer(), Ok(value));
    }

    #[test]
    fn unsigned_integers_come_back(value in any::<u64>(), shift in 0_u32..64) {
        let value = value >> shift;
        let mut out = Writer::new();
        out.unsigned(value);
        let bytes = out.into_bytes();
        prop_assert_eq!(&bytes, &ciborium_bytes(&Value::from(value)));
        prop_assert_eq!(reader(&bytes).unsigned(), Ok(value));
    }

    #[test]
    fn strings_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..600), text in ".{0,200}") {
        let mut out = Writer::new();
        out.bytes(&bytes).text(&text).boolean(true).null();
        let written = out.into_bytes();
        let mut reader = reader(&written);
        prop_assert_eq!(reader.bytes(), Ok(bytes.as_slice()));
        prop_assert_eq!(reader.text(), Ok(text.as_str()));
        prop_assert_eq!(reader.boolean(), Ok(true));
        prop_assert_eq!(reader.simple(), Ok("null"));
        prop_assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn sorted_values_are_accepted_and_others_are_not(value in value()) {
        let bytes = ciborium_bytes(&value);
        let canonical = sorted(&value).map(|value| ciborium_bytes(&value));
        if let Some(canonical) = &canonical {
            prop_assert!(is_application_value(canonical));
        }
        prop_assert_eq!(is_application_value(&bytes), canonical.as_deref() == Some(&bytes));
        check_against_ciborium(&bytes)?;
    }

    #[test]
    fn altered_values_have_one_encoding_or_none(
        value in value(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = sorted(&value).map(|value| ciborium_bytes(&value)).unwrap_or_default();
        for (place, byte) in changes {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        check_against_ciborium(&bytes)?;
    }

    #[test]
    fn random_bytes_have_one_encoding_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        check_against_ciborium(&bytes)?;
        let mut reader = reader(&bytes);
        let _ = (reader.clone().map(), reader.clone().array(), reader.clone().tag(), reader.clone().text());
        if let Ok(Some(Label::Int(label))) = reader.map().and_then(|mut map| map.next_label(&mut reader)) {
            Writer::new().integer(label);
        }
    }
}

#[test]
fn nothing_is_allocated_or_recursed_for_what_is_not_there() {
    for first in 0..=255_u8 {
        let mut huge = Vec::from([first]);
        huge.extend([0xff; 8]);
        check_against_ciborium(&huge).unwrap();
    }
    for byte in [0x81, 0xa1, 0xc0, 0xd2] {
        let deep = Vec::from([byte; 100_000]);
        let flaw = diagnose(&deep, Layer::Payload).unwrap_err().flaw;
        assert!(matches!(flaw, Flaw::TooDeep), "{flaw}");
    }
    let deepest = [Vec::from([0x81; MAX_DEPTH as usize]), Vec::from([0])].concat();
    assert!(is_application_value(&deepest));
    assert!(!is_application_value(&[&[0x81], deepest.as_slice()].concat()));
}

#[test]
fn diagnostic_notation_follows_rfc_8949() {
    let shown = |hex: &[u8]| diagnose(hex, Layer::Payload).unwrap();
    // RFC 8949 appendix A, the part that is deterministic and allowed here.
    for (bytes, notation) in [
        (&[0x00][..], "0"),
        (&[0x18, 0x18], "24"),
        (&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "18446744073709551615"),
        (&[0x20], "-1"),
        (&[0x39, 0x03, 0xe7], "-1000"),
        (&[0xf4], "false"),
        (&[0xf5], "true"),
        (&[0xf6], "null"),
        (&[0x44, 1, 2, 3, 4], "h'01020304'"),
        (&[0x64, b'I', b'E', b'T', b'F'], "\"IETF\""),
        (&[0x62, 0x22, 0x5c], "\"\\\"\\\\\""),
        (&[0x82, 1, 0x82, 2, 3], "[1, [2, 3]]"),
        (&[0xa2, 1, 2, 3, 4], "{1: 2, 3: 4}"),
        (&[0xa2, 0x61, b'a', 1, 0x61, b'b', 0x82, 2, 3], "{\"a\": 1, \"b\": [2, 3]}"),
        (&[0xc1, 0x18, 0x20], "1(32)"),
        (&[0x80], "[]"),
        (&[0xa0], "{}"),
    ] {
        assert_eq!(shown(bytes), notation);
    }
    // Nothing a terminal would obey.
    let escape = shown(&[0x64, 0x1b, b'[', b'2', b'J']);
    assert!(!escape.contains('\u{1b}'), "{escape}");
    let turned: String = shown(&[0x63, 0xe2, 0x80, 0xae]);
    assert!(!turned.contains('\u{202e}'), "{turned}");
}
