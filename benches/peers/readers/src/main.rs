//! Readers of QR codes on the same generated frames in the same run, as a table.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -p livepermit-readers --
//! [--frames N] [--random N] [--only WORD] [--ours] [--slips]`
//!
//! `--frames` per condition and level (10 unless set), `--random` frames drawn from all conditions
//! for the worst case (200 unless set). `--slips` prints how slips of several sizes are read, and
//! nothing else. `PYTHON` names a Python with `zxing-cpp`, `numpy` and
//! `pyzbar`.

mod reader;
mod screens;
mod slips;
mod table;

use livepermit_qr::read::FrameReader;
use livepermit_testkit::camera::{
    CONDITIONS, Condition, Frame, LEVELS, PAPER, Random, Size, hostile,
};

use reader::{Peers, Wanted, ours, rqrr, rxing, rxing_hardest};
use table::{READERS, Row, Table};

/// Codes in a frame from which on `rqrr` is not asked. It would take minutes for each frame.
const CROWD: usize = 11;

struct Options {
    frames: u64,
    random: u64,
    only: Option<String>,
    ours: bool,
    slips: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options { frames: 10, random: 200, only: None, ours: false, slips: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} takes a value"));
        match word.as_str() {
            "--frames" => {
                options.frames = value()?.parse().map_err(|_| "--frames takes a number")?
            }
            "--random" => {
                options.random = value()?.parse().map_err(|_| "--random takes a number")?
            }
            "--only" => options.only = Some(value()?),
            "--ours" => options.ours = true,
            "--slips" => options.slips = true,
            _ => return Err(format!("unknown option {word}")),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = options()?;
    if options.slips {
        slips::print(options.frames, options.only.as_deref(), &mut FrameReader::new());
        return Ok(());
    }
    let mut peers = if options.ours {
        None
    } else {
        Some(Peers::start(&std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned()))?)
    };
    let mut reader = FrameReader::new();
    let chosen = |condition: &&Condition| {
        options.only.as_ref().is_none_or(|only| condition.name.contains(only.as_str()))
    };
    let all: Vec<&Condition> = CONDITIONS.iter().chain(PAPER).collect();
    let conditions: Vec<&Condition> = all.iter().copied().filter(chosen).collect();

    println!("# Figures of readers on camera frames\n");
    println!(
        "Made by `benches/peers/readers` with `--frames {} --random {}`; how to read them:\n\
         [scanning.md](../scanning.md).\n",
        options.frames, options.random
    );
    let mut hd = Table::new("1280 x 720", !options.ours);
    for condition in &conditions {
        let mut row = Row::new(condition.name);
        for level in 0..LEVELS {
            for seed in 0..options.frames {
                run(
                    &mut row,
                    &condition.frame(Size::HD, level, seed),
                    level,
                    &mut reader,
                    &mut peers,
                )?;
            }
        }
        hd.push(row);
    }
    println!("{hd}");

    let mut larger = Table::new("1920 x 1080", !options.ours);
    for condition in &conditions {
        let mut row = Row::new(condition.name);
        for level in 0..LEVELS {
            for seed in 0..options.frames.div_ceil(5) {
                run(
                    &mut row,
                    &condition.frame(Size::FULL_HD, level, seed),
                    level,
                    &mut reader,
                    &mut peers,
                )?;
            }
        }
        larger.push(row);
    }
    println!("{larger}");

    if options.only.is_none() {
        let mut walls = Table::new("hostile frames, 1280 x 720", !options.ours);
        for (name, frames) in hostile_frames() {
            let mut row = Row::new(name);
            for frame in frames {
                // rxing's search has no end on a wall of finder patterns: ours and the two in C
                // only.
                row.add(READERS.ours, &frame, &ours(&mut reader, &frame, Wanted::OneSize), 0);
                if let Some(peers) = &mut peers {
                    for (reader, answer) in
                        [READERS.zxing_cpp, READERS.zbar].into_iter().zip(peers.read(&frame)?)
                    {
                        answer.iter().for_each(|answer| row.add(reader, &frame, answer, 0));
                    }
                }
            }
            walls.push(row);
        }
        println!("{walls}");

        screens::print(options.frames, &mut reader);

        let mut row = Row::new("random");
        let mut random = Random::new(20_260_101);
        for seed in 0..options.random {
            let condition = all[random.below(all.len() as u32) as usize];
            let level = random.below(LEVELS);
            let frame = condition.frame(Size::HD, level, 1_000_000 + seed);
            let answer = ours(&mut reader, &frame, Wanted::OneSize);
            row.add(READERS.ours, &frame, &answer, level);
        }
        let mut worst = Table::new("any of these, drawn at random, ours alone", false);
        worst.push(row);
        println!("{worst}");
    }
    Ok(())
}

fn run(
    row: &mut Row,
    frame: &Frame,
    level: u32,
    reader: &mut FrameReader,
    peers: &mut Option<Peers>,
) -> std::io::Result<()> {
    let wanted = Wanted::of(frame);
    row.add(READERS.ours, frame, &ours(reader, frame, wanted), level);
    if let Some(peers) = peers {
        let with_defaults = rxing(frame, wanted);
        row.add(READERS.rxing, frame, &with_defaults, level);
        row.add(READERS.rxing_hardest, frame, &rxing_hardest(frame, with_defaults), level);
        // It tries every three patterns.
        if frame.texts.len() < CROWD {
            row.add(READERS.rqrr, frame, &rqrr(frame), level);
        }
        for (reader, answer) in
            [READERS.zxing_cpp, READERS.zbar].into_iter().zip(peers.read(frame)?)
        {
            answer.iter().for_each(|answer| row.add(reader, frame, answer, level));
        }
    }
    Ok(())
}

fn hostile_frames() -> Vec<(&'static str, Vec<Frame>)> {
    let size = Size::HD;
    vec![
        (
            "walls of finder patterns",
            (1..9).map(|module| hostile::finder_wall(size, module)).collect(),
        ),
        (
            "grids of finder patterns",
            [(1, 14), (2, 14), (3, 14), (2, 18), (3, 22), (4, 14), (5, 14), (6, 18), (8, 14)]
                .map(|(module, modules)| hostile::finder_grid(size, module, modules))
                .into(),
        ),
        ("stripes", (1..9).map(|module| hostile::stripes(size, module)).collect()),
        (
            "rain of finder patterns",
            (0..8_u32).map(|seed| hostile::finder_rain(size, 100 << seed, seed.into())).collect(),
        ),
        ("static", (0..4).map(|seed| hostile::static_noise(size, seed)).collect()),
    ]
}
