//! Times jobs against each other in one run: by turns, at many depths of the stack, hot or with the
//! caches emptied; and counts their instructions.
//!
//! A mean of many calls in a row would flatter: vector code runs up to a third slower at some stack
//! offsets modulo 4 KiB, so every job runs at 16 of them and the median counts; and tables look two
//! to three times better hot than after a camera frame was decoded, so jobs also run with the
//! second-level cache walked over.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

/// Something done again and again.
pub struct Job<'a> {
    /// What its row is called, and what [`instructions`] finds it by.
    pub name: String,
    /// How many things one call does: a cost is told for one of them.
    pub things: usize,
    run: Box<dyn FnMut() + Send + 'a>,
}

impl<'a> Job<'a> {
    /// A job whose call does one thing.
    pub fn new<T>(name: impl Into<String>, run: impl FnMut() -> T + Send + 'a) -> Self {
        Self::of_many(name, 1, run)
    }

    /// A job whose call does so many things.
    pub fn of_many<T>(
        name: impl Into<String>,
        things: usize,
        mut run: impl FnMut() -> T + Send + 'a,
    ) -> Self {
        Self { name: name.into(), things, run: Box::new(move || drop(black_box(run()))) }
    }

    /// Nanoseconds of one call.
    pub fn time(&mut self, calls: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..calls {
            (self.run)();
        }
        nanos(start.elapsed()) / f64::from(calls)
    }
}

/// What one thing of a job costs, in nanoseconds: medians over rounds, at each stack offset.
#[derive(Debug, Clone)]
pub struct Cost {
    by_offset: Vec<f64>,
}

impl Cost {
    /// The median over the offsets.
    pub fn nanos(&self) -> f64 {
        median(self.by_offset.clone())
    }

    /// This cost in units of another.
    pub fn ratio(&self, baseline: &Self) -> f64 {
        self.nanos() / baseline.nanos()
    }

    /// At the best and at the worst offset, both against the median of the baseline.
    pub fn range(&self, baseline: &Self) -> (f64, f64) {
        let unit = baseline.nanos();
        let least = self.by_offset.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.by_offset.iter().copied().fold(0.0, f64::max);
        (least / unit, most / unit)
    }
}

const OFFSETS: usize = 16;
/// A call takes some 448 bytes with it, so that 16 frames come to 16 places of 4 KiB.
const FRAME: usize = 208;

/// Calls `run` so many frames deeper.
#[inline(never)]
pub fn deeper(frames: usize, run: &mut dyn FnMut()) {
    if frames == 0 {
        return run();
    }
    let frame = black_box([0_u8; FRAME]);
    deeper(frames - 1, run);
    black_box(frame);
}

/// Everything in the caches: job after job in every round, so that what else the machine does meets
/// all of them.
pub fn hot(jobs: &mut [Job<'_>], rounds: usize) -> Vec<Cost> {
    const SAMPLE: f64 = 400_000.0;
    let calls: Vec<u32> =
        jobs.iter_mut().map(|job| (SAMPLE / job.time(10)).clamp(1.0, 4000.0) as u32).collect();
    sampled(jobs, rounds, |job, place| job.time(calls[place]))
}

/// One call at a time, after a walk over more memory than the second-level cache holds. What the
/// clock takes is taken off.
pub fn evicted(jobs: &mut [Job<'_>], rounds: usize) -> Vec<Cost> {
    let mut walk = vec![0_u8; 8 << 20];
    let mut after_walk = |job: &mut Job<'_>| {
        for line in walk.chunks_mut(64) {
            line[0] = line[0].wrapping_add(1);
        }
        black_box(&walk);
        job.time(1)
    };
    let clock = sampled(&mut [Job::new("nothing", || ())], rounds, |job, _| after_walk(job));
    let clock = clock.first().map_or(0.0, Cost::nanos);
    sampled(jobs, rounds, |job, _| (after_walk(job) - clock).max(0.0))
}

fn sampled(
    jobs: &mut [Job<'_>],
    rounds: usize,
    mut sample: impl FnMut(&mut Job<'_>, usize) -> f64,
) -> Vec<Cost> {
    let mut samples = vec![vec![Vec::new(); OFFSETS]; jobs.len()];
    for _ in 0..rounds {
        for offset in 0..OFFSETS {
            for (place, (job, samples)) in jobs.iter_mut().zip(&mut samples).enumerate() {
                let mut time = 0.0;
                deeper(offset, &mut || time = sample(job, place));
                samples[offset].push(time / job.things as f64);
            }
        }
    }
    samples
        .into_iter()
        .map(|by_offset| Cost { by_offset: by_offset.into_iter().map(median).collect() })
        .collect()
}

/// Instructions of one call of each job, where `--instructions` was asked for and `valgrind` is:
/// this program is run under it twice, the second time with a hundred calls more, and the
/// difference counts. Its processor has no SHA instructions.
pub fn instructions(jobs: &[Job<'_>]) -> Vec<Option<u64>> {
    let count = |name: &str, calls: u64| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().ok()?)
            .args([CALL, name, &calls.to_string()])
            .output()
            .ok()?;
        let said = String::from_utf8(output.stderr).ok()?;
        let (_, count) = said.split_once("Collected :")?;
        count.split_whitespace().next()?.parse::<u64>().ok()
    };
    let asked = std::env::args().any(|argument| argument == "--instructions");
    let counted = |job: &Job<'_>| {
        let all = asked.then(|| count(&job.name, 110)?.checked_sub(count(&job.name, 10)?))?;
        all.map(|all| all / 100)
    };
    jobs.iter().map(counted).collect()
}

const CALL: &str = "--call";

/// What this program was started for by itself: the name of a job, and a number.
pub fn ordered(option: &str) -> Option<(String, u32)> {
    let mut arguments = std::env::args().skip_while(|argument| argument != option).skip(1);
    Some((arguments.next()?, arguments.next()?.parse().ok()?))
}

/// Does what [`instructions`] asks this program for, and tells whether it was asked.
pub fn was_called(jobs: &mut [Job<'_>]) -> bool {
    let Some((name, calls)) = ordered(CALL) else { return false };
    if let Some(job) = jobs.iter_mut().find(|job| job.name == name) {
        job.time(calls);
    }
    true
}

/// Measures all of it and prints a row for each job, in units of the first; gives back what they
/// cost hot. Jobs that this program can call by their names have their instructions counted.
pub fn table(jobs: &mut [Job<'_>], decimals: usize, by_name: bool) -> Vec<Cost> {
    const ROUNDS: usize = 15;
    let costs = hot(jobs, ROUNDS);
    let cold = evicted(jobs, ROUNDS);
    let counts = if by_name { instructions(jobs) } else { vec![None; jobs.len()] };
    println!(
        "| what | ratio | at the best and worst stack offset | time | L2 evicted | instructions |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    for (((job, cost), cold), count) in jobs.iter().zip(&costs).zip(&cold).zip(counts) {
        let (least, most) = cost.range(&costs[0]);
        println!(
            "| {} | {:.decimals$} | {least:.decimals$} – {most:.decimals$} | {} | {:.decimals$} | {} |",
            job.name,
            cost.ratio(&costs[0]),
            time(cost.nanos()),
            cold.ratio(&costs[0]),
            count.map_or_else(|| "not counted".into(), grouped),
        );
    }
    costs
}

/// The middle one of some values, the upper of two; of none, not a number.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// A time in the unit in which it reads best.
pub fn time(nanos: f64) -> String {
    match nanos {
        _ if nanos < 1e3 => format!("{nanos:.0} ns"),
        _ if nanos < 1e6 => format!("{:.1} µs", nanos / 1e3),
        _ => format!("{:.1} ms", nanos / 1e6),
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
