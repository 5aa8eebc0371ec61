use ::redis::parse_redis_value;

use super::*;

/// The answers of a server: the words of `INFO`, then a value or an error for each setting.
fn found(info: &str, settings: &[(&str, &str)]) -> Result<Found, StoreError> {
    let text = |words: &str| Value::BulkString(words.replace('\n', "\r\n").into_bytes());
    let mut answers = vec![text(info), text("maxmemory_policy:noeviction\n"), text("")];
    for name in SETTINGS {
        let value = settings.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        answers.push(match value {
            Some(error) if error.starts_with('-') => {
                parse_redis_value(format!("{error}\r\n").as_bytes()).unwrap()
            }
            Some(value) => Value::Array(vec![text(name), text(value)]),
            None => Value::Array(Vec::new()),
        });
    }
    Found::read(&Address::tcp("10.0.0.1", 6379), answers.into_iter())
}

const MASTER: &str = "# Replication\nrole:master\nconnected_slaves:0\n";
const WITH_REPLICAS: &str = "role:master\nconnected_slaves:2\n";
const GOOD: [(&str, &str); 7] = [
    (POLICY, "noeviction"),
    (APPEND, "yes"),
    (FSYNC, "always"),
    (BACKLOG, "0"),
    (LEAST, "1"),
    (LAG, "10"),
    (NODE_TIMEOUT, "15000"),
];

fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let other = GOOD.into_iter().filter(|(name, _)| changed.iter().all(|(new, _)| new != name));
    other.chain(changed.iter().copied()).collect()
}

fn wanted(failover: Failover, old_master: u64) -> Wanted {
    Wanted { failover, demands: Demands::Tell, old_master, cluster: false }
}

/// The codes of the cautions; each tells what to change.
fn codes(info: &str, settings: &[(&str, &str)], wanted: &Wanted) -> Vec<&'static str> {
    let found = found(info, settings).unwrap();
    let at = Address::tcp("10.0.0.1", 6379);
    let cautions = found.judge(&at, wanted).unwrap();
    let strict = found.judge(&at, &Wanted { demands: Demands::Strict, ..*wanted });
    match cautions.as_slice() {
        [] => assert_eq!(strict, Ok(Vec::new())),
        cautions => {
            let error = strict.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Setup);
            for caution in cautions {
                assert!(caution.text.starts_with("10.0.0.1:6379: "), "{}", caution.text);
                assert!(error.to_string().contains(&*caution.text), "{error}");
            }
        }
    }
    cautions.iter().map(|caution| caution.code).collect()
}

#[test]
fn a_server_that_keeps_everything_has_no_caution() {
    let none: [&str; 0] = [];
    assert_eq!(codes(MASTER, &GOOD, &wanted(Failover::None, 0)), none);
    assert_eq!(codes(WITH_REPLICAS, &GOOD, &wanted(Failover::Waited { replicas: 2 }, 0)), none);
    assert_eq!(codes(WITH_REPLICAS, &GOOD, &wanted(Failover::Bounded, 12)), none);
    assert_eq!(codes(WITH_REPLICAS, &GOOD, &wanted(Failover::Unbounded, u64::MAX)), none);
}

#[test]
fn each_promise_that_is_weaker_has_a_caution() {
    let one = |settings: &[(&str, &str)]| codes(MASTER, settings, &wanted(Failover::None, 0));
    assert_eq!(one(&with(&[(APPEND, "no")])), ["redis-appendonly-off"]);
    assert_eq!(one(&with(&[(FSYNC, "everysec")])), ["redis-appendfsync-not-always"]);
    let replicas =
        |settings: &[(&str, &str)], failover| codes(WITH_REPLICAS, settings, &wanted(failover, 12));
    assert_eq!(replicas(&GOOD, Failover::None), ["redis-failover-not-named"]);
    assert_eq!(replicas(&with(&[(BACKLOG, "3600")]), Failover::Bounded), ["redis-backlog-ends"]);
    assert_eq!(one(&with(&[(BACKLOG, "3600")])), [""; 0], "there is no replica to be away");
    let waited = |replicas_waited| replicas(&GOOD, Failover::Waited { replicas: replicas_waited });
    assert_eq!(waited(3), ["redis-too-few-replicas"]);
    assert_eq!(waited(1), ["redis-waits-for-too-few-replicas"]);
    for weaker in [(LEAST, "0"), (LAG, "0"), (LAG, "11")] {
        assert_eq!(
            replicas(&with(&[weaker]), Failover::Bounded),
            ["redis-old-master-not-bounded"],
            "{weaker:?}"
        );
    }
    assert_eq!(replicas(&GOOD, Failover::Unbounded), ["redis-old-master-not-bounded"]);
    let cluster = |told| Wanted { cluster: true, ..wanted(Failover::Bounded, told) };
    assert_eq!(codes(WITH_REPLICAS, &GOOD, &cluster(14)), ["redis-old-master-not-bounded"]);
    assert_eq!(codes(WITH_REPLICAS, &GOOD, &cluster(15)), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_told() {
    let denied = "-NOPERM this user has no permissions to run the 'config|get' command";
    let all: Vec<_> = SETTINGS.into_iter().map(|name| (name, denied)).collect();
    for (failover, told) in [
        (Failover::None, "appendonly, appendfsync;"),
        (Failover::Bounded, "min-replicas-to-write, min-replicas-max-lag;"),
    ] {
        let at = Address::tcp("h", 1);
        let found = found(MASTER, &all).unwrap();
        let cautions = found.judge(&at, &wanted(failover, 12)).unwrap();
        let [caution] = cautions.as_slice() else { panic!("{cautions:?}") };
        assert_eq!(caution.code, "redis-settings-not-readable");
        assert!(caution.text.contains("NOPERM") && caution.text.contains(told), "{caution:?}");
        assert!(!caution.text.contains(POLICY), "INFO tells the policy: {caution:?}");
    }
    // An older server that does not know a setting.
    let unknown: Vec<_> = GOOD.into_iter().filter(|(name, _)| *name != LAG).collect();
    let bounded = wanted(Failover::Bounded, 12);
    assert_eq!(codes(WITH_REPLICAS, &unknown, &bounded), ["redis-settings-not-readable"]);
}

#[test]
fn a_replica_and_a_server_that_evicts_are_refused() {
    let at = Address::tcp("h", 1);
    let replica = found("role:slave\n", &GOOD).unwrap();
    let error = replica.judge(&at, &wanted(Failover::None, 0)).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable);
    assert!(error.to_string().contains("replica"), "{error}");
    let evicts = found(MASTER, &with(&[(POLICY, "allkeys-lru")])).unwrap();
    let error = evicts.judge(&at, &wanted(Failover::None, 0)).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Setup);
    assert!(error.to_string().contains("allkeys-lru"), "{error}");
}

#[test]
fn answers_that_are_no_settings_are_errors() {
    let answer = |text: &str| parse_redis_value(text.as_bytes()).unwrap();
    for (text, kind, words) in [
        ("-NOAUTH Authentication required.\r\n", StoreErrorKind::Setup, "NOAUTH"),
        ("-NOPERM no\r\n", StoreErrorKind::Setup, "+info"),
        ("-MASTERDOWN Link is down\r\n", StoreErrorKind::Unreachable, "MASTERDOWN"),
        ("*0\r\n", StoreErrorKind::Unreachable, "no text"),
        ("+OK\r\n", StoreErrorKind::Unreachable, "role"),
    ] {
        let answers = std::iter::repeat_with(|| answer(text)).take(SETTINGS.len() + 3);
        let error = Found::read(&Address::tcp("10.0.0.1", 6379), answers).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let loading = "-LOADING Redis is loading the dataset in memory";
    let error = found(MASTER, &with(&[(FSYNC, loading)])).unwrap_err();
    assert!(error.to_string().contains("LOADING"), "{error}");
}
