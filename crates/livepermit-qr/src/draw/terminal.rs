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

    /// Coordinates that begin at the corner of the quiet zone.
    fn is_dark_in_picture(&self, x: usize, y: usize) -> bool {
        match (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE)) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            _ => false,
        }
    }
}
