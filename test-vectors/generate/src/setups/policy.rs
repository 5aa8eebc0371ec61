//! Setups whose policy is broken.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, array, bytes, int, map, text, uint, unhex};
use super::super::token::{CLASS, LAST_SECOND};
use super::case::{Test, case};
use super::{POLICY, pairs, policy_of, setup, texts};

fn bad(flaw: Flaw, comment: &str, policy: Item) -> Test {
    case("Policy", comment, &setup().claim(POLICY, policy)).malformed(Place::Payload, flaw)
}

fn value(flaw: Flaw, comment: &str, label: i64, value: Item) -> Test {
    bad(flaw, comment, policy_of(&[(label, value)]))
}

pub(super) fn malformed() -> Vec<Test> {
    [shape(), names(), numbers(), together()].into_iter().flatten().collect()
}

fn shape() -> Vec<Test> {
    let classes = (1, texts(&[CLASS]));
    let not_checked = (2, vec![0xf4]);
    vec![
        bad(Flaw::MissingClaim, "no classes", pairs(std::slice::from_ref(&not_checked))),
        bad(Flaw::MissingClaim, "nothing about withdrawn permits", {
            pairs(std::slice::from_ref(&classes))
        }),
        bad(Flaw::MissingClaim, "empty map", map(&[])),
        bad(Flaw::UnsortedKeys, "labels in another order", pairs(&[not_checked, classes])),
        bad(Flaw::WrongType, "an array", array(&[texts(&[CLASS])])),
        value(Flaw::UnexpectedClaim, "label 14", 14, uint(0)),
        value(Flaw::UnexpectedClaim, "label 0", 0, uint(0)),
        value(Flaw::UnexpectedClaim, "label -1", -1, uint(0)),
        value(Flaw::WrongType, "revocation true", 2, vec![0xf5]),
        value(Flaw::WrongType, "revocation null", 2, vec![0xf6]),
        value(Flaw::FloatNotAllowed, "revocation as float", 2, unhex("f90000")),
        value(Flaw::WrongType, "revocation as text", 2, text("not-checked")),
        value(Flaw::WrongCount, "greatest age alone", 2, array(&[uint(60)])),
        value(Flaw::WrongCount, "three spans", 2, array(&[60, 0, 0].map(uint))),
        value(Flaw::NumberOutOfRange, "greatest age of 2^40", 2, {
            array(&[LAST_SECOND + 1, 0].map(uint))
        }),
        value(Flaw::NumberOutOfRange, "grace of 2^40", 2, array(&[0, LAST_SECOND + 1].map(uint))),
    ]
}

fn names() -> Vec<Test> {
    let classes: Vec<String> = (0..17).map(|n| format!("bj.example:{n}")).collect();
    let seventeen: Vec<&str> = classes.iter().map(String::as_str).collect();
    let word = |comment: &str, label: i64, word: &str| {
        value(Flaw::TextNotAllowed, comment, label, text(word))
    };
    vec![
        value(Flaw::WrongCount, "no class", 1, array(&[])),
        value(Flaw::WrongCount, "17 classes", 1, texts(&seventeen)),
        value(Flaw::DuplicateKey, "a class twice", 1, texts(&[CLASS, CLASS])),
        value(Flaw::TextNotAllowed, "a class without colon", 1, texts(&["residence"])),
        value(Flaw::LengthOutOfRange, "a class of no characters", 1, texts(&[""])),
        value(Flaw::WrongType, "a class without array", 1, text(CLASS)),
        value(Flaw::WrongType, "a class as bytes", 1, array(&[bytes(CLASS.as_bytes())])),
        value(Flaw::WrongCount, "no form", 3, array(&[])),
        value(Flaw::DuplicateKey, "a form twice", 3, texts(&["pass", "pass"])),
        value(Flaw::TextNotAllowed, "the form credential", 3, texts(&["credential"])),
        value(Flaw::TextNotAllowed, "a form in capitals", 3, texts(&["Pass"])),
        word("the usual audience, said", 4, "own-or-any"),
        word("another audience", 4, "any"),
        word("the usual challenge, said", 5, "not-used"),
        word("acting is refused, said", 6, "refused"),
        word("the usual passage, said", 12, "enter"),
        value(Flaw::WrongType, "audience true", 4, vec![0xf5]),
        value(Flaw::WrongCount, "no exempt class", 10, array(&[])),
        value(Flaw::TextNotAllowed, "an exempt class without colon", 10, texts(&["residence"])),
    ]
}

fn numbers() -> Vec<Test> {
    let number = |comment: &str, label: i64, number: u64| {
        value(Flaw::NumberOutOfRange, comment, label, uint(number))
    };
    vec![
        number("window of 0 seconds", 7, 0),
        number("window of 86,401 seconds", 7, 86_401),
        number("skew of 43,201 seconds", 8, 43_201),
        number("credential age of 0", 9, 0),
        number("credential age of 2^40", 9, LAST_SECOND + 1),
        number("cool-down of 2^40 seconds", 11, LAST_SECOND + 1),
        number("debounce of 2^40 seconds", 13, LAST_SECOND + 1),
        value(Flaw::WrongType, "window negative", 7, int(-30)),
        value(Flaw::WrongType, "cool-down as text", 11, text("none")),
    ]
}

fn together() -> Vec<Test> {
    vec![
        value(
            Flaw::NumberOutOfRange,
            "window of 31 seconds, longer than the settings",
            7,
            uint(31),
        ),
        value(Flaw::NumberOutOfRange, "skew of 6 seconds, larger than the settings", 8, uint(6)),
        value(Flaw::NumberOutOfRange, "cool-down of 36 seconds, longer than the settings", 11, {
            uint(36)
        }),
        bad(Flaw::MissingClaim, "a challenge, and no presentations", {
            policy_of(&[(3, texts(&["pass"])), (5, text("required"))])
        }),
    ]
}
