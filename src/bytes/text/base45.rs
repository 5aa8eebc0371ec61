//! Base45 (RFC 9285), decoded so that every byte string has exactly one text.

use alloc::string::String;

use super::malformed;
use crate::bytes::malformed::{Flaw, Malformed};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Marks bytes in [`PLACES`] that are not in the alphabet: every sum with this number is too large
/// for two bytes.
const NONE: u32 = 0x1_0000;

/// The number that each byte adds to its group, at the first, second and third place.
const PLACES: [[u32; 256]; 3] = {
    let mut places = [[NONE; 256]; 3];
    let mut value = 0_u32;
    while value < 45 {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            let byte = ALPHABET[value as usize] as usize;
            places[0][byte] = value;
            places[1][byte] = value * 45;
            places[2][byte] = value * 2025;
            value += 1;
        }
    }
    places
};

/// Writes the decoded bytes to the start of `out` and returns their number. `base` is where `input`
/// starts in the caller's text. If the bytes do not fit into `out`, the error is
/// [`Flaw::BadLength`]; callers bound the text before.
#[inline(never)]
pub(super) fn decode(input: &[u8], out: &mut [u8], base: usize) -> Result<usize, Malformed> {
    let (groups, rest) = input.as_chunks::<3>();
    let (pairs, _) = out.as_chunks_mut::<2>();
    let start_of = |group: usize| base.saturating_add(group.saturating_mul(3));
    let room = pairs.len();
    let done = decode_twos(groups, pairs);
    for (index, (group, pair)) in groups.iter().zip(pairs).enumerate().skip(done) {
        match number(group).to_be_bytes() {
            [0, 0, high, low] => *pair = [high, low],
            _ => return Err(fault(group, start_of(index))),
        }
    }
    if groups.len() > room {
        return Err(malformed(Flaw::BadLength, start_of(room)));
    }
    let written = groups.len().saturating_mul(2);
    let at = start_of(groups.len());
    match rest {
        [] => Ok(written),
        group @ [_, _] => {
            let last = u8::try_from(number(group)).map_err(|_| fault(group, at))?;
            *out.get_mut(written).ok_or(malformed(Flaw::BadLength, at))? = last;
            Ok(written.saturating_add(1))
        }
        _ => Err(malformed(Flaw::BadLength, at)),
    }
}

/// Decodes two groups at a time, with one store for both, while both are good. Returns the number
/// of groups decoded.
fn decode_twos(groups: &[[u8; 3]], pairs: &mut [[u8; 2]]) -> usize {
    let (twos, _) = groups.as_chunks::<2>();
    let (fours, _) = pairs.as_chunks_mut::<2>();
    let mut done = 0_usize;
    for ([first, second], four) in twos.iter().zip(fours) {
        let (high, low) = (number(first), number(second));
        if high.max(low) > u32::from(u16::MAX) {
            break;
        }
        let [a, b, c, d] = (high << 16 | low).to_be_bytes();
        *four = [[a, b], [c, d]];
        done = done.saturating_add(2);
    }
    done
}

/// The value of a group, lowest digit first. The value is too large for its bytes if a character is
/// not in the alphabet.
#[inline]
fn number(group: &[u8]) -> u32 {
    // Three times the largest summand is far below 2^32.
    PLACES.iter().zip(group).map(|(place, byte)| at(place, *byte)).fold(0, u32::wrapping_add)
}

#[inline]
fn at(place: &[u32; 256], byte: u8) -> u32 {
    place.get(usize::from(byte)).copied().unwrap_or(NONE)
}

/// The flaw of a group whose value is too large.
#[cold]
fn fault(group: &[u8], at: usize) -> Malformed {
    match group.iter().position(|byte| !ALPHABET.contains(byte)) {
        Some(place) => malformed(Flaw::BadCharacter, at.saturating_add(place)),
        None => malformed(Flaw::GroupOverflow, at),
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
            out.extend(byte.map(char::from));
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
        for (bytes, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
        ] {
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
