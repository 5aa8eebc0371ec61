//! What scanners send.

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
    let german =
        [('Y', 'Z'), ('Z', 'Y'), ('*', '('), ('+', '`'), ('-', 'ß'), ('/', '-'), (':', 'Ö')];
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
        let german_text = typed(&code, &german);
        assert!(german_text.starts_with("LP1Ö"));
        let cases = [
            (german_text.clone(), "keyboard-layout", "German"),
            // A dead key melts with the vowel behind it.
            (german_text.replace("`A", "À").replace("`E", "È"), "keyboard-layout", "German"),
            (german_text.to_lowercase(), "keyboard-layout", "German"),
            (typed(&code, &french), "keyboard-layout", "French"),
            (code.to_lowercase(), "keyboard-case", "Caps Lock"),
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

#[test]
fn links_with_swapped_case_are_named_too() {
    let desk = Desk::new();
    let link = livepermit::Token::from_text(&desk.pass("A", NOW)).unwrap().to_link_text();
    let swapped: String =
        link.chars()
            .map(|c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
    let ran = desk.run_with(&plain(&desk, &[]), format!("{swapped}\n{link}\n").as_bytes());
    assert_eq!(codes(&ran.out), ["keyboard-case", "accepted"]);
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
