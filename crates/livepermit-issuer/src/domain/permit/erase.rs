//! Personal data of a permit leaves the register. Number, dates, entries and decisions stay.

use jiff::{ToSpan, civil::Date};

use super::super::{Check, DomainError, Event, Moment, Subject};
use super::{Cancellation, Permit, PermitState, Suspension};

impl Permit {
    /// Drops the personal data, `retention_days` after the permit was cancelled or has ended: the
    /// holder, those who act for the holder, cards, and notes. No event if the data was erased
    /// before.
    ///
    /// # Errors
    ///
    /// [`DomainError::PermitNotOver`], [`DomainError::ErasureTooEarly`], or
    /// [`DomainError::ClockBack`].
    pub fn erase(
        &mut self,
        retention_days: u16,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            if matches!(permit.holder, Subject::Erased { .. }) {
                return Ok(());
            }
            let earliest =
                permit.over_since(moment)?.saturating_add(i32::from(retention_days).days());
            let today = moment.day_of(at);
            if today < earliest {
                return Err(DomainError::ErasureTooEarly { earliest, today });
            }
            permit.holder = permit.holder.clone().erased(at);
            let mut documents: Vec<_> = permit.documents.drain(..).map(|paper| paper.id).collect();
            for representative in &mut permit.representatives {
                representative.erase(at, &mut documents);
            }
            permit.cards.clear();
            permit.follow_ups.iter_mut().for_each(Check::erase);
            permit.state.erase();
            events.push(Event::PermitErased { permit: permit.id, documents });
            Ok(())
        })
    }

    /// The first day on which the permit was good no longer, for good.
    fn over_since(&self, moment: &Moment) -> Result<Date, DomainError> {
        match &self.state {
            PermitState::Active | PermitState::Suspended(_) => {
                Err(DomainError::PermitNotOver { permit: self.id, ends: self.ends })
            }
            PermitState::Cancelled(Cancellation { at, .. }) => Ok(moment.day_of(*at)),
            PermitState::Ended { .. } => Ok(self.ends),
        }
    }
}

impl PermitState {
    /// Drops the notes of officers.
    fn erase(&mut self) {
        match self {
            Self::Active | Self::Ended { suspended: None } => {}
            Self::Suspended(Suspension { reason, .. })
            | Self::Ended { suspended: Some(Suspension { reason, .. }) } => reason.erase(),
            Self::Cancelled(Cancellation { reason, .. }) => reason.erase(),
        }
    }
}
