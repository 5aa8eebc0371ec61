//! Lists that come from web servers.

use livepermit::Use;
use livepermit_gate::fetch::{Content, FetchError, ListUrl};
use livepermit_gate::lists::{
    Folder, GateLists, ListError, ListKind, OpenError, Sources, TrustListSource, Waiting, Watch,
};
use livepermit_testkit::public;
use tempfile::TempDir;

use crate::{BOTH, ROOT, SKEW, at, codes, status, trust};

/// A gate whose lists come from two addresses, with lists of second 0, at second 10.
struct Fetching {
    folder: TempDir,
    trust: ListUrl,
    status: ListUrl,
}

impl Fetching {
    fn new() -> Self {
        let url = |name| ListUrl::parse(&format!("https://lists.example/{name}")).unwrap();
        let folder = TempDir::new().unwrap();
        Self { folder, trust: url("trust.cwt"), status: url("status.cwt") }
    }

    fn sources(&self) -> Sources {
        Sources::trust_list(TrustListSource {
            from: self.trust.clone().into(),
            roots: vec![public(ROOT)],
            name: None,
            minimum: 0,
        })
        .with_status([self.status.clone()])
    }

    fn state(&self) -> Folder {
        Folder::open(&self.folder.path().join("state")).unwrap()
    }

    fn start(&self) -> (GateLists, Watch) {
        let mut sources = self.sources();
        assert_eq!(sources.urls(), [self.trust.clone(), self.status.clone()]);
        sources.came(&self.trust, Ok(trust(1, 0, &BOTH)));
        sources.came(&self.status, Ok(status(0)));
        let state = self.state();
        assert!(!state.keeps_lists(&sources));
        let (mut lists, reports) = GateLists::open(&sources, Some(state), at(10), SKEW).unwrap();
        let mut watch = Watch::new(&sources);
        let news = watch.look(&mut lists, at(10));
        assert!(reports.is_empty() && news.accepted.is_empty() && news.reports.is_empty());
        (lists, watch)
    }
}

#[test]
fn what_came_from_a_server_is_kept_and_tried_again_until_it_counts() {
    let gate = Fetching::new();
    let (mut lists, mut watch) = gate.start();
    watch.came(&gate.status, Ok(Some(status(40))));
    let news = watch.look(&mut lists, at(20));
    assert_eq!((codes(&news), news.accepted.len()), (vec!["list-from-the-future"], 0));
    let waiting: Vec<Waiting> = watch.waiting().collect();
    assert_eq!((waiting[0].name.as_str(), waiting[0].again), (gate.status.as_str(), at(35)));
    // The server says that nothing is new, or sends the same again: nobody is told twice.
    for seconds in 21..35 {
        watch.came(&gate.status, Ok((seconds % 2 == 0).then(|| status(40))));
        let news = watch.look(&mut lists, at(seconds));
        assert!(news.accepted.is_empty() && news.reports.is_empty(), "{seconds}: {news:?}");
    }
    let news = watch.look(&mut lists, at(35));
    assert_eq!(news.accepted, [gate.status.to_string()]);
    assert_eq!(lists.status_lists().next().unwrap().issued_at(), at(40));
    assert_eq!(watch.waiting().count(), 0);
}

#[test]
fn a_list_whose_key_comes_later_is_not_asked_for_again() {
    let gate = Fetching::new();
    let (mut lists, mut watch) = gate.start();
    watch.came(&gate.trust, Ok(Some(trust(2, 20, &[Use::Pass]))));
    let news = watch.look(&mut lists, at(21));
    assert_eq!((news.accepted.len(), lists.status_lists().count()), (1, 0), "{news:?}");
    watch.came(&gate.trust, Ok(Some(trust(3, 30, &BOTH))));
    let news = watch.look(&mut lists, at(31));
    assert_eq!(lists.status_lists().count(), 1, "{news:?}");
}

#[test]
fn that_nothing_comes_is_told_once_and_so_is_the_end_of_it() {
    let gate = Fetching::new();
    let (mut lists, mut watch) = gate.start();
    let page = || FetchError::NotAList(Content::WebPage);
    for (seconds, error, told) in [
        (20, FetchError::TimedOut, Some("list-timeout")),
        (21, FetchError::TimedOut, None),
        (22, page(), Some("list-not-a-list")),
        (23, page(), None),
    ] {
        watch.came(&gate.status, Err(error));
        let news = watch.look(&mut lists, at(seconds));
        assert_eq!(codes(&news), told.into_iter().collect::<Vec<_>>(), "{seconds}");
        assert!(news.fetched_again.is_empty());
        // The list of before is in use.
        assert_eq!((watch.waiting().count(), lists.status_lists().count()), (0, 1));
    }
    watch.came(&gate.status, Ok(None));
    let news = watch.look(&mut lists, at(24));
    assert_eq!(news.fetched_again, [gate.status.to_string()]);
    assert!(watch.look(&mut lists, at(25)).fetched_again.is_empty());
}

#[test]
fn a_gate_starts_from_its_copies_and_not_without_any() {
    let gate = Fetching::new();
    let open = |sources: &Sources| GateLists::open(sources, Some(gate.state()), at(20), SKEW);
    let mut sources = gate.sources();
    let Err(OpenError::List { error: ListError::NotFetchedYet, .. }) = open(&sources) else {
        panic!()
    };
    sources.came(&gate.trust, Err(FetchError::TimedOut));
    let Err(OpenError::List { error, .. }) = open(&sources) else { panic!() };
    assert_eq!(error.code(), "list-timeout");
    drop(gate.start());

    assert!(gate.state().keeps_lists(&sources));
    let (mut lists, reports) = open(&sources).unwrap();
    let told: Vec<_> = reports.iter().map(|report| report.code()).collect();
    assert_eq!(told, ["list-timeout", "list-not-fetched"]);
    let mut watch = Watch::new(&sources);
    // The start told of it.
    let news = watch.look(&mut lists, at(21));
    assert!(news.reports.is_empty() && lists.status_lists().count() == 1, "{news:?}");
    assert_eq!(watch.kind_of(gate.status.as_str()), Some(ListKind::Status));
    assert_eq!(watch.kind_of("https://other.example/"), None);
    // What comes first may be refused, and then that is told.
    watch.came(&gate.status, Ok(Some(b"<html>".to_vec())));
    assert_eq!(codes(&watch.look(&mut lists, at(22))), ["list-malformed"]);
}
