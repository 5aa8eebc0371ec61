//! Memory held against the size of the input.

use std::sync::Once;

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What a reader may allocate beside what grows with its input: errors, tables of a decompressor, a
/// small list.
pub const CONSTANT: usize = 64 * 1024;

/// Runs `work` and checks that at no time it held more than `limit` bytes.
///
/// Pass something that has run before: tables that are computed once are not the input's doing.
pub fn bounded<T>(limit: usize, work: impl FnOnce() -> T) -> T {
    // Other threads of libFuzzer allocate before the first input, and none after.
    static WARM: Once = Once::new();
    WARM.call_once(crate::warm_up);
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let result = work();
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    assert!(peak <= limit, "{peak} bytes allocated, at most {limit} may be");
    result
}
