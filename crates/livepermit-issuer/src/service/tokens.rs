//! What a wallet gets: a credential for a day, or a pass for a moment.

use jiff::Timestamp;
use livepermit::issue::{Acting, StatusReference, Token};
use livepermit::{PublicKey, Validity};

use super::error::ServiceError;
use super::{Office, Service, Whole as _};
use crate::domain::{
    Attestation, Binding, BindingId, CredentialTerms, DomainError, KeyThumbprint, Moment, Party,
    Permit, PermitId, StatusEntry,
};
use crate::store::{AuditLine, Change, EntryHolder, EntryUse, Loaded, Store};

/// The longest number of a status list, in digits: an address with it has to fit into a token.
const LONGEST_LIST: u32 = u32::MAX;

/// A credential that was signed.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The credential, for one device key.
    pub credential: Token,
    /// When it ends, and a new one is to be fetched.
    pub until: Timestamp,
}

impl<S: Store> Service<S> {
    /// Binds a device to a permit whose enrolment is open, and signs the first credential. The
    /// device before is withdrawn in the same change.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::bind`], of the register, and of what signs.
    pub async fn enrol(
        &self,
        change: &mut Change,
        permit: PermitId,
        device: &PublicKey,
        attestation: Attestation,
        party: Party,
    ) -> Result<Issued, ServiceError> {
        let done = self.bind(change, permit, device, (attestation, party)).await;
        done.or_nothing(change)
    }

    async fn bind(
        &self,
        change: &mut Change,
        permit: PermitId,
        device: &PublicKey,
        (attestation, party): (Attestation, Party),
    ) -> Result<Issued, ServiceError> {
        let moment = self.moment();
        let mut loaded: Loaded<Permit> = change.load(&permit.to_string()).await?;
        let thumbprint = KeyThumbprint::from_bytes(device.thumbprint());
        let id = BindingId::from_bytes(self.random());
        let ends = moment.start_of(loaded.document.ends());
        let given_to = EntryUse { permit, holder: EntryHolder::Binding(id), ends };
        // Asked before an entry is given: an entry that nobody uses is lost for ever.
        if !loaded.document.enrolment_is_open() {
            return Err(DomainError::EnrolmentClosed { permit }.into());
        }
        let entry = change.give_entry(&given_to, moment.now()).await?;
        let binding = Binding { id, device: thumbprint, entry, attestation, party };
        let events = loaded.document.bind(binding, &moment)?;
        change.save(&mut loaded).await?;
        change.record(moment.now(), &wallet(thumbprint), &events).await?;
        let terms = loaded.document.credential(thumbprint, &moment)?;
        self.sign_credential(&loaded.document, &terms, device, &moment)
    }

    /// The credential of today for the device that the permit is bound to. The change has read the
    /// permit.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::credential`], and of what signs.
    pub fn renew(
        &self,
        change: &mut Change,
        permit: &Permit,
        device: &PublicKey,
    ) -> Result<Issued, ServiceError> {
        let moment = self.moment();
        let thumbprint = KeyThumbprint::from_bytes(device.thumbprint());
        let terms = permit.credential(thumbprint, &moment)?;
        let (actor, subject) = (wallet(thumbprint), format!("permit:{}", permit.id()));
        let line = AuditLine::new(moment.now(), &actor, "credential-issued", &subject)?;
        let line = line.with("entry", &terms.entry.to_string())?;
        let issued = self.sign_credential(permit, &terms, device, &moment)?;
        change.audit(line);
        Ok(issued)
    }

    /// A pass that is live now, for the device that the permit is bound to. A pass is not bound to
    /// a key, so it is for wallets that cannot sign, and it lives for the window alone.
    ///
    /// # Errors
    ///
    /// Those of [`Permit::credential`], of the register, and of what signs.
    pub async fn pass(
        &self,
        permit: PermitId,
        device: KeyThumbprint,
    ) -> Result<Token, ServiceError> {
        let moment = self.moment();
        let id = permit.to_string();
        let loaded: Option<Loaded<Permit>> = self.store().load(&id).await?;
        let missing = crate::store::StoreError::Missing { kind: "permit", id };
        let permit = loaded.ok_or(missing)?.document;
        let terms = permit.credential(device, &moment)?;
        let claims = self.claims(&terms)?;
        let prepared = self.keys().issuer().prepare_pass(&claims, None, unix(moment.now())?)?;
        self.keys().tokens().sign(&prepared)
    }

    /// The address of a status list.
    #[must_use]
    pub fn status_address(&self, list: u32) -> String {
        format!("{}/status/{list}", self.office().public)
    }

    pub(super) fn status_of(&self, entry: StatusEntry) -> Result<StatusReference, ServiceError> {
        let StatusEntry { list, index } = entry;
        Ok(StatusReference::new(&self.status_address(list), u64::from(index))?)
    }

    /// The class as tokens carry it: with the issuer's name before it.
    pub(super) fn class(&self, class: &crate::domain::Class) -> String {
        format!("{}:{class}", self.office().issuer)
    }

    fn claims(&self, terms: &CredentialTerms) -> Result<livepermit::Permit, ServiceError> {
        Ok(livepermit::Permit::new(terms.number.as_str(), &self.class(&terms.class))?
            .with_window(self.office().window)?
            .with_status(self.status_of(terms.entry)?))
    }

    fn sign_credential(
        &self,
        permit: &Permit,
        terms: &CredentialTerms,
        device: &PublicKey,
        moment: &Moment,
    ) -> Result<Issued, ServiceError> {
        let mut claims = self.claims(terms)?;
        if let Party::Representative(id) = terms.party
            && let Some(known) = permit.representatives().iter().find(|known| known.id == id)
        {
            claims = claims.with_acting(Acting::new(known.kind.name(), &id.to_string())?);
        }
        let now = unix(moment.now())?;
        let lifetime = unix(terms.until)?.seconds_since(now);
        let validity = Validity { lifetime, ..Validity::default() };
        let prepared = self.keys().issuer().prepare_credential(&claims, device, validity, now)?;
        Ok(Issued { credential: self.keys().tokens().sign(&prepared)?, until: terms.until })
    }
}

/// Who acts, for the audit log: a wallet, by the beginning of its key's thumbprint.
fn wallet(device: KeyThumbprint) -> String {
    let [a, b, c, d, e, f, g, h, ..] = *device.as_bytes();
    format!("wallet:{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// The time as tokens carry it.
pub(super) fn unix(time: Timestamp) -> Result<livepermit::Timestamp, ServiceError> {
    u64::try_from(time.as_second())
        .ok()
        .and_then(livepermit::Timestamp::from_unix)
        .ok_or(ServiceError::Clock(time))
}

/// Whether tokens can be made with these settings.
pub(super) fn check(office: &Office) -> Result<(), ServiceError> {
    let setting = |setting, error: livepermit::field::ClaimError| ServiceError::Setting {
        setting,
        why: error.to_string(),
    };
    let address = format!("{}/status/{LONGEST_LIST}", office.public);
    StatusReference::new(&address, 0).map_err(|error| setting("public", error))?;
    livepermit::Permit::new("1", &format!("{}:1", office.issuer))
        .map_err(|error| setting("issuer", error))?
        .with_window(office.window)
        .map_err(|error| setting("window", error))?;
    Ok(())
}
