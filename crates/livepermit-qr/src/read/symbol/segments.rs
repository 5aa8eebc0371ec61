//! From the data of a symbol to its content (ISO/IEC 18004:2015, 7.4).
//!
//! What is not as the standard says is no content: a wrong text would be worse than none. Only
//! what stands behind the terminator is not looked at, because many programs fill it as they like.

use super::super::code::Part;
use super::Content;
use crate::standard::{ALPHABET, ALPHANUMERIC_COUNT, count_bits};

const NUMERIC_COUNT: [u8; 3] = [10, 12, 14];
const BYTE_COUNT: [u8; 3] = [8, 16, 16];
/// Also of Hanzi.
const KANJI_COUNT: [u8; 3] = [8, 10, 12];

/// Between the fields of a message for a program (ISO/IEC 18004:2015, 7.4.8.2).
const GROUP_SEPARATOR: u8 = 0x1D;

/// The content of a symbol of this version. `None` if the data breaks off or makes no sense.
pub(super) fn content(version: u8, data: &[u8]) -> Option<Content> {
    let mut reader = Reader {
        bits: Bits::new(data),
        bytes: Vec::with_capacity(data.len()),
        part: None,
        has_function_1: false,
    };
    while !reader.bits.is_at_end() {
        let count = |bits: &mut Bits<'_>, row| bits.take(count_bits(version, row));
        match reader.bits.take(4)? {
            0b0001 => {
                let digits = count(&mut reader.bits, NUMERIC_COUNT)?;
                reader.numeric(digits)?;
            }
            0b0010 => {
                let characters = count(&mut reader.bits, ALPHANUMERIC_COUNT)?;
                reader.alphanumeric(characters)?;
            }
            0b0100 => {
                for _ in 0..count(&mut reader.bits, BYTE_COUNT)? {
                    let byte = reader.bits.byte()?;
                    reader.bytes.push(byte);
                }
            }
            0b1000 => {
                let characters = count(&mut reader.bits, KANJI_COUNT)?;
                reader.double_bytes(characters, &SHIFT_JIS)?;
            }
            0b0011 => reader.structured_append()?,
            0b0111 => reader.character_set()?,
            // FNC1 in first position: a message as GS1 defines it.
            0b0101 => reader.has_function_1 = true,
            // In second position: a message as another industry defines it.
            0b1001 => reader.application()?,
            0b1101 => {
                // Hanzi (GB/T 18284), of which the only set is GB 2312.
                if reader.bits.take(4)? != 1 {
                    return None;
                }
                let characters = count(&mut reader.bits, KANJI_COUNT)?;
                reader.double_bytes(characters, &GB_2312)?;
            }
            _ => return None,
        }
    }
    Some(Content { bytes: reader.bytes, part: reader.part })
}

/// How 13 bits become two bytes.
struct DoubleByteSet {
    columns: u16,
    second_from: u16,
    offsets: [u16; 2],
}

/// Kanji (ISO/IEC 18004:2015, 7.4.6).
const SHIFT_JIS: DoubleByteSet =
    DoubleByteSet { columns: 0xC0, second_from: 0x1F00, offsets: [0x8140, 0xC140] };
/// Hanzi (GB/T 18284).
const GB_2312: DoubleByteSet =
    DoubleByteSet { columns: 0x60, second_from: 0x0A00, offsets: [0xA1A1, 0xA6A1] };

struct Reader<'a> {
    bits: Bits<'a>,
    bytes: Vec<u8>,
    part: Option<Part>,
    has_function_1: bool,
}

impl Reader<'_> {
    /// Three digits in ten bits; two in seven and one in four at the end.
    fn numeric(&mut self, digits: u16) -> Option<()> {
        let mut left = digits;
        while left > 0 {
            let group = left.min(3);
            let (bits, limit) = match group {
                3 => (10, 1000),
                2 => (7, 100),
                _ => (4, 10),
            };
            let number = self.bits.take(bits)?;
            if number >= limit {
                return None;
            }
            let decimals = [number / 100, number / 10 % 10, number % 10];
            for decimal in decimals.into_iter().skip(usize::from(3_u16.checked_sub(group)?)) {
                self.bytes.push(*ALPHABET.get(usize::from(decimal))?);
            }
            left = left.checked_sub(group)?;
        }
        Some(())
    }

    /// Two characters in eleven bits, and a single one at the end in six.
    fn alphanumeric(&mut self, characters: u16) -> Option<()> {
        let start = self.bytes.len();
        let character = |value: u16| ALPHABET.get(usize::from(value)).copied();
        for _ in 0..characters / 2 {
            let pair = self.bits.take(11)?;
            self.bytes.push(character(pair / 45)?);
            self.bytes.push(character(pair % 45)?);
        }
        if characters % 2 == 1 {
            let last = self.bits.take(6)?;
            self.bytes.push(character(last)?);
        }
        if self.has_function_1 {
            let segment = self.bytes.split_off(start);
            let mut rest = segment.as_slice();
            // A percent sign is a separator, and two of them are a percent sign.
            while let [first, behind @ ..] = rest {
                let (byte, behind) = match (first, behind) {
                    (b'%', [b'%', behind @ ..]) => (b'%', behind),
                    (b'%', _) => (GROUP_SEPARATOR, behind),
                    _ => (*first, behind),
                };
                self.bytes.push(byte);
                rest = behind;
            }
        }
        Some(())
    }

    /// Characters of 13 bits, which stand for two bytes each.
    fn double_bytes(&mut self, characters: u16, set: &DoubleByteSet) -> Option<()> {
        for _ in 0..characters {
            let value = self.bits.take(13)?;
            let packed = (value.checked_div(set.columns)? << 8) | value.checked_rem(set.columns)?;
            let [first, second] = set.offsets;
            let offset = if packed < set.second_from { first } else { second };
            self.bytes.extend(packed.checked_add(offset)?.to_be_bytes());
        }
        Some(())
    }

    fn structured_append(&mut self) -> Option<()> {
        let index = self.bits.half_byte()?;
        let last = self.bits.half_byte()?;
        let parity = self.bits.byte()?;
        self.part = Some(Part { number: index.checked_add(1)?, of: last.checked_add(1)?, parity });
        Some(())
    }

    /// The bytes stay what they are, so the number of the set is not kept.
    fn character_set(&mut self) -> Option<()> {
        let rest = match self.bits.byte()?.leading_ones() {
            0 => 0,
            1 => 8,
            2 => 16,
            _ => return None,
        };
        self.bits.take(rest).map(drop)
    }

    /// Two digits or a letter that name the industry.
    fn application(&mut self) -> Option<()> {
        if !self.bytes.is_empty() {
            return None;
        }
        let indicator = self.bits.byte()?;
        match indicator {
            0..=99 => {
                for decimal in [indicator / 10, indicator % 10] {
                    self.bytes.push(*ALPHABET.get(usize::from(decimal))?);
                }
            }
            _ => {
                let letter = indicator.checked_sub(100).filter(u8::is_ascii_alphabetic)?;
                self.bytes.push(letter);
            }
        }
        self.has_function_1 = true;
        Some(())
    }
}

/// A row of bits, the highest bit of each byte first.
struct Bits<'a> {
    rest: core::slice::Iter<'a, u8>,
    /// The bits that were begun, in the lowest places.
    begun: u32,
    /// How many they are.
    ready: u8,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { rest: data.iter(), begun: 0, ready: 0 }
    }

    /// Whether the terminator is next, of which the end of the data may cut off some bits or all.
    fn is_at_end(&self) -> bool {
        let mut ahead = Self { rest: self.rest.clone(), ..*self };
        let left = self.rest.len().saturating_mul(8).saturating_add(usize::from(self.ready));
        let bits = u8::try_from(left.min(4)).unwrap_or(4);
        ahead.take(bits) == Some(0)
    }

    /// The next bits, 16 at most. `None` if so many are not there.
    fn take(&mut self, bits: u8) -> Option<u16> {
        while self.ready < bits {
            self.begun = self.begun << 8 | u32::from(*self.rest.next()?);
            self.ready = self.ready.checked_add(8)?;
        }
        self.ready = self.ready.checked_sub(bits)?;
        let taken = self.begun.checked_shr(u32::from(self.ready))?;
        self.begun ^= taken.checked_shl(u32::from(self.ready))?;
        u16::try_from(taken).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(8).and_then(|byte| u8::try_from(byte).ok())
    }

    fn half_byte(&mut self) -> Option<u8> {
        self.take(4).and_then(|half| u8::try_from(half).ok())
    }
}
