//! The reader of camera frames where there is no operating system and no clock: makes a frame,
//! reads it, and tells how that went. Called by `ci/wasm-scan`.

use livepermit_qr::read::{FrameReader, LumaFrame};
use livepermit_testkit::camera::{CONDITIONS, Size};

/// How many conditions there are.
#[unsafe(no_mangle)]
pub extern "C" fn conditions() -> u32 {
    CONDITIONS.len() as u32
}

/// Reads a frame of a condition at its mildest: 1000 for each code that is shown, 1 for each that
/// was read, and 1,000,000 for each text that nobody showed.
#[unsafe(no_mangle)]
pub extern "C" fn read(condition: u32, seed: u32) -> u32 {
    let frame = CONDITIONS[condition as usize].frame(Size::HD, 0, seed.into());
    let (width, height) = (frame.size.width, frame.size.height);
    let luma = LumaFrame::new(&frame.pixels, width, height, width as usize)
        .expect("a frame has its pixels");
    let reading = FrameReader::new().read(&luma).expect("nothing panics");
    let shown = |text: &[u8]| frame.texts.iter().any(|shown| shown.as_bytes() == text);
    let read = reading.codes().iter().filter(|code| shown(code.bytes())).count();
    let wrong = reading.codes().len() - read;
    (frame.texts.len() * 1_000 + read + wrong * 1_000_000) as u32
}
