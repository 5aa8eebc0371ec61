//! What the office does with a permit beside approved cases: suspensions and follow-up checks.

use super::super::{
    Application, CancelGround, CaseId, Channel, Check, DomainError, Event, Finding, Moment, Reason,
    Request, StaffId, SuspendGround,
};
use super::{Permit, PermitState, Suspension};

impl Permit {
    /// Suspends the permit: its device and slips are refused until [`Permit::resume`].
    ///
    /// # Errors
    ///
    /// [`DomainError::PermitSuspended`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn suspend(
        &mut self,
        by: StaffId,
        reason: Reason<SuspendGround>,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, since, events| {
            permit.active()?;
            let ground = reason.ground;
            events.push(Event::PermitSuspended { permit: permit.id, by: by.clone(), ground });
            permit.state = PermitState::Suspended(Suspension { by, since, reason });
            permit.tell_open_entries(events);
            Ok(())
        })
    }

    /// Lifts a suspension. What was withdrawn in the meantime stays withdrawn.
    ///
    /// # Errors
    ///
    /// [`DomainError::PermitNotSuspended`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn resume(&mut self, by: StaffId, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, _, events| {
            permit.alive()?;
            if permit.state == PermitState::Active {
                return Err(DomainError::PermitNotSuspended { permit: permit.id });
            }
            events.push(Event::PermitResumed { permit: permit.id, by });
            permit.state = PermitState::Active;
            permit.tell_open_entries(events);
            Ok(())
        })
    }

    /// Records a follow-up check. What follows from it, a suspension or a cancellation, is the
    /// office's to decide.
    ///
    /// # Errors
    ///
    /// [`DomainError::HolderErased`], [`DomainError::CheckTime`], or [`DomainError::ClockBack`].
    pub fn record_follow_up(
        &mut self,
        check: Check,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, now, events| {
            permit.known_holder()?;
            let from = permit.follow_ups.last().map_or(permit.issued, |earlier| earlier.at);
            if !(from..=now).contains(&check.at) {
                return Err(DomainError::CheckTime { at: check.at, from, now });
            }
            let (by, finding) = (check.by.clone(), check.finding);
            events.push(Event::FollowUpRecorded { permit: permit.id, by, finding });
            permit.follow_ups.push(check);
            Ok(())
        })
    }

    /// The application that follows when a check with this finding shows that the permit has no
    /// ground any more: for its cancellation, which another officer decides.
    ///
    /// # Errors
    ///
    /// [`DomainError::CancellationUnfounded`] for a finding that shows nothing against the permit,
    /// and for a ground that is the holder's to give; [`DomainError::HolderErased`],
    /// [`DomainError::PermitCancelled`], or [`DomainError::PermitEnded`].
    pub fn cancellation_after(
        &self,
        finding: Finding,
        ground: CancelGround,
        id: CaseId,
    ) -> Result<Application, DomainError> {
        self.alive()?;
        if finding != Finding::NotAsStated || ground == CancelGround::HolderAsked {
            return Err(DomainError::CancellationUnfounded { finding, ground });
        }
        let request = Request::Cancellation { permit: self.id, ground };
        let (applicant, channel) = (self.known_holder()?.clone(), Channel::Office);
        Ok(Application { id, request, applicant, address: None, channel })
    }
}
