//! Answers of web servers: whatever comes, the next question is in time, leads nowhere without TLS,
//! and what is handed on as a list is what came.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit_fuzz::now;
use livepermit_gate::fetch::{Came, Content, Fetch, FetchRules, ListUrl, MAX_LIST_BYTES, Next};

/// A status in two bytes, the length of a header in one, the header, and the body.
fn split(input: &[u8]) -> Option<(u16, String, &[u8])> {
    let (status, rest) = input.split_first_chunk::<2>()?;
    let (length, rest) = rest.split_first()?;
    let (header, body) = rest.split_at_checked(usize::from(*length))?;
    Some((u16::from_be_bytes(*status), String::from_utf8_lossy(header).into_owned(), body))
}

fuzz_target!(|input: &[u8]| {
    let Some((status, header, body)) = split(input) else { return };
    let rules = FetchRules::default();
    let url = ListUrl::parse("https://lists.example/a/status.cwt").expect("an address");
    let mut fetch = Fetch::new(url, rules, now());
    let _ = fetch.ask(now()).expect("the first question is due");
    let came = Came::from_http(status, |_| Some(header.clone()), body.to_vec(), now());
    match fetch.came(came, now(), u64::from(status)) {
        Next::New(bytes) => {
            assert_eq!(bytes, body);
            assert_eq!(Content::of(&bytes), None);
            assert!(u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_LIST_BYTES));
        }
        Next::Again => {
            let ask = fetch.ask(now()).expect("at once");
            let url = ListUrl::parse(&ask.url).expect("an address");
            assert!(!url.is_loopback() || ask.url.to_ascii_lowercase().starts_with("https://"));
            return;
        }
        // Nothing was held before.
        Next::Unchanged => panic!("nothing new, and nothing was held"),
        Next::Failed(error) => assert!(!error.to_string().is_empty()),
        _ => {}
    }
    let wait = fetch.next().seconds_since(now());
    assert!(1 <= wait && wait <= rules.longest() + rules.longest() / 10, "{wait}");
    assert!(fetch.ask(now()).is_none());
    if let Ok(url) = ListUrl::parse(&header) {
        assert_eq!(url.as_str(), header);
    }
});
