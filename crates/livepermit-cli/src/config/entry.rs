//! One entry of the file of settings, as words of a command line.

use std::ffi::OsString;

use strsim::levenshtein as distance;
use toml::Value;

use super::texts;
use crate::shared::failure::Failure;

/// The words for an entry. An option without a value is `true` or `false`; an option that may be
/// repeated has a list.
pub(super) fn words(
    file: &str,
    key: &str,
    value: &Value,
    takes_value: bool,
    repeats: bool,
) -> Result<Vec<OsString>, Failure> {
    match (value, takes_value, repeats) {
        (Value::Boolean(true), false, _) => Ok(vec![format!("--{key}").into()]),
        (Value::Boolean(false), false, _) => Ok(Vec::new()),
        (_, false, _) => Err(texts::not_a_switch(file, key)),
        (Value::Array(values), true, true) => {
            values.iter().map(|value| word(file, key, value)).collect()
        }
        (Value::Array(_), true, false) => Err(texts::not_a_list(file, key)),
        (value, true, _) => Ok(vec![word(file, key, value)?]),
    }
}

fn word(file: &str, key: &str, value: &Value) -> Result<OsString, Failure> {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Datetime(time) => time.to_string(),
        _ => return Err(texts::not_a_text(file, key)),
    };
    // In one word, so that a value that begins with a dash is no option.
    Ok(format!("--{key}={value}").into())
}

/// The name that is most like `key`.
pub(super) fn nearest(key: &str, names: &[&str]) -> String {
    let key = key.replace('_', "-");
    names
        .iter()
        .min_by_key(|name| distance(&key, name))
        .map_or_else(String::new, |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        let names = ["window", "skew", "max-list-age", "gate", "grace"];
        for (typed, meant) in [
            ("windw", "window"),
            ("max_list_age", "max-list-age"),
            ("gates", "gate"),
            ("skwe", "skew"),
        ] {
            assert_eq!(nearest(typed, &names), meant);
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!((distance("", "abc"), distance("abc", ""), distance("a", "a")), (3, 3, 0));
    }
}
