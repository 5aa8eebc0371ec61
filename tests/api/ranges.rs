//! Values: each field holds what it may hold and nothing beside, at both ends of every range.

use livepermit::hold::Challenge;
use livepermit::issue::{BirthDate, Person, PrepareError, StatusReference};
use livepermit::rejection::{Flaw, Layer};
use livepermit::{Permit, Recipient, Timestamp, TrustedKey, Use};

use crate::layers::{Case, check};
use livepermit_testkit::hand::cbor::{self, Item, bytes, int, map, text};
use livepermit_testkit::hand::{
    AUD, CNONCE, EXP, Hand, IAT, ISS, NBF, PERSON, STATUS, SUB, VCT, WINDOW, time,
};
use livepermit_testkit::{
    CLASS, ISSUER, NOW, SUBJECT, ed25519_device, holder, issuer, issuer_key, now, permit, verdict,
    verifier,
};

const MAX: u64 = (1 << 40) - 1;

/// Names that are none, and why.
fn bad_names() -> Vec<(&'static str, Flaw)> {
    use Flaw::*;
    let long = "a:".repeat(64) + "a";
    vec![
        ("", LengthOutOfRange),
        (long.leak(), LengthOutOfRange),
        ("a: b", TextNotAllowed),
        (" a:b", TextNotAllowed),
        ("a:b\n", TextNotAllowed),
        ("a:\0", TextNotAllowed),
        ("a:\u{7f}", TextNotAllowed),
        ("a:b\u{e9}", TextNotAllowed),
        // A Cyrillic letter that looks like the Latin one.
        ("bj.ex\u{430}mple:residence", TextNotAllowed),
        ("a:\u{200b}b", TextNotAllowed),
    ]
}

fn times() -> Vec<Case> {
    use Flaw::*;
    let date = |label| move |value: Item| Hand::pass().claim(label, value).signed();
    let mut cases = Vec::new();
    for (name, flaw, value) in [
        ("2^40", NumberOutOfRange, time(MAX + 1)),
        ("2^64 - 1", NumberOutOfRange, time(u64::MAX)),
        ("negative", WrongType, int(-1)),
        ("text", WrongType, text("2026-09-21T13:33:20Z")),
        ("float", FloatNotAllowed, [&[0xfb][..], &1_790_000_000_f64.to_be_bytes()].concat()),
        ("epoch tag", UnexpectedTag, cbor::tag(1, &time(NOW))),
        ("bignum", UnexpectedTag, cbor::tag(2, &bytes(&NOW.to_be_bytes()))),
        ("nil", WrongType, cbor::NULL.to_vec()),
        ("long form", LongForm, cbor::long_head(0, NOW, 8)),
    ] {
        cases.push((name, Layer::Payload, flaw, date(IAT)(value.clone())));
        cases.push((name, Layer::Payload, flaw, date(EXP)(value.clone())));
        let credential = Hand::credential(&ed25519_device());
        cases.push((
            name,
            Layer::CredentialPayload,
            flaw,
            credential.clone().claim(NBF, value.clone()).presented(),
        ));
        cases.push((
            name,
            Layer::CredentialPayload,
            flaw,
            credential.clone().claim(EXP, value.clone()).presented(),
        ));
        let shown = Hand::presentation(&credential.signed()).claim(IAT, value);
        cases.push((name, Layer::Payload, flaw, shown.signed()));
    }
    cases
}

fn numbers() -> Vec<Case> {
    use Flaw::*;
    let mut cases = Vec::new();
    let window = |value: Item| Hand::credential(&ed25519_device()).claim(WINDOW, value).presented();
    let spanning = |iat, exp| Hand::pass().claim(IAT, time(iat)).claim(EXP, time(exp)).signed();
    let valid = |nbf, exp| {
        Hand::credential(&ed25519_device()).claim(NBF, time(nbf)).claim(EXP, time(exp)).presented()
    };
    for (name, layer, flaw, token) in [
        ("window 0", Layer::CredentialPayload, NumberOutOfRange, window(int(0))),
        ("window 86401", Layer::CredentialPayload, NumberOutOfRange, window(int(86_401))),
        ("window -1", Layer::CredentialPayload, WrongType, window(int(-1))),
        ("window 2^64 - 1", Layer::CredentialPayload, NumberOutOfRange, window(time(u64::MAX))),
        ("pass of no seconds", Layer::Payload, NumberOutOfRange, spanning(NOW, NOW)),
        ("pass ended before it began", Layer::Payload, NumberOutOfRange, spanning(NOW, NOW - 1)),
        ("pass of 86401 seconds", Layer::Payload, NumberOutOfRange, spanning(NOW, NOW + 86_401)),
        ("credential of no seconds", Layer::CredentialPayload, NumberOutOfRange, valid(NOW, NOW)),
        (
            "credential ended before",
            Layer::CredentialPayload,
            NumberOutOfRange,
            valid(NOW, NOW - 1),
        ),
    ] {
        cases.push((name, layer, flaw, token));
    }
    let inner = Hand::credential(&ed25519_device()).signed();
    let nonce = |value: Item| Hand::presentation(&inner).claim(CNONCE, value).signed();
    for (name, flaw, value) in [
        ("nonce of 5 bytes", LengthOutOfRange, bytes(&[7; 5])),
        ("nonce of 33 bytes", LengthOutOfRange, bytes(&[7; 33])),
        ("nonce empty", LengthOutOfRange, bytes(&[])),
        ("nonce as text", WrongType, text("123456")),
        ("nonce nil", WrongType, cbor::NULL.to_vec()),
        ("two nonces", WrongType, cbor::array(&[bytes(&[7; 16]), bytes(&[8; 16])])),
    ] {
        cases.push((name, Layer::Payload, flaw, nonce(value)));
    }
    cases
}

fn names() -> Vec<Case> {
    let mut cases = Vec::new();
    let inner = Hand::credential(&ed25519_device()).signed();
    for (name, flaw) in bad_names() {
        for label in [ISS, SUB, VCT, AUD] {
            cases.push((
                name,
                Layer::Payload,
                flaw,
                Hand::pass().claim(label, text(name)).signed(),
            ));
        }
        for label in [ISS, SUB, VCT] {
            let credential = Hand::credential(&ed25519_device()).claim(label, text(name));
            cases.push((name, Layer::CredentialPayload, flaw, credential.presented()));
        }
        cases.push((
            name,
            Layer::Payload,
            flaw,
            Hand::presentation(&inner).claim(AUD, text(name)).signed(),
        ));
        let status =
            map(&[(text("status_list"), map(&[(text("idx"), int(0)), (text("uri"), text(name))]))]);
        cases.push((name, Layer::Payload, flaw, Hand::pass().claim(STATUS, status).signed()));
    }
    let wrong: Vec<(&str, Flaw, Hand)> = vec![
        ("class without a colon", Flaw::TextNotAllowed, Hand::pass().claim(VCT, text("residence"))),
        ("issuer as bytes", Flaw::WrongType, Hand::pass().claim(ISS, bytes(ISSUER.as_bytes()))),
        ("issuer not UTF-8", Flaw::InvalidUtf8, Hand::pass().claim(ISS, vec![0x62, 0xc3, 0x28])),
        ("audiences", Flaw::WrongType, Hand::pass().claim(AUD, cbor::array(&[text("gate-3")]))),
        ("any audience in a pass", Flaw::TextNotAllowed, Hand::pass().claim(AUD, text("*"))),
        (
            "class a URI with a tag",
            Flaw::UnexpectedTag,
            Hand::pass().claim(VCT, cbor::tag(32, &text(CLASS))),
        ),
    ];
    cases.extend(
        wrong.into_iter().map(|(name, flaw, hand)| (name, Layer::Payload, flaw, hand.signed())),
    );
    cases
}

fn people() -> Vec<Case> {
    use Flaw::*;
    let mut cases = Vec::new();
    let with = |pairs: &[(Item, Item)]| Hand::pass().claim(PERSON, map(pairs)).signed();
    for (name, flaw) in [
        (String::new(), LengthOutOfRange),
        ("a".repeat(257), LengthOutOfRange),
        ("李".repeat(86), LengthOutOfRange),
        ("Li\nNa".into(), TextNotAllowed),
        ("Li\u{85}Na".into(), TextNotAllowed),
        ("\0".into(), TextNotAllowed),
    ] {
        cases.push(("full name", Layer::Payload, flaw, with(&[(int(4), text(&name))])));
    }
    for (date, flaw) in bad_dates() {
        let pairs = [(int(4), text("Li Na")), (int(8), text(date))];
        cases.push(("birth date", Layer::Payload, flaw, with(&pairs)));
    }
    cases
}

fn bad_dates() -> Vec<(&'static str, Flaw)> {
    use Flaw::*;
    vec![
        ("", LengthOutOfRange),
        ("199", LengthOutOfRange),
        ("19901", LengthOutOfRange),
        ("199000", NumberOutOfRange),
        ("199013", NumberOutOfRange),
        ("199x", TextNotAllowed),
        ("1990131", LengthOutOfRange),
        ("199001310", LengthOutOfRange),
        ("1990-1-1", TextNotAllowed),
        ("1990013a", TextNotAllowed),
        ("19900132", NumberOutOfRange),
        ("19900100", NumberOutOfRange),
        ("19900001", NumberOutOfRange),
        ("19901301", NumberOutOfRange),
        ("19900431", NumberOutOfRange),
        ("19900229", NumberOutOfRange),
        ("19000229", NumberOutOfRange),
        ("20000230", NumberOutOfRange),
        ("\u{ff11}\u{ff19}12", TextNotAllowed),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [times(), numbers(), names(), people()].concat()
}

#[test]
fn values_outside_their_range_are_malformed() {
    check(cases());
}

#[test]
fn values_at_the_ends_of_their_range_are_accepted() {
    let verifier = verifier();
    let long = "a:".repeat(64);
    for name in ["!", "~", "a", long.as_str()] {
        let subject = Hand::pass().claim(SUB, text(name)).signed();
        assert_eq!(verdict(&verifier, &subject, now()), None, "{name}");
        assert_eq!(verifier.verify(&subject, now()).unwrap().subject(), name);
    }
    for window in [1, 86_400] {
        let shown = Hand::credential(&ed25519_device()).claim(WINDOW, int(window)).presented();
        assert_eq!(verdict(&verifier, &shown, now()), None, "window {window}");
        let pass = Hand::pass().claim(EXP, int(i64::try_from(NOW).unwrap() + window)).signed();
        assert_eq!(verdict(&verifier, &pass, now()), None, "window {window}");
    }
    let longest =
        Hand::credential(&ed25519_device()).claim(NBF, time(NOW)).claim(EXP, time(MAX)).presented();
    assert_eq!(verdict(&verifier, &longest, now()), None);
    let kid = [5; 32];
    for length in [1, 32] {
        let key = livepermit_testkit::trusted_key().with_key_id(&kid[..length]).unwrap();
        let verifier = livepermit_testkit::verifier_trusting([key]);
        let pass =
            Hand::pass().header(livepermit_testkit::hand::KID, bytes(&kid[..length])).signed();
        assert_eq!(verifier.verify(&pass, now()).unwrap().key_id(), &kid[..length]);
    }
}

#[test]
fn the_same_rules_hold_for_what_is_issued() {
    for (name, flaw) in bad_names() {
        let field = |error: livepermit::field::ClaimError| (error.field, error.flaw);
        assert_eq!(field(Permit::new(name, CLASS).unwrap_err()), ("subject", flaw));
        assert_eq!(field(Permit::new(SUBJECT, name).unwrap_err()), ("class", flaw));
        assert_eq!(field(StatusReference::new(name, 0).unwrap_err()), ("status list URI", flaw));
        assert!(Challenge::new(name, &[7; 16], now()).is_err());
        assert!(livepermit::Issuer::new(name, issuer_key().public_key()).is_err());
        assert!(TrustedKey::new(name, issuer_key().public_key(), [Use::Pass], [CLASS]).is_err());
        assert!(TrustedKey::new(ISSUER, issuer_key().public_key(), [Use::Pass], [name]).is_err());
        assert!(issuer().prepare_pass(&permit(), Some(name), now()).is_err());
        assert!(holder(&ed25519_device()).prepare(Recipient::Gate(name), now()).is_err());
    }
    for (date, flaw) in bad_dates() {
        assert_eq!(date.parse::<BirthDate>().unwrap_err().flaw, flaw, "{date}");
    }
    for date in ["20000229", "19960229", "19900101", "18760922", "20260921", "199012", "1990"] {
        let person = Person::new("李娜").unwrap().with_birth_date(date.parse().unwrap());
        let permit = permit().with_person(person.clone());
        let pass =
            issuer().prepare_pass(&permit, None, now()).unwrap().sign(&issuer_key()).unwrap();
        assert_eq!(verifier().verify(&pass, now()).unwrap().person(), Some(person));
    }
    for date in ["00000229", "0000", "99991231", "2027", "202610", "20260923", "1875", "187512"] {
        let person = Person::new("李娜").unwrap().with_birth_date(date.parse().unwrap());
        let permit = permit().with_person(person);
        let error = issuer().prepare_pass(&permit, None, now()).unwrap_err();
        assert!(
            matches!(error, PrepareError::Claim(error) if error.field == "birth date"),
            "{date}"
        );
    }
    for (name, wrong) in [
        (String::new(), "full name: 0 bytes, allowed are 1 to 256"),
        ("ம".repeat(86), "full name: 258 bytes, allowed are 1 to 256"),
        ("   ".into(), "full name: no letter in it"),
        ("12 3".into(), "full name: no letter in it"),
        ("\u{3164}".into(), "full name: the character U+3164 at place 1 is not allowed"),
        ("Li\u{202e}ieL".into(), "full name: the character U+202E at place 3 is not allowed"),
        ("Li\nNa".into(), "full name: the character U+000A at place 3 is not allowed"),
        ("\u{301}Li".into(), "full name: the character U+0301 at place 1 is not allowed"),
        ("Li\u{200d}".into(), "full name: the character U+200D at place 3 is not allowed"),
    ] {
        assert_eq!(Person::new(&name).unwrap_err().to_string(), wrong);
    }
    for name in ["ம".repeat(85) + "a", "சிவசுப்பிரமணியம் வெங்கடேஸ்வரன் கிருஷ்ணமூர்த்தி".into(), "O".into()]
    {
        assert!(Person::new(&name).is_ok(), "{name}");
    }
    for length in [5, 33] {
        assert!(Challenge::new("gate-3", &vec![7; length], now()).is_err());
    }
    for window in [0, 86_401, u64::MAX] {
        assert_eq!(permit().with_window(window).unwrap_err().flaw, Flaw::NumberOutOfRange);
    }
    for length in [0, 33] {
        assert!(issuer().with_key_id(&vec![7; length]).is_err());
        assert!(livepermit_testkit::trusted_key().with_key_id(&vec![7; length]).is_err());
    }
    assert_eq!(Timestamp::from_unix(MAX + 1), None);
    assert!(issuer().prepare_pass(&permit(), None, Timestamp::MAX.minus(29)).is_err());
    assert!(issuer().prepare_pass(&permit(), None, Timestamp::MAX.minus(30)).is_ok());
}
