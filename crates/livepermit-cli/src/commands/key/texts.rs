//! What `key` says to people.

use crate::shared::table::texts;

texts! { "key":
    same_file() =>
        "both keys would go into the same file",
        "give --public another name";
    keep_secret(file) => "{file} (keep it secret)";
    give_to_verifiers(file) => "{file} (give it to whoever verifies)";
}
