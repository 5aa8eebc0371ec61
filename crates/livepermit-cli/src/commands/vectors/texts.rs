//! What `vectors` says to people.

use crate::shared::table::texts;

texts! { "vectors":
    vectors_unusable(name, error) =>
        "{name}: {error}",
        "name the folder test-vectors, or a file of vectors in it";
    no_vectors_here(what) => "no file of test vectors that this version knows: {what}";
    cannot_list(path, error) =>
        "cannot list {path}: {error}",
        "check its permissions";
    no_vectors(folder) =>
        "there are no vector files (*.json) in {folder}",
        "name the folder test-vectors, or a file of vectors in it";
    and_more(count) => "and {count} more; --json tells all";
    counted(tests, failed) => "{tests} tests, {failed} failed";
    nothing_to_run() => "There was nothing to run: that is a failure too.";
}
