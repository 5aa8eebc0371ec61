//! The readers that are compared: a frame in, texts and time out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use livepermit_qr::read::{FrameReader, LumaFrame};
use livepermit_testkit::camera::{Frame, Size};
use rxing::common::HybridBinarizer;
use rxing::helpers::detect_in_luma_filtered_with_hints;
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, Reader};

/// What one reader made of one frame.
pub struct Answer {
    pub texts: Vec<Vec<u8>>,
    pub time: Duration,
}

/// Times each frame is read; the quickest counts, as what others do on the machine only ever makes
/// it slower.
pub const TIMES: u32 = 3;

fn timed(mut read: impl FnMut() -> Vec<Vec<u8>>) -> Answer {
    let mut best: Option<Answer> = None;
    for _ in 0..TIMES {
        let start = Instant::now();
        let texts = read();
        let time = start.elapsed();
        if best.as_ref().is_none_or(|best| time < best.time) {
            best = Some(Answer { texts, time });
        }
    }
    best.expect("it was read at least once")
}

/// Which codes of a frame a reader is asked for. All readers take longer for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    OneSize,
    Several,
}

impl Wanted {
    /// Several only where there are several.
    pub fn of(frame: &Frame) -> Self {
        if frame.texts.len() > 1 { Self::Several } else { Self::OneSize }
    }
}

/// One reader for all frames, as a gate has it: it keeps memory, but nothing of what it saw.
pub fn ours(reader: &mut FrameReader, frame: &Frame, wanted: Wanted) -> Answer {
    timed(|| {
        let size = frame.size;
        let frame = LumaFrame::new(&frame.pixels, size.width, size.height, size.width as usize)
            .expect("a frame has its pixels");
        let reading = match wanted {
            Wanted::OneSize => reader.read(&frame),
            Wanted::Several => reader.read_all(&frame),
        };
        let reading = reading.unwrap_or_default();
        reading.codes().iter().map(|code| code.bytes().to_vec()).collect()
    })
}

/// With its defaults.
pub fn rxing(frame: &Frame, wanted: Wanted) -> Answer {
    timed(|| {
        let Ok(source) =
            Luma8Source::new_with_slice(&frame.pixels, frame.size.width, frame.size.height)
        else {
            return Vec::new();
        };
        let mut image = BinaryBitmap::new(HybridBinarizer::new(source));
        let found = match wanted {
            Wanted::Several => QrReader.decode_multiple(&mut image),
            Wanted::OneSize => QrReader.decode(&mut image).map(|code| vec![code]),
        };
        found.unwrap_or_default().iter().map(|code| code.getText().as_bytes().to_vec()).collect()
    })
}

/// With everything it has: in several sizes, with more tries, light on dark too; and what it read
/// with its defaults.
pub fn rxing_hardest(frame: &Frame, with_defaults: Answer) -> Answer {
    let mut answer = timed(|| {
        let mut hints = DecodeHints {
            TryHarder: Some(true),
            AlsoInverted: Some(true),
            ..DecodeHints::default()
        };
        let Size { width, height } = frame.size;
        let pixels = frame.pixels.clone();
        let format = Some(BarcodeFormat::QR_CODE);
        let found = detect_in_luma_filtered_with_hints(pixels, width, height, format, &mut hints);
        found.iter().map(|code| code.getText().as_bytes().to_vec()).collect()
    });
    for text in with_defaults.texts {
        if !answer.texts.contains(&text) {
            answer.texts.push(text);
        }
    }
    answer
}

pub fn rqrr(frame: &Frame) -> Answer {
    timed(|| {
        let (width, height) = (frame.size.width as usize, frame.size.height as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            frame.pixels[y * width + x]
        });
        let grids = image.detect_grids();
        grids
            .iter()
            .filter_map(|grid| grid.decode().ok())
            .map(|(_, text)| text.into_bytes())
            .collect()
    })
}

/// zxing-cpp and zbar in a Python of their own.
pub struct Peers {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peers {
    pub fn start(python: &str) -> std::io::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", include_str!("peers.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    /// zxing-cpp's answer, then zbar's; `None` from one that is not installed.
    pub fn read(&mut self, frame: &Frame) -> std::io::Result<[Option<Answer>; 2]> {
        self.input.write_all(&frame.size.width.to_le_bytes())?;
        self.input.write_all(&frame.size.height.to_le_bytes())?;
        self.input.write_all(&frame.pixels)?;
        self.input.flush()?;
        Ok([self.answer()?, self.answer()?])
    }

    fn answer(&mut self) -> std::io::Result<Option<Answer>> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let Some(time) = words.next().and_then(|word| word.parse().ok()) else { return Ok(None) };
        let texts = words.map(bytes_of).collect();
        Ok(Some(Answer { texts, time: Duration::from_nanos(time) }))
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        // It is blocked on its input, which is closed only after this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bytes_of(hexadecimal: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    hexadecimal
        .as_bytes()
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[high, low]| digit(*high) << 4 | digit(*low))
        .collect()
}
