//! The settings of a zone, as the server keeps them.

use super::super::{Retention, StoreError, StoreErrorKind};

/// What all gates of a zone agree on, and the number of the shard. Two zones whose keys are the
/// same by accident differ in that number or in the number of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) limits: Retention,
    pub(super) shards: usize,
    shard: usize,
}

impl Settings {
    pub(super) const fn new(limits: Retention, shards: usize, shard: usize) -> Self {
        // The limit is what counts: a longest cool-down below the limit changes nothing.
        let limits = Retention { longest_cool_down: limits.cool_down_limit(), ..limits };
        Self { limits, shards, shard }
    }

    /// Numbers between spaces.
    pub(super) fn text(self) -> String {
        let Retention { largest_window, largest_skew, clock_difference, .. } = self.limits;
        let Retention { longest_cool_down, old_master, .. } = self.limits;
        let Self { shards, shard, .. } = self;
        format!(
            "{largest_window} {largest_skew} {clock_difference} {longest_cool_down} {old_master} \
             {shards} {shard}"
        )
    }

    /// The settings that [`Settings::text`] wrote; `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(str::parse::<u64>);
        let mut next = || numbers.next()?.ok();
        let limits = Retention {
            largest_window: next()?,
            largest_skew: next()?,
            clock_difference: next()?,
            longest_cool_down: next()?,
            old_master: next()?,
        };
        let shards = usize::try_from(next()?).ok()?;
        let settings = Self { limits, shards, shard: usize::try_from(next()?).ok()? };
        (settings.text() == text).then_some(settings)
    }

    /// The larger of both limits: what was admitted under one of them is still live under these.
    pub(super) fn wider(self, limits: Retention) -> Retention {
        let limits = Self::new(limits, self.shards, self.shard).limits;
        Retention {
            largest_window: self.limits.largest_window.max(limits.largest_window),
            largest_skew: self.limits.largest_skew.max(limits.largest_skew),
            clock_difference: self.limits.clock_difference.max(limits.clock_difference),
            longest_cool_down: self.limits.longest_cool_down.max(limits.longest_cool_down),
            old_master: self.limits.old_master.max(limits.old_master),
        }
    }

    /// Why a gate with these settings cannot use a zone with the settings `theirs`.
    pub(super) fn refused_by(self, theirs: Self) -> StoreError {
        let differences: Vec<String> = self
            .named()
            .into_iter()
            .zip(theirs.named())
            .filter(|((_, ours), (_, theirs))| ours != theirs)
            .map(|((name, ours), (_, theirs))| format!("{name}: {theirs} there, {ours} here"))
            .collect();
        let reason = format!(
            "the zone has other settings than this gate ({}); give the gate the zone's, or let an \
             operator change the zone's",
            differences.join("; ")
        );
        StoreError::of(StoreErrorKind::Setup, &reason)
    }

    fn named(self) -> [(&'static str, String); 7] {
        let seconds = |span: u64| match span {
            Retention::UNBOUNDED => "unbounded".to_owned(),
            span => format!("{span} s"),
        };
        [
            ("largest window", seconds(self.limits.largest_window)),
            ("largest skew", seconds(self.limits.largest_skew)),
            ("clock difference", seconds(self.limits.clock_difference)),
            ("longest cool-down", seconds(self.limits.longest_cool_down)),
            ("old master", seconds(self.limits.old_master)),
            ("shards", self.shards.to_string()),
            ("number of this shard", self.shard.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_read_again_and_no_other_text_is() {
        let unbounded = Retention { old_master: Retention::UNBOUNDED, ..Retention::default() };
        for settings in
            [Settings::new(Retention::default(), 1, 0), Settings::new(unbounded, 1024, 1023)]
        {
            assert_eq!(Settings::parse(&settings.text()), Some(settings));
        }
        assert_eq!(Settings::new(Retention::default(), 4, 2).text(), "30 5 60 35 0 4 2");
        for wrong in
            ["", "30 5 60 35 0 4", "30 5 60 35 0 4 2 1", "+30 5 60 35 0 4 2", "030 5 60 35 0 4 2"]
        {
            assert_eq!(Settings::parse(wrong), None, "{wrong}");
        }
    }
}
