//! A phone: its body, its screen, the code on it.

use livepermit_qr::draw::{ErrorCorrection, QUIET_ZONE, QrCode};

use super::pose::{Pose, View};
use super::random::Random;

/// What the page around the code looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Dark modules on a light page.
    Light,
    /// Light modules on a dark page: the code is inverted.
    Dark,
    /// Dark modules on a light square, on a dark page: the quiet zone ends where the square does.
    Framed,
}

/// How a permit is shown. The square of code and quiet zone is 62 mm wide whatever it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Of the code: more of it makes modules smaller.
    pub error_correction: ErrorCorrection,
    /// Light modules on each side: more of them make modules smaller.
    pub quiet_zone: usize,
    /// What is around the square.
    pub page: Page,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            error_correction: ErrorCorrection::Medium,
            quiet_zone: QUIET_ZONE,
            page: Page::Light,
        }
    }
}

/// A phone with a code on its screen.
#[derive(Debug, Clone)]
pub struct Phone {
    pub(crate) text: String,
    code: QrCode,
    pub(crate) pose: Pose,
    quiet_zone: usize,
    page: Page,
    mirrored: bool,
    /// Distance of screen pixels in millimetres, and how deep the gaps between them are (0 to 1).
    grid: (f32, f32),
    held: bool,
    lines: u64,
}

/// Half sides in millimetres, from the middle of the code.
const BODY: (f32, f32) = (36.5, 76.0);
const SCREEN: (f32, f32) = (34.0, 71.0);
/// The whole code with its quiet zone.
const CODE: f32 = 31.0;
/// Light of the dark parts of a lit screen; white is 1.
const BLACK: f32 = 0.015;

impl Phone {
    /// Shows `text` as most apps will.
    ///
    /// # Panics
    ///
    /// When the text is no text of a permit: empty, too long, or of other characters than QR's
    /// alphanumeric ones.
    #[must_use]
    pub fn showing(text: &str, pose: Pose) -> Self {
        Self::showing_on(Screen::default(), text, pose)
    }

    /// Shows `text` on this screen.
    ///
    /// # Panics
    ///
    /// As [`Self::showing`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "texts are chosen by whoever writes the test")]
    pub fn showing_on(screen: Screen, text: &str, pose: Pose) -> Self {
        let code = QrCode::encode(text, screen.error_correction).expect("a text that fits a code");
        Self {
            text: text.to_owned(),
            code,
            pose,
            quiet_zone: screen.quiet_zone,
            page: screen.page,
            mirrored: false,
            grid: (0.06, 0.0),
            held: false,
            lines: 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// With this page around the code.
    #[must_use]
    pub const fn page(mut self, page: Page) -> Self {
        self.page = page;
        self
    }

    /// As seen in a mirror, or through the back of glass.
    #[must_use]
    pub const fn mirrored(mut self) -> Self {
        self.mirrored = true;
        self
    }

    /// A hand around it.
    #[must_use]
    pub const fn held(mut self) -> Self {
        self.held = true;
        self
    }

    /// With screen pixels `pitch` millimetres apart, their gaps `depth` deep (0 to 1). Fine grids
    /// beat with the sensor's: moiré.
    #[must_use]
    pub const fn grid(mut self, pitch: f32, depth: f32) -> Self {
        self.grid = (pitch, depth);
        self
    }

    /// Light at a point of the screen plane (millimetres from the middle of the code); none where
    /// the phone is not.
    pub(crate) fn light(&self, x: f32, y: f32) -> Option<f32> {
        // The code sits above the middle of the phone.
        let (body_x, body_y) = (x, y - 18.0);
        if !rounded(body_x, body_y, BODY, 9.0) {
            return self.finger(body_x, body_y);
        }
        if let Some(finger) = self.thumb(body_x, body_y) {
            return Some(finger);
        }
        if !rounded(body_x, body_y, SCREEN, 7.0) {
            return Some(0.03);
        }
        let is_framed = self.page == Page::Framed && is_within_code(x, y);
        let white = match self.page {
            Page::Light => !self.is_dark(x, y),
            Page::Dark | Page::Framed => self.is_dark(x, y) != is_framed,
        };
        let (pitch, depth) = self.grid;
        let gaps = if depth > 0.0 {
            let wave = |v: f32| 0.5 + 0.5 * (v / pitch * core::f32::consts::TAU).cos();
            1.0 - depth * (1.0 - wave(x) * wave(y))
        } else {
            1.0
        };
        Some(if white { gaps } else { BLACK * gaps })
    }

    /// Whether the page is printed there: a module of the code, or a stroke of the text above and
    /// below.
    fn is_dark(&self, x: f32, y: f32) -> bool {
        let x = if self.mirrored { -x } else { x };
        if is_within_code(x, y) {
            let quiet = self.quiet_zone;
            let module = 2.0 * CODE / (self.code.width() + 2 * quiet) as f32;
            let index = |v: f32| ((v + CODE) / module) as usize;
            let (column, row) = (index(x), index(y));
            return column >= quiet
                && row >= quiet
                && self.code.is_dark(column - quiet, row - quiet);
        }
        if x.abs() > 28.0 || y.abs() < CODE + 4.0 {
            return false;
        }
        // Lines of something like letters, 3 mm high.
        let (line, letter) = ((y / 6.0).floor(), (x / 2.2).floor());
        let (down, across) = (y - line * 6.0, x - letter * 2.2);
        if down > 3.0 || across > 1.7 {
            return false;
        }
        let mut glyph =
            Random::new(self.lines ^ (line as i64 as u64) << 32 ^ (letter as i64 as u64));
        let bits = glyph.bits();
        if bits.is_multiple_of(6) {
            return false;
        }
        bits >> (8 + (down / 0.6) as u64 * 4 + (across / 0.425) as u64) & 1 == 1
    }

    /// Fingers that come around the right edge, in the hand's light.
    fn finger(&self, x: f32, y: f32) -> Option<f32> {
        if !self.held {
            return None;
        }
        let nearest = (y / 22.0).round().clamp(0.0, 2.0) * 22.0;
        let across = (y - nearest).abs() / 10.0;
        let reach = if x > 0.0 { BODY.0 + 14.0 } else { BODY.0 + 26.0 };
        // The palm from behind on the left, four fingers on the right.
        (x.abs() < reach && (x < 0.0 && y > -10.0 || across < 1.0))
            .then(|| 0.30 * (1.0 - 0.5 * across.min(1.0) * across.min(1.0)))
    }

    /// The thumb lies on the lower part of the screen, below the code.
    fn thumb(&self, x: f32, y: f32) -> Option<f32> {
        if !self.held {
            return None;
        }
        // From the lower left edge towards the middle.
        let (along, across) =
            ((x + 42.0) * 0.8 + (y - 40.0) * -0.6, (x + 42.0) * 0.6 + (y - 40.0) * 0.8);
        let inside = (-20.0..34.0).contains(&along) && across.abs() < 9.5
            || (along - 34.0).hypot(across) < 9.5;
        inside.then(|| 0.34 * (1.0 - 0.4 * (across / 9.5).powi(2)))
    }

    pub(crate) fn view(&self, width: f32, height: f32) -> View {
        View::new(&self.pose, width, height)
    }

    /// Half the largest extent of what [`Self::light`] answers for.
    pub(crate) const REACH: (f32, f32) = (64.0, 100.0);
}

fn is_within_code(x: f32, y: f32) -> bool {
    x.abs() < CODE && y.abs() < CODE
}

fn rounded(x: f32, y: f32, (half_x, half_y): (f32, f32), radius: f32) -> bool {
    let (dx, dy) = (x.abs() - half_x + radius, y.abs() - half_y + radius);
    if dx <= 0.0 || dy <= 0.0 { dx <= radius && dy <= radius } else { dx.hypot(dy) <= radius }
}
