//! The issuer, in a process of its own: it ends with its input.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use jiff::tz::TimeZone;
use livepermit_issuer::domain::{
    Application, Attestation, Calendar, CaseId, Channel, Check, Class, Finding, IdentityDocument,
    IdentityKind, OfficeId, Party, PermitId, Person, Reason, Request, SampleSize, StaffId,
    StatusEntry, SuspendGround,
};
use livepermit_issuer::http::wallets::{Settings, Times, WalletsState, create_offer, router};
use livepermit_issuer::http::{PublicState, public};
use livepermit_issuer::jobs;
use livepermit_issuer::protocol::{Configuration, IssuerUrl, NothingAttested};
use livepermit_issuer::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use livepermit_issuer::store::{self, Database, Loaded, Store as _};
use livepermit_testkit::secret;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::process::Process;

/// The word by which the program starts itself as an issuer.
pub(crate) const SERVE: &str = "serve";

type State = WalletsState<Database>;

/// How much an issuer keeps.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Permits that are issued, with an offer for each.
    pub(crate) permits: usize,
    /// Entries of the status list.
    pub(crate) entries: u32,
    /// How many of them are withdrawn.
    pub(crate) withdrawn: u32,
}

impl Size {
    pub(crate) fn read(text: &str) -> Self {
        let mut numbers = text.split('/').map(|number| number.parse().unwrap());
        let mut next = || numbers.next().unwrap();
        Self { permits: usize::try_from(next()).unwrap(), entries: next(), withdrawn: next() }
    }

    fn write(self) -> String {
        format!("{}/{}/{}", self.permits, self.entries, self.withdrawn)
    }
}

/// An issuer that runs.
pub(crate) struct Issuer {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub(crate) port: u16,
    /// The path of the status list.
    pub(crate) list: String,
    pub(crate) process: Process,
}

impl Issuer {
    /// Starts the issuer over the register at this URL; over a new file, if it is empty.
    pub(crate) fn start(size: Size, register: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &size.write(), register])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let process = Process::alone(child.id());
        let mut issuer = Self { child, lines, port: 0, list: String::new(), process };
        issuer.port = issuer.line().parse().unwrap();
        issuer.list = issuer.line();
        issuer
    }

    /// The next offers: a code, a space and digits.
    pub(crate) fn offers(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.line()).collect()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Serves wallets and gates, and first prints the port, the path of the status list, and an offer
/// for each permit.
pub(crate) fn serve(size: Size, register: &str) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("sqlite:{}", folder.path().join("register").display());
        let url = if register.is_empty() { &file } else { register };
        let settings = store::Settings::at(url).list_size(size.entries);
        let database = Database::connect(settings).await.unwrap();
        database.migrate().await.unwrap();
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = listener.await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = state(database, &format!("http://127.0.0.1:{port}"));
        let service = state.service().clone();

        let (changed, entry) = enrolled(&state).await;
        withdraw(url, changed, entry, size).await;
        println!("{port}\n/status/{}", entry.list);
        for _ in 0..size.permits {
            let permit = permit(&state).await;
            let mut change = service.store().begin().await.unwrap();
            let offer = create_offer(&state, &mut change, permit, Party::Holder).await.unwrap();
            change.commit().await.unwrap();
            println!("{} {}", offer.code, offer.tx_code);
        }
        let files = public(PublicState { service: service.clone(), trust: None });
        let app = router(state).merge(files);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let health = jobs::Health::default();
        tokio::spawn(jobs::run(service.clone(), health, None, SampleSize::default()));
        tokio::spawn(async move { change_often(&service, changed).await });
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
        let _ = ended.await;
    });
}

/// A permit on a phone: the status list is there from now on.
async fn enrolled(state: &State) -> (PermitId, StatusEntry) {
    let (service, id) = (state.service(), permit(state).await);
    let mut change = service.store().begin().await.unwrap();
    let device = secret(3).public_key();
    let enrolled = service.enrol(&mut change, id, &device, Attestation::Software, Party::Holder);
    enrolled.await.unwrap();
    change.commit().await.unwrap();
    let permit = service.store().load(&id.to_string()).await.unwrap();
    let permit: Loaded<livepermit_issuer::domain::Permit> = permit.unwrap();
    (id, permit.document.bindings().active().unwrap().binding.entry)
}

/// Entries that were given out and withdrawn in the years before. The rows are written as they
/// are: a quarter of a million permits would take minutes.
async fn withdraw(url: &str, permit: PermitId, StatusEntry { list, .. }: StatusEntry, size: Size) {
    let mut register = AnyConnection::connect(url).await.unwrap();
    let apart = u64::from(size.entries / size.withdrawn);
    let rows: Vec<String> = (0..u64::from(size.withdrawn))
        .map(|number| {
            let position = number * apart + rand::random_range(0..apart);
            format!("({list}, {position}, 1, '{permit}', 'slip', '{number:032x}', 4102444800)")
        })
        .collect();
    register.execute("BEGIN").await.unwrap();
    for some in rows.chunks(1_000) {
        let columns = "list, position, status, permit, purpose, holder, ends";
        let insert = format!(
            "INSERT INTO status_entries ({columns}) VALUES {} ON CONFLICT DO NOTHING",
            some.join(", ")
        );
        register.execute(sqlx::AssertSqlSafe(insert)).await.unwrap();
    }
    register.execute("COMMIT").await.unwrap();
    register.close().await.unwrap();
}

/// An officer suspends a permit and lifts the suspension: the list is signed again each time.
async fn change_often(service: &Service<Database>, permit: PermitId) {
    let officer = || StaffId::new("officer-7").unwrap();
    for suspend in [true, false].into_iter().cycle() {
        let mut change = service.store().begin().await.unwrap();
        let rule = |permit: &mut livepermit_issuer::domain::Permit, moment: &_| {
            if suspend {
                permit.suspend(officer(), Reason::new(SuspendGround::UnderReview), moment)
            } else {
                permit.resume(officer(), moment)
            }
        };
        service.change_permit(&mut change, permit, None, "officer-7", rule).await.unwrap();
        change.commit().await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
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
