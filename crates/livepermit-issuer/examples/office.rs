//! The offices' port over a register in a new folder, to try it out: an officer `lin` with every
//! role, in the office `north`, and nobody else. Everything is gone when the program ends.
//!
//! ```text
//! cargo run -p livepermit-issuer --example office
//! ```
//!
//! It prints its address, and what to send to `/office/login`.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use jiff::tz::TimeZone;
use livepermit::SecretKey;
use livepermit_issuer::domain::{Calendar, OfficeId, StaffId};
use livepermit_issuer::http::office::{OfficeState, router};
use livepermit_issuer::service::{Clock, Keys, ListTimes, Office, Service, SigningKey};
use livepermit_issuer::staff::{Account, Offices, Role, StaffKey, hash_password, totp_code};
use livepermit_issuer::store::{AuditLine, Database, SearchKey, Settings, Store as _};

const PASSWORD: &str = "four horses in a garden";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let settings = Settings::file(&folder.path().join("register"));
    let database =
        Database::connect(settings.search_by(SearchKey::from_bytes(rand::random()))).await?;
    database.migrate().await?;
    let office = Office {
        issuer: "bj.example".to_owned(),
        public: "https://permits.bj.example".to_owned(),
        zone: TimeZone::fixed(jiff::tz::offset(8)),
        calendar: Calendar::new([], [], "2099-12-31".parse()?)?,
        window: 30,
        lists: ListTimes::default(),
    };
    let key = || SigningKey::Here(SecretKey::from_ed25519_seed(&rand::random()));
    let keys = Keys::new("bj.example", key(), key())?;
    let service = Service::new(database, office, keys, Clock::system())?;

    let (name, serial) = (StaffId::new("lin")?, rand::random());
    let account = Account {
        password: hash_password(&name, PASSWORD, rand::random())?,
        name: name.clone(),
        totp: serial,
        totp_step: 0,
        roles: Role::ALL.into(),
        offices: Offices::These([OfficeId::new("north")?].into()),
        disabled: false,
    };
    let mut change = service.store().begin().await?;
    change.add_account(&account).await?;
    change.audit(AuditLine::new(service.now(), "example", "account-made", "staff:lin")?);
    change.commit().await?;

    let staff = StaffKey::from_bytes(rand::random());
    let code = totp_code(&staff.totp_secret(&name, &serial), service.now().as_second());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("address: http://{}", listener.local_addr()?);
    println!("login: {{\"name\":\"lin\",\"password\":\"{PASSWORD}\",\"totp\":\"{code}\"}}");
    axum::serve(listener, router(OfficeState::new(service, staff))).await?;
    Ok(())
}
