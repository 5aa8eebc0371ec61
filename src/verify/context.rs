use super::CredentialCache;
use crate::time::Timestamp;
use crate::token::Challenge;

/// The time of a verification, and the challenge that the token must answer. A cache makes
/// verification faster and does not change the verdict.
///
/// A [`Timestamp`] converts into a context without challenge and cache.
///
/// ```
/// use livepermit::hold::Challenge;
/// use livepermit::verify::CredentialCache;
/// use livepermit::{Context, Timestamp};
/// let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// let challenge = Challenge::new("gate-3", &[7; 16], now.plus(30))?;
/// let mut cache = CredentialCache::new(256);
/// let context = Context::at(now).with_challenge(&challenge).with_cache(&mut cache);
/// # let _ = context;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Context<'a> {
    pub(super) now: Timestamp,
    pub(super) challenge: Option<&'a Challenge>,
    pub(super) cache: Option<&'a mut CredentialCache>,
}

impl<'a> Context<'a> {
    /// Makes a context for verification at the time `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, challenge: None, cache: None }
    }

    /// Requires that the token answers this challenge.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: &'a Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// Uses this cache, so that known credentials are not verified again.
    #[must_use]
    pub const fn with_cache(mut self, cache: &'a mut CredentialCache) -> Self {
        self.cache = Some(cache);
        self
    }
}

impl From<Timestamp> for Context<'_> {
    fn from(now: Timestamp) -> Self {
        Self::at(now)
    }
}
