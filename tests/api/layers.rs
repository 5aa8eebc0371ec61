//! Text, envelope and header: everything but the one encoding of the one shape is malformed, under
//! good signatures wherever a signature can be good.

use livepermit::Token;
use livepermit::rejection::{Evidence, Flaw, Layer, Malformed};

use livepermit_testkit::hand::cbor::{
    self, FALSE, Item, NULL, UNDEFINED, bytes, int, long_head, map, tag, text,
};
use livepermit_testkit::hand::{
    ALG, Hand, KCWT, KID, SUB, Signer, TYP, envelope, sig_structure, sign1,
};
use livepermit_testkit::{credential, ed25519_device, now, pass, presentation, refusal, verifier};

pub(crate) type Case = (&'static str, Layer, Flaw, Item);

/// Where and how the verifier finds `input` broken. `inspect` and `Token` must find the same.
pub(crate) fn flaw_of(input: &[u8]) -> Malformed {
    let rejection = refusal(&verifier(), input, now());
    assert_eq!(Token::from_bytes(input).unwrap_err(), rejection);
    assert_eq!(livepermit::inspect(input).unwrap_err(), rejection);
    match rejection.evidence() {
        Evidence::Malformed(malformed) => malformed,
        _ => panic!("refused as {rejection}"),
    }
}

pub(crate) fn check(cases: Vec<Case>) {
    for (name, layer, flaw, input) in cases {
        let found = flaw_of(&input);
        assert_eq!((found.layer, found.flaw), (layer, flaw), "{name}");
        assert!(found.at <= input.len(), "{name}: at {} of {}", found.at, input.len());
    }
}

/// The parts of a good pass, as items.
struct Parts {
    protected: Item,
    unprotected: Item,
    payload: Item,
    signature: Item,
}

fn parts() -> Parts {
    let hand = Hand::pass();
    let (protected, payload) = (hand.header.encode(), hand.claims.encode());
    let signature = hand.signer.sign(&sig_structure(&protected, &payload));
    Parts {
        protected: bytes(&protected),
        unprotected: map(&[]),
        payload: bytes(&payload),
        signature: bytes(&signature),
    }
}

fn enveloped(change: impl FnOnce(&mut Parts)) -> Item {
    let mut parts = parts();
    change(&mut parts);
    envelope(parts.protected, parts.unprotected, parts.payload, parts.signature)
}

fn without_tag() -> Item {
    pass().as_bytes()[1..].to_vec()
}

pub(crate) fn envelopes() -> Vec<Case> {
    use Flaw::*;
    let array = without_tag();
    let body = &array[1..];
    let cases: Vec<(&str, Flaw, Item)> = vec![
        ("untagged", WrongTag, array.clone()),
        ("tag 61 (CWT) in front", WrongTag, tag(61, pass().as_bytes())),
        ("tag 61 instead", WrongTag, tag(61, &array)),
        ("tag 18 twice", UnexpectedTag, tag(18, pass().as_bytes())),
        ("tag 17 (COSE_Mac0)", WrongTag, tag(17, &array)),
        ("tag 98 (COSE_Sign)", WrongTag, tag(98, &array)),
        ("tag 18 in long form", LongForm, [long_head(6, 18, 1), array.clone()].concat()),
        ("self-described", WrongTag, tag(55799, pass().as_bytes())),
        (
            "array head in long form",
            LongForm,
            [&[0xd2], long_head(4, 4, 1).as_slice(), body].concat(),
        ),
        (
            "array head in eight bytes",
            LongForm,
            [&[0xd2], long_head(4, 4, 8).as_slice(), body].concat(),
        ),
        ("array of indefinite length", IndefiniteLength, [&[0xd2, 0x9f], body, &[0xff]].concat()),
        ("array of three", WrongCount, [&[0xd2, 0x83], &body[..body.len() - 66]].concat()),
        ("array of five", WrongCount, [&[0xd2, 0x85], body, &[0xf6]].concat()),
        ("a map instead", WrongType, [&[0xd2, 0xa2], body].concat()),
        ("reserved head", ReservedHead, [&[0xd2, 0x9c], body].concat()),
        ("a tag head with nothing behind", Truncated, vec![0xd2]),
        ("bytes behind", TrailingBytes, [pass().as_bytes(), &[0xf6]].concat()),
        ("a second token behind", TrailingBytes, [pass().as_bytes(), pass().as_bytes()].concat()),
        (
            "protected header as a map",
            WrongType,
            enveloped(|p| p.protected = Hand::pass().header.encode()),
        ),
        ("protected header nil", WrongType, enveloped(|p| p.protected = NULL.to_vec())),
        (
            "protected header in chunks",
            IndefiniteLength,
            enveloped(|p| {
                p.protected = [&[0x5f], p.protected.as_slice(), &[0xff]].concat();
            }),
        ),
        (
            "protected header tagged 24",
            UnexpectedTag,
            enveloped(|p| p.protected = tag(24, &p.protected)),
        ),
        (
            "unprotected kid",
            UnprotectedHeader,
            enveloped(|p| {
                p.unprotected = map(&[(int(KID), bytes(&[1; 8]))]);
            }),
        ),
        (
            "unprotected alg",
            UnprotectedHeader,
            enveloped(|p| p.unprotected = map(&[(int(ALG), int(-19))])),
        ),
        (
            "unprotected header of indefinite length",
            IndefiniteLength,
            enveloped(|p| {
                p.unprotected = vec![0xbf, 0xff];
            }),
        ),
        (
            "unprotected header in long form",
            LongForm,
            enveloped(|p| p.unprotected = long_head(5, 0, 1)),
        ),
        ("unprotected header an array", WrongType, enveloped(|p| p.unprotected = vec![0x80])),
        ("unprotected header nil", WrongType, enveloped(|p| p.unprotected = NULL.to_vec())),
        ("payload nil", WrongType, enveloped(|p| p.payload = NULL.to_vec())),
        ("payload undefined", SimpleNotAllowed, enveloped(|p| p.payload = UNDEFINED.to_vec())),
        ("payload a map", WrongType, enveloped(|p| p.payload = Hand::pass().claims.encode())),
        ("payload text", WrongType, enveloped(|p| p.payload = text("hello"))),
        ("payload a float", FloatNotAllowed, enveloped(|p| p.payload = vec![0xf9, 0, 0])),
        (
            "payload head in long form",
            LongForm,
            enveloped(|p| {
                let content = Hand::pass().claims.encode();
                p.payload = [long_head(2, content.len() as u64, 2), content].concat();
            }),
        ),
        ("signature of 63 bytes", LengthOutOfRange, enveloped(|p| p.signature = bytes(&[1; 63]))),
        ("signature of 65 bytes", LengthOutOfRange, enveloped(|p| p.signature = bytes(&[1; 65]))),
        ("signature empty", LengthOutOfRange, enveloped(|p| p.signature = bytes(&[]))),
        ("signature nil", WrongType, enveloped(|p| p.signature = NULL.to_vec())),
        ("signature an array (COSE_Sign)", WrongType, enveloped(|p| p.signature = vec![0x80])),
        (
            "a length of 2^64 - 1",
            Truncated,
            [&[0xd2, 0x84], long_head(2, u64::MAX, 8).as_slice()].concat(),
        ),
    ];
    cases.into_iter().map(|(name, flaw, input)| (name, Layer::Envelope, flaw, input)).collect()
}

/// A pass with these protected bytes, signed.
fn headed(protected: &[u8]) -> Item {
    sign1(protected, &Hand::pass().claims.encode(), &Signer::ed25519(1))
}

/// A pass with these header pairs, in this order.
fn header_of(pairs: &[(Item, Item)]) -> Item {
    headed(&map(pairs))
}

/// What is wrong in the header of a pass.
fn header_flaws() -> Vec<(&'static str, Flaw, Item)> {
    use Flaw::*;
    let good = Hand::pass().header.0;
    let [alg, kid, typ] = [0, 1, 2].map(|index| good[index].clone());
    let encoded = Hand::pass().header.encode();
    vec![
        ("empty bytes for an empty header", Truncated, Vec::new()),
        ("an empty map", MissingHeader, map(&[])),
        ("no alg", MissingHeader, map(&[kid.clone(), typ.clone()])),
        ("no kid", MissingHeader, map(&[alg.clone(), typ.clone()])),
        ("alg as text", WrongType, map(&[(int(ALG), text("EdDSA")), kid.clone(), typ.clone()])),
        ("alg nil", WrongType, map(&[(int(ALG), NULL.to_vec()), kid.clone(), typ.clone()])),
        (
            "alg below -2^63",
            NumberOutOfRange,
            map(&[(int(ALG), long_head(1, 1 << 63, 8)), kid.clone(), typ.clone()]),
        ),
        (
            "alg in long form",
            LongForm,
            map(&[(int(ALG), long_head(1, 18, 1)), kid.clone(), typ.clone()]),
        ),
        (
            "label in long form",
            LongForm,
            map(&[(long_head(0, 1, 1), int(-19)), kid.clone(), typ.clone()]),
        ),
        ("kid empty", LengthOutOfRange, map(&[alg.clone(), (int(KID), bytes(&[])), typ.clone()])),
        (
            "kid of 33 bytes",
            LengthOutOfRange,
            map(&[alg.clone(), (int(KID), bytes(&[1; 33])), typ.clone()]),
        ),
        ("kid as text", WrongType, map(&[alg.clone(), (int(KID), text("key")), typ.clone()])),
        ("typ as bytes", WrongType, map(&[alg.clone(), kid.clone(), (int(TYP), bytes(b"pass"))])),
        ("typ negative", WrongType, map(&[alg.clone(), kid.clone(), (int(TYP), int(-1))])),
        (
            "typ not UTF-8",
            InvalidUtf8,
            map(&[alg.clone(), kid.clone(), (int(TYP), vec![0x61, 0xff])]),
        ),
        (
            "crit",
            UnexpectedHeader,
            map(&[alg.clone(), (int(2), cbor::array(&[int(16)])), kid.clone(), typ.clone()]),
        ),
        (
            "content type",
            UnexpectedHeader,
            map(&[alg.clone(), (int(3), int(61)), kid.clone(), typ.clone()]),
        ),
        (
            "IV",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), (int(5), bytes(&[0])), typ.clone()]),
        ),
        (
            "CWT claims",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), (int(15), map(&[])), typ.clone()]),
        ),
        (
            "disclosures",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), typ.clone(), (int(17), cbor::array(&[]))]),
        ),
        (
            "x5chain",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), typ.clone(), (int(33), bytes(&[0]))]),
        ),
        (
            "label 0",
            UnexpectedHeader,
            map(&[(int(0), int(0)), alg.clone(), kid.clone(), typ.clone()]),
        ),
        (
            "a private label",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), typ.clone(), (int(-65537), int(0))]),
        ),
        (
            "a text label",
            UnexpectedHeader,
            map(&[alg.clone(), kid.clone(), typ.clone(), (text("a"), int(0))]),
        ),
        (
            "a label of bytes",
            WrongType,
            map(&[alg.clone(), kid.clone(), typ.clone(), (bytes(b"a"), int(0))]),
        ),
        ("labels not sorted", UnsortedKeys, map(&[kid.clone(), alg.clone(), typ.clone()])),
        ("typ first", UnsortedKeys, map(&[typ.clone(), alg.clone(), kid.clone()])),
        ("alg twice", DuplicateKey, map(&[alg.clone(), alg.clone(), kid.clone(), typ.clone()])),
        ("kid twice", DuplicateKey, map(&[alg.clone(), kid.clone(), kid.clone(), typ.clone()])),
        (
            "a map of indefinite length",
            IndefiniteLength,
            [&[0xbf], &encoded[1..], &[0xff]].concat(),
        ),
        (
            "map head in long form",
            LongForm,
            [long_head(5, 3, 1).as_slice(), &encoded[1..]].concat(),
        ),
        ("a map with a pair too few", Truncated, [&[0xa4], &encoded[1..]].concat()),
        (
            "a map with a pair too many",
            TrailingBytes,
            [encoded.as_slice(), &[0x18, 0x20, 0x00]].concat(),
        ),
        ("an array", WrongType, [&[0x86], &encoded[1..]].concat()),
        ("a tagged map", UnexpectedTag, tag(24, &encoded)),
        ("a tagged alg", UnexpectedTag, map(&[(int(ALG), tag(2, &bytes(&[1]))), kid, typ])),
    ]
}

pub(crate) fn headers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, flaw, protected) in header_flaws() {
        cases.push((name, Layer::Header, flaw, headed(&protected)));
        // The same under a credential's type, inside a good presentation.
        let typ = [int(TYP), text("application/vnd.lpp+cwt")].concat();
        let at = protected.windows(typ.len()).position(|window| window == typ);
        let Some(at) = at else { continue };
        let credential_typ = [int(TYP), int(293)].concat();
        let protected = [&protected[..at], &credential_typ, &protected[at + typ.len()..]].concat();
        let claims = Hand::credential(&ed25519_device()).claims.encode();
        let inner = sign1(&protected, &claims, &Signer::ed25519(1));
        cases.push((name, Layer::CredentialHeader, flaw, Hand::presentation(&inner).signed()));
    }
    let [alg, kid] = [0, 1].map(|index| Hand::pass().header.0[index].clone());
    cases.push(("no typ", Layer::Header, Flaw::MissingHeader, header_of(&[alg, kid])));
    cases
}

pub(crate) fn nested_layers() -> Vec<Case> {
    use Flaw::*;
    let good = Hand::credential(&ed25519_device());
    let encoded = good.signed();
    let shown = |inner: &[u8]| Hand::presentation(inner).signed();
    let kcwt = Hand::presentation(&encoded);
    vec![
        ("credential untagged", Layer::CredentialEnvelope, WrongTag, shown(&encoded[1..])),
        (
            "credential tagged twice",
            Layer::CredentialEnvelope,
            UnexpectedTag,
            shown(&tag(18, &encoded)),
        ),
        ("credential with tag 61", Layer::CredentialEnvelope, WrongTag, shown(&tag(61, &encoded))),
        (
            "credential in a byte string",
            Layer::CredentialEnvelope,
            WrongTag,
            shown(&bytes(&encoded)),
        ),
        ("credential nil", Layer::CredentialEnvelope, WrongTag, shown(NULL)),
        (
            "credential without signature",
            Layer::CredentialEnvelope,
            WrongCount,
            shown(&[&[0xd2, 0x83], &encoded[2..encoded.len() - 66]].concat()),
        ),
        ("credential with an unprotected header", Layer::CredentialEnvelope, UnprotectedHeader, {
            let (protected, payload) = (good.header.encode(), good.claims.encode());
            let signature = good.signer.sign(&sig_structure(&protected, &payload));
            shown(&envelope(
                bytes(&protected),
                map(&[(int(KID), bytes(&[1; 8]))]),
                bytes(&payload),
                bytes(&signature),
            ))
        }),
        ("credential cut off", Layer::CredentialEnvelope, Truncated, {
            // Nothing follows it in the header, so that the end of the header is what cuts it off.
            sign1(
                &[map(&[(int(ALG), int(-19)), (int(KCWT), Vec::new())]), encoded[..90].to_vec()]
                    .concat(),
                &kcwt.claims.encode(),
                &Signer::ed25519(2),
            )
        }),
        (
            "a pass inside a presentation",
            Layer::CredentialHeader,
            UnexpectedHeader,
            shown(pass().as_bytes()),
        ),
        (
            "a presentation inside a presentation",
            Layer::CredentialHeader,
            UnexpectedHeader,
            shown(presentation(&ed25519_device()).as_bytes()),
        ),
        (
            "a credential inside a credential",
            Layer::CredentialHeader,
            UnexpectedHeader,
            shown(&good.clone().header(KCWT, encoded.clone()).signed()),
        ),
        ("a presentation without a credential", Layer::Header, MissingHeader, {
            kcwt.clone().without_header(KCWT).signed()
        }),
        ("a presentation with a kid", Layer::Header, UnexpectedHeader, {
            kcwt.clone().header(KID, bytes(&[1; 8])).signed()
        }),
        ("a pass with a credential", Layer::Header, UnexpectedHeader, {
            Hand::pass().header(KCWT, encoded.clone()).signed()
        }),
        ("a credential with a credential", Layer::Header, UnexpectedHeader, {
            good.clone().header(KCWT, encoded.clone()).signed()
        }),
        ("a presentation with crit", Layer::Header, UnexpectedHeader, {
            kcwt.clone().header(2, cbor::array(&[int(13)])).signed()
        }),
        ("a presentation with false for a header", Layer::Envelope, WrongType, {
            envelope(FALSE.to_vec(), map(&[]), bytes(&kcwt.claims.encode()), bytes(&[0; 64]))
        }),
    ]
}

#[test]
fn envelopes_have_one_shape() {
    check(envelopes());
}

#[test]
fn headers_have_one_shape() {
    let cases = headers();
    assert!(cases.iter().filter(|case| case.1 == Layer::CredentialHeader).count() > 20);
    check(cases);
}

#[test]
fn presentations_hold_exactly_one_credential() {
    check(nested_layers());
}

/// Texts, with the flaw and the character each has it at.
pub(crate) fn texts() -> Vec<(String, Flaw, usize)> {
    let (qr, link) = (pass().to_qr_text(), pass().to_link_text());
    // A token of whose link text the last character has two bits to spare.
    let spare = Hand::pass().claim(SUB, text("BJ-7F3A9C2")).signed();
    assert_eq!(spare.len() % 3, 2);
    let spare = Token::from_bytes(&spare).unwrap().to_link_text();
    let next = char::from(spare.as_bytes()[spare.len() - 1] + 1);
    vec![
        (format!("{qr}a"), Flaw::BadCharacter, qr.len()),
        (format!("{}é", &qr[..qr.len() - 2]), Flaw::BadCharacter, qr.len() - 2),
        (qr.replacen("LP1:", "LP1:\n", 1), Flaw::BadCharacter, 4),
        ("LP1:".into(), Flaw::BadLength, 4),
        ("LP1:0000".into(), Flaw::BadLength, 7),
        ("LP1:GGW".into(), Flaw::GroupOverflow, 4),
        ("LP1:000:::".into(), Flaw::GroupOverflow, 7),
        ("LP1:V5".into(), Flaw::GroupOverflow, 4),
        (format!("{link}="), Flaw::BadCharacter, link.len()),
        (link.replacen("0oR", "0oR ", 1), Flaw::BadCharacter, 3),
        (spare[..spare.len() - 2].into(), Flaw::BadLength, spare.len() - 2),
        (format!("{}{next}", &spare[..spare.len() - 1]), Flaw::PaddingBits, spare.len() - 1),
    ]
}

#[test]
fn texts_have_one_form() {
    for (text, flaw, at) in texts() {
        let rejection = refusal(&verifier(), &text, now());
        let Evidence::Malformed(found) = rejection.evidence() else {
            panic!("{text}: {rejection}")
        };
        assert_eq!((found.layer, found.flaw, found.at), (Layer::Text, flaw, at), "{text}");
    }
}

#[test]
fn a_flaw_is_reported_at_its_byte() {
    let good = pass().as_bytes().to_vec();
    let at = |input: &[u8]| flaw_of(input).at;
    assert_eq!(at(&[&good[..], &[0]].concat()), good.len());
    assert_eq!(at(&good[1..]), 0);
    // The last claim of a credential inside a presentation, counted from the presentation's first
    // byte.
    let broken = Hand::credential(&ed25519_device()).claim(-65539, int(0)).presented();
    let label = int(-65539);
    let place = broken.windows(label.len()).position(|window| window == label).unwrap();
    assert_eq!(at(&broken), place);
    assert_eq!(
        flaw_of(&broken).to_string(),
        format!("unexpected-claim in the credential-payload at {place}")
    );
    assert_eq!(flaw_of(&good[..good.len() - 1]).flaw, Flaw::Truncated);
    assert_eq!(
        credential(&ed25519_device()).as_bytes(),
        Hand::credential(&ed25519_device()).signed()
    );
}
