//! From light to grey levels.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};

use super::canvas::Canvas;
use super::random::Random;

/// The sensor, and what the camera does before it hands out a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensor {
    /// Light of a white screen after exposure: 1 is just white, 4 is blown, 0.01 nearly black.
    pub exposure: f32,
    /// Deviation of the noise of a mid grey, in grey levels.
    pub noise: f32,
    /// Quality of the JPEG it comes through, 1 to 100; none unless set.
    pub jpeg: Option<u8>,
}

impl Default for Sensor {
    fn default() -> Self {
        Self { exposure: 0.8, noise: 1.5, jpeg: None }
    }
}

impl Sensor {
    pub(crate) fn apply(&self, canvas: &Canvas, random: &mut Random) -> Vec<u8> {
        // Noise of a mid grey (light 0.21) after the tone curve, whose slope there is about 0.97 a
        // level of 255.
        let deviation = self.noise / 255.0 / 0.97;
        let mut noise = vec![0.0; canvas.width + 1];
        let mut grey = Vec::with_capacity(canvas.light.len());
        for row in canvas.light.chunks_exact(canvas.width) {
            for value in &mut noise {
                *value = random.normal();
            }
            grey.extend(row.iter().zip(noise.windows(2)).map(|(light, pair)| {
                let light = light * self.exposure;
                // Photons come at random, so bright parts are noisier; colour filters tie
                // neighbours together.
                let grain = deviation
                    * (light.max(0.0) * 3.0 + 0.35).sqrt()
                    * (pair[0] * 0.85 + pair[1] * 0.5);
                tone(light + grain)
            }));
        }
        match self.jpeg {
            Some(quality) => through_jpeg(grey, canvas.width, canvas.height, quality),
            None => grey,
        }
    }
}

/// The usual curve, 1 / 2.2.
fn tone(light: f32) -> u8 {
    (light.clamp(0.0, 1.0).powf(1.0 / 2.2) * 255.0).round() as u8
}

#[expect(clippy::expect_used, reason = "writing to memory and reading back what was just written")]
fn through_jpeg(grey: Vec<u8>, width: usize, height: usize, quality: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(&grey, width as u32, height as u32, ExtendedColorType::L8)
        .expect("a frame can be a JPEG");
    image::load_from_memory_with_format(file.get_ref(), ImageFormat::Jpeg)
        .expect("what was just encoded")
        .into_luma8()
        .into_raw()
}
