//! The store in a Redis server, against a real `redis-server` that each test starts itself on a
//! free loopback port. Without the program the tests are skipped with a note; with
//! `LIVEPERMIT_REQUIRE_ALL=1` they fail.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use super::{RETENTION, at, enter, hall};
use livepermit::Timestamp;
use livepermit::verify::{PermitId, ReplayKey};
use livepermit_gate::replay::{
    Answer, Attempt, Passage, ReplayStore, Retention, StoreError, StoreErrorKind,
};
use livepermit_gate::{GatePlace, RedisReplay};

const TIMEOUT: Duration = Duration::from_secs(2);

fn key_of(permit: u8, moment: Option<u64>) -> ReplayKey {
    let until = at(moment.unwrap_or(0)).plus(30);
    ReplayKey::new(PermitId::from_bytes([permit; 32]), moment.map(at), until, until.plus(10))
}

fn clock() -> u64 {
    Timestamp::try_from(SystemTime::now()).unwrap().as_unix()
}

/// A time past what a new store refuses.
fn settled() -> u64 {
    clock() + 1000
}

/// A server of our own: killed when dropped.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path, settings: &[&str]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_at(port, folder, settings)
    }

    fn start_at(port: u16, folder: &Path, settings: &[&str]) -> Option<Self> {
        let started = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--dir"])
            .arg(folder)
            .args(settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match started {
            Ok(process) => process,
            Err(error) => {
                assert!(
                    std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(),
                    "redis-server: {error}"
                );
                println!("skipped: redis-server: {error}");
                return None;
            }
        };
        let server = Self { process, port };
        let begin = Instant::now();
        while server.command(&["PING"]).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(20), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(server)
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    fn store(&self) -> RedisReplay {
        RedisReplay::connect(&self.url(), "test", RETENTION, TIMEOUT).unwrap()
    }

    fn command(&self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let mut connection =
            redis::Client::open(self.url())?.get_connection_with_timeout(TIMEOUT)?;
        redis::cmd(words[0]).arg(&words[1..]).query(&mut connection)
    }

    fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const RACER: &str = "LIVEPERMIT_TEST_RACER";

/// Not a test: one of the processes of [`of_four_processes_with_the_same_code_exactly_one_admits`].
#[test]
fn process_that_races() {
    let Ok(arguments) = std::env::var(RACER) else { return };
    let [url, referee, lane, base] = arguments.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let store = RedisReplay::connect(url, "test", RETENTION, TIMEOUT).unwrap();
    let place = GatePlace::new("north", lane, "hall").unwrap();
    let mut referee = TcpStream::connect(referee).unwrap();
    referee.set_nodelay(true).unwrap();
    let mut round = [0; 4];
    while referee.read_exact(&mut round).is_ok() {
        let number = u32::from_be_bytes(round);
        let moment = base.parse::<u64>().unwrap() + u64::from(number) * 40;
        let permit = u8::try_from(number % 5).unwrap();
        let answer = store.admit(&enter(key_of(permit, Some(moment)), &place, moment)).unwrap();
        let used = Answer::AlreadyUsed { then: at(moment) };
        assert!(answer == Answer::Admitted || answer == used, "{answer:?}");
        referee.write_all(&[u8::from(answer == Answer::Admitted)]).unwrap();
    }
}

#[test]
fn of_four_processes_with_the_same_code_exactly_one_admits() {
    const PROCESSES: usize = 4;
    const ROUNDS: u32 = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = Server::start(folder.path(), &[]) else { return };
    drop(server.store());
    let referee = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, base) = (referee.local_addr().unwrap(), settled());
    let mut racers: Vec<Child> = (0..PROCESSES)
        .map(|lane| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "redis::process_that_races"])
                .env(RACER, format!("{} {address} {lane} {base}", server.url()))
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut lines: Vec<TcpStream> = racers.iter().map(|_| referee.accept().unwrap().0).collect();
    for line in &lines {
        line.set_nodelay(true).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    }
    let mut wins = [0; PROCESSES];
    for round in 0..ROUNDS {
        for line in &mut lines {
            line.write_all(&round.to_be_bytes()).unwrap();
        }
        let mut winners = Vec::new();
        for (racer, line) in lines.iter_mut().enumerate() {
            let mut won = [0];
            line.read_exact(&mut won).unwrap();
            if won == [1] {
                winners.push(racer);
                wins[racer] += 1;
            }
        }
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
    }
    drop(lines);
    for racer in &mut racers {
        assert!(racer.wait().unwrap().success());
    }
    println!("wins: {wins:?}");
    assert!(wins.iter().filter(|wins| **wins > 0).count() > 1, "no race: {wins:?}");
}

#[test]
fn a_server_killed_in_the_middle_is_an_error_and_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let durable = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut server) = Server::start(folder.path(), &durable) else { return };
    let (store, place, base) = (server.store(), hall(), settled());
    let mut used = Vec::new();
    let mut number = 0;
    for _ in 0..10 {
        let mut errors = 0;
        std::thread::scope(|scope| {
            let killer = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(30));
                server.signal("-KILL");
            });
            while errors < 3 {
                number += 1;
                let attempt =
                    enter(key_of(1, Some(base + number * 40)), &place, base + number * 40);
                match store.admit(&attempt) {
                    Ok(answer) => {
                        assert_eq!(answer, Answer::Admitted);
                        used.push(number);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
                        errors += 1;
                    }
                }
            }
            killer.join().unwrap();
        });
        let port = server.port;
        drop(server);
        server = Server::start_at(port, folder.path(), &durable).unwrap();
        for number in used.iter().rev().take(100) {
            let attempt = enter(key_of(1, Some(base + number * 40)), &place, base + number * 40);
            assert_ne!(store.admit(&attempt).unwrap(), Answer::Admitted);
        }
        number += 1;
        let next = enter(key_of(1, Some(base + number * 40)), &place, base + number * 40);
        assert_eq!(store.admit(&next).unwrap(), Answer::Admitted, "connected again, nothing lost");
    }
    assert!(used.len() > 50, "{}", used.len());
}

#[test]
fn a_server_that_forgot_refuses_what_it_may_have_admitted() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = Server::start(folder.path(), &[]) else { return };
    let (place, first) = (hall(), clock());
    let store = server.store();
    // A new store is one that may have forgotten: 60 s of clock difference, 15 s of half a window.
    let refused = |answer| matches!(answer, Ok(Answer::BehindHorizon { .. }));
    assert!(refused(store.admit(&enter(key_of(1, Some(first + 75)), &place, first + 75))));
    let now = clock() + 90;
    assert_eq!(store.admit(&enter(key_of(1, Some(now)), &place, now)), Ok(Answer::Admitted));
    server.command(&["FLUSHALL"]).unwrap();
    assert!(refused(store.admit(&enter(key_of(2, Some(clock())), &place, clock()))));
    // Forgets only the last admissions, as a failover does: the gate knows a higher sequence
    // number.
    let now = settled();
    assert_eq!(store.admit(&enter(key_of(3, Some(now)), &place, now)), Ok(Answer::Admitted));
    server.command(&["HSET", "{test}:meta", "seq", "0", "from", "0"]).unwrap();
    assert_eq!(
        server.store().admit(&enter(key_of(4, Some(5)), &place, 5)),
        Ok(Answer::Admitted),
        "unnoticed"
    );
    server.command(&["HSET", "{test}:meta", "seq", "0"]).unwrap();
    assert!(refused(store.admit(&enter(key_of(2, Some(clock())), &place, clock()))));
    // From then on for every gate.
    assert!(refused(server.store().admit(&enter(key_of(2, Some(clock())), &place, clock()))));
}

#[test]
fn a_server_that_hangs_is_an_error_within_the_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = Server::start(folder.path(), &[]) else { return };
    let short = Duration::from_millis(200);
    let store = RedisReplay::connect(&server.url(), "test", RETENTION, short).unwrap();
    let (place, base) = (hall(), settled());
    let attempt = enter(key_of(1, Some(base)), &place, base);
    server.signal("-STOP");
    let begin = Instant::now();
    assert_eq!(store.admit(&attempt).unwrap_err().kind(), StoreErrorKind::Unreachable);
    assert_eq!(store.admit(&attempt).unwrap_err().kind(), StoreErrorKind::Unreachable);
    assert!(begin.elapsed() < 8 * short, "{:?}", begin.elapsed());
    server.signal("-CONT");
    // It may run what it had received, so the code may be used: it is not admitted twice.
    let first = store.admit(&attempt).unwrap();
    assert!(matches!(first, Answer::Admitted | Answer::AlreadyAcceptedHere { .. }), "{first:?}");
    assert_eq!(store.admit(&attempt).unwrap(), Answer::AlreadyAcceptedHere { then: at(base) });
}

#[test]
fn a_peer_that_is_no_redis_or_nobody_is_an_error_within_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}/", silent.local_addr().unwrap());
    let begin = Instant::now();
    let connect =
        |url: &str| RedisReplay::connect(url, "test", RETENTION, Duration::from_millis(200));
    assert_eq!(connect(&url).unwrap_err().kind(), StoreErrorKind::Unreachable);
    assert!(begin.elapsed() < Duration::from_secs(2));
    drop(silent);
    assert_eq!(connect(&url).unwrap_err().kind(), StoreErrorKind::Unreachable);
    let wrong = connect("http://:secret@127.0.0.1/").unwrap_err();
    assert_eq!(wrong.kind(), StoreErrorKind::Setup);
    assert!(!wrong.to_string().contains("secret"));
    let prefix = RedisReplay::connect(&url, "a{b}", RETENTION, TIMEOUT).unwrap_err();
    assert_eq!(prefix.kind(), StoreErrorKind::Setup);
}

#[test]
fn a_server_that_evicts_is_refused_and_one_out_of_memory_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = Server::start(folder.path(), &["--maxmemory-policy", "allkeys-lru"]) else {
        return;
    };
    let connect = || RedisReplay::connect(&server.url(), "test", RETENTION, TIMEOUT);
    let refused: StoreError = connect().unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Setup);
    assert!(refused.to_string().contains("allkeys-lru"), "{refused}");
    // Where CONFIG is forbidden, INFO tells.
    server.command(&["ACL", "SETUSER", "gate", "on", ">word", "~*", "+@all", "-config"]).unwrap();
    let gate_url = format!("redis://gate:word@127.0.0.1:{}/", server.port);
    let gate = || RedisReplay::connect(&gate_url, "test", RETENTION, TIMEOUT);
    assert_eq!(gate().unwrap_err().kind(), StoreErrorKind::Setup);
    server.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]).unwrap();
    assert!(gate().is_ok());
    let (store, place, base) = (connect().unwrap(), hall(), settled());
    server.command(&["CONFIG", "SET", "maxmemory", "1"]).unwrap();
    let attempt = enter(key_of(1, Some(base)), &place, base);
    assert_eq!(store.admit(&attempt), Ok(Answer::Full));
    server.command(&["CONFIG", "SET", "maxmemory", "0"]).unwrap();
    assert_eq!(store.admit(&attempt), Ok(Answer::Admitted));
    let longer = Retention { largest_window: 90, clock_difference: 61 };
    assert_eq!(
        RedisReplay::connect(&server.url(), "longer", longer, TIMEOUT).unwrap().retention(),
        longer
    );
    let shown = format!("{store:?}");
    assert!(shown.starts_with("RedisReplay") && shown.contains("capacity"), "{shown}");
    // Its own limit: the second permit finds no room until the first is over.
    let store = store.with_capacity(1);
    assert_eq!(
        store.admit(&enter(key_of(2, Some(base + 94)), &place, base + 94)),
        Ok(Answer::Full)
    );
    assert_eq!(
        store.admit(&enter(key_of(2, Some(base + 95)), &place, base + 95)),
        Ok(Answer::Admitted)
    );
    let forgotten = store.admit(&enter(key_of(1, Some(base)), &place, base));
    assert_eq!(forgotten, Ok(Answer::BehindHorizon { horizon: at(base + 31) }));
    let nobody = format!("redis://gate:wrong@127.0.0.1:{}/", server.port);
    let unknown = RedisReplay::connect(&nobody, "test", RETENTION, TIMEOUT).unwrap_err();
    assert_eq!(unknown.kind(), StoreErrorKind::Setup, "{unknown}");
    // Another's data under our names.
    server.command(&["SET", "{other}:meta", "x"]).unwrap();
    let other = RedisReplay::connect(&server.url(), "other", RETENTION, TIMEOUT).unwrap_err();
    assert_eq!(other.kind(), StoreErrorKind::Foreign);
    // No password where one is needed, to begin with and later.
    server.command(&["CONFIG", "SET", "requirepass", "word"]).unwrap();
    let locked = connect().unwrap_err();
    assert_eq!(locked.kind(), StoreErrorKind::Setup, "{locked}");
}

#[cfg(feature = "file")]
mod equivalence {
    use livepermit_gate::{FileReplay, MemoryReplay};
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    /// The same attempt at all three.
    fn all_alike(stores: &[&dyn ReplayStore; 3], attempt: &Attempt) -> Answer {
        let [memory, file, server] = stores.map(|store| store.admit(attempt).unwrap());
        assert_eq!(memory, file, "{attempt:?}");
        assert_eq!(memory, server, "{attempt:?}");
        memory
    }

    fn places() -> [GatePlace; 4] {
        [
            ("north", "1", "hall"),
            ("north", "2", "hall"),
            ("south", "1", "hall"),
            ("south", "2", "roof"),
        ]
        .map(|(gate, lane, zone)| GatePlace::new(gate, lane, zone).unwrap())
    }

    /// Live codes by clocks within the retention, while time goes on and the stores forget, each
    /// when it likes.
    #[test]
    fn live_codes_get_the_same_answers_from_all_stores() {
        let folder = tempfile::tempdir().unwrap();
        let Some(server) = Server::start(folder.path(), &[]) else { return };
        let (memory, redis) = (MemoryReplay::new(100_000, RETENTION), server.store());
        let file = FileReplay::open(folder.path().join("used"), RETENTION).unwrap();
        let (places, mut time) = (places(), settled());
        let mut rng = StdRng::seed_from_u64(8);
        let mut answers = [0; 5];
        for _ in 0..4000 {
            time += rng.random_range(0..4);
            let now = time + rng.random_range(0..=60_u64);
            let moment = rng.random_bool(0.9).then(|| now + 5 - rng.random_range(0..=34_u64));
            let passage = if rng.random_bool(0.1) { Passage::Leave } else { Passage::Enter };
            let cool_down = *[0, 35, 35, 35, 600].choose(&mut rng).unwrap();
            let place = places.choose(&mut rng).unwrap();
            let key = key_of(rng.random_range(0..40), moment);
            let again = if rng.random_bool(0.2) { 3 } else { 1 };
            for later in 0..again {
                let attempt =
                    Attempt::new(key, place.clone(), passage, at(now + later), 2, cool_down);
                let answer = all_alike(&[&memory, &file, &redis], &attempt);
                answers[match answer {
                    Answer::Admitted => 0,
                    Answer::AlreadyAcceptedHere { .. } => 1,
                    Answer::AlreadyUsed { .. } => 2,
                    Answer::Superseded { .. } => 3,
                    Answer::CoolingDown { .. } => 4,
                    other => panic!("{other:?}"),
                }] += 1;
            }
        }
        println!(
            "admitted, here, used, superseded, cooling: {answers:?}; file holds {}",
            file.len().unwrap()
        );
        assert!(answers.iter().all(|count| *count > 50), "{answers:?}");
        assert!(file.horizon().unwrap() > Timestamp::MIN, "the file has forgotten nothing");
    }

    /// Any times at all, where nothing is ever over.
    #[test]
    fn any_times_get_the_same_answers_from_all_stores() {
        const KEPT: Retention = Retention { largest_window: 30, clock_difference: u64::MAX };
        let folder = tempfile::tempdir().unwrap();
        let Some(server) = Server::start(folder.path(), &[]) else { return };
        let redis = RedisReplay::connect(&server.url(), "test", KEPT, TIMEOUT).unwrap();
        // With that clock difference a new store takes every code for old.
        server.command(&["HSET", "{test}:meta", "from", "0"]).unwrap();
        let memory = MemoryReplay::new(100_000, KEPT);
        let file = FileReplay::open(folder.path().join("used"), KEPT).unwrap();
        let places = places();
        let mut rng = StdRng::seed_from_u64(9);
        let last = Timestamp::MAX.as_unix();
        let time = move |rng: &mut StdRng| match rng.random_range(0..20) {
            0 => rng.random_range(0..3),
            1 => last - rng.random_range(0..3),
            2 => rng.random_range(0..=last),
            _ => 1_790_000_000 + rng.random_range(0..200),
        };
        for _ in 0..3000 {
            let (now, moment) = (time(&mut rng), time(&mut rng));
            let key = key_of(rng.random_range(0..30), rng.random_bool(0.8).then_some(moment));
            let passage = if rng.random_bool(0.2) { Passage::Leave } else { Passage::Enter };
            let spans = [0, 1, 3, 35, 600, last, last + 1, u64::MAX];
            let (debounce, cool_down) =
                (*spans.choose(&mut rng).unwrap(), *spans.choose(&mut rng).unwrap());
            let place = places.choose(&mut rng).unwrap();
            let attempt = Attempt::new(key, place.clone(), passage, at(now), debounce, cool_down);
            let stores: [&dyn ReplayStore; 3] = [&memory, &file, &redis];
            all_alike(&stores, &attempt);
            let [memory, file, server] = stores.map(|store| store.earlier(key.permit).unwrap());
            assert_eq!(memory, file, "{attempt:?}");
            assert_eq!(memory, server, "{attempt:?}");
        }
    }
}
