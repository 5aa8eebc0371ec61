//! The help of every command: it fits a terminal, and names what a person needs.

use crate::support::Desk;

/// The commands that the help of a command lists.
fn commands(help: &str) -> Vec<String> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let list = list.split("\n\n").next().unwrap_or_default();
    let name = |line: &str| {
        let is_name = line.starts_with("  ") && !line.starts_with("   ");
        is_name.then(|| line.split_whitespace().next().unwrap_or_default().to_owned())
    };
    list.lines().filter_map(name).filter(|name| name != "help").collect()
}

fn check(desk: &Desk, path: &[String]) -> usize {
    for option in ["-h", "--help"] {
        let words: Vec<&str> = path.iter().map(String::as_str).chain([option]).collect();
        let help = desk.ok(&words).out;
        let help = String::from_utf8(help).unwrap();
        // A line of usage shows a command line as it is typed.
        for line in help.lines().filter(|line| !line.starts_with("Usage: ")) {
            assert!(line.chars().count() <= 80, "{words:?}: {line}");
        }
        assert!(help.contains("Usage: livepermit"), "{words:?}");
    }
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["-h"]).collect();
    let help = String::from_utf8(desk.ok(&words).out).unwrap();
    let below = commands(&help);
    1 + below.into_iter().map(|name| check(desk, &[path, &[name]].concat())).sum::<usize>()
}

#[test]
fn help_is_at_most_80_columns_wide() {
    assert!(check(&Desk::new(), &[]) > 30);
}

#[test]
fn who_names_no_key_is_told_both_ways() {
    let desk = Desk::new();
    for words in [&["verify"][..], &["gate"], &["scan", "x.png"], &["present"]] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{words:?}");
        for part in ["--trust LIST --root KEY", "--issuer-key KEY --issuer NAME"] {
            assert!(ran.err.contains(part), "{words:?}: {}", ran.err);
        }
    }
}
