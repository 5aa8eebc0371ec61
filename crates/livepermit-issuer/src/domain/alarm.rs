//! What is told of a day that comes near or has passed.

use jiff::civil::Date;

use super::{Calendar, Case, ENDORSEMENT_OPENS_DAYS, Moment, Permit, PermitState, Standing};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// The last day for a decision is near, or is today.
    DeadlineSoon,
    /// The last day for a decision has passed, and there is none: somebody above has to know.
    DeadlineOver,
    /// A permit ends soon, and can be endorsed.
    PermitEndsSoon,
}

impl Alarm {
    /// The stable name, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeadlineSoon => "deadline-soon",
            Self::DeadlineOver => "deadline-over",
            Self::PermitEndsSoon => "permit-ends-soon",
        }
    }

    /// The alarm with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::DeadlineSoon, Self::DeadlineOver, Self::PermitEndsSoon];
        all.into_iter().find(|alarm| alarm.name() == name)
    }

    /// What it is about: `case` or `permit`.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::DeadlineSoon | Self::DeadlineOver => "case",
            Self::PermitEndsSoon => "permit",
        }
    }
}

impl Case {
    /// What is to be told of this case now, and the last day for its decision. Nothing of a case
    /// that is settled, has time, or has no last day yet.
    #[must_use]
    pub fn alarm(&self, calendar: &Calendar, moment: &Moment) -> Option<(Alarm, Date)> {
        let due = self.due()?;
        match self.standing(calendar, moment) {
            Ok(Standing::Soon { .. } | Standing::Today) => Some((Alarm::DeadlineSoon, due)),
            Ok(Standing::Over { .. }) => Some((Alarm::DeadlineOver, due)),
            _ => None,
        }
    }
}

impl Permit {
    /// What is to be told of this permit now, and its end.
    #[must_use]
    pub fn alarm(&self, moment: &Moment) -> Option<(Alarm, Date)> {
        let left = (self.ends() - moment.today()).get_days();
        let near = 0 < left && left <= ENDORSEMENT_OPENS_DAYS;
        let good = *self.recorded_state() == PermitState::Active;
        (near && good).then(|| (Alarm::PermitEndsSoon, self.ends()))
    }
}
