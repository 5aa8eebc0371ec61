//! How a slip should be printed: the same paper with codes of other sizes and other error
//! correction, read by ours.

use livepermit::qr::ErrorCorrection;
use livepermit_qr::read::{FrameReader, LumaFrame};
use livepermit_testkit::camera::{Holding, LEVELS, PAPER, Random, Size, SlipFormat, sample_text};

/// Characters of the slip in the specification, with a name, a birth date and a status.
const CHARACTERS: usize = 403;
/// What happens to paper. Left out is what is measured in modules, and so the same at every size:
/// fingers, the edge of the picture; and the crowd.
const CONDITIONS: [&str; 10] = [
    "paper: flat",
    "paper: bent",
    "paper: cone",
    "paper: folded",
    "paper: curled corner",
    "paper: printed badly",
    "paper: shadow",
    "paper: laminate glare",
    "paper: crumpled",
    "paper: moved",
];
const CORRECTION: [(&str, ErrorCorrection); 4] = [
    ("L", ErrorCorrection::Low),
    ("M", ErrorCorrection::Medium),
    ("Q", ErrorCorrection::Quartile),
    ("H", ErrorCorrection::High),
];
/// Sides of the code with its quiet zone, in millimetres.
const SIDES: [f32; 5] = [25.0, 30.0, 40.0, 50.0, 60.0];
/// From the camera, in millimetres.
const DISTANCES: [(&str, (f32, f32)); 2] =
    [("15 to 23 cm", (150.0, 230.0)), ("30 to 40 cm", (300.0, 400.0))];

/// Strengths of the conditions. The mildest is left out: it is read at every size.
const STRENGTHS: core::ops::Range<u32> = 1..LEVELS;

/// Prints a table for each distance. `only` picks rows by a word in their name, as in `40 mm`.
pub fn print(frames: u64, only: Option<&str>, reader: &mut FrameReader) {
    let mut random = Random::new(403);
    let texts: Vec<String> = (0..frames).map(|_| sample_text(CHARACTERS, &mut random)).collect();
    for (name, distance) in DISTANCES {
        println!("### Slips read, {name} before the camera, ours alone\n");
        println!("| code | {} | all |", CONDITIONS.map(short).join(" | "));
        println!("|---|{}---:|", "---:|".repeat(CONDITIONS.len()));
        for (side, (level, error_correction)) in
            SIDES.into_iter().flat_map(|side| CORRECTION.map(|level| (side, level)))
        {
            let row = format!("{side} mm, {level}");
            if only.is_some_and(|only| !row.contains(only)) {
                continue;
            }
            let holding = Holding { format: SlipFormat { side, error_correction }, distance };
            let read = CONDITIONS.map(|condition| count(condition, holding, &texts, reader));
            let all: usize = read.iter().sum();
            println!("| {row} | {} | {all} |", read.map(|count| count.to_string()).join(" | "));
        }
        let each = STRENGTHS.count() * texts.len();
        println!("\nOf {each} frames each, {} in all.\n", each * CONDITIONS.len());
    }
}

fn short(condition: &str) -> &str {
    condition.trim_start_matches("paper: ")
}

/// How many frames of a condition are read.
fn count(name: &str, holding: Holding, texts: &[String], reader: &mut FrameReader) -> usize {
    let mut read = 0;
    for condition in PAPER.iter().filter(|condition| condition.name == name) {
        for (level, (seed, text)) in
            STRENGTHS.flat_map(|level| (0..).zip(texts).map(move |seeded| (level, seeded)))
        {
            let frame = condition.frame_of_slip(holding, text, Size::HD, level, seed);
            let Size { width, height } = frame.size;
            let luma = LumaFrame::new(&frame.pixels, width, height, width as usize)
                .expect("a frame has its pixels");
            let reading = reader.read(&luma).unwrap_or_default();
            read += usize::from(reading.codes().iter().any(|code| code.text() == Some(text)));
        }
    }
    read
}
