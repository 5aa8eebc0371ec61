//! What is read of pictures that nobody here made: `cargo run --release -p livepermit-testkit
//! --features camera --example pictures -- FOLDER…`. A folder holds grey pictures (PGM, P5).
//! `EACH=1` prints the texts of each picture.
#![expect(clippy::unwrap_used, reason = "a failure ends it")]

use std::path::Path;
use std::time::{Duration, Instant};

use livepermit_qr::read::{FoundCode, FrameReader, LumaFrame, read_luma};

type Read = fn(&[u8], u32, u32) -> Vec<FoundCode>;

fn main() {
    println!("folder | pictures | reader | pictures with a code | codes | s");
    let readers: [(&str, Read); 3] = [("frame", frame), ("frame-all", frame_all), ("still", still)];
    let only = std::env::var("ONLY").unwrap_or_default();
    for folder in std::env::args().skip(1) {
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "pgm"));
        files.sort();
        for (name, read) in readers.iter().filter(|(name, _)| name.contains(&only)) {
            let (mut pictures, mut codes, mut time) = (0, 0, Duration::ZERO);
            for file in &files {
                let bytes = std::fs::read(file).unwrap();
                let (pixels, width, height) = grey(&bytes).unwrap();
                let start = Instant::now();
                let found = read(pixels, width, height);
                let taken = start.elapsed();
                time += taken;
                pictures += u32::from(!found.is_empty());
                codes += found.len();
                if std::env::var_os("EACH").is_some() {
                    each(name, file, taken, &found);
                }
            }
            let (count, seconds) = (files.len(), time.as_secs_f64());
            println!("{folder} | {count} | {name} | {pictures} | {codes} | {seconds:.2}");
        }
    }
}

fn frame(pixels: &[u8], width: u32, height: u32) -> Vec<FoundCode> {
    let luma = LumaFrame::new(pixels, width, height, width as usize).unwrap();
    FrameReader::new().read(&luma).unwrap().into_codes()
}

fn frame_all(pixels: &[u8], width: u32, height: u32) -> Vec<FoundCode> {
    let luma = LumaFrame::new(pixels, width, height, width as usize).unwrap();
    FrameReader::new().read_all(&luma).unwrap().into_codes()
}

fn still(pixels: &[u8], width: u32, height: u32) -> Vec<FoundCode> {
    read_luma(pixels, width, height).unwrap_or_default()
}

fn each(reader: &str, file: &Path, taken: Duration, found: &[FoundCode]) {
    let texts: Vec<_> =
        found.iter().map(|code| String::from_utf8_lossy(code.bytes()).into_owned()).collect();
    println!("- {reader} {} {:.1} ms {texts:?}", file.display(), taken.as_secs_f64() * 1e3);
}

/// The pixels, the width and the height of a PGM file without comments.
fn grey(file: &[u8]) -> Option<(&[u8], u32, u32)> {
    let mut rest = file.strip_prefix(b"P5")?;
    let mut numbers = [0_u32; 3];
    for number in &mut numbers {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(u8::is_ascii_whitespace)?;
        *number = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        rest = rest.get(end..)?;
    }
    let [width, height, _] = numbers;
    Some((rest.get(1..)?, width, height))
}
