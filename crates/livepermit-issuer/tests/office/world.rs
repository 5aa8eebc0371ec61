//! An office with a register, officers, and people. All of them are made up.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use jiff::tz::TimeZone;
use livepermit::SecretKey;
use livepermit_issuer::desk::{self, DeskState};
use livepermit_issuer::domain::{Calendar, Class, OfficeId, Party, PermitId, StaffId};
use livepermit_issuer::http::office::{Offering, Offers, OfficeState, Passwords, router};
use livepermit_issuer::http::wallets::Offer;
use livepermit_issuer::pages::{ClassChoice, Named, PageSettings};
use livepermit_issuer::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use livepermit_issuer::staff::{Account, Offices, Role, StaffKey, hash_password, totp_code};
use livepermit_issuer::store::{
    AuditLine, Change, Database, SearchKey, Settings, StaffStore as _, Store as _,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{self, Reply};

pub(super) const PASSWORD: &str = "vier Pferde im Garten";
pub(super) const SERIAL: [u8; 16] = [9; 16];

pub(super) struct World {
    pub(super) service: Service<Database>,
    pub(super) passwords: Arc<Passwords>,
    pub(super) document: Value,
    pub(super) address: SocketAddr,
    _folder: TempDir,
}

/// Somebody who has logged in.
#[derive(Clone)]
pub(super) struct Officer {
    pub(super) name: String,
    pub(super) bearer: String,
}

/// What a test asks with beside the body.
#[derive(Clone, Copy, Default)]
pub(super) struct With<'a> {
    pub(super) version: Option<&'a str>,
    pub(super) key: Option<&'a str>,
}

struct Counter;

impl Offers for Counter {
    fn offer<'a>(&'a self, change: &'a mut Change, permit: PermitId, party: Party) -> Offering<'a> {
        Box::pin(async move {
            let now = jiff::Timestamp::UNIX_EPOCH;
            change.audit(AuditLine::new(now, "test", "offered", &format!("permit:{permit}"))?);
            let uri = "openid-credential-offer://?credential_offer=x".to_owned();
            let code = if party == Party::Holder { "holder" } else { "other" }.to_owned();
            Ok(Offer { code, tx_code: "123456".to_owned(), ends: now, uri })
        })
    }
}

pub(super) fn run<T: Future<Output = ()>>(test: impl FnOnce(World) -> T) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { test(World::start(true).await).await });
}

pub(super) fn staff_key() -> StaffKey {
    StaffKey::from_bytes([5; 32])
}

fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let name = StaffId::new("nobody").unwrap();
    HASH.get_or_init(|| hash_password(&name, PASSWORD, [3; 16]).unwrap()).clone()
}

impl World {
    pub(super) async fn start(offers: bool) -> Self {
        Self::with(offers, false).await
    }

    /// With a desk for browsers that come by HTTPS, or not.
    pub(super) async fn with(offers: bool, secure: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::file(&folder.path().join("register")).list_size(64);
        let settings = settings.search_by(SearchKey::from_bytes([8; 32]));
        let database = Database::connect(settings).await.unwrap();
        database.migrate().await.unwrap();
        let office = Office {
            issuer: "bj.example".to_owned(),
            public: "https://permits.bj.example".to_owned(),
            zone: TimeZone::fixed(jiff::tz::offset(8)),
            calendar: Calendar::new([], [], "2099-12-31".parse().unwrap()).unwrap(),
            window: 30,
            lists: ListTimes::default(),
        };
        let key = |seed| SigningKey::Here(SecretKey::from_ed25519_seed(&[seed; 32]));
        let keys = Keys::new("bj.example", key(1), key(2)).unwrap();
        let service = Service::new(database, office, keys, Clock::system()).unwrap();
        let passwords = Arc::new(Passwords::new());
        let mut state =
            OfficeState::new(service.clone(), staff_key()).with_passwords(Arc::clone(&passwords));
        if offers {
            state = state.with_offers(Arc::new(Counter));
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = DeskState::new(state.clone(), &page_settings(), &[4; 32], secure);
        let router = router(state).merge(desk::router(desk));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let document = client::ask(address, "GET", "/office/openapi.json", &[], b"").await;
        let document = document.is(200);
        Self { service, passwords, document, address, _folder: folder }
    }

    /// Turns the clock on.
    pub(super) fn turn(&self, seconds: i64) {
        self.service.clock().turn(jiff::SignedDuration::from_secs(seconds));
    }

    /// The digits that the authenticator of this name shows now.
    pub(super) fn code(&self, name: &str) -> String {
        let secret = staff_key().totp_secret(&StaffId::new(name).unwrap(), &SERIAL);
        totp_code(&secret, self.service.now().as_second())
    }

    /// Makes an account.
    pub(super) async fn account(&self, name: &str, roles: &[Role], offices: &[&str]) {
        let these = |names: &[&str]| {
            Offices::These(names.iter().map(|name| OfficeId::new(*name).unwrap()).collect())
        };
        let account = Account {
            name: StaffId::new(name).unwrap(),
            password: hash(),
            totp: SERIAL,
            totp_step: 0,
            roles: roles.iter().copied().collect(),
            offices: if offices == ["*"] { Offices::All } else { these(offices) },
            disabled: false,
        };
        let mut change = self.service.store().begin().await.unwrap();
        change.add_account(&account).await.unwrap();
        self.line(&mut change, "account-made", name);
        change.commit().await.unwrap();
    }

    /// Closes an account.
    pub(super) async fn close_account(&self, name: &str) {
        let mut account = self.service.store().account(name).await.unwrap().unwrap();
        account.disabled = true;
        let mut change = self.service.store().begin().await.unwrap();
        change.save_account(&account).await.unwrap();
        self.line(&mut change, "account-closed", name);
        change.commit().await.unwrap();
    }

    fn line(&self, change: &mut Change, action: &'static str, name: &str) {
        let subject = format!("staff:{name}");
        change.audit(AuditLine::new(self.service.now(), "admin", action, &subject).unwrap());
    }

    /// Somebody of this office with these roles, who has logged in.
    pub(super) async fn officer(&self, name: &str, roles: &[Role], offices: &[&str]) -> Officer {
        self.account(name, roles, offices).await;
        self.log_in(name).await
    }

    pub(super) async fn log_in(&self, name: &str) -> Officer {
        let reply = self.login(name, PASSWORD, &self.code(name)).await;
        let session = reply.is(201);
        let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
        Officer { name: name.to_owned(), bearer }
    }

    pub(super) async fn login(&self, name: &str, password: &str, totp: &str) -> Reply {
        let body = json!({"name": name, "password": password, "totp": totp}).to_string();
        let json = [("content-type", "application/json")];
        self.ask("POST", "/office/login", &json, body.as_bytes()).await
    }

    /// Asks, and holds the answer to the document.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let reply = client::ask(self.address, method, path, headers, body).await;
        assert!(reply.status != 500, "{method} {path} fails");
        client::hold_to(&self.document, method, path, &reply);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("content-security-policy").is_some());
        assert!(reply.headers.iter().all(|(name, _)| !name.starts_with("access-control-")));
        reply
    }

    pub(super) async fn get(&self, officer: &Officer, path: &str) -> Reply {
        self.ask("GET", path, &[("authorization", &officer.bearer)], b"").await
    }

    pub(super) async fn post(&self, officer: &Officer, path: &str, body: Value) -> Reply {
        self.post_with(officer, path, body, With::default()).await
    }

    pub(super) async fn post_with(
        &self,
        officer: &Officer,
        path: &str,
        body: Value,
        with: With<'_>,
    ) -> Reply {
        let mut headers = vec![("authorization", officer.bearer.as_str())];
        headers.push(("content-type", "application/json"));
        headers.extend(with.version.map(|version| ("if-match", version)));
        headers.extend(with.key.map(|key| ("idempotency-key", key)));
        self.ask("POST", path, &headers, body.to_string().as_bytes()).await
    }

    pub(super) async fn upload(&self, officer: &Officer, path: &str, bytes: &[u8]) -> Reply {
        self.ask("POST", path, &[("authorization", &officer.bearer)], bytes).await
    }

    /// Decides with the version that there is now.
    pub(super) async fn decide(
        &self,
        officer: &Officer,
        thing: &str,
        step: &str,
        body: Value,
    ) -> Reply {
        let version = self.get(officer, thing).await.etag();
        let with = With { version: Some(&version), key: None };
        self.post_with(officer, &format!("{thing}/{step}"), body, with).await
    }

    /// Somebody who may do all, in the office `north`.
    pub(super) async fn north(&self) -> Officer {
        self.officer("lin", &Role::ALL, &["north"]).await
    }

    /// A new permit of this officer's office, at its address.
    pub(super) async fn permit(&self, officer: &Officer, office: &str) -> String {
        let case = self.checked(officer, office).await;
        let done = self.decide(officer, &case, "approve", json!({})).await.is(200);
        format!("/office/permits/{}", done["permit"]["id"].as_str().unwrap())
    }

    /// A case that was checked, at its address.
    pub(super) async fn checked(&self, officer: &Officer, office: &str) -> String {
        let case = self.assigned(officer, office).await;
        let found = json!({"finding": "as-stated"});
        self.decide(officer, &case, "checks", found).await.is(200);
        case
    }

    /// A case that an officer has, at its address.
    pub(super) async fn assigned(&self, officer: &Officer, office: &str) -> String {
        let case = self.submitted(officer).await;
        let to = json!({"office": office, "officer": officer.name});
        self.decide(officer, &case, "assign", to).await.is(200);
        case
    }

    /// A new case, at its address.
    pub(super) async fn submitted(&self, officer: &Officer) -> String {
        let case = self.post(officer, "/office/cases", application()).await.is(201);
        format!("/office/cases/{}", case["id"].as_str().unwrap())
    }

    /// How many lines of the audit log there are.
    pub(super) async fn lines(&self) -> u64 {
        let state = self.service.store().verify_audit().await.unwrap();
        match state {
            livepermit_issuer::store::AuditState::Whole { lines, .. } => lines,
            broken => panic!("{broken:?}"),
        }
    }
}

fn page_settings() -> PageSettings {
    let named = |zh: &str, en: &str| Named { zh: zh.to_owned(), en: en.to_owned() };
    let class = Class::new("resident").unwrap();
    let classes = vec![ClassChoice { class, name: named("居住证", "Residence permit") }];
    PageSettings::new(named("北京示例受理中心", "Beijing Example Office"), classes)
}

/// The id at the end of an address.
pub(super) fn id_of(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

pub(super) fn person() -> Value {
    json!({
        "name": "王小明",
        "born": "1990-03-07",
        "document": {"kind": "identity-card", "number": "11010119900307123X"},
    })
}

pub(super) fn application() -> Value {
    json!({"kind": "new", "class": "resident", "applicant": person()})
}
