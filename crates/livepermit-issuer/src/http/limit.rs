//! How often somebody may ask: so many times a minute, each process for itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{CACHE_CONTROL, HeaderName, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

/// How many are counted at once. Beyond them, who is new waits for the next minute.
const MOST: usize = 200_000;

/// Counts what each of many does in a minute.
#[derive(Debug)]
pub(super) struct PerMinute<Who>(Mutex<Minute<Who>>);

#[derive(Debug)]
struct Minute<Who> {
    number: i64,
    done: HashMap<Who, u32>,
}

impl<Who> Default for PerMinute<Who> {
    fn default() -> Self {
        Self(Mutex::new(Minute { number: 0, done: HashMap::new() }))
    }
}

impl<Who: Eq + Hash> PerMinute<Who> {
    /// Counts, if there were less than `most` in this minute; else tells when to come again, in
    /// seconds.
    pub(super) fn count(&self, who: Who, most: u32, now: Timestamp) -> Result<(), i64> {
        let now = now.as_second();
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != now.div_euclid(60) {
            *minute = Minute { number: now.div_euclid(60), done: HashMap::new() };
        }
        let wait = 60 - now.rem_euclid(60);
        if minute.done.len() >= MOST && !minute.done.contains_key(&who) {
            return Err(wait);
        }
        let done = minute.done.entry(who).or_default();
        if *done >= most {
            return Err(wait);
        }
        *done += 1;
        Ok(())
    }
}

/// How often one address may ask, and how the service learns the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLimit {
    /// How many questions a minute.
    pub a_minute: NonZeroU32,
    /// Who says where a question comes from.
    pub address: ClientAddress,
}

/// Who says where a question comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAddress {
    /// The connection: nothing stands before the service.
    Connection,
    /// The proxy before the service, by the last address in this header. The proxy has to write it:
    /// what the client wrote itself stands further left, or is taken away.
    Header(HeaderName),
}

impl ClientLimit {
    /// The router, which answers 429 to whoever asks too often. The clock is the machine's: a
    /// demonstration that turns its own clock asks no more often for that.
    pub fn over(&self, router: Router) -> Router {
        let limit = Arc::new((self.clone(), PerMinute::default()));
        router.layer(from_fn(move |request: Request, next: Next| {
            let limit = Arc::clone(&limit);
            async move {
                let (limit, asked) = &*limit;
                let client = limit.client(&request);
                match asked.count(client, limit.a_minute.get(), Timestamp::now()) {
                    Ok(()) => next.run(request).await,
                    Err(wait) => too_often(wait),
                }
            }
        }))
    }

    /// The network that a question comes from.
    fn client(&self, request: &Request) -> Network {
        let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let connected = connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.ip());
        Network::of(match &self.address {
            ClientAddress::Connection => connected,
            ClientAddress::Header(name) => named(request.headers(), name).unwrap_or(connected),
        })
    }
}

/// The last address in the header.
fn named(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// An address of IPv4, or what one client of IPv6 has: the addresses with the same first 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Network(IpAddr);

impl Network {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let first = u128::from(address) & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from(first))
            }
        })
    }
}

fn too_often(wait: i64) -> Response {
    let headers = [(RETRY_AFTER, wait.to_string()), (CACHE_CONTROL, "no-store".to_owned())];
    let text = format!(
        "请求过于频繁，请在 {wait} 秒后重试。\n\
         Too many questions came from your network: ask again in {wait} seconds.\n"
    );
    (StatusCode::TOO_MANY_REQUESTS, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(address: ClientAddress, from: &str, headers: &[(&str, &str)]) -> Network {
        let mut request = Request::new(Body::empty());
        let from: SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        ClientLimit { a_minute: NonZeroU32::MIN, address }.client(&request)
    }

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn each_may_do_so_many_in_a_minute() {
        let counted = PerMinute::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let now = 1_790_000_040;
        for _ in 0..12 {
            assert_eq!(counted.count('a', 12, at(now)), Ok(()));
        }
        let wait = counted.count('a', 12, at(now)).unwrap_err();
        assert_eq!(counted.count('b', 12, at(now)), Ok(()));
        assert_eq!(counted.count('a', 12, at(now + wait - 1)), Err(1));
        assert_eq!(counted.count('a', 12, at(now + wait)), Ok(()));
    }

    #[test]
    fn the_connection_says_where_a_question_comes_from() {
        let forged = [("x-forwarded-for", "198.51.100.9")];
        let client = asked(ClientAddress::Connection, "203.0.113.7:40000", &forged);
        assert_eq!(client, network("203.0.113.7"));
        // IPv4 by a socket of IPv6.
        let client = asked(ClientAddress::Connection, "[::ffff:203.0.113.7]:40000", &[]);
        assert_eq!(client, network("203.0.113.7"));
        let client = asked(ClientAddress::Connection, "[2001:db8:1:2:3:4:5:6]:40000", &[]);
        assert_eq!(client, network("2001:db8:1:2::1"));
        assert_ne!(client, network("2001:db8:1:3::1"));
    }

    #[test]
    fn of_what_the_header_says_the_proxys_own_word_counts() {
        let header = || ClientAddress::Header(HeaderName::from_static("x-forwarded-for"));
        let by = |values: &[(&str, &str)]| asked(header(), "127.0.0.1:40000", values);
        let name = "x-forwarded-for";
        assert_eq!(by(&[(name, "203.0.113.7")]), network("203.0.113.7"));
        assert_eq!(by(&[(name, "10.0.0.1, 203.0.113.7")]), network("203.0.113.7"));
        assert_eq!(by(&[(name, "10.0.0.1"), (name, "203.0.113.7")]), network("203.0.113.7"));
        // What cannot be read is the proxy's.
        assert_eq!(by(&[(name, "somebody")]), network("127.0.0.1"));
        assert_eq!(by(&[]), network("127.0.0.1"));
    }
}
