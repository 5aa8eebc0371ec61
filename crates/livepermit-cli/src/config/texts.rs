//! What the user is told about the file of settings.

use crate::shared::table::texts;

texts! { "config":
    unreadable(file, line, error) =>
        "{file} line {line} cannot be read: {error}",
        "write each option as NAME = \"VALUE\" (TOML)";
    unknown(file, key, nearest) =>
        "{file} has an entry {key}, and there is no such option",
        "the nearest name is {nearest}; `livepermit gate --help` has all options";
    not_a_switch(file, key) =>
        "the entry {key} of {file} takes no value",
        "write {key} = true, or leave it out";
    not_a_list(file, key) =>
        "the entry {key} of {file} takes one value, not a list",
        "write {key} = \"VALUE\"";
    not_a_text(file, key) =>
        "the entry {key} of {file} is neither a text nor a whole number",
        "write {key} = \"VALUE\"; an option that may be repeated also takes [\"ONE\", \"TWO\"]";
}
