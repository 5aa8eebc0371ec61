//! Which way people go through a gate, and how soon again.

/// Whether people enter or leave the zone through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Passage {
    /// People enter the zone. The cool-down applies, and an admission starts it again.
    Enter,
    /// People leave the zone. The cool-down ends, so that the permit may enter again.
    Leave,
}

/// How long a zone refuses other codes of a permit after it admitted one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoolDownPolicy {
    /// The window of the code plus the skew. While several codes of one phone are live, the zone
    /// admits exactly one of them.
    Window,
    /// This many seconds, or the window plus the skew if that is longer. A long cool-down stops
    /// people from sharing a permit.
    Seconds(u64),
    /// No cool-down: several people can enter with codes of one phone.
    DangerousNone,
}
