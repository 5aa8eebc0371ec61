//! A whole frame: what stands where, in which light, seen through what.

use super::background::Background;
use super::canvas::Canvas;
use super::light::Light;
use super::optics::Optics;
use super::phone::Phone;
use super::random::Random;
use super::sensor::Sensor;
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
}

impl Scene {
    /// These phones before a wall, on a good day.
    #[must_use]
    pub fn new(phones: Vec<Phone>) -> Self {
        Self {
            phones,
            background: Background::Wall,
            surface: Surface::default(),
            light: Light::default(),
            optics: Optics::default(),
            sensor: Sensor::default(),
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
        let lit = self
            .phones
            .first()
            .map_or((width as f32 / 2.0, height as f32 / 2.0, height as f32 / 3.0), |phone| {
                around(phone, width, height)
            });
        self.light.apply(&mut canvas, lit, random);
        self.optics.apply(&mut canvas);
        let pixels = self.sensor.apply(&canvas, random);
        Frame { pixels, size, texts: self.phones.iter().map(|phone| phone.text.clone()).collect() }
    }
}

/// Centre and half the side of its code in pixels.
fn around(phone: &Phone, width: usize, height: usize) -> (f32, f32, f32) {
    let view = phone.view(width as f32, height as f32);
    let ((x, y), (right, down)) = (view.to_image(0.0, 0.0), view.to_image(30.0, 0.0));
    (x, y, (right - x).hypot(down - y))
}

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
    const POINTS: [(f32, f32); 4] = [(0.25, 0.125), (0.875, 0.25), (0.125, 0.75), (0.75, 0.875)];
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
