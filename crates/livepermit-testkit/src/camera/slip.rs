//! A slip: a code on paper, and the hand that holds the paper.

use livepermit_qr::draw::{
    ErrorCorrection, PAPER_ERROR_CORRECTION, PAPER_SIDE_MM, QUIET_ZONE, QrCode,
};

use super::pose::{Pose, View};
use super::sheet::Sheet;

/// How a code comes onto paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Print {
    /// Light of the paper, and of the ink: 1 is a white screen.
    pub paper: f32,
    /// See [`Self::paper`]. Thermal paper that has faded has light ink.
    pub ink: f32,
    /// Dots of the printer in an inch.
    pub dots_per_inch: f32,
    /// How far ink spreads beyond a dark module, in millimetres.
    pub spread: f32,
}

impl Default for Print {
    fn default() -> Self {
        Self { paper: 0.8, ink: 0.05, dots_per_inch: 300.0, spread: 0.03 }
    }
}

/// A finger on a corner of the code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finger {
    /// Corner: 0 top left, then clockwise.
    pub corner: u8,
    /// Millimetres of the code that the finger covers, from the corner along the diagonal.
    pub covers: f32,
}

/// A lamp mirrored in the film of a laminated slip: a highlight that lies across the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glare {
    /// Light of the highlight, on top of the paper's: 1 is a white screen.
    pub light: f32,
    /// The direction across the highlight, in degrees from the rows of the code.
    pub direction: f32,
    /// From the middle of the code to the middle of the highlight, in millimetres.
    pub offset: f32,
    /// Width of the highlight, in millimetres.
    pub width: f32,
    /// Width of its edge, in millimetres: a tube of a lamp has a sharp edge, a window a soft one.
    pub edge: f32,
}

impl Glare {
    fn at(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.direction.to_radians().sin_cos();
        let away = (x * cos + y * sin - self.offset).abs();
        let inside = ((self.width / 2.0 - away) / self.edge + 0.5).clamp(0.0, 1.0);
        // Smooth at both ends of the edge.
        self.light * inside * inside * (3.0 - 2.0 * inside)
    }
}

/// How large a code is printed, and at which level of error correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlipFormat {
    /// Side of the code with its quiet zone, in millimetres.
    pub side: f32,
    /// More of it makes modules smaller.
    pub error_correction: ErrorCorrection,
}

impl SlipFormat {
    /// As `livepermit issue slip` prints a code.
    pub const ISSUED: Self =
        Self { side: PAPER_SIDE_MM as f32, error_correction: PAPER_ERROR_CORRECTION };
    /// A smaller one, whose reading is harder: that of every condition unless set otherwise.
    pub const SMALL: Self = Self { side: 40.0, error_correction: ErrorCorrection::Quartile };
}

/// How the slips of a condition are printed, and how far away people hold them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holding {
    /// How large, and at which level.
    pub format: SlipFormat,
    /// From the camera, in millimetres: at least, and at most.
    pub distance: (f32, f32),
}

impl Default for Holding {
    fn default() -> Self {
        Self { format: SlipFormat::SMALL, distance: (150.0, 230.0) }
    }
}

/// A slip of paper with a code on it.
#[derive(Debug, Clone)]
pub struct Slip {
    pub(crate) text: String,
    code: QrCode,
    /// Where the middle of the code is, and how the sheet is turned there.
    pub pose: Pose,
    /// Its shape.
    pub sheet: Sheet,
    /// Its print.
    pub print: Print,
    /// A finger on it.
    pub finger: Option<Finger>,
    /// A highlight on its film, if it is laminated.
    pub glare: Option<Glare>,
    /// How far the slip moves while the rows of the picture are exposed one after the other, in
    /// pixels to the right and down from the first row to the last. It is at its place when the
    /// middle row is exposed. Motion while one row is exposed is blur: [`Optics::motion`].
    ///
    /// [`Optics::motion`]: super::Optics::motion
    pub drift: (f32, f32),
    /// Side of the code with its quiet zone, in millimetres.
    pub side: f32,
}

/// White paper beside the square of the code, in millimetres.
const MARGIN: f32 = 12.0;

impl Slip {
    /// A slip as `livepermit issue slip` makes one.
    ///
    /// # Panics
    ///
    /// When the text is no text of a permit: empty, too long, or of other characters than QR's
    /// alphanumeric ones.
    #[must_use]
    pub fn showing(text: &str, pose: Pose) -> Self {
        Self::printed(SlipFormat::ISSUED, text, pose)
    }

    /// A slip of this format.
    ///
    /// # Panics
    ///
    /// As [`Self::showing`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "texts are chosen by whoever writes the test")]
    pub fn printed(format: SlipFormat, text: &str, pose: Pose) -> Self {
        let code = QrCode::encode(text, format.error_correction).expect("a text that fits a code");
        Self {
            text: text.to_owned(),
            code,
            pose,
            sheet: Sheet::Flat,
            print: Print::default(),
            finger: None,
            glare: None,
            drift: (0.0, 0.0),
            side: format.side,
        }
    }

    /// Half the side of the code without its quiet zone, in millimetres.
    pub(crate) fn half_code(&self) -> f32 {
        let modules = self.code.width() as f32;
        self.side / 2.0 * modules / (modules + 2.0 * QUIET_ZONE as f32)
    }

    /// Side of a module, in millimetres.
    pub(crate) fn module(&self) -> f32 {
        self.side / (self.code.width() + 2 * QUIET_ZONE) as f32
    }

    /// Half the sides of the paper.
    pub(crate) fn reach(&self) -> f32 {
        self.side / 2.0 + MARGIN
    }

    /// The point of the picture where a point of the paper is seen.
    pub(crate) fn to_image(&self, view: &View, x: f32, y: f32) -> (f32, f32) {
        view.to_image_from_space(self.sheet.place(x, y, self.side / 2.0))
    }

    /// How much light falls on the paper there, from above and from one side: 1 if it faces the
    /// light.
    pub(crate) fn shade(&self, x: f32, y: f32) -> f32 {
        let half = self.side / 2.0;
        let step = 0.5;
        let at = |x: f32, y: f32| self.sheet.place(x, y, half);
        let (left, right) = (at(x - step, y), at(x + step, y));
        let (above, below) = (at(x, y - step), at(x, y + step));
        let u = [0, 1, 2].map(|axis| right[axis] - left[axis]);
        let v = [0, 1, 2].map(|axis| below[axis] - above[axis]);
        let normal =
            [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        let length = normal.iter().map(|part| part * part).sum::<f32>().sqrt();
        const TO_LIGHT: [f32; 3] = [0.4, -0.5, 0.768];
        let facing = normal.iter().zip(TO_LIGHT).map(|(n, l)| n * l).sum::<f32>() / length;
        0.4 + 0.6 * facing.max(0.0) / TO_LIGHT[2]
    }

    /// Light that the film of a laminated slip mirrors.
    pub(crate) fn mirrored(&self, x: f32, y: f32) -> f32 {
        self.glare.map_or(0.0, |glare| glare.at(x, y))
    }

    /// Light of the paper itself at a point; none beside the slip. Fingers are over it.
    pub(crate) fn light(&self, x: f32, y: f32) -> Option<f32> {
        if let Some(skin) = self.skin(x, y) {
            return Some(skin);
        }
        let reach = self.reach();
        if x.abs() > reach || y.abs() > reach {
            return None;
        }
        let dot = 25.4 / self.print.dots_per_inch;
        let snapped = |v: f32| ((v / dot).floor() + 0.5) * dot;
        let (x, y) = (snapped(x), snapped(y));
        let spread = self.print.spread;
        let near = [(0.0, 0.0), (-spread, 0.0), (spread, 0.0), (0.0, -spread), (0.0, spread)];
        let is_dark = near.iter().any(|(dx, dy)| self.is_dark(x + dx, y + dy));
        Some(if is_dark { self.print.ink } else { self.print.paper })
    }

    fn is_dark(&self, x: f32, y: f32) -> bool {
        let half = self.side / 2.0;
        if x.abs() >= half || y.abs() >= half {
            // Lines of print below and above.
            let line = (y.abs() - half).rem_euclid(5.0);
            return y.abs() > half + 3.0
                && line < 1.6
                && x.abs() < half
                && ((x * 0.9).floor() as i64 * 7 + (y * 0.2).floor() as i64).rem_euclid(3) > 0;
        }
        let index = |v: f32| ((v + half) / self.module()) as usize;
        let (column, row) = (index(x), index(y));
        column >= QUIET_ZONE
            && row >= QUIET_ZONE
            && self.code.is_dark(column - QUIET_ZONE, row - QUIET_ZONE)
    }

    /// A finger comes from outside over the corner, along the diagonal, 14 mm wide.
    fn skin(&self, x: f32, y: f32) -> Option<f32> {
        let finger = self.finger?;
        let (sign_x, sign_y) = match finger.corner % 4 {
            0 => (-1.0, -1.0),
            1 => (1.0, -1.0),
            2 => (1.0, 1.0),
            _ => (-1.0, 1.0),
        };
        let half = self.half_code();
        let root = core::f32::consts::FRAC_1_SQRT_2;
        let (dx, dy) = (x * sign_x - half, y * sign_y - half);
        // Outwards from the corner, and across that.
        let (out, across) = ((dx + dy) * root, (dx - dy) * root);
        let from_tip = out + finger.covers - 7.0;
        let away = if from_tip < 0.0 { from_tip.hypot(across) } else { across.abs() } / 7.0;
        (away < 1.0 && out < 40.0).then_some(0.32 * (1.0 - 0.4 * away * away))
    }
}
