//! The code of a gate: one text for each code, and its fields within their bounds.
#![no_main]

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::fuzzing;
use livepermit::hold::GateCode;
use livepermit_fuzz::{GATE, Input, NONCE, NOW, edit_tree, loose, memory, oracle, parse, tight};

fn check(text: &str) -> bool {
    let Ok(code) = memory::bounded(memory::CONSTANT, || GateCode::from_text(text)) else {
        return false;
    };
    assert_eq!(code.to_qr_text(), text, "a second text");
    assert!(text.starts_with("LPC1:"));
    let gate = code.gate();
    assert_eq!(code.to_string(), gate);
    assert!(
        (1..=128).contains(&gate.len())
            && gate.bytes().all(|byte| byte.is_ascii_graphic())
            && gate != "*"
    );
    match &code {
        GateCode::Name(name) => assert_eq!(GateCode::name(name.as_str()), Ok(code.clone())),
        GateCode::Challenge(challenge) => {
            assert!((6..=32).contains(&challenge.nonce().len()));
            assert!(challenge.expires().as_unix() < 1 << 40);
        }
        other => panic!("{other:?}"),
    }
    true
}

/// Whether the value is one of the two shapes.
fn fits(value: &Value) -> bool {
    let Some(items) = value.as_array() else { return false };
    let name = |item: &Value| {
        item.as_text().is_some_and(|name| {
            (1..=128).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_graphic())
                && name != "*"
        })
    };
    match items.as_slice() {
        [gate] => name(gate),
        [gate, nonce, expires] => {
            name(gate)
                && nonce.as_bytes().is_some_and(|nonce| (6..=32).contains(&nonce.len()))
                && expires
                    .as_integer()
                    .is_some_and(|time| u64::try_from(time).is_ok_and(|time| time < 1 << 40))
        }
        _ => false,
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        for text in [text.to_owned(), format!("LPC1:{text}")] {
            check(&text);
        }
    }
    // Any bytes as such a code.
    if check(&fuzzing::encode_gate_text(data)) {
        oracle::check_second_writing(data);
        assert!(oracle::is_deterministic(data) && fits(&parse(data)));
    }
    // Edits of a good one: accepted exactly when they fit, and in one encoding only.
    let mut input = Input(data);
    let mut value = match input.byte() % 2 {
        0 => Value::Array(vec![GATE.into()]),
        _ => Value::Array(vec![GATE.into(), NONCE.as_slice().into(), NOW.into()]),
    };
    let mut edits = input.byte() % 8;
    while edits > 0 && !input.is_empty() {
        edit_tree(&mut [&mut value], &mut input);
        edits -= 1;
    }
    let bytes = tight(&value);
    // What does not fit into the largest code is refused for its length.
    let accepted = check(&fuzzing::encode_gate_text(&bytes));
    assert_eq!(accepted, fits(&value), "{value:?}");
    let other = loose(&value, &mut input);
    if other != bytes {
        assert!(!check(&fuzzing::encode_gate_text(&other)), "a second encoding");
    }
});
