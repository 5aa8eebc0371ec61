//! What the built-in tables say.

use super::{BUILT_IN, Language};

#[test]
fn chinese_is_chinese() {
    let (_, table) = BUILT_IN[1];
    for line in table.lines().filter(|line| line.contains(" = ")) {
        let (name, text) = line.split_once(" = ").unwrap();
        let is_only_values = ["span-two", "date-time"].contains(&name);
        assert!(is_only_values || !text.is_ascii(), "{line}");
    }
}

#[test]
fn what_a_table_lacks_is_told_in_english() {
    let language = Language::read("pl", "gate-green = WEJŚĆ\ngate-stale = { $nothing }\n").unwrap();
    assert_eq!(language.say("gate-green", &[]), "WEJŚĆ");
    assert_eq!(language.say("gate-red", &[]), "RED");
    let span = [("span", "4 s".to_owned())];
    assert_eq!(language.say("gate-stale", &span), "it was live until 4 s ago");
}

#[test]
fn every_text_is_one_line_without_control_characters() {
    let table = "gate-green =\n    COME\n    IN\ngate-stale = { $span }!\n";
    let language = Language::read("xx", table).unwrap();
    assert_eq!(language.say("gate-green", &[]), "COME IN");
    let span = [("span", "4\u{1b}[2J\r\u{9b}s".to_owned())];
    assert_eq!(language.say("gate-stale", &span), "4 [2J  s!");
}

#[test]
fn a_broken_table_names_the_line() {
    let error = Language::read("pl", "gate-green = WEJŚĆ\n\nthis is no message\n").unwrap_err();
    assert_eq!(error.to_string(), "line 3 is no message: this is no message");
}

#[test]
fn spans_and_dates_are_written_as_people_of_the_language_write_them() {
    let (english, chinese) = (Language::english(), Language::built_in("zh").unwrap());
    let spans = [0, 119, 120, 125, 7199, 7200, 172_800, 180_000];
    assert_eq!(
        spans.map(|seconds| english.span(seconds)),
        ["0 s", "119 s", "2 min", "2 min 5 s", "1 h 59 min", "2 h", "2 days", "2 days 2 h"]
    );
    assert_eq!(chinese.span(125), "2 分钟 5 秒");
    let dates = ["1964", "196404", "19640412"];
    assert_eq!(dates.map(|date| english.birth_date(date)), ["1964", "1964-04", "1964-04-12"]);
    assert_eq!(chinese.birth_date("19640412"), "1964年04月12日");
    assert_eq!(chinese.birth_date("196404"), "1964年04月");
}
