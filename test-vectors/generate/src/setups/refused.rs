//! Setups that are well-formed, and that a gate does not accept; and those that follow another.

use livepermit::rejection::{Flaw, Layer as Place, SetupRejectionCode as Code};

use super::super::cbor::{hex, int, text, uint};
use super::super::crypto::Key;
use super::super::lists::VERSION;
use super::super::token::{ALG, IAT, Layer, NOW, SUB};
use super::accepted::dated;
use super::case::{Accepted, Test, case, check_number};
use super::{OPERATOR, SKEW, by, facts, setup, version};

pub(super) fn first() -> Vec<Test> {
    let number = check_number(&setup().encode());
    let last = if number.ends_with('0') { "1" } else { "0" };
    let read = |comment: &str, number: String| {
        case("Number", comment, &setup()).compared(number).refused(Code::OtherNumber)
    };
    let forged = by(setup(), Key::NextOperator).claim(OPERATOR, Key::NextOperator.cose());
    let altered = |layer: &Layer| {
        let (bytes, from) = (layer.encode(), b"hall");
        let at = bytes.windows(4).position(|part| part == from).unwrap();
        [&bytes[..at], b"yard", &bytes[at + 4..]].concat()
    };
    vec![
        read("another last digit", format!("{}{last}", &number[..11])),
        read("the last digit missing", number[..11].to_string()),
        read("a digit behind", format!("{number}0")),
        read("no number", String::new()),
        read("a letter in it", format!("{}O{}", &number[..5], &number[6..])),
        read("digits of another script", number.replace(|c: char| c.is_ascii_digit(), "٣")),
        case("Number", "a forged setup, and the number of the right setup", &forged)
            .compared(number)
            .refused(Code::OtherNumber),
        case(
            "Operator",
            "signed by another key than the setup names",
            &by(setup(), Key::NextOperator),
        )
        .refused(Code::UnknownKey),
        case(
            "Operator",
            "key id of another key",
            &by(setup(), Key::NextOperator).signed_by(Key::Operator),
        )
        .refused(Code::UnknownKey),
        case("Operator", "names its successor, and nobody knows the signer", &{
            setup().claim(OPERATOR, Key::NextOperator.cose())
        })
        .refused(Code::UnknownKey),
        case("Signature", "algorithm EdDSA", &setup().header(ALG, int(-8)))
            .refused(Code::AlgorithmMismatch),
        case("Signature", "algorithm ESP256", &setup().header(ALG, int(-9)))
            .refused(Code::AlgorithmMismatch),
        case(
            "Signature",
            "by another key under this key id",
            &setup().signed_by(Key::NextOperator),
        )
        .refused(Code::BadSignature),
        case("Signature", "a claim was altered", &setup())
            .bytes(|_| altered(&setup()))
            .refused(Code::BadSignature),
        case("Time", "dated one second too far ahead", &dated(NOW + SKEW + 1))
            .edge()
            .refused(Code::FromTheFuture),
        case("Order", "bad signature, and another number", &setup().signed_by(Key::NextOperator))
            .compared("0")
            .refused(Code::BadSignature),
        case("Order", "another number, and from the future", &dated(NOW + 60))
            .compared("0")
            .refused(Code::OtherNumber),
        case("Order", "2049 bytes, and no setup", &setup())
            .bytes(|_| vec![0; 2049])
            .edge()
            .refused(Code::TooLong),
        case("Order", "2048 bytes, and no setup", &setup())
            .bytes(|_| vec![0; 2048])
            .edge()
            .malformed(Place::Envelope, Flaw::WrongTag),
    ]
}

/// The setup that the gate has: version 5.
fn held() -> Layer {
    version(5)
}

/// The setup in which the operator named another key.
fn handed_over() -> Layer {
    version(6).claim(OPERATOR, Key::NextOperator.cose())
}

pub(super) fn later() -> Vec<Test> {
    let after = |flag, comment: &str, setup: &Layer| case(flag, comment, setup).holding(&held());
    let then =
        |flag, comment: &str, setup: &Layer| case(flag, comment, setup).holding(&handed_over());
    let next = |version: u64| facts().edit(|facts: &mut Accepted| facts.version = version);
    let by_next = |version: u64| {
        facts().edit(|facts: &mut Accepted| {
            facts.version = version;
            facts.operator = hex(&Key::NextOperator.cose());
        })
    };
    let own = |number: u64| {
        by(version(number), Key::NextOperator).claim(OPERATOR, Key::NextOperator.cose())
    };
    let other_gate = |number: u64| version(number).claim(SUB, text("gate-4"));
    let reused = held().claim(IAT, uint(NOW));
    let ahead = |number: u64| version(number).claim(IAT, uint(NOW + SKEW + 1));
    vec![
        after("Version", "the next version", &version(6)).edge().accepted(next(6)),
        after("Version", "a much later version", &version(1 << 40)).accepted(next(1 << 40)),
        after("Version", "the setup that is held, again", &held()).edge().accepted(next(5)),
        after("Version", "the version held, with another date", &reused)
            .edge()
            .refused(Code::Reused),
        after("Version", "the version held, with another zone", &{
            held().claim(super::PLACE, super::place("1", "yard"))
        })
        .refused(Code::Reused),
        after("Version", "the version before", &version(4)).edge().refused(Code::Older),
        after("Version", "version 0", &version(0)).refused(Code::Older),
        after("Operator", "the operator names a successor", &handed_over()).accepted(by_next(6)),
        then("Operator", "the successor signs", &own(7)).accepted(by_next(7)),
        then(
            "Operator",
            "the setup that is held, again, though its signer has left",
            &handed_over(),
        )
        .accepted(by_next(6)),
        then("Operator", "the operator of before signs", &version(7)).refused(Code::UnknownKey),
        after("Operator", "a stranger signs, and names himself", &own(6)).refused(Code::UnknownKey),
        after("Operator", "a stranger signs", &by(version(6), Key::NextOperator))
            .refused(Code::UnknownKey),
        after("Signature", "by another key under this key id", &{
            version(6).signed_by(Key::NextOperator)
        })
        .refused(Code::BadSignature),
        after("Operator", "for another gate", &other_gate(6)).refused(Code::WrongGate),
        after("Operator", "for this gate in capitals", &version(6).claim(SUB, text("GATE-3")))
            .refused(Code::WrongGate),
        after("Time", "dated one second too far ahead", &ahead(6))
            .edge()
            .refused(Code::FromTheFuture),
        after("Time", "dated as far ahead as the skew allows", &{
            version(6).claim(IAT, uint(NOW + SKEW))
        })
        .edge()
        .accepted(next(6).edit(|facts| facts.issued_at = NOW + SKEW)),
        after("Order", "a stranger signs, for another gate", &own(6).claim(SUB, text("gate-4")))
            .refused(Code::UnknownKey),
        after("Order", "for another gate, and from the future", &{
            ahead(6).claim(SUB, text("gate-4"))
        })
        .refused(Code::WrongGate),
        after("Order", "for another gate, and older", &other_gate(4)).refused(Code::WrongGate),
        after("Order", "from the future, and older", &ahead(4)).refused(Code::FromTheFuture),
        after("Order", "the setup that is held, before its date", &held())
            .at(1000)
            .refused(Code::FromTheFuture),
        case("Version", "the same in a new gate", &version(6).claim(VERSION, uint(4)))
            .accepted(next(4)),
    ]
}
