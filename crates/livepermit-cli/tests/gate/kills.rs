//! A gate that is killed at any moment accepts no code twice.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::desk::{Desk, NOW};

const KILLS: usize = 200;
/// Codes made ahead; each run is given some that were used and some that were not.
const CODES: usize = 3000;

#[test]
fn killed_200_times_it_accepts_no_code_twice() {
    let desk = Desk::new();
    let codes: Vec<String> = (0..CODES).map(|n| desk.pass(&format!("BJ-{n}"), NOW)).collect();
    let at = (NOW + 5).to_string();
    let mut words = desk.gate_words(&["--log", "log.jsonl", "--dangerous-at", &at]);
    words.retain(|word| word != "--dangerous-timed-lines");
    // Fixed, so that a failure can be run again; the moments of the kills are as the system has
    // them.
    let mut seed = 3_u64;
    let mut below = |end: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(end).unwrap()).unwrap()
    };
    // Four times what a gate takes to answer once, so that most are at work when they are killed,
    // on a busy machine too.
    let begun = Instant::now();
    desk.run_with(&words, b"no code\n");
    let patience = begun.elapsed().max(Duration::from_millis(15)) * 4;
    let mut accepted = HashSet::new();
    let mut next = 0;
    let mut killed_at_work = 0;
    for round in 0..KILLS {
        // What was accepted before, or was on its way, comes again first, then new ones.
        let again: Vec<usize> = (0..20).map(|_| below(next + 1)).collect();
        let order: Vec<usize> = again.into_iter().chain(next..CODES.min(next + 200)).collect();
        let mut child = Command::new(env!("CARGO_BIN_EXE_livepermit"))
            .args(&words)
            .current_dir(desk.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let text: String = order.iter().map(|n| format!("{}\n", codes[*n])).collect();
        let writer = std::thread::spawn(move || {
            // It is killed while it reads.
            let _ = input.write_all(text.as_bytes());
            input
        });
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader =
            std::thread::spawn(move || output.lines().map_while(Result::ok).collect::<Vec<_>>());
        // From before it has opened its files until well into its work.
        let wait = u64::try_from(below(usize::try_from(patience.as_micros()).unwrap())).unwrap();
        std::thread::sleep(Duration::from_micros(wait));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        drop(writer.join().unwrap());
        let lines = reader.join().unwrap();
        killed_at_work += usize::from(running && !lines.is_empty());
        for (line, n) in lines.iter().zip(&order) {
            // The last line may be cut short: then nobody was told.
            let Ok(answer) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            if answer["opens"] == true {
                assert!(accepted.insert(*n), "code {n} was accepted again in round {round}");
                assert_eq!(answer["subject"], format!("BJ-{n}"));
            }
            next = next.max(n + 1);
        }
        next = next.min(CODES - 1);
    }
    assert!(
        killed_at_work > KILLS / 4,
        "only {killed_at_work} kills came while codes were being accepted"
    );
    assert!(accepted.len() > KILLS, "only {} codes were accepted", accepted.len());

    // Every code once more, all of them still live: none of those accepted is accepted again.
    let text: String = codes.iter().map(|code| format!("{code}\n")).collect();
    let ran = desk.run_with(&words, text.as_bytes());
    assert_eq!((ran.code, ran.out.lines().count()), (0, CODES), "{}", ran.err);
    for (n, line) in ran.out.lines().enumerate() {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        if answer["opens"] == true {
            assert!(accepted.insert(n), "code {n} was accepted again at the end");
        } else {
            assert_eq!(answer["fault"], "used", "{line}");
        }
    }
    // The log survived: but for lines cut short by a kill, each is whole.
    let log = desk.text("log.jsonl");
    let broken =
        log.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err()).count();
    assert!(broken <= KILLS, "{broken} lines of the log are broken");
}
