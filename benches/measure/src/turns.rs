//! Contenders that take turns, so that whatever else the machine does falls on each of them alike.

use std::time::{Duration, Instant};

/// Medians of so many turns.
pub fn taking_turns<const COUNT: usize>(
    turns: usize,
    contenders: &mut [&mut dyn FnMut(); COUNT],
) -> [Duration; COUNT] {
    let mut times = [const { Vec::new() }; COUNT];
    for _ in 0..turns {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let start = Instant::now();
            contender();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[turns / 2]
    })
}

/// A time in microseconds.
pub fn micros(time: Duration) -> String {
    let tenths = time.as_nanos() / 100;
    format!("{}.{} µs", tenths / 10, tenths % 10)
}
