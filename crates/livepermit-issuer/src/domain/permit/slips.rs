//! Printed slips of a permit.

use jiff::civil::Date;

use super::super::{DomainError, Event, Moment, Slip, SlipEnd, SlipId, StatusEntry};
use super::Permit;

impl Permit {
    /// Prints a slip. It is valid until `until`, but never behind the permit's end.
    ///
    /// # Errors
    ///
    /// [`DomainError::IdUsed`], [`DomainError::EntryUsed`], [`DomainError::SlipOver`],
    /// [`DomainError::PermitSuspended`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn print_slip(
        &mut self,
        slip: SlipId,
        entry: StatusEntry,
        until: Option<Date>,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.active()?;
            if permit.slips.iter().any(|known| known.id == slip) {
                return Err(DomainError::IdUsed { permit: permit.id, kind: "SlipId" });
            }
            permit.is_new_entry(entry)?;
            let until = until.map_or(permit.ends, |until| until.min(permit.ends));
            let today = moment.day_of(at);
            if until <= today {
                return Err(DomainError::SlipOver { until, today });
            }
            events.push(Event::SlipPrinted { permit: permit.id, slip, entry, until });
            permit.slips.push(Slip { id: slip, entry, printed: at, until, closed: None });
            Ok(())
        })
    }

    /// Closes a slip, because it is lost or another one takes its place. A suspended permit takes
    /// the report too.
    ///
    /// # Errors
    ///
    /// [`DomainError::SlipUnknown`], [`DomainError::SlipClosed`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn close_slip(
        &mut self,
        slip: SlipId,
        end: SlipEnd,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.alive()?;
            let id = permit.id;
            let Some(known) = permit.slips.iter().find(|known| known.id == slip) else {
                return Err(DomainError::SlipUnknown { permit: id, slip });
            };
            if let Some((at, _)) = known.closed {
                return Err(DomainError::SlipClosed { permit: id, slip, at });
            }
            permit.close_slips(at, end.into(), events, |known| known.id == slip);
            Ok(())
        })
    }
}
