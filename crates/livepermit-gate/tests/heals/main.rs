//! A refusal of a list is never final: what heals is tried again.
#![cfg(feature = "file")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod fetched;

use std::fs;
use std::path::PathBuf;

use livepermit::issue::{StatusListBuilder, TrustListBuilder};
use livepermit::{Timestamp, TrustedKey, Use};
use livepermit_gate::RevocationPolicy;
use livepermit_gate::lists::{
    AlarmLevel, Ending, Folder, GateLists, HEALTH, ListKind, News, Sources, TrustListSource,
    Waiting, Watch,
};
use livepermit_testkit::{
    CLASS, ISSUER, ISSUER_SEED, NOW, URI, public, secret, status_list, trust_list,
};
use tempfile::TempDir;

const SKEW: u64 = 5;
const ROOT: u8 = 9;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds).unwrap()
}

/// A trust list of this version and date, whose issuer key may sign for these uses.
fn trust(version: u64, made: u64, uses: &[Use]) -> Vec<u8> {
    let uses = uses.iter().copied();
    let entry = TrustedKey::new(ISSUER, public(ISSUER_SEED), uses, [CLASS]).unwrap();
    let list = TrustListBuilder::new("bj.gates", version, [entry]).unwrap();
    trust_list(&list, &secret(ROOT), at(made), at(made + 86_400))
}

/// A status list of this date.
fn status(made: u64) -> Vec<u8> {
    let builder = StatusListBuilder::new(URI, 1, 64).unwrap();
    status_list(&builder, at(made), at(made + 86_400))
}

const BOTH: [Use; 2] = [Use::Pass, Use::Status];

/// The trust list and the status list in this folder.
fn sources(folder: &TempDir) -> Sources {
    let path = |name: &str| folder.path().join(name);
    Sources::trust_list(TrustListSource {
        from: path("trust.cwt").into(),
        roots: vec![public(ROOT)],
        name: None,
        minimum: 0,
    })
    .with_status([path("status.cwt")])
}

struct Gate {
    folder: TempDir,
    lists: GateLists,
    watch: Watch,
}

impl Gate {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A gate with a trust list and a status list of second 0, at second 10.
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("trust.cwt"), trust(1, 0, &BOTH)).unwrap();
        fs::write(path("status.cwt"), status(0)).unwrap();
        let sources = sources(&folder);
        let state = Folder::open(&path("state")).unwrap();
        let (mut lists, reports) = GateLists::open(&sources, Some(state), at(10), SKEW).unwrap();
        assert!(reports.is_empty(), "{reports:?}");
        let mut watch = Watch::new(&sources);
        let news = watch.look(&mut lists, at(10));
        assert!(news.accepted.is_empty() && news.reports.is_empty(), "{news:?}");
        Self { folder, lists, watch }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn look(&mut self, seconds: u64) -> News {
        self.watch.look(&mut self.lists, at(seconds))
    }

    /// The codes of what is reported at this time.
    fn reports(&mut self, seconds: u64) -> Vec<&'static str> {
        self.look(seconds).reports.iter().map(|report| report.code()).collect()
    }

    fn waiting(&self) -> Vec<(&'static str, Timestamp)> {
        self.watch.waiting().map(|Waiting { code, again, .. }| (code, again)).collect()
    }

    fn in_use(&self) -> usize {
        self.lists.status_lists().count()
    }
}

/// Whatever is refused for its date is accepted in the second in which its time has come.
#[test]
fn a_list_from_the_future_is_accepted_when_its_time_has_come() {
    for (name, early) in [("status.cwt", status(32)), ("trust.cwt", trust(2, 32, &BOTH))] {
        let mut gate = Gate::start();
        gate.write(name, early);
        // 32 is later than 20 + 5 by 7.
        assert_eq!(gate.reports(20), ["list-from-the-future"], "{name}");
        assert_eq!(gate.waiting(), [("list-from-the-future", at(27))], "{name}");
        for seconds in 21..27 {
            let news = gate.look(seconds);
            assert!(news.accepted.is_empty() && news.reports.is_empty(), "{name} {seconds}");
        }
        let news = gate.look(27);
        assert_eq!(news.accepted, [gate.path(name).display().to_string()]);
        assert!(news.reports.is_empty() && gate.waiting().is_empty(), "{name}");
        assert!(gate.look(28).accepted.is_empty());
    }
}

/// A list that is far ahead, and a clock of the gate that is put right in between.
#[test]
fn what_is_refused_is_tried_again_each_minute_and_when_the_clock_was_set() {
    let mut gate = Gate::start();
    gate.write("status.cwt", status(1000));
    assert_eq!(gate.reports(20), ["list-from-the-future"]);
    assert_eq!(gate.waiting(), [("list-from-the-future", at(80))]);
    // The same reason is not reported again.
    assert!(gate.reports(80).is_empty());
    assert_eq!(gate.waiting(), [("list-from-the-future", at(140))]);
    // The clock of the gate was 900 s behind.
    assert_eq!(gate.look(995).accepted.len(), 1);
    assert!(gate.waiting().is_empty());

    // A list that has ended, by a clock that is far ahead and then set back.
    let mut gate = Gate::start();
    gate.write("status.cwt", status(40));
    assert_eq!(gate.reports(90_000), ["list-expired"]);
    assert_eq!(gate.look(50).accepted.len(), 1);
}

#[test]
fn another_list_and_another_reason_are_told_again() {
    let mut gate = Gate::start();
    gate.write("status.cwt", status(1000));
    assert_eq!(gate.reports(20), ["list-from-the-future"]);
    assert!(gate.reports(80).is_empty());
    // Another list, for the same reason.
    gate.write("status.cwt", status(2000));
    assert_eq!(gate.reports(81), ["list-from-the-future"]);
    assert!(gate.reports(141).is_empty());
    // The same list, for another reason.
    assert_eq!(gate.reports(90_000), ["list-expired"]);
    assert!(gate.reports(90_100).is_empty());
    // A folder in place of the file, and then nothing.
    fs::remove_file(gate.path("status.cwt")).unwrap();
    fs::create_dir(gate.path("status.cwt")).unwrap();
    assert_eq!(gate.reports(90_200), ["list-unreadable"]);
    assert!(gate.reports(90_300).is_empty());
    fs::remove_dir(gate.path("status.cwt")).unwrap();
    assert_eq!(gate.reports(90_400), ["list-unreadable"]);
    assert!(gate.reports(90_500).is_empty());
}

#[test]
fn what_the_start_told_is_not_told_again() {
    let gate = Gate::start();
    gate.write("status.cwt", "no list");
    let Gate { folder, lists, .. } = gate;
    drop(lists);
    let sources = sources(&folder);
    let state = Folder::open(&folder.path().join("state")).unwrap();
    let (mut lists, reports) = GateLists::open(&sources, Some(state), at(10), SKEW).unwrap();
    let told: Vec<_> = reports.iter().map(|report| report.code()).collect();
    assert_eq!(told, ["list-malformed"]);
    let mut watch = Watch::new(&sources);
    for seconds in [10, 11, 80] {
        assert!(watch.look(&mut lists, at(seconds)).reports.is_empty(), "{seconds}");
        assert_eq!(watch.waiting().count(), 1);
    }
    fs::write(folder.path().join("status.cwt"), "no list again").unwrap();
    assert_eq!(codes(&watch.look(&mut lists, at(81))), ["list-malformed"]);
}

/// Two lists in one tick of the file system's clock.
#[test]
fn a_list_that_looks_like_the_one_before_is_read() {
    use std::fs::File;
    use std::time::SystemTime;

    let mut gate = Gate::start();
    let now = SystemTime::now();
    let dated = |gate: &Gate, made| {
        gate.write("status.cwt", status(made));
        let file = File::options().append(true).open(gate.path("status.cwt")).unwrap();
        file.set_modified(now).unwrap();
    };
    assert_eq!(status(11).len(), status(12).len());
    for made in [11, 12] {
        dated(&gate, made);
        assert_eq!(gate.look(made).accepted.len(), 1, "{made}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_read_when_it_can() {
    let mut gate = Gate::start();
    fs::remove_file(gate.path("status.cwt")).unwrap();
    fs::create_dir(gate.path("status.cwt")).unwrap();
    assert_eq!(gate.reports(20), ["list-unreadable"]);
    assert!(gate.reports(25).is_empty(), "told once");
    fs::remove_dir(gate.path("status.cwt")).unwrap();
    gate.write("status.cwt", status(21));
    assert_eq!(gate.look(30).accepted.len(), 1);
    assert!(gate.waiting().is_empty());
}

/// The folder cannot be written: no space, or no right to. The file of the list stays as it is.
#[test]
fn a_list_that_could_not_be_stored_is_stored_when_it_can() {
    let mut gate = Gate::start();
    let (there, away) = (gate.path("state/lists"), gate.path("away"));
    fs::rename(&there, &away).unwrap();
    fs::write(&there, "no folder").unwrap();
    gate.write("status.cwt", status(15));
    assert_eq!(gate.reports(20), ["list-unreadable"]);
    assert!(gate.look(24).accepted.is_empty());
    fs::remove_file(&there).unwrap();
    fs::rename(&away, &there).unwrap();
    let news = gate.look(25);
    assert_eq!(news.accepted, [gate.path("status.cwt").display().to_string()], "{news:?}");
}

/// The key of the status list is taken away and given back, and the file of the list is gone.
#[test]
fn a_status_list_comes_back_with_its_key() {
    let mut gate = Gate::start();
    assert_eq!(gate.in_use(), 1);
    fs::remove_file(gate.path("status.cwt")).unwrap();
    assert_eq!(gate.reports(15), ["list-unreadable"]);
    gate.write("trust.cwt", trust(2, 16, &[Use::Pass]));
    assert_eq!(gate.reports(20), ["list-use-not-granted"]);
    assert_eq!(gate.in_use(), 0);
    gate.write("trust.cwt", trust(3, 21, &BOTH));
    let news = gate.look(30);
    assert_eq!(news.accepted.len(), 2, "{news:?}");
    assert_eq!(gate.in_use(), 1);
}

/// A newer status list came while its key was not trusted.
#[test]
fn a_refused_list_is_tried_again_in_the_second_of_a_new_trust_list() {
    let mut gate = Gate::start();
    gate.write("trust.cwt", trust(2, 16, &[Use::Pass]));
    // The list in use ends, and the file is refused.
    assert_eq!(gate.reports(20), ["list-use-not-granted"; 2]);
    gate.write("status.cwt", status(25));
    assert_eq!(gate.reports(26), ["list-use-not-granted"]);
    gate.write("trust.cwt", trust(3, 27, &BOTH));
    assert_eq!(gate.look(30).accepted.len(), 2);
    assert_eq!(gate.lists.status_lists().next().unwrap().issued_at(), at(25));
    assert!(gate.waiting().is_empty());
}

/// The folder's copy of a status list cannot be read for a while.
#[test]
fn a_copy_that_could_not_be_read_is_read_each_minute() {
    let gate = Gate::start();
    let state = gate.path("state");
    let Gate { folder, lists, .. } = gate;
    drop(lists);
    let copy = fs::read_dir(state.join("lists")).unwrap().map(|entry| entry.unwrap().path());
    let copy =
        copy.into_iter().find(|path| path.display().to_string().contains("status-")).unwrap();
    let away = folder.path().join("away");
    fs::rename(&copy, &away).unwrap();
    let sources = Sources::trust_list(TrustListSource {
        from: folder.path().join("trust.cwt").into(),
        roots: vec![public(ROOT)],
        name: None,
        minimum: 0,
    });
    let state = Folder::open(&state).unwrap();
    let (mut lists, reports) = GateLists::open(&sources, Some(state), at(20), SKEW).unwrap();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let mut watch = Watch::new(&sources);
    assert!(watch.look(&mut lists, at(20)).accepted.is_empty());
    fs::rename(&away, &copy).unwrap();
    assert!(watch.look(&mut lists, at(79)).accepted.is_empty());
    assert_eq!(watch.look(&mut lists, at(80)).accepted, [format!("status list {URI}")]);
}

fn codes(news: &News) -> Vec<&'static str> {
    news.reports.iter().map(|report| report.code()).collect()
}

#[test]
fn a_file_that_is_no_list_is_named_and_the_code_stays() {
    let mut gate = Gate::start();
    gate.write("status.cwt", "<!doctype html><title>Log in</title>");
    let news = gate.look(20);
    assert_eq!(codes(&news), ["list-malformed"]);
    let told = news.reports[0].to_string();
    assert!(told.contains("this is a web page and no list (list-malformed)"), "{told}");
    gate.write("trust.cwt", "");
    let told = gate.look(21).reports[0].to_string();
    assert!(told.ends_with("it is empty (list-malformed)"), "{told}");
}

#[test]
fn the_age_of_each_list_is_known_and_its_alarm() {
    let mut gate = Gate::start();
    let required = RevocationPolicy::Required { max_age: 100, grace: 7 };
    let ages = gate.lists.ages(required);
    let [trust, status] = &ages[..] else { panic!("{ages:?}") };
    assert_eq!(
        (trust.kind, trust.name.as_str(), trust.too_old),
        (ListKind::Trust, "bj.gates", None)
    );
    assert_eq!((trust.made, trust.expires), (at(0), Some(at(86_400))));
    assert_eq!((status.kind, status.name.as_str()), (ListKind::Status, URI));
    assert_eq!(status.too_old, Some(at(100)));
    let alarm = status.alarm(at(50)).unwrap();
    assert_eq!((alarm.level, alarm.ending, alarm.at), (AlarmLevel::Early, Ending::Age, at(100)));
    assert_eq!(gate.lists.ages(RevocationPolicy::NotChecked)[1].too_old, None);
    // A new list ends the alarm.
    gate.write("status.cwt", self::status(60));
    gate.look(60);
    assert_eq!(gate.lists.ages(required)[1].alarm(at(60)), None);
    // Other processes read how the gate is.
    gate.lists.show_health("{}").unwrap();
    assert_eq!(fs::read_to_string(gate.path("state").join(HEALTH)).unwrap(), "{}");
}

/// A file that cannot be read in the second in which a new trust list comes, and that looks as
/// before when it can be read again.
#[cfg(unix)]
#[test]
fn a_file_that_could_not_be_read_for_a_moment_is_read_again() {
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    let mut gate = Gate::start();
    let path = gate.path("status.cwt");
    // A folder in place of the file: it can be looked at, and not be read.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    File::open(&path).unwrap().set_modified(long_ago).unwrap();
    gate.write("trust.cwt", trust(2, 15, &BOTH));
    assert_eq!(gate.reports(20).len(), 1);
    assert_eq!(gate.waiting(), [("list-unreadable", at(25))]);
    // What has not changed for a while is left alone until then.
    assert!(gate.look(22).reports.is_empty());
    assert_eq!(gate.waiting(), [("list-unreadable", at(25))]);
    fs::remove_dir(&path).unwrap();
    gate.write("status.cwt", status(18));
    File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(gate.look(25).accepted, [path.display().to_string()]);
    assert!(gate.waiting().is_empty());
}
