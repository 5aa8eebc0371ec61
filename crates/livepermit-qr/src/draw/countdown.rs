//! The time for which the code on the screen is still good, drawn below the code.

use core::fmt::Write;
use core::time::Duration;

use super::matrix::{QUIET_ZONE, QrCode};
use super::terminal::TerminalStyle;

/// Rows below the picture of the code, in modules. The first stays light, so that nothing touches
/// the quiet zone.
const GAP: usize = 1;
/// Height of the bar.
const BAR: usize = 2;
/// Light rows below the bar.
const MARGIN: usize = 1;

/// The time for which a code is still good, drawn as a bar below the code that becomes shorter.
/// Holders see that the code is live, and gate staff see how much time is left.
///
/// The bar is for people alone. A gate judges the signed time, never the bar, and the picture of
/// the code is the same with and without a bar.
///
/// ```
/// use core::time::Duration;
/// use livepermit_qr::draw::{Countdown, ErrorCorrection, QrCode};
///
/// // Made 12 seconds ago, good for 30.
/// let countdown = Countdown::new(Duration::from_secs(30 - 12), Duration::from_secs(30));
///
/// let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?;
/// let svg = code.to_svg_with_countdown(countdown);
/// assert!(svg.contains("dur=\"18.000s\""), "the bar moves by itself where animations play");
/// # Ok::<(), livepermit_qr::draw::QrError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown {
    left: Duration,
    of: Duration,
}

impl Countdown {
    /// `left` is the time left of the whole time `of`. If `left` is more than `of`, the bar is
    /// full; if `of` is zero, the bar is empty.
    #[must_use]
    pub fn new(left: Duration, of: Duration) -> Self {
        Self { left: left.min(of), of }
    }

    /// Draws the bar as one line of a terminal, ended by `\n`. Print it below
    /// [`QrCode::to_terminal`] in the same style. `columns` is the width that
    /// [`QrCode::terminal_size`] gives.
    ///
    /// ```
    /// use core::time::Duration;
    /// use livepermit_qr::draw::{Countdown, TerminalStyle};
    /// let half = Countdown::new(Duration::from_secs(15), Duration::from_secs(30));
    /// assert_eq!(half.to_terminal(16, TerminalStyle::DarkOnLight), "    ━━━━        \n");
    /// ```
    #[must_use]
    pub fn to_terminal(self, columns: usize, style: TerminalStyle) -> String {
        let (start, end) = style.line_ends();
        let bar = self.part_of(columns.saturating_sub(QUIET_ZONE * 2));
        let rest = columns.saturating_sub(QUIET_ZONE).saturating_sub(bar);
        format!("{start}{:QUIET_ZONE$}{:━<bar$}{:rest$}{end}", "", "", "")
    }

    /// `whole` times the time left, divided by the whole time; rounded down.
    fn part_of(self, whole: usize) -> usize {
        let whole = u128::try_from(whole).unwrap_or(u128::MAX);
        let part = self.left.as_nanos().saturating_mul(whole).checked_div(self.of.as_nanos());
        part.and_then(|part| usize::try_from(part).ok()).unwrap_or(0)
    }
}

impl QrCode {
    /// Draws the code as [`to_svg`](Self::to_svg) does, with a bar below it that shows the time
    /// left.
    ///
    /// The document is four modules higher than wide. Code and quiet zone are the same as without
    /// the bar. If the viewer plays animations (browsers do, also in an `<img>`), the bar shrinks
    /// by itself over the time left. In other viewers the bar does not move, and the app may draw
    /// the code again as often as it wants.
    #[must_use]
    pub fn to_svg_with_countdown(&self, countdown: Countdown) -> String {
        let top = self.width_with_quiet_zone().saturating_add(GAP);
        let width = self.width();
        // In hundredths of a module: smooth, and still short.
        let part = countdown.part_of(width.saturating_mul(100));
        let mut bar = format!(
            "<rect x=\"{QUIET_ZONE}\" y=\"{top}\" width=\"{width}\" height=\"{BAR}\" \
             fill=\"#ddd\"/>\
             <rect x=\"{QUIET_ZONE}\" y=\"{top}\" width=\"{}.{:02}\" height=\"{BAR}\" \
             fill=\"#000\">",
            part / 100,
            part % 100
        );
        // Viewers refuse an animation without a duration.
        if part > 0 && !countdown.left.is_zero() {
            let (seconds, millis) = (countdown.left.as_secs(), countdown.left.subsec_millis());
            // Writing into a `String` does not fail.
            let _ = write!(
                bar,
                "<animate attributeName=\"width\" to=\"0\" dur=\"{seconds}.{millis:03}s\" \
                 fill=\"freeze\"/>"
            );
        }
        bar.push_str("</rect>");
        self.svg_above(GAP + BAR + MARGIN, &bar)
    }
}
