//! How many frames of each condition are read: `cargo run --release -p livepermit-testkit
//! --features camera --example rates -- FOLDER [FRAMES [WORD [last]]]`. FOLDER keeps the frames,
//! so that another reader gets the same ones sooner. `last` takes the seeds of the last look.
#![expect(clippy::unwrap_used, reason = "a failure ends it")]

use std::path::Path;
use std::time::{Duration, Instant};

use livepermit_qr::read::{FrameReader, LumaFrame};
use livepermit_testkit::camera::{
    CONDITIONS, Condition, Frame, LAST_LOOK, LEVELS, PAPER, Size, hostile,
};

fn main() {
    let mut words = std::env::args().skip(1);
    let folder = words.next().unwrap_or_else(|| "frames-out".to_owned());
    let frames: u64 = words.next().map_or(10, |word| word.parse().unwrap());
    let only = words.next().unwrap_or_default();
    let first = if words.next().is_some() { LAST_LOOK } else { 0 };
    std::fs::create_dir_all(&folder).unwrap();
    println!("condition | read of {frames} at each level | wrong | ms: median, most");
    let mut wrong_texts = 0;
    for condition in CONDITIONS.iter().chain(PAPER).filter(|one| one.name.contains(&only)) {
        let (mut counts, mut times, mut wrong) = (Vec::new(), Vec::new(), 0);
        for level in 0..LEVELS {
            let mut read = 0;
            for seed in first..first + frames {
                let (pixels, texts) = frame(Path::new(&folder), condition, level, seed);
                let luma = LumaFrame::new(&pixels, 1280, 720, 1280).unwrap();
                let mut reader = FrameReader::new();
                let mut quickest = Duration::MAX;
                let mut reading = None;
                for _ in 0..3 {
                    let start = Instant::now();
                    reading = Some(reader.read(&luma).unwrap());
                    quickest = quickest.min(start.elapsed());
                }
                times.push(quickest);
                let found: Vec<String> = reading
                    .unwrap()
                    .codes()
                    .iter()
                    .map(|code| String::from_utf8_lossy(code.bytes()).into_owned())
                    .collect();
                wrong += found.iter().filter(|text| !texts.contains(text)).count();
                // The last text is that of the code in front.
                read += usize::from(texts.last().is_some_and(|text| found.contains(text)));
            }
            counts.push(read);
        }
        times.sort_unstable();
        let ms = |time: Option<&Duration>| time.unwrap().as_secs_f64() * 1e3;
        println!(
            "{:24} | {counts:3?} | {wrong} | {:.2} {:.2}",
            condition.name,
            ms(times.get(times.len() / 2)),
            ms(times.last())
        );
        wrong_texts += wrong;
    }
    println!("wrong texts: {wrong_texts}");
    if "hostile".contains(&only) {
        for frame in hostile_frames() {
            let luma = LumaFrame::new(&frame.pixels, 1280, 720, 1280).unwrap();
            let mut reader = FrameReader::new();
            let times = (0..3).map(|_| {
                let start = Instant::now();
                assert!(reader.read(&luma).unwrap().codes().is_empty());
                start.elapsed().as_secs_f64() * 1e3
            });
            print!("{:.1} ", times.fold(f64::MAX, f64::min));
        }
        println!("ms: hostile frames");
    }
}

fn hostile_frames() -> Vec<Frame> {
    let grids =
        [(1, 14), (2, 14), (3, 14), (2, 18), (3, 22), (4, 14), (5, 14), (6, 18), (8, 14), (3, 80)];
    let walls = (1..9).map(|module| hostile::finder_wall(Size::HD, module));
    let rain = (0..8_u32).map(|seed| hostile::finder_rain(Size::HD, 100 << seed, seed.into()));
    grids
        .into_iter()
        .map(|(module, modules)| hostile::finder_grid(Size::HD, module, modules))
        .chain(walls)
        .chain(rain)
        .chain((0..2).map(|seed| hostile::static_noise(Size::HD, seed)))
        .collect()
}

fn frame(folder: &Path, condition: &Condition, level: u32, seed: u64) -> (Vec<u8>, Vec<String>) {
    let name = condition.name.replace([' ', ':'], "-");
    let path = folder.join(format!("{name}-{level}-{seed}"));
    let (pixels, texts) = (path.with_extension("grey"), path.with_extension("txt"));
    if let (Ok(pixels), Ok(texts)) = (std::fs::read(&pixels), std::fs::read_to_string(&texts)) {
        return (pixels, texts.lines().map(str::to_owned).collect());
    }
    let frame = condition.frame(Size::HD, level, seed);
    std::fs::write(&pixels, &frame.pixels).unwrap();
    std::fs::write(&texts, frame.texts.join("\n")).unwrap();
    (frame.pixels, frame.texts)
}
