//! The configuration file of the service: every setting is checked before anything starts.
//!
//! ```toml
//! issuer = "bj.example"
//! public = "https://permits.bj.example"
//! register = "sqlite:register.sqlite"
//! zone = "Asia/Shanghai"
//! calendar = "calendar.toml"
//! key = "issuer.pem"
//! status-key = "status.pem"
//!
//! secret = "secret.key"
//!
//! [wallets]
//! listen = "127.0.0.1:8480"
//!
//! [offices]
//! listen = "127.0.0.1:8481"
//!
//! [pages]
//! authority = { zh = "北京市示例局", en = "Beijing Example Bureau" }
//! classes = [{ class = "residence", zh = "居住证", en = "Residence permit" }]
//! ```
//!
//! Paths are taken from the folder of the file.

mod attested;
mod error;
mod files;
mod follow_ups;
mod keys;
mod limit;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod ports;
mod webhook;

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use serde::Deserialize;

pub use attested::{Attested, AttestedApp, Place};
pub use error::ConfigError;
pub(crate) use error::in_words;
pub use follow_ups::FollowUpShare;
pub(crate) use keys::{encrypted, id_of};
pub use limit::Limit;
pub use ports::{Authority, ClassNames, MetricsPort, Offices, Pages, Ports, WalletClient, Wallets};
pub use webhook::WebhookTarget;

use crate::service::{Clock, ListTimes, Office, Service};
use crate::store::{Database, Messages, SearchKey, Settings};

/// The settings, as the file has them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The issuer's name in tokens and trust lists.
    pub issuer: String,
    /// The address of the public files and of the wallets' port, without a slash at its end.
    pub public: String,
    /// The register: `sqlite:` and a path, or `postgres://user@host/database`.
    pub register: String,
    /// How many connections to the register are open at most; the register's own number if not
    /// said.
    pub connections: Option<u32>,
    /// The office's time zone, as the IANA database names it.
    pub zone: String,
    /// The file with the working days.
    pub calendar: PathBuf,
    /// Where the Ed25519 key is that signs credentials, passes and slips: a file, or an address of
    /// RFC 7512 (`pkcs11:token=…;object=…?module-path=…&pin-source=…`). A key that was activated
    /// takes its place.
    pub key: String,
    /// Where the Ed25519 key is that signs status lists.
    pub status_key: String,
    /// The file with the passphrase of encrypted keys; it is asked for on the terminal if not said.
    pub passphrase: Option<PathBuf>,
    /// The folder of the file: paths are taken from there.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file with the trust list, which a root key signed elsewhere. Not served if not said.
    pub trust: Option<PathBuf>,
    /// How long a code is live, in seconds; 30 if not said.
    #[serde(default = "default_window")]
    pub window: u64,
    /// How many entries new status lists have; 1,048,576 if not said.
    pub list_size: Option<u32>,
    /// Times of status lists.
    #[serde(default)]
    pub lists: Lists,
    /// The file with 32 random bytes in hex, from which the keys of tokens and staff are derived.
    pub secret: PathBuf,
    /// The port of wallets and gates.
    pub wallets: Wallets,
    /// How phones prove where their keys are. Nothing is proved if not said.
    pub attestation: Option<Attested>,
    /// The port of officers.
    pub offices: Offices,
    /// The pages for applicants.
    pub pages: Pages,
    /// The folder with the pages for browsers that `web/build` made. Not served if not said.
    pub web: Option<PathBuf>,
    /// The port for Prometheus. There is none if not said.
    pub metrics: Option<MetricsPort>,
    /// Checks of some permits after their issue. There are none if not said.
    pub follow_ups: Option<FollowUpShare>,
    /// Where messages for the authority's own programs go. None are written if not said.
    pub webhook: Option<WebhookTarget>,
}

/// Times of status lists, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Lists {
    /// For how long a list is valid.
    pub lifetime: u32,
    /// After how long a list is signed again.
    pub refresh: u32,
    /// For how long caches may keep a list.
    pub cache: u32,
}

impl Default for Lists {
    fn default() -> Self {
        Self { lifetime: 3_600, refresh: 300, cache: 30 }
    }
}

const fn default_window() -> u64 {
    livepermit::Permit::DEFAULT_WINDOW
}

impl Config {
    /// Reads a configuration file. Paths in it become paths from the present folder.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] and [`ConfigError::Text`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = files::text(path)?;
        let wrong = |error: toml::de::Error| ConfigError::Text {
            path: path.to_owned(),
            why: error.to_string().trim_end().to_owned(),
        };
        let mut config: Self = toml::from_str(&text).map_err(wrong)?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let Self { calendar, secret, .. } = &mut config;
        for path in [calendar, secret] {
            *path = folder.join(&*path);
        }
        config.passphrase = config.passphrase.map(|path| folder.join(path));
        config.trust = config.trust.map(|path| folder.join(path));
        config.web = config.web.map(|path| folder.join(path));
        if let Some(attested) = &mut config.attestation {
            attested.below(folder);
        }
        if let Some(target) = &mut config.webhook {
            target.secret = folder.join(&target.secret);
        }
        if let Some(path) = config.register.strip_prefix("sqlite:") {
            config.register = format!("sqlite:{}", folder.join(path).display());
        }
        config.folder = folder.to_owned();
        Ok(config)
    }

    /// Where the register is, and by which key people are found in it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the secret cannot be read.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let settings = match self.register.strip_prefix("sqlite:") {
            Some(path) => Settings::file(Path::new(path)),
            None => Settings::at(&*self.register),
        };
        let settings = match self.connections {
            Some(most) => settings.connections(most),
            None => settings,
        };
        let settings = match self.list_size {
            Some(entries) => settings.list_size(entries),
            None => settings,
        };
        let settings = match self.webhook {
            Some(_) => settings.messages(Messages::Written),
            None => settings,
        };
        let secret = files::secret(&self.secret)?;
        let key = ports::derived(&secret, b"search");
        Ok(settings.search_by(SearchKey::from_bytes(*key)))
    }

    /// Opens the register, and looks whether its tables are those that this program knows.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Store`].
    pub async fn register(&self) -> Result<Database, ConfigError> {
        let database = Database::connect(self.settings()?).await.map_err(ConfigError::Store)?;
        database.check_schema().await.map_err(ConfigError::Store)?;
        Ok(database)
    }

    /// Reads keys and calendar, and makes the service over this register.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the setting that cannot be used.
    pub async fn service(
        &self,
        register: Database,
        clock: Clock,
    ) -> Result<Service<Database>, ConfigError> {
        let zone = jiff::tz::TimeZone::get(&self.zone)
            .map_err(|error| ConfigError::Setting { setting: "zone", why: error.to_string() })?;
        let calendar = toml::from_str(&files::text(&self.calendar)?).map_err(|error| {
            let why = error.to_string().trim_end().to_owned();
            ConfigError::Text { path: self.calendar.clone(), why }
        })?;
        let seconds = |value: u32| SignedDuration::from_secs(i64::from(value));
        let Lists { lifetime, refresh, cache } = self.lists;
        // A list that ends before it is signed again leaves gates without one.
        if lifetime < refresh.saturating_add(cache).saturating_mul(2) {
            let why = format!(
                "lists live {lifetime} s: that must be twice `refresh` and `cache` together at \
                 least, {} s",
                refresh.saturating_add(cache).saturating_mul(2)
            );
            return Err(ConfigError::Setting { setting: "lists.lifetime", why });
        }
        let office = Office {
            issuer: self.issuer.clone(),
            public: self.public.clone(),
            zone,
            calendar,
            window: self.window,
            lists: ListTimes {
                lifetime: seconds(lifetime),
                refresh: seconds(refresh),
                cache: seconds(cache),
            },
        };
        self.issuer_url()?;
        let keys = self.keys(&register).await?;
        Service::new(register, office, keys, clock).map_err(ConfigError::Service)
    }
}
