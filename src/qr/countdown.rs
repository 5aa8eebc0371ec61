//! How long the code on the screen is still good, drawn beside it.

use core::fmt::Write;
use core::time::Duration;

use super::matrix::{QUIET_ZONE, QrCode};
use super::terminal::TerminalStyle;

/// Rows below the picture of the code, in modules: one stays light, so that nothing touches the
/// quiet zone, then the bar, then the margin.
const GAP: usize = 1;
const BAR: usize = 2;
const MARGIN: usize = 1;

/// What is left of a code's life: a bar below the code that runs down, so that holders see it is
/// alive and gate staff see how long it will do.
///
/// It is for people alone. A gate judges the signed time, never the bar, and the picture of the
/// code is the same with and without it.
///
/// ```
/// use core::time::Duration;
/// use livepermit::Timestamp;
/// use livepermit::qr::{Countdown, ErrorCorrection, QrCode};
///
/// let (issued, window) = (Timestamp::from_unix(1_790_000_000).ok_or("time")?, 30);
/// let now = issued.plus(12);
/// let left = issued.plus(window).seconds_since(now);
/// let countdown = Countdown::new(Duration::from_secs(left), Duration::from_secs(window));
///
/// let code = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?;
/// let svg = code.to_svg_with_countdown(countdown);
/// assert!(svg.contains("dur=\"18.000s\""), "it runs by itself where pictures move");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown {
    left: Duration,
    of: Duration,
}

impl Countdown {
    /// So much is `left` of `of`. More than all of it is drawn as all of it, and of nothing,
    /// nothing is left.
    #[must_use]
    pub fn new(left: Duration, of: Duration) -> Self {
        Self { left: left.min(of), of }
    }

    /// Draws the bar as one line of a terminal, ended by `\n`, to be printed below
    /// [`QrCode::to_terminal`] in the same style. `columns` is what [`QrCode::terminal_size`] says.
    ///
    /// ```
    /// use core::time::Duration;
    /// use livepermit::qr::{Countdown, TerminalStyle};
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

    /// The part of `whole` that stands for what is left, rounded down.
    fn part_of(self, whole: usize) -> usize {
        let whole = u128::try_from(whole).unwrap_or(u128::MAX);
        let part = self.left.as_nanos().saturating_mul(whole).checked_div(self.of.as_nanos());
        part.and_then(|part| usize::try_from(part).ok()).unwrap_or(0)
    }
}

impl QrCode {
    /// Draws the code as [`to_svg`](Self::to_svg) does, with a bar below it that shows what is
    /// left.
    ///
    /// The document is four modules higher than wide. Above the bar, code and quiet zone are as
    /// they are without it. The bar shrinks by itself over the time that is left, where the viewer
    /// plays animations (browsers do, also in an `<img>`); elsewhere it stands still, and the app
    /// draws anew as often as it likes.
    #[must_use]
    pub fn to_svg_with_countdown(&self, countdown: Countdown) -> String {
        let top = self.width_with_quiet_zone().saturating_add(GAP);
        let width = self.width();
        // In hundredths of a module: smooth, and still short.
        let part = countdown.part_of(width.saturating_mul(100));
        let mut bar = format!(
            "<rect x=\"{QUIET_ZONE}\" y=\"{top}\" width=\"{width}\" height=\"{BAR}\" fill=\"#ddd\"/>\
             <rect x=\"{QUIET_ZONE}\" y=\"{top}\" width=\"{}.{:02}\" height=\"{BAR}\" fill=\"#000\">",
            part / 100,
            part % 100
        );
        // An animation of no length would be refused.
        if part > 0 && !countdown.left.is_zero() {
            let (seconds, millis) = (countdown.left.as_secs(), countdown.left.subsec_millis());
            // Writing into a `String` does not fail.
            let _ = write!(
                bar,
                "<animate attributeName=\"width\" to=\"0\" dur=\"{seconds}.{millis:03}s\" fill=\"freeze\"/>"
            );
        }
        bar.push_str("</rect>");
        self.svg_above(GAP + BAR + MARGIN, &bar)
    }
}
