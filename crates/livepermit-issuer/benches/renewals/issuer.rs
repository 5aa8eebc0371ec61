//! The issuer, in a process of its own: it ends with its input.

use std::io::Read as _;
use std::net::SocketAddr;

use jiff::tz::TimeZone;
use livepermit_issuer::domain::{
    Application, Calendar, CaseId, Channel, Check, Class, Finding, IdentityDocument, IdentityKind,
    OfficeId, Party, PermitId, Person, Request, StaffId,
};
use livepermit_issuer::http::wallets::{Settings, Times, WalletsState, create_offer, router};
use livepermit_issuer::protocol::{Configuration, IssuerUrl, NothingAttested};
use livepermit_issuer::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use livepermit_issuer::store::{self, Database, Store as _};
use livepermit_testkit::secret;

type State = WalletsState<Database>;

/// Serves wallets, and first prints the port and an offer for each permit.
pub(crate) fn serve() {
    let count: u32 = std::env::var("PERMITS").unwrap().parse().unwrap();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let url = std::env::var("REGISTER").ok();
        let settings = match &url {
            Some(url) => store::Settings::at(url),
            None => store::Settings::file(&folder.path().join("register")),
        };
        let database = Database::connect(settings).await.unwrap();
        database.migrate().await.unwrap();
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = listener.await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = state(database, &format!("http://127.0.0.1:{port}"));
        println!("{port}");
        for _ in 0..count {
            let permit = permit(&state).await;
            let mut change = state.service().store().begin().await.unwrap();
            let offer = create_offer(&state, &mut change, permit, Party::Holder).await.unwrap();
            change.commit().await.unwrap();
            println!("{} {}", offer.code, offer.tx_code);
        }
        let app = router(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
        let _ = ended.await;
    });
}

fn state(database: Database, issuer: &str) -> State {
    let name = "bj.example";
    let keys = [1, 2].map(|seed| SigningKey::Here(secret(seed)));
    let [tokens, status] = keys;
    let office = Office {
        issuer: name.to_owned(),
        public: "https://p.bj.example".to_owned(),
        zone: TimeZone::UTC,
        calendar: Calendar::new([], [], "2199-12-31".parse().unwrap()).unwrap(),
        window: 30,
        lists: ListTimes::default(),
    };
    let keys = Keys::new(name, tokens, status).unwrap();
    let service = Service::new(database, office, keys, Clock::system()).unwrap();
    let settings = Settings {
        issuer: IssuerUrl::read(issuer).unwrap(),
        configuration: Configuration { id: "permit".to_owned(), display: Vec::new() },
        clients: Vec::new(),
        apply: format!("{issuer}/apply"),
        times: Times::default(),
    };
    WalletsState::new(service, settings, &[7; 32], NothingAttested)
}

async fn permit(state: &State) -> PermitId {
    let service = state.service();
    let id = CaseId::from_bytes(service.random());
    let (kind, number) = (IdentityKind::IdentityCard, "110101199003071234".to_owned());
    let document = IdentityDocument { kind, number };
    let application = Application {
        id,
        request: Request::New { class: Class::new("resident").unwrap(), mandate: None },
        applicant: Person::new("王小明", "1990-03-07".parse().unwrap(), document).unwrap(),
        address: None,
        channel: Channel::App,
    };
    let officer = || StaffId::new("officer-7").unwrap();
    let mut change = service.store().begin().await.unwrap();
    service.submit(&mut change, application).await.unwrap();
    let office = OfficeId::new("haidian").unwrap();
    let rule = |case: &mut livepermit_issuer::domain::Case, moment: &_| {
        let mut events = case.assign(office, officer(), moment)?;
        let (at, finding) = (moment.now(), Finding::AsStated);
        let check = Check { by: officer(), at, finding, note: None };
        events.extend(case.record_check(check, moment)?);
        Ok(events)
    };
    service.change_case(&mut change, id, None, "officer-7", rule).await.unwrap();
    let (_, permit) = service.approve(&mut change, id, None, officer()).await.unwrap();
    change.commit().await.unwrap();
    permit.document.id()
}
