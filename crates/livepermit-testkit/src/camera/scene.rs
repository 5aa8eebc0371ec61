//! A whole frame: what stands where, in which light, seen through what.

use super::background::Background;
use super::canvas::Canvas;
use super::light::Light;
use super::optics::Optics;
use super::phone::Phone;
use super::pose::View;
use super::random::Random;
use super::sensor::Sensor;
use super::slip::{Holding, Slip};
use super::surface::Surface;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// 1280 by 720.
    pub const HD: Self = Self { width: 1280, height: 720 };
    /// 1920 by 1080.
    pub const FULL_HD: Self = Self { width: 1920, height: 1080 };
}

/// A frame of 8-bit luma, row by row without gaps, and what is in it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// `width * height` grey levels; 0 is black.
    pub pixels: Vec<u8>,
    /// Its size.
    pub size: Size,
    /// The text of each code that is shown, readable or not.
    pub texts: Vec<String>,
}

/// Everything that makes a frame but the chance in it.
///
/// ```
/// use livepermit_testkit::camera::{Phone, Pose, Random, Scene, Size};
/// let scene = Scene::new(vec![Phone::showing("LP1:HELLO", Pose::default())]);
/// let first = scene.render(Size::HD, &mut Random::new(1));
/// let again = scene.render(Size::HD, &mut Random::new(1));
/// let other = scene.render(Size::HD, &mut Random::new(2));
/// assert!(first.pixels == again.pixels && first.pixels != other.pixels);
/// assert_eq!(first.texts, ["LP1:HELLO"]);
/// ```
#[derive(Debug, Clone)]
pub struct Scene {
    /// The phones, those further back first.
    pub phones: Vec<Phone>,
    /// Slips of paper, before the phones; those further back first.
    pub slips: Vec<Slip>,
    /// What is behind them.
    pub background: Background,
    /// What is on their glass.
    pub surface: Surface,
    /// The light around.
    pub light: Light,
    /// What blurs.
    pub optics: Optics,
    /// What the camera makes of it.
    pub sensor: Sensor,
    /// How a condition prints its slips and holds them.
    pub(crate) holding: Holding,
}

impl Scene {
    /// These phones before a wall, on a good day.
    #[must_use]
    pub fn new(phones: Vec<Phone>) -> Self {
        Self {
            phones,
            slips: Vec::new(),
            background: Background::Wall,
            surface: Surface::default(),
            light: Light::default(),
            optics: Optics::default(),
            sensor: Sensor::default(),
            holding: Holding::default(),
        }
    }

    /// The frame that a camera of this size takes. What the scene leaves to chance (where a
    /// reflection lies, the noise) comes from `random`.
    #[must_use]
    pub fn render(&self, size: Size, random: &mut Random) -> Frame {
        let (width, height) = (size.width as usize, size.height as usize);
        let mut canvas = self.background.paint(width, height, random);
        for phone in &self.phones {
            place(&mut canvas, phone);
            self.surface.apply(&mut canvas, around(phone, width, height), random);
        }
        for slip in &self.slips {
            place_slip(&mut canvas, slip);
        }
        let middle = (width as f32 / 2.0, height as f32 / 2.0, height as f32 / 3.0);
        let lit = match (self.phones.first(), self.slips.last()) {
            (Some(phone), _) => around(phone, width, height),
            (None, Some(slip)) => {
                let view = View::new(&slip.pose, width as f32, height as f32);
                let ((x, y), (right, down)) =
                    (view.to_image(0.0, 0.0), view.to_image(slip.half_code(), 0.0));
                (x, y, (right - x).hypot(down - y))
            }
            (None, None) => middle,
        };
        self.light.apply(&mut canvas, lit, random);
        self.optics.apply(&mut canvas);
        let pixels = self.sensor.apply(&canvas, random);
        let phones = self.phones.iter().map(|phone| phone.text.clone());
        let slips = self.slips.iter().map(|slip| slip.text.clone());
        Frame { pixels, size, texts: phones.chain(slips).collect() }
    }
}

/// Centre and half the side of its code in pixels.
fn around(phone: &Phone, width: usize, height: usize) -> (f32, f32, f32) {
    let view = phone.view(width as f32, height as f32);
    let ((x, y), (right, down)) = (view.to_image(0.0, 0.0), view.to_image(30.0, 0.0));
    (x, y, (right - x).hypot(down - y))
}

/// Four points in each pixel.
const POINTS: [(f32, f32); 4] = [(0.25, 0.125), (0.875, 0.25), (0.125, 0.75), (0.75, 0.875)];

/// Four points in each pixel, so that edges are soft where the camera's are.
fn place(canvas: &mut Canvas, phone: &Phone) {
    let view = phone.view(canvas.width as f32, canvas.height as f32);
    let (reach_x, reach_y) = Phone::REACH;
    let corners = [
        (-reach_x, -reach_y + 18.0),
        (reach_x, -reach_y + 18.0),
        (reach_x, reach_y + 18.0),
        (-reach_x, reach_y + 18.0),
    ]
    .map(|(x, y)| view.to_image(x, y));
    let edge = |pick: fn(&(f32, f32)) -> f32, start: f32, choose: fn(f32, f32) -> f32| {
        corners.iter().map(pick).fold(start, choose)
    };
    let frame = (
        edge(|c| c.0, f32::MAX, f32::min),
        edge(|c| c.1, f32::MAX, f32::min),
        edge(|c| c.0, f32::MIN, f32::max),
        edge(|c| c.1, f32::MIN, f32::max),
    );
    canvas.paint(frame, |x, y, old| {
        let sum: f32 = POINTS
            .iter()
            .map(|(dx, dy)| {
                let (u, v) = view.to_screen(x + dx, y + dy);
                phone.light(u, v).unwrap_or(old)
            })
            .sum();
        Some(sum / 4.0)
    });
}

/// Draws a slip. A point of a bent sheet is found from its place in the picture by Newton's method,
/// which starts from the point of the pixel before.
fn place_slip(canvas: &mut Canvas, slip: &Slip) {
    let view = View::new(&slip.pose, canvas.width as f32, canvas.height as f32);
    // The outline of the paper and of the finger on it.
    let reach = slip.reach() + if slip.finger.is_some() { 20.0 } else { 0.0 };
    let steps = (-8..=8).map(|step| step as f32 / 8.0 * reach);
    let mut frame = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for (x, y) in steps.clone().flat_map(|y| steps.clone().map(move |x| (x, y))) {
        let (u, v) = slip.to_image(&view, x, y);
        frame = (frame.0.min(u), frame.1.min(v), frame.2.max(u), frame.3.max(v));
    }
    // How far the slip is from its place while a row is exposed.
    let height = canvas.height as f32;
    let drift = |y: f32| {
        let passed = y / height - 0.5;
        (slip.drift.0 * passed, slip.drift.1 * passed)
    };
    let (most_x, most_y) = (slip.drift.0.abs() / 2.0, slip.drift.1.abs() / 2.0);
    let frame = (frame.0 - most_x, frame.1 - most_y, frame.2 + most_x, frame.3 + most_y);
    let mut start = (0.0, 0.0);
    canvas.paint(frame, |x, y, old| {
        let (mut sheet_x, mut sheet_y) = start;
        let mut columns = [(0.0, 0.0); 2];
        let (moved_x, moved_y) = drift(y);
        let (wanted_x, wanted_y) = (x + 0.5 - moved_x, y + 0.5 - moved_y);
        let mut near = false;
        for _ in 0..12 {
            let (u, v) = slip.to_image(&view, sheet_x, sheet_y);
            let step = 0.05;
            let (right, below) = (
                slip.to_image(&view, sheet_x + step, sheet_y),
                slip.to_image(&view, sheet_x, sheet_y + step),
            );
            let (ax, ay) = ((right.0 - u) / step, (right.1 - v) / step);
            let (bx, by) = ((below.0 - u) / step, (below.1 - v) / step);
            let area = ax * by - ay * bx;
            let (du, dv) = (wanted_x - u, wanted_y - v);
            // How the sheet moves with the picture: the inverse.
            columns = [(by / area, -ay / area), (-bx / area, ax / area)];
            near = du.hypot(dv) < 0.05;
            if near {
                break;
            }
            sheet_x = (sheet_x + du * columns[0].0 + dv * columns[1].0).clamp(-reach, reach);
            sheet_y = (sheet_y + du * columns[0].1 + dv * columns[1].1).clamp(-reach, reach);
        }
        if !near {
            start = (0.0, 0.0);
            return None;
        }
        start = (sheet_x, sheet_y);
        let shade = slip.shade(sheet_x, sheet_y);
        let mirrored = slip.mirrored(sheet_x, sheet_y);
        let sum: f32 = POINTS
            .iter()
            .map(|(dx, dy)| {
                let (dx, dy) = (dx - 0.5, dy - 0.5);
                let u = sheet_x + dx * columns[0].0 + dy * columns[1].0;
                let v = sheet_y + dx * columns[0].1 + dy * columns[1].1;
                slip.light(u, v).map_or(old, |light| light * shade + mirrored)
            })
            .sum();
        Some(sum / 4.0)
    });
}
