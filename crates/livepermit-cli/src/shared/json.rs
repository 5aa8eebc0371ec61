//! Why a text is not the JSON that was expected, in words.

use serde_json::Error;
use serde_json::error::Category;

use super::texts;

/// What is wrong with a text that people may have edited, and where.
pub(crate) fn words(error: &Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Eof if column == 0 => texts::json_empty(),
        Category::Eof => texts::json_cut(line),
        Category::Syntax => texts::json_broken(line, column),
        Category::Io | Category::Data => {
            let text = error.to_string();
            let place = format!(" at line {line} column {column}");
            let what = text.strip_suffix(&place).unwrap_or(&text);
            // The name of a type of this program says nothing to a person.
            let what = match what.split_once("expected struct ") {
                Some((before, _)) => [before, "expected an object"].concat(),
                None => what.to_owned(),
            };
            if line == 0 { what } else { texts::json_other(what, line) }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::words;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Source {
        #[expect(dead_code, reason = "only read")]
        version: u64,
    }

    #[test]
    fn each_fault_has_its_words() {
        for (text, wanted) in [
            ("", "it is empty"),
            ("{\"version\": 1", "it ends too early, in line 1"),
            ("{\n\"version\": 1,,}", "it is not JSON, from line 2, column 14 on"),
            ("letters", "it is not JSON, from line 1, column 1 on"),
            ("5", "invalid type: integer `5`, expected an object, in line 1"),
            ("{\"version\": true}", "invalid type: boolean `true`, expected u64, in line 1"),
            ("{\"vresion\": 1}", "unknown field `vresion`, expected `version`, in line 1"),
            ("{\n}", "missing field `version`, in line 2"),
        ] {
            let error = serde_json::from_str::<Source>(text).unwrap_err();
            assert_eq!(words(&error), wanted, "{text}");
        }
    }
}
