//! What `qr` says to people.

use crate::shared::table::texts;

texts! { "qr":
    countdown_without_picture() =>
        "there is no picture for the countdown: --json draws nothing in the terminal",
        "name one with --svg FILE, or leave --json out";
    is_credential() =>
        "this is a credential: gates refuse it; make a code of it with `livepermit present`";
    drawn(version, letter, side, characters) =>
        "QR code version {version}-{letter}, {side} x {side} modules, {characters} characters";
    too_few_pixels(size, fewest, needed) =>
        "{size} pixels are too few for this code: {fewest} a module make {needed}",
        "take --size {needed} or more, or a lower --level";
    window_too_small(columns, lines, width, height) =>
        "the code takes {columns} x {lines} cells, and this window has {width} x {height}",
        "make the window larger or its letters smaller, or write a picture with --png FILE";
}
