//! What `inspect` says to people.

use crate::shared::table::texts;

texts! { "inspect":
    codes_without_text(not_text) => "{not_text} QR code(s) that hold no text left out";
    part_left_out(part) => "a QR code that is {part} of a longer text left out";
    gate_code() => "for phones to answer; anybody can write one";
    unverified() => "anybody can write this.";
    not_cbor() => "it is no deterministic CBOR";
}
