//! The address of the issuer, from which all others are made.

use std::fmt;

/// The credential issuer identifier: `https://host`, with a port and a path if need be, without a
/// slash at its end. `http` is taken for `127.0.0.1` and `localhost` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl {
    text: String,
    /// Where the path begins; the length of the text without one.
    path: usize,
}

impl IssuerUrl {
    /// Reads the address. `None` for one that is not as described above, or has signs that an
    /// address writes in two ways.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let begin = text.find("://")? + 3;
        let rest = text.get(begin..)?;
        let host = rest.split('/').next()?;
        let path = begin + host.len();
        let scheme = text.get(..begin)?;
        let name = host.split(':').next()?;
        let local = matches!(name, "127.0.0.1" | "localhost");
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let good_host = !name.is_empty() && host.bytes().all(|b| plain(b) || b"-.:".contains(&b));
        let good_path = rest.get(host.len()..)?.split('/').skip(1).all(|part| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        });
        let good_scheme = scheme == "https://" || scheme == "http://" && local;
        let good = good_scheme && good_host && good_path;
        good.then(|| Self { text: text.to_owned(), path })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its path: empty, or with a slash at the beginning.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }

    /// An address under this one.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The path of a well-known document (RFC 8615): between the host and the path of the issuer.
    #[must_use]
    pub fn well_known(&self, name: &str) -> String {
        format!("/.well-known/{name}{}", self.path())
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An address as RFC 9449 §4.3 compares it: without query and fragment, the scheme and the host in
/// small letters, without the port that the scheme has anyway.
pub(super) fn without_query(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let address = address.get(..end).unwrap_or(address);
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let scheme = scheme.to_ascii_lowercase();
    let (host, path) =
        rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "/"));
    let host = host.to_ascii_lowercase();
    let port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(port).unwrap_or(&host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::{IssuerUrl, without_query};

    #[test]
    fn well_known_documents_stand_before_the_path() {
        let issuer = IssuerUrl::read("https://bj.example:8443/permits/a").unwrap();
        assert_eq!(issuer.path(), "/permits/a");
        assert_eq!(issuer.well_known("x"), "/.well-known/x/permits/a");
        assert_eq!(issuer.join("/token"), "https://bj.example:8443/permits/a/token");
        let issuer = IssuerUrl::read("http://127.0.0.1:8000").unwrap();
        assert_eq!((issuer.path(), &*issuer.well_known("x")), ("", "/.well-known/x"));
    }

    #[test]
    fn addresses_that_are_written_in_two_ways_are_refused() {
        for text in [
            "",
            "https",
            "https://",
            "https:///a",
            "http://bj.example",
            "ftp://bj.example",
            "https://BJ.example",
            "https://bj.example/",
            "https://bj.example/a/",
            "https://bj.example/a//b",
            "https://bj.example/../b",
            "https://bj.example/%61",
            "https://bj.example?a",
            "https://bj.example/a#b",
            "https://user@bj.example",
        ] {
            assert_eq!(IssuerUrl::read(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_compared_without_what_does_not_matter() {
        let plain = "https://bj.example/token";
        for same in [
            "https://bj.example/token?a=b",
            "https://bj.example/token#c",
            "HTTPS://BJ.example:443/token",
            "https://bj.example/token?a#b",
        ] {
            assert_eq!(without_query(same), plain, "{same}");
        }
        for other in [
            "https://bj.example/Token",
            "https://bj.example/token/",
            "http://bj.example/token",
            "https://bj.example:8443/token",
            "https://bj.example.evil/token",
            "bj.example/token",
            "https://bj.example",
            "",
        ] {
            assert_ne!(without_query(other), plain, "{other}");
        }
        assert_eq!(without_query("https://a"), without_query("https://a/"));
    }
}
