//! Bytes as hexadecimal digits.

use std::fmt::Write as _;

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads hexadecimal digits.
pub(crate) fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let wrong =
        || "an even number of hexadecimal digits is expected, as in 00112233aabb".to_owned();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or_else(wrong)?;
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .map(|byte| u8::try_from(byte).map_err(|_| wrong()))
        .collect()
}

/// Bytes in hexadecimal: a type of its own, or clap would take the bytes for a list of values.
#[derive(Debug, Clone)]
pub(crate) struct Nonce(pub(crate) Vec<u8>);

pub(crate) fn parse_nonce(text: &str) -> Result<Nonce, String> {
    parse_hex(text).map(Nonce)
}
