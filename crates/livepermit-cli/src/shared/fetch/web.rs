//! HTTP and TLS: one question, one answer.

use std::io::{self, ErrorKind, Read as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use livepermit::Timestamp;
use livepermit_gate::fetch::{Ask, Came, FetchError, ListUrl, MAX_LIST_BYTES};
use ureq::tls::{TlsConfig, TlsProvider};
use ureq::{Agent, Proxy};

use super::tls;
use crate::shared::failure::Failure;
use crate::shared::texts;

/// For the name of the server, and for the connection, each.
const CONNECT: Duration = Duration::from_secs(10);
/// Until the server begins to answer.
const ANSWER: Duration = Duration::from_secs(30);
/// For the whole list: 9 MiB over a slow line.
const BODY: Duration = Duration::from_secs(300);

const USER_AGENT: &str = concat!("livepermit/", env!("CARGO_PKG_VERSION"));
/// The registered types of both kinds of lists; servers of files send what they have.
const ACCEPT: &str =
    "application/statuslist+cwt, application/cwt, application/octet-stream, */*;q=0.1";

/// What fetches lists.
#[derive(Debug)]
pub(crate) struct Web {
    agent: Agent,
}

impl Web {
    /// Trusts the authorities of this system, and those in these files.
    pub(super) fn open(authorities: &[PathBuf]) -> Result<Self, Failure> {
        let agent = Agent::config_builder()
            .tls_config(tls_config(authorities)?)
            .proxy(None)
            .http_status_as_error(false)
            // Redirects are followed by the rules of lists.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(USER_AGENT)
            .accept(ACCEPT)
            .accept_encoding("identity")
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(BODY))
            // A connection that nobody uses for minutes is closed by the other side.
            .max_idle_connections(0)
            .build()
            .new_agent();
        Ok(Self { agent })
    }

    /// Asks one question. `now` is the time of this machine.
    pub(super) fn get(&self, ask: &Ask, now: Timestamp) -> Came {
        self.try_get(ask, now).unwrap_or_else(Came::from)
    }

    fn try_get(&self, ask: &Ask, now: Timestamp) -> Result<Came, FetchError> {
        let proxy = proxy(&ask.url)?;
        let mut request = self.agent.get(&ask.url).config().proxy(proxy).build();
        if let Some(etag) = &ask.if_none_match {
            request = request.header("If-None-Match", etag);
        }
        if let Some(date) = &ask.if_modified_since {
            request = request.header("If-Modified-Since", date);
        }
        let mut response = request.call().map_err(|error| explain(error, false))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        if status == 200 {
            let reader = response.body_mut().as_reader();
            let read = reader.take(MAX_LIST_BYTES.saturating_add(1)).read_to_end(&mut body);
            read.map_err(|error| explain(error.into(), true))?;
        }
        let headers = response.headers();
        let header = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
        Ok(Came::from_http(status, header, body, now))
    }
}

/// Trusts the authorities of this system, and those in these files. The provider is named here, and
/// is not a default of the process.
fn tls_config(authorities: &[PathBuf]) -> Result<TlsConfig, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(tls::authorities(authorities)?)
        .build())
}

/// What asks a relay: short questions over a connection that stays open. No question is sent twice.
#[cfg(feature = "relay")]
pub(crate) fn questions(authorities: &[PathBuf], wait: Duration) -> Result<Agent, Failure> {
    Ok(Agent::config_builder()
        .tls_config(tls_config(authorities)?)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(USER_AGENT)
        .timeout_global(Some(wait))
        .build()
        .new_agent())
}

/// The proxy for an address, from the variables that other programs read: `HTTPS_PROXY`, or
/// `HTTP_PROXY` in small letters for plain http, else `ALL_PROXY`, unless `NO_PROXY` names the
/// server. This machine itself is asked directly.
fn proxy(url: &str) -> Result<Option<Proxy>, FetchError> {
    if ListUrl::dangerous_parse_plain(url).is_ok_and(|url| url.is_loopback()) {
        return Ok(None);
    }
    // As elsewhere, `HTTP_PROXY` in capitals is not read: servers set it to what visitors say.
    let names: &[&str] = if url.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("https:")) {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "all_proxy", "ALL_PROXY"]
    };
    let set = |name: &&&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let Some(name) = names.iter().find(set) else { return Ok(None) };
    let wrong = || FetchError::Proxy { reason: texts::proxy_unusable(name) };
    let value = std::env::var(name).map_err(|_| wrong())?;
    let proxy = Proxy::new(&value).map_err(|_| wrong())?;
    // The crate reads `NO_PROXY` only together with the proxy.
    let excepted = |all: Proxy| url.parse().is_ok_and(|url| all.is_no_proxy(&url));
    let is_excepted = Proxy::try_from_env().is_some_and(excepted);
    Ok((!is_excepted).then_some(proxy))
}

/// Why a question got no answer. `began` says that the answer had begun.
fn explain(error: ureq::Error, began: bool) -> FetchError {
    use ureq::Error as E;
    match error {
        E::Io(error) => explain_io(&error, began),
        E::Timeout(_) | E::BodyStalled => FetchError::TimedOut,
        E::HostNotFound => FetchError::Unreachable { reason: texts::host_unknown() },
        E::ConnectionFailed => FetchError::Unreachable { reason: texts::connection_failed() },
        E::ConnectProxyFailed(reason) => FetchError::Proxy { reason },
        E::InvalidProxyUrl => FetchError::Proxy { reason: texts::connection_failed() },
        E::Rustls(error) => FetchError::Untrusted { reason: tls::reason(&error) },
        E::Tls(reason) => FetchError::Untrusted { reason: reason.to_owned() },
        E::BodyExceedsLimit(_) => FetchError::TooLong,
        other => FetchError::Protocol { reason: other.to_string() },
    }
}

fn explain_io(error: &io::Error, began: bool) -> FetchError {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return FetchError::Untrusted { reason: tls::reason(error) };
    }
    if let Some(ureq::Error::Timeout(_)) = inner.and_then(|inner| inner.downcast_ref()) {
        return FetchError::TimedOut;
    }
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => FetchError::TimedOut,
        _ if began => FetchError::Cut,
        ErrorKind::UnexpectedEof => FetchError::Cut,
        _ => FetchError::Unreachable { reason: error.to_string() },
    }
}
