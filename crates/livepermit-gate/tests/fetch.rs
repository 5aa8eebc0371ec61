//! When a list is asked for, against a server that answers in every way.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use livepermit::Timestamp;
use livepermit_gate::fetch::{Came, Content, Fetch, FetchError, FetchRules, ListUrl, Next};
use proptest::prelude::*;

const START: u64 = 1_790_000_000;
const LIST: [u8; 4] = [0xD2, 0x84, 0x40, 0xA0];
/// No failure makes a gate wait longer, unless the server says so.
const AFTER_FAILURE: u64 = 900;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(START + seconds).unwrap()
}

fn fetch(rules: FetchRules) -> Fetch {
    Fetch::new(ListUrl::parse("https://lists.example/a/status.cwt").unwrap(), rules, at(0))
}

fn fresh(etag: Option<&str>, max_age: Option<u64>) -> Came {
    let header = |name: &str| match name {
        "etag" => etag.map(str::to_owned),
        "cache-control" => max_age.map(|seconds| format!("max-age={seconds}")),
        _ => None,
    };
    Came::from_http(200, header, LIST.to_vec(), at(0))
}

fn not_modified(max_age: Option<u64>) -> Came {
    let header = |name: &str| {
        max_age.filter(|_| name == "cache-control").map(|seconds| format!("max-age={seconds}"))
    };
    Came::from_http(304, header, Vec::new(), at(0))
}

fn failed(retry_after: Option<u64>) -> Came {
    let header =
        |name: &str| retry_after.filter(|_| name == "retry-after").map(|after| after.to_string());
    Came::from_http(503, header, Vec::new(), at(0))
}

fn moved(to: &str) -> Came {
    Came::from_http(302, |name| (name == "location").then(|| to.to_owned()), Vec::new(), at(0))
}

/// What a server does.
#[derive(Debug, Clone)]
enum Does {
    Sends { max_age: Option<u64> },
    HasNothingNew { max_age: Option<u64> },
    Fails { retry_after: Option<u64> },
    SendsAPage,
    IsAway,
    Leads { times: u8 },
}

fn does() -> impl Strategy<Value = Does> {
    let said = || prop_oneof![Just(None), (0_u64..20_000).prop_map(Some), Just(Some(u64::MAX))];
    prop_oneof![
        said().prop_map(|max_age| Does::Sends { max_age }),
        said().prop_map(|max_age| Does::HasNothingNew { max_age }),
        said().prop_map(|retry_after| Does::Fails { retry_after }),
        Just(Does::SendsAPage),
        Just(Does::IsAway),
        (1_u8..8).prop_map(|times| Does::Leads { times }),
    ]
}

fn rules() -> impl Strategy<Value = FetchRules> {
    let every = prop_oneof![Just(None), (0_u64..10_000).prop_map(Some)];
    let oldest = prop_oneof![Just(None), (0_u64..100_000).prop_map(Some)];
    (every, oldest).prop_map(|(every, oldest)| {
        let rules = FetchRules::default();
        let rules = every.map_or(rules, |seconds| rules.every(seconds));
        oldest.map_or(rules, |seconds| rules.for_lists_of(seconds))
    })
}

proptest! {
    /// Never sooner than the server said within the bounds, never later than the bounds, and a
    /// server that is in order again heals everything at the next question.
    #[test]
    fn questions_come_in_time(
        rules in rules(),
        days in proptest::collection::vec((does(), any::<u64>(), 0_u64..5), 1..60),
    ) {
        let mut fetch = fetch(rules);
        let (shortest, longest) = (rules.shortest(), rules.longest());
        prop_assert!(1 <= shortest && shortest <= rules.usual() && rules.usual() <= longest);
        let mut now = at(0);
        let mut failures = 0_u32;
        for (does, random, took) in days {
            let ask = fetch.ask(now).unwrap();
            prop_assert!(fetch.ask(now).is_none(), "one question at a time");
            let asked_with_tag = ask.if_none_match.is_some();
            now = now.plus(took);
            let (came, said) = match &does {
                Does::Sends { max_age } => (fresh(Some("\"1\""), *max_age), *max_age),
                Does::HasNothingNew { max_age } if asked_with_tag => {
                    (not_modified(*max_age), *max_age)
                }
                Does::HasNothingNew { .. } => (not_modified(None), None),
                Does::Fails { retry_after } => (failed(*retry_after), *retry_after),
                Does::SendsAPage => (FetchError::NotAList(Content::WebPage).into(), None),
                Does::IsAway => (FetchError::TimedOut.into(), None),
                Does::Leads { times } => {
                    for _ in 1..*times {
                        match fetch.came(moved("/b"), now, random) {
                            Next::Again => prop_assert!(fetch.ask(now).is_some(), "at once"),
                            other => {
                                prop_assert_eq!(other, Next::Failed(FetchError::TooManyRedirects));
                                break;
                            }
                        }
                    }
                    (FetchError::Cut.into(), None)
                }
            };
            let is_answer = matches!(
                (&does, asked_with_tag),
                (Does::Sends { .. }, _) | (Does::HasNothingNew { .. }, true)
            );
            if matches!(&does, Does::Leads { times: 7.. }) {
                // It failed already.
                failures += 1;
            } else {
                let next = fetch.came(came, now, random);
                prop_assert_eq!(matches!(next, Next::New(_) | Next::Unchanged), is_answer);
                failures = if is_answer { 0 } else { failures + 1 };
            }
            let wait = fetch.next().seconds_since(now);
            prop_assert!(wait >= 1 && wait <= longest + longest / 10, "{wait}");
            if is_answer {
                prop_assert_eq!(fetch.answered(), Some(now));
                let wanted = said.unwrap_or(rules.usual()).clamp(shortest, longest);
                prop_assert!(wait >= wanted && wait <= wanted + wanted / 10, "{wait} {wanted}");
            } else if let Does::Fails { retry_after: Some(said) } = does {
                prop_assert!(wait >= said.min(longest), "{wait}");
            } else {
                let doubled = 5_u64.saturating_mul(1 << (failures - 1).min(40));
                let limit = doubled.min(AFTER_FAILURE).min(longest).max(1);
                prop_assert!(wait <= limit, "{wait} after {failures} failures");
            }
            prop_assert!(fetch.ask(fetch.next().before()).is_none(), "not sooner");
            now = fetch.next();
        }
        // The server is in order again.
        prop_assert!(fetch.ask(now).is_some());
        prop_assert_eq!(fetch.came(fresh(None, None), now, 0), Next::New(LIST.to_vec()));
        prop_assert_eq!(fetch.next(), now.plus(rules.usual()));
    }
}

proptest! {
    /// No server and no address makes the steps stumble, and nothing leads from `https` to `http`.
    #[test]
    fn whatever_a_server_says_is_read(
        status in prop_oneof![Just(200_u16), Just(302), Just(304), Just(503), any::<u16>()],
        header in prop_oneof![any::<String>(), "[a-z:/.?#@0-9-]{0,20}", "http(s?)://[a-z.:/]{0,12}"],
        body in proptest::collection::vec(any::<u8>(), 0..200),
        text in "\\PC{0,80}",
        random in any::<u64>(),
    ) {
        for body in [body, text.clone().into_bytes()] {
            let _ = Content::of(&body).map(|content| content.to_string());
            let mut fetch = fetch(FetchRules::default());
            let _ = fetch.ask(at(0));
            let came = Came::from_http(status, |_| Some(header.clone()), body, at(0));
            if fetch.came(came, at(0), random) == Next::Again {
                prop_assert!(fetch.ask(at(0)).unwrap().url.get(..6).unwrap().eq_ignore_ascii_case("https:"));
            } else {
                prop_assert!(fetch.ask(at(0)).is_none());
            }
        }
        for text in [&text, &header] {
            if let Ok(url) = ListUrl::parse(text) {
                prop_assert_eq!(url.as_str(), text);
                prop_assert!(url.is_loopback() || text.get(..6).unwrap().eq_ignore_ascii_case("https:"));
            }
        }
    }
}

trait Before {
    fn before(self) -> Self;
}

impl Before for Timestamp {
    fn before(self) -> Self {
        Self::from_unix(self.as_unix() - 1).unwrap()
    }
}

#[test]
fn many_gates_do_not_ask_in_the_same_second() {
    let wait = |random: u64, came: fn() -> Came, failures: u32| {
        let mut fetch = fetch(FetchRules::default());
        for _ in 0..failures {
            let _ = fetch.came(failed(None), at(0), 1);
        }
        let _ = fetch.came(came(), at(0), random);
        fetch.next().seconds_since(at(0))
    };
    let seconds = |came, failures| {
        let waits: std::collections::BTreeSet<u64> =
            (0..1000).map(|gate| wait(gate * 7919, came, failures)).collect();
        (waits.len(), *waits.first().unwrap(), *waits.last().unwrap())
    };
    assert_eq!(seconds(|| fresh(None, None), 0), (31, 300, 330));
    assert_eq!(seconds(|| failed(None), 0), (5, 1, 5));
    let (many, first, last) = seconds(|| failed(None), 20);
    assert!(many > 500 && first < 10 && last <= 900, "{many} {first} {last}");
    let (many, first, last) = seconds(|| failed(Some(1200)), 0);
    assert_eq!((many, first, last), (121, 1200, 1320));
}

#[test]
fn a_validator_goes_only_to_the_address_that_gave_it() {
    let mut fetch = fetch(FetchRules::default());
    let ask = fetch.ask(at(0)).unwrap();
    assert_eq!((ask.if_none_match, ask.if_modified_since), (None, None));
    assert_eq!(fetch.came(moved("b.cwt"), at(0), 0), Next::Again);
    assert_eq!(fetch.ask(at(0)).unwrap().url, "https://lists.example/a/b.cwt");
    assert_eq!(fetch.came(fresh(Some("\"1\""), None), at(0), 0), Next::New(LIST.to_vec()));
    // The tag is of the other address.
    let ask = fetch.ask(at(300)).unwrap();
    assert_eq!((ask.url.as_str(), ask.if_none_match), ("https://lists.example/a/status.cwt", None));
    // Who was asked for no change has no right to say that there was none.
    assert_eq!(fetch.came(not_modified(None), at(300), 0), Next::Failed(FetchError::Status(304)));
    let again = fetch.next();
    let _ = fetch.ask(again).unwrap();
    assert_eq!(fetch.came(moved("/a/b.cwt"), again, 0), Next::Again);
    let ask = fetch.ask(again).unwrap();
    assert_eq!(ask.if_none_match.as_deref(), Some("\"1\""));
    assert_eq!(fetch.came(not_modified(None), again, 0), Next::Unchanged);
}

#[test]
fn a_redirect_away_from_tls_is_not_followed_and_no_secret_is_shown() {
    let mut fetch = fetch(FetchRules::default());
    let _ = fetch.ask(at(0)).unwrap();
    let next = fetch.came(moved("http://portal.example/login?token=secret"), at(0), 0);
    let Next::Failed(error @ FetchError::Redirect { .. }) = next else { panic!("{next:?}") };
    let told = error.to_string();
    assert!(told.contains("http://portal.example/login: it is plain http"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn a_clock_that_is_set_makes_a_question_due_and_a_lost_answer_is_asked_for_again() {
    let mut fetch = fetch(FetchRules::default());
    let _ = fetch.ask(at(10_000)).unwrap();
    assert!(fetch.ask(at(10_599)).is_none());
    // The answer never came.
    assert!(fetch.ask(at(10_600)).is_some());
    let _ = fetch.came(fresh(None, None), at(10_600), 0);
    assert!(fetch.ask(at(10_601)).is_none());
    // Back by hours.
    assert!(fetch.ask(at(500)).is_some());
    let _ = fetch.came(fresh(None, None), at(500), 0);
    assert!(fetch.ask(at(501)).is_none());
    assert!(fetch.ask(at(90_000)).is_some());
}

#[test]
fn an_error_says_what_to_do() {
    for (error, told) in [
        (FetchError::TimedOut, "check the network; the gate tries again"),
        (FetchError::Cut, "check the network; the gate tries again"),
        (FetchError::Status(302), "ask who publishes the list for its address"),
        (FetchError::Status(404), "check the address of the list"),
        (FetchError::Status(403), "let this gate fetch the list without a password"),
        (FetchError::Status(500), "tell who publishes the list"),
        (FetchError::NotAList(Content::Jwt), "publish the list as CWT"),
    ] {
        assert_eq!(error.instruction(), told, "{error}");
    }
}
