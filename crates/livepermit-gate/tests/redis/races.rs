//! Lanes, gates and processes that ask at the same time: exactly one is admitted.
//!
//! `LIVEPERMIT_ONCE_ROUNDS` sets how many codes are fought for (200 by default).

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;

use livepermit_gate::replay::{Answer, ReplayStore as _};

use super::server::Server;
use super::{Attempt, PATIENCE, RedisReplay, attempt_at, builder, clock, cooling, gate, hall, now};

const GATES: [&str; 5] = ["north", "south", "west", "east", "roof"];
const PROCESSES: usize = 4;
const RACER: &str = "LIVEPERMIT_TEST_RACER";

fn rounds() -> u64 {
    std::env::var("LIVEPERMIT_ONCE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// The code of a round: of five phones by turns, each newer than the last of its phone.
fn of_round(gate: &str, round: u64, base: u64) -> Attempt {
    let moment = base + round;
    let number = u8::try_from(round % 5).unwrap();
    cooling(0, attempt_at(hall(gate), number, Some(moment), clock()))
}

/// Whether the attempt was admitted. Everything else must say that another was.
fn wins(store: &RedisReplay, attempt: &Attempt) -> bool {
    match store.admit(attempt).unwrap() {
        Answer::Admitted => true,
        Answer::AlreadyUsed { .. } | Answer::AlreadyAcceptedHere { .. } => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_five_gates_with_two_lanes_each_exactly_one_admits() {
    let Some(server) = Server::start(&[]) else { return };
    drop(gate(&server, "operator"));
    let (rounds, base) = (rounds(), clock());
    // Two lanes of a gate share its store.
    let stores = GATES.map(|name| builder(&server.url(), name).connect().unwrap());
    let barrier = Barrier::new(stores.len() * 2);
    let lanes: Vec<_> = (0..stores.len() * 2).collect();
    let won: Vec<Vec<bool>> = std::thread::scope(|scope| {
        let lanes = lanes.iter().map(|lane| {
            let (store, name, barrier) = (&stores[lane / 2], GATES[lane / 2], &barrier);
            scope.spawn(move || {
                let run = |round| {
                    barrier.wait();
                    wins(store, &of_round(name, round, base))
                };
                (0..rounds).map(run).collect()
            })
        });
        let lanes: Vec<_> = lanes.collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    for round in 0..usize::try_from(rounds).unwrap() {
        let winners: Vec<_> = (0..won.len()).filter(|lane| won[*lane][round]).collect();
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
    }
    let wins = won.iter().map(|lane| lane.iter().filter(|won| **won).count());
    println!("{rounds} rounds of 10 lanes at 5 gates, wins: {:?}", wins.collect::<Vec<_>>());
    assert!(stores.iter().all(|store| store.keep_alive(now()).is_ok()));
    assert!(stores.iter().all(|store| store.health().out_of_order_until.is_none()));
}

/// Not a test: one of the processes of [`of_four_processes_exactly_one_admits`].
#[test]
fn process_that_races() {
    let Ok(arguments) = std::env::var(RACER) else { return };
    let [url, referee, name, base] = arguments.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let store = builder(url, name).connect().unwrap();
    let mut referee = TcpStream::connect(referee).unwrap();
    referee.set_nodelay(true).unwrap();
    let mut round = [0; 8];
    while referee.read_exact(&mut round).is_ok() {
        let attempt = of_round(name, u64::from_be_bytes(round), base.parse().unwrap());
        referee.write_all(&[u8::from(wins(&store, &attempt))]).unwrap();
    }
}

#[test]
fn of_four_processes_exactly_one_admits() {
    let Some(server) = Server::start(&[]) else { return };
    drop(gate(&server, "operator"));
    let referee = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, base, rounds) = (referee.local_addr().unwrap(), clock(), rounds());
    let start = |name: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "races::process_that_races"])
            .env(RACER, format!("{} {address} {name} {base}", server.url()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut racers: Vec<Child> = GATES[..PROCESSES].iter().map(|name| start(name)).collect();
    let mut lines: Vec<TcpStream> = racers.iter().map(|_| referee.accept().unwrap().0).collect();
    for line in &lines {
        line.set_nodelay(true).unwrap();
        line.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    let mut wins = [0; PROCESSES];
    for round in 0..rounds {
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
    println!("{rounds} rounds of 4 processes, wins: {wins:?}");
    assert!(wins.iter().filter(|wins| **wins > 0).count() > 1, "no race: {wins:?}");
}
