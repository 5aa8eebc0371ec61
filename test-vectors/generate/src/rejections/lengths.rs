//! Heads with a length that is too large, at every layer; tags in every place; complete arrays of
//! another size.

use livepermit::rejection::{Flaw, Layer as Place};

use super::super::cbor::{Item, bytes, int, join, map, text, unhex};
use super::super::crypto::Key;
use super::super::json::{Case, case};
use super::super::token::{
    ALG, AUD, CNF, EXP, ISS, KCWT, KID, Layer, SUB, TYP, TYP_PASS, pass, presentation, presented,
};
use super::{good, malformed};

pub(super) fn cases() -> Vec<Case> {
    sizes().into_iter().chain(lengths()).chain(tags()).chain(both_buckets()).collect()
}

/// The complete elements of the array.
fn elements(layer: &Layer) -> Vec<Item> {
    let signature = Key::Issuer.sign(&layer.message());
    vec![
        bytes(&layer.header.encode()),
        vec![0xa0],
        bytes(&layer.claims.encode()),
        bytes(&signature),
    ]
}

fn sizes() -> Vec<Case> {
    let whole = |comment: &str, token: Vec<u8>, place: Place| {
        case("Envelope", comment).bytes(token).malformed(place, Flaw::WrongCount)
    };
    let five = |layer: &Layer, fifth: Item| join([unhex("d285"), elements(layer).concat(), fifth]);
    let three = |layer: &Layer| join([unhex("d283"), elements(layer)[..3].concat()]);
    let around = |credential: Item| presentation().header(KCWT, credential).encode();
    vec![
        whole("array of five, whole: null at the end", five(&pass(), vec![0xf6]), Place::Envelope),
        whole(
            "array of five, whole: a second signature",
            five(&pass(), bytes(&[0; 64])),
            Place::Envelope,
        ),
        whole("array of three, whole: nothing signed", three(&pass()), Place::Envelope),
        whole(
            "credential: array of five, whole",
            around(five(&good(), vec![0xf6])),
            Place::CredentialEnvelope,
        ),
        whole(
            "credential: array of three, whole",
            around(three(&good())),
            Place::CredentialEnvelope,
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let huge = |major: &str| unhex(&format!("{major}ffffffffffffffff"));
    let at = |flag, place, flaw, comment: &str, layer: Layer| {
        malformed(flag, place, flaw, comment, &layer).flag("Cbor")
    };
    let envelope =
        |flaw, comment: &str, layer: Layer| at("Envelope", Place::Envelope, flaw, comment, layer);
    let header =
        |comment: &str, layer: Layer| at("Header", Place::Header, Flaw::Truncated, comment, layer);
    let claims =
        |comment: &str, layer: Layer| at("Claim", Place::Payload, Flaw::Truncated, comment, layer);
    let inner = |place, flaw, comment: &str, change: &dyn Fn(&mut Layer)| {
        at(
            "Claim",
            place,
            flaw,
            comment,
            presented(|credential| credential.edit(|layer| change(layer))),
        )
    };
    vec![
        envelope(
            Flaw::WrongCount,
            "array of 2^64 - 1 elements",
            pass().edit(|layer| {
                layer.head = join([vec![0xd2], huge("9b")]);
            }),
        ),
        envelope(
            Flaw::Truncated,
            "protected header of 2^64 - 1 bytes",
            pass().edit(|layer| {
                layer.protected_item = Some(|header| join([unhex("5bffffffffffffffff"), header]));
            }),
        ),
        envelope(
            Flaw::UnprotectedHeader,
            "unprotected header of 2^64 - 1 pairs",
            pass().edit(|layer| {
                layer.unprotected = huge("bb");
            }),
        ),
        envelope(
            Flaw::Truncated,
            "signature of 2^64 - 1 bytes",
            pass().edit(|layer| {
                layer.signature_item =
                    Some(|signature| join([unhex("5bffffffffffffffff"), signature]));
            }),
        ),
        envelope(
            Flaw::Truncated,
            "payload of 2^32 bytes",
            pass().edit(|layer| {
                layer.payload_item =
                    Some(join([unhex("5b0000000100000000"), layer.claims.encode()]));
            }),
        ),
        header(
            "map of 2^64 - 1 parameters",
            pass().edit(|layer| layer.header.head = Some(huge("bb"))),
        ),
        header(
            "key id of 2^64 - 1 bytes",
            pass().header(KID, join([huge("5b"), Key::Issuer.id()])),
        ),
        header(
            "type of 2^64 - 1 bytes",
            pass().header(TYP, join([huge("7b"), TYP_PASS.as_bytes().to_vec()])),
        ),
        claims("map of 2^64 - 1 claims", pass().edit(|layer| layer.claims.head = Some(huge("bb")))),
        claims("subject of 2^64 - 1 bytes", pass().claim(SUB, join([huge("7b"), b"BJ".to_vec()]))),
        claims(
            "presentation: audience of 2^64 - 1 bytes",
            presentation().claim(AUD, join([huge("7b"), b"gate-3".to_vec()])),
        ),
        inner(
            Place::CredentialEnvelope,
            Flaw::Truncated,
            "credential: payload of 2^64 - 1 bytes",
            &|layer| {
                layer.payload_item = Some(join([huge("5b"), layer.claims.encode()]));
            },
        ),
        inner(
            Place::CredentialEnvelope,
            Flaw::WrongCount,
            "credential: array of 2^64 - 1 elements",
            &|layer| {
                layer.head = join([vec![0xd2], huge("9b")]);
            },
        ),
        inner(
            Place::CredentialHeader,
            Flaw::Truncated,
            "credential: key id of 2^64 - 1 bytes",
            &|layer| {
                layer.header = layer.header.clone().with(int(KID), huge("5b"));
            },
        ),
        inner(
            Place::CredentialPayload,
            Flaw::Truncated,
            "credential: map of 2^64 - 1 claims",
            &|layer| {
                layer.claims.head = Some(huge("bb"));
            },
        ),
        inner(
            Place::CredentialPayload,
            Flaw::WrongCount,
            "credential: confirmation of 2^64 - 1 pairs",
            &|layer| {
                layer.claims = layer.claims.clone().with(int(CNF), huge("bb"));
            },
        ),
    ]
}

fn tags() -> Vec<Case> {
    let tagged = |tag: &str, item: Item| join([unhex(tag), item]);
    let at = |flag, place, comment: &str, layer: Layer| {
        malformed(flag, place, Flaw::UnexpectedTag, comment, &layer)
    };
    let data = |comment: &str, value: Item| {
        at(
            "Cbor",
            Place::Payload,
            &format!("application claim: {comment}"),
            pass().raw_claim(text("data"), value),
        )
    };
    vec![
        data("tag 18 around a text", tagged("d2", text("abc"))),
        data("a whole token, validly signed", pass().encode()),
        data("tag 55799", tagged("d9d9f7", text("abc"))),
        data("400 tags, one in the other", [vec![0xc1; 400], vec![0]].concat()),
        at(
            "Claim",
            Place::Payload,
            "subject tagged 18",
            pass().claim(SUB, tagged("d2", text("BJ-7F3A9C2E"))),
        ),
        at(
            "Claim",
            Place::Payload,
            "subject tagged as a URI",
            pass().claim(SUB, tagged("d820", text("BJ-7F3A9C2E"))),
        ),
        at(
            "Header",
            Place::Header,
            "algorithm tagged 18",
            pass().header(ALG, tagged("d2", int(-19))),
        ),
        at(
            "Header",
            Place::Header,
            "key id tagged 18",
            pass().header(KID, tagged("d2", bytes(&Key::Issuer.id()))),
        ),
        at(
            "Header",
            Place::Header,
            "header tagged 18",
            pass().edit(|layer| layer.header.head = Some(unhex("d2a3"))),
        ),
        at(
            "Envelope",
            Place::Envelope,
            "unprotected header tagged 18",
            pass().edit(|layer| layer.unprotected = unhex("d2a0")),
        ),
        at(
            "Envelope",
            Place::Envelope,
            "protected header tagged",
            pass().edit(|layer| {
                layer.protected_item = Some(|header| join([unhex("d818"), bytes(&header)]));
            }),
        ),
        at(
            "Envelope",
            Place::Envelope,
            "signature tagged",
            pass().edit(|layer| {
                layer.signature_item = Some(|signature| join([vec![0xd2], bytes(&signature)]));
            }),
        ),
        at(
            "Cbor",
            Place::CredentialPayload,
            "credential: device key tagged",
            presented(|credential| {
                credential.claim(CNF, map(&[(int(1), tagged("d2", Key::DeviceEd25519.cose()))]))
            }),
        ),
        at(
            "Cbor",
            Place::CredentialPayload,
            "credential: end tagged as time",
            presented(|credential| credential.claim(EXP, unhex("c11a6ab28d00"))),
        ),
        at(
            "Cbor",
            Place::CredentialPayload,
            "credential: issuer tagged",
            presented(|credential| credential.claim(ISS, tagged("d2", text("bj.example")))),
        ),
    ]
}

/// The valid parameter is in the protected header, and another is in the unprotected header.
fn both_buckets() -> Vec<Case> {
    let beside = |comment: &str, label: i64, value: Item| {
        malformed(
            "Header",
            Place::Envelope,
            Flaw::UnprotectedHeader,
            comment,
            &pass().edit(|layer| {
                layer.unprotected = map(&[(int(label), value)]);
            }),
        )
    };
    vec![
        beside("algorithm protected, and another one unprotected", ALG, int(-8)),
        beside("algorithm protected, and the same unprotected", ALG, int(-19)),
        beside("key id protected, and the same unprotected", KID, bytes(&Key::Issuer.id())),
        beside("type protected, and the same unprotected", TYP, text(TYP_PASS)),
        beside("a counter signature (7) unprotected", 7, bytes(&[0; 64])),
        malformed(
            "Header",
            Place::CredentialEnvelope,
            Flaw::UnprotectedHeader,
            "credential: algorithm unprotected, too",
            &{
                presented(|credential| {
                    credential.edit(|layer| layer.unprotected = map(&[(int(ALG), int(-19))]))
                })
            },
        ),
        malformed(
            "Header",
            Place::Envelope,
            Flaw::UnprotectedHeader,
            "credential unprotected, as a presentation has none protected",
            &{
                presentation()
                    .no_header(KCWT)
                    .edit(|layer| layer.unprotected = map(&[(int(KCWT), good().encode())]))
            },
        ),
    ]
}
