//! As much of JSON (RFC 8259) as key files need. Texts are wiped, because they may be private keys.

use alloc::string::String;
use alloc::vec::Vec;
use core::iter::Peekable;
use core::str::Chars;

use zeroize::Zeroizing;

use super::text::is_space;

/// Objects and arrays within each other.
const DEEPEST: u8 = 16;

pub(super) enum Json {
    Object(Vec<(Zeroizing<String>, Json)>),
    Array(Vec<Json>),
    Text(Zeroizing<String>),
    /// An array of whole numbers that are bytes.
    Bytes(Zeroizing<Vec<u8>>),
    /// Every other value.
    Other,
}

impl Json {
    /// Reads one value and nothing behind it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut chars = text.chars().peekable();
        let value = read(&mut chars, DEEPEST, text.len())?;
        skip_spaces(&mut chars);
        chars.peek().is_none().then_some(value)
    }

    /// The text of a member of an object. The case of its name does not matter.
    pub(super) fn text(&self, wanted: &str) -> Option<&str> {
        let Self::Object(members) = self else { return None };
        members.iter().find_map(|(name, value)| match value {
            Self::Text(text) if name.eq_ignore_ascii_case(wanted) => Some(text.as_str()),
            _ => None,
        })
    }
}

fn skip_spaces(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| is_space(*c)).is_some() {}
}

/// `longest` is at least the length of every text in what is read, so that no text has to move in
/// memory as it grows.
fn read(chars: &mut Peekable<Chars<'_>>, depth: u8, longest: usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    skip_spaces(chars);
    match chars.peek()? {
        '{' => {
            chars.next();
            let mut members = Vec::new();
            skip_spaces(chars);
            while chars.next_if_eq(&'}').is_none() {
                let name = read_text(chars, longest)?;
                skip_spaces(chars);
                chars.next_if_eq(&':')?;
                members.push((name, read(chars, depth, longest)?));
                separator(chars, '}')?;
            }
            Some(Json::Object(members))
        }
        '[' => {
            chars.next();
            let mut ahead = chars.clone();
            if let Some(bytes) = read_bytes(&mut ahead) {
                *chars = ahead;
                return Some(Json::Bytes(bytes));
            }
            let mut values = Vec::new();
            skip_spaces(chars);
            while chars.next_if_eq(&']').is_none() {
                values.push(read(chars, depth, longest)?);
                separator(chars, ']')?;
            }
            Some(Json::Array(values))
        }
        '"' => Some(Json::Text(read_text(chars, longest)?)),
        _ => {
            // Numbers, `true`, `false` and `null`.
            let mut seen = false;
            let is_of_word = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
            while chars.next_if(is_of_word).is_some() {
                seen = true;
            }
            seen.then_some(Json::Other)
        }
    }
}

/// The rest of an array of bytes, up to its end. `None` if it holds anything else, or nothing.
fn read_bytes(chars: &mut Peekable<Chars<'_>>) -> Option<Zeroizing<Vec<u8>>> {
    // Each byte has a digit, and a comma or the end behind it. So the bytes never move in memory.
    let letters = chars.clone().take_while(|c| *c != ']').count();
    let mut bytes = Zeroizing::new(Vec::with_capacity(letters.div_ceil(2)));
    loop {
        skip_spaces(chars);
        let mut number: Option<u8> = None;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            chars.next();
            let digit = u8::try_from(digit).ok()?;
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
        }
        bytes.push(number?);
        skip_spaces(chars);
        match chars.next()? {
            ',' => {}
            ']' => return Some(bytes),
            _ => return None,
        }
    }
}

/// A comma, or the end that follows.
fn separator(chars: &mut Peekable<Chars<'_>>, end: char) -> Option<()> {
    skip_spaces(chars);
    if chars.next_if_eq(&',').is_some() {
        skip_spaces(chars);
        return Some(());
    }
    (chars.peek() == Some(&end)).then_some(())
}

fn read_text(chars: &mut Peekable<Chars<'_>>, longest: usize) -> Option<Zeroizing<String>> {
    chars.next_if_eq(&'"')?;
    let rest = chars.clone().take_while(|c| *c != '"').count().saturating_mul(4);
    let mut text = Zeroizing::new(String::with_capacity(rest.min(longest).saturating_add(4)));
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'b' | 'f' => text.push(' '),
                'u' => {
                    let mut code = 0_u32;
                    for _ in 0..4 {
                        let digit = chars.next()?.to_digit(16)?;
                        code = code.saturating_mul(16).saturating_add(digit);
                    }
                    // Half of a pair is no letter of a key.
                    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}
