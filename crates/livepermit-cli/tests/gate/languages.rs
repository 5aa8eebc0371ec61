//! A gate in the language of its guard.

use crate::desk::{Desk, NOW};

fn line(desk: &Desk, code: &str, more: &[&str]) -> String {
    let mut words = desk.gate_words(&["--state", "other"]);
    words.retain(|word| word != "--json");
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let ran = desk.run_with(&words, format!("@{NOW} {code}\n").as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out
}

#[test]
fn a_gate_speaks_chinese_and_its_codes_stay() {
    let desk = Desk::new();
    let pass = desk.pass("BJ-1", NOW);
    let said = line(&desk, &pass, &["--lang", "zh"]);
    assert!(said.starts_with("yellow accepted (") && said.contains("请放行。"), "{said}");
    let said = line(&desk, &desk.pass("BJ-2", NOW - 90), &["--lang", "zh"]);
    assert!(said.starts_with("red stale ("), "{said}");
    assert!(said.contains("此码已于 60 秒前失效"), "{said}");
    assert!(said.contains("请出示应用中的动态码。"), "{said}");
    assert!(line(&desk, "hello", &["--lang", "zh_CN.UTF-8"]).contains("这不是许可码"));
    assert!(line(&desk, "hello", &[]).contains("This is not a permit code."));
}

#[test]
fn json_is_the_same_in_every_language() {
    let desk = Desk::new();
    let input = format!("@{NOW} {}\n@{NOW} hello\n", desk.pass("BJ-2", NOW - 90));
    let said = |lang| {
        let words = desk.gate_words(&["--lang", lang]);
        desk.run_with(&words, input.as_bytes()).out
    };
    let english = said("en");
    assert!(english.contains("This is not a permit code.") && english.is_ascii(), "{english}");
    assert_eq!(said("zh"), english);
}

#[test]
fn other_languages_come_from_files() {
    let desk = Desk::new();
    desk.write("pl.ftl", "rejection-not-ours = To nie jest kod zezwolenia.\n");
    let said = line(&desk, "hello", &["--lang", "./pl.ftl"]);
    assert!(said.contains("To nie jest kod zezwolenia."), "{said}");
    // What the file lacks is told in English.
    let said = line(&desk, &desk.pass("BJ-2", NOW - 90), &["--lang", "pl.ftl"]);
    assert!(said.contains("it was live until 60 s ago"), "{said}");
    let checked = desk.run(&["language", "check", "pl.ftl"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.out.contains("lacks gate-green: it is told in English"), "{checked:?}");
    for code in ["en", "zh"] {
        let table = desk.ok(&["language", "show", code]).out;
        desk.write("whole.ftl", table);
        desk.ok(&["language", "check", "whole.ftl"]);
    }
    let shown = desk.ok(&["--json", "language", "check", "whole.ftl"]).json();
    assert_eq!(shown["complete"], true);
}

#[test]
fn a_language_that_nobody_has_is_named() {
    let desk = Desk::new();
    desk.run(&["language", "show", "xx"]).failed("there is no language xx built in");
    desk.run(&["language", "show", "en", "--lang", "xx"]).failed("take one of en, zh");
    desk.run(&["language", "show", "en", "--lang", "./no.ftl"]).failed("no.ftl");
    desk.write("broken.ftl", "gate-green = OK\nnonsense here\n");
    desk.run(&["language", "check", "broken.ftl"]).failed("line 2 is no message: nonsense here");
}
