//! How often one address may ask.

use std::num::NonZeroU32;

use axum::http::HeaderName;
use serde::Deserialize;

use super::error::ConfigError;
use crate::http::{ClientAddress, ClientLimit};

/// How often one address may ask wallets' and applicants' questions. Lists for gates and the health
/// of the service are not counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limit {
    /// Questions a minute. A renewal is three; an application from home is some twenty.
    pub a_minute: NonZeroU32,
    /// `connection`, if nothing stands before the service; else the header in which the proxy
    /// writes the address of the client, as `x-forwarded-for`.
    pub address: String,
}

impl Limit {
    /// What the setting means.
    pub(super) fn read(&self) -> Result<ClientLimit, ConfigError> {
        let address = match &*self.address {
            "connection" => ClientAddress::Connection,
            name => {
                ClientAddress::Header(HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                    let why = format!("{name:?} is neither `connection` nor the name of a header");
                    ConfigError::Setting { setting: "wallets.limit.address", why }
                })?)
            }
        };
        Ok(ClientLimit { a_minute: self.a_minute, address })
    }
}
