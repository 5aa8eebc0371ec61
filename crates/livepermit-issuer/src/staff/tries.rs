//! How often somebody may try to log in.

use jiff::SignedDuration;

/// So many tries fail before somebody has to wait.
pub const FREE_TRIES: u32 = 5;
/// The longest wait between two tries. Who tries other people's names keeps them out for so long at
/// most.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// How long to wait after so many tries that failed, one after the other: nothing at first, then
/// ten seconds, and twice as long each time.
#[must_use]
pub fn wait_after(tries: u32) -> SignedDuration {
    let Some(beyond) = tries.checked_sub(FREE_TRIES) else { return SignedDuration::ZERO };
    let seconds = 10_i64.checked_shl(beyond.min(20)).unwrap_or(i64::MAX);
    SignedDuration::from_secs(seconds).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let seconds: Vec<_> = (0..14).map(|tries| wait_after(tries).as_secs()).collect();
        let grows = [0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900];
        assert_eq!(seconds, grows);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}
