//! Texts with a key in them.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::finds::Finds;
use super::json::Json;
use super::{KeyFileError, OtherFile, Read, jwk, pem, read as read_bytes, ssh};

/// With padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const QUOTES: [char; 3] = ['"', '\'', '`'];
/// Letters of the shortest key: 32 bytes in base64.
const SHORTEST_WORD: usize = 43;

/// Spaces, and letters without width that web pages and editors leave behind.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// The text of a file in UTF-8 or UTF-16. Other letters around a PEM do not matter.
pub(super) fn decoded(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, false)),
        [0xfe, 0xff, rest @ ..] => Some((rest, true)),
        // Without a mark: the first letters are ASCII.
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some((bytes, false)),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some((bytes, true)),
        _ => None,
    };
    if let Some((rest, big_endian)) = wide {
        let units = rest.chunks_exact(2).filter_map(|pair| {
            let pair: [u8; 2] = pair.try_into().ok()?;
            Some(if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        });
        // Three bytes are enough for each unit.
        let mut text = Zeroizing::new(String::with_capacity(rest.len().saturating_mul(2)));
        for letter in char::decode_utf16(units) {
            text.push(letter.ok()?);
        }
        return Some(text);
    }
    if let Ok(text) = str::from_utf8(bytes) {
        return Some(Zeroizing::new(text.into()));
    }
    let has_label = bytes.windows(6).any(|part| part == b"BEGIN ");
    has_label.then(|| Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()))
}

/// Reads a text. `depth` is the number of forms that may still stand inside.
pub(super) fn read(text: &str, depth: u8) -> Read {
    let text = text.trim_matches(is_space);
    let unquoted = text.trim_matches(|c| is_space(c) || QUOTES.contains(&c));
    for json in [text, unquoted] {
        if json.starts_with(['{', '[', '"'])
            && let Some(value) = Json::read(json)
            && let Some(found) = jwk::read_json(&value, depth)
        {
            return Some(found);
        }
    }
    let plus_is_space = text.contains("-----BEGIN+");
    if plus_is_space || text.contains("-----BEGIN%20") {
        return read_bytes(&percent_decoded(text, plus_is_space), depth);
    }
    if text.starts_with("PuTTY-User-Key-File") {
        return Some(Err(KeyFileError::Other(OtherFile::Putty)));
    }
    if let Some(found) = pem::read(text).or_else(|| ssh::read_lines(text)) {
        return Some(found);
    }
    if let Some(other) = other_text(text) {
        return Some(Err(other));
    }
    whole(text, depth).or_else(|| words(text, depth))
}

/// Texts that are known, and hold no key that is read.
fn other_text(text: &str) -> Option<KeyFileError> {
    let begins = |wanted: &str| {
        text.get(..wanted.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(wanted))
    };
    if begins("<!doctype") || begins("<html") {
        Some(KeyFileError::Other(OtherFile::WebPage))
    } else {
        pem::has_lost_dashes(text).then_some(KeyFileError::Damaged)
    }
}

/// The whole text as one number or one base64.
fn whole(text: &str, depth: u8) -> Read {
    let text = text.trim_matches(|c| is_space(c) || QUOTES.contains(&c));
    let bytes = hexadecimal(text);
    bytes.and_then(|bytes| read_bytes(&bytes, depth)).or_else(|| read_bytes(&base64(text)?, depth))
}

/// Words among others, such as `KEY=MFkw...` or a column of a table.
fn words(text: &str, depth: u8) -> Read {
    let mut finds = Finds::default();
    for word in text.split(|c| is_space(c) || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>'))
    {
        // The name of a variable stands in front. The end of base64 has nothing behind it.
        let value = match word.split_once(['=', ':']) {
            Some((_, value)) if !value.trim_matches('=').is_empty() => value,
            _ => word,
        };
        if value.len() < SHORTEST_WORD || value.len() == text.len() {
            continue;
        }
        let found = hexadecimal(value)
            .and_then(|bytes| read_bytes(&bytes, depth))
            .or_else(|| read_bytes(&base64(value)?, depth));
        finds.add(found);
    }
    finds.finish()
}

/// Whether a letter is one of base64, in either alphabet.
pub(super) const fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=')
}

/// Decodes base64 or base64url, with spaces, and with padding or without. `None` for nothing.
pub(in crate::key) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars().filter(|c| !is_space(*c)) {
        letters.push(match c {
            '-' => '+',
            '_' => '/',
            _ if is_base64(c) => c,
            _ => return None,
        });
    }
    let bytes = Zeroizing::new(BASE64.decode(letters.as_bytes()).ok()?);
    (!bytes.is_empty()).then_some(bytes)
}

/// Decodes hexadecimal digits, with `0x` in front or not, and with spaces or colons between the
/// bytes. `None` for nothing.
pub(in crate::key) fn hexadecimal(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let mut high = None;
    for c in text.chars().filter(|c| !is_space(*c) && *c != ':') {
        let digit = u8::try_from(c.to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push((high << 4) | digit),
        }
    }
    (high.is_none() && !bytes.is_empty()).then_some(bytes)
}

/// Decodes `%0A` and its like, as web servers and forms hand on a PEM.
fn percent_decoded(text: &str, plus_is_space: bool) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = after.split_first_chunk::<2>().filter(|_| *first == b'%');
        let decoded = digits.and_then(|(digits, _)| hexadecimal(str::from_utf8(digits).ok()?));
        match decoded.as_ref().map(|bytes| bytes.as_slice()) {
            Some([byte]) => {
                bytes.push(*byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ if plus_is_space && *first == b'+' => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    bytes
}
