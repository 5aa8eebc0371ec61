//! A gate that asks each visitor a question.

use serde_json::Value;

use crate::desk::{Desk, Gate, NOW};

fn words(desk: &Desk, how: &str, more: &[&str]) -> Vec<String> {
    let mut words = desk.gate_words(&[&["--challenge", how], more].concat());
    words.retain(|word| word != "--dangerous-timed-lines");
    words
}

/// The phone's answer, or its usual code.
fn present(desk: &Desk, question: Option<&str>) -> String {
    let now = NOW.to_string();
    let phone = ["present", "--credential", "credential", "--device-key", "phone.pem"];
    let trust = ["--trust", "trust.cwt", "--root", "root.pub", "--format", "qr-text", "--at", &now];
    let asked = question.map_or_else(Vec::new, |text| vec!["--gate-code", text]);
    desk.ok(&[&phone[..], &trust, &asked].concat()).out.trim_end_matches('\n').to_owned()
}

fn asked(gate: &mut Gate) -> Value {
    let question = gate.read();
    assert_eq!(question["event"], "challenge", "{question}");
    assert_eq!((&question["gate"], &question["lane"]), (&"gate-3".into(), &"1".into()));
    question
}

#[test]
fn each_answer_uses_its_question_up() {
    for how in ["qr", "digits"] {
        let desk = Desk::new();
        desk.presentation("A", 0);
        let mut gate = desk.start(&words(&desk, how, &["--cool-down", "none"]));
        let first = asked(&mut gate);
        let digits = first["digits"].as_str();
        assert_eq!(digits.is_some(), how == "digits");
        assert!(digits.is_none_or(|digits| digits.len() == 6), "{first}");
        assert_eq!(first["expires"], NOW + if how == "qr" { 60 } else { 30 });
        // A code that answers nothing leaves the question open.
        gate.write(format!("{}\n", present(&desk, None)).as_bytes());
        assert_eq!(gate.read()["code"], "challenge-missing");
        let answer = present(&desk, first["text"].as_str());
        gate.write(format!("{answer}\n").as_bytes());
        let told = gate.read();
        assert_eq!(
            (&told["code"], &told["challenge_answered"]),
            (&"accepted".into(), &true.into())
        );
        // The next visitor gets another question.
        let second = asked(&mut gate);
        assert_ne!(first["text"], second["text"]);
        assert_eq!(gate.finish(), 0);
    }
}

/// Before the first line, a gate whose lines say their time does not know the time.
#[test]
fn a_gate_of_timed_lines_asks_with_the_first_line() {
    let desk = Desk::new();
    let mut gate = desk.gate(&["--challenge", "digits"]);
    gate.write(format!("@{} x\n", NOW + 100).as_bytes());
    let question = asked(&mut gate);
    assert_eq!((&question["at"], &question["expires"]), (&(NOW + 100).into(), &(NOW + 130).into()));
    assert_eq!(gate.read()["code"], "not-ours");
    assert_eq!(gate.finish(), 0);
}

#[test]
fn a_question_is_a_line_for_people() {
    let desk = Desk::new();
    let mut text = words(&desk, "digits", &[]);
    text.retain(|word| word != "--json");
    let ran = desk.run(&text);
    let line = ran.out.lines().next().unwrap();
    assert!(line.starts_with("challenge ") && line.ends_with("Say these digits."), "{line}");
    let ran = desk.run(&words(&desk, "song", &[]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("possible values: qr, digits"), "{}", ran.err);
}
