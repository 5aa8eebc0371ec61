//! A code that was read, and its place.

use core::fmt;

/// A place in a picture, in pixels from the top left corner of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// A QR code that was read. Its errors are corrected.
#[derive(Clone, PartialEq)]
pub struct FoundCode {
    bytes: Vec<u8>,
    corners: [Point; 4],
}

impl FoundCode {
    pub(super) const fn new(bytes: Vec<u8>, corners: [Point; 4]) -> Self {
        Self { bytes, corners }
    }

    /// The text of the code, if it is UTF-8: exactly the bytes of the symbol, nothing guessed and
    /// nothing replaced. `None` for anything else, also for text in another character set.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }

    /// The content of the code: digits and alphanumeric characters as ASCII, bytes as they are,
    /// Kanji as Shift JIS.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
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
            .field("bytes", &self.bytes.len())
            .field("corners", &self.corners)
            .finish()
    }
}
