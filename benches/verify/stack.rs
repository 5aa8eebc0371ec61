//! How much stack one verdict takes: this program runs itself with ever less room left in a thread,
//! until the verdict no longer fits, and compares with a job that does nothing.

use std::process::{Command, Stdio};
use std::thread;

use livepermit_measure::{Job, deeper, grouped, ordered};

const CALL: &str = "--stack";
const THREAD: usize = 256 << 10;

/// Prints the stack of each job whose name begins with one of `wanted`.
pub(crate) fn print(jobs: &[Job<'_>], wanted: &[&str]) {
    let frame = frame_bytes();
    let nothing = frames_beside("");
    println!("\n| stack of one verdict, to {frame} bytes | bytes |\n|---|---:|");
    for job in jobs.iter().filter(|job| wanted.contains(&job.name.as_str())) {
        let used = nothing.saturating_sub(frames_beside(&job.name)) * frame;
        println!("| {} | {} |", job.name, grouped(used as u64));
    }
}

/// What one step of [`deeper`] takes.
fn frame_bytes() -> usize {
    let address_at = |frames| {
        let mut address = 0;
        deeper(frames, &mut || {
            let here = 0_u8;
            address = std::ptr::from_ref(&here).addr();
        });
        address
    };
    address_at(0).abs_diff(address_at(100)) / 100
}

/// The most frames beside which the job of this name still fits.
fn frames_beside(name: &str) -> usize {
    let (mut fits, mut fails) = (0, THREAD / 200);
    assert!(survives(name, fits), "{name}");
    while fails - fits > 1 {
        let middle = fits.midpoint(fails);
        if survives(name, middle) {
            fits = middle;
        } else {
            fails = middle;
        }
    }
    fits
}

fn survives(name: &str, frames: usize) -> bool {
    Command::new(std::env::current_exe().unwrap())
        .args([CALL, name, &frames.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Does what [`print`] asks this program for, and tells whether it was asked.
pub(crate) fn was_called(jobs: &mut [Job<'_>]) -> bool {
    let Some((name, frames)) = ordered(CALL) else { return false };
    let mut nothing = Job::new("nothing", || ());
    let job = jobs.iter_mut().find(|job| job.name == name).unwrap_or(&mut nothing);
    thread::scope(|scope| {
        let run = move || {
            deeper(frames as usize, &mut || {
                job.time(1);
            });
        };
        thread::Builder::new().stack_size(THREAD).spawn_scoped(scope, run).unwrap().join().unwrap();
    });
    true
}
