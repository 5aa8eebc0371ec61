//! How old the lists of a gate are, and the alarms long before they are too old.

use livepermit::Timestamp;

/// What a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ListKind {
    /// Whom the gate trusts.
    Trust,
    /// Which permits are withdrawn.
    Status,
}

impl ListKind {
    /// `trust` or `status`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Status => "status",
        }
    }
}

/// A list that is in use, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListAge {
    /// What the list says.
    pub kind: ListKind,
    /// The name of a trust list, or the URI of a status list.
    pub name: String,
    /// When the list was made.
    pub made: Timestamp,
    /// When the list expires by its own word. `None` if it does not say.
    pub expires: Option<Timestamp>,
    /// When the gate's policy finds the list too old. `None` if the policy sets no age.
    pub too_old: Option<Timestamp>,
}

/// A list that soon is of no use, or is of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alarm {
    /// How urgent it is.
    pub level: AlarmLevel,
    /// What ends the list.
    pub ending: Ending,
    /// When.
    pub at: Timestamp,
}

/// How urgent an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlarmLevel {
    /// Half of the age that the policy allows is over, or three quarters of the list's own life.
    Early,
    /// Three quarters of the age that the policy allows are over, or nine tenths of the list's own
    /// life.
    Late,
    /// The list is too old, or has expired.
    Over,
}

impl AlarmLevel {
    /// `early`, `late` or `over`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::Late => "late",
            Self::Over => "over",
        }
    }
}

/// What ends a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// The policy: the list becomes too old.
    Age,
    /// The list's own word: the list expires.
    Expiry,
}

impl Ending {
    /// The stable code of the alarm, for logs: `list-ageing` or `list-expiring`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Age => "list-ageing",
            Self::Expiry => "list-expiring",
        }
    }
}

impl ListAge {
    pub(super) fn new(
        kind: ListKind,
        name: String,
        made: Timestamp,
        expires: Option<Timestamp>,
        oldest: Option<u64>,
    ) -> Self {
        let too_old = oldest.map(|seconds| made.plus(seconds));
        Self { kind, name, made, expires, too_old }
    }

    /// The alarm at this time: the more urgent alarm, if both the age and the expiry give one.
    #[must_use]
    pub fn alarm(&self, now: Timestamp) -> Option<Alarm> {
        // In hundredths of the time that the list has.
        let age = self.too_old.map(|at| (Ending::Age, at, 50, 75));
        let expiry = self.expires.map(|at| (Ending::Expiry, at, 75, 90));
        let alarms = age.into_iter().chain(expiry).filter_map(|(ending, at, early, late)| {
            let whole = at.seconds_since(self.made);
            let after = |hundredths: u64| {
                now >= self.made.plus(whole.saturating_mul(hundredths) / 100) && now > self.made
            };
            let level = if now >= at {
                AlarmLevel::Over
            } else if after(late) {
                AlarmLevel::Late
            } else if after(early) {
                AlarmLevel::Early
            } else {
                return None;
            };
            Some(Alarm { level, ending, at })
        });
        alarms.max_by_key(|alarm| (alarm.level, std::cmp::Reverse(alarm.at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn what_a_log_calls_them() {
        assert_eq!([ListKind::Trust, ListKind::Status].map(ListKind::name), ["trust", "status"]);
        let levels = [AlarmLevel::Early, AlarmLevel::Late, AlarmLevel::Over];
        assert_eq!(levels.map(AlarmLevel::name), ["early", "late", "over"]);
        let endings = [Ending::Age, Ending::Expiry];
        assert_eq!(endings.map(Ending::code), ["list-ageing", "list-expiring"]);
    }

    #[test]
    fn alarms_come_long_before_the_end() {
        let list = |expires: Option<u64>, oldest| {
            ListAge::new(ListKind::Status, "s:1".to_owned(), at(0), expires.map(at), oldest)
        };
        let alarm = |list: &ListAge, now| list.alarm(at(now)).map(|a| (a.level, a.ending, a.at));
        use AlarmLevel::{Early, Late, Over};
        use Ending::{Age, Expiry};
        let age = list(None, Some(1000));
        for (now, expected) in
            [(0, None), (499, None), (500, Some(Early)), (749, Some(Early)), (750, Some(Late))]
        {
            assert_eq!(alarm(&age, now), expected.map(|level| (level, Age, at(1000))), "{now}");
        }
        assert_eq!(alarm(&age, 999), Some((Late, Age, at(1000))));
        assert_eq!(alarm(&age, 1000), Some((Over, Age, at(1000))));
        let expiry = list(Some(1000), None);
        for (now, expected) in
            [(749, None), (750, Some(Early)), (900, Some(Late)), (1000, Some(Over))]
        {
            assert_eq!(alarm(&expiry, now), expected.map(|level| (level, Expiry, at(1000))));
        }
        // Of two alarms the more urgent one, and of two as urgent ones the earlier end.
        let both = list(Some(1000), Some(4000));
        assert_eq!(alarm(&both, 800), Some((Early, Expiry, at(1000))));
        assert_eq!(alarm(&both, 2000), Some((Over, Expiry, at(1000))));
        let both = list(Some(1200), Some(1000));
        assert_eq!(alarm(&both, 950), Some((Late, Age, at(1000))));
        assert_eq!(alarm(&list(None, None), 1 << 36), None);
        // A policy that lets no list be old, and a list without a life, are over at once.
        assert_eq!(alarm(&list(None, Some(0)), 0), Some((Over, Age, at(0))));
        // A list that was just made is in order, however short its life is.
        assert_eq!(alarm(&list(None, Some(1)), 0), None);
        assert_eq!(alarm(&list(None, Some(1)), 1), Some((Over, Age, at(1))));
    }
}
