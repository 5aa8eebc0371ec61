//! An issuer that serves wallets on a free port.

use std::net::SocketAddr;

use axum::Router;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use livepermit::{PublicKey, Trust, TrustedKey, Use};
use livepermit_issuer::domain::{
    Application, Calendar, Case, CaseId, Channel, Check, Class, DomainError, Event, Finding,
    IdentityDocument, IdentityKind, Moment, OfficeId, Party, Permit, PermitId, Person, Reason,
    RefusalGround, Request, StaffId,
};
use livepermit_issuer::http::wallets::{
    Offer, Settings, Times, WalletsState, create_offer, finish_authorization, router,
};
use livepermit_issuer::protocol::{AndroidAttestation, Client, Configuration, IssuerUrl, Root};
use livepermit_issuer::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use livepermit_issuer::store::{Database, Loaded, Owner, Store as _};
use livepermit_testkit::certificates::Factory;
use livepermit_testkit::secret;
use tokio::net::TcpListener;

use super::http::{Answer, send};
use crate::place::Place;

pub(crate) const CLIENT: &str = "wallet.example";
pub(crate) const REDIRECT: &str = "https://wallet.example/back";
/// What made the phones whose chains are believed.
pub(super) const FACTORY: u8 = 40;
const ISSUER: &str = "bj.example";

/// The issuer and its port.
pub(crate) struct World {
    pub(crate) state: WalletsState<Database>,
    pub(crate) clock: Clock,
    pub(crate) port: u16,
    pub(crate) issuer: String,
    pub(crate) path: &'static str,
    /// Keeps the files.
    pub(crate) place: Place,
}

fn office() -> Office {
    Office {
        issuer: ISSUER.to_owned(),
        public: "https://p.bj.example".to_owned(),
        zone: TimeZone::UTC,
        calendar: Calendar::new([], [], "2199-12-31".parse().unwrap()).unwrap(),
        window: 30,
        lists: ListTimes::default(),
    }
}

fn officer() -> StaffId {
    StaffId::new("officer-7").unwrap()
}

impl World {
    pub(crate) async fn new(place: Place) -> Self {
        Self::with_path(place, "").await
    }

    /// An issuer whose address has this path.
    pub(crate) async fn with_path(place: Place, path: &'static str) -> Self {
        Self::with(place, path, |_| Router::new()).await
    }

    /// An issuer that serves more than wallets.
    pub(crate) async fn with(
        place: Place,
        path: &'static str,
        more: impl FnOnce(&WalletsState<Database>) -> Router,
    ) -> Self {
        let database = place.open().await;
        let clock = Clock::system();
        let key = |seed| SigningKey::Here(secret(seed));
        let keys = Keys::new(ISSUER, key(101), key(102)).unwrap();
        let service = Service::new(database, office(), keys, clock.clone()).unwrap();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let issuer = format!("http://127.0.0.1:{port}{path}");
        let display = ("en".to_owned(), "Beijing".to_owned(), "Residence permit".to_owned());
        let settings = Settings {
            issuer: IssuerUrl::read(&issuer).unwrap(),
            configuration: Configuration { id: "permit".to_owned(), display: vec![display] },
            clients: ["other.example", CLIENT]
                .map(|id| Client { id: id.to_owned(), redirects: vec![REDIRECT.to_owned()] })
                .into(),
            apply: format!("{issuer}/apply"),
            times: Times::default(),
        };
        let root = Root::from_pem(&Factory::new(FACTORY).root_pem()).unwrap();
        let attestation = AndroidAttestation::trusting(vec![root]);
        let state = WalletsState::new(service, settings, &[9; 32], attestation);
        let app = router(state.clone()).merge(more(&state));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, clock, port, issuer, path, place }
    }

    pub(crate) fn service(&self) -> &Service<Database> {
        self.state.service()
    }

    /// Turns the clock of the issuer.
    pub(crate) fn turn(&self, seconds: i64) {
        self.clock.turn(SignedDuration::from_secs(seconds));
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = format!("POST {}{path}", self.path);
        send(self.port, &request, headers, body.as_bytes()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.port, &format!("GET {path}"), &[], &[]).await
    }

    /// An application that was handed in.
    pub(crate) async fn case(&self) -> CaseId {
        let id = CaseId::from_bytes(self.service().random());
        let kind = IdentityKind::IdentityCard;
        let document = IdentityDocument { kind, number: "110101199003071234".to_owned() };
        let application = Application {
            id,
            request: Request::New { class: Class::new("resident").unwrap(), mandate: None },
            applicant: Person::new("王小明", "1990-03-07".parse().unwrap(), document).unwrap(),
            address: None,
            channel: Channel::Website,
        };
        let mut change = self.service().store().begin().await.unwrap();
        self.service().submit(&mut change, application).await.unwrap();
        change.commit().await.unwrap();
        id
    }

    /// An officer takes the case, looks on site, and finds it as stated.
    pub(crate) async fn checked(&self, case: CaseId) {
        let mut change = self.service().store().begin().await.unwrap();
        let office = OfficeId::new("haidian").unwrap();
        let rule = |case: &mut Case, moment: &Moment| {
            let mut events = case.assign(office, officer(), moment)?;
            let (at, finding) = (moment.now(), Finding::AsStated);
            let check = Check { by: officer(), at, finding, note: None };
            events.extend(case.record_check(check, moment)?);
            Ok(events)
        };
        self.service().change_case(&mut change, case, None, "officer-7", rule).await.unwrap();
        change.commit().await.unwrap();
    }

    /// Approves the application: its permit.
    pub(crate) async fn approve(&self, case: CaseId) -> PermitId {
        self.checked(case).await;
        let mut change = self.service().store().begin().await.unwrap();
        let done = self.service().approve(&mut change, case, None, officer()).await.unwrap();
        change.commit().await.unwrap();
        done.1.document.id()
    }

    /// Refuses the application.
    pub(crate) async fn refuse(&self, case: CaseId) {
        self.checked(case).await;
        let mut change = self.service().store().begin().await.unwrap();
        let rule = |case: &mut Case, moment: &Moment| {
            case.refuse(officer(), Reason::new(RefusalGround::Untrue), moment)
        };
        self.service().change_case(&mut change, case, None, "officer-7", rule).await.unwrap();
        change.commit().await.unwrap();
    }

    /// A permit whose enrolment is open.
    pub(crate) async fn permit(&self) -> PermitId {
        let case = self.case().await;
        self.approve(case).await
    }

    /// What the office shows and says.
    pub(crate) async fn offer(&self, permit: PermitId) -> Offer {
        let mut change = self.service().store().begin().await.unwrap();
        let offer = create_offer(&self.state, &mut change, permit, Party::Holder).await.unwrap();
        change.commit().await.unwrap();
        offer
    }

    /// Changes a permit as the office does.
    pub(crate) async fn office(
        &self,
        permit: PermitId,
        rule: impl FnOnce(&mut Permit, &Moment) -> Result<Vec<Event>, DomainError>,
    ) {
        let mut change = self.service().store().begin().await.unwrap();
        self.service().change_permit(&mut change, permit, None, "officer-7", rule).await.unwrap();
        change.commit().await.unwrap();
    }

    pub(crate) async fn load(&self, permit: PermitId) -> Permit {
        let loaded: Option<Loaded<Permit>> =
            self.service().store().load(&permit.to_string()).await.unwrap();
        loaded.unwrap().document
    }

    /// What the page for applicants does at its end: where the browser goes.
    pub(crate) async fn finish(&self, request: &str, owner: Owner) -> Option<String> {
        let mut change = self.service().store().begin().await.unwrap();
        let done = finish_authorization(&self.state, &mut change, request, owner).await.unwrap();
        change.commit().await.unwrap();
        done.ok()
    }

    /// What gates and phones trust.
    pub(crate) fn trust(&self) -> Trust {
        let key: PublicKey = secret(101).public_key();
        let uses = [Use::Credential, Use::Pass];
        let class = format!("{ISSUER}:resident");
        Trust::new([TrustedKey::new(ISSUER, key, uses, [&*class]).unwrap()]).unwrap()
    }

    pub(crate) fn now(&self) -> livepermit::Timestamp {
        let now = u64::try_from(self.clock.now().as_second()).unwrap();
        livepermit::Timestamp::from_unix(now).unwrap()
    }
}
