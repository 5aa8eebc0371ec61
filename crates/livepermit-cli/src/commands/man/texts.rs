//! What `man` says to people.

use crate::shared::table::texts;

texts! { "man":
    cannot_make_folder(dir, error) =>
        "cannot make the folder {dir}: {error}",
        "name a folder that you may write to";
    cannot_write(file, error) =>
        "cannot write {file}: {error}",
        "free some space";
    written(count, dir) => "{count} pages are in {dir}; read one with `man -l FILE`";
}
