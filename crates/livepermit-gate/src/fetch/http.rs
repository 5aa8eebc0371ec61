//! Reads the answer of a web server.

use livepermit::Timestamp;

use super::MAX_LIST_BYTES;
use super::content::Content;
use super::date;
use super::error::FetchError;

/// The most characters of a validator that are kept and sent back.
const MAX_VALIDATOR: usize = 512;

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Came {
    /// A list, as far as can be seen without its check.
    Fresh {
        /// The list.
        bytes: Vec<u8>,
        /// The header `ETag`.
        etag: Option<String>,
        /// The header `Last-Modified`.
        last_modified: Option<String>,
        /// Seconds for which the server says that nothing changes.
        max_age: Option<u64>,
    },
    /// The list is the one of before.
    NotModified {
        /// Seconds for which the server says that nothing changes.
        max_age: Option<u64>,
    },
    /// The list is at another address.
    Moved {
        /// The header `Location`.
        to: String,
    },
    /// No list came.
    Failed {
        /// Why.
        error: FetchError,
        /// Seconds after which the server wants to be asked again.
        retry_after: Option<u64>,
    },
}

impl From<FetchError> for Came {
    fn from(error: FetchError) -> Self {
        Self::Failed { error, retry_after: None }
    }
}

impl Came {
    /// Reads an answer. `header` gives the value of a header by its name in small letters. `body`
    /// is read for the status 200 only, and up to [`MAX_LIST_BYTES`] and one byte. `now` is this
    /// machine's time.
    #[must_use]
    pub fn from_http(
        status: u16,
        header: impl Fn(&str) -> Option<String>,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Self {
        let validator = |name| {
            header(name).filter(|value| {
                let is_visible = |byte: u8| (0x20..0x7F).contains(&byte);
                value.len() <= MAX_VALIDATOR && value.bytes().all(is_visible)
            })
        };
        match status {
            200 => match flaw(&header, &body) {
                Some(error) => error.into(),
                None => Self::Fresh {
                    bytes: body,
                    etag: validator("etag"),
                    last_modified: validator("last-modified"),
                    max_age: max_age(&header),
                },
            },
            304 => Self::NotModified { max_age: max_age(&header) },
            301 | 302 | 303 | 307 | 308 => match header("location") {
                Some(to) => Self::Moved { to },
                None => FetchError::Status(status).into(),
            },
            _ => Self::Failed {
                error: FetchError::Status(status),
                retry_after: header("retry-after").and_then(|text| retry_after(&text, now)),
            },
        }
    }
}

/// Why the body is no list.
fn flaw(header: &impl Fn(&str) -> Option<String>, body: &[u8]) -> Option<FetchError> {
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if length > MAX_LIST_BYTES {
        return Some(FetchError::TooLong);
    }
    let said: Option<u64> = header("content-length").and_then(|text| text.trim().parse().ok());
    if said.is_some_and(|said| length < said) {
        return Some(FetchError::Cut);
    }
    Content::of(body).map(FetchError::NotAList)
}

/// For how many seconds an answer counts: `Cache-Control`, else `Expires`. Caches that kept the
/// answer for a while say so in `Age`.
fn max_age(header: &impl Fn(&str) -> Option<String>) -> Option<u64> {
    let control = header("cache-control").unwrap_or_default().to_ascii_lowercase();
    let mut said = None;
    for directive in control.split(',') {
        let (name, value) = directive.trim().split_once('=').unwrap_or((directive.trim(), ""));
        match name.trim() {
            "no-cache" | "no-store" => return Some(0),
            // Digits without end are more seconds than any number says.
            "max-age" => {
                let digits = value.trim().trim_matches('"');
                let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                said = is_number.then(|| digits.parse().unwrap_or(u64::MAX)).or(said);
            }
            _ => {}
        }
    }
    if let Some(said) = said {
        let age = header("age").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        return Some(said.saturating_sub(age));
    }
    // Both are the server's own times, so that the clock of this machine does not matter.
    let time = |name: &str| header(name).and_then(|text| date::read(text.trim()));
    Some(time("expires")?.seconds_since(time("date")?))
}

fn retry_after(text: &str, now: Timestamp) -> Option<u64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(u64::MAX));
    }
    date::read(text).map(|time| time.seconds_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [u8; 4] = [0xD2, 0x84, 0x40, 0xA0];

    fn now() -> Timestamp {
        Timestamp::from_unix(1_790_000_000).unwrap()
    }

    fn came(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Came {
        let header = |wanted: &str| {
            headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        Came::from_http(status, header, body.to_vec(), now())
    }

    type Headers = [(&'static str, &'static str)];

    #[test]
    fn how_long_an_answer_counts() {
        let cases: [(&Headers, Option<u64>); 13] = [
            (&[], None),
            (&[("cache-control", "max-age=600")], Some(600)),
            (&[("cache-control", "public, MAX-AGE = \"60\" , must-revalidate")], Some(60)),
            (&[("cache-control", "max-age=600"), ("age", "500")], Some(100)),
            (&[("cache-control", "max-age=600"), ("age", "700")], Some(0)),
            (&[("cache-control", "no-store, max-age=600")], Some(0)),
            (&[("cache-control", "no-cache")], Some(0)),
            (&[("cache-control", "s-maxage=5")], None),
            (&[("cache-control", "max-age=-1")], None),
            (&[("cache-control", "max-age=99999999999999999999999")], Some(u64::MAX)),
            (
                &[
                    ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                    ("expires", "Sun, 06 Nov 1994 08:50:37 GMT"),
                ],
                Some(60),
            ),
            (&[("expires", "Sun, 06 Nov 1994 08:50:37 GMT")], None),
            (&[("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("expires", "0")], None),
        ];
        for (headers, expected) in cases {
            let Came::Fresh { max_age, .. } = came(200, headers, &LIST) else { panic!() };
            assert_eq!(max_age, expected, "{headers:?}");
            assert_eq!(came(304, headers, b""), Came::NotModified { max_age: expected });
        }
    }

    #[test]
    fn what_is_no_list_fails() {
        let failed = |error: FetchError| Came::from(error);
        let long = vec![0xD2; usize::try_from(MAX_LIST_BYTES).unwrap() + 1];
        assert_eq!(came(200, &[], &long), failed(FetchError::TooLong));
        assert!(matches!(came(200, &[], &long[1..]), Came::Fresh { .. }));
        assert_eq!(came(200, &[("content-length", "5")], &LIST), failed(FetchError::Cut));
        // What unpacking or a proxy made longer is whole.
        for whole in ["4", "3", "many"] {
            let came = came(200, &[("content-length", whole)], &LIST);
            assert!(matches!(came, Came::Fresh { .. }), "{whole}: {came:?}");
        }
        let page = failed(FetchError::NotAList(Content::WebPage));
        assert_eq!(came(200, &[], b"<html>"), page);
        assert_eq!(came(200, &[], b""), failed(FetchError::NotAList(Content::Empty)));
        for status in [204, 206, 300, 302, 400, 404, 500, 999] {
            assert_eq!(came(status, &[], &LIST), failed(FetchError::Status(status)));
        }
        let moved = Came::Moved { to: "/b".to_owned() };
        for status in [301, 302, 303, 307, 308] {
            assert_eq!(came(status, &[("location", "/b")], b"<html>"), moved);
        }
    }

    #[test]
    fn when_a_server_wants_to_be_asked_again() {
        for (text, expected) in [
            ("120", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Mon, 21 Sep 2026 14:14:20 GMT", Some(60)),
            ("Mon, 21 Sep 2026 14:00:00 GMT", Some(0)),
            ("soon", None),
            ("", None),
        ] {
            let Came::Failed { retry_after, .. } = came(503, &[("retry-after", text)], b"") else {
                panic!()
            };
            assert_eq!(retry_after, expected, "{text}");
        }
    }

    #[test]
    fn validators_that_cannot_be_sent_back_are_left_out() {
        let etag = |value| match came(200, &[("etag", value)], &LIST) {
            Came::Fresh { etag, .. } => etag,
            other => panic!("{other:?}"),
        };
        assert_eq!(etag("W/\"a b\""), Some("W/\"a b\"".to_owned()));
        assert_eq!(etag("\"a\r\nb\""), None);
        assert_eq!(etag("\"ä\""), None);
        let (longest, too_long) = ("a".repeat(512), "a".repeat(513));
        assert_eq!(etag(&longest), Some(longest.clone()));
        assert_eq!(etag(&too_long), None);
    }
}
