//! The office of the story: keys, register and both ports, on the machine itself.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use livepermit::issue::TrustListBuilder;
use livepermit::{PublicKey, SecretKey, Trust, TrustedKey, Use};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::Login;
use super::failure::DemoError;
use super::officer::Officer;
use super::phone::{CLIENT, REDIRECT, now};
use crate::desk::{self, DeskState};
use crate::domain::{Calendar, Class, OfficeId, StaffId};
use crate::http::office::OfficeState;
use crate::http::wallets::{Settings, Times, WalletsState};
use crate::http::{PublicState, office, public, wallets};
use crate::pages::{self, ClassChoice, Named, PageSettings, PagesState};
use crate::protocol::{Client, Configuration, IssuerUrl, NothingAttested};
use crate::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use crate::staff::{Account, Offices, Role, StaffKey, hash_password, totp_code};
use crate::store::{AuditLine, Database, SearchKey, Store as _};

/// The issuer of the story.
const ISSUER: &str = "bj.example";
/// What its permits permit.
pub(super) const CLASS: &str = "residence";
/// The name of the trust list.
pub(super) const TRUST_LIST: &str = "bj.gates";
/// The office that has the cases.
pub(super) const OFFICE: &str = "haidian";
/// The officer who does everything.
pub(super) const OFFICER: &str = "officer-7";
const PASSWORD: &str = "correct horse battery";
/// For how long the lists of the story are valid, in seconds: it takes two years.
const YEARS: u64 = 3 * 366 * 86_400;

/// The office of the story.
pub(super) struct DemoOffice {
    /// The address of wallets and gates.
    pub(super) public: String,
    /// The address of officers.
    pub(super) offices: String,
    pub(super) clock: Clock,
    /// The key that signed the trust list.
    pub(super) root: PublicKey,
    /// What phones trust.
    pub(super) issuers: Trust,
    pub(super) class: String,
    service: Service<Database>,
    totp: [u8; 20],
    runtime: Handle,
    _folder: TempDir,
}

impl DemoOffice {
    /// Opens the office: a new register in a folder that is removed at the end, new keys, two ports.
    pub(super) async fn open() -> Result<Self, DemoError> {
        let folder = tempfile::tempdir()?;
        let clock = Clock::system();
        let listeners =
            [TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?];
        let [wallet_port, office_port] = listeners;
        let public_url = format!("http://{}", wallet_port.local_addr()?);
        let offices = format!("http://{}/office", office_port.local_addr()?);

        let [root, tokens, status] =
            [(); 3].map(|()| SecretKey::from_ed25519_seed(&rand::random()));
        let class = format!("{ISSUER}:{CLASS}");
        let (trusted, trust_file) =
            trust_list(folder.path(), &root, [&tokens, &status], &class, &clock)?;
        let issuers = Trust::new(trusted).map_err(|e| DemoError::refused("the trust")(&e))?;

        let settings =
            crate::store::Settings::file(&folder.path().join("register")).list_size(4_096);
        let settings = settings.search_by(SearchKey::from_bytes(rand::random()));
        let register = Database::connect(settings).await?;
        register.migrate().await?;
        let keys = Keys::new(ISSUER, SigningKey::Here(tokens), SigningKey::Here(status))?;
        let service = Service::new(register, the_office(&public_url)?, keys, clock.clone())?;
        let staff_key = StaffKey::from_bytes(rand::random());
        let totp = account(&service, &staff_key).await?;

        let wallets_state = WalletsState::new(
            service.clone(),
            wallet_settings(&public_url)?,
            &rand::random(),
            NothingAttested,
        );
        let office_state = OfficeState::new(service.clone(), staff_key)
            .with_offers(wallets::offers(&wallets_state));
        let trust = Some(Arc::new(trust_file));
        let page_settings = page_settings()?;
        let desk = DeskState::new(office_state.clone(), &page_settings, &rand::random(), false);
        let pages = PagesState::new(wallets_state.clone(), page_settings, &rand::random());
        let router = public(PublicState { service: service.clone(), trust })
            .merge(wallets::router(wallets_state))
            .merge(pages::router(pages));
        let offices_router = office::router(office_state).merge(desk::router(desk));
        for (listener, router) in [(wallet_port, router), (office_port, offices_router)] {
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        Ok(Self {
            public: public_url,
            offices,
            clock,
            root: root.public_key(),
            issuers,
            class,
            service,
            totp,
            runtime: Handle::current(),
            _folder: folder,
        })
    }

    /// What the officer types now, with the code that the authenticator shows.
    pub(super) fn login(&self) -> Login {
        let totp = totp_code(&self.totp, self.clock.now().as_second());
        Login { name: OFFICER.to_owned(), password: PASSWORD.to_owned(), totp }
    }

    /// Logs in.
    pub(super) fn log_in(&self) -> Result<Officer, DemoError> {
        let Login { name, password, totp } = self.login();
        Officer::log_in(&self.offices, &name, &password, &totp)
    }

    /// Signs the lists that changed: the job of a running service.
    pub(super) fn publish(&self) -> Result<usize, DemoError> {
        Ok(self.runtime.block_on(self.service.publish())?)
    }

    /// The day at the office.
    pub(super) fn today(&self) -> Date {
        self.service.moment().today()
    }
}

fn the_office(public: &str) -> Result<Office, DemoError> {
    let failed = DemoError::refused("the calendar");
    let known_until = Date::constant(2199, 12, 31);
    let calendar = Calendar::new([], [], known_until).map_err(|error| failed(&error))?;
    Ok(Office {
        issuer: ISSUER.to_owned(),
        public: public.to_owned(),
        zone: TimeZone::UTC,
        calendar,
        window: livepermit::Permit::DEFAULT_WINDOW,
        lists: ListTimes::default(),
    })
}

fn wallet_settings(public: &str) -> Result<Settings, DemoError> {
    let display =
        ("en".to_owned(), "Beijing, a demonstration".to_owned(), "Residence permit".to_owned());
    let issuer = IssuerUrl::read(public).ok_or_else(|| DemoError::Refused {
        what: "the issuer's address",
        why: public.to_owned(),
    })?;
    Ok(Settings {
        issuer,
        configuration: Configuration { id: "permit".to_owned(), display: vec![display] },
        clients: vec![Client { id: CLIENT.to_owned(), redirects: vec![REDIRECT.to_owned()] }],
        apply: format!("{public}/apply"),
        times: Times::default(),
    })
}

fn page_settings() -> Result<PageSettings, DemoError> {
    let class = Class::new(CLASS).map_err(|error| DemoError::refused("the class")(&error))?;
    let named = |zh: &str, en: &str| Named { zh: zh.to_owned(), en: en.to_owned() };
    let name = named("居住证", "Residence permit");
    let authority = named("北京（演示）", "Beijing, a demonstration");
    Ok(PageSettings::new(authority, vec![ClassChoice { class, name }]))
}

/// The trust list that the owner of the root key signs: which key may sign what.
fn trust_list(
    folder: &Path,
    root: &SecretKey,
    [tokens, status]: [&SecretKey; 2],
    class: &str,
    clock: &Clock,
) -> Result<(Vec<TrustedKey>, std::path::PathBuf), DemoError> {
    let failed = DemoError::refused("the trust list");
    let uses = [Use::Credential, Use::Pass, Use::Slip];
    let tokens = TrustedKey::new(ISSUER, tokens.public_key(), uses, [class]);
    let status = TrustedKey::new(ISSUER, status.public_key(), [Use::Status], [class]);
    let keys =
        vec![tokens.map_err(|error| failed(&error))?, status.map_err(|error| failed(&error))?];
    let now = now(clock)?;
    let list = TrustListBuilder::new(TRUST_LIST, 1, keys.clone()).map_err(|e| failed(&e))?;
    let prepared =
        list.prepare(&root.public_key(), now, now.plus(YEARS)).map_err(|e| failed(&e))?;
    let signed = prepared.sign(root).map_err(|error| failed(&error))?;
    let path = folder.join("trust.cwt");
    std::fs::write(&path, signed.as_bytes())?;
    Ok((keys, path))
}

/// An account with all roles. What its authenticator knows.
async fn account(service: &Service<Database>, key: &StaffKey) -> Result<[u8; 20], DemoError> {
    let failed = DemoError::refused("the account");
    let name = StaffId::new(OFFICER).map_err(|error| failed(&error))?;
    let office = OfficeId::new(OFFICE).map_err(|error| failed(&error))?;
    let serial = service.random();
    let totp = key.totp_secret(&name, &serial);
    let password = hash_password(&name, PASSWORD, service.random());
    let account = Account {
        password: password.map_err(|error| failed(&error))?,
        totp: serial,
        totp_step: 0,
        roles: Role::ALL.into(),
        offices: Offices::These([office].into()),
        disabled: false,
        name,
    };
    let mut change = service.store().begin().await?;
    change.add_account(&account).await?;
    let subject = format!("staff:{OFFICER}");
    change.audit(AuditLine::new(service.now(), "command:demo", "account-added", &subject)?);
    change.commit().await?;
    Ok(totp)
}
