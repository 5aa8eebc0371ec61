//! Claims: everything but the one encoding of the one shape is malformed, under a good signature.

use std::collections::BTreeSet;

use livepermit::PublicKey;
use livepermit::rejection::{Flaw, Layer};

use crate::layers::{Case, check, envelopes, headers, nested_layers, texts};
use livepermit_testkit::hand::cbor::{
    self, FALSE, Item, NULL, TRUE, UNDEFINED, bytes, int, long_head, map, tag, text,
};
use livepermit_testkit::hand::{
    AUD, CNF, CNONCE, EXP, Hand, IAT, ISS, NBF, PERSON, STATUS, SUB, Signer, VCT, WINDOW, sign1,
};
use livepermit_testkit::{
    ISSUER, NOW, ed25519_device, issuer_key, now, p256_device, verdict, verifier,
};

/// A pass whose payload is these bytes.
fn pass_of(payload: &[u8]) -> Item {
    sign1(&Hand::pass().header.encode(), payload, &Signer::ed25519(1))
}

/// A presentation of a credential whose payload is these bytes.
fn credential_of(payload: &[u8]) -> Item {
    let credential = Hand::credential(&ed25519_device());
    Hand::presentation(&sign1(&credential.header.encode(), payload, &credential.signer)).signed()
}

/// A presentation whose own payload is these bytes.
fn presentation_of(payload: &[u8]) -> Item {
    let hand = Hand::presentation(&Hand::credential(&ed25519_device()).signed());
    sign1(&hand.header.encode(), payload, &hand.signer)
}

/// A layer, its claims, and what makes a token whose claims in that layer are other bytes.
type ClaimsLayer = (Layer, Vec<(Item, Item)>, fn(&[u8]) -> Item);

fn layers() -> [ClaimsLayer; 3] {
    let credential = Hand::credential(&ed25519_device());
    [
        (Layer::Payload, Hand::pass().claims.0, pass_of),
        (Layer::CredentialPayload, credential.claims.0.clone(), credential_of),
        (Layer::Payload, Hand::presentation(&[]).claims.0, presentation_of),
    ]
}

/// What can be wrong with any map of claims.
fn in_every_layer() -> Vec<Case> {
    use Flaw::*;
    let mut cases = Vec::new();
    for (layer, pairs, sign) in layers() {
        let encoded = map(&pairs);
        let body = &encoded[1..];
        let count = u8::try_from(pairs.len()).unwrap();
        let reversed: Vec<_> = pairs.iter().rev().cloned().collect();
        let swapped = {
            let mut swapped = pairs.clone();
            swapped.swap(0, 1);
            swapped
        };
        let doubled = [&pairs[..1], &pairs[..]].concat();
        let with = |key: Item, value: Item| {
            let mut claims = cbor::Map::new(&pairs);
            claims.set(key, value);
            claims.encode()
        };
        let long_label =
            [&[0xa0 | count], long_head(0, u64::from(body[0]), 1).as_slice(), &body[1..]].concat();
        for (name, flaw, payload) in [
            ("empty", Truncated, Vec::new()),
            ("an empty map", MissingClaim, map(&[])),
            ("an array", WrongType, [&[0x80 | count], body].concat()),
            ("nil", WrongType, NULL.to_vec()),
            ("a tagged map", UnexpectedTag, tag(61, &encoded)),
            ("indefinite length", IndefiniteLength, [&[0xbf], body, &[0xff]].concat()),
            ("map head in long form", LongForm, [&[0xb8, count], body].concat()),
            ("a reserved head", ReservedHead, [&[0xbc], body].concat()),
            ("a label in long form", LongForm, long_label),
            ("reversed", UnsortedKeys, map(&reversed)),
            ("swapped", UnsortedKeys, map(&swapped)),
            ("a claim twice", DuplicateKey, map(&doubled)),
            ("a pair missing", Truncated, [&[0xa0 | (count + 1)], body].concat()),
            ("a byte behind", TrailingBytes, [&encoded[..], &[0]].concat()),
            ("a map behind", TrailingBytes, [&encoded[..], &map(&[])].concat()),
            ("a label of bytes", WrongType, with(bytes(b"a"), int(0))),
            ("a label of false", WrongType, with(FALSE.to_vec(), int(0))),
            ("a label of an array", WrongType, with(vec![0x80], int(0))),
            ("a tagged label", UnexpectedTag, with(tag(0, &text("a")), int(0))),
            ("a float label", FloatNotAllowed, with(vec![0xf9, 0x3c, 0x00], int(0))),
            ("a label below -2^63", NumberOutOfRange, with(long_head(1, 1 << 63, 8), int(0))),
            ("a label above 2^63", NumberOutOfRange, with(long_head(0, 1 << 63, 8), int(0))),
            ("claim 0", UnexpectedClaim, with(int(0), int(0))),
            ("cti", UnexpectedClaim, with(int(7), bytes(b"id"))),
            ("scope", UnexpectedClaim, with(int(9), text("all"))),
            ("claim -1", UnexpectedClaim, with(int(-1), int(0))),
            ("claim -65536", UnexpectedClaim, with(int(-65536), int(0))),
            ("reserved -65539", UnexpectedClaim, with(int(-65539), int(0))),
            ("reserved -65552", UnexpectedClaim, with(int(-65552), int(0))),
            ("an empty text label", UnexpectedClaim, with(text(""), int(0))),
            ("a text label of two", UnexpectedClaim, with(text("ab"), int(0))),
            ("a text label of 256", UnexpectedClaim, with(text(&"a".repeat(256)), int(0))),
            ("a text label not UTF-8", InvalidUtf8, with(vec![0x63, 0xc3, 0x28, 0x41], int(0))),
        ] {
            cases.push((name, layer, flaw, sign(&payload)));
        }
    }
    cases
}

/// Claims of the wrong form, and missing ones.
fn closed_shapes() -> Vec<Case> {
    use Flaw::*;
    let mut cases = Vec::new();
    let pass = |change: fn(Hand) -> Hand| change(Hand::pass()).signed();
    for (name, flaw, token) in [
        ("pass without iss", MissingClaim, pass(|h| h.without_claim(ISS))),
        ("pass without sub", MissingClaim, pass(|h| h.without_claim(SUB))),
        ("pass without exp", MissingClaim, pass(|h| h.without_claim(EXP))),
        ("pass without iat", MissingClaim, pass(|h| h.without_claim(IAT))),
        ("pass without vct", MissingClaim, pass(|h| h.without_claim(VCT))),
        ("pass with nbf", UnexpectedClaim, pass(|h| h.claim(NBF, int(0)))),
        (
            "pass with cnf",
            UnexpectedClaim,
            pass(|h| h.claim(CNF, map(&[(int(1), ed25519_device().public_key().to_cose_key())]))),
        ),
        ("pass with cnonce", UnexpectedClaim, pass(|h| h.claim(CNONCE, bytes(&[7; 16])))),
        ("pass with window", UnexpectedClaim, pass(|h| h.claim(WINDOW, int(30)))),
    ] {
        cases.push((name, Layer::Payload, flaw, token));
    }
    let credential =
        |change: fn(Hand) -> Hand| change(Hand::credential(&ed25519_device())).presented();
    for (name, flaw, token) in [
        ("credential without iss", MissingClaim, credential(|h| h.without_claim(ISS))),
        ("credential without sub", MissingClaim, credential(|h| h.without_claim(SUB))),
        ("credential without exp", MissingClaim, credential(|h| h.without_claim(EXP))),
        ("credential without nbf", MissingClaim, credential(|h| h.without_claim(NBF))),
        ("credential without cnf", MissingClaim, credential(|h| h.without_claim(CNF))),
        ("credential without vct", MissingClaim, credential(|h| h.without_claim(VCT))),
        ("credential without window", MissingClaim, credential(|h| h.without_claim(WINDOW))),
        ("credential with aud", UnexpectedClaim, credential(|h| h.claim(AUD, text("gate-3")))),
        ("credential with iat", UnexpectedClaim, credential(|h| h.claim(IAT, int(0)))),
        (
            "credential with cnonce",
            UnexpectedClaim,
            credential(|h| h.claim(CNONCE, bytes(&[7; 16]))),
        ),
    ] {
        cases.push((name, Layer::CredentialPayload, flaw, token));
    }
    let inner = Hand::credential(&ed25519_device()).signed();
    let shown = |change: fn(Hand) -> Hand| change(Hand::presentation(&inner)).signed();
    for (name, flaw, token) in [
        ("presentation without aud", MissingClaim, shown(|h| h.without_claim(AUD))),
        ("presentation without iat", MissingClaim, shown(|h| h.without_claim(IAT))),
        ("presentation with iss", UnexpectedClaim, shown(|h| h.claim(ISS, text(ISSUER)))),
        ("presentation with exp", UnexpectedClaim, shown(|h| h.claim(EXP, int(NOW as i64 + 30)))),
        ("presentation with vct", UnexpectedClaim, shown(|h| h.claim(VCT, text("a:b")))),
        (
            "presentation with person data",
            UnexpectedClaim,
            shown(|h| h.claim(PERSON, map(&[(int(4), text("Li Na"))]))),
        ),
        ("presentation with window", UnexpectedClaim, shown(|h| h.claim(WINDOW, int(86_400)))),
        (
            "presentation with an application claim",
            UnexpectedClaim,
            shown(|h| h.text_claim("zone", int(3))),
        ),
    ] {
        cases.push((name, Layer::Payload, flaw, token));
    }
    cases
}

/// Keys, person data and status inside claims: closed shapes too.
fn inner_maps() -> Vec<Case> {
    use Flaw::*;
    let key = ed25519_device().public_key().to_cose_key();
    let x = cbor::Map::new(&[
        (int(1), int(1)),
        (int(-1), int(6)),
        (int(-2), bytes(&ed25519_device().public_key().to_point_bytes())),
    ]);
    let p256 = p256_device().public_key().to_cose_key();
    let cnf = |value: Item| Hand::credential(&ed25519_device()).claim(CNF, value).presented();
    let with_key = |value: Item| cnf(map(&[(int(1), value)]));
    let changed = |label: i64, value: Item| {
        let mut key = x.clone();
        key.set(int(label), value);
        // Keys of a COSE_Key sort 1, 3, -1, -2, -3: as they are encoded.
        with_key(key.encode())
    };
    let person = |value: Item| Hand::credential(&ed25519_device()).claim(PERSON, value).presented();
    let name = || (int(4), text("Li Na"));
    let status = |value: Item| Hand::credential(&ed25519_device()).claim(STATUS, value).presented();
    let list = |value: Item| status(map(&[(text("status_list"), value)]));
    let (idx, uri) = ((text("idx"), int(1)), (text("uri"), text("https://s.bj.example/1")));
    let cases: Vec<(&str, Flaw, Item)> = vec![
        ("cnf empty", WrongCount, cnf(map(&[]))),
        (
            "cnf with a kid too",
            WrongCount,
            cnf(map(&[(int(1), key.clone()), (int(3), bytes(&[1; 8]))])),
        ),
        ("cnf with a kid only", UnexpectedClaim, cnf(map(&[(int(3), bytes(&[1; 8]))]))),
        ("cnf a key itself", WrongCount, cnf(key.clone())),
        ("cnf bytes", WrongType, cnf(bytes(&key))),
        ("key with a kid", WrongCount, changed(2, bytes(&[1; 8]))),
        ("key with alg", WrongCount, changed(3, int(-19))),
        ("key with key_ops", WrongCount, changed(4, cbor::array(&[int(2)]))),
        ("key with a private part", WrongCount, changed(-4, bytes(&[1; 32]))),
        ("key of an unknown type", InvalidKey, changed(1, int(4))),
        ("key type as text", WrongType, changed(1, text("OKP"))),
        ("X25519", InvalidKey, changed(-1, int(4))),
        ("Ed448", InvalidKey, changed(-1, int(7))),
        ("x of 31 bytes", LengthOutOfRange, changed(-2, bytes(&[1; 31]))),
        ("x of 33 bytes", LengthOutOfRange, changed(-2, bytes(&[1; 33]))),
        ("x as text", WrongType, changed(-2, text("x"))),
        (
            "key in another order",
            InvalidKey,
            with_key(map(&[(int(-1), int(6)), (int(1), int(1)), (int(-2), bytes(&[1; 32]))])),
        ),
        (
            "key with x twice",
            WrongCount,
            with_key([&[0xa4], &x.encode()[1..], &[0x21], &bytes(&[1; 32])].concat()),
        ),
        (
            "key with crv twice",
            DuplicateKey,
            with_key(
                [&[0xa3], &x.encode()[1..5], &x.encode()[3..5], &[0x21], &bytes(&[1; 32])].concat(),
            ),
        ),
        (
            "key with kty twice",
            DuplicateKey,
            with_key([&[0xa3, 1, 1, 1, 1], &x.encode()[3..]].concat()),
        ),
        ("an empty key", WrongCount, with_key(map(&[]))),
        (
            "P-256 with y as bytes",
            WrongType,
            with_key([&p256[..p256.len() - 1], &bytes(&[1; 32])].concat()),
        ),
        ("P-256 with y nil", WrongType, with_key([&p256[..p256.len() - 1], NULL].concat())),
        ("P-256 without y", WrongCount, with_key([&[0xa3], &p256[1..p256.len() - 2]].concat())),
        ("P-384", InvalidKey, with_key([&[0xa4, 1, 2, 0x20, 2], &p256[5..]].concat())),
        ("person empty", MissingClaim, person(map(&[]))),
        ("person without a name", MissingClaim, person(map(&[(int(8), text("19900131"))]))),
        ("person with more", UnexpectedClaim, person(map(&[name(), (int(9), int(1))]))),
        ("person's name first", UnsortedKeys, person(map(&[(int(8), text("19900131")), name()]))),
        ("two names", DuplicateKey, person(map(&[name(), name()]))),
        ("person a text", WrongType, person(text("Li Na"))),
        ("status empty", WrongCount, status(map(&[]))),
        (
            "status of another kind",
            UnexpectedClaim,
            status(map(&[(text("identifier_list"), int(1))])),
        ),
        ("status list without uri", WrongCount, list(map(std::slice::from_ref(&idx)))),
        (
            "status list with more",
            WrongCount,
            list(map(&[idx.clone(), uri.clone(), (text("z"), int(0))])),
        ),
        ("status list in another order", UnexpectedClaim, list(map(&[uri.clone(), idx.clone()]))),
        ("idx twice", UnexpectedClaim, list(map(&[idx.clone(), idx]))),
        ("idx negative", WrongType, list(map(&[(text("idx"), int(-1)), uri]))),
    ];
    cases
        .into_iter()
        .map(|(name, flaw, token)| (name, Layer::CredentialPayload, flaw, token))
        .collect()
}

/// The application's own claims are free in their content, and as strict in their encoding as
/// everything else.
fn application_values() -> Vec<Case> {
    use Flaw::*;
    let (one, two) = ((text("one"), int(1)), (text("two"), int(2)));
    let values: Vec<(&str, Flaw, Item)> = vec![
        ("an integer in long form", LongForm, long_head(0, 23, 1)),
        ("a negative one in long form", LongForm, long_head(1, 255, 2)),
        ("16 bits in 32", LongForm, long_head(0, 65_535, 4)),
        ("32 bits in 64", LongForm, long_head(0, u64::from(u32::MAX), 8)),
        ("below -2^63", NumberOutOfRange, long_head(1, 1 << 63, 8)),
        ("-2^64", NumberOutOfRange, long_head(1, u64::MAX, 8)),
        ("half float", FloatNotAllowed, vec![0xf9, 0x3c, 0x00]),
        ("single float", FloatNotAllowed, vec![0xfa, 0x3f, 0x80, 0, 0]),
        ("double float", FloatNotAllowed, vec![0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]),
        ("undefined", SimpleNotAllowed, UNDEFINED.to_vec()),
        ("simple 0", SimpleNotAllowed, vec![0xe0]),
        ("simple 255", SimpleNotAllowed, vec![0xf8, 0xff]),
        ("false in two bytes", SimpleNotAllowed, vec![0xf8, 20]),
        ("break", IndefiniteLength, vec![0xff]),
        ("a bignum", UnexpectedTag, tag(2, &bytes(&[1; 9]))),
        ("a date", UnexpectedTag, tag(1, &int(0))),
        ("text not UTF-8", InvalidUtf8, vec![0x62, 0xc3, 0x28]),
        ("a surrogate", InvalidUtf8, vec![0x63, 0xed, 0xa0, 0x80]),
        ("text in chunks", IndefiniteLength, vec![0x7f, 0x61, b'a', 0xff]),
        ("bytes in chunks", IndefiniteLength, vec![0x5f, 0x41, 1, 0xff]),
        ("an array without end", IndefiniteLength, vec![0x9f, 1, 0xff]),
        ("a map without end", IndefiniteLength, vec![0xbf, 0xff]),
        ("a reserved head", ReservedHead, vec![0x1c]),
        ("a reserved simple", ReservedHead, vec![0xfc]),
        ("a length in long form", LongForm, [long_head(3, 3, 1).as_slice(), b"abc"].concat()),
        ("unsorted keys inside", UnsortedKeys, map(&[two.clone(), one.clone()])),
        ("unsorted keys deeper", UnsortedKeys, cbor::nested(6, &map(&[two.clone(), one.clone()]))),
        ("length before content", UnsortedKeys, map(&[(text("b"), int(0)), (int(1), int(0))])),
        ("duplicate keys inside", DuplicateKey, map(&[one.clone(), one.clone()])),
        (
            "duplicate keys deeper",
            DuplicateKey,
            map(&[(text("a"), map(&[one.clone(), one.clone()]))]),
        ),
        ("duplicate keys in a key", DuplicateKey, map(&[(map(&[one.clone(), one]), int(0))])),
        ("nine arrays", TooDeep, cbor::nested(9, &int(0))),
        ("nine maps", TooDeep, (0..9).fold(int(0), |inner, _| map(&[(int(0), inner)]))),
        ("nine maps as keys", TooDeep, (0..9).fold(int(0), |inner, _| map(&[(inner, int(0))]))),
        ("nine empty ones", TooDeep, cbor::nested(8, &[0x80])),
        ("a very deep one", TooDeep, cbor::nested(2000, &int(0))),
        ("a huge array", Truncated, long_head(4, u64::MAX, 8)),
        ("a huge map", Truncated, long_head(5, u64::MAX, 8)),
        ("huge bytes", Truncated, long_head(2, u64::MAX, 8)),
        ("huge text", Truncated, long_head(3, u64::MAX, 8)),
    ];
    let mut cases = Vec::new();
    for (name, flaw, value) in values {
        cases.push((
            name,
            Layer::Payload,
            flaw,
            Hand::pass().text_claim("zone", value.clone()).signed(),
        ));
        if value.len() < 1000 {
            let credential = Hand::credential(&ed25519_device()).text_claim("zone", value);
            cases.push((name, Layer::CredentialPayload, flaw, credential.presented()));
        }
    }
    cases
}

#[test]
fn claims_have_one_encoding_in_every_layer() {
    check(in_every_layer());
}

#[test]
fn each_form_has_its_claims_and_no_others() {
    check(closed_shapes());
}

#[test]
fn keys_person_data_and_status_have_one_shape() {
    check(inner_maps());
}

#[test]
fn application_claims_have_one_encoding() {
    check(application_values());
}

#[test]
fn application_claims_up_to_the_limits_are_accepted() {
    for value in [
        cbor::nested(8, &int(0)),
        cbor::nested(7, &[0xa0]),
        (0..8).fold(int(0), |inner, _| map(&[(int(0), inner)])),
        (0..8).fold(int(0), |inner, _| map(&[(inner, int(0))])),
        int(i64::MIN),
        cbor::head(0, u64::MAX),
        TRUE.to_vec(),
        FALSE.to_vec(),
        NULL.to_vec(),
        bytes(&[0; 300]),
        text("\u{0}\u{202e}\u{10ffff}"),
        map(&[
            (int(1), int(0)),
            (int(-1), int(0)),
            (bytes(&[]), int(0)),
            (text(""), int(0)),
            (vec![0x80], int(0)),
        ]),
    ] {
        let pass = Hand::pass().text_claim("zone", value.clone()).signed();
        assert_eq!(verdict(&verifier(), &pass, now()), None, "{value:02x?}");
        let shown =
            Hand::credential(&ed25519_device()).text_claim("zone", value.clone()).presented();
        assert_eq!(verdict(&verifier(), &shown, now()), None, "{value:02x?}");
        for token in [&pass, &shown] {
            // What is accepted can be looked into as well.
            livepermit::inspect(token).unwrap();
        }
    }
    let labels =
        [int(-65553), int(i64::MIN), text("abc"), text(&"a".repeat(255)), text("\u{0}\u{1}\u{2}")];
    for label in labels {
        let mut hand = Hand::pass();
        hand.claims.set(label.clone(), int(0));
        assert_eq!(verdict(&verifier(), &hand.signed(), now()), None, "{label:02x?}");
    }
}

#[test]
fn a_key_by_itself_has_one_encoding() {
    let good = issuer_key().public_key().to_cose_key();
    let flaw = |bytes: &[u8]| match PublicKey::from_cose_key(bytes) {
        Err(livepermit::key::KeyError::Malformed(malformed)) => (malformed.layer, malformed.flaw),
        other => panic!("{other:?}"),
    };
    for (flaw_found, bytes) in [
        (Flaw::Truncated, vec![]),
        (Flaw::Truncated, good[..good.len() - 1].to_vec()),
        (Flaw::TrailingBytes, [&good[..], &[0]].concat()),
        (Flaw::UnexpectedTag, tag(24, &good)),
        (Flaw::LongForm, [&[0xb8, 3], &good[1..]].concat()),
        (Flaw::IndefiniteLength, [&[0xbf], &good[1..], &[0xff]].concat()),
        (Flaw::WrongType, bytes(&good)),
    ] {
        assert_eq!(flaw(&bytes), (Layer::Key, flaw_found), "{bytes:02x?}");
    }
}

#[test]
fn every_flaw_has_an_input_that_shows_it() {
    let families = [
        envelopes(),
        headers(),
        nested_layers(),
        in_every_layer(),
        closed_shapes(),
        inner_maps(),
        application_values(),
        crate::ranges::cases(),
    ];
    let name = |flaw: &Flaw| flaw.name();
    let mut shown: BTreeSet<_> = families.iter().flatten().map(|case| name(&case.2)).collect();
    shown.extend(texts().iter().map(|(_, flaw, _)| name(flaw)));
    assert_eq!(shown, Flaw::ALL.iter().map(name).collect(), "flaws without an input");
    let layers: BTreeSet<_> = families.iter().flatten().map(|case| case.1.name()).collect();
    assert_eq!(layers.len(), 6, "{layers:?}");
    println!("{} malformed tokens", families.iter().map(Vec::len).sum::<usize>());
}
