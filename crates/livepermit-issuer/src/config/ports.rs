//! The ports: where they listen, and what they need beside the service.

use std::net::SocketAddr;

use axum::Router;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::error::ConfigError;
use super::{Config, Limit, files};
use crate::desk::{self, DeskState};
use crate::domain::Class;
use crate::http::office::{self, OfficeState};
use crate::http::wallets::{self, Settings, Times, WalletsState};
use crate::http::{PublicState, WEB_HEADERS, WebHeaders, public, web};
use crate::mac::mac;
use crate::pages::{self, ClassChoice, Named, PageSettings, PagesState};
use crate::protocol::{AttestationVerifier, Client, Configuration, IssuerUrl, NothingAttested};
use crate::service::Service;
use crate::staff::StaffKey;
use crate::store::Database;

/// The port of wallets and gates.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wallets {
    /// Address and port. TLS stands before the service: a proxy on the same machine.
    pub listen: SocketAddr,
    /// Wallets that may send a browser to the page for applicants.
    #[serde(default)]
    pub clients: Vec<WalletClient>,
    /// How often one address may ask. As often as it likes if not said.
    pub limit: Option<Limit>,
}

/// A wallet that may send a browser.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WalletClient {
    /// Its `client_id`.
    pub id: String,
    /// Where browsers may go back to: whole addresses, compared sign by sign.
    pub redirects: Vec<String>,
}

/// The port of officers. It belongs into the office's own network.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Offices {
    /// Address and port. TLS stands before the service: a proxy on the same machine.
    pub listen: SocketAddr,
}

/// The port for Prometheus.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MetricsPort {
    /// Address and port, of this machine alone: the metrics tell how much is done.
    pub listen: SocketAddr,
}

/// The pages for applicants. They are served at the port of wallets.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pages {
    /// Who issues, at the top of each page.
    pub authority: Authority,
    /// What people may apply for, in this order.
    pub classes: Vec<ClassNames>,
}

/// A name in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Authority {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A class of permits, and what people call it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClassNames {
    /// The class, as tokens name it behind the issuer's name.
    pub class: Class,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// The ports, ready to listen.
#[derive(Debug)]
pub struct Ports {
    /// Wallets, gates and applicants.
    pub wallets: Router,
    /// Officers.
    pub offices: Router,
}

impl Config {
    /// Makes the ports over a service.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the setting that cannot be used.
    pub fn ports(&self, service: &Service<Database>) -> Result<Ports, ConfigError> {
        if let Some(metrics) = self.metrics.filter(|metrics| !metrics.listen.ip().is_loopback()) {
            let why = format!("{} is not an address of this machine alone", metrics.listen);
            return Err(ConfigError::Setting { setting: "metrics.listen", why });
        }
        let secret = files::secret(&self.secret)?;
        let for_wallets = derived(&secret, b"wallets");
        let attestation: Box<dyn AttestationVerifier> = match &self.attestation {
            Some(attested) => Box::new(attested.verifier()?),
            None => Box::new(NothingAttested),
        };
        let wallets =
            WalletsState::new(service.clone(), self.wallet_settings()?, &for_wallets, attestation);
        let offices = OfficeState::new(service.clone(), self.staff_key()?)
            .with_offers(wallets::offers(&wallets));
        let page_settings = self.page_settings()?;
        // The proxy that speaks HTTPS for wallets does so for officers too.
        let secure = self.public.starts_with("https://");
        let for_desk = derived(&secret, b"desk");
        let desk = DeskState::new(offices.clone(), &page_settings, &for_desk, secure);
        let for_pages = derived(&secret, b"pages");
        let pages = PagesState::new(wallets.clone(), page_settings, &for_pages);
        let trust = self.trust.clone().map(std::sync::Arc::new);
        let base = pages.base().to_owned();
        let mut router = wallets::router(wallets).merge(pages::router(pages));
        if let Some(limit) = &self.wallets.limit {
            router = limit.read()?.over(router);
        }
        router = router.merge(public(PublicState { service: service.clone(), trust }));
        if let Some(folder) = &self.web {
            let path = folder.join(WEB_HEADERS);
            let headers = WebHeaders::read(&files::text(&path)?)
                .map_err(|why| ConfigError::Text { path, why })?;
            router = router.merge(web(&base, folder, headers));
        }
        let offices = office::router(offices).merge(desk::router(desk));
        Ok(Ports { wallets: router, offices })
    }

    /// The key from which the secrets of officers' one-time codes are derived.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the secret cannot be read.
    pub fn staff_key(&self) -> Result<StaffKey, ConfigError> {
        let secret = files::secret(&self.secret)?;
        Ok(StaffKey::from_bytes(*derived(&secret, b"staff")))
    }

    /// The address by which wallets know the issuer.
    pub(super) fn issuer_url(&self) -> Result<IssuerUrl, ConfigError> {
        IssuerUrl::read(&self.public).ok_or_else(|| ConfigError::Setting {
            setting: "public",
            why: "it is an address like https://permits.bj.example, without a slash at its end, \
                  a query or a fragment"
                .to_owned(),
        })
    }

    fn wallet_settings(&self) -> Result<Settings, ConfigError> {
        let issuer = self.issuer_url()?;
        let Authority { zh, en } = &self.pages.authority;
        let (first_zh, first_en) =
            self.pages.classes.first().map_or((zh, en), |class| (&class.zh, &class.en));
        let display = vec![
            ("en".to_owned(), en.clone(), first_en.clone()),
            ("zh".to_owned(), zh.clone(), first_zh.clone()),
        ];
        let clients = self
            .wallets
            .clients
            .iter()
            .map(|client| Client { id: client.id.clone(), redirects: client.redirects.clone() });
        Ok(Settings {
            issuer,
            configuration: Configuration { id: "permit".to_owned(), display },
            clients: clients.collect(),
            apply: format!("{}/apply", self.public),
            times: Times::default(),
        })
    }

    fn page_settings(&self) -> Result<PageSettings, ConfigError> {
        if self.pages.classes.is_empty() {
            let why = "at least one class has to be there".to_owned();
            return Err(ConfigError::Setting { setting: "pages.classes", why });
        }
        let named = |zh: &str, en: &str| Named { zh: zh.to_owned(), en: en.to_owned() };
        let classes = self.pages.classes.iter().map(|names| ClassChoice {
            class: names.class.clone(),
            name: named(&names.zh, &names.en),
        });
        let Authority { zh, en } = &self.pages.authority;
        Ok(PageSettings::new(named(zh, en), classes.collect()))
    }
}

/// A key for one purpose: whoever has it has no other.
pub(super) fn derived(secret: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(secret, &[b"livepermit issuer 1\0", purpose]))
}
