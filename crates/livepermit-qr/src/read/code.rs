//! A code that was read, and its place.

use core::fmt;

use super::symbol::Content;

/// A place in a picture, in pixels from the top left corner of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// The place of a code in a message that is split over several codes ("structured append",
/// ISO/IEC 18004:2015, 8). The numbers are those of the symbol. Nobody has checked them: a symbol
/// can call itself part 6 of 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Part {
    /// Which part the code holds, from 1 to 16.
    pub number: u8,
    /// How many parts the message has, from 1 to 16.
    pub of: u8,
    /// All bytes of the whole message, combined by exclusive or. The parts of one message share
    /// this byte.
    pub parity: u8,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of {}", self.number, self.of)
    }
}

/// A QR code that was read. Its errors are corrected.
#[derive(Clone, PartialEq)]
pub struct FoundCode {
    content: Content,
    corners: [Point; 4],
}

impl FoundCode {
    pub(super) const fn new(content: Content, corners: [Point; 4]) -> Self {
        Self { content, corners }
    }

    /// The text of the code, if the code is whole and its bytes are UTF-8: exactly the bytes of the
    /// symbol, nothing guessed and nothing replaced. `None` for anything else: text in another
    /// character set, and one [`part`](Self::part) of a message in several codes.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.content.part {
            None => str::from_utf8(&self.content.bytes).ok(),
            Some(_) => None,
        }
    }

    /// The content of the code: digits and alphanumeric characters as ASCII, bytes as they are,
    /// Kanji as Shift JIS. Of a part, the bytes of this part alone.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.content.bytes
    }

    /// The place of the code in a message that is split over several codes. `None` for a whole
    /// code. This crate never draws parts and never joins them, because a permit is one code.
    #[must_use]
    pub const fn part(&self) -> Option<Part> {
        self.content.part
    }

    /// The top left, top right, bottom right and bottom left corner of the symbol. They turn with
    /// the symbol: of a code that is shown upside down, the first corner is at the bottom right of
    /// the picture. The third corner is the one without a finder pattern.
    ///
    /// They are estimates, exact enough to draw a frame around the code. They may be slightly
    /// outside the picture.
    #[must_use]
    pub const fn corners(&self) -> [Point; 4] {
        self.corners
    }

    /// Moves the corners from a picture reduced by `scale` to the whole picture.
    pub(super) fn enlarge(&mut self, scale: f32) {
        self.corners =
            self.corners.map(|corner| Point { x: corner.x * scale, y: corner.y * scale });
    }
}

/// Shows the place and the length of the content. The content itself may be about a person.
impl fmt::Debug for FoundCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundCode")
            .field("bytes", &self.content.bytes.len())
            .field("part", &self.content.part)
            .field("corners", &self.corners)
            .finish()
    }
}
