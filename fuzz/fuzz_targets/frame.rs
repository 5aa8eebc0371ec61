//! Camera frames: any pixels get an answer within its bounds, the same from a reader that has seen
//! other frames; a code that is drawn is read, turned, mirrored, light on dark, and no reader makes
//! another text of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use livepermit_fuzz::Input;
use livepermit_qr::read::{FrameReader, FrameReading, LumaFrame};

/// As the reader says of itself.
const MOST_CODES: usize = 16;

/// Grey levels, rows of `width`.
struct Canvas {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

impl Canvas {
    fn new(width: usize, height: usize, grey: u8) -> Self {
        Self { pixels: vec![grey; width * height], width, height }
    }

    /// The code with its quiet zone, `scale` pixels a module.
    fn draw(
        &mut self,
        code: &QrCode,
        left: usize,
        top: usize,
        scale: usize,
        [dark, light]: [u8; 2],
    ) {
        let side = (code.width() + 8) * scale;
        let module = |at: usize| (at / scale).checked_sub(4).filter(|at| *at < code.width());
        for y in 0..side {
            for x in 0..side {
                let is_dark = module(x).zip(module(y)).is_some_and(|(x, y)| code.is_dark(x, y));
                if let Some(pixel) = self.pixels.get_mut((top + y) * self.width + left + x) {
                    *pixel = if is_dark { dark } else { light };
                }
            }
        }
    }

    /// As through a mirror, or as the camera stands on its side.
    fn turned(&self, how: u8) -> Self {
        let (width, height) =
            if how & 1 == 0 { (self.width, self.height) } else { (self.height, self.width) };
        let mut out = Self::new(width, height, 0);
        for (at, pixel) in out.pixels.iter_mut().enumerate() {
            let (mut x, mut y) = (at % width, at / width);
            if how & 2 != 0 {
                x = width - 1 - x;
            }
            if how & 4 != 0 {
                y = height - 1 - y;
            }
            let (x, y) = if how & 1 == 0 { (x, y) } else { (y, x) };
            *pixel = self.pixels[y * self.width + x];
        }
        out
    }

    fn read(&self, reader: &mut FrameReader) -> FrameReading {
        read(&self.pixels, self.width, self.height, self.width, reader)
    }
}

fn read(
    pixels: &[u8],
    width: usize,
    height: usize,
    stride: usize,
    reader: &mut FrameReader,
) -> FrameReading {
    let frame = LumaFrame::new(pixels, width as u32, height as u32, stride)
        .expect("a frame that fits its pixels");
    let reading = reader.read(&frame).expect("no panic inside");
    assert!(reading.attempts() <= 4 && reading.codes().len() <= MOST_CODES);
    for code in reading.codes() {
        assert!(code.corners().iter().all(|corner| corner.x.is_finite() && corner.y.is_finite()));
        let text = str::from_utf8(code.bytes()).ok().filter(|_| code.part().is_none());
        assert_eq!(code.text(), text);
    }
    assert_eq!(
        reading,
        FrameReader::new().read(&frame).expect("no panic inside"),
        "another answer for the same frame"
    );
    reading
}

/// Pixels as they come, repeated as often as the frame is large.
fn anything(input: &mut Input<'_>, reader: &mut FrameReader) {
    let (width, height) = (1 + 3 * usize::from(input.byte()), 1 + 3 * usize::from(input.byte()));
    let (zoom, gap) = (1 + usize::from(input.byte() % 16), usize::from(input.byte() % 4));
    let rest = input.0;
    if rest.is_empty() {
        return;
    }
    let stride = width + gap;
    let pixels: Vec<u8> = (0..stride * height)
        .map(|at| {
            rest[(at / stride / zoom * stride.div_ceil(zoom) + at % stride / zoom) % rest.len()]
        })
        .collect();
    let fits = stride * (height - 1) + width;
    read(&pixels[..fits], width, height, stride, reader);
    let short = LumaFrame::new(&pixels[..fits - 1], width as u32, height as u32, stride);
    assert!(short.is_err());
}

/// A code that a phone shows, the frame edited in a few places.
fn drawn(input: &mut Input<'_>, reader: &mut FrameReader) {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let (how, level, scale) = (input.byte(), input.byte(), 3 + usize::from(input.byte() % 5));
    let (left, top, edits) =
        (usize::from(input.byte()), usize::from(input.byte()), input.byte() % 8);
    let edits: Vec<[u8; 4]> = (0..edits).map(|_| [(); 4].map(|()| input.byte())).collect();
    let level = [
        ErrorCorrection::Low,
        ErrorCorrection::Medium,
        ErrorCorrection::Quartile,
        ErrorCorrection::High,
    ][usize::from(level % 4)];
    let text: String =
        input.0.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 45)])).collect();
    let Ok(code) = QrCode::encode(&text, level) else { return };
    let side = (code.width() + 8) * scale;
    let mut canvas = Canvas::new(left + side + 40, top + side + 40, 128);
    let tones = if how & 8 == 0 { [30, 220] } else { [220, 30] };
    canvas.draw(&code, left, top, scale, tones);
    // Dirt: at most seven specks of a quarter of a module's area or less.
    let speck = scale / 2;
    for [x, y, grey, _] in &edits {
        let (x, y) = (usize::from(*x) * canvas.width / 256, usize::from(*y) * canvas.height / 256);
        for row in y..(y + speck).min(canvas.height) {
            for column in x..(x + speck).min(canvas.width) {
                let at = row * canvas.width + column;
                canvas.pixels[at] = *grey;
            }
        }
    }
    let reading = canvas.turned(how).read(reader);
    let texts: Vec<_> = reading.codes().iter().map(|code| code.text()).collect();
    // What is read is what was drawn; and without dirt, at a size that a frame is made for, it is
    // read.
    assert!(texts.iter().all(|read| *read == Some(text.as_str())), "{texts:?}, drawn {text:?}");
    if edits.is_empty() && !text.is_empty() && canvas.width.max(canvas.height) <= 720 {
        assert_eq!(
            texts.len(),
            1,
            "not read: {text:?}, {} modules of {scale} pixels",
            code.width()
        );
    }
}

fuzz_target!(
    init: {
        // A panic inside the reader is contained by the library and then fails the `expect` above.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |data: &[u8]| {
        let mut input = Input(data);
        let mut reader = FrameReader::new();
        match input.byte() % 3 {
            0 => anything(&mut input, &mut reader),
            1 => drawn(&mut input, &mut reader),
            // One frame after the other.
            _ => {
                let (half, other) = data.split_at(data.len() / 2);
                drawn(&mut Input(half), &mut reader);
                anything(&mut Input(other), &mut reader);
                drawn(&mut Input(other), &mut reader);
            }
        }
    }
);
