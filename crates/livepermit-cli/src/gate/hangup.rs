//! SIGHUP: the terminal of the gate is gone, or somebody renamed the log.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::shared::signals;

/// What SIGHUP means depends on the terminal. Programs such as logrotate send the signal after they
/// renamed a log. The system sends the same signal when it takes a terminal away.
#[derive(Debug)]
pub(super) struct Hangup {
    came: Arc<AtomicBool>,
    /// Which of the standard streams were a terminal at the start.
    terminals: [bool; 3],
}

impl Hangup {
    /// Unless `is_heeded`, the signal ends the process, as it ends other programs.
    pub(super) fn watch(is_heeded: bool) -> Self {
        let came = if is_heeded { signals::flag(signals::HANGUP) } else { Arc::default() };
        Self { came, terminals: terminals() }
    }

    /// Whether the signal came since the last call.
    pub(super) fn came(&self) -> bool {
        self.came.load(Ordering::Relaxed) && self.came.swap(false, Ordering::Relaxed)
    }

    /// Whether a terminal that was there at the start is gone.
    pub(super) fn took_terminal(&self) -> bool {
        self.terminals.iter().zip(terminals()).any(|(before, now)| *before && !now)
    }
}

fn terminals() -> [bool; 3] {
    [io::stdin().is_terminal(), io::stdout().is_terminal(), io::stderr().is_terminal()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signal_is_told_once() {
        let hangup = Hangup::watch(false);
        assert!(!hangup.came());
        hangup.came.store(true, Ordering::Relaxed);
        assert_eq!([hangup.came(), hangup.came()], [true, false]);
    }

    #[test]
    fn only_a_terminal_that_was_there_can_be_gone() {
        let now = terminals();
        let took = |terminals| Hangup { came: Arc::default(), terminals }.took_terminal();
        assert!(!took(now) && !took([false; 3]));
        // Where a test has no terminal, all three are gone.
        assert_eq!(took([true; 3]), now.contains(&false));
    }
}
