//! The most work that one frame or picture may cost.

/// Bounds of the searches of one frame or picture. A stranger who wants to keep the reader busy has
/// to fill the picture, and does not get beyond these numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Places that are looked at more closely in all searches together. Noise has thousands.
    pub(super) checks: usize,
    /// The same for one search.
    pub(super) checks_at_once: usize,
    /// Finder patterns that one search keeps. A code has three, and a wall of sixty codes 180.
    pub(super) patterns: usize,
    /// Patterns of which every three are considered as the corners of a code.
    pub(super) grouped: usize,
    /// Groups of three patterns that one search looks at more closely, the most plausible first.
    pub(super) located: usize,
    /// The same for groups of patterns from different searches.
    pub(super) mixed: usize,
    /// Codes that are read.
    pub(super) codes: usize,
    /// Modules of symbols that look like codes and cannot be read.
    pub(super) unread_modules: usize,
    /// Symbols whose patterns are asked whether their paper is bent.
    pub(super) measured: usize,
    /// Modules of symbols that are read a second time as if their paper were bent.
    pub(super) bent_modules: usize,
}

impl Budget {
    /// For a camera frame, in which one person shows one code.
    pub(super) const ONE_SIZE: Self = Self {
        checks: 2_400,
        checks_at_once: 1_600,
        patterns: 192,
        grouped: 48,
        located: 32,
        mixed: 8,
        codes: 16,
        // Three symbols of version 40, or 23 of version 11 or less.
        unread_modules: 3 * 177 * 177,
        measured: 4,
        // One symbol of version 27, or two of version 17.
        bent_modules: 125 * 125,
    };

    /// For a camera frame in which every code is wanted.
    pub(super) const EVERY_SIZE: Self = Self {
        checks: 4_800,
        checks_at_once: 3_200,
        grouped: 192,
        located: 4_000,
        mixed: 32,
        codes: 64,
        ..Self::ONE_SIZE
    };

    /// For a still picture, for which nobody waits at a gate.
    pub(super) const STILL: Self = Self {
        checks: 120_000,
        checks_at_once: 20_000,
        patterns: 1_000,
        grouped: 600,
        located: 4_000,
        mixed: 64,
        codes: 200,
        unread_modules: 40 * 177 * 177,
        measured: 40,
        bent_modules: 10 * 125 * 125,
    };
}
