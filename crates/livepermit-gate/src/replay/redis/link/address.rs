//! Where a server is, and as whom the gate connects.

use core::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use ::redis::{ConnectionAddr, IntoConnectionInfo as _};
use zeroize::Zeroizing;

use super::super::super::StoreError;
use super::error::setup;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Address {
    Tcp {
        host: Box<str>,
        port: u16,
    },
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Address {
    pub(super) fn tcp(host: &str, port: u16) -> Self {
        Self::Tcp { host: host.into(), port }
    }

    /// `host:port` as a node of a cluster writes it; `near` is the node that wrote it. A node that
    /// does not know its own host leaves the host out.
    pub(super) fn beside(near: &Self, text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        // `port@bus` in some versions.
        let port = port.split('@').next()?.parse().ok()?;
        Self::with_host(near, host, port)
    }

    /// This port at this host, or at the host of `near` if the host is not known.
    pub(super) fn with_host(near: &Self, host: &str, port: u16) -> Option<Self> {
        match (host.trim_matches(['[', ']']), near) {
            ("" | "?", Self::Tcp { host, .. }) => Some(Self::Tcp { host: host.clone(), port }),
            #[cfg(unix)]
            ("" | "?", Self::Unix(_)) => None,
            (host, _) => Some(Self::tcp(host, port)),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

/// As whom the gate connects.
pub(super) struct Login {
    pub(super) user: Option<Box<str>>,
    pub(super) password: Option<Zeroizing<String>>,
    pub(super) database: i64,
}

/// What stands in a URL.
pub(super) struct Place {
    pub(super) address: Address,
    pub(super) tls: bool,
    pub(super) login: Login,
}

impl Place {
    /// Reads a URL. Errors do not repeat the URL, because the URL may contain a password.
    pub(super) fn read(url: &str, default_port: u16) -> Result<Self, StoreError> {
        let wrong = || setup("the address of a server is wrong");
        // The client library refuses URLs that ask for TLS, because its own TLS is not built in.
        let (scheme, rest) = url.split_once("://").unwrap_or(("redis", url));
        let (tls, scheme) = match scheme {
            "rediss" | "valkeys" => (true, "redis"),
            "redis" | "valkey" => (false, "redis"),
            other => (false, other),
        };
        if rest.contains('#') {
            return Err(setup("the address of a server has a part after `#`"));
        }
        let plain = Zeroizing::new(format!("{scheme}://{rest}"));
        let info = plain.as_str().into_connection_info().map_err(|_| wrong())?;
        let address = match info.addr() {
            ConnectionAddr::Tcp(host, port) => {
                // The library puts its default port where none is given.
                let port = if names_port(rest) { *port } else { default_port };
                Address::tcp(host, port)
            }
            #[cfg(unix)]
            ConnectionAddr::Unix(path) => Address::Unix(path.clone()),
            _ => return Err(wrong()),
        };
        let account = info.redis_settings();
        let login = Login {
            user: account.username().map(Into::into),
            password: account.password().map(|password| Zeroizing::new(password.to_owned())),
            database: account.db(),
        };
        Ok(Self { address, tls, login })
    }
}

/// Whether the part of a URL behind `://` names a port.
fn names_port(rest: &str) -> bool {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // The colons of an IPv6 address stand within brackets.
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.ends_with(']'))
}

/// The addresses of a host. The operating system may look for a name for half a minute, so a
/// thread of its own asks, and the caller waits until `until` only.
pub(super) fn resolve(host: &str, port: u16, until: Instant) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (send, receive) = mpsc::sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new().name("livepermit-dns".into()).spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody listens any more when the name was found too late.
        let _ = send.send(found);
    })?;
    let left = until.saturating_duration_since(Instant::now());
    receive.recv_timeout(left).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_with_its_user_and_its_port() {
        let place = Place::read("rediss://gate:a%40b@db.example/2", 6379).unwrap();
        assert_eq!(place.address, Address::tcp("db.example", 6379));
        assert!(place.tls);
        assert_eq!(place.login.user.as_deref(), Some("gate"));
        assert_eq!(place.login.password.unwrap().as_str(), "a@b");
        assert_eq!(place.login.database, 2);
        for (url, address) in [
            ("10.0.0.1", Address::tcp("10.0.0.1", 26379)),
            ("10.0.0.1:7000", Address::tcp("10.0.0.1", 7000)),
            ("redis://[::1]", Address::tcp("::1", 26379)),
            ("redis://[::1]:6379/", Address::tcp("::1", 6379)),
            ("redis://:word@s1", Address::tcp("s1", 26379)),
        ] {
            let place = Place::read(url, 26379).unwrap();
            assert_eq!(place.address, address, "{url}");
            assert!(!place.tls);
        }
        for wrong in ["http://:secret@127.0.0.1/", "redis://:secret@", "redis://:secret@h/x", ""] {
            let error = Place::read(wrong, 6379).err().unwrap().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_node_that_does_not_know_its_host_is_at_the_host_that_was_asked() {
        let near = Address::tcp("10.0.0.1", 7000);
        let beside = |text| Address::beside(&near, text);
        assert_eq!(beside("10.0.0.2:7001"), Some(Address::tcp("10.0.0.2", 7001)));
        assert_eq!(beside(":7001"), Some(Address::tcp("10.0.0.1", 7001)));
        assert_eq!(beside("?:7001"), Some(Address::tcp("10.0.0.1", 7001)));
        assert_eq!(beside("::1:7001"), Some(Address::tcp("::1", 7001)));
        assert_eq!(beside("10.0.0.2:7001@17001"), Some(Address::tcp("10.0.0.2", 7001)));
        assert_eq!(beside("10.0.0.2"), None);
        assert_eq!(beside("10.0.0.2:x"), None);
    }
}
