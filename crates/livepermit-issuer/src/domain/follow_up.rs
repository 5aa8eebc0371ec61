//! Follow-up checks: some permits are looked at again after their issue.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DomainError, Event, Moment, OfficeId, PermitId, StaffId};

/// How many permits are looked at again after their issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSize {
    /// Of a hundred permits.
    pub percent: u8,
    /// How many days after the issue permits are drawn.
    pub after_days: u16,
}

/// Nobody is looked at again.
impl Default for SampleSize {
    fn default() -> Self {
        Self { percent: 0, after_days: 30 }
    }
}

impl SampleSize {
    /// How many of so many permits are drawn. `random` gives each number below its argument alike:
    /// what is left of a hundred is drawn as often as its share says, so that an office with few
    /// permits has its part of checks too.
    #[must_use]
    pub fn of(self, permits: usize, random: impl FnOnce(usize) -> usize) -> usize {
        let hundredths = permits.saturating_mul(usize::from(self.percent.min(100)));
        hundredths.saturating_add(random(100).min(99)) / 100
    }
}

/// A permit that waits for a follow-up check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// The permit.
    pub permit: PermitId,
    /// Since when it waits.
    pub since: Timestamp,
    /// The officer who looks; `None` if nobody has taken it.
    pub officer: Option<StaffId>,
}

/// The queue of an office's follow-up checks, the oldest first. A permit waits in it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUps {
    office: OfficeId,
    waiting: Vec<FollowUp>,
    changed: Timestamp,
}

impl FollowUps {
    /// An empty queue.
    #[must_use]
    pub const fn new(office: OfficeId, moment: &Moment) -> Self {
        Self { office, waiting: Vec::new(), changed: moment.now() }
    }

    /// The office whose permits wait.
    #[must_use]
    pub const fn office(&self) -> &OfficeId {
        &self.office
    }

    /// The permits that wait, the oldest first.
    #[must_use]
    pub fn waiting(&self) -> &[FollowUp] {
        &self.waiting
    }

    /// The check for which this permit waits; `None` if it waits for none.
    #[must_use]
    pub fn of(&self, permit: PermitId) -> Option<&FollowUp> {
        self.waiting.iter().find(|waits| waits.permit == permit)
    }

    /// When the queue was changed last.
    #[must_use]
    pub const fn changed(&self) -> Timestamp {
        self.changed
    }

    /// Queues `count` of `permits`, or all if there are fewer. Each choice of that many permits is
    /// as likely as each other, if `random` gives each number below its argument alike. Permits
    /// that wait already are left out first.
    ///
    /// # Errors
    ///
    /// [`DomainError::ClockBack`].
    pub fn sample(
        &mut self,
        permits: impl IntoIterator<Item = PermitId>,
        count: usize,
        mut random: impl FnMut(usize) -> usize,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        let since = moment.after(self.changed)?;
        let known: BTreeSet<_> = self.waiting.iter().map(|waits| waits.permit).collect();
        let distinct: BTreeSet<_> = permits.into_iter().filter(|id| !known.contains(id)).collect();
        let mut left: Vec<_> = distinct.into_iter().collect();
        let mut events = Vec::new();
        while events.len() < count && !left.is_empty() {
            // A generator that breaks its promise costs fairness, not the service.
            let permit = left.swap_remove(random(left.len()) % left.len());
            self.waiting.push(FollowUp { permit, since, officer: None });
            events.push(Event::FollowUpQueued { permit });
        }
        self.changed = since;
        Ok(events)
    }

    /// Gives the permit that waits longest, of those that nobody has taken, to an officer. No event
    /// if none waits.
    ///
    /// # Errors
    ///
    /// [`DomainError::ClockBack`].
    pub fn take(&mut self, officer: &StaffId, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        let at = moment.after(self.changed)?;
        let next = self.waiting.iter_mut().find(|waits| waits.officer.is_none());
        let events = next.map(|waits| {
            waits.officer = Some(officer.clone());
            Event::FollowUpTaken { permit: waits.permit, officer: officer.clone() }
        });
        self.changed = at;
        Ok(events.into_iter().collect())
    }

    /// Gives a permit that waits to this officer, also when another one has it.
    ///
    /// # Errors
    ///
    /// [`DomainError::FollowUpUnknown`], [`DomainError::FollowUpGivenAlready`], or
    /// [`DomainError::ClockBack`].
    pub fn give(
        &mut self,
        permit: PermitId,
        officer: &StaffId,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        let at = moment.after(self.changed)?;
        let Some(waits) = self.waiting.iter_mut().find(|waits| waits.permit == permit) else {
            return Err(DomainError::FollowUpUnknown { permit });
        };
        if waits.officer.as_ref() == Some(officer) {
            return Err(DomainError::FollowUpGivenAlready { permit, officer: officer.clone() });
        }
        waits.officer = Some(officer.clone());
        self.changed = at;
        Ok(vec![Event::FollowUpTaken { permit, officer: officer.clone() }])
    }

    /// Removes a permit after its check was recorded by
    /// [`Permit::record_follow_up`](super::Permit::record_follow_up), or because the permit is
    /// over. Who has not taken a check that another officer has cannot close it.
    ///
    /// # Errors
    ///
    /// [`DomainError::FollowUpUnknown`], [`DomainError::FollowUpTaken`], or
    /// [`DomainError::ClockBack`].
    pub fn close(
        &mut self,
        permit: PermitId,
        by: &StaffId,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        let at = moment.after(self.changed)?;
        let Some(place) = self.waiting.iter().position(|waits| waits.permit == permit) else {
            return Err(DomainError::FollowUpUnknown { permit });
        };
        let other = self.waiting.get(place).and_then(|waits| waits.officer.clone());
        if let Some(officer) = other.filter(|officer| officer != by) {
            return Err(DomainError::FollowUpTaken { permit, officer });
        }
        self.waiting.remove(place);
        self.changed = at;
        Ok(vec![Event::FollowUpClosed { permit }])
    }
}
