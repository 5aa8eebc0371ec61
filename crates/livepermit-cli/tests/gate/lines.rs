//! What scanners send.

use livepermit_testkit::german;

use crate::desk::{Desk, NOW};

fn plain(desk: &Desk, more: &[&str]) -> Vec<String> {
    let mut words = desk.gate_words(more);
    words.retain(|word| word != "--dangerous-timed-lines");
    words
}

fn codes(out: &str) -> Vec<String> {
    let code = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    out.lines().map(code).collect()
}

#[test]
fn ends_of_lines_and_the_mark_of_the_symbology() {
    let desk = Desk::new();
    let [a, b, c, d] = ["A", "B", "C", "D"].map(|subject| desk.pass(subject, NOW));
    let input = format!("{a}\r\n]Q1{b}\r]Q3{c}\n\n\r\n]Q0{d}");
    let ran = desk.run_with(&plain(&desk, &[]), input.as_bytes());
    assert_eq!((ran.code, codes(&ran.out)), (0, vec!["accepted".to_owned(); 4]), "{ran:?}");
}

#[test]
fn a_pause_ends_a_line() {
    let desk = Desk::new();
    let code = desk.pass("A", NOW);
    let mut gate = desk.gate(&["--pause", "100"]);
    // No end of line at all, and the input stays open.
    gate.write(format!("@{NOW} {code}").as_bytes());
    assert_eq!(gate.read()["code"], "accepted");
    gate.write(format!("@{} {code}", NOW + 10).as_bytes());
    assert_eq!(gate.read()["code"], "already-used");
}

#[test]
fn what_is_too_long_is_answered_once() {
    let desk = Desk::new();
    let mut input = vec![b'A'; 100_000];
    input.extend(format!("\n{}\n\u{0}\u{1b}[2J\n", desk.pass("A", NOW)).bytes());
    let ran = desk.run_with(&plain(&desk, &[]), &input);
    assert_eq!(codes(&ran.out), ["too-long", "accepted", "not-ours"]);
}

/// What a keyboard of another country makes of what the scanner types.
fn typed(code: &str, keys: &[(char, char)]) -> String {
    code.chars()
        .map(|c| keys.iter().find(|(meant, _)| *meant == c).map_or(c, |(_, typed)| *typed))
        .collect()
}

#[test]
fn a_wrong_keyboard_is_named_and_never_the_visitors_fault() {
    let desk = Desk::new();
    let french = [
        ('1', '&'),
        ('2', 'é'),
        ('3', '"'),
        ('4', '\''),
        ('5', '('),
        ('6', '-'),
        ('7', 'è'),
        ('8', '_'),
        ('9', 'ç'),
        ('0', 'à'),
        ('A', 'Q'),
        ('Q', 'A'),
        ('Z', 'W'),
        ('W', 'Z'),
        ('M', '?'),
        ('$', '4'),
        ('%', '5'),
        ('*', '8'),
        ('-', ')'),
        ('.', ':'),
        ('/', '!'),
        (':', 'M'),
    ];
    for n in 0..20 {
        let code = desk.pass(&format!("K-{n}"), NOW);
        let german_text = german(&code);
        assert!(german_text.starts_with("LP1Ö"));
        let cases = [
            (german_text.clone(), "keyboard-layout", "German"),
            // A dead key melts with the vowel behind it.
            (german_text.replace("`A", "À").replace("`E", "È"), "keyboard-layout", "German"),
            (german_text.to_lowercase(), "keyboard-layout", "German"),
            (typed(&code, &french), "keyboard-layout", "French"),
        ];
        let input: String = cases.iter().map(|(text, ..)| format!("{text}\n")).collect();
        let ran = desk.run_with(&plain(&desk, &[]), input.as_bytes());
        for (line, (text, code, word)) in ran.out.lines().zip(&cases) {
            let answer: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(answer["code"], *code, "{text}");
            assert_eq!(
                (&answer["light"], &answer["fault"]),
                (&"out-of-order".into(), &"ours".into())
            );
            assert!(answer["instruction"].as_str().unwrap().contains(word), "{line}");
            assert_eq!(answer["opens"], false);
        }
        // The code itself was not used up by any of it.
        let ran = desk.run_with(&plain(&desk, &[]), code.as_bytes());
        assert_eq!(codes(&ran.out), ["accepted"]);
    }
}

/// The letters of one visitor's code have another case: the code is read, and told as a remark.
/// After several, the operator is told.
#[test]
fn changed_case_is_a_remark_and_told_after_several() {
    let desk = Desk::new();
    let codes_of: Vec<String> = (0..4).map(|n| desk.pass(&format!("C-{n}"), NOW)).collect();
    let mut gate = desk.gate(&["--pause", "0"]);
    let remarks = |answer: &serde_json::Value| answer["remarks"].as_array().unwrap().len();
    for code in codes_of.iter().take(3) {
        assert!(!desk.errors().contains("Caps Lock"));
        gate.write(format!("@{NOW} {}\n", code.to_lowercase()).as_bytes());
        let answer = gate.read();
        assert_eq!(
            (&answer["code"], &answer["remarks"][0]),
            (&"accepted".into(), &"keyboard-case".into())
        );
        assert!(answer["details"].as_str().unwrap().contains("Caps Lock"), "{answer}");
    }
    gate.write(format!("@{NOW} {}\n", codes_of[3]).as_bytes());
    let answer = gate.read();
    assert_eq!((&answer["code"], remarks(&answer)), (&"accepted".into(), 0));
    assert_eq!(gate.finish(), 0);
    assert!(desk.errors().contains("3 codes in a row"), "{}", desk.errors());
    assert!(desk.errors().contains("codes arrive whole again"), "{}", desk.errors());
}

#[test]
fn links_with_swapped_case_are_read_too() {
    let desk = Desk::new();
    let link = livepermit::Token::from_text(&desk.pass("A", NOW)).unwrap().to_link_text();
    let swap = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    let swapped: String = link.chars().map(swap).collect();
    let ran = desk.run_with(&plain(&desk, &[]), format!("{swapped}\n").as_bytes());
    assert_eq!(codes(&ran.out), ["accepted"]);
}

/// Printed jokes of visitors: the next code that can be read is let in, and nothing stays.
#[test]
fn no_text_of_a_visitor_keeps_the_gate_out_of_order() {
    let desk = Desk::new();
    let [joke, cut, code] = ["J", "K", "L"].map(|subject| desk.pass(subject, NOW));
    let joke = joke.replace(':', "Ö").replace('-', "ß").replace('/', "-");
    let input = format!("{joke}\n{joke}\n{}\n{joke}\n{code}\n", cut.get(..150).unwrap());
    let ran = desk.run_with(&plain(&desk, &[]), input.as_bytes());
    let layout = "keyboard-layout";
    assert_eq!(codes(&ran.out), [layout, layout, "scanner-cut-line", layout, "accepted"]);
    let lights: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lights[..4].iter().all(|answer| answer["light"] == "out-of-order"), "{}", ran.out);
    assert!(ran.err.contains("codes arrive whole again"), "{}", ran.err);
}

#[test]
fn two_codes_in_one_line_are_judged_by_nobody() {
    let desk = Desk::new();
    let [a, b] = ["A", "B"].map(|subject| desk.pass(subject, NOW));
    let ran = desk.run_with(&plain(&desk, &[]), format!("{a}{b}\n{a}\n{b}\n").as_bytes());
    assert_eq!(codes(&ran.out), ["scanner-several-codes", "accepted", "accepted"]);
}

/// One scan in pieces: with pauses, with line ends, with both.
#[test]
fn pieces_of_one_code_are_one_line() {
    let desk = Desk::new();
    for (n, between) in ["", "\r", "\r\n"].into_iter().enumerate() {
        let code = desk.pass(&format!("P-{n}"), NOW);
        let mut gate = desk.start(&plain(&desk, &["--pause", "50"]));
        let cuts = [0, 12, 90, 91, 200, code.len()];
        for (piece, cut) in cuts.windows(2).enumerate() {
            if piece > 0 {
                gate.write(between.as_bytes());
                std::thread::sleep(std::time::Duration::from_millis(150));
            }
            gate.write(&code.as_bytes()[cut[0]..cut[1]]);
        }
        gate.write(b"\t\r");
        let ran = gate.read();
        assert_eq!(ran["code"], "accepted", "{between:?}");
        assert_eq!(gate.finish(), 0);
    }
}

/// The rest of a code never comes: the gate says what to set, and the next code is read.
#[test]
fn a_code_without_its_end_is_the_scanners_fault() {
    let desk = Desk::new();
    let code = desk.pass("A", NOW);
    let mut gate = desk.start(&plain(&desk, &["--pause", "50"]));
    gate.write(&code.as_bytes()[..180]);
    let answer = gate.read();
    assert_eq!((&answer["code"], &answer["fault"]), (&"scanner-cut-line".into(), &"ours".into()));
    gate.write(code.as_bytes());
    assert_eq!(gate.read()["code"], "accepted");
    assert_eq!(gate.finish(), 0);
}

/// A phone that is held before the scanner shows a new code every few seconds.
#[test]
fn a_phone_that_is_held_is_no_second_visitor() {
    let desk = Desk::new();
    let at = |now| format!("@{now} {}\n", desk.presentation_at("A", NOW, now));
    let other = format!("@{} {}\n", NOW + 24, desk.pass("B", NOW + 24));
    // The phone is gone for 20 seconds before the last code.
    let input = [at(NOW), at(NOW + 10), at(NOW + 20), other, at(NOW + 33)].concat();
    let ran = desk
        .run_with(&desk.gate_words(&["--cool-down", "600s", "--lane", "west"]), input.as_bytes());
    let held = "already-accepted-here";
    assert_eq!(
        codes(&ran.out),
        ["accepted", held, held, "accepted", "cooling-down"],
        "{}",
        ran.err
    );
    let second: serde_json::Value = serde_json::from_str(ran.out.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&second["light"], &second["opens"]), (&"neutral".into(), &false.into()));
    assert!(second["details"].as_str().unwrap().starts_with("let in 10 s ago at lane west"));
}

/// Until a code was accepted, the gate's own clock may be the reason.
#[test]
fn a_clock_that_nothing_proves_is_named() {
    let desk = Desk::new();
    let old = desk.pass("A", NOW - 300);
    let input = format!("{old}\n{}\n{old}\n", desk.pass("B", NOW));
    let ran = desk.run_with(&plain(&desk, &[]), input.as_bytes());
    let answers: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["light"], "red");
    assert_eq!(answers[0]["remarks"][0], "clock-unproven");
    assert!(answers[0]["details"].as_str().unwrap().contains("gate's clock may be wrong"));
    assert_eq!(
        (&answers[2]["code"], answers[2]["remarks"].as_array().unwrap().len()),
        (&"stale".into(), 0)
    );
}

/// A slip is good at any hour.
#[test]
fn a_slip_proves_no_clock() {
    let desk = Desk::new();
    let slip = crate::slips::words(&["--name", "A", "--check-number", "12345678"]);
    let slip = desk.ok(&[&slip[..], &crate::slips::STATUS, &["--format", "qr-text"]].concat()).out;
    let input = format!("{}\n{}\n", slip.trim_end_matches('\n'), desk.pass("A", NOW - 300));
    let ran = desk.run_with(&plain(&desk, &["--accept-slips"]), input.as_bytes());
    let answers: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["admitted"], true, "{}", ran.out);
    assert_eq!(answers[1]["remarks"][0], "clock-unproven", "{}", ran.out);
}

/// After a rehearsal with clocks ahead, the gate's own memory holds a moment of tomorrow.
#[test]
fn a_moment_of_tomorrow_in_the_memory_is_the_gates_fault() {
    let desk = Desk::new();
    let tomorrow = NOW + 79_200;
    let at = |now| format!("@{now} {}\n", desk.pass("A", now));
    let ran =
        desk.run_with(&desk.gate_words(&[]), [at(tomorrow), at(NOW + 60)].concat().as_bytes());
    assert_eq!(codes(&ran.out), ["accepted", "memory-ahead"], "{}", ran.out);
    let answer: serde_json::Value = serde_json::from_str(ran.out.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&answer["light"], &answer["fault"]), (&"out-of-order".into(), &"ours".into()));
    assert!(answer["details"].as_str().unwrap().contains("2026-"), "{answer}");
}

#[test]
fn other_codes_stay_the_visitors() {
    let desk = Desk::new();
    let forged = desk.pass("A", NOW).replace("LP1:", "LP1:0");
    let input =
        format!("https://example.org/menu\nWIFI:S:guest;;\n{forged}\nLP9:ABC\nlp1:nonsense\n");
    let ran = desk.run_with(&plain(&desk, &[]), input.as_bytes());
    assert_eq!(codes(&ran.out), ["not-ours", "not-ours", "malformed", "other-version", "not-ours"]);
}

#[test]
fn text_answers_are_one_line_each() {
    let desk = Desk::new();
    let mut words = plain(&desk, &[]);
    words.retain(|word| word != "--json");
    let future = desk.pass("B", NOW + 3600);
    let input = format!("{}\n{future}\nhello\n", desk.pass("A", NOW));
    let ran = desk.run_with(&words, input.as_bytes());
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{ran:?}");
    assert!(
        lines[0].starts_with("yellow accepted (pass of bj.example:residence, permit "),
        "{}",
        lines[0]
    );
    assert!(
        lines[0].ends_with("Let in. This gate does not know which permits were withdrawn."),
        "{}",
        lines[0]
    );
    assert_eq!(
        lines[1],
        "red from-the-future (this phone's clock is 1 h ahead of the gate's): Ask the holder \
         to set the phone's clock. If many visitors show this, check the gate's clock."
    );
    assert_eq!(lines[2], "red not-ours: This is not a permit code. Ask for the permit app.");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_outlives_who_writes_into_it() {
    let desk = Desk::new();
    let [a, b] = ["A", "B"].map(|subject| desk.pass(subject, NOW));
    let Ok(made) = std::process::Command::new("mkfifo").arg(desk.path("pipe")).status() else {
        println!("skipped: mkfifo is missing");
        return;
    };
    assert!(made.success());
    let mut gate = desk.gate(&["--input", "pipe"]);
    for code in [a, b] {
        // Opened, written and closed, as by a program of its own for each code.
        desk.write("pipe", format!("@{NOW} {code}\n"));
        assert_eq!(gate.read()["code"], "accepted");
    }
}
