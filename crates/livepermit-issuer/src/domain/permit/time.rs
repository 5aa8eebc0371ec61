//! What ends by itself: a permit, a slip, a mandate.

use jiff::{Timestamp, civil::Date};

use super::super::{Closed, DomainError, Event, Moment, Party};
use super::{Enrolment, Permit, PermitState};

impl Permit {
    /// Closes what time has ended: the permit, its slips, the mandates of those who act for the
    /// holder. A job calls this daily. No event if nothing has ended.
    ///
    /// # Errors
    ///
    /// [`DomainError::ClockBack`].
    pub fn pass_time(&mut self, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |_, _, _| Ok(()))
    }

    /// Closes what has ended on the day `today` or before.
    pub(super) fn close_what_time_has_ended(
        &mut self,
        at: Timestamp,
        today: Date,
        events: &mut Vec<Event>,
    ) {
        self.close_mandates(at, events, |until| until.is_some_and(|until| until <= today));
        let why = match self.state {
            PermitState::Suspended(_) => Closed::TimeOverSuspended,
            _ => Closed::TimeOver,
        };
        self.close_slips(at, why, events, |slip| slip.until <= today);
        if today < self.ends {
            return;
        }
        let suspended = match &self.state {
            PermitState::Active => None,
            PermitState::Suspended(suspension) => Some(suspension.clone()),
            PermitState::Cancelled(_) | PermitState::Ended { .. } => return,
        };
        self.close_device(at, why, events);
        self.enrolment = Enrolment::Closed;
        self.state = PermitState::Ended { suspended };
        events.push(Event::PermitEnded { permit: self.id, ends: self.ends });
    }

    /// Closes the mandates whose end is `over`, and the device of the one who acts no longer.
    pub(super) fn close_mandates(
        &mut self,
        at: Timestamp,
        events: &mut Vec<Event>,
        over: impl Fn(Option<Date>) -> bool,
    ) {
        let mut closed = Vec::new();
        for representative in &mut self.representatives {
            if representative.closed.is_none() && over(representative.until) {
                representative.closed = Some(at);
                closed.push(representative.id);
            }
        }
        for representative in closed {
            events.push(Event::RepresentativeClosed { permit: self.id, representative });
            self.close_device_of(Party::Representative(representative), at, events);
        }
    }

    /// Closes the device of `party`, if the permit is on it.
    pub(super) fn close_device_of(&mut self, party: Party, at: Timestamp, events: &mut Vec<Event>) {
        if self.bindings.active().is_some_and(|active| active.binding.party == party) {
            self.close_device(at, Closed::MandateOver, events);
        }
    }
}
