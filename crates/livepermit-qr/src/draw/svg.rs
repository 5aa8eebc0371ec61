//! The symbol as an SVG.

use core::fmt::Write;

use super::matrix::{QUIET_ZONE, QrCode};

/// The size that the document names: a good size on a screen.
const PIXELS_PER_MODULE: usize = 8;

impl QrCode {
    /// Draws the code as an SVG document: black on white with the quiet zone, one unit a module.
    ///
    /// The document names its size, because browsers paint no drawing without one on a canvas:
    /// eight pixels a module. Any other size can be set by the page; the edges stay sharp. The
    /// white ground and the quiet zone are part of the document, so the code can be read on a dark
    /// page also. The document contains numbers only and no part of the text, so it can be put into
    /// a page without escaping.
    ///
    /// ```
    /// use livepermit_qr::draw::{ErrorCorrection, QrCode};
    /// let svg = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?.to_svg();
    /// assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"232\""));
    /// # Ok::<(), livepermit_qr::draw::QrError>(())
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        self.svg_above(0, "")
    }

    /// The same with `rows` more modules of white ground below, and with elements on them.
    pub(super) fn svg_above(&self, rows: usize, elements: &str) -> String {
        let side = self.width_with_quiet_zone();
        let height = side.saturating_add(rows);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
             viewBox=\"0 0 {side} {height}\" \
             shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{height}\" fill=\"#fff\"/>\
             <path d=\"M{QUIET_ZONE} {QUIET_ZONE}",
            side.saturating_mul(PIXELS_PER_MODULE),
            height.saturating_mul(PIXELS_PER_MODULE),
        );
        // The current point of the path, from the first module. After each run it is one row lower.
        let mut here = (0_i32, 0_i32);
        for (y, row) in (0_i32..).zip(self.rows()) {
            let mut x = 0_i32;
            // One rectangle for each run of dark modules: fewer edges, so fewer seams if a viewer
            // smooths them. Relative steps make the numbers short. A filled shape closes itself.
            for run in row.chunk_by(|left, right| left == right) {
                let length = i32::try_from(run.len()).unwrap_or(i32::MAX);
                if run.first() == Some(&true) {
                    let (right, down) = (x.saturating_sub(here.0), y.saturating_sub(here.1));
                    // A minus needs no space in front. Writing into a `String` does not fail.
                    let _ = match down {
                        ..0 => write!(svg, "m{right}{down}h{length}v1h-{length}"),
                        _ => write!(svg, "m{right} {down}h{length}v1h-{length}"),
                    };
                    here = (x, y.saturating_add(1));
                }
                x = x.saturating_add(length);
            }
        }
        svg.push_str("\"/>");
        svg.push_str(elements);
        svg.push_str("</svg>\n");
        svg
    }
}
