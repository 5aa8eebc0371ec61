//! What the user is told about languages.

use crate::shared::table::texts;

texts! { "language":
    unknown(asked, known) =>
        "there is no language {asked} built in",
        "take one of {known}, or the file of a table, as in --lang ./pl.ftl";
    unreadable(file, error) =>
        "the table {file} cannot be read: {error}",
        "write each message as NAME = TEXT; `livepermit language show` has all messages";
}
