//! The addresses of lists.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// More characters than any address of a list has.
const MAX_CHARS: usize = 2048;

/// The address of a list: `https`, or `http` where the caller says so.
///
/// A list is signed, so plain `http` cannot forge a list. It costs freshness and privacy: whoever
/// stands between can answer with the list of yesterday for as long as the policy lets lists be old,
/// and sees which gate asks for which list.
///
/// What stands behind `?` may be a secret, as in the signed addresses of cloud storage. [`Display`]
/// and [`Debug`] show `?…` in its place; [`as_str`](Self::as_str) has the whole address.
///
/// [`Display`]: fmt::Display
/// [`Debug`]: fmt::Debug
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ListUrl {
    text: String,
    /// Whether redirects to `http` are followed too.
    plain: bool,
}

/// Why a text is no address of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// The text does not begin with `https://` or `http://`.
    NoWebAddress,
    /// `http://` to another machine.
    Plain,
    /// No host, or a character that an address cannot have: only visible ASCII, and no `#`.
    Malformed,
    /// A user or a password in the address. It would stand in logs.
    User,
}

impl ListUrl {
    /// Reads an address: `https://`, or `http://` to this machine (`localhost`, `127.0.0.1`,
    /// `[::1]`).
    ///
    /// # Errors
    /// [`UrlError`]
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let url = Self::dangerous_parse_plain(text)?;
        if !url.is_secure() && !url.is_loopback() {
            return Err(UrlError::Plain);
        }
        Ok(Self { plain: false, ..url })
    }

    /// Reads an address that may be plain `http://` to any machine, with what the type says that
    /// this costs.
    ///
    /// # Errors
    /// [`UrlError`], but never [`UrlError::Plain`].
    pub fn dangerous_parse_plain(text: &str) -> Result<Self, UrlError> {
        if !Self::looks_like_one(text) {
            return Err(UrlError::NoWebAddress);
        }
        let is_clean = text.len() <= MAX_CHARS
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&byte));
        let url = Self { text: text.to_owned(), plain: true };
        let authority = url.authority();
        if authority.contains('@') {
            return Err(UrlError::User);
        }
        let port = authority.rsplit_once(':').filter(|_| !authority.ends_with(']'));
        let is_port_right =
            port.is_none_or(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0));
        if !is_clean || url.host().is_empty() || !is_port_right {
            return Err(UrlError::Malformed);
        }
        Ok(url)
    }

    /// Whether a text is meant as an address and not as the name of a file.
    #[must_use]
    pub fn looks_like_one(text: &str) -> bool {
        text.split_once("://").is_some_and(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
        })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn is_secure(&self) -> bool {
        self.scheme().eq_ignore_ascii_case("https")
    }

    /// Whether the server is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
            || bare.is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback()))
    }

    fn scheme(&self) -> &str {
        self.text.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    fn authority(&self) -> &str {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or("")
    }

    fn host(&self) -> &str {
        let authority = self.authority();
        if authority.ends_with(']') {
            return authority;
        }
        authority.rsplit_once(':').map_or(authority, |(host, _)| host)
    }

    /// Where a redirect leads. From `https` a redirect leads to `https` only, and from this machine
    /// not to another machine by plain `http`.
    pub(super) fn redirected(&self, location: &str) -> Result<Self, UrlError> {
        let location = location.trim().split('#').next().unwrap_or("");
        let origin = format!("{}://{}", self.scheme(), self.authority());
        let text = if Self::looks_like_one(location) {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{}:{location}", self.scheme())
        } else if location.starts_with('/') {
            format!("{origin}{location}")
        } else if location.is_empty() || location.contains("://") {
            return Err(UrlError::NoWebAddress);
        } else {
            let path = self.text.strip_prefix(&origin).unwrap_or("");
            let path = path.split('?').next().unwrap_or("");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{origin}{folder}/{location}")
        };
        let target =
            if self.plain { Self::dangerous_parse_plain(&text)? } else { Self::parse(&text)? };
        if self.is_secure() && !target.is_secure() {
            return Err(UrlError::Plain);
        }
        Ok(target)
    }
}

impl fmt::Display for ListUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.split_once('?') {
            Some((shown, _)) => write!(f, "{shown}?…"),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Debug for ListUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListUrl({self})")
    }
}

impl UrlError {
    /// The stable code of the error, such as `url-plain`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoWebAddress => "url-no-web-address",
            Self::Plain => "url-plain",
            Self::Malformed => "url-malformed",
            Self::User => "url-user",
        }
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoWebAddress => "it does not begin with https://",
            Self::Plain => "it is plain http:// to another machine",
            Self::Malformed => "it is no web address",
            Self::User => "it holds a user or a password",
        })
    }
}

impl std::error::Error for UrlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_addresses_a_list_has() {
        for right in [
            "https://lists.example/status.cwt",
            "HTTPS://lists.example",
            "https://lists.example:8443/a?b=c&d",
            "https://[2001:db8::1]:8443/a",
            "http://localhost/a",
            "http://127.0.0.1:8080/a",
            "http://[::1]/a",
        ] {
            let parsed = ListUrl::parse(right);
            assert_eq!(parsed.as_ref().map(ListUrl::as_str), Ok(right));
        }
        for (wrong, why) in [
            ("status.cwt", UrlError::NoWebAddress),
            ("ftp://lists.example/a", UrlError::NoWebAddress),
            ("http://lists.example/a", UrlError::Plain),
            ("http://127.0.0.1.lists.example/a", UrlError::Plain),
            ("http://localhost.lists.example/a", UrlError::Plain),
            ("https://", UrlError::Malformed),
            ("https:///a", UrlError::Malformed),
            ("https://lists.example:0/a", UrlError::Malformed),
            ("https://lists.example:65536/a", UrlError::Malformed),
            ("https://lists.example:x/a", UrlError::Malformed),
            ("https://lists.example/a b", UrlError::Malformed),
            ("https://lists.example/a\r\nx: y", UrlError::Malformed),
            ("https://lists.example/ä", UrlError::Malformed),
            ("https://lists.example/a#b", UrlError::Malformed),
            ("https://me:secret@lists.example/a", UrlError::User),
            ("http://me@127.0.0.1/a", UrlError::User),
        ] {
            assert_eq!(ListUrl::parse(wrong), Err(why), "{wrong}");
        }
        assert!(ListUrl::dangerous_parse_plain("http://lists.example/a").is_ok());
        assert!(ListUrl::parse(&format!("https://a/{}", "b".repeat(3000))).is_err());
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        let url = ListUrl::parse("https://lists.example/a?sig=secret?2").unwrap();
        assert_eq!(url.to_string(), "https://lists.example/a?…");
        assert_eq!(format!("{url:?}"), "ListUrl(https://lists.example/a?…)");
        assert_eq!(url.as_str(), "https://lists.example/a?sig=secret?2");
        let plain = ListUrl::parse("https://lists.example/a").unwrap();
        assert_eq!(plain.to_string(), plain.as_str());
    }

    #[test]
    fn where_a_redirect_leads() {
        let url = |text| ListUrl::parse(text).unwrap();
        let https = url("https://lists.example/2026/status.cwt?x=1");
        for (location, target) in [
            ("https://other.example/b", "https://other.example/b"),
            ("//other.example/b", "https://other.example/b"),
            ("/b", "https://lists.example/b"),
            ("b", "https://lists.example/2026/b"),
            (" /b#top ", "https://lists.example/b"),
        ] {
            let led = https.redirected(location).map(|url| url.to_string());
            assert_eq!(led, Ok(target.to_owned()), "{location}");
        }
        for (location, why) in [
            ("http://lists.example/b", UrlError::Plain),
            ("http://127.0.0.1/b", UrlError::Plain),
            ("javascript://x", UrlError::NoWebAddress),
            ("", UrlError::NoWebAddress),
            ("#", UrlError::NoWebAddress),
            ("https://me:secret@other.example/", UrlError::User),
        ] {
            assert_eq!(https.redirected(location), Err(why), "{location}");
        }
        let loopback = url("http://127.0.0.1:80/a");
        assert!(loopback.redirected("https://lists.example/").is_ok());
        assert_eq!(loopback.redirected("http://lists.example/"), Err(UrlError::Plain));
        let plain = ListUrl::dangerous_parse_plain("http://lists.example/a").unwrap();
        assert!(plain.redirected("http://other.example/").is_ok());
        let up = plain.redirected("https://other.example/").unwrap();
        assert_eq!(up.redirected("http://other.example/"), Err(UrlError::Plain));
    }
}
