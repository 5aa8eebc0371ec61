//! The symbol as an SVG.

use core::fmt::Write;

use super::matrix::{QUIET_ZONE, QrCode};

impl QrCode {
    /// Draws the code as an SVG document: black on white with the quiet zone, one unit a module.
    ///
    /// It has no size of its own, it fills what the page gives it, and its edges stay sharp at any
    /// size. The white ground, quiet zone and all, is part of it, so it is read on a dark page as
    /// well as on a light one. It holds numbers only, nothing of the text, so it can be placed into
    /// a page as it is.
    ///
    /// ```
    /// use livepermit::qr::{ErrorCorrection, QrCode};
    /// let svg = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?.to_svg();
    /// assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\""));
    /// # Ok::<(), livepermit::qr::QrError>(())
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        self.svg_above(0, "")
    }

    /// The same with `rows` more of white ground below, and the elements that stand on them.
    pub(super) fn svg_above(&self, rows: usize, elements: &str) -> String {
        let side = self.width_with_quiet_zone();
        let height = side.saturating_add(rows);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {height}\" \
             shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{height}\" fill=\"#fff\"/>\
             <path d=\"M{QUIET_ZONE} {QUIET_ZONE}"
        );
        // Where the path has come to, relative to the first module; it ends each run one row down.
        let mut here = (0_i32, 0_i32);
        for (y, row) in (0_i32..).zip(self.rows()) {
            let mut x = 0_i32;
            // One rectangle for each run of dark modules: fewer edges, so fewer seams where a
            // viewer smooths. Relative steps make the numbers short, and a filled shape is closed
            // by itself.
            for run in row.chunk_by(|left, right| left == right) {
                let length = i32::try_from(run.len()).unwrap_or(i32::MAX);
                if run.first() == Some(&true) {
                    let (right, down) = (x.saturating_sub(here.0), y.saturating_sub(here.1));
                    // A minus also parts two numbers. Writing into a `String` does not fail.
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
