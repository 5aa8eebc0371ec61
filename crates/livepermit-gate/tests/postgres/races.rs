//! Lanes, gates and processes that show the same code at the same time: exactly one admits.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};

use super::server::{PATIENCE, Server, gate_at};
use super::{NOON, at, code, slip};
use livepermit_gate::PostgresReplay;
use livepermit_gate::replay::{Answer, Attempt, ReplayStore as _, StoreError};

/// Rounds of each race: more of them in the long run.
fn rounds() -> u64 {
    std::env::var("LIVEPERMIT_ONCE_ROUNDS").map_or(100, |rounds| rounds.parse().unwrap())
}

/// The second of each round: later than the cool-down of the round before.
fn moment(round: u64) -> u64 {
    NOON + round * 40
}

/// Whether this lane has won. A loser hears that the code is used.
fn won(answer: &Result<Answer, StoreError>) -> Result<bool, String> {
    match answer {
        Ok(Answer::Admitted) => Ok(true),
        Ok(
            Answer::AlreadyUsed { .. }
            | Answer::AlreadyAcceptedHere { .. }
            | Answer::CoolingDown { .. },
        ) => Ok(false),
        other => Err(format!("{other:?}")),
    }
}

/// Lets eight lanes show the same code or slip at the same time, round by round.
fn race(server: &Server, lanes: [(&PostgresReplay, &str); 8], show: fn(u64, &str, u64) -> Attempt) {
    let barrier = Barrier::new(lanes.len());
    let wins: Vec<_> = (0..rounds()).map(|_| AtomicU64::new(0)).collect();
    // A lane that panics would leave the others at the barrier.
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (lane, (store, gate)) in lanes.into_iter().enumerate() {
            let (barrier, wins, wrong) = (&barrier, &wins, &wrong);
            scope.spawn(move || {
                for (round, wins) in (0..).zip(wins) {
                    let now = moment(round);
                    if lane == 0 {
                        server.hold_clock(now);
                    }
                    barrier.wait();
                    match won(&store.admit(&show(round % 7, gate, now))) {
                        Ok(won) => drop(wins.fetch_add(u64::from(won), Ordering::SeqCst)),
                        Err(text) => wrong.lock().unwrap().push(text),
                    }
                    barrier.wait();
                }
            });
        }
    });
    assert!(wrong.lock().unwrap().is_empty(), "{wrong:?}");
    for (round, wins) in wins.into_iter().enumerate() {
        assert_eq!(wins.into_inner(), 1, "round {round}");
    }
}

#[test]
fn of_eight_lanes_at_two_gates_exactly_one_admits_a_code() {
    let Some(server) = Server::start_with(&["fsync=off"]) else { return };
    let north = server.new_zone("north");
    let south = server.gate("south").connect().unwrap();
    let lanes = [0, 1, 2, 3, 4, 5, 6, 7].map(|lane| match lane % 2 {
        0 => (&north, "north"),
        _ => (&south, "south"),
    });
    race(&server, lanes, |permit, gate, now| code(permit, now, gate, now));
    let counts = "SELECT sum(admissions) FROM livepermit2_hall.counts";
    assert_eq!(server.sql(counts), [rounds().to_string()]);
    for store in [&north, &south] {
        server.hold_clock(moment(rounds()));
        store.keep_alive(at(moment(rounds()))).unwrap();
        // No lane took the admission of another for one that is missing.
        assert_eq!(store.health().out_of_order_until, None);
    }
}

/// Slips have no moment: the cool-down keeps the second one out.
#[test]
fn of_eight_lanes_exactly_one_admits_a_slip() {
    let Some(server) = Server::start_with(&["fsync=off"]) else { return };
    let store = server.new_zone("north");
    race(&server, [(&store, "north"); 8], slip);
}

/// Lanes that admit different permits at the same time are all counted.
#[test]
fn the_witness_of_lanes_that_admit_at_the_same_time_is_exact() {
    let Some(server) = Server::start_with(&["fsync=off"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let open = || livepermit_gate::replay::Witnesses::open(folder.path().join("witness")).unwrap();
    let store = server.open_zone(server.gate("north").witnesses(open()));
    for round in 0..10 {
        std::thread::scope(|scope| {
            for lane in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    let answer = store.admit(&code(round * 8 + lane, NOON, "north", NOON));
                    assert_eq!(answer, Ok(Answer::Admitted));
                });
            }
        });
    }
    drop(store);
    assert_eq!(open().get(0).admissions(), 80);
}

const RACER: &str = "LIVEPERMIT_TEST_RACER";

/// Not a test: one of the processes of [`of_four_processes_with_the_same_code_exactly_one_admits`].
#[test]
fn process_that_races() {
    let Ok(arguments) = std::env::var(RACER) else { return };
    let [url, referee, gate] = arguments.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let store = gate_at(url, gate).connect().unwrap();
    let mut referee = TcpStream::connect(referee).unwrap();
    referee.set_nodelay(true).unwrap();
    let mut round = [0; 8];
    while referee.read_exact(&mut round).is_ok() {
        let number = u64::from_be_bytes(round);
        let now = moment(number);
        let won = won(&store.admit(&code(number % 5, now, gate, now))).unwrap();
        referee.write_all(&[u8::from(won)]).unwrap();
    }
}

#[test]
fn of_four_processes_with_the_same_code_exactly_one_admits() {
    const PROCESSES: usize = 4;
    let Some(server) = Server::start_with(&["fsync=off"]) else { return };
    drop(server.new_zone("first"));
    let referee = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = referee.local_addr().unwrap();
    let mut racers: Vec<Child> = (0..PROCESSES)
        .map(|number| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "races::process_that_races"])
                .env(RACER, format!("{} {address} gate-{number}", server.url()))
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut lines: Vec<TcpStream> = racers.iter().map(|_| referee.accept().unwrap().0).collect();
    for line in &lines {
        line.set_nodelay(true).unwrap();
        line.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    let mut wins = [0; PROCESSES];
    for round in 0..rounds() {
        server.hold_clock(moment(round));
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
}
