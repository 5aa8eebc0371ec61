//! Base45 (RFC 9285), decoded so that every byte string has exactly one text.

use alloc::string::String;

use super::malformed;
use crate::malformed::{Flaw, Malformed};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Stands in [`VALUES`] where a byte is no character of the alphabet.
const NONE: u8 = 0xff;

/// The value of each byte in the alphabet.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut value = 0_u8;
    while value < 45 {
        #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated by the compiler")]
        {
            values[ALPHABET[value as usize] as usize] = value;
            value += 1;
        }
    }
    values
};

/// Writes the decoded bytes to the start of `out` and returns their number. `base` is where `input` starts in the
/// caller's text. What does not fit into `out` is [`Flaw::BadLength`]: callers bound the text before.
pub(super) fn decode(input: &[u8], out: &mut [u8], base: usize) -> Result<usize, Malformed> {
    let mut written = 0_usize;
    let mut at = base;
    let mut slots = out.iter_mut();
    let mut put = |byte: u8, at: usize| -> Result<(), Malformed> {
        *slots.next().ok_or(malformed(Flaw::BadLength, at))? = byte;
        written = written.saturating_add(1);
        Ok(())
    };
    for group in input.chunks(3) {
        match *group {
            [a, b, c] => {
                let value = u32::from(digit(a, at)?)
                    .saturating_add(u32::from(digit(b, at.saturating_add(1))?).saturating_mul(45))
                    .saturating_add(u32::from(digit(c, at.saturating_add(2))?).saturating_mul(2025));
                let value = u16::try_from(value).map_err(|_| malformed(Flaw::GroupOverflow, at))?;
                let [high, low] = value.to_be_bytes();
                put(high, at)?;
                put(low, at)?;
            }
            [a, b] => {
                let value = u16::from(digit(a, at)?)
                    .saturating_add(u16::from(digit(b, at.saturating_add(1))?).saturating_mul(45));
                put(u8::try_from(value).map_err(|_| malformed(Flaw::GroupOverflow, at))?, at)?;
            }
            _ => return Err(malformed(Flaw::BadLength, at)),
        }
        at = at.saturating_add(3);
    }
    Ok(written)
}

fn digit(byte: u8, at: usize) -> Result<u8, Malformed> {
    match VALUES.get(usize::from(byte)) {
        Some(&value) if value != NONE => Ok(value),
        _ => Err(malformed(Flaw::BadCharacter, at)),
    }
}

pub(super) fn encode(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(2) {
        let (value, width) = match *group {
            [high, low] => (u32::from(u16::from_be_bytes([high, low])), 3),
            [byte] => (u32::from(byte), 2),
            _ => continue,
        };
        let digits = [value % 45, value / 45 % 45, value / 2025];
        for digit in digits.into_iter().take(width) {
            let byte = usize::try_from(digit).ok().and_then(|digit| ALPHABET.get(digit)).copied();
            out.push(char::from(byte.unwrap_or_default()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode(bytes, &mut text);
        text
    }

    fn decoded(text: &str) -> Result<Vec<u8>, Flaw> {
        let mut out = [0; 4096];
        decode(text.as_bytes(), &mut out, 0).map(|n| out[..n].to_vec()).map_err(|m| m.flaw)
    }

    #[test]
    fn examples_of_rfc_9285() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encoded(bytes.as_bytes()), text);
            assert_eq!(decoded(text).as_deref(), Ok(bytes.as_bytes()));
        }
    }

    #[test]
    fn refuses_what_is_not_the_one_encoding() {
        assert_eq!(decoded("::"), Err(Flaw::GroupOverflow), "2024 is above 255");
        assert_eq!(decoded(":::"), Err(Flaw::GroupOverflow), "91124 is above 65535");
        assert_eq!(decoded("GGW"), Err(Flaw::GroupOverflow), "65536, one above the largest pair");
        assert_eq!(decoded("FGW").as_deref(), Ok(&[0xff, 0xff][..]));
        assert_eq!(decoded("U5").as_deref(), Ok(&[0xff][..]));
        assert_eq!(decoded("V5"), Err(Flaw::GroupOverflow), "256, one above the largest byte");
        assert_eq!(decoded("A"), Err(Flaw::BadLength));
        assert_eq!(decoded("AAAA"), Err(Flaw::BadLength));
        for bad in ["aa", "A\n", "A=", "\u{e9}", "A\0"] {
            assert_eq!(decoded(bad), Err(Flaw::BadCharacter), "{bad:?}");
        }
    }

    #[test]
    fn names_the_character_at_fault() {
        let mut out = [0; 8];
        assert_eq!(decode(b"000a00", &mut out, 4).map_err(|m| m.at), Err(7));
        assert_eq!(decode(b"00000000", &mut [0; 2], 0).map_err(|m| m.flaw), Err(Flaw::BadLength));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(decoded(&encoded(&bytes)), Ok(bytes));
        }

        #[test]
        fn what_decodes_is_the_one_text(text in "[0-9A-Z $%*+./:-]{0,60}") {
            if let Ok(bytes) = decoded(&text) {
                prop_assert_eq!(encoded(&bytes), text);
            }
        }
    }
}
