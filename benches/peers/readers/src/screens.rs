//! What a screen should show: the same frames with other error correction and another quiet zone,
//! read by ours.

use livepermit::qr::ErrorCorrection;
use livepermit_qr::read::FrameReader;
use livepermit_testkit::camera::{
    CONDITIONS, Frame, LEVELS, Page, Phone, Pose, Random, Scene, Screen, Size, sample_text,
};

use crate::reader::{Wanted, ours};

/// Where every phone is shown as the screen says, and something is in the way.
const CONDITIONS_SHOWN: [&str; 15] = [
    "distance",
    "tilt",
    "rotation",
    "defocus",
    "motion",
    "flicker",
    "reflections",
    "moire",
    "jpeg",
    "noise",
    "dark",
    "low contrast",
    "fingerprints",
    "cracked glass",
    "in a hand",
];

fn screens() -> Vec<(&'static str, Screen)> {
    let level = |error_correction| Screen { error_correction, ..Screen::default() };
    let quiet = |quiet_zone| Screen { quiet_zone, page: Page::Framed, ..Screen::default() };
    vec![
        ("L", level(ErrorCorrection::Low)),
        ("M", level(ErrorCorrection::Medium)),
        ("Q", level(ErrorCorrection::Quartile)),
        ("H", level(ErrorCorrection::High)),
        ("M, quiet 4", quiet(4)),
        ("M, quiet 2", quiet(2)),
        ("M, quiet 1", quiet(1)),
        ("M, quiet 0", quiet(0)),
    ]
}

/// Prints the table.
pub fn print(frames: u64, reader: &mut FrameReader) {
    let screens = screens();
    println!("### Codes read, by what the screen shows, ours alone\n");
    let names: Vec<&str> = screens.iter().map(|(name, _)| *name).collect();
    println!(
        "| condition | shown | {} |\n|---|---:|{}",
        names.join(" | "),
        "---:|".repeat(names.len())
    );
    let mut totals = vec![0; screens.len()];
    let mut all = 0;
    for condition in
        CONDITIONS.iter().filter(|condition| CONDITIONS_SHOWN.contains(&condition.name))
    {
        let mut shown = 0;
        let mut row = vec![0; screens.len()];
        for (level, seed) in
            (0..LEVELS).flat_map(|level| (0..frames).map(move |seed| (level, seed)))
        {
            shown += 1;
            for ((_, screen), read) in screens.iter().zip(&mut row) {
                let frame = condition.frame_of(*screen, Size::HD, level, seed);
                *read += usize::from(is_read(reader, &frame));
            }
        }
        print_row(condition.name, shown, &row);
        all += shown;
        totals.iter_mut().zip(&row).for_each(|(total, read)| *total += read);
    }
    print_row("all", all, &totals);
    println!();
    print_distances(frames, reader);
}

/// How far away the square of 62 mm is read, nearly straight and sharp.
fn print_distances(frames: u64, reader: &mut FrameReader) {
    const CENTIMETRES: [u8; 7] = [40, 60, 70, 80, 90, 100, 120];
    println!("### Codes read, by distance, ours alone\n");
    let heads: Vec<String> = CENTIMETRES.iter().map(|distance| format!("{distance} cm")).collect();
    println!("| text | shown | {} |\n|---|---:|{}", heads.join(" | "), "---:|".repeat(heads.len()));
    for (name, length, error_correction) in [
        ("pass, L", 262, ErrorCorrection::Low),
        ("pass, M", 262, ErrorCorrection::Medium),
        ("presentation, L", 519, ErrorCorrection::Low),
        ("presentation, M", 519, ErrorCorrection::Medium),
        ("presentation, Q", 519, ErrorCorrection::Quartile),
    ] {
        let screen = Screen { error_correction, ..Screen::default() };
        let shown = 4 * frames;
        let row = CENTIMETRES.map(|distance| {
            let seen = |seed: &u64| {
                let mut random = Random::new(*seed << 8 | u64::from(distance));
                let mut turn = || random.between(-6.0, 6.0);
                let distance = f32::from(distance) * 10.0;
                let pose =
                    Pose { distance, yaw: turn(), pitch: turn(), roll: turn(), ..Pose::default() };
                let phone = Phone::showing_on(screen, &sample_text(length, &mut random), pose);
                is_read(reader, &Scene::new(vec![phone]).render(Size::HD, &mut random))
            };
            (0..shown).filter(seen).count()
        });
        print_row(name, shown, &row);
    }
    println!();
}

fn is_read(reader: &mut FrameReader, frame: &Frame) -> bool {
    let answer = ours(reader, frame, Wanted::OneSize);
    frame.texts.iter().all(|text| answer.texts.iter().any(|read| read == text.as_bytes()))
}

fn print_row(name: &str, shown: u64, read: &[usize]) {
    let read: Vec<String> = read.iter().map(usize::to_string).collect();
    println!("| {name} | {shown} | {} |", read.join(" | "));
}
