//! How many permits are looked at again after their issue.

use serde::Deserialize;

use super::Config;
use super::error::ConfigError;
use crate::domain::SampleSize;

/// Checks after the issue.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FollowUpShare {
    /// How many of a hundred permits are looked at.
    pub percent: u8,
    /// How many days after the issue they are drawn; 30 if not said.
    pub after_days: Option<u16>,
}

impl Config {
    /// How many permits are looked at again; none if the file names no `[follow-ups]`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Setting`] for more than a hundred of a hundred.
    pub fn sample(&self) -> Result<SampleSize, ConfigError> {
        let Some(FollowUpShare { percent, after_days }) = self.follow_ups else {
            return Ok(SampleSize::default());
        };
        if percent > 100 {
            let why = format!("{percent} of a hundred permits are more than all: name 0 to 100");
            return Err(ConfigError::Setting { setting: "follow-ups.percent", why });
        }
        let after_days = after_days.unwrap_or(SampleSize::default().after_days);
        Ok(SampleSize { percent, after_days })
    }
}
