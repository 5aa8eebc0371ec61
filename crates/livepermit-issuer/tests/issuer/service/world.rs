//! An office with its service, a phone, and a gate that knows the office's keys.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use livepermit::status::{StatusLimits, StatusList};
use livepermit::verify::ActingPolicy;
use livepermit::{
    Form, Holder, Policy, PublicKey, Recipient, RevocationPolicy, SecretKey, Timestamp, Trust,
    TrustedKey, Use, Verifier,
};
use livepermit_issuer::domain::{
    Application, Attestation, Calendar, CaseId, Channel, Check, Class, Finding, IdentityDocument,
    IdentityKind, OfficeId, Party, Permit, PermitId, Person, Request, StaffId,
};
use livepermit_issuer::service::{
    Clock, Issued, Keys, ListTimes, Office, Service, ServiceError, SigningKey,
};
use livepermit_issuer::store::{Change, Database, Loaded, Store as _};

use crate::place::Place;

pub(super) const ISSUER: &str = "bj.example";
pub(super) const CLASS: &str = "bj.example:residence";
pub(super) const OFFICER: &str = "officer-7";

pub(super) struct World {
    pub(super) service: Service<Database>,
}

/// A phone: a device key, and what it was given.
pub(super) struct Phone {
    pub(super) key: SecretKey,
    holder: Holder,
}

impl World {
    pub(super) async fn new(place: &Place) -> Self {
        let calendar = Calendar::new([], [], "2060-12-31".parse().unwrap()).unwrap();
        Self::with_calendar(place, calendar).await
    }

    pub(super) async fn with_calendar(place: &Place, calendar: Calendar) -> Self {
        Self::over(place.open().await, calendar)
    }

    pub(super) fn over(database: Database, calendar: Calendar) -> Self {
        let seeds = [[1; 32], [2; 32]];
        let [tokens, status] =
            seeds.map(|seed| SigningKey::Here(SecretKey::from_ed25519_seed(&seed)));
        let keys = Keys::new(ISSUER, tokens, status).unwrap();
        let office = Office {
            issuer: ISSUER.to_owned(),
            public: "https://bj.example".to_owned(),
            zone: TimeZone::UTC,
            calendar,
            window: 30,
            lists: ListTimes::default(),
        };
        let service = Service::new(database, office, keys, Clock::system()).unwrap();
        Self { service }
    }

    pub(super) async fn begin(&self) -> Change {
        self.service.store().begin().await.unwrap()
    }

    pub(super) fn turn(&self, days: i64) {
        self.service.clock().turn(SignedDuration::from_hours(24 * days));
    }

    pub(super) fn unix(&self) -> Timestamp {
        Timestamp::from_unix(self.service.now().as_second().cast_unsigned()).unwrap()
    }

    pub(super) fn application(&self, request: Request) -> Application {
        let kind = IdentityKind::IdentityCard;
        let document = IdentityDocument { kind, number: "110101199003071234".to_owned() };
        Application {
            id: CaseId::from_bytes(self.service.random()),
            request,
            applicant: Person::new("王小明", "1990-03-07".parse().unwrap(), document).unwrap(),
            address: None,
            channel: Channel::Website,
        }
    }

    /// An application that an officer has, and has looked at on site.
    pub(super) async fn checked(&self, request: Request) -> CaseId {
        let application = self.application(request);
        let case = application.id;
        let mut change = self.begin().await;
        self.service.submit(&mut change, application).await.unwrap();
        change.commit().await.unwrap();
        let mut change = self.begin().await;
        self.service
            .change_case(&mut change, case, None, OFFICER, |case, moment| {
                let mut events = case.assign(OfficeId::new("haidian")?, officer(), moment)?;
                let (by, at) = (officer(), moment.now());
                let check = Check { by, at, finding: Finding::AsStated, note: None };
                events.extend(case.record_check(check, moment)?);
                Ok(events)
            })
            .await
            .unwrap();
        change.commit().await.unwrap();
        case
    }

    /// What an approved application of this kind gives.
    pub(super) async fn approved(&self, request: Request) -> Loaded<Permit> {
        let case = self.checked(request).await;
        let mut change = self.begin().await;
        let (_, permit) = self.service.approve(&mut change, case, None, officer()).await.unwrap();
        change.commit().await.unwrap();
        permit
    }

    pub(super) async fn permit(&self) -> PermitId {
        self.approved(new_permit()).await.document.id()
    }

    pub(super) async fn enrol(
        &self,
        permit: PermitId,
        phone: &mut Phone,
    ) -> Result<Issued, ServiceError> {
        let device = phone.key.public_key();
        let mut change = self.begin().await;
        let (software, holder) = (Attestation::Software, Party::Holder);
        let issued = self.service.enrol(&mut change, permit, &device, software, holder).await?;
        change.commit().await?;
        phone.takes(&issued, self);
        Ok(issued)
    }

    pub(super) async fn renew(
        &self,
        permit: PermitId,
        phone: &mut Phone,
    ) -> Result<Issued, ServiceError> {
        let mut change = self.begin().await;
        let permit: Loaded<Permit> = change.load(&permit.to_string()).await?;
        let key = phone.key.public_key();
        let issued = self.service.renew(&mut change, &permit.document, &key)?;
        change.commit().await?;
        phone.takes(&issued, self);
        Ok(issued)
    }

    fn trust(&self) -> Trust {
        let keys = self.service.keys();
        let tokens = [Use::Credential, Use::Pass, Use::Slip];
        let (issuer, publisher) = (keys.issuer().public_key(), keys.publisher().public_key());
        let tokens = TrustedKey::new(ISSUER, issuer.clone(), tokens, [CLASS]).unwrap();
        let status = TrustedKey::new(ISSUER, publisher.clone(), [Use::Status], [CLASS]);
        Trust::new([tokens, status.unwrap()]).unwrap()
    }

    /// What a gate says that fetched all lists now: the subject, or the code of the refusal.
    pub(super) async fn gate(&self, shown: &[u8]) -> Result<String, String> {
        self.service.publish().await.unwrap();
        let (now, trust) = (self.unix(), self.trust());
        let mut lists = Vec::new();
        for info in self.service.store().lists().await.unwrap() {
            let published = self.service.status_list(info.list).await.unwrap().unwrap();
            let limits = StatusLimits::default();
            let list = StatusList::accept(&published.bytes, &trust, now, 5, |_, _| None, limits);
            lists.push(Arc::new(list.unwrap()));
        }
        let revocation = RevocationPolicy::Required { max_age: 600, grace: 0 };
        let forms = [Form::Pass, Form::Presentation, Form::Slip];
        let policy = Policy::new("gate-3", [CLASS], revocation)
            .with_forms(forms)
            .with_acting(ActingPolicy::Accepted);
        let verifier = Verifier::new(trust, policy).unwrap().with_status_lists(lists);
        match verifier.verify(shown, now) {
            Ok(verified) => Ok(verified.subject().to_owned()),
            Err(rejection) => Err(rejection.code().as_str().to_owned()),
        }
    }
}

impl Phone {
    pub(super) fn new(seed: u8) -> Self {
        Self::of(SecretKey::from_ed25519_seed(&[seed; 32]))
    }

    pub(super) fn of(key: SecretKey) -> Self {
        let holder = Holder::new(key.public_key());
        Self { key, holder }
    }

    /// Whether the phone has nothing that it could show now.
    pub(super) fn holds_nothing_now(&self, world: &World) -> bool {
        self.holder.prepare(Recipient::Anyone, world.unix()).is_err()
    }

    pub(super) fn takes(&mut self, issued: &Issued, world: &World) {
        let (token, now) = (issued.credential.as_bytes(), world.unix());
        self.holder.accept(token, &world.trust(), now).unwrap();
    }

    /// A live code.
    pub(super) fn shows(&self, world: &World) -> Vec<u8> {
        let code = self.holder.prepare(Recipient::Anyone, world.unix()).unwrap();
        code.sign(&self.key).unwrap().as_bytes().to_vec()
    }

    pub(super) fn device(&self) -> PublicKey {
        self.key.public_key()
    }
}

pub(super) fn officer() -> StaffId {
    StaffId::new(OFFICER).unwrap()
}

pub(super) fn new_permit() -> Request {
    Request::New { class: Class::new("residence").unwrap(), mandate: None }
}
