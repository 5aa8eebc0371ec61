//! How many admissions a second the server makes, beside an older script.
//!
//! `LIVEPERMIT_OLD_SCRIPT=decide.lua cargo test --release -p livepermit-gate --features redis \
//!  --test redis -- --ignored --nocapture cost`

use std::time::Instant;

use redis::ConnectionLike as _;

use super::server::Server;
use super::{clock, permit};

const NEW: &str = include_str!("../../src/replay/redis/script.lua");
const KEYS: [&str; 3] = ["{b}:used", "{b}:over", "{b}:meta"];
const ADMISSIONS: u32 = 60_000;
const ROUNDS: usize = 5;
/// How many questions are on the way at once.
const PIPELINED: u32 = 32;

struct Bench {
    connection: redis::Connection,
    old: String,
    new: String,
}

impl Bench {
    fn call(&self, hash: &str, args: &[&[u8]]) -> redis::Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg(hash).arg(KEYS.len()).arg(&KEYS);
        for arg in args {
            command.arg(*arg);
        }
        command
    }

    /// Admissions of fresh permits a second, and microseconds of the server's processor for each.
    fn round(&mut self, is_new: bool) -> (f64, f64) {
        let () = redis::cmd("FLUSHALL").query(&mut self.connection).unwrap();
        let mut state = (String::new(), String::new(), String::new());
        if is_new {
            let seldom = seldom();
            let now = clock().to_string();
            let words = ["go-on", "", "0", "", "30", "60", &seldom, "gate:north", &now, "0"];
            let mut args: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
            args.push(b"nothing-was-admitted");
            let call = self.call(&self.new, &args);
            let answer: (u8, u64, u64, u64, u64, u64, String, u8) =
                call.query(&mut self.connection).unwrap();
            let mut words = answer.6.rsplit(' ');
            let incarnation = words.next().unwrap().to_owned();
            state = (answer.6.clone(), words.next().unwrap().to_owned(), incarnation);
        } else {
            let () = redis::cmd("HSET")
                .arg(KEYS[2])
                .arg(&["format", "1", "from", "0", "seq", "0"])
                .query(&mut self.connection)
                .unwrap();
        }
        let questions: Vec<(Vec<u8>, usize)> = (0..ADMISSIONS)
            .step_by(usize::try_from(PIPELINED).unwrap())
            .map(|first| {
                let numbers = first..(first + PIPELINED).min(ADMISSIONS);
                let mut pipe = redis::pipe();
                for number in numbers.clone() {
                    pipe.add_command(self.question(number, is_new.then_some(&state)));
                }
                (pipe.get_packed_pipeline(), numbers.len())
            })
            .collect();
        let (used, begin) = (self.processor(), Instant::now());
        for (bytes, count) in questions {
            let answers = self.connection.req_packed_commands(&bytes, 0, count).unwrap();
            for answer in answers {
                let redis::Value::Array(parts) = answer else { panic!("{answer:?}") };
                assert_eq!(parts[0], redis::Value::Int(0), "admitted");
            }
        }
        let seconds = begin.elapsed().as_secs_f64();
        let processor = (self.processor() - used) * 1e6;
        (f64::from(ADMISSIONS) / seconds, processor / f64::from(ADMISSIONS))
    }

    /// A fresh permit enters. The new script gets what the gate knows of its store.
    fn question(&self, number: u32, known: Option<&(String, String, String)>) -> redis::Cmd {
        let now = clock().to_string();
        let mut id = *permit(7).as_bytes();
        id[..4].copy_from_slice(&number.to_be_bytes());
        let place = ["north", "1", "hall"];
        let seldom = seldom();
        let mut words: Vec<&str> = Vec::new();
        if let Some((state, generation, incarnation)) = known {
            words.extend(["enter", state, generation, incarnation, "30", "60"]);
            words.extend([&seldom, "gate:north", &now, "0", "1000000", "", &now, "3", "35"]);
            words.extend(place);
        } else {
            words.extend(["", &now, &now, "3", "35"]);
            words.extend(place);
            words.extend(["1", "30", "60", "1000000", "0"]);
        }
        let mut args: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        let place_of_permit = if known.is_some() { 11 } else { 0 };
        args[place_of_permit] = &id;
        self.call(if known.is_some() { &self.new } else { &self.old }, &args)
    }

    /// Seconds of the server's processor.
    fn processor(&mut self) -> f64 {
        let info: String = redis::cmd("INFO").arg("cpu").query(&mut self.connection).unwrap();
        let read = |name: &str| -> f64 {
            let line = info.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.parse().unwrap()
        };
        read("used_cpu_user:") + read("used_cpu_sys:")
    }
}

/// Cool-down limit, old master, the identity of a new store, the settings.
fn seldom() -> String {
    format!("35 0 {} 30 5 60 35 0 1 0", "00".repeat(16))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
#[ignore = "measures; needs an older script and a quiet machine"]
fn cost_of_an_admission_beside_an_older_script() {
    let path = std::env::var("LIVEPERMIT_OLD_SCRIPT").expect("LIVEPERMIT_OLD_SCRIPT names a file");
    let Some(server) = Server::start(&[]) else { return };
    let mut connection = server.connection().unwrap();
    let mut load = |script: &str| -> String {
        redis::cmd("SCRIPT").arg("LOAD").arg(script).query(&mut connection).unwrap()
    };
    let (old, new) = (load(&std::fs::read_to_string(path).unwrap()), load(NEW));
    let mut bench = Bench { connection, old, new };
    let mut found = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for turn in 0..2 {
            let is_new = (round + turn) % 2 == 1;
            found[usize::from(is_new)].push(bench.round(is_new));
        }
    }
    let [old, new] = found.map(|rounds| {
        let (a_second, processor): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
        (median(a_second), median(processor))
    });
    println!(
        "older: {:.0} admissions/s, {:.2} us each; new: {:.0}, {:.2} us",
        old.0, old.1, new.0, new.1
    );
    println!(
        "{:.1} % fewer, {:.1} % more processor",
        100.0 * (1.0 - new.0 / old.0),
        100.0 * (new.1 / old.1 - 1.0)
    );
    assert!(new.0 > 0.85 * old.0, "more than 15 % fewer");
}
