//! What the user is told about tables of languages.

use crate::shared::table::texts;

texts! { "language.command":
    not_built_in(asked, known) =>
        "there is no language {asked} built in",
        "take one of {known}";
    complete(file) => "{file} has every message";
    lacks(name) => "lacks {name}: it is told in English";
    unknown(name) => "has {name}, which nothing says";
    drops(name, value) => "does not say the value {value} in {name}";
}
