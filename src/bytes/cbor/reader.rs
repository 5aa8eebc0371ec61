//! The strict reader.

use alloc::vec::Vec;

use super::{MAX_DEPTH, major};
use crate::bytes::malformed::{Flaw, Layer, Malformed};

/// A key of a claims or header map: RFC 8392 and RFC 9052 allow integers and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label<'a> {
    Int(i64),
    Text(&'a str),
}

/// What the first byte and its argument say about an item.
#[derive(Debug, Clone, Copy)]
struct Head {
    major: u8,
    argument: u64,
}

/// Reads items one by one from a borrowed slice. Every method leaves the position behind the item
/// it read; after an error the reader is not used again.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    /// The offset of `input` in the whole token, so that errors give offsets in the caller's input.
    base: usize,
    layer: Layer,
    encoding: Encoding,
}

/// Which encodings of a value the reader accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// The one deterministic encoding.
    Deterministic,
    /// Map keys in any order and heads of any length, for status lists from other software. All
    /// other rules stay, and no key may occur twice.
    AnyOrder,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(input: &'a [u8], base: usize, layer: Layer) -> Self {
        Self { input, at: 0, base, layer, encoding: Encoding::Deterministic }
    }

    /// Accepts encodings of other software, see [`Encoding::AnyOrder`].
    pub(crate) const fn any_order(mut self) -> Self {
        self.encoding = Encoding::AnyOrder;
        self
    }

    /// The position in the whole token.
    #[inline]
    pub(crate) const fn offset(&self) -> usize {
        self.base.saturating_add(self.at)
    }

    pub(crate) const fn flaw_at(&self, offset: usize, flaw: Flaw) -> Malformed {
        Malformed::new(self.layer, flaw, offset)
    }

    pub(crate) const fn flaw(&self, flaw: Flaw) -> Malformed {
        self.flaw_at(self.offset(), flaw)
    }

    /// Errors found from here on are reported under another layer.
    pub(crate) fn set_layer(&mut self, layer: Layer) {
        self.layer = layer;
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.at >= self.input.len()
    }

    /// The bytes from an earlier position (as [`Reader::offset`] gave it) up to here.
    #[inline]
    pub(crate) fn since(&self, offset: usize) -> &'a [u8] {
        // `offset` is one that `Reader::offset` gave, and `at` never passes the end.
        self.input.get(offset.saturating_sub(self.base)..self.at).unwrap_or_default()
    }

    pub(crate) fn finish(self) -> Result<(), Malformed> {
        if self.is_at_end() { Ok(()) } else { Err(self.flaw(Flaw::TrailingBytes)) }
    }

    #[inline]
    fn take(&mut self, count: u64) -> Result<&'a [u8], Malformed> {
        // A count above `usize::MAX` is more than the input holds.
        let end = self.at.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        let taken = self.input.get(self.at..end).ok_or_else(|| self.flaw(Flaw::Truncated))?;
        self.at = end;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        // `at` never passes the end: past the end there is nothing left to read.
        let rest = self.input.get(self.at..).unwrap_or_default();
        let taken = rest.first_chunk().ok_or_else(|| self.flaw(Flaw::Truncated))?;
        self.at = self.at.saturating_add(N);
        Ok(*taken)
    }

    /// Reads the head of an item of major type 0 to 6, or one of the simple values true, false and
    /// null.
    #[inline]
    fn head(&mut self) -> Result<Head, Malformed> {
        let start = self.offset();
        let [first] = self.take_array()?;
        let (major, info) = (first >> 5, first & 0x1f);
        match info {
            // Most heads have only this byte.
            0..=23 if major != major::SIMPLE => Ok(Head { major, argument: u64::from(info) }),
            _ => self.other_head(major, info, start),
        }
    }

    /// Reads the rest of a longer head, a simple value or a wrong head. Not inlined, to keep the
    /// usual path small.
    #[inline(never)]
    fn other_head(&mut self, major: u8, info: u8, start: usize) -> Result<Head, Malformed> {
        if major == major::SIMPLE {
            return match info {
                20..=22 => Ok(Head { major, argument: u64::from(info) }),
                25..=27 => Err(self.flaw_at(start, Flaw::FloatNotAllowed)),
                28..=30 => Err(self.flaw_at(start, Flaw::ReservedHead)),
                31 => Err(self.flaw_at(start, Flaw::IndefiniteLength)),
                _ => Err(self.flaw_at(start, Flaw::SimpleNotAllowed)),
            };
        }
        // The argument that follows, in its shortest form.
        let (argument, least) = match info {
            24 => (u64::from(u8::from_be_bytes(self.take_array()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.take_array()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.take_array()?)), 1 << 16),
            27 => (u64::from_be_bytes(self.take_array()?), 1 << 32),
            28..=30 => return Err(self.flaw_at(start, Flaw::ReservedHead)),
            // Only 31 is left.
            _ => return Err(self.flaw_at(start, Flaw::IndefiniteLength)),
        };
        if argument < least && self.encoding == Encoding::Deterministic {
            return Err(self.flaw_at(start, Flaw::LongForm));
        }
        Ok(Head { major, argument })
    }

    #[inline]
    fn expect(&mut self, wanted: u8) -> Result<u64, Malformed> {
        let start = self.offset();
        let head = self.head()?;
        if head.major == wanted {
            Ok(head.argument)
        } else if head.major == major::TAG {
            Err(self.flaw_at(start, Flaw::UnexpectedTag))
        } else {
            Err(self.flaw_at(start, Flaw::WrongType))
        }
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, Malformed> {
        self.expect(major::UNSIGNED)
    }

    /// An unsigned or negative integer from −2^63 to 2^63 − 1.
    pub(crate) fn integer(&mut self) -> Result<i64, Malformed> {
        let start = self.offset();
        let head = self.head()?;
        self.integer_from(head, start)
    }

    #[inline]
    fn integer_from(&self, head: Head, start: usize) -> Result<i64, Malformed> {
        let value = i64::try_from(head.argument);
        match (head.major, value) {
            (major::UNSIGNED, Ok(value)) => Ok(value),
            // −1 − n is the bitwise complement of n in two's complement, and cannot overflow.
            (major::NEGATIVE, Ok(value)) => Ok(!value),
            (major::UNSIGNED | major::NEGATIVE, Err(_)) => {
                Err(self.flaw_at(start, Flaw::NumberOutOfRange))
            }
            (major::TAG, _) => Err(self.flaw_at(start, Flaw::UnexpectedTag)),
            _ => Err(self.flaw_at(start, Flaw::WrongType)),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.expect(major::BYTES)?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.expect(major::TEXT)?;
        self.utf8(length)
    }

    fn utf8(&mut self, length: u64) -> Result<&'a str, Malformed> {
        let start = self.offset();
        let bytes = self.take(length)?;
        core::str::from_utf8(bytes).map_err(|_| self.flaw_at(start, Flaw::InvalidUtf8))
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Malformed> {
        let start = self.offset();
        match self.expect(major::SIMPLE)? {
            20 => Ok(false),
            21 => Ok(true),
            _ => Err(self.flaw_at(start, Flaw::WrongType)),
        }
    }

    /// An array head; the caller reads the elements.
    pub(crate) fn array(&mut self) -> Result<u64, Malformed> {
        self.expect(major::ARRAY)
    }

    /// A map head; the caller reads key and value pairs through the [`MapReader`].
    pub(crate) fn map(&mut self) -> Result<MapReader<'a>, Malformed> {
        Ok(MapReader::new(self.expect(major::MAP)?))
    }

    /// The tag number in front of an item.
    pub(crate) fn tag(&mut self) -> Result<u64, Malformed> {
        let start = self.offset();
        let head = self.head()?;
        if head.major == major::TAG {
            Ok(head.argument)
        } else {
            Err(self.flaw_at(start, Flaw::WrongTag))
        }
    }

    #[inline]
    fn label(&mut self) -> Result<Label<'a>, Malformed> {
        let start = self.offset();
        let head = self.head()?;
        if head.major == major::TEXT {
            return Ok(Label::Text(self.utf8(head.argument)?));
        }
        Ok(Label::Int(self.integer_from(head, start)?))
    }

    /// The first byte of the next item, without reading it.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    /// Whether the next item is a text string, without reading it.
    pub(crate) fn next_is_text(&self) -> bool {
        self.peek().is_some_and(|byte| byte >> 5 == major::TEXT)
    }

    /// Whether the next item is a simple value or a float, without reading it.
    pub(crate) fn next_is_simple(&self) -> bool {
        self.peek().is_some_and(|byte| byte >> 5 == major::SIMPLE)
    }

    /// `None` for `null`; any other item is read by `read`.
    pub(crate) fn null_or<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        let start = self.offset();
        if !self.next_is_simple() {
            return read(self).map(Some);
        }
        match self.simple()? {
            "null" => Ok(None),
            _ => Err(self.flaw_at(start, Flaw::WrongType)),
        }
    }

    /// The name of a simple value: `true`, `false` or `null`.
    pub(super) fn simple(&mut self) -> Result<&'static str, Malformed> {
        Ok(match self.expect(major::SIMPLE)? {
            20 => "false",
            21 => "true",
            _ => "null",
        })
    }

    /// Reads over one value of application data, as strictly as everything else: unsigned integers,
    /// negative ones down to −2^63, text, bytes, arrays, maps, true, false and null.
    pub(crate) fn skip_value(&mut self) -> Result<(), Malformed> {
        self.skip_nested(MAX_DEPTH)
    }

    fn skip_nested(&mut self, depth_left: u8) -> Result<(), Malformed> {
        let start = self.offset();
        let head = self.head()?;
        match head.major {
            major::UNSIGNED | major::SIMPLE => Ok(()),
            major::NEGATIVE => self.integer_from(head, start).map(drop),
            major::BYTES => self.take(head.argument).map(drop),
            major::TEXT => self.utf8(head.argument).map(drop),
            major::ARRAY | major::MAP => {
                let Some(depth_left) = depth_left.checked_sub(1) else {
                    return Err(self.flaw_at(start, Flaw::TooDeep));
                };
                if head.major == major::ARRAY {
                    // Each turn reads at least one byte or fails, so a huge count ends with the
                    // input.
                    for _ in 0..head.argument {
                        self.skip_nested(depth_left)?;
                    }
                    return Ok(());
                }
                let mut map = MapReader::new(head.argument);
                while map.next_key(self, |reader| reader.skip_nested(depth_left))?.is_some() {
                    self.skip_nested(depth_left)?;
                }
                Ok(())
            }
            _ => Err(self.flaw_at(start, Flaw::UnexpectedTag)),
        }
    }
}

/// The keys of a map being read: each must sort behind the one before it.
#[derive(Debug)]
pub(crate) struct MapReader<'a> {
    left: u64,
    previous: Option<&'a [u8]>,
    /// Every key so far, if keys may have any order.
    seen: Vec<&'a [u8]>,
}

/// The most keys of an unsorted map. Each key is compared with all earlier keys.
const MAX_UNSORTED_KEYS: usize = 64;

impl<'a> MapReader<'a> {
    const fn new(left: u64) -> Self {
        Self { left, previous: None, seen: Vec::new() }
    }

    /// The number of pairs left, without the pair whose key was just read.
    pub(crate) const fn left(&self) -> u64 {
        self.left
    }

    /// The next key, or `None` behind the last pair. The caller then reads the value.
    pub(crate) fn next_label(
        &mut self,
        reader: &mut Reader<'a>,
    ) -> Result<Option<Label<'a>>, Malformed> {
        self.next_key(reader, Reader::label)
    }

    #[inline]
    pub(super) fn next_key<T>(
        &mut self,
        reader: &mut Reader<'a>,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let start = reader.offset();
        let key = read(reader)?;
        let encoded = reader.since(start);
        if reader.encoding == Encoding::AnyOrder {
            self.check_unsorted(reader, start, encoded)?;
            return Ok(Some(key));
        }
        // Most keys differ in their first byte.
        let sorted = match self.previous {
            Some(previous) => previous.first() < encoded.first() || previous < encoded,
            None => true,
        };
        if !sorted {
            let is_same = self.previous == Some(encoded);
            let flaw = if is_same { Flaw::DuplicateKey } else { Flaw::UnsortedKeys };
            return Err(reader.flaw_at(start, flaw));
        }
        self.previous = Some(encoded);
        Ok(Some(key))
    }

    fn check_unsorted(
        &mut self,
        reader: &Reader<'a>,
        start: usize,
        encoded: &'a [u8],
    ) -> Result<(), Malformed> {
        // Two encodings of one array differ in bytes, so a duplicate would go unnoticed.
        if encoded.first().is_some_and(|first| matches!(first >> 5, major::ARRAY | major::MAP)) {
            return Err(reader.flaw_at(start, Flaw::WrongType));
        }
        let value = shortest(encoded);
        if self.seen.iter().any(|seen| shortest(seen) == value) {
            return Err(reader.flaw_at(start, Flaw::DuplicateKey));
        }
        if self.seen.len() >= MAX_UNSORTED_KEYS {
            return Err(reader.flaw_at(start, Flaw::WrongCount));
        }
        self.seen.push(encoded);
        Ok(())
    }
}

/// Major type and argument of a key's head, and what follows it: equal for two encodings of one
/// integer or string.
fn shortest(key: &[u8]) -> (u8, u64, &[u8]) {
    let Some((first, rest)) = key.split_first() else { return (0, 0, key) };
    let width = match first & 0x1f {
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        short => return (first >> 5, u64::from(short), rest),
    };
    let (argument, rest) = rest.split_at_checked(width).unwrap_or((rest, &[]));
    (first >> 5, argument.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte)), rest)
}
