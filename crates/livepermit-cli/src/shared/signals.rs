//! Signals of the operating system.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

/// Somebody ends the program politely: with Ctrl-C, or with `kill`.
pub(crate) const END: &[i32] = &[SIGINT, SIGTERM];
/// SIGHUP. Systems other than Unix have no such signal.
pub(crate) const HANGUP: &[i32] = &[
    #[cfg(unix)]
    signal_hook::consts::SIGHUP,
];

/// A flag that each of these signals sets. The signals do not end the process any more. A signal
/// that cannot be watched does what it does without this function.
pub(crate) fn flag(signals: &[i32]) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in signals {
        let _ = signal_hook::flag::register(*signal, Arc::clone(&flag));
    }
    flag
}
