//! Why no list came.

use std::fmt;

use super::content::Content;
use super::url::UrlError;

/// Why no list came from a web server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection: the name is unknown, nobody listens, or no network.
    Unreachable {
        /// What the platform said.
        reason: String,
    },
    /// The proxy gave no connection.
    Proxy {
        /// What the platform said.
        reason: String,
    },
    /// No secure connection: for example, no trusted authority knows the server, or the
    /// certificate has expired by this machine's clock.
    Untrusted {
        /// What the platform said.
        reason: String,
    },
    /// The server took too long.
    TimedOut,
    /// The answer ended too soon.
    Cut,
    /// The server answered with this status and no list.
    Status(u16),
    /// The answer has more than [`MAX_LIST_BYTES`](super::MAX_LIST_BYTES).
    TooLong,
    /// The answer is something else.
    NotAList(Content),
    /// The server leads to an address that is not followed.
    Redirect {
        /// Where the server leads.
        to: String,
        /// Why this is no address for a list.
        why: UrlError,
    },
    /// The server led from address to address, too many times.
    TooManyRedirects,
    /// The answer breaks the rules of HTTP.
    Protocol {
        /// What the platform said.
        reason: String,
    },
}

impl FetchError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "list-unreachable",
            Self::Proxy { .. } => "list-proxy",
            Self::Untrusted { .. } => "list-server-untrusted",
            Self::TimedOut => "list-timeout",
            Self::Cut => "list-cut",
            Self::Status(_) => "list-http-status",
            Self::TooLong => "list-too-long",
            Self::NotAList(_) => "list-not-a-list",
            Self::Redirect { .. } | Self::TooManyRedirects => "list-redirected",
            Self::Protocol { .. } => "list-http-broken",
        }
    }

    /// What to do.
    #[must_use]
    pub const fn instruction(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "check the address, the network and the name server of this machine"
            }
            Self::Proxy { .. } => "check HTTPS_PROXY, ALL_PROXY and NO_PROXY, and the proxy",
            Self::Untrusted { .. } => {
                "check this machine's clock, and that the network asks for no login; for an authority \
                 of your own name its certificate"
            }
            Self::TimedOut | Self::Cut => "check the network; the gate tries again",
            Self::Status(300..=399) => "ask who publishes the list for its address",
            Self::Status(404 | 410) => "check the address of the list",
            Self::Status(401 | 403 | 407) => "let this gate fetch the list without a password",
            Self::Status(_) | Self::Protocol { .. } => "tell who publishes the list",
            Self::TooLong => "check that it is the address of a list",
            Self::NotAList(Content::WebPage) | Self::Redirect { .. } | Self::TooManyRedirects => {
                "check that this network asks for no login, and the address of the list"
            }
            Self::NotAList(Content::Packed(_)) => "publish the list as it is, not packed",
            Self::NotAList(Content::Jwt) => "publish the list as CWT",
            Self::NotAList(_) => "check the address of the list, and tell who publishes it",
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { reason } => write!(f, "the server is not reachable: {reason}"),
            Self::Proxy { reason } => write!(f, "the proxy gives no connection: {reason}"),
            Self::Untrusted { reason } => write!(f, "no secure connection: {reason}"),
            Self::TimedOut => f.write_str("the server took too long"),
            Self::Cut => f.write_str("the answer of the server was cut short"),
            Self::Status(status) => write!(f, "the server answered {status} and sent no list"),
            Self::TooLong => f.write_str("the server sent more than 9 MiB"),
            Self::NotAList(Content::Empty) => f.write_str("the server sent nothing"),
            Self::NotAList(content) => write!(f, "this is {content} and no list"),
            Self::Redirect { to, why } => write!(f, "the server leads to {to}: {why}"),
            Self::TooManyRedirects => f.write_str("the server leads from address to address"),
            Self::Protocol { reason } => write!(f, "the answer of the server is broken: {reason}"),
        }
    }
}

impl std::error::Error for FetchError {}
