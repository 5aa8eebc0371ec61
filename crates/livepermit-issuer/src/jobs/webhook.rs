//! Messages are delivered to the authority's own programs, signed as Standard Webhooks 1.0 says.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use jiff::{SignedDuration, Timestamp};
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use zeroize::Zeroizing;

use crate::mac::by_block;
use crate::service::{Service, ServiceError};
use crate::store::{Message, Store};

/// How long after each failed try the next one is, in seconds: the last is two days and a half after
/// the first. After that a message is dead: it is delivered if somebody asks for it.
const PAUSES: [i64; 9] = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 61_200, 86_400];
/// How often a message is tried.
pub const MOST_TRIES: usize = PAUSES.len() + 1;
/// How many messages a process takes at once, and for how long it alone has them.
const AT_ONCE: u32 = 10;
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why messages cannot be delivered with these settings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookSetting {
    /// The address is none, or messages could be read on their way to it.
    Address,
    /// The secret is not `whsec_` and 24 to 64 bytes in base64.
    Secret,
}

impl fmt::Display for WebhookSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => {
                "the address has to begin with https://, or with http:// and name this machine \
                 (127.0.0.1, [::1] or localhost)"
            }
            Self::Secret => {
                "a line has to be whsec_ and 24 to 64 random bytes in base64; \
                 `echo whsec_$(openssl rand -base64 32)` makes one"
            }
        })
    }
}

impl std::error::Error for WebhookSetting {}

/// The secret that signs messages.
pub struct WebhookSecret(Zeroizing<[u8; 64]>);

impl WebhookSecret {
    /// Reads a secret as Standard Webhooks writes it.
    ///
    /// # Errors
    ///
    /// [`WebhookSetting::Secret`].
    pub fn read(text: &str) -> Result<Self, WebhookSetting> {
        let bytes = text.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        let bytes = bytes.map(Zeroizing::new).filter(|bytes| (24..=64).contains(&bytes.len()));
        let bytes = bytes.ok_or(WebhookSetting::Secret)?;
        // As HMAC pads a key that is shorter than the block of its hash.
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(&**bytes).for_each(|(byte, from)| *byte = *from);
        Ok(Self(block))
    }

    /// The signature over name, time and body: `v1,` and HMAC-SHA256 in base64.
    #[must_use]
    pub fn sign(&self, id: &str, at: i64, body: &str) -> String {
        let at = at.to_string();
        let parts = [id.as_bytes(), b".", at.as_bytes(), b".", body.as_bytes()];
        format!("v1,{}", STANDARD.encode(by_block(&self.0, &parts).finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// Where messages go. Clones share it.
#[derive(Clone, Debug)]
pub struct Webhook(Arc<Target>);

#[derive(Debug)]
struct Target {
    agent: Agent,
    address: String,
    secrets: Vec<WebhookSecret>,
}

impl Webhook {
    /// Messages go to this address. With several secrets, each signs: a program that knows one of
    /// them takes the message, so that secrets are changed without a pause.
    ///
    /// # Errors
    ///
    /// [`WebhookSetting`].
    pub fn new(address: &str, secrets: Vec<WebhookSecret>) -> Result<Self, WebhookSetting> {
        let uri: Uri = address.parse().map_err(|_| WebhookSetting::Address)?;
        let here = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if here => {}
            _ => return Err(WebhookSetting::Address),
        }
        if secrets.is_empty() {
            return Err(WebhookSetting::Secret);
        }
        // The provider is named here, and is not a default of the process.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let authorities = rustls_native_certs::load_native_certs().certs;
        let authorities: Vec<_> =
            authorities.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(RootCerts::new_with_certs(&authorities))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .http_status_as_error(false)
            // A message goes where the configuration says, and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent("livepermit-issuer")
            .build()
            .new_agent();
        Ok(Self(Arc::new(Target { agent, address: address.to_owned(), secrets })))
    }

    /// Delivers a message. Blocks until it is taken, or until the patience ends.
    fn send(&self, message: &Message, at: Timestamp) -> Result<(), String> {
        let at = at.as_second();
        let signatures: Vec<_> = self
            .0
            .secrets
            .iter()
            .map(|secret| secret.sign(&message.id, at, &message.body))
            .collect();
        let answer = self
            .0
            .agent
            .post(&self.0.address)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signatures.join(" "))
            .send(&message.body);
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the answer was {}", answer.status().as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Delivers the messages whose time has come, at most ten. Tells how many were taken.
///
/// # Errors
///
/// Those of the register. A message that is not taken is no error: it is tried again.
pub async fn deliver<S: Store>(
    service: &Service<S>,
    webhook: &Webhook,
) -> Result<usize, ServiceError> {
    let now = service.now();
    let later = |span| now.saturating_add(span).unwrap_or(now);
    let mut change = service.store().begin().await?;
    let messages = change.take_messages(now, later(LEASE), AT_ONCE).await?;
    change.commit().await?;
    let mut delivered = 0;
    for message in messages {
        let (id, tries) = (message.id.clone(), message.tries);
        let target = webhook.clone();
        let sent = tokio::task::spawn_blocking(move || target.send(&message, now)).await;
        let sent = sent.unwrap_or_else(|failed| Err(failed.to_string()));
        let mut change = service.store().begin().await?;
        match sent {
            Ok(()) => {
                change.end_message(&id).await?;
                delivered += 1;
            }
            Err(why) => {
                let pause = usize::try_from(tries - 1).ok().and_then(|tries| PAUSES.get(tries));
                let next = pause.map(|pause| later(SignedDuration::from_secs(*pause)));
                tracing::warn!(message = %id, tries, dead = next.is_none(), why, "not delivered");
                change.put_message_off(&id, next).await?;
            }
        }
        change.commit().await?;
    }
    Ok(delivered)
}

#[cfg(test)]
mod tests {
    use super::{Webhook, WebhookSecret, WebhookSetting};

    /// The example of Standard Webhooks, as its libraries test it.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let secret = WebhookSecret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
    }

    #[test]
    fn nobody_reads_messages_on_their_way() {
        let secrets = || vec![WebhookSecret::read(&format!("whsec_{}", "A".repeat(32))).unwrap()];
        for address in ["https://cases.bj.example/hooks", "http://127.0.0.1:9000/hooks"] {
            assert!(Webhook::new(address, secrets()).is_ok(), "{address}");
        }
        for address in ["http://cases.bj.example/hooks", "cases.bj.example", "ftp://localhost/", ""]
        {
            let refused = Webhook::new(address, secrets()).unwrap_err();
            assert_eq!(refused, WebhookSetting::Address, "{address}");
        }
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(WebhookSecret::read(text).is_err(), "{text}");
        }
        let refused = Webhook::new("https://bj.example", Vec::new()).unwrap_err();
        assert_eq!(refused, WebhookSetting::Secret);
    }
}
