//! Where messages for the authority's own programs go.

use std::path::PathBuf;

use serde::Deserialize;

use super::error::ConfigError;
use super::{Config, files};
use crate::jobs::{Webhook, WebhookSecret, WebhookSetting};

/// Where messages go.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookTarget {
    /// The address, by HTTPS; by HTTP on this machine alone.
    pub url: String,
    /// The file with the secret that signs messages, as Standard Webhooks writes it: `whsec_…`. A
    /// second line is another secret, while secrets are changed.
    pub secret: PathBuf,
}

impl Config {
    /// Where messages go; `None` if the file names no `[webhook]`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the setting that cannot be used.
    pub fn webhook(&self) -> Result<Option<Webhook>, ConfigError> {
        let Some(target) = &self.webhook else { return Ok(None) };
        let wrong = |why: WebhookSetting| {
            let setting = match why {
                WebhookSetting::Address => "webhook.url",
                WebhookSetting::Secret => "webhook.secret",
            };
            ConfigError::Setting { setting, why: why.to_string() }
        };
        let text = files::private_text(&target.secret)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let secrets = lines.map(WebhookSecret::read).collect::<Result<_, _>>().map_err(wrong)?;
        Webhook::new(&target.url, secrets).map(Some).map_err(wrong)
    }
}
