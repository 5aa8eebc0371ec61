//! Every keyboard layout that Debian knows, and a token typed through it.

use std::collections::BTreeSet;

use livepermit_gate::wedge::{Fault, Reading, read};
use livepermit_testkit::{every_token, german, slip};

use crate::xkb::{Dead, Files, Typist};

/// Layouts that type fewer than this many hundredths of the characters leave nothing to recognise:
/// the keys of the digits or of the capital letters type nothing.
const READABLE: usize = 55;

#[test]
fn no_layout_is_the_visitors_fault() {
    let Some(files) = Files::read() else {
        let text = "skipped: /usr/share/X11/xkb/symbols is missing (Debian: xkb-data)";
        assert!(std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none(), "{text}");
        println!("{text}");
        return;
    };
    let layouts = files.layouts();
    assert!(layouts.len() > 500, "{}", layouts.len());
    let tokens: Vec<String> = every_token()
        .map(|(_, token)| token)
        .into_iter()
        .chain([slip()])
        .map(|token| token.to_qr_text())
        .collect();
    let (mut red, mut mute, mut lines) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (name, keys) in &layouts {
        for caps_lock in [false, true] {
            let mut typist = Typist::new(keys, caps_lock);
            for text in &tokens {
                for (prefix, suffix) in [("", ""), ("]Q1", ""), ("", "#n]")] {
                    for dead in [Dead::Both, Dead::Neither] {
                        let typed = typist.type_text(&format!("{prefix}{text}{suffix}"), dead);
                        lines += 1;
                        if !matches!(read(&typed), Reading::Other(_)) {
                            continue;
                        }
                        if typed.chars().count() * 100 < text.len() * READABLE {
                            mute.insert(name.as_str());
                        } else {
                            red.insert((name.as_str(), typed));
                        }
                    }
                }
            }
        }
    }
    println!("{} layouts, {lines} lines; these type too little: {mute:?}", layouts.len());
    assert!(red.is_empty(), "{} lines are red: {red:#?}", red.len());
    assert!(mute.len() < 16, "{mute:?}");
}

/// What the keys of these layouts type for `0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:`, by
/// other words than the library's own table.
#[test]
fn common_layouts_are_named() {
    let cases: [(&str, &[(char, &str)]); 9] = [
        (
            "German",
            &[('Y', "Z"), ('Z', "Y"), ('*', "("), ('+', "`"), ('-', "ß"), ('/', "-"), (':', "Ö")],
        ),
        ("Portuguese", &[('*', "("), ('+', "»"), ('-', "'"), ('/', "-"), (':', "Ç")]),
        ("Brazilian", &[('/', ";"), (':', "Ç")]),
        ("Danish", &[('$', "¤"), ('*', "("), ('+', "`"), ('-', "+"), ('/', "-"), (':', "Æ")]),
        (
            "Hungarian",
            &[
                ('0', "ö"),
                ('Y', "Z"),
                ('Z', "Y"),
                ('$', "!"),
                ('*', "("),
                ('+', "Ó"),
                ('-', "ü"),
                ('/', "-"),
                (':', "É"),
            ],
        ),
        ("Hebrew", &[('.', "ץ"), ('/', ".")]),
        ("Japanese", &[('*', "("), ('+', "~"), (':', "+")]),
        (
            "Turkish Q",
            &[('$', "+"), ('*', "("), ('+', "_"), ('-', "*"), ('.', "ç"), ('/', "."), (':', "Ş")],
        ),
        (
            "Belgian",
            &[
                ('1', "&"),
                ('2', "é"),
                ('3', "\""),
                ('4', "'"),
                ('5', "("),
                ('6', "§"),
                ('7', "è"),
                ('8', "!"),
                ('9', "ç"),
                ('0', "à"),
                ('A', "Q"),
                ('Q', "A"),
                ('Z', "W"),
                ('W', "Z"),
                ('M', "?"),
                ('$', "4"),
                ('%', "5"),
                ('*', "8"),
                ('+', "_"),
                ('-', ")"),
                ('.', ":"),
                ('/', "="),
                (':', "M"),
            ],
        ),
    ];
    for (name, keys) in cases {
        for (_, token) in every_token() {
            let typed: String = token
                .to_qr_text()
                .chars()
                .map(|c| {
                    let key = keys.iter().find(|(meant, _)| *meant == c);
                    key.map_or_else(|| c.to_string(), |(_, typed)| (*typed).to_owned())
                })
                .collect();
            assert_eq!(read(&typed), Reading::Fault(Fault::Layout(Some(name))), "{typed}");
            let caps_lock = typed.to_lowercase();
            assert!(matches!(read(&caps_lock), Reading::Fault(Fault::Layout(_))), "{caps_lock}");
        }
    }
}

/// A key that types what no table has does not hide which layout it is; where many keys do, it is
/// none of those that have names.
#[test]
fn a_layout_is_named_by_most_of_its_keys() {
    const STRANGE: [char; 8] = ['中', '文', '字', '码', '证', '行', '照', '是'];
    for (_, token) in every_token() {
        let typed = german(&token.to_qr_text());
        let with_strange = |every: usize| -> String {
            let strange = |(at, c)| {
                let is_strange = at > 20 && at % every == 0;
                if is_strange { STRANGE[at / every % STRANGE.len()] } else { c }
            };
            typed.chars().enumerate().map(strange).collect()
        };
        for (every, name) in [(40, Some("German")), (15, Some("German")), (6, None)] {
            let line = with_strange(every);
            assert_eq!(read(&line), Reading::Fault(Fault::Layout(name)), "{line}");
        }
    }
}

/// Behind more than a scanner adds, a line is known only by the token that its keys were meant for.
#[test]
fn a_dead_key_melts_with_the_vowel_behind_it() {
    let before = "1".repeat(40);
    let mut melted = 0;
    for (_, token) in every_token() {
        let typed = german(&token.to_qr_text());
        let vowels = [("`A", "À"), ("`E", "È"), ("`I", "Ì"), ("`O", "Ò"), ("`U", "Ù")];
        let line = vowels.iter().fold(typed.clone(), |line, (keys, one)| line.replace(keys, one));
        melted += usize::from(line != typed);
        for line in [typed, line] {
            let line = format!("{before}{line}");
            assert_eq!(read(&line), Reading::Fault(Fault::Layout(Some("German"))), "{line}");
        }
    }
    assert!(melted > 0);
}
