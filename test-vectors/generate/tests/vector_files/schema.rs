//! As much of JSON Schema 2020-12 as `test-vectors/schema.json` uses. A keyword it does not know
//! fails the test.

use serde_json::Value;

/// Where and how `value` breaks the schema.
pub(crate) fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().unwrap() {
        let mut fail = |what: &str| found.push(format!("{at}: {what} ({keyword} {rule})"));
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            // Members that no rule names. That there are none is checked with the properties.
            "additionalProperties" => {
                let named = |name: &String| schema["properties"].get(name).is_some();
                let members = value.as_object().into_iter().flatten();
                for (name, member) in members.filter(|(name, _)| rule.is_object() && !named(name)) {
                    check(root, rule, member, &format!("{at}/{name}"), found);
                }
            }
            "$ref" => {
                let target =
                    root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                check(root, target, value, at, found);
            }
            "type" if !is_of_type(value, rule.as_str().unwrap()) => fail("another type"),
            "const" if value != rule => fail("another value"),
            "enum" if !rule.as_array().unwrap().contains(value) => fail("not listed"),
            "minimum" if value.as_f64().is_some_and(|n| n < rule.as_f64().unwrap()) => {
                fail("too small")
            }
            "maximum" if value.as_f64().is_some_and(|n| n > rule.as_f64().unwrap()) => {
                fail("too large")
            }
            "pattern" if !matches(value.as_str().unwrap_or_default(), rule.as_str().unwrap()) => {
                fail("another pattern");
            }
            "type" | "const" | "enum" | "minimum" | "maximum" | "pattern" => {}
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        fail(&format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    let path = format!("{at}/{name}");
                    match (rule.get(name), schema.get("additionalProperties")) {
                        (Some(rule), _) => check(root, rule, member, &path, found),
                        (None, Some(Value::Bool(false))) => {
                            found.push(format!("{path}: not foreseen"))
                        }
                        (None, _) => {}
                    }
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{at}/{index}"), found);
                }
            }
            "oneOf" => {
                let attempts: Vec<Vec<String>> = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|branch| {
                        let mut own = Vec::new();
                        check(root, branch, value, at, &mut own);
                        own
                    })
                    .collect();
                if attempts.iter().filter(|own| own.is_empty()).count() != 1 {
                    found.push(format!("{at}: not exactly one of {attempts:?}"));
                }
            }
            _ => panic!("the schema uses a keyword this test does not know: {keyword}"),
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        _ => panic!("the schema uses a type this test does not know: {name}"),
    }
}

fn matches(text: &str, pattern: &str) -> bool {
    match pattern {
        "^([0-9a-f]{2})*$" => {
            text.len().is_multiple_of(2)
                && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        }
        "^[0-9]{4}([0-9]{2}){0,2}$" => {
            matches!(text.len(), 4 | 6 | 8) && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        "^[0-9]{12}$" => text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
        "^[0-9]+$" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => panic!("the schema uses a pattern this test does not know: {pattern}"),
    }
}
