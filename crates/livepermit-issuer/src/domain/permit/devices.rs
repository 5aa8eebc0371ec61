//! The device of a permit, and what its daily credential may say.

use jiff::{SignedDuration, Timestamp};

use super::super::{
    Binding, Class, Closed, DomainError, Event, KeyThumbprint, Moment, Party, PermitNumber,
    StatusEntry,
};
use super::{Enrolment, Permit};

/// How long a daily credential is valid at most, in hours.
pub const CREDENTIAL_HOURS: i64 = 24;

/// What a daily credential may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialTerms {
    /// The number of the permit.
    pub number: PermitNumber,
    /// What the permit permits.
    pub class: Class,
    /// Whose device it is.
    pub party: Party,
    /// The entry of the status list.
    pub entry: StatusEntry,
    /// When the credential ends: [`CREDENTIAL_HOURS`] from now, and never behind the end of the
    /// permit or of the mandate of the one who acts.
    pub until: Timestamp,
}

impl Permit {
    /// Opens the enrolment: the holder, who has proved who he is, may bind a device. An issue and
    /// an approved case for a new device open it too. No event if it is open.
    ///
    /// # Errors
    ///
    /// [`DomainError::PermitSuspended`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn open_enrolment(&mut self, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, _, events| permit.open(events))
    }

    /// Binds the permit to a device, and closes the enrolment. The device before is closed at once:
    /// its entry is withdrawn.
    ///
    /// # Errors
    ///
    /// [`DomainError::EnrolmentClosed`], [`DomainError::DeviceKeyUsed`],
    /// [`DomainError::EntryUsed`], [`DomainError::IdUsed`], [`DomainError::RepresentativeUnknown`],
    /// [`DomainError::RepresentativeClosed`], [`DomainError::PermitSuspended`],
    /// [`DomainError::PermitCancelled`], [`DomainError::PermitEnded`], or
    /// [`DomainError::ClockBack`].
    pub fn bind(&mut self, binding: Binding, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.active()?;
            let id = permit.id;
            if permit.enrolment == Enrolment::Closed {
                return Err(DomainError::EnrolmentClosed { permit: id });
            }
            if permit.bindings.all().any(|known| known.id == binding.id) {
                return Err(DomainError::IdUsed { permit: id, kind: "BindingId" });
            }
            if let Some(known) = permit.bindings.all().find(|known| known.device == binding.device)
            {
                return Err(DomainError::DeviceKeyUsed { permit: id, binding: known.id });
            }
            permit.is_new_entry(binding.entry)?;
            if let Party::Representative(representative) = binding.party {
                permit.acting(representative, moment.day_of(at))?;
            }
            permit.close_device(at, Closed::Replaced, events);
            permit.bindings.open(binding, at);
            permit.enrolment = Enrolment::Closed;
            let Binding { id: binding, entry, attestation, party, .. } = binding;
            events.push(Event::DeviceBound { permit: id, binding, entry, attestation, party });
            Ok(())
        })
    }

    /// Closes the device because the holder has lost it. A suspended permit takes the report too.
    ///
    /// # Errors
    ///
    /// [`DomainError::DeviceNotBound`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn report_device_lost(&mut self, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.alive()?;
            if permit.bindings.active().is_none() {
                return Err(DomainError::DeviceNotBound { permit: permit.id });
            }
            // Who found the phone must not bind another one with an enrolment that was left open.
            permit.enrolment = Enrolment::Closed;
            permit.close_device(at, Closed::Lost, events);
            Ok(())
        })
    }

    /// What the daily credential of `device` may say.
    ///
    /// # Errors
    ///
    /// [`DomainError::DeviceUnknown`], [`DomainError::DeviceClosed`],
    /// [`DomainError::RepresentativeClosed`], [`DomainError::PermitSuspended`],
    /// [`DomainError::PermitCancelled`], [`DomainError::PermitEnded`], or
    /// [`DomainError::ClockBack`].
    pub fn credential(
        &self,
        device: KeyThumbprint,
        moment: &Moment,
    ) -> Result<CredentialTerms, DomainError> {
        let now = moment.after(self.changed)?;
        self.active()?;
        let end = moment.start_of(self.ends);
        if self.state != self.state(moment) || now >= end {
            return Err(DomainError::PermitEnded { permit: self.id, ends: self.ends });
        }
        let binding = self.active_binding_of(device)?;
        let day = now.saturating_add(SignedDuration::from_hours(CREDENTIAL_HOURS));
        let mut until = day.unwrap_or(Timestamp::MAX).min(end);
        if let Party::Representative(representative) = binding.party {
            let acting = self.acting(representative, moment.day_of(now))?;
            until = acting.until.map_or(until, |last| until.min(moment.start_of(last)));
        }
        let (number, class) = (self.number.clone(), self.class.clone());
        Ok(CredentialTerms { number, class, party: binding.party, entry: binding.entry, until })
    }

    /// Opens the enrolment of a permit that is good.
    pub(super) fn open(&mut self, events: &mut Vec<Event>) -> Result<(), DomainError> {
        self.active()?;
        if self.enrolment == Enrolment::Closed {
            self.enrolment = Enrolment::Open;
            events.push(Event::EnrolmentOpened { permit: self.id });
        }
        Ok(())
    }

    /// The active binding, if it is that of `device`.
    fn active_binding_of(&self, device: KeyThumbprint) -> Result<Binding, DomainError> {
        let permit = self.id;
        match self.bindings.active() {
            Some(active) if active.binding.device == device => return Ok(active.binding),
            _ => {}
        }
        match self.bindings.past().iter().find(|past| past.binding.device == device) {
            Some(past) => {
                let (binding, at) = (past.binding.id, past.at);
                Err(DomainError::DeviceClosed { permit, binding, at })
            }
            None => Err(DomainError::DeviceUnknown { permit, device }),
        }
    }
}
