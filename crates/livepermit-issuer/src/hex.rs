//! Bytes as text: two lower-case digits for each.

use std::fmt::Write as _;

/// The digits of these bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // A String takes all that is written.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes that a text has. `None` for anything but pairs of lower-case digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

/// The bytes that a text has, if there are so many.
pub(crate) fn unhex_array<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    unhex(text)?.try_into().ok()
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
