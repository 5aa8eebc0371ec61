//! What the strict reader accepts, `ciborium` reads and, with sorted keys, writes again byte for byte.
#![no_main]

use ciborium::Value;
use libfuzzer_sys::fuzz_target;
use livepermit::{diagnostic_notation, fuzzing};

fn written(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(value, &mut out).expect("a vector takes everything");
    out
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Map(pairs) => {
            let mut pairs: Vec<_> =
                pairs.into_iter().map(|(key, value)| (sorted(key), sorted(value))).collect();
            pairs.sort_by_cached_key(|(key, _)| written(key));
            Value::Map(pairs)
        }
        other => other,
    }
}

fuzz_target!(|data: &[u8]| {
    let shown = diagnostic_notation(data);
    if let Ok(text) = &shown {
        assert!(!text.chars().any(char::is_control), "fit for a terminal");
    }
    if fuzzing::is_application_value(data) {
        assert!(shown.is_ok(), "what is accepted can be shown");
        let value: Value = ciborium::from_reader(data).expect("strict is a part of lenient");
        assert_eq!(written(&sorted(value)), data, "a second encoding");
    }
});
