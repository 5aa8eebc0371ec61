//! The symbol as characters of a terminal.

use super::matrix::{QUIET_ZONE, QrCode};

/// How the code is drawn in a terminal. In all styles one character holds two modules, one above
/// the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TerminalStyle {
    /// Black on white by escape sequences: `ESC [30;107m` at the start of each line, `ESC [0m` at
    /// its end. So the code can be read with any colours of the terminal.
    #[default]
    Ansi,
    /// No escape sequences; blocks are the dark modules. For dark text on a light ground, for files
    /// and for print.
    DarkOnLight,
    /// No escape sequences; blocks are the light modules. For light text on a dark ground.
    LightOnDark,
}

/// Light modules around a code that is drawn small. Readers find such a code as well as one with
/// [`QUIET_ZONE`] modules.
pub const SMALL_QUIET_ZONE: usize = 2;

/// The character of two by three cells; bit 0 is the upper left one, bit 1 the upper right one.
/// Unicode leaves out the four that it had before.
fn sextant(bits: u32) -> char {
    let code = match bits {
        0 => return ' ',
        21 => return '▌',
        42 => return '▐',
        63 => return '█',
        1..21 => bits.saturating_sub(1),
        22..42 => bits.saturating_sub(2),
        _ => bits.saturating_sub(3),
    };
    char::from_u32(0x1FB00_u32.saturating_add(code)).unwrap_or(' ')
}

impl TerminalStyle {
    /// The beginning and the end of each line.
    pub(super) const fn line_ends(self) -> (&'static str, &'static str) {
        match self {
            Self::Ansi => ("\x1b[30;107m", "\x1b[0m\n"),
            Self::DarkOnLight | Self::LightOnDark => ("", "\n"),
        }
    }
}

impl QrCode {
    /// Draws the code in block characters, with the quiet zone, each line ended by `\n`.
    ///
    /// [`terminal_size`](Self::terminal_size) says how many columns and lines the code needs.
    ///
    /// ```
    /// use livepermit_qr::draw::{ErrorCorrection, QrCode, TerminalStyle};
    /// let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Low)?;
    /// print!("{}", code.to_terminal(TerminalStyle::Ansi));
    /// # Ok::<(), livepermit_qr::draw::QrError>(())
    /// ```
    #[must_use]
    pub fn to_terminal(&self, style: TerminalStyle) -> String {
        let (start, end) = style.line_ends();
        let blocks_are_dark = style != TerminalStyle::LightOnDark;
        let (columns, lines) = self.terminal_size();
        let mut text = String::with_capacity(columns.saturating_mul(lines).saturating_mul(3));
        for line in 0..lines {
            let upper = line.saturating_mul(2);
            let lower = upper.saturating_add(1);
            text.push_str(start);
            for x in 0..columns {
                // The height is odd: the last line has an empty lower half in every style.
                let below = lower < columns && self.is_dark_in_picture(x, lower) == blocks_are_dark;
                text.push(match (self.is_dark_in_picture(x, upper) == blocks_are_dark, below) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push_str(end);
        }
        text
    }

    /// Columns and lines that [`to_terminal`](Self::to_terminal) takes. A version 12 code takes 73
    /// columns and 37 lines.
    #[must_use]
    pub const fn terminal_size(&self) -> (usize, usize) {
        let side = self.width_with_quiet_zone();
        (side, side.div_ceil(2))
    }

    /// Draws the code in a third of the cells: one character holds two by three modules
    /// (sextants, Unicode 13), and the quiet zone is [`SMALL_QUIET_ZONE`] modules wide. Each line is
    /// ended by `\n`.
    ///
    /// For windows of 80 by 24, where [`to_terminal`](Self::to_terminal) has no room. Terminals draw
    /// these characters themselves, or need a font that has them. The modules are a third higher
    /// than wide in most fonts, which readers take.
    #[must_use]
    pub fn to_terminal_small(&self, style: TerminalStyle) -> String {
        let (start, end) = style.line_ends();
        let blocks_are_dark = style != TerminalStyle::LightOnDark;
        let side = self.width().saturating_add(2 * SMALL_QUIET_ZONE);
        let (columns, lines) = self.small_terminal_size();
        // Begins in the corner of the small quiet zone.
        let is_set = |x: usize, y: usize| {
            let moved = QUIET_ZONE - SMALL_QUIET_ZONE;
            let inside = x < side && y < side;
            // Behind the edge nothing is drawn, in every style.
            inside
                && self.is_dark_in_picture(x.saturating_add(moved), y.saturating_add(moved))
                    == blocks_are_dark
        };
        let mut text = String::with_capacity(columns.saturating_mul(lines).saturating_mul(4));
        for line in 0..lines {
            text.push_str(start);
            for column in 0..columns {
                let (x, y) = (column.saturating_mul(2), line.saturating_mul(3));
                let cells = [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)];
                let bits = cells.into_iter().zip(0_u32..).fold(0, |bits, ((right, down), bit)| {
                    let set = is_set(x.saturating_add(right), y.saturating_add(down));
                    bits | u32::from(set) << bit
                });
                text.push(sextant(bits));
            }
            text.push_str(end);
        }
        text
    }

    /// Columns and lines that [`to_terminal_small`](Self::to_terminal_small) takes. A version 12
    /// code takes 35 columns and 23 lines.
    #[must_use]
    pub const fn small_terminal_size(&self) -> (usize, usize) {
        let side = self.width().saturating_add(2 * SMALL_QUIET_ZONE);
        (side.div_ceil(2), side.div_ceil(3))
    }

    /// Coordinates that begin at the corner of the quiet zone.
    fn is_dark_in_picture(&self, x: usize, y: usize) -> bool {
        match (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE)) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            _ => false,
        }
    }
}
