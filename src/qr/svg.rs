//! The symbol as an SVG.

use core::fmt::Write;

use super::matrix::{QUIET_ZONE, QrCode};

impl QrCode {
    /// Draws the code as an SVG document: black on white with the quiet zone, one unit a module.
    ///
    /// It has no size of its own, it fills what the page gives it. The white ground is part of it, so it stays
    /// readable on a dark page. It holds numbers only, nothing of the text, so it can be placed into a page as it is.
    ///
    /// ```
    /// use livepermit::qr::{ErrorCorrection, QrCode};
    /// let svg = QrCode::encode("LP1:HELLO", ErrorCorrection::Medium)?.to_svg();
    /// assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\""));
    /// # Ok::<(), livepermit::qr::QrError>(())
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let side = self.width_with_quiet_zone();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path fill=\"#000\" d=\""
        );
        for (y, row) in self.rows().enumerate() {
            let y = y.saturating_add(QUIET_ZONE);
            let mut x = QUIET_ZONE;
            // One rectangle for each run of dark modules: fewer edges, so fewer seams where a viewer smooths.
            for run in row.chunk_by(|left, right| left == right) {
                let length = run.len();
                if run.first() == Some(&true) {
                    // Writing into a `String` does not fail.
                    let _ = write!(svg, "M{x} {y}h{length}v1h-{length}z");
                }
                x = x.saturating_add(length);
            }
        }
        svg.push_str("\"/></svg>\n");
        svg
    }
}
