//! Those who act for a holder, and the holder's physical cards.

use jiff::civil::Date;

use super::super::{
    Card, Document, DomainError, Event, Mandate, Moment, Party, Representative, RepresentativeId,
};
use super::Permit;

/// The longest number of a card, in letters.
const LONGEST_CARD: usize = 40;

impl Permit {
    /// Attaches a document that came after the issue: what shows the right of a mandate.
    ///
    /// # Errors
    ///
    /// [`DomainError::DocumentSize`], [`DomainError::TooManyDocuments`],
    /// [`DomainError::DocumentAttachedAlready`], [`DomainError::HolderErased`], or
    /// [`DomainError::ClockBack`].
    pub fn attach(
        &mut self,
        document: Document,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, _, events| {
            permit.known_holder()?;
            document.joins(&permit.documents)?;
            let (permit_id, document_id) = (permit.id, document.id);
            events.push(Event::PermitDocumentAttached { permit: permit_id, document: document_id });
            permit.documents.push(document);
            Ok(())
        })
    }

    /// Records a mandate: somebody acts for the holder from now on. The caller has the documents
    /// that the mandate names.
    ///
    /// # Errors
    ///
    /// [`DomainError::EvidenceMissing`], [`DomainError::ConsentInFuture`],
    /// [`DomainError::GuardianOfAdult`], [`DomainError::MandateOver`], [`DomainError::IdUsed`],
    /// [`DomainError::HolderErased`], [`DomainError::PermitCancelled`],
    /// [`DomainError::PermitEnded`], or [`DomainError::ClockBack`].
    pub fn add_representative(
        &mut self,
        id: RepresentativeId,
        mandate: Mandate,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.alive()?;
            if permit.representatives.iter().any(|known| known.id == id) {
                return Err(DomainError::IdUsed { permit: permit.id, kind: "RepresentativeId" });
            }
            let holder = permit.known_holder()?;
            mandate.begins(holder, moment.day_of(at))?;
            let new = Representative::new(id, mandate, holder, at);
            permit.admit(new, events);
            Ok(())
        })
    }

    /// Ends a mandate before its time. The device of the one who acted is closed at once.
    ///
    /// # Errors
    ///
    /// [`DomainError::RepresentativeUnknown`], [`DomainError::RepresentativeClosed`],
    /// [`DomainError::PermitCancelled`], [`DomainError::PermitEnded`], or
    /// [`DomainError::ClockBack`].
    pub fn close_representative(
        &mut self,
        id: RepresentativeId,
        moment: &Moment,
    ) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, at, events| {
            permit.alive()?;
            permit.acting(id, moment.day_of(at))?;
            let mine = permit.representatives.iter_mut().filter(|known| known.id == id);
            mine.for_each(|known| known.closed = Some(at));
            events.push(Event::RepresentativeClosed { permit: permit.id, representative: id });
            permit.close_device_of(Party::Representative(id), at, events);
            Ok(())
        })
    }

    /// Records a physical card that the holder has. It stays valid until its end, whatever happens
    /// to the permit.
    ///
    /// # Errors
    ///
    /// [`DomainError::CardMalformed`], [`DomainError::CardRecordedAlready`],
    /// [`DomainError::HolderErased`], or [`DomainError::ClockBack`].
    pub fn record_card(&mut self, card: Card, moment: &Moment) -> Result<Vec<Event>, DomainError> {
        self.change(moment, |permit, _, events| {
            permit.known_holder()?;
            let letters = card.number.chars().count();
            let control = card.number.chars().any(char::is_control);
            if !(1..=LONGEST_CARD).contains(&letters) || control {
                return Err(DomainError::CardMalformed { letters, longest: LONGEST_CARD });
            }
            if permit.cards.iter().any(|known| known.number == card.number) {
                return Err(DomainError::CardRecordedAlready { permit: permit.id });
            }
            events.push(Event::CardRecorded { permit: permit.id, until: card.until });
            permit.cards.push(card);
            Ok(())
        })
    }

    /// Adds somebody who acts for the holder.
    pub(super) fn admit(&mut self, new: Representative, events: &mut Vec<Event>) {
        events.push(Event::RepresentativeAdded {
            permit: self.id,
            representative: new.id,
            kind: new.kind,
        });
        self.representatives.push(new);
    }

    /// The representative `id`, if the person acts on the day `today`.
    pub(super) fn acting(
        &self,
        id: RepresentativeId,
        today: Date,
    ) -> Result<&Representative, DomainError> {
        let (permit, representative) = (self.id, id);
        let Some(known) = self.representatives.iter().find(|known| known.id == id) else {
            return Err(DomainError::RepresentativeUnknown { permit, representative });
        };
        if known.acts_on(today) {
            Ok(known)
        } else {
            Err(DomainError::RepresentativeClosed { permit, representative })
        }
    }
}
